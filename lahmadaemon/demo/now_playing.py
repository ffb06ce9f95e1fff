"""What AzuraCast 0.23.7 tells everybody about a station: how many listen, what is on air, what was before."""

from collections.abc import Iterator
from hashlib import md5
from typing import Any

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.demo.faults import Faults
from lahmadaemon.demo.listeners import MOUNT_NAMES, ListenerTable
from lahmadaemon.demo.people import AAC, MP3
from lahmadaemon.demo.shows import STATION, Play, Shows

STATION_ID, SHORT_NAME = 1, "rigofutty_radio"
SITE = "https://radio.example"
EXPIRES = 3 * MINUTE
"""A server whose sync stands still believes its last picture so long; then it calls the station offline."""
HEARD_LATER = 5
"""Seconds that AzuraCast adds to every beginning."""


def now_playing(table: ListenerTable, shows: Shows, faults: Faults, timezone: str, at: Instant) -> dict[str, Any]:
    """The answer at an instant. Its picture was taken by the last sync; only `elapsed` and `remaining` are of now."""
    online = at - table.synced_at < EXPIRES
    play = shows.on_air(table.synced_at) if online else None
    live = play if play and play.live else None
    current = song_row(play, faults) if play else _OFFLINE
    elapsed = max(0, faults.server_time(at) - current["played_at"])
    counts = {mount: _counts(table, mount) if online else _NOBODY for mount in MOUNT_NAMES}
    return {
        "station": _station(timezone, counts),
        "listeners": {key: sum(count[key] for count in counts.values()) for key in _NOBODY},
        "live": {
            "is_live": live is not None,
            "streamer_name": live.artist if live else "",
            "broadcast_start": faults.server_time(live.begins) if live else None,
            "art": None,
        },
        "now_playing": {**current, "elapsed": elapsed, "remaining": max(0, current["duration"] - elapsed)},
        "playing_next": _next(shows.on_air(play.ends)) if play else None,
        "song_history": [song_row(earlier, faults) for earlier in _before(play, shows)] if play else [],
        "is_online": online,
        "cache": None,
    }


_NOBODY = {"total": 0, "unique": 0, "current": 0}


def _counts(table: ListenerTable, mount: int) -> dict[str, int]:
    total = table.connections[mount]
    return {"total": total, "unique": table.unique(mount), "current": total}


def _station(timezone: str, counts: dict[int, dict[str, int]]) -> dict[str, Any]:
    listen, public = f"{SITE}/listen/{SHORT_NAME}", f"{SITE}/public/{SHORT_NAME}"
    return {
        "id": STATION_ID, "name": STATION, "shortcode": SHORT_NAME, "description": "Kitalált közösségi rádió.",
        "frontend": "icecast", "backend": "liquidsoap", "timezone": timezone,
        "listen_url": f"{listen}/rigo.mp3", "url": SITE, "public_player_url": public,
        "playlist_pls_url": f"{public}/playlist.pls", "playlist_m3u_url": f"{public}/playlist.m3u",
        "is_public": True, "requests_enabled": False,
        "mounts": [
            {
                "id": mount, "name": MOUNT_NAMES[mount], "url": f"{listen}/rigo.{kind}", "bitrate": bitrate, "format": kind,
                "listeners": counts[mount], "path": f"/rigo.{kind}", "is_default": mount == MP3,
            }
            for mount, kind, bitrate in ((MP3, "mp3", 192), (AAC, "aac", 64))
        ],
        "remotes": [], "hls_enabled": False, "hls_is_default": False, "hls_url": None, "hls_listeners": 0,
    }  # fmt: skip


def _song(artist: str, title: str) -> dict[str, Any]:
    text = f"{artist} - {title}" if artist else title
    return {
        "id": md5(text.encode(), usedforsecurity=False).hexdigest(), "art": f"{SITE}/static/img/generic_song.jpg",
        "custom_fields": [], "text": text, "artist": artist, "title": title,
        "album": "", "genre": "", "isrc": "", "lyrics": "",
    }  # fmt: skip


def song_row(play: Play, faults: Faults) -> dict[str, Any]:
    """A play, as now-playing and the song history tell it."""
    return {
        "sh_id": play.begins // (10 * SECOND) % 10_000_000,  # grows with every play
        "played_at": faults.server_time(play.begins) + HEARD_LATER,
        "duration": 0 if play.live else (play.ends - play.begins) // SECOND,
        "playlist": play.playlist,
        "streamer": play.artist if play.live else "",
        "is_request": False,
        "song": _song(play.artist, play.title),
    }


_OFFLINE: dict[str, Any] = {
    "sh_id": 0, "played_at": 0, "duration": 0, "playlist": None, "streamer": None, "is_request": False,
    "song": _song("", "Station Offline"),
}  # fmt: skip


def _before(play: Play, shows: Shows) -> Iterator[Play]:
    for _ in range(3):
        play = shows.on_air(play.begins - 1)
        yield play


def _next(play: Play) -> dict[str, Any] | None:
    """The queue knows the next file; it knows no host before they connect."""
    if play.live:
        return None
    return {
        "cued_at": play.begins // SECOND - 30, "played_at": None, "duration": (play.ends - play.begins) / SECOND,
        "playlist": play.playlist, "is_request": False, "song": _song(play.artist, play.title),
    }  # fmt: skip
