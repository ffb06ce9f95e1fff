"""Rows become connections here, once: whoever was here at the last poll is recognised without another look."""

from collections.abc import Iterable

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.azuracast.payload import Row, mapping
from lahmadaemon.radio.identity import AGENT_LENGTH, Pseudonyms, address, is_internal, network
from lahmadaemon.radio.snapshot import Connection, Key

_NO_PLACE = {"Internal/Reserved IP", "Unknown", ""}


class Door:
    """Remembers the connections of the last poll by the source's own words for them. Memory: one poll."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._known: dict[tuple[str, int], Connection] = {}

    def admit(self, rows: Iterable[Row]) -> tuple[dict[Key, Connection], int]:
        """The connections by key, and how many rows could not be one."""
        known, seen, admitted, dropped = self._known, {}, {}, 0
        for row in rows:
            started, until = row.connected_on, row.connected_until
            if started is None or (until is not None and until < started):
                dropped += 1
                continue
            # Before 0.15 rows have no hash: then what it was made of stands for it.
            name = (row.hash or f"{row.ip}\0{row.user_agent}\0{row.mount_name}", started)
            connection = known.get(name) or self._introduce(name[0], started, row)
            seen[name] = connection
            admitted[connection.digest, connection.started_at] = connection
        self._known = seen
        return admitted, dropped

    def _introduce(self, name: str, started: int, row: Row) -> Connection:
        found = address(row.ip or "")
        net = network(found, row.ip or "")
        user_agent = _text(row.user_agent)[:AGENT_LENGTH]
        device, location = mapping(row.device), mapping(row.location)
        country = location.get("country") or None
        return Connection(
            digest=self._pseudonyms.connection(name),
            started_at=Instant(started * SECOND),
            identity=self._pseudonyms.identity(net, user_agent),
            mount=_text(row.mount_name),
            user_agent=user_agent,
            is_bot=bool(device.get("is_bot")),
            is_mobile=bool(device.get("is_mobile", row.is_mobile)),
            internal=is_internal(found),
            located=location.get("status") != "error"
            and (bool(country) or str(location.get("description") or "") not in _NO_PLACE),
            country=_text(country) or None,
            city=_text(location.get("city")) or None,
            ip=str(found) if found else _text(row.ip),
            network=self._pseudonyms.network(net),
        )


def _text(value: object) -> str:
    """What a stranger wrote, as text; what a database cannot keep of it is the store's affair."""
    return str(value or "")
