"""AzuraCast's table of listeners: what its own sync, every 10 to 16 seconds, has seen of an audience."""

from collections import Counter
from collections.abc import Iterable
from hashlib import md5
from random import Random
from typing import Any, NamedTuple

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.faults import Faults
from lahmadaemon.demo.people import AAC, MP3, Client, device_of, place_of

RETENTION = 60 * 86_400
"""Seconds: rows that began earlier are forgotten."""
WIPED_AT = 4 * 60
"""Seconds after the hour."""
MOUNT_NAMES = {MP3: "/rigo.mp3 (192kbps MP3)", AAC: "/rigo.aac (64kbps AAC)"}


class Row(NamedTuple):
    """A client from the sync that first saw it to the one that missed it, in Unix seconds; without an end it is there."""

    client: Client
    since: int
    until: int | None


class ListenerTable:
    """One row a client, however many connections it has, from the sync that first saw it to the one that missed it."""

    def __init__(self, audience: Audience, faults: Faults, now: Instant) -> None:
        self.connections: Counter[int] = Counter()  # by mount
        self.synced_at = now
        self._audience = audience
        self._faults = faults
        self._random = Random(0)  # noqa: S311 - a model, not a secret
        self._next_sync = now
        self._seen_changes = -1
        self._rows = {  # connected_on; who was there before us was seen by a sync before us
            client: faults.server_time(min(now, min(starts) + self._random.randrange(16 * SECOND)))
            for client, starts in audience.connected.items()
        }
        self._ended: list[Row] = []

    def advance(self, to: Instant) -> None:
        """Do all syncs that are due; the audience moves along."""
        while self._next_sync <= to:
            self._audience.advance(self._next_sync)
            if not self._faults.frozen:
                self._sync(self._next_sync)
            self._next_sync = Instant(self._next_sync + self._random.randint(10 * SECOND, 16 * SECOND))

    def reset(self) -> None:
        """A failed read closed everybody, and the sync after it opened new rows: just now."""
        self._end(self._rows, self._faults.server_time(self.synced_at))
        self._rows.clear()
        self._seen_changes = -1
        self._sync(self.synced_at)

    def _sync(self, at: Instant) -> None:
        stamp, before = self._faults.server_time(at), self._faults.server_time(self.synced_at)
        self.synced_at = at
        if self._faults.hourly_wipe and (stamp - WIPED_AT) // 3600 > (before - WIPED_AT) // 3600:
            self._rows.clear()  # who is there has a new row a moment later: now
            self._ended.clear()
            self._seen_changes = -1
        if self._audience.changes == self._seen_changes:
            return
        self._seen_changes = self._audience.changes
        connected = self._audience.connected
        self._end(self._rows.keys() - connected.keys(), stamp)
        self._rows = {client: self._rows.get(client, stamp) for client in connected}
        self.connections.clear()
        for client, starts in connected.items():
            self.connections[client.mount] += len(starts)

    def unique(self, mount: int) -> int:
        """The number of rows of a mount."""
        return 0 if self._faults.counts_only else sum(client.mount == mount for client in self._rows)

    def live(self, now: int) -> list[dict[str, Any]]:
        """The rows, oldest first, as the API gives them when the server's clock shows `now`."""
        if self._faults.counts_only:
            return []
        return [told(client, since, now) for client, since in sorted(self._rows.items(), key=lambda row: row[1])]

    def overlapping(self, start: int, end: int) -> list[Row]:
        """Every row, ended or not, that was there at some second from the one to the other, in the order they began."""
        if self._faults.counts_only:
            return []
        rows = [*self._ended, *(Row(client, since, None) for client, since in self._rows.items())]
        there = (row for row in rows if row.since <= end and (row.until is None or row.until >= start))
        return sorted(there, key=lambda row: row.since)

    def _end(self, clients: Iterable[Client], stamp: int) -> None:
        self._ended += [Row(client, self._rows[client], stamp) for client in clients]
        if self._ended and self._ended[0].since < stamp - RETENTION - 86_400:  # once a day is often enough
            self._ended = [row for row in self._ended if row.since >= stamp - RETENTION]


def told(client: Client, since: int, now: int) -> dict[str, Any]:
    """A row as the API gives it, up to `now`."""
    place = place_of(client.ip)
    return {
        "ip": client.ip,
        "user_agent": client.user_agent[:255],
        "hash": md5(f"{client.ip}{client.user_agent}local_{client.mount}".encode(), usedforsecurity=False).hexdigest(),
        "mount_is_local": True,
        "mount_name": MOUNT_NAMES[client.mount],
        "connected_on": since,
        "connected_until": now,
        "connected_time": now - since,
        "device": device_of(client.user_agent)._asdict(),
        "location": {"description": f"{place.city}, {place.region}, {place.country}", **place._asdict()},
    }
