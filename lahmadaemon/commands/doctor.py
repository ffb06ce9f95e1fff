"""`lahmadaemon doctor`: what is wrong with the store, and the ways back: a backup, what can be saved, the cameras' files."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lahmadaemon.clock import iso
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.commands.upkeep import sqlite_file
from lahmadaemon.errors import ConfigurationError, Refused
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.store.salvaging import Saved
    from lahmadaemon.visitors.failed import FailedFile

SERVER = "ask it, and its administrator: pg_amcheck looks through it, pg_restore brings a dump back"


def add_to(verbs: "Verbs") -> None:
    """doctor"""
    looking = add(verbs, "doctor", doctor, "look through a store that seems broken, and help it")
    ways = looking.add_mutually_exclusive_group()
    ways.add_argument("--salvage", type=Path, metavar="FILE", help="save what can be read into this new file")
    ways.add_argument(
        "--reintake", action="store_true", help="put processed files that the store does not know back to be read"
    )


def doctor(loaded: Loaded, options: argparse.Namespace) -> int:
    """0: well, or what was asked for is done; 1: something is broken, or not everything could be saved."""
    settings = loaded.settings
    if options.reintake:
        return _reintake(settings)
    database = sqlite_file(settings, SERVER)
    if options.salvage:
        return _salvage(database, options.salvage)
    return _look(database, settings)


def _look(database: Path, settings: Settings) -> int:
    from lahmadaemon.store.examining import examine
    from lahmadaemon.store.looking import beside

    if not database.exists() and not beside(database, ".lock").exists():
        raise ConfigurationError(f"there is no data yet at {database}; start `lahmadaemon run` first")
    findings = examine(database)
    for each in findings:
        print(f"{'BROKEN' if each.broken else 'ok':<7}{each.words}")
    broken = any(each.broken for each in findings)
    found = _newest(settings)
    print(f"{'ok' if found else 'note':<7}{found or 'there is no good backup'}")
    if broken:
        _advise(bool(found), visitors=bool(settings.visitors.folders))
    return UNWELL if broken else WELL


def _newest(settings: Settings) -> str | None:
    from lahmadaemon.building.upkeep import backup_folder
    from lahmadaemon.store.backups import newest_good

    found = newest_good(backup_folder(settings))
    return found and f"the newest good backup is {found[0].path}, of {iso(found[0].made_at)}"


def _advise(backup: bool, *, visitors: bool) -> None:
    print("\nWhat to do, with the daemon stopped; the broken file is kept, whichever you choose:")
    if backup:
        print("  lahmadaemon restore FILE            with the backup named above")
    print("  lahmadaemon doctor --salvage FILE   saves what can still be read; `restore` puts it in place")
    if visitors:
        print("  lahmadaemon doctor --reintake       after a restore: cameras' files that came since are read again")
    print("What stations told since the backup, a server's history may fill: lahmadaemon radio backfill")


def _salvage(database: Path, target: Path) -> int:
    from lahmadaemon.store.salvaging import salvage

    if target.exists():
        raise ConfigurationError(f"{target} is there already; give it another name, or move it away")
    if not database.is_file():
        raise ConfigurationError(f"there is no file {database}; restore a backup")
    saved = salvage(database, target)
    for each in saved:
        if each.rows or not each.whole:
            print(f"{each.table}: {each.rows:,} rows{_lost(each)}")
    whole = all(each.whole for each in saved)
    print(
        f"{target}: {'everything is in it' if whole else 'what could be read is in it'}; `lahmadaemon restore {target}`"
    )
    if not whole:
        print("Days' counts and kept reports are sums made before: they hold also where the rows under them are lost.")
    return WELL if whole else UNWELL


def _lost(saved: "Saved") -> str:
    return "" if saved.whole else ", some are lost"


def _reintake(settings: Settings) -> int:
    if not settings.visitors.folders:
        raise ConfigurationError("no folder is watched; set LAHMA_VISITORS__FOLDERS__<NAME>__PATH")
    missing, known = asyncio.run(_unknown(settings))
    ended, back = WELL, 0
    for file in missing:
        try:
            file.put_back()
            back += 1
        except Refused as error:  # the others may still pass
            print(f"lahmadaemon: {error}", file=sys.stderr)
            ended = UNWELL
    print(
        f"{back:,} processed files are back in their folders; {known:,} more are in the store, and stay where they are"
    )
    if back:
        print("The daemon reads them within seconds; crossings it knows are passed over.")
    return ended


async def _unknown(settings: Settings) -> "tuple[list[FailedFile], int]":
    """Processed files that the store does not know, and how many it does."""
    from lahmadaemon.store.database import open_for_reading
    from lahmadaemon.visitors.failed import failed_files
    from lahmadaemon.visitors.intake.folder import PROCESSED
    from lahmadaemon.visitors.store import settled_files

    found = await asyncio.to_thread(lambda: list(failed_files(settings.visitors, PROCESSED)))
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        known = {camera: await settled_files(store, camera) for camera in {file.camera for file in found}}
    missing = [file for file in found if file.fingerprint not in known[file.camera]]
    return missing, len(found) - len(missing)
