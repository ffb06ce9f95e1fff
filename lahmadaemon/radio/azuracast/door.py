"""Rows become connections here, once: whoever was here at the last poll is recognised without another look."""

from collections.abc import Iterable

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.azuracast.payload import Row, mapping
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.introducing import introduce
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
            name = (_name(row), started)
            connection = known.get(name) or self.introduce(row, started)
            seen[name] = connection
            admitted[connection.digest, connection.started_at] = connection
        self._known = seen
        return admitted, dropped

    def introduce(self, row: Row, started: int) -> Connection:
        """The connection of a row that nobody has met yet."""
        device, location = mapping(row.device), mapping(row.location)
        country = location.get("country") or None
        return introduce(
            self._pseudonyms,
            self._pseudonyms.connection(_name(row)),
            Instant(started * SECOND),
            ip=_text(row.ip),
            user_agent=_text(row.user_agent),
            mount=_text(row.mount_name),
            is_bot=bool(device.get("is_bot")),
            is_mobile=bool(device.get("is_mobile", row.is_mobile)),
            located=location.get("status") != "error"
            and (bool(country) or str(location.get("description") or "") not in _NO_PLACE),
            country=_text(country) or None,
            city=_text(location.get("city")) or None,
        )


def _name(row: Row) -> str:
    """The server's own word for a connection; before 0.15 rows have no hash: then what it was made of stands for it."""
    return row.hash or f"{row.ip}\0{row.user_agent}\0{row.mount_name}"


def _text(value: object) -> str:
    """What a stranger wrote, as text; what a database cannot keep of it is the store's affair."""
    return str(value or "")
