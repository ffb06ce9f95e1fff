"""The backups in their folder: named by their moment, the newest first; which of them have had their time. Blocking."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from lahmadaemon.clock import DAY, Instant, instant, local
from lahmadaemon.errors import HopelessError
from lahmadaemon.store.copying import HALF, Copied, verified

_NAME = re.compile(r"lahmadaemon-(\d{8}T\d{6}Z)(?:-before-(\w+))?\.db")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Backup:
    """One file; `before`: the revision it was made ahead of, where that was the reason for it."""

    path: Path
    made_at: Instant
    before: str | None = None


def name_of(at: Instant, before: str | None = None) -> str:
    """`lahmadaemon-20261129T023000Z.db`, or with `-before-0014`: in order of time where they are in order of names."""
    return f"lahmadaemon-{local(at, UTC):{_STAMP}}" + (f"-before-{before}" if before else "") + ".db"


def backups_in(folder: Path) -> list[Backup]:
    """Those of the folder, the newest first; other files are nobody's business. Raises OSError but for a missing folder."""
    try:
        names = [(found, path) for path in folder.iterdir() if (found := _NAME.fullmatch(path.name))]
    except FileNotFoundError:
        return []
    known = [Backup(path, _moment(parts[1]), parts[2]) for parts, path in names]
    return sorted(known, key=lambda each: (each.made_at, each.path.name), reverse=True)


def _moment(stamp: str) -> Instant:
    return instant(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC))


def newest_good(folder: Path) -> tuple[Backup, Copied] | None:
    """The newest one that can be read to its last page."""
    for each in backups_in(folder):
        with suppress(HopelessError):
            return each, verified(each.path)
    return None


def outlived(backups: Iterable[Backup], keep: int, weekly: int, now: Instant) -> list[Backup]:
    """Which may go: all but the newest `keep`, and the newest of each of the last `weekly` weeks that have any. Those made
    before a change of the schema are counted apart: the newest stays as long as a weekly one would, earlier ones go."""
    ordered = sorted(backups, key=lambda each: each.made_at, reverse=True)
    plain = [each for each in ordered if each.before is None]
    weeks = [next(group) for _, group in groupby(plain, lambda each: local(each.made_at, UTC).isocalendar()[:2])]
    before = [each for each in ordered if each.before is not None]
    lately = [each for each in before[:1] if now - each.made_at < max(weekly, 1) * 7 * DAY]
    staying = {each.path for each in (*plain[:keep], *weeks[:weekly], *lately)}
    return [each for each in ordered if each.path not in staying]


def left_half(folder: Path, now: Instant) -> Iterator[Path]:
    """What copies that were killed have left behind; a copy of the last day may be under way."""
    with suppress(FileNotFoundError):
        for path in folder.glob(f".*{HALF}*"):
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime * 1000 > DAY:
                    yield path
