"""`lahmadaemon forget …`: a person asks to be forgotten. Shows what there is, asks, forgets, and says what stays."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from lahmadaemon.clock import Instant, SystemClock, iso
from lahmadaemon.commands import UNWELL, WELL, add, family
from lahmadaemon.commands.asking import sure
from lahmadaemon.commands.social import forgetting as creators
from lahmadaemon.commands.social.naming import CREATOR
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.radio.forgetting.store import Found, Wanted

STAYS = """\
What stays: figures, which are sums; the rows as numbers, which nothing leads from to a person (times, mount, player, country).
Not in reach of this command: the station's own server, which keeps addresses by its own rules; files that were exported."""


def add_to(verbs: "Verbs") -> None:
    """forget listener, creator"""
    own = family(verbs, "forget", "what a person may ask for: their data are found, and made nobody's")
    one = add(own, "listener", listener, "a listener, by the address they come from")
    one.add_argument("ip", metavar="IP", help="their address; of IPv6 the household is meant, its /64")
    one.add_argument(
        "--agent", metavar="TEXT", help="only with this player (User-Agent), where several share the address"
    )
    one.add_argument("--station", help="at this station only")
    other = add(own, "creator", creator, "a creator: posts, numbers, logins (as `social forget`)")
    other.add_argument("creator", metavar="CREATOR", help=CREATOR)
    for each in (one, other):
        each.add_argument("--yes", action="store_true", help="ask nothing")
        each.add_argument(
            "--renew-backups", action="store_true", help="then make a fresh backup, and delete all earlier ones"
        )


def creator(loaded: Loaded, options: argparse.Namespace) -> int:
    """`forget creator`"""
    ended = creators.forget(loaded, options)
    if ended == WELL:
        _backups(loaded.settings, renew=options.renew_backups)
    return ended


def listener(loaded: Loaded, options: argparse.Namespace) -> int:
    """`forget listener`: 1 where something is too fresh and must be forgotten later."""
    settings, now = loaded.settings, SystemClock().now()
    of = _wanted(settings, options.ip, options.agent)
    found = asyncio.run(_look(settings, of, now, options.station))
    if not found:
        print("Nothing is known of them: no connection came from there, by any key that is here.")
        return WELL
    for each in found:
        print(f"{each.station}: {each.connections:,} connections, {iso(each.first)} to {iso(each.last)}{_noted(each)}")
    if not options.yes and not sure("Make them nobody's? Type yes: "):
        print("Nothing was changed.")
        return UNWELL
    changed = asyncio.run(_forget(settings, of, now, found))
    print(f"{changed:,} connections are nobody's now.")
    print(STAYS)
    if fresh := sum(each.fresh for each in found):
        ripe = max(each.ripe_at for each in found if each.fresh)
        print(
            f"{fresh:,} are too fresh: the station's server would tell of them anew, as of new ones. "
            f"Run this once more after {iso(ripe)}."
        )
    _backups(settings, renew=options.renew_backups)
    return UNWELL if fresh else WELL


def _noted(found: "Found") -> str:
    kept = f"; {found.addresses:,} with the whole address" if found.addresses else ""
    return kept + (f"; {found.fresh:,} too fresh to be forgotten for good" if found.fresh else "")


def _wanted(settings: Settings, ip: str, agent: str | None) -> "Wanted":
    from lahmadaemon.building.secret import earlier_secrets, house_secret
    from lahmadaemon.radio.forgetting.store import wanted
    from lahmadaemon.radio.identity import Pseudonyms

    keys = [Pseudonyms(each) for each in (house_secret(settings), *earlier_secrets(settings))]
    found = wanted(ip, agent, keys)
    if found is None:
        raise ConfigurationError(f"{ip} is no address; write one such as 198.51.100.7 or 2001:db8::7")
    return found


async def _look(settings: Settings, of: "Wanted", now: Instant, station: str | None) -> "list[Found]":
    from lahmadaemon.radio.forgetting.store import look_for
    from lahmadaemon.store.database import open_for_reading

    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        return await look_for(store, of, now, station)


async def _forget(settings: Settings, of: "Wanted", now: Instant, found: "list[Found]") -> int:
    from lahmadaemon.radio.forgetting.store import drop_addresses, make_nobodys
    from lahmadaemon.store.database import open_beside

    changed = 0
    async with open_beside(settings.store.resolved(settings.state_folder)) as store:
        for each in found:
            changed += await make_nobodys(store, of, each.station, now)
            await drop_addresses(store, of, each.station)
    return changed


def _backups(settings: Settings, *, renew: bool) -> None:
    """Says what earlier backups still hold; on request takes a fresh one and lets them go."""
    from lahmadaemon.building.upkeep import backup_folder, database_file
    from lahmadaemon.store.backups import backups_in, name_of
    from lahmadaemon.store.copying import copy

    folder, database = backup_folder(settings), database_file(settings)
    earlier = backups_in(folder)
    if database is None:
        print("Dumps of the PostgreSQL server still hold it: make fresh ones, and delete those.")
    elif renew:
        fresh = copy(database, folder / name_of(SystemClock().now()))
        old = [each.path for each in earlier if each.path != fresh.path]
        for path in old:
            path.unlink(missing_ok=True)
        print(f"{fresh.path} is fresh and good; {len(old)} earlier backups are deleted.")
    elif earlier:
        print(
            f"{len(earlier)} backups in {folder} still hold it until they are replaced; --renew-backups does that now."
        )
