"""What the window's routes are given, for the command line: the same doors over the same store, beside a running daemon."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from lahmadaemon.clock import Clock, SystemClock
from lahmadaemon.commands.social.cells import Look
from lahmadaemon.settings import Settings
from lahmadaemon.store.database import Store, open_for_reading

if TYPE_CHECKING:
    from fastapi import Request, Response

    from lahmadaemon.social.connections import Provider
    from lahmadaemon.web.social.doors import SocialDoors


def zone_of(settings: Settings) -> ZoneInfo:
    """That of the campaigns' days."""
    return settings.social.timezone or settings.timezone


def look(settings: Settings, screen: Console) -> Look:
    """Now, on this screen."""
    return Look(zone_of(settings), SystemClock().now(), screen.width)


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[tuple["SocialDoors", Store]]:
    """For looking. Raises ConfigurationError where there is nothing to look at."""
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        clock = SystemClock()
        yield doors_over(store, settings, clock, await _lost(store, clock)), store


def doors_over(
    store: Store, settings: Settings, clock: Clock, lost: "frozenset[tuple[int, Provider]]" = frozenset()
) -> "SocialDoors":
    """Doors through which one can look, and do nothing that takes a token or a daemon."""
    from lahmadaemon.web.social.looking import doors_to_look_through

    return doors_to_look_through(store, settings.social, zone_of(settings), clock, lambda: lost)


def unasked() -> "tuple[Request, Response]":
    """For the API's functions that are called here, and not over HTTP: they point to the next page there."""
    from fastapi import Request, Response

    return Request({"type": "http", "query_string": b""}), Response()


async def _lost(store: Store, clock: Clock) -> "frozenset[tuple[int, Provider]]":
    """Logins that no key opens: the daemon has found that out, and raised an alarm for each."""
    from lahmadaemon.alerts.conditions import Condition
    from lahmadaemon.alerts.store import AlertStore
    from lahmadaemon.social.connections import KEY_LOST, Provider

    standing = await AlertStore(store).standing(clock.now())
    subjects = [
        each.subject.partition(".") for each in standing.incidents
        if each.condition is Condition.CREATOR_LOGIN_DEAD and each.resolved_at is None
        and each.detail.get("reason") == KEY_LOST
    ]  # fmt: skip
    return frozenset((int(creator), Provider(provider)) for provider, _, creator in subjects)
