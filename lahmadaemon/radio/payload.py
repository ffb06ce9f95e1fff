"""AzuraCast's answers as typed data: every era of the listener row, 0.9 to today.

msgspec instead of the house's pydantic, for this one boundary: a list of 10,000 rows is 7 MB twice a minute, and msgspec
decodes just the fields named here in less time than `json.loads` builds them all. `Raw` fields are only looked into for
connections not seen before.
"""

from typing import Any

import msgspec

from lahmadaemon.errors import UpstreamError

_NOTHING = msgspec.Raw(b"null")


class Row(msgspec.Struct):
    """One listener. `device` since 0.16, `is_mobile` before; `location.status` before 0.16; `hash` since 0.15."""

    ip: str | None = ""
    user_agent: str | None = ""
    hash: str | None = None
    mount_name: str | None = ""
    connected_on: int | None = None
    connected_until: int | None = None
    connected_time: float | None = None
    is_mobile: bool | None = None
    device: msgspec.Raw = _NOTHING
    location: msgspec.Raw = _NOTHING

    @property
    def served_at(self) -> int | None:
        """The server's clock when it answered, Unix seconds (before 0.12.3 only to be had as start + length)."""
        if self.connected_until is not None:
            return self.connected_until
        if self.connected_on is None or self.connected_time is None:
            return None
        return self.connected_on + int(self.connected_time)


class _Counts(msgspec.Struct):
    total: int = 0
    unique: int = 0


class _Station(msgspec.Struct):
    timezone: str | None = None


class _Live(msgspec.Struct):
    is_live: bool = False
    streamer_name: str | None = ""


class _Song(msgspec.Struct):
    artist: str | None = ""
    title: str | None = ""


class _Playing(msgspec.Struct):
    song: _Song = msgspec.field(default_factory=_Song)


class NowPlaying(msgspec.Struct):
    """The parts of `/api/nowplaying/N` that are used."""

    listeners: _Counts
    station: _Station = msgspec.field(default_factory=_Station)
    live: _Live = msgspec.field(default_factory=_Live)
    now_playing: _Playing | None = None
    is_online: bool = True

    @property
    def on_air(self) -> str:
        """The live DJ, else artist and title; "" while offline."""
        if not self.is_online:
            return ""
        if self.live.is_live:
            return self.live.streamer_name or "live"
        song = self.now_playing.song if self.now_playing else _Song()
        return " – ".join(part for part in (song.artist, song.title) if part)


_ROWS = msgspec.json.Decoder(list[Row], strict=False)
_NOW_PLAYING = msgspec.json.Decoder(NowPlaying, strict=False)


def rows(body: bytes) -> list[Row]:
    """The listener list. Raises UpstreamError (`invalid`) for anything that is not one: HTML, cut JSON, null, an object."""
    try:
        return _ROWS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UpstreamError(f"the answer is not a list of listeners: {error}", outcome="invalid") from error


def now_playing(body: bytes) -> NowPlaying:
    """Now-playing. Raises UpstreamError (`invalid`) for anything else."""
    try:
        return _NOW_PLAYING.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UpstreamError(f"the answer is not now-playing: {error}", outcome="invalid") from error


def mapping(raw: msgspec.Raw) -> dict[str, Any]:
    """A nested object; PHP writes an empty one as []."""
    value = msgspec.json.decode(raw)
    return value if isinstance(value, dict) else {}


def error_type(body: bytes) -> str | None:
    """The `type` of an AzuraCast API error ("" where an old version gives none); None where the body is no API error."""
    try:
        error = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not isinstance(error, dict) or "message" not in error:
        return None
    return str(error.get("type") or "")
