"""Weeks of the demo's audience as AzuraCast's own sync sees it, with the truth about everybody."""

from collections.abc import Iterator
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, SECOND, Instant
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.people import ALWAYS_ON, BOT, PROBES, RELAY, Client, device_of
from lahmadaemon.radio.identity import Pseudonyms, Who
from lahmadaemon.radio.sessions import Listening

BUDAPEST = ZoneInfo("Europe/Budapest")
NAMES = Pseudonyms(b"secret")
TRUTH = {ALWAYS_ON: "always_on", RELAY: "relay", BOT: "bot"} | dict.fromkeys(PROBES, "probe")
"""All the others are people."""


def identity_of(client: Client) -> bytes:
    return known(client).identity


@cache
def known(client: Client) -> Who:
    """They come many times a day."""
    return NAMES.who(client.ip, client.user_agent)


def heard(seed: int, start: Instant, days: float, size: int = 60) -> list[Listening]:
    """Every connection of the audience, from the sync that first saw it to the one that missed it."""
    end = Instant(start + round(days * DAY))
    return list(_heard(Audience(seed, BUDAPEST, size, start=start), Random(seed), start, end))


def _heard(audience: Audience, random: Random, start: Instant, end: Instant) -> Iterator[Listening]:
    since = dict.fromkeys(audience.connected, start)
    moment, changes = start, audience.changes
    while moment < end:
        moment = Instant(moment + random.randint(10 * SECOND, 16 * SECOND))
        audience.advance(moment)
        if audience.changes == changes:
            continue
        changes = audience.changes
        for client in [client for client in since if client not in audience.connected]:
            yield _listening(client, since.pop(client), moment)
        for client in audience.connected:
            since.setdefault(client, moment)
    for client, began in since.items():
        yield _listening(client, began, end, is_open=True)


def _listening(client: Client, began: Instant, ended: Instant, *, is_open: bool = False) -> Listening:
    who = known(client)
    return Listening(
        who.identity, began, ended, is_open, str(client.mount), client.user_agent, device_of(client.user_agent).is_bot,
        who.internal, True, "HU", "Budapest", None, who.network, who.neighbourhood, who.listed,
    )  # fmt: skip
