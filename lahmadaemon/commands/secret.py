"""`lahmadaemon secret …`: a new key for listener identities and stored logins, and the end of the old one."""

import argparse
import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING

from lahmadaemon.commands import UNWELL, WELL, add, family
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

NEW = """\
{path} is new. From the next start on every listener has a new identity:
whoever listens before and after it counts twice in figures of that day, week and month (CUME; hours and sessions do not change).
The old key is in {before}: it opens stored logins, which the next start seals anew.
When the daemon has run for a minute: lahmadaemon secret destroy"""


def add_to(verbs: "Verbs") -> None:
    """secret rotate, destroy"""
    own = family(verbs, "secret", "the key that listener identities and stored logins hang on")
    add(own, "rotate", rotate, "make a new key; listeners before and after cannot be told to be the same")
    add(own, "destroy", destroy, "delete the key before: nobody can tell any more whose its identities were")


def rotate(loaded: Loaded, options: argparse.Namespace) -> int:
    """`secret rotate`: with the daemon stopped, for it knows one key only."""
    from lahmadaemon.building import secret
    from lahmadaemon.building.upkeep import database_file
    from lahmadaemon.store.restoring import held

    settings = loaded.settings
    database = database_file(settings)
    with held(database) if database else nullcontext():
        secret.rotate(settings)
    folder = settings.state_folder
    print(NEW.format(path=folder / secret.SECRET_FILE, before=folder / secret.BEFORE_FILE))
    return WELL


def destroy(loaded: Loaded, options: argparse.Namespace) -> int:
    """`secret destroy`: not while a login hangs on it."""
    from lahmadaemon.building.secret import BEFORE_FILE

    path = loaded.settings.state_folder / BEFORE_FILE
    if not path.exists():
        raise ConfigurationError(f"there is no {path}; `lahmadaemon secret rotate` makes it")
    if left := asyncio.run(_sealed_by_it(loaded.settings)):
        print(f"{left} stored logins were not sealed anew yet: start the daemon, and do this a minute later")
        return UNWELL
    path.unlink()
    print(f"{path} is gone. Copies of it, in backups of the machine, are yours to delete.")
    return WELL


async def _sealed_by_it(settings: Settings) -> int:
    """How many tokens the new key alone does not open."""
    from lahmadaemon.building.secret import house_secret
    from lahmadaemon.social.store.resealing import reseal_all
    from lahmadaemon.social.vault import Vault
    from lahmadaemon.store.database import open_for_reading

    vault = await asyncio.to_thread(lambda: Vault([house_secret(settings)]))
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        return (await reseal_all(store, vault)).unopened
