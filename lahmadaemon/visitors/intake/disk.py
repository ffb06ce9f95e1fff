"""A folder's own thread: where its disk hangs, one camera waits, not for ever, with one thread, and nobody's end waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from lahmadaemon.errors import UpstreamError

T = TypeVar("T")


class Disk:
    """One piece of work at a time. A network drive that is gone can hold a thread for days: meanwhile no other is spent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._work: Future[Any] | None = None

    async def run(self, within: float, work: Callable[..., T], *arguments: object) -> T:
        """What the work returns or raises. Raises UpstreamError where it takes longer, or where earlier work still does."""
        if self._work is not None and not self._work.done():
            raise UpstreamError(f"the disk of {self._folder} still does not answer", outcome="folder")
        self._work = done = Future[T]()
        # a daemon thread: the interpreter waits for all others before it ends, however dead their disks are
        Thread(target=_do, args=(done, work, arguments), name=f"disk of {self._folder}", daemon=True).start()
        try:
            async with asyncio.timeout(within):
                return await asyncio.wrap_future(done)
        except TimeoutError:
            raise UpstreamError(
                f"the disk of {self._folder} does not answer for {within:g} s", outcome="folder"
            ) from None


def _do(done: Future[T], work: Callable[..., T], arguments: tuple[object, ...]) -> None:
    done.set_running_or_notify_cancel()  # from here on nobody can call it off, so that it is known when it really ends
    try:
        result = work(*arguments)
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
        done.set_exception(error)
    else:
        done.set_result(result)
