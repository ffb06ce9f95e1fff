"""AzuraCast's table of listeners: what its own sync, every 10 to 16 seconds, has seen of an audience."""

from collections import Counter
from hashlib import md5
from random import Random
from typing import Any

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.faults import Faults
from lahmadaemon.demo.people import AAC, MP3, Client, device_of, place_of

MOUNT_NAMES = {MP3: "/rigo.mp3 (192kbps MP3)", AAC: "/rigo.aac (64kbps AAC)"}


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

    def advance(self, to: Instant) -> None:
        """Do all syncs that are due; the audience moves along."""
        while self._next_sync <= to:
            self._audience.advance(self._next_sync)
            if not self._faults.frozen:
                self._sync(self._next_sync)
            self._next_sync = Instant(self._next_sync + self._random.randint(10 * SECOND, 16 * SECOND))

    def reset(self) -> None:
        """A failed read closed everybody, and the sync after it opened new rows: just now."""
        self._rows.clear()
        self._seen_changes = -1
        self._sync(self.synced_at)

    def _sync(self, at: Instant) -> None:
        self.synced_at = at
        if self._audience.changes == self._seen_changes:
            return
        self._seen_changes = self._audience.changes
        connected = self._audience.connected
        stamp = self._faults.server_time(at)
        self._rows = {client: self._rows.get(client, stamp) for client in connected}
        self.connections.clear()
        for client, starts in connected.items():
            self.connections[client.mount] += len(starts)

    def unique(self, mount: int) -> int:
        """The number of rows of a mount."""
        return sum(client.mount == mount for client in self._rows)

    def live(self, now: int) -> list[dict[str, Any]]:
        """The rows, oldest first, as the API gives them when the server's clock shows `now`."""
        return [_row(client, since, now) for client, since in sorted(self._rows.items(), key=lambda row: row[1])]


def _row(client: Client, since: int, now: int) -> dict[str, Any]:
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
