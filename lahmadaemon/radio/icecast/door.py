"""Listeners become connections here, once; Icecast tells how long somebody has been there, not since when."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.radio.icecast.listclients import Listener, Listing
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.introducing import introduce
from lahmadaemon.radio.snapshot import Connection, Key

DRIFT = MINUTE
"""How far a beginning may move before the same id is somebody else's; whole seconds jitter by one or two."""


@dataclass(frozen=True)
class Told:
    """One mount's listeners, and the server's clock as it told of them."""

    mount: str
    at: Instant
    listing: Listing


class Door:
    """Remembers the connections of the last poll by epoch and id, and with them their beginnings. Memory: one poll."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._seen: dict[tuple[Instant | None, int], Connection] = {}

    def admit(self, epoch: Instant | None, told: Iterable[Told], known: Collection[Key]) -> dict[Key, Connection]:
        """The connections by key. `known`: those open so far; after a restart of ours only they tell beginnings.

        Ids count up from the server's start and run through all mounts: who is moved to another mount stays the same.
        """
        beginnings, before, seen = dict(known), self._seen, dict[tuple[Instant | None, int], Connection]()
        for mount in told:
            for listener in mount.listing.listeners:
                name = (epoch, listener.id)
                begun = Instant(mount.at - (listener.connected or 0) * SECOND)
                there = seen.get(name) or before.get(name)
                if there is None or not self._same(there.started_at, begun, epoch, listener):
                    digest = self._pseudonyms.connection("icecast", str(epoch), str(listener.id))
                    kept = beginnings.get(digest)
                    same = kept is not None and self._same(kept, begun, epoch, listener)
                    there = self._introduce(digest, kept if kept is not None and same else begun, mount.mount, listener)
                seen[name] = there
        self._seen = seen
        return {connection.key: connection for connection in seen.values()}

    @staticmethod
    def _same(kept: Instant, begun: Instant, epoch: Instant | None, listener: Listener) -> bool:
        """Whether an id is still who it was: surely within an epoch; else as long as its beginning has not moved."""
        return epoch is not None or listener.connected is None or abs(kept - begun) <= DRIFT

    def _introduce(self, digest: bytes, started_at: Instant, mount: str, listener: Listener) -> Connection:
        return introduce(
            self._pseudonyms,
            digest,
            started_at,
            ip=listener.ip,
            user_agent=listener.user_agent,
            mount=mount,
            located=listener.country is not None,
            country=listener.country,
        )
