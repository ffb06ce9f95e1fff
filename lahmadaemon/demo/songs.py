"""AzuraCast's song history and planned schedule, out of the invented shows and the table of listeners."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from lahmadaemon.clock import DAY, SECOND, Instant, local
from lahmadaemon.demo.faults import Faults
from lahmadaemon.demo.listeners import RETENTION, Row
from lahmadaemon.demo.now_playing import song_row
from lahmadaemon.demo.shows import GRID, Play, Shows


def song_history(
    shows: Shows, rows: Sequence[Row], faults: Faults, first: int, last: int, now: int
) -> list[dict[str, Any]]:
    """What began in the range, newest first; the running one has no listeners at its end yet."""
    begun = sorted(row.since for row in rows)
    ended = sorted(row.until for row in rows if row.until is not None)

    def listening(at: int) -> int:
        return bisect_right(begun, at) - bisect_left(ended, at + 1)

    plays: list[Play] = []
    at = shows.on_air(min(last, now) * SECOND)
    while at.begins >= max(first, now - RETENTION) * SECOND:
        plays.append(at)
        at = shows.on_air(at.begins - 1)
    told = []
    for play in plays:
        running = play.ends > now * SECOND
        before, after = listening(play.begins // SECOND), 0 if running else listening(play.ends // SECOND)
        told.append(song_row(play, faults) | {
            "listeners_start": before, "listeners_end": after, "delta_total": 0 if running else after - before,
            "is_visible": "Jingle" not in play.playlist,
        })  # fmt: skip
    return told


def paged(rows: Sequence[Any], query: Mapping[str, str], url: str) -> Any:
    """The bare list, or a page of it where pages are asked for; past the last one there is nothing."""
    size = int(query.get("per_page") or query.get("rowCount") or 0)
    if size <= 0:
        return rows
    page, pages = max(1, int(query.get("page") or 1)), max(1, -(-len(rows) // size))

    def link(number: int) -> str:
        return f"{url}?{urlencode({**query, 'page': str(min(max(1, number), pages))})}"

    links = {"first": link(1), "previous": link(page - 1), "next": link(page + 1), "last": link(pages)}
    return {
        "page": page, "per_page": size, "total": len(rows), "total_pages": pages, "links": links,
        "rows": rows[(page - 1) * size : page * size],
    }  # fmt: skip


def schedule(shows: Shows, first: int, last: int, now: int) -> list[dict[str, Any]]:
    """Every planned show that overlaps the range, which is no longer than a few weeks, in order."""
    day, found = local(first * SECOND - DAY, shows.zone).date(), []
    while day <= local(last * SECOND, shows.zone).date():
        for number, slot in enumerate(GRID, start=1):
            if str(day.isoweekday()) in slot.days:
                found.append((number, slot.live, shows.planned(slot, day)))
        day += timedelta(days=1)
    return [
        _item(number, live, play, shows, now)
        for number, live, play in sorted(found, key=lambda each: each[2].begins)
        if play.begins <= last * SECOND and play.ends > first * SECOND
    ]


def _item(number: int, live: bool, play: Play, shows: Shows, now: int) -> dict[str, Any]:
    kind = "streamer" if live else "playlist"

    def iso(at: Instant) -> str:
        return local(at, shows.zone).isoformat(timespec="seconds")

    return {
        "id": number, "type": kind, "name": play.artist, "title": play.artist,
        "description": f"{kind.title()}: {play.artist}", "start_timestamp": play.begins // SECOND,
        "start": iso(play.begins), "end_timestamp": play.ends // SECOND, "end": iso(play.ends),
        "is_now": play.begins <= now * SECOND < play.ends,
    }  # fmt: skip
