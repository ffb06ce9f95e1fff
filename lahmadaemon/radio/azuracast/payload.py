"""AzuraCast's answers as typed data: every era of the listener row, 0.9 to today.

msgspec instead of the house's pydantic, for this one boundary: a list of 10,000 rows is 7 MB twice a minute, and msgspec
decodes just the fields named here in less time than `json.loads` builds them all. `Raw` fields are only looked into for
connections not seen before.
"""

from typing import Annotated, Any

import msgspec

from lahmadaemon.errors import UpstreamError

_NOTHING = msgspec.Raw(b"null")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_LATEST = 1 << 37

UnixTime = Annotated[int, msgspec.Meta(ge=0, lt=_LATEST)]
"""Seconds, to the year 6325: anything else is no time, and could be neither stored nor shown."""


class Row(msgspec.Struct, gc=False):
    """One listener. `device` since 0.16, `is_mobile` before; `location.status` before 0.16; `hash` since 0.15."""

    ip: str | None = ""
    user_agent: str | None = ""
    hash: str | None = None
    mount_name: str | None = ""
    connected_on: UnixTime | None = None
    connected_until: UnixTime | None = None
    connected_time: float | None = None
    is_mobile: bool | None = None
    device: msgspec.Raw = _NOTHING
    location: msgspec.Raw = _NOTHING

    @property
    def served_at(self) -> int | None:
        """The server's clock when it answered, Unix seconds (before 0.12.3 only to be had as start + length)."""
        if self.connected_until is not None:
            return self.connected_until
        length = self.connected_time
        if self.connected_on is None or length is None or not 0 <= length < _LATEST:
            return None
        return self.connected_on + int(length)


_Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]


class _Counts(msgspec.Struct):
    total: _Count = 0
    unique: _Count = 0


class _Station(msgspec.Struct):
    timezone: str | None = None


class NowPlaying(msgspec.Struct):
    """The parts of `/api/nowplaying/N` that are used."""

    listeners: _Counts
    station: _Station = msgspec.field(default_factory=_Station)
    live: msgspec.Raw = _NOTHING
    now_playing: msgspec.Raw = _NOTHING
    is_online: msgspec.Raw = _NOTHING


_ROW = msgspec.json.Decoder(Row, strict=False)
_ROWS = msgspec.json.Decoder(list[Row], strict=False)
_RAW_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_NOW_PLAYING = msgspec.json.Decoder(NowPlaying, strict=False)


def rows(body: bytes) -> list[Row]:
    """The listener list. Raises UpstreamError (`invalid`) for anything that is not one: HTML, cut JSON, null, an object.

    A row that cannot be read stands there empty, for the door to count; where no row can, it is no list of listeners.
    """
    try:
        return _ROWS.decode(body)
    except _UNREADABLE as error:
        found = _one_by_one(body)
        if any(row.connected_on is not None for row in found):
            return found
        raise UpstreamError(f"the answer is not a list of listeners: {error}", outcome="invalid") from error


def _one_by_one(body: bytes) -> list[Row]:
    """Slower, and only after the whole could not be read: one odd row shall not cost a list of thousands."""
    try:
        return [_row(raw) for raw in _RAW_ROWS.decode(body)]
    except _UNREADABLE:
        return []


def _row(raw: msgspec.Raw) -> Row:
    try:
        return _ROW.decode(raw)
    except _UNREADABLE:
        return Row()


def now_playing(body: bytes) -> NowPlaying:
    """Now-playing. Raises UpstreamError (`invalid`) for anything else."""
    try:
        return _NOW_PLAYING.decode(body)
    except _UNREADABLE as error:
        raise UpstreamError(f"the answer is not now-playing: {error}", outcome="invalid") from error


def mapping(raw: msgspec.Raw) -> dict[str, Any]:
    """A nested object; PHP writes an empty one as []. Nobody is dropped for one that cannot be read."""
    try:
        value = msgspec.json.decode(raw)
    except _UNREADABLE:
        return {}
    return value if isinstance(value, dict) else {}


def error_type(body: bytes) -> str | None:
    """The `type` of an AzuraCast API error ("" where an old version gives none); None where the body is no API error."""
    try:
        error = msgspec.json.decode(body)
    except _UNREADABLE:
        return None
    if not isinstance(error, dict) or "message" not in error:
        return None
    return str(error.get("type") or "")
