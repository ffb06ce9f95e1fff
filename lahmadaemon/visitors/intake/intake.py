"""The service of one camera: its folder is looked through, again and again; every file is kept once and put away."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.clock import SECOND, Clock, local
from lahmadaemon.errors import Refused, UpstreamError
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.visitors.intake.camera_clock import CameraClock
from lahmadaemon.visitors.intake.crossings import SETTLED, CameraState, Judged, Kept, Status
from lahmadaemon.visitors.intake.disk import Disk
from lahmadaemon.visitors.intake.examining import Examined, Examiner, reason_text
from lahmadaemon.visitors.intake.folder import FAILED, PROCESSED, Folder, Look, Scan
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.intake.voice import Voice

BATCH, BATCH_BYTES = 512, 2 * 1024 * 1024
"""Files in one transaction, at most: a commit costs as much as reading a hundred of them. And their bytes: what is done with
their crossings on the loop, nobody else's turn must wait for."""
STUCK_AT_ONCE = 50
"""So many files in a row that cannot be moved, and the others are tried at the next scan."""
DISK_DEADLINE = 60.0
"""Seconds until a disk that does not answer (a network drive that is gone) counts as trouble instead of patience."""
T = TypeVar("T")


@dataclass(frozen=True)
class Camera:
    """How one folder is watched. Seconds."""

    name: str
    folder: Folder
    zone: ZoneInfo
    patience: Patience
    scan_every: float
    incomplete_after: float
    max_age: float


class Intake(Service):
    """The scan is the truth; a hint only makes it faster. What is known lives in the store and in the folder."""

    patience: float

    def __init__(self, camera: Camera, store: CameraStore, clock: Clock, alarms: Alarms) -> None:
        self.name = f"visitors.intake.{camera.name}"
        self.patience = max(180.0, 4 * camera.scan_every, 2 * DISK_DEADLINE)
        self.caught_up = asyncio.Event()
        """Set once everything that lay there at the start is kept."""
        self._camera = camera
        self._folder = camera.folder
        self._store = store
        self._clock = clock
        self._examiner = Examiner(camera.folder, camera.zone, round(camera.max_age * SECOND), camera.incomplete_after)
        self._voice = Voice(self.name, store.camera, camera.folder.path, camera.patience, alarms, clock)
        self._hinted = asyncio.Event()
        self._hints: set[str] = set()
        self._state: CameraState | None = None
        self._stuck: dict[str, Finished] = {}
        self._store_failed = False
        self._camera_clock = CameraClock(camera.zone)
        self._troubles = 0
        self._took = 0.0
        self._beat: Callable[[], None] = lambda: None
        self._stopping: Callable[[], bool] = lambda: False
        self._disk = Disk(camera.folder.path)

    def hint(self, names: Iterable[str]) -> None:
        """Something may have happened to these; believed only as far as looking there at once."""
        self._hints.update(names)
        self._hinted.set()

    async def run(self, lifeline: Lifeline) -> None:
        self._beat, self._stopping = lifeline.beat, lifeline.stopping.is_set
        while not lifeline.stopping.is_set():
            await self._attempt(lifeline, self.turn())
            await self._serve_hints(lifeline)

    async def _attempt(self, lifeline: Lifeline, work: Coroutine[Any, Any, None]) -> None:
        self._troubles += 1
        async with lifeline.turn():
            await work
            self._troubles = 0

    async def _serve_hints(self, lifeline: Lifeline) -> None:
        """Until the next scan is due."""
        until = self._clock.monotonic() + self._pause()
        while (left := until - self._clock.monotonic()) > 0 and await lifeline.wait_for(self._hinted, left):
            self._hinted.clear()
            names, self._hints = self._hints, set()
            if names and not self._troubles:
                await self._attempt(lifeline, self._take_hinted(names))

    def _pause(self) -> float:
        """Seconds to the next scan: soon where something is wrong or half-written, seldom where looking takes long."""
        pause = self._camera.scan_every
        if self._troubles:
            pause = min(pause, 2.0 ** min(self._troubles, 10))
        elif len(self._examiner.waiting):
            pause = min(pause, 1.0)
        return max(pause, min(10 * self._took, self.patience / 2))

    async def turn(self) -> None:
        """Look through the folder and keep everything that is complete."""
        if self._state is None:
            self._state = await self._in_store(self._store.meet(self._clock.now()))
            await self._voice.remember(self._store)
        self._state = self._state.not_after(self._clock.now())
        began = self._clock.monotonic()
        scan = await self._on_disk(self._folder.scan)
        self._took = self._clock.monotonic() - began
        looks = await self._new_in(scan)
        self._voice.scanned(scan, len(looks), first=not self.caught_up.is_set())
        await self._take(looks, live=self.caught_up.is_set())
        # where there was nothing to keep it is asked all the same, or nobody will know that it is well again
        if self._store_failed:
            await self._in_store(self._store.meet(self._clock.now()))
        self._voice.taken(len(looks), self._clock.monotonic() - began)
        self.caught_up.set()
        self._voice.folder_there()
        self._tell()

    def _tell(self) -> None:
        now = self._clock.now()
        self._voice.clock(self._camera_clock.ahead(now))
        if self._state is not None:
            self._voice.tell(self._state, now)

    async def _take_hinted(self, names: set[str]) -> None:
        looks = await self._on_disk(self._folder.look, names)
        await self._take([look for look in looks if self._is_news(look)], live=True)
        self._tell()

    async def _new_in(self, scan: Scan) -> list[Look]:
        """What nobody has dealt with yet; what could not be moved away is tried again, until one cannot."""
        there = {look.name: look for look in scan.looks}
        self._examiner.waiting.keep_only(set(there))
        self._stuck = {name: stuck for name, stuck in self._stuck.items() if there.get(name) == stuck.look}
        if self._stuck:
            await self._put_away(list(self._stuck.values()), f"{local(self._clock.now(), self._camera.zone):%Y-%m-%d}")
        else:
            self._voice.stuck(None, 0)
        return [look for look in scan.looks if self._is_news(look)]

    def _is_news(self, look: Look) -> bool:
        stuck = self._stuck.get(look.name)
        return stuck is None or stuck.look != look

    async def _take(self, looks: Sequence[Look], *, live: bool) -> None:
        """Keep them batch by batch. Reading one while the last is committed would be slower: two threads that want the
        interpreter wait five milliseconds for each other, at every step of a transaction."""
        unreadable: dict[str, str] = {}
        for batch in batches(looks):
            examined = await self._on_disk(self._examiner.examine, batch, self._clock.now(), self._clock.monotonic())
            unreadable |= examined.unreadable
            await self._keep(examined, live=live)
            self._beat()
            if self._stopping():
                break  # what is left lies there for the next start
        self._voice.unreadable(unreadable, {look.name for look in looks})

    async def _keep(self, examined: Examined, *, live: bool) -> None:
        if not examined.judged:
            return
        try:
            kept = await self._commit([judged for _, judged in examined.judged])
        except Refused as refused:
            if len(examined.judged) > 1:  # one of them is poison: the others need not suffer for it
                for each in examined.judged:
                    await self._keep(Examined([each]), live=live)
                return
            look, judged = examined.judged[0]
            poison = Judged(judged.name, judged.digest, judged.size, Status.REJECTED, str(refused))
            kept, examined = await self._commit([poison]), Examined([(look, poison)])
        now = self._clock.now()
        today = f"{local(now, self._camera.zone):%Y-%m-%d}"
        self._voice.kept(kept, today)
        for look, _ in examined.judged if live else ():
            self._camera_clock.hear(look, now)
        await self._put_away([self._finished(look, judged, today) for look, judged in examined.judged], today)

    async def _commit(self, judged: Sequence[Judged]) -> list[Kept]:
        if self._state is None:
            raise UpstreamError("the store was not asked yet", outcome="store")
        kept, self._state = await self._in_store(self._store.keep(judged, self._state, self._clock.now()))
        return kept

    def _finished(self, look: Look, judged: Judged, day: str) -> "Finished":
        if judged.status in SETTLED:
            return Finished(look, judged.digest, PROCESSED, None)
        return Finished(look, judged.digest, FAILED, reason_text(judged, self._store.camera, day))

    async def _put_away(self, finished: Sequence["Finished"], day: str) -> None:
        """After the commit only. What cannot be moved stays where it is, and is remembered; who waited longest is tried
        first the next time."""
        stays, tried, trouble = await self._on_disk(self._move, finished, day)
        for each in finished:
            self._stuck.pop(each.look.name, None)
        self._stuck |= {each.look.name: each for each in (*finished[tried:], *stays)}
        self._voice.stuck(trouble, len(self._stuck))

    def _move(self, finished: Sequence["Finished"], day: str) -> tuple[list["Finished"], int, str | None]:
        """Those that cannot be moved, how many were tried, and what happened to the last that stays."""
        stays: list[Finished] = []
        trouble, in_a_row = None, 0
        for tried, each in enumerate(finished, 1):
            try:
                self._folder.put_away(each.look.name, each.where, day, each.digest, each.reason, each.look)
                in_a_row = 0
            except UpstreamError as error:
                stays.append(each)
                trouble, in_a_row = str(error), in_a_row + 1
                if error.outcome == "disk" or in_a_row == STUCK_AT_ONCE:
                    return stays, tried, trouble
        return stays, len(finished), trouble

    async def _in_store(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            result = await work
        except UpstreamError as trouble:
            self._store_failed = True
            self._voice.store_failing(str(trouble))
            raise
        self._store_failed = False
        self._voice.store_well()
        return result

    async def _on_disk(self, work: Callable[..., T], *arguments: object) -> T:
        """In the folder's own thread: where its disk hangs, only this camera waits, and not for ever."""
        try:
            return await self._disk.run(DISK_DEADLINE, work, *arguments)
        except UpstreamError as trouble:
            self._voice.folder_missing(str(trouble))
            raise


class Finished(NamedTuple):
    """A file that is kept, and where it goes with which reason beside it."""

    look: Look
    digest: bytes
    where: str
    reason: str | None


def batches(looks: Sequence[Look]) -> Iterator[list[Look]]:
    """So many of them as one transaction takes."""
    batch: list[Look] = []
    size = 0
    for look in looks:
        if batch and (len(batch) == BATCH or size + look.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(look)
        size += look.size
    if batch:
        yield batch
