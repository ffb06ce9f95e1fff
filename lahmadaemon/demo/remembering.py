"""AzuraCast's history mode: rows cut at the range, or grouped; the range as PHP reads it, to the minute."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams

from lahmadaemon.clock import SECOND, local
from lahmadaemon.demo.listeners import Row, told
from lahmadaemon.demo.people import Client


class _Cut(NamedTuple):
    client: Client
    since: int
    until: int


def asked_range(query: QueryParams, zone: tzinfo, now: int) -> tuple[int, int] | None:
    """The first and the last second, of a history; None where who listens now was asked for."""
    start, end = query.get("start", ""), query.get("end", "")
    if start in {"", "0"}:
        return None
    first = _moment(start, zone) // 60 * 60
    day = end or local(now * SECOND, zone).date().isoformat()
    last = _moment(day if len(day) > len("2026-10-21") else f"{day}T23:59", zone) // 60 * 60 + 59
    return min(first, last // 60 * 60), max(first + 59, last)


def _moment(text: str, zone: tzinfo) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())


def is_true(text: str | None) -> bool:
    """As the server's parser has it; what is not said is true."""
    return text is None or text in {"true", "1"} or text.startswith("y")


def history(rows: Iterable[Row], first: int, last: int, *, unique: bool) -> list[dict[str, Any]]:
    """The rows cut at the range: who is still there lasts until its end, even where that is yet to come."""
    cut = [_Cut(row.client, max(row.since, first), last if row.until is None else min(row.until, last)) for row in rows]
    if unique:
        return [_grouped(list(own)) for _, own in groupby(sorted(cut), key=attrgetter("client"))]
    return [told(*row) for row in cut]


def _grouped(rows: list[_Cut]) -> dict[str, Any]:
    """One client, from its first second to its last; its time is what it was there for."""
    seconds = at = 0
    for row in rows:
        seconds += max(0, row.until - max(row.since, at))
        at = max(at, row.until)
    return told(rows[0].client, rows[0].since, at) | {"connected_time": seconds}
