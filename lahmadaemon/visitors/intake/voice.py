"""What the intake of one camera says: to the log at edges, to the alarm desk at every turn."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import structlog

from lahmadaemon.alerts.conditions import STORE, Alarms, Condition
from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.visitors.intake.crossings import CameraState, Judged, Kept
from lahmadaemon.visitors.intake.folder import Scan, shown
from lahmadaemon.visitors.intake.silence import BAD_FOR, Patience, quiet
from lahmadaemon.visitors.intake.store import CameraStore

log = structlog.get_logger()

BACKLOG = 1000
"""So many files waiting are told of while they are worked off; more at each scan is an alarm."""
SILENCES = (Condition.NO_FILES, Condition.ONLY_EMPTY, Condition.ONLY_INVALID)


class Voice:
    """One camera's. `subject` is its service's name, as everywhere at the desk."""

    def __init__(
        self, subject: str, camera: str, folder: Path, patience: Patience, alarms: Alarms, clock: Clock
    ) -> None:
        self._subject = subject
        self._camera = camera
        self._folder = str(folder)
        self._patience = patience
        self._alarms = alarms
        self._clock = clock
        self._started_at = clock.now()
        self._bad: tuple[str, str] | None = None
        self._bad_count = 0
        self._waiting = 0
        self._odd: tuple[str, ...] = ()
        self._unreadable: dict[str, str] = {}
        self._stuck_because = ""
        self._late: set[tuple[str, str]] = set()

    async def remember(self, store: CameraStore) -> None:
        """What was wrong before the start is still wrong after it."""
        if found := await store.last_bad(Instant(self._started_at - BAD_FOR)):
            file, self._bad_count = found
            self._bad = (file.name, file.reason or "")

    def scanned(self, scan: Scan, waiting: int, *, first: bool) -> None:
        """The folder is there; so many files in it are waiting."""
        if first or waiting >= BACKLOG:
            log.info("visitors.folder_scanned", camera=self._camera, folder=self._folder, files_waiting=waiting)
        if scan.odd and scan.odd != self._odd:
            log.warning("visitors.files_ignored", camera=self._camera, files=[shown(name) for name in scan.odd[:10]],
                        because="links, pipes and devices are not read")  # fmt: skip
        self._odd = scan.odd
        there = {look.name for look in scan.looks}
        known = {name: problem for name, problem in self._unreadable.items() if name in there}
        self._unreadable = {**known, **scan.unreadable}
        self._hold(Condition.BACKLOG_GROWING, holds=BACKLOG <= self._waiting < waiting, files=waiting)
        self._waiting = waiting

    def taken(self, files: int, seconds: float) -> None:
        """A backlog is worked off."""
        if files >= BACKLOG:
            speed = round(files / seconds) if seconds else None
            log.info("visitors.backlog_taken", camera=self._camera, files=files, files_per_second=speed)

    def kept(self, kept: Sequence[Kept], today: str) -> None:
        """These are in the store. What comes late for a day that is over is told: its last report is already out."""
        fresh = [each for each in kept if each.known_as is None]
        copies = [each for each in kept if each.known_as not in {None, each.judged.name}]
        log.debug(
            "visitors.files_kept", camera=self._camera, files=len(fresh), crossings=sum(each.new for each in fresh),
            known_crossings=sum(len(each.judged.crossings) - each.new for each in fresh),
        )  # fmt: skip
        if copies:
            log.info(
                "visitors.files_known", camera=self._camera, files=len(copies), example=copies[0].judged.name,
                came_before_as=copies[0].known_as,
            )  # fmt: skip
        for each in fresh:
            if each.judged.reason is not None:
                self._wrong(each.judged)
        late = Counter(
            crossing.day for each in fresh if each.new for crossing in each.judged.crossings if crossing.day < today
        )
        for day, crossings in sorted(late.items()):
            if (day, today) not in self._late:
                log.info("visitors.crossings_late", camera=self._camera, day=day, crossings=crossings)
            self._late = {each for each in self._late if each[1] == today} | {(day, today)}

    def _wrong(self, judged: Judged) -> None:
        log.warning(
            "visitors.file_refused", camera=self._camera, file=judged.name, reason=judged.reason,
            good_records=len(judged.crossings), bad_records=len(judged.bad),
        )  # fmt: skip
        self._bad = (judged.name, judged.reason or "")
        self._bad_count += 1

    def tell(self, state: CameraState, now: Instant) -> None:
        """Whether the camera is quiet, and in which way."""
        found = quiet(state, self._patience, self._started_at, now)
        file, reason = self._bad or ("", "")
        for condition in () if found.undecided else SILENCES:
            if condition is Condition.NO_FILES and found.condition is Condition.ONLY_INVALID:
                continue  # that nothing good comes is not over because something bad did
            if condition is found.condition:
                self._alarms.raise_alarm(
                    condition, self._subject, camera=self._camera, quiet_seconds=(now - found.since) / SECOND,
                    last_file_at=state.last_file_at or 0, last_crossings_at=state.last_crossings_at or 0,
                    file=file, reason=reason,
                )  # fmt: skip
            else:
                self._clear(condition, because="closed" if found.closed else "")
        bad = state.last_invalid_at is not None and now - state.last_invalid_at < BAD_FOR
        self._hold(Condition.BAD_FILES, holds=bad, file=file, reason=reason, count=self._bad_count)
        if not bad:
            self._bad_count = 0

    def folder_there(self) -> None:
        """It was looked through, and everything in it could be read or told why not."""
        self._clear(Condition.FOLDER_MISSING)

    def folder_missing(self, problem: str) -> None:
        self._hold(Condition.FOLDER_MISSING, holds=True, folder=self._folder, problem=problem)

    def unreadable(self, problems: Mapping[str, str], looked_at: Collection[str]) -> None:
        """Files that may not be read; told until each of them may be, or has gone, whatever else is looked at."""
        others = {name: problem for name, problem in self._unreadable.items() if name not in looked_at}
        self._unreadable = {**others, **problems}
        name, problem = next(iter(self._unreadable.items()), ("", ""))
        self._hold(Condition.FILES_UNREADABLE, holds=bool(self._unreadable), file=shown(name), problem=problem)

    def stuck(self, problem: str | None, files: int) -> None:
        self._stuck_because = problem or self._stuck_because  # those that could be moved now tell nothing of the others
        self._hold(
            Condition.FILES_STUCK, holds=files > 0, folder=self._folder, problem=self._stuck_because, files=files
        )

    def clock(self, ahead: float | None) -> None:
        self._hold(Condition.CAMERA_CLOCK, holds=ahead is not None, ahead_seconds=ahead or 0.0)

    def store_failing(self, error: str) -> None:
        self._alarms.raise_alarm(Condition.STORE_FAILING, STORE, error=error)

    def store_well(self) -> None:
        self._alarms.clear_alarm(Condition.STORE_FAILING, STORE)

    def _hold(self, condition: Condition, *, holds: bool, **detail: str | float) -> None:
        if holds:
            self._alarms.raise_alarm(condition, self._subject, camera=self._camera, **detail)
        else:
            self._clear(condition)

    def _clear(self, condition: Condition, **detail: str | float) -> None:
        self._alarms.clear_alarm(condition, self._subject, camera=self._camera, **detail)
