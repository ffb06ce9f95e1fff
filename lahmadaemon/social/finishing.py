"""Work that must not be left half done when whoever wants it is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What the work returns. Who is cancelled meanwhile waits until it is done, and is cancelled then.

    The work must be bounded in time by itself.
    """
    job = asyncio.gather(work)
    cancelled: asyncio.CancelledError | None = None
    while not job.done():
        try:
            await asyncio.wait({job})
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is None:
        return job.result()[0]
    raise cancelled from (None if job.cancelled() else job.exception())
