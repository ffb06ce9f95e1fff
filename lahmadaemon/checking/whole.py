"""The whole check."""

import asyncio
from collections.abc import Iterator

from lahmadaemon.checking import data, machine, places
from lahmadaemon.checking.finding import Finding
from lahmadaemon.checking.remotes import questions
from lahmadaemon.checking.rooms import rooms
from lahmadaemon.clock import Clock
from lahmadaemon.http import open_client
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.together import together


async def checked(loaded: Loaded, clock: Clock, *, offline: bool) -> list[Finding]:
    """All findings. `offline`: nobody else is asked. Raises ConfigurationError for a programme's file that is broken."""
    settings = loaded.settings
    findings = await asyncio.to_thread(lambda: list(rooms(settings, clock.now())))
    findings += await asyncio.to_thread(lambda: list(places.places(loaded)))
    findings += await data.store(settings.store.resolved(settings.state_folder), clock)
    told = [] if offline else await _asked(settings, clock)
    findings += [finding for finding, _ in told]
    skews = {finding.about: skew for finding, skew in told if skew is not None}
    return [*findings, *_machine(settings, clock, skews)]


async def _asked(settings: Settings, clock: Clock) -> list[tuple[Finding, float | None]]:
    """All at once: the slowest decides how long it takes."""
    async with await asyncio.to_thread(open_client) as client:
        return await together([question.answered() for question in questions(settings, client, clock)])


def _machine(settings: Settings, clock: Clock, skews: dict[str, float]) -> Iterator[Finding]:
    if settings.store.resolved(settings.state_folder).get_backend_name() == "sqlite":
        yield machine.sqlite()
    yield machine.clock(clock.now(), skews)
    yield machine.zone(clock.now(), settings.timezone)
