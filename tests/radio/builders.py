"""Connections, snapshots and listening of invented people, in seconds of an invented time line."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, SECOND, Instant
from lahmadaemon.radio.sessions import Listening, Session, chain
from lahmadaemon.radio.snapshot import Connection, Snapshot, Totals
from lahmadaemon.radio.tagging import Habits, tag

PLAYER = "KitchenRadio/1.0"


def digest(name: str) -> bytes:
    """Sixteen bytes that stand for a name."""
    return name.encode().ljust(16, b".")


def connection(name: str = "anna", start: float = 0) -> Connection:
    """What the door lets in of somebody who came at `start`."""
    return Connection(
        digest=digest(name),
        started_at=Instant(round(start * SECOND)),
        identity=digest(name),
        mount="/radio.mp3",
        user_agent=PLAYER,
        is_bot=False,
        is_mobile=False,
        internal=False,
        located=True,
        country="HU",
        city="Budapest",
        ip="203.0.113.7",
        network=digest(name),
    )


def snapshot(at: float, connections: Iterable[Connection] = (), total: int | None = None) -> Snapshot:
    """One readable answer at `at`; `total` is what now-playing says (None: it says nothing)."""
    present = {each.key: each for each in connections}
    moment = Instant(round(at * SECOND))
    return Snapshot(moment, moment, 20, 0, present, None if total is None else Totals(total, total))


def listening(
    start: float,
    end: float,
    name: str = "anna",
    *,
    user_agent: str = PLAYER,
    is_bot: bool = False,
    located: bool = True,
    is_open: bool = False,
    ip: str | None = "203.0.113.7",
    country: str | None = "HU",
    household: str | None = None,
) -> Listening:
    """Somebody's connection from `start` to `end`, as reports see it."""
    return Listening(
        identity=digest(name),
        started_at=Instant(round(start * SECOND)),
        ended_at=Instant(round(end * SECOND)),
        is_open=is_open,
        mount="/radio.mp3",
        user_agent=user_agent,
        is_bot=is_bot,
        internal=False,
        located=located,
        country=country if located else None,
        city="Budapest" if located else None,
        ip=ip,
        network=digest(household or name),
    )


def classed(connections: Iterable[Listening], gap: int = 120 * SECOND, until: int | None = None) -> list[Session]:
    """Sessions with their classes, as somebody has them who knows all there is (`until`: so far)."""
    sessions = chain(connections, gap)
    since = min((session.started_at for session in sessions), default=0) - DAY
    until = until or max((session.ended_at for session in sessions), default=0) + DAY
    return tag(sessions, Habits(), ZoneInfo("Europe/Budapest"), Instant(since), Instant(until))
