"""A listener's connections: found by the address they came from, and made nobody's. Figures stay: the rows stay as numbers."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.radio.identity import DIGEST_LENGTH, Pseudonyms, address
from lahmadaemon.radio.store import THIS_ONE, connections
from lahmadaemon.store.database import Store

FRESH = 15 * DAY
"""So long connections are held against the server's own history: one that is made nobody's would be added once more."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Wanted:
    """Who is looked for: by all keys that were ever ours. `identities`: with one player only; empty: a whole household's."""

    networks: tuple[bytes, ...]
    identities: tuple[bytes, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What there is at one station; `fresh`: too young to be forgotten for good."""

    station: str
    connections: int
    first: Instant
    last: Instant
    addresses: int
    fresh: int

    @property
    def ripe_at(self) -> Instant:
        """When none of them is fresh any more, unless they listen again."""
        return Instant(self.last + FRESH)


def wanted(ip: str, agent: str | None, keys: Sequence[Pseudonyms]) -> Wanted | None:
    """None where it is no address."""
    found = address(ip)
    if found is None:
        return None
    seen = [key.who(ip, agent or "") for key in keys]
    identities = tuple(each.identity for each in seen) if agent is not None else ()
    return Wanted(tuple(each.network for each in seen), identities, (ip.strip(), str(found)))


def _keyed(of: Wanted) -> ColumnElement[bool]:
    """What a key that is here leads to."""
    return connections.c.identity.in_(of.identities) if of.identities else connections.c.network.in_(of.networks)


def _theirs(of: Wanted) -> ColumnElement[bool]:
    """Also what is known by its whole address alone, its key being gone."""
    return _keyed(of) if of.identities else or_(_keyed(of), connections.c.ip.in_(of.addresses))


async def look_for(store: Store, of: Wanted, now: Instant, station: str | None = None) -> list[Found]:
    """At every station, or the one."""
    c = connections.c
    fresh = or_(c.ended_at.is_(None), c.ended_at > now - FRESH)
    summed = select(
        c.station, func.count(), func.min(c.started_at), func.max(func.coalesce(c.ended_at, now)), func.count(c.ip),
        func.count().filter(fresh),
    ).where(_theirs(of) if station is None else and_(_theirs(of), c.station == station))  # fmt: skip
    async with store.read() as connection:
        rows = await connection.execute(summed.group_by(c.station).order_by(c.station))
        return [Found(name, *rest) for name, *rest in rows]


async def make_nobodys(store: Store, of: Wanted, station: str, now: Instant) -> int:
    """Whom they led to is replaced by chance, one for each listener, so that counts of listeners stay as they are; address,
    place and neighbourhood go. How many connections. Done once more, it finds what was too fresh the first time."""
    c, due = connections.c, 0
    ripe = and_(c.station == station, _theirs(of), c.ended_at <= now - FRESH)
    async with store.read() as connection:
        rows = list(await connection.execute(select(c.digest, c.started_at, c.identity, c.network).where(ripe)))
    somebody: dict[bytes, bytes] = defaultdict(_chance)
    for i in range(0, len(rows), _AT_ONCE):
        changes = [
            {
                "of_station": station, "of_digest": row.digest, "of_started_at": row.started_at, "new_digest": _chance(),
                "new_identity": somebody[row.identity], "new_network": somebody[row.network],
            }
            for row in rows[i : i + _AT_ONCE]
        ]  # fmt: skip
        async with store.write() as connection:
            await connection.execute(_UNLINK, changes)
        due += len(changes)
    return due


async def drop_addresses(store: Store, of: Wanted, station: str) -> int:
    """Whole addresses go at once, also those of fresh connections: no figure needs them, and the key finds them again."""
    c = connections.c
    mine = and_(c.station == station, _keyed(of), c.ip.is_not(None))
    async with store.write() as connection:
        result: Any = await connection.execute(update(connections).where(mine).values(ip=None))
    return int(result.rowcount)


def _chance() -> bytes:
    return secrets.token_bytes(DIGEST_LENGTH)


_UNLINK = (
    update(connections)
    .where(THIS_ONE)
    .values(
        digest=bindparam("new_digest"), identity=bindparam("new_identity"), network=bindparam("new_network"),
        neighbourhood=None, ip=None, city=None,
    )
)  # fmt: skip
