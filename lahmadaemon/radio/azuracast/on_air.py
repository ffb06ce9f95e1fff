"""What now-playing says is on air, of every era; nothing a stranger wrote there can spoil the counts beside it."""

from typing import Any

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.azuracast.payload import NowPlaying, mapping
from lahmadaemon.radio.snapshot import OnAir

LONGEST_TEXT = 300
_LATEST = 1 << 37
_ANSWERS = {b"true": True, b"false": False}


def on_air(playing: NowPlaying) -> OnAir | None:
    """`sh_id` 0 is the placeholder that AzuraCast shows when it has nothing of now. `is_online` since 0.12.2.

    None where there is neither.
    """
    live, now = mapping(playing.live), mapping(playing.now_playing)
    play, online, told = _number(now.get("sh_id")), bytes(playing.is_online), now.get("song")
    song = told if isinstance(told, dict) else {}
    if not now and online not in _ANSWERS:
        return None
    is_live = live.get("is_live") is True
    return OnAir(
        online=_ANSWERS.get(online, play is not None),
        live=is_live,
        streamer=_text(live.get("streamer_name")) or _text(now.get("streamer")) if is_live else "",
        artist=_text(song.get("artist")) if play else "",
        title=(_text(song.get("title")) or _text(song.get("text"))) if play else "",
        playlist=_text(now.get("playlist")),
        play=play,
        played_at=_instant(now.get("played_at")),
        length=_length(now.get("duration")),
    )


def _text(value: object) -> str:
    return value[:LONGEST_TEXT].strip() if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    """A whole number above nought, also where it comes as text."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 < number < _LATEST else None


def _instant(value: object) -> Instant | None:
    seconds = _number(value)
    return None if seconds is None else Instant(seconds * SECOND)


def _length(value: object) -> int | None:
    seconds = _number(value)
    return None if seconds is None else seconds * SECOND
