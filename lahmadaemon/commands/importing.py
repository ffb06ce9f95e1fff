"""`lahmadaemon import`: the older script's files become history, also while the daemon runs."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.markup import escape
from rich.progress import track

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock, local
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.errors import ConfigurationError, Refused
from lahmadaemon.radio.importing import lahma
from lahmadaemon.settings import Loaded, Settings, station_zone

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.radio.importing.store import ImportStore
    from lahmadaemon.store.database import Store


def add_to(verbs: "Verbs") -> None:
    """import"""
    taking = add(verbs, "import", take, "make the older script's lahma_*.csv files history")
    taking.add_argument("files", nargs="+", type=Path, metavar="FILE", help="such as lahma_2022-09-14_2200.csv")
    taking.add_argument("--station", help="whose listeners these were (default: the only one in the settings)")
    taking.add_argument(
        "--hours",
        type=float,
        default=lahma.LONGEST_HOURS,
        metavar="N",
        help="how long each file's stretch is (default: 24)",
    )


@dataclass(frozen=True)
class Taken:
    """What became of one file."""

    path: Path
    said: str
    well: bool


def take(loaded: Loaded, options: argparse.Namespace) -> int:
    """One line a file; 1 where a file or a line could not be read."""
    settings = loaded.settings
    if not 0 < options.hours <= lahma.LONGEST_HOURS:
        raise ConfigurationError(
            f"--hours {options.hours:g}: the files hold times without dates, so that a file can cover at most 24 hours"
        )
    station = _station(settings, options.station)
    taken = asyncio.run(_take(settings, station, sorted(options.files), options.hours))
    screen = terminal.console()
    for each in taken:
        style = "green" if each.well else "yellow"
        screen.print(f"[{style}]{escape(each.path.name)}[/]: {escape(each.said)}", soft_wrap=True)
    return WELL if all(each.well for each in taken) else UNWELL


def _station(settings: Settings, asked: str | None) -> str:
    known = list(settings.radio.stations)
    if asked is None and len(known) == 1:
        return known[0]
    if asked and (asked.lower() in known or not known):
        return asked.lower()
    if not known:
        raise ConfigurationError("whose listeners were these? Say it with --station NAME")
    problem = f"--station {asked} is not in the settings" if asked else "there is more than one station"
    raise ConfigurationError(f"{problem}; say --station with one of: {', '.join(known)}")


async def _take(settings: Settings, station: str, files: Sequence[Path], hours: float) -> list[Taken]:
    from lahmadaemon.building.secret import house_secret
    from lahmadaemon.radio.identity import Pseudonyms
    from lahmadaemon.radio.importing.store import ImportStore

    zone = station_zone(settings, station)
    async with _open(settings) as store:
        pseudonyms = Pseudonyms(await asyncio.to_thread(house_secret, settings), settings.radio.lists)
        kept = ImportStore(store, station, pseudonyms)
        shown = track(files, "Importing", console=terminal.console(), disable=not terminal.console().is_terminal)
        return [await _one(kept, path, zone, hours) for path in shown]


@asynccontextmanager
async def _open(settings: Settings) -> "AsyncIterator[Store]":
    """Beside the daemon, or, where there is no store yet, as its first user."""
    from lahmadaemon.store.database import open_beside, open_store

    url = settings.store.resolved(settings.state_folder)
    new = url.get_backend_name() == "sqlite" and not await asyncio.to_thread(Path(url.database or "").exists)
    if new:
        await asyncio.to_thread(settings.state_folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    async with open_store(url) if new else open_beside(url) as store:
        yield store


async def _one(kept: "ImportStore", path: Path, zone: ZoneInfo, hours: float) -> Taken:
    try:
        text = await asyncio.to_thread(_text, path)
        lines = await asyncio.to_thread(lahma.read, path.name, text, zone, hours)
    except (Refused, OSError, UnicodeDecodeError) as error:
        return Taken(path, f"not imported: {error}", well=False)
    if (since := await kept.measured(lines.start, lines.end)) is not None:
        moment = f"{local(since, zone):%Y-%m-%d %H:%M}"
        return Taken(
            path, f"not imported: the station is known from {moment} on, by polls or the server's history", well=False
        )
    new = await kept.keep(lines, SystemClock().now())
    again = len(lines.visits) - new
    said = f"{new} sessions of {lines.listeners} listeners" + (f", {again} known already" if again else "")
    if lines.wrong:
        number, reason = lines.wrong[0]
        said += f"; {len(lines.wrong)} lines left out, the first is line {number}: {reason}"
    return Taken(path, said, well=not lines.wrong)


def _text(path: Path) -> str:
    if path.stat().st_size > lahma.SIZE_LIMIT:
        raise Refused(f"{path.name} is larger than {lahma.SIZE_LIMIT // 1024**2} MB")
    return path.read_text("utf-8-sig")
