"""Puts what an audience did into a store, as polls would have found it."""

from collections.abc import Sequence

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.sessions import Listening
from lahmadaemon.radio.snapshot import Connection
from lahmadaemon.radio.store import Poll, RadioStore


def connection_of(number: int, heard: Listening) -> Connection:
    return Connection(
        number.to_bytes(16, "big"), heard.started_at, heard.identity, heard.mount, heard.user_agent, heard.is_bot,
        False, heard.internal, heard.located, heard.country, heard.city, heard.ip or "", heard.network,
        heard.neighbourhood, heard.listed,
    )  # fmt: skip


async def keep(radio: RadioStore, heard: Sequence[Listening], start: Instant, end: Instant) -> None:
    """A poll an hour, the last one at the end; whoever is open stays so."""
    for at in [*range(start, end, HOUR), end]:
        await radio.record(Poll(Instant(at), Instant(at), HOUR, "valid", 1, 1, 1, 20, 0))
    seen = [connection_of(number, each) for number, each in enumerate(heard)]
    ends = [
        Closing(each.key, told.ended_at, told.ended_at, told.ended_at)
        for each, told in zip(seen, heard, strict=True)
        if not told.is_open
    ]
    await radio.record(Poll(Instant(end + 1), end, HOUR, "told beside", 1, 1, 1, 20, 0), seen, ends)
