"""From looks to verdicts: reads files and judges them. Blocking; runs in the folder's own thread."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.visitors.intake.crossings import Judged, Status
from lahmadaemon.visitors.intake.folder import FileTooLarge, FileUnreadable, Folder, Look, shown
from lahmadaemon.visitors.intake.parsing import Bounds, Parsed, Wrong, parse
from lahmadaemon.visitors.intake.waiting import Waiting

AHEAD = 5 * MINUTE
"""ms: a camera's clock may be so much ahead of ours."""


@dataclass
class Examined:
    """What a batch of looks came to."""

    judged: list[tuple[Look, Judged]] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)


class Examiner:
    """Judges one folder's files. `max_age` in ms; 0 for no limit."""

    def __init__(self, folder: Folder, zone: ZoneInfo, max_age: int, incomplete_after: float) -> None:
        self.waiting = Waiting(incomplete_after)
        self._folder = folder
        self._zone = zone
        self._max_age = max_age

    def examine(self, looks: Iterable[Look], now: Instant, monotonic: float) -> Examined:
        """Read and judge. Who is not complete yet is left out, to be looked at again."""
        examined = Examined()
        bounds = Bounds(self._zone, Instant(now - self._max_age if self._max_age else 0), Instant(now + AHEAD))
        for look in looks:
            if not self.waiting.worth_reading(look, monotonic):
                continue
            try:
                judged = self._judge(look, bounds, monotonic)
            except FileUnreadable as error:
                examined.unreadable[look.name] = str(error)
                continue
            if judged is not None:
                self.waiting.forget(look.name)
                examined.judged.append((look, judged))
        return examined

    def _judge(self, look: Look, bounds: Bounds, monotonic: float) -> Judged | None:
        try:
            content = self._folder.read(look)
        except FileTooLarge as error:  # known by what it looks like: reading it is what must not be done
            return self._rejected(look, f"{look.name} {look.size} {look.mtime_ns}".encode(errors="replace"), str(error))
        if content is None:
            return None
        try:
            parsed = parse(content, bounds)
        except Wrong as wrong:
            if wrong.perhaps_unfinished and not self.waiting.over(look, monotonic):
                self.waiting.wait(look, monotonic)
                return None
            return self._rejected(
                look, content or f"{look.name} {look.mtime_ns}".encode(errors="replace"), wrong.reason
            )
        return self._read(look, content, parsed)

    def _read(self, look: Look, content: bytes, parsed: Parsed) -> Judged:
        name = shown(look.name)
        if not parsed.crossings and not parsed.bad:
            # All empty lists are alike; what makes two signs of life out of two is where and when they lay.
            digest = _digest(content, f"{look.name} {look.mtime_ns}".encode(errors="replace"))
            return Judged(name, digest, look.size, Status.EMPTY)
        digest = _digest(content)
        if not parsed.bad:
            return Judged(name, digest, look.size, Status.STORED, None, parsed.crossings)
        reason = (
            f"{len(parsed.bad)} of {len(parsed.bad) + len(parsed.crossings)} records are wrong: {parsed.bad[0].reason}"
        )
        status = Status.PARTIAL if parsed.crossings else Status.REJECTED
        return Judged(name, digest, look.size, status, reason, parsed.crossings, parsed.bad)

    @staticmethod
    def _rejected(look: Look, content: bytes, reason: str) -> Judged:
        return Judged(shown(look.name), _digest(content), look.size, Status.REJECTED, reason)


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def reason_text(judged: Judged, camera: str, when: str) -> str:
    """What is put beside a file that is wrong, for people."""
    lines = [
        f"{judged.name} of camera {camera} was refused on {when}:",
        f"  {judged.reason}",
        f"  {len(judged.crossings)} good records of it were kept, {len(judged.bad)} were not.",
        *(f"  record {row.position}: {row.reason}: {row.raw}" for row in judged.bad[:20]),
        "Mend it and say `lahmadaemon visitors retry`, or move it back into the folder; nothing is counted twice.",
    ]
    return "\n".join(lines) + "\n"
