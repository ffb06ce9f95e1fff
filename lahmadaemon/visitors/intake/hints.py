"""Hears from the kernel when something comes into a folder. Only ever a hint: it wakes the intake, which looks itself.

watchfiles loses events silently (a full queue, a folder made anew) and dies of a name that is no UTF-8; the scans do not.
"""

import asyncio
import os
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.visitors.intake.intake import Intake
from lahmadaemon.visitors.intake.mounts import is_remote

log = structlog.get_logger()

STEP, DEBOUNCE = 15, 100
"""ms: the kernel's queue is looked at so often; a bunch of events is waited for so long at most."""
HEARTBEAT = 2000
"""ms: so often it is looked whether the folders are still the same ones."""
LONGEST_PAUSE = 60.0
Identity = tuple[int, int]


class Hints(Service):
    """One watcher for all folders on local disks; a folder on a network drive is left to its scans."""

    name = "visitors.hints"
    patience = 60.0

    def __init__(self, intakes: Mapping[Path, Intake]) -> None:
        self._intakes = intakes
        self._troubles = 0

    async def run(self, lifeline: Lifeline) -> None:
        remote = [path for path in self._intakes if await asyncio.to_thread(is_remote, path)]
        for path in remote:
            log.info(
                "visitors.hints_off",
                folder=str(path),
                because="changes on a network drive are not heard; scans see them",
            )
        lifeline.beat()
        while not lifeline.stopping.is_set():
            roots = await self._roots(remote)
            try:
                if roots:
                    await self._listen(roots, remote, lifeline)
                self._troubles = 0
            except (OSError, RuntimeError, ExceptionGroup) as error:
                self._tell(error)
            lifeline.beat()
            await lifeline.wait(min(2.0**self._troubles, LONGEST_PAUSE) if self._troubles else 1.0)

    async def _roots(self, remote: list[Path]) -> dict[Path, Identity]:
        """The folders that are there, and which ones they are."""
        return await asyncio.to_thread(_identities, [path for path in self._intakes if path not in remote])

    async def _listen(self, roots: Mapping[Path, Identity], remote: list[Path], lifeline: Lifeline) -> None:
        """Until the stop, or until one of the folders is another one: a watch on a deleted folder is deaf for ever."""
        changes = awatch(
            *roots, watch_filter=None, step=STEP, debounce=DEBOUNCE, recursive=False, rust_timeout=HEARTBEAT,
            yield_on_timeout=True, stop_event=lifeline.stopping, ignore_permission_denied=True,
        )  # fmt: skip
        async with aclosing(changes):
            async for batch in changes:
                lifeline.beat()
                self._pass_on(batch)
                self._troubles = self._troubles if batch else 0  # a while without trouble: it is over
                if not batch and (lifeline.stopping.is_set() or await self._roots(remote) != roots):
                    return

    def _pass_on(self, batch: set[tuple[Change, str]]) -> None:
        names: dict[str, set[str]] = {}
        for change, path in batch:
            if change is not Change.deleted:
                folder, name = os.path.split(path)
                names.setdefault(folder, set()).add(name)
        for folder, found in names.items():
            if intake := self._intakes.get(Path(folder)):
                intake.hint(found)

    def _tell(self, error: Exception) -> None:
        """Once for a row of troubles; files are found by the scans meanwhile."""
        self._troubles += 1
        if self._troubles == 1:
            inner = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            log.warning("visitors.hints_lost", error=str(inner), note="scans go on; files are found a little later")


def _identities(paths: list[Path]) -> dict[Path, Identity]:
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # the intake tells of it
            continue
        found[path] = (status.st_dev, status.st_ino)
    return found
