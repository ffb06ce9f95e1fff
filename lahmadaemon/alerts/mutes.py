"""The mutes that hold: rows in the store, with a copy here."""

from collections.abc import Iterable

from lahmadaemon.alerts import keys
from lahmadaemon.alerts.incidents import Key, Mute
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.clock import Instant
from lahmadaemon.errors import Refused


class Mutes:
    """By key; one that has run out is as good as none."""

    def __init__(self, store: AlertStore) -> None:
        self._store = store
        self._mutes: dict[str, Mute] = {}

    def load(self, mutes: Iterable[Mute]) -> None:
        self._mutes = {mute.key: mute for mute in mutes}

    def lasting(self, now: Instant) -> list[Mute]:
        """Those that hold now."""
        return [mute for mute in self._mutes.values() if mute.until > now]

    def holding(self, key: Key, now: Instant) -> Mute | None:
        """The one that keeps this quiet, if there is one."""
        known = keys.names(key)
        return next((mute for mute in self.lasting(now) if mute.key in known), None)

    async def put(self, mute: Mute) -> None:
        await self._store.mute(mute)
        self._mutes[mute.key] = mute

    async def drop(self, key: str, now: Instant) -> None:
        """Refused where nothing of that name is muted."""
        muted = [mute.key for mute in self.lasting(now)]
        if key not in muted:
            raise Refused(f"{key!r} is not muted; muted: {', '.join(sorted(muted)) or 'nothing'}")
        await self._store.unmute(key)
        del self._mutes[key]
