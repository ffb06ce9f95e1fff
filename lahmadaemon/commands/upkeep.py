"""`lahmadaemon backup` and `restore`: a copy of the store, and the store out of a copy."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

KEY = (
    "Listener identities and creators' logins hang on the secret key: keep {key} (or LAHMA_SECRET_KEY) as it was then, "
    "else listeners count as new ones and creators must connect again."
)


def add_to(verbs: "Verbs") -> None:
    """backup, restore"""
    making = add(verbs, "backup", backup, "copy the store, also while the daemon runs, and look the copy through")
    making.add_argument("--to", type=Path, metavar="FILE", help="into this file (default: into the folder of backups)")
    back = add(verbs, "restore", restore, "put a backup in the store's place; what is there now is kept aside")
    back.add_argument("file", type=Path, metavar="FILE", help="a backup, or what `doctor --salvage` has written")


def sqlite_file(settings: Settings, instead: str) -> Path:
    """The store's file. Raises ConfigurationError where the store is a server's, saying what to use `instead`."""
    from lahmadaemon.building.upkeep import database_file

    database = database_file(settings)
    if database is None:
        raise ConfigurationError(f"the store is a PostgreSQL server's; {instead}")
    return database


def backup(loaded: Loaded, options: argparse.Namespace) -> int:
    """`backup [--to FILE]`"""
    from lahmadaemon.building.upkeep import backup_folder
    from lahmadaemon.store.backups import name_of
    from lahmadaemon.store.copying import copy

    database = sqlite_file(loaded.settings, "copy it with pg_dump, which is made for that")
    if not database.is_file():
        raise ConfigurationError(f"there is no data yet at {database}; start `lahmadaemon run` first")
    target = options.to or backup_folder(loaded.settings) / name_of(SystemClock().now())
    if target.exists():
        raise ConfigurationError(f"{target} is there already; give it another name, or move it away")
    copied = copy(database, target)
    print(f"{copied.path}: {copied.size:,} bytes, schema {copied.revision}, looked through and good")
    print(f"The secret key is not in it: {_key(loaded.settings)}")
    return WELL


def restore(loaded: Loaded, options: argparse.Namespace) -> int:
    """`restore FILE`"""
    from lahmadaemon.store import restoring
    from lahmadaemon.store.migrating import head

    database = sqlite_file(loaded.settings, "put it back with pg_restore or psql, from what pg_dump has written")
    found = restoring.restorable(options.file)
    aside = restoring.restore(options.file, database, SystemClock().now())
    print(f"{database} is now what {options.file} was: {found.size:,} bytes, schema {found.revision}")
    if found.revision != head():
        print(f"The next start brings it to schema {head()}.")
    if aside:
        print(f"What was there before is in {aside} (and beside it); delete it when you are sure.")
    print(KEY.format(key=_key(loaded.settings)))
    if loaded.settings.visitors.folders:
        print("Cameras' files that came after the backup: `lahmadaemon doctor --reintake` has them read once more.")
    return WELL


def _key(settings: Settings) -> str:
    from lahmadaemon.building.secret import SECRET_FILE

    return "LAHMA_SECRET_KEY" if settings.secret_key else str(settings.state_folder / SECRET_FILE)
