"""A radio whose audience is known to the second, and two other ways of counting it, for `accuracy.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from statistics import mean
from typing import Any

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.demo.audience import Audience, Story
from lahmadaemon.demo.people import ALWAYS_ON, BOT, PROBES, RELAY, Client
from lahmadaemon.demo.shows import Play, Shows
from lahmadaemon.radio.identity import address, network
from lahmadaemon.radio.sessions import Listening, Session, chain

MACHINES = frozenset({ALWAYS_ON, RELAY, BOT, *PROBES})
GAP = 120 * SECOND


@dataclass
class Heard:
    """One connection as it really was."""

    client: Client
    began: Instant
    ended: Instant | None = None


class KnownAudience(Audience):
    """Remembers every connection it ever had."""

    def __init__(self, seed: int, zone: tzinfo, size: int, *, start: Instant) -> None:
        self.heard: list[Heard] = []
        super().__init__(seed, zone, size, start=start)

    def _listen(self, client: Client, seconds: float) -> Story:
        heard = Heard(client, self._now)
        self.heard.append(heard)
        yield from super()._listen(client, seconds)
        heard.ended = self._now

    def sessions(self, until: Instant) -> list[Session]:
        """The truth: people's sessions, by the house's definition of identity and gap; machines are no people."""
        return chain([_listening(each, until) for each in self.heard if each.client not in MACHINES], GAP)


def identity(client: Client) -> bytes:
    """Who a client is, by the definition: an IPv4 address or an IPv6 /64, and the User-Agent."""
    return f"{network(address(client.ip), client.ip)}\0{client.user_agent[:255]}".encode()


def _listening(heard: Heard, until: Instant) -> Listening:
    ended = until if heard.ended is None else heard.ended
    who = identity(heard.client)
    return Listening(
        identity=who, started_at=heard.began, ended_at=ended, is_open=heard.ended is None, mount="", is_bot=False,
        user_agent=heard.client.user_agent, internal=False, located=True, country=None, city=None, ip=None,
        network=who.partition(b"\0")[0],
    )  # fmt: skip


def airings(shows: Shows, start: Instant, end: Instant) -> list[Play]:
    """Every show of the stretch, from its real beginning to its real end."""
    found, at = [], start
    while at < end:
        play = shows.on_air(at)
        if play.live or play.playlist == play.artist:  # a recorded show has a playlist of its own name
            found.append(play)
        at = play.ends
    return found


class OldScript:
    """The station's older script on the same polls: one listener an address, a session whenever the length goes down."""

    def __init__(self) -> None:
        self._lengths: dict[str, list[int]] = {}

    def poll(self, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            lengths = self._lengths.setdefault(row["ip"], [])
            if lengths and row["connected_time"] >= lengths[-1]:
                lengths[-1] = row["connected_time"]
            else:
                lengths.append(row["connected_time"])

    def figures(self, since_process_start: int) -> dict[str, float]:
        """Its totals: lengths are capped by how long the script ran, in seconds. It knows neither average nor peak."""
        capped = [[min(length, since_process_start) for length in each] for each in self._lengths.values()]
        return {
            "cume": len(capped),
            "ss": sum(map(len, capped)),
            "tlh": sum(map(sum, capped)) / 3600,
        }


def azuracasts_own(rows: Iterable[dict[str, Any]], plays: Iterable[tuple[int, int]]) -> dict[str, float]:
    """The same day by AzuraCast's definitions: its listeners page (uniques and hours) and its charts (average, peak).

    `rows`: history of the day, grouped as its page does by default; `plays`: (end in s, listeners at that end) of each
    track that ended in the day. Uniques leave out whoever is still connected: `connected_until` at the range's end.
    """
    rows, at_ends = list(rows), [count for _, count in plays]
    last = max((row["connected_until"] for row in rows), default=0)
    tlh = sum(row["connected_time"] for row in rows) / 3600
    return {
        "cume": sum(row["connected_until"] < last for row in rows),
        "tlh": tlh,
        "aas": mean(at_ends) if at_ends else 0.0,
        "peak": max(at_ends, default=0),
    }
