"""`lahmadaemon visitors …`: files that were refused, what is known of a file, the counts of days; also while the daemon runs."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from lahmadaemon import terminal
from lahmadaemon.clock import Instant, SystemClock, iso, local
from lahmadaemon.commands import UNWELL, WELL, add, family
from lahmadaemon.errors import ConfigurationError, Refused
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.store.database import open_for_reading
from lahmadaemon.visitors.failed import FailedFile, failed_files
from lahmadaemon.visitors.intake.crossings import DayTotals
from lahmadaemon.visitors.intake.folder import shown
from lahmadaemon.visitors.intake.store import FileRow
from lahmadaemon.visitors.settings import camera_of
from lahmadaemon.visitors.store import bad_rows, day_totals, files_named

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

MOST_DAYS = 3660
"""Ten years."""


def add_to(verbs: "Verbs") -> None:
    """visitors days, failed, retry, show"""
    own = family(verbs, "visitors", "counts of days, and the cameras' files that were refused")
    counts = add(own, "days", days, "how many came and went, by day and camera")
    counts.add_argument("--days", type=int, default=7, metavar="N", help="so many, up to today (default: 7)")
    listing = add(own, "failed", failed, "files that were refused, and why")
    again = add(own, "retry", retry, "put a refused file back into its folder")
    again.add_argument("file", metavar="FILE", help="its name, or `all`")
    for each in (listing, again):
        each.add_argument("--camera", help="of this camera only")
    one = add(own, "show", show, "what became of a file")
    one.add_argument("file", metavar="FILE", help="its name")
    for each in (counts, listing, one):
        each.add_argument("--json", action="store_true", help="for programs")


def failed(loaded: Loaded, options: argparse.Namespace) -> int:
    """`visitors failed`: what lies in the failed folders, and why."""
    found = _chosen(loaded.settings, options.camera)
    if options.json:
        print(json.dumps({"failed": [_as_json(file) for file in found]}, indent=2))
    elif found:
        terminal.console().print(_failed_table(found))
    else:
        print("No file is waiting for anybody.")
    return WELL


def retry(loaded: Loaded, options: argparse.Namespace) -> int:
    """`visitors retry FILE|all`: back into the folder; the daemon reads it within seconds."""
    found = _chosen(loaded.settings, options.camera)
    asked = _bare(options.file)
    chosen = [file for file in found if asked == "all" or file.is_called(asked)]
    if not chosen and asked != "all":
        raise ConfigurationError(f"no refused file is called {shown(asked)}; `lahmadaemon visitors failed` lists them")
    if not chosen:
        print("No file is waiting for anybody.")
    ended = WELL
    for file in chosen:
        try:
            print(f"{file.camera}: {shown(str(file.put_back()))}")
        except Refused as error:  # the others may still pass
            print(f"lahmadaemon: {error}", file=sys.stderr)
            ended = UNWELL
    return ended


def show(loaded: Loaded, options: argparse.Namespace) -> int:
    """`visitors show FILE`: every time a file of that name came, and what became of it."""
    asked = _bare(options.file)
    refused = [file for file in _chosen(loaded.settings, None) if file.is_called(asked)]
    names = sorted({shown(file.name) for file in refused} or {shown(asked)})
    told = asyncio.run(_known(loaded.settings, names))
    if not told and not refused:
        print(f"No camera ever brought a file called {shown(asked)}.")
        return UNWELL
    if options.json:
        print(json.dumps({"files": told, "failed": [_as_json(file) for file in refused]}, indent=2))
        return WELL
    for row in told:
        terminal.console().print(_file_table(row))
    for file in refused:
        print(f"{shown(str(file.path))}\n{file.reason}".rstrip())
    return WELL


def days(loaded: Loaded, options: argparse.Namespace) -> int:
    """`visitors days`: in, out and how many are there, by camera."""
    if not 1 <= options.days <= MOST_DAYS:
        raise ConfigurationError(f"--days {options.days}: write a number from 1 to {MOST_DAYS}")
    today = local(SystemClock().now(), loaded.settings.timezone).date()
    first = today - timedelta(days=options.days - 1)
    totals = asyncio.run(_totals(loaded.settings, f"{first:%Y-%m-%d}", f"{today:%Y-%m-%d}"))
    if options.json:
        print(json.dumps({"days": [_day_as_json(each) for each in totals]}, indent=2))
    else:
        terminal.console().print(_days_table(loaded.settings, totals))
    return WELL


async def _totals(settings: Settings, first: str, last: str) -> list[DayTotals]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        return await day_totals(store, first, last)


async def _known(settings: Settings, names: Sequence[str]) -> list[dict[str, Any]]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        rows = [row for name in names for row in await files_named(store, name)]
        return [_row_as_json(row, await bad_rows(store, row)) for row in rows]


def _chosen(settings: Settings, camera: str | None) -> list[FailedFile]:
    cameras = [camera_of(name, folder) for name, folder in settings.visitors.folders.items()]
    if not cameras:
        raise ConfigurationError("no folder is watched; set LAHMA_VISITORS__FOLDERS__<NAME>__PATH")
    if camera not in {None, *cameras}:
        raise ConfigurationError(f"no camera is called {camera}; there are: {', '.join(cameras)}")
    return [file for file in failed_files(settings.visitors) if camera in {None, file.camera}]


def _bare(name: str) -> str:
    """People paste whole paths."""
    return name.rpartition("/")[2]


def _as_json(file: FailedFile) -> dict[str, str]:
    path = shown(str(file.path))
    return {"camera": file.camera, "file": shown(file.name), "path": path, "reason": file.reason}


def _row_as_json(row: FileRow, bad: Sequence[tuple[int, str, str]]) -> dict[str, Any]:
    records = [{"record": position, "reason": reason, "raw": raw} for position, raw, reason in bad]
    plain = asdict(row) | {"digest": row.digest.hex(), "committed_at": iso(row.committed_at)}
    return plain | {"refused_records": records}


def _day_as_json(totals: DayTotals) -> dict[str, Any]:
    times = {"first_at": iso(totals.first_at), "last_at": iso(totals.last_at)}
    return asdict(totals) | times | {"stay": max(0, totals.ins - totals.outs)}


def _failed_table(found: Sequence[FailedFile]) -> RenderableType:
    table = Table(header_style="bold", caption=f"{len(found)} files; `lahmadaemon visitors retry FILE` reads one anew")
    for column in ("Camera", "File", "Why", "Where"):
        table.add_column(column, overflow="fold")
    for file in found:
        why = next((line.strip() for line in file.reason.splitlines()[1:]), "")
        where = Text(shown(str(file.path.parent)), "dim")
        table.add_row(Text(file.camera), Text(shown(file.name)), Text(why), where)
    return table


def _file_table(row: dict[str, Any]) -> RenderableType:
    table = Table(title=Text(row["name"], "bold"), title_justify="left", show_header=False)
    for name in ("camera", "status", "reason", "size", "committed_at", "rows_new", "rows_known", "rows_bad", "digest"):
        table.add_row(name.replace("_", " "), Text(shown(str(row[name] if row[name] is not None else ""))))
    for record in row["refused_records"][:50]:
        table.add_row(f"record {record['record']}", Text(f"{shown(record['reason'])}\n{shown(record['raw'])}"))
    return table


def _days_table(settings: Settings, totals: Sequence[DayTotals]) -> RenderableType:
    table = Table(header_style="bold")
    table.add_column("Day")
    table.add_column("Camera")
    for column in ("In", "Out", "There", "Neither", "First", "Last"):
        table.add_column(column, justify="right")

    def clock_time(at: Instant) -> str:
        return f"{local(at, settings.timezone):%H:%M:%S}"

    for each in totals:
        table.add_row(
            each.day, each.camera, str(each.ins), str(each.outs), str(max(0, each.ins - each.outs)), str(each.others),
            clock_time(each.first_at), clock_time(each.last_at),
        )  # fmt: skip
    return table
