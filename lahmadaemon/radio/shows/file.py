"""The programme out of a file on this machine: TOML written by hand, or a calendar."""

import asyncio
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows import written
from lahmadaemon.radio.shows.grid import Grid
from lahmadaemon.radio.shows.programme import monday

LIMIT = 4 * 1024 * 1024


class ProgrammeFile:
    """Read anew each time, so that an edit is in force some minutes later. A broken file is a stumble: the daemon goes on
    with the programme it knows until somebody has put it right."""

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._path = path
        self._zone = zone

    async def read(self, now: Instant, since: Instant) -> Grid:
        """As `Programme`."""
        return await asyncio.to_thread(read_file, self._path, self._zone, now, since)


def read_file(path: Path, zone: ZoneInfo, now: Instant, since: Instant) -> Grid:
    """What the file says. Raises UpstreamError, naming the file, the line or field, and what would be right."""
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
        if len(content) > LIMIT:
            _refuse(path, f"it is larger than a programme can be ({LIMIT} bytes)")
        if path.suffix.lower() == ".toml":
            return written.parse(content.decode("utf-8-sig"))
        from lahmadaemon.radio.shows import ical  # its libraries take a while to load, and few have a calendar

        return ical.parse(content, zone, since, monday(now, zone, 2))
    except OSError as error:
        raise UpstreamError(f"LAHMA_RADIO__SHOWS__FILE: cannot read {path}: {error.strerror}") from error
    except ValueError as error:  # UnicodeDecodeError is one
        _refuse(path, str(error), error)


def _refuse(path: Path, why: str, error: Exception | None = None) -> NoReturn:
    raise UpstreamError(f"LAHMA_RADIO__SHOWS__FILE: {path}: {why}", outcome="invalid") from error
