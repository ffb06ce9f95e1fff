"""Pages of an edge: what is in them, cursors that tell nothing, and the address of the next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar
from urllib.parse import urlencode

from lahmadaemon.clock import SECOND, Instant, instant
from lahmadaemon.demo.social.graph.errors import bad_parameter, reduce_data
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.graph.shapes import Look
from lahmadaemon.demo.social.world import Item

PAGING = frozenset({"limit", "after", "before"})
TIMED = PAGING | {"since", "until"}
USUAL_LIMIT, LARGEST_LIMIT = 25, 100
REACHABLE = 10_000
"""So many of the most recent are listed, older ones never."""

T = TypeVar("T")
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Cut:
    """The part of a list that is on one page."""

    start: int
    stop: int
    total: int
    limit: int


def listed(
    path: str, nodes: Sequence[T], field: Field, look: Look, show: Callable[[Sequence[T]], Rows]
) -> dict[str, object]:
    """One page of the nodes. `show` may leave some out: then it is shorter, or empty, and yet not the last."""
    cut = cut_out(path, len(nodes), field.modifiers, look)
    rows = show(nodes[cut.start : cut.stop])
    if not rows and cut.start == 0 and cut.stop == cut.total:
        return {"data": []}
    paging: dict[str, object] = {"cursors": {"before": cursor(path, cut.start), "after": cursor(path, cut.stop)}}
    if cut.stop < cut.total:
        paging["next"] = _address(path, field, look, cut, after=cut.stop)
    if cut.start:
        paging["previous"] = _address(path, field, look, cut, before=cut.start)
    return {"data": rows, "paging": paging}


def cut_out(path: str, total: int, modifiers: Mapping[str, str], look: Look) -> Cut:
    """Which of so many nodes are asked for. Raises GraphError: 100, or 1 where they are too many at once."""
    limit = _limit(modifiers.get("limit"))
    if look.too_much_above is not None and limit > look.too_much_above:
        raise reduce_data()
    if "before" in modifiers:
        stop = min(total, _place(path, modifiers["before"]))
        return Cut(max(0, stop - limit), stop, total, limit)
    start = min(total, _place(path, modifiers["after"])) if "after" in modifiers else 0
    return Cut(start, min(total, start + limit), total, limit)


def live(items: Sequence[Item], now: Instant) -> list[Item]:
    """Published and not deleted."""
    return [item for item in items if item.published_at <= now and not item.deleted]


def between(items: Sequence[Item], modifiers: Mapping[str, str], look: Look) -> Sequence[Item]:
    """Of items that are sorted, newest first, those of the time asked for; deleted ones are still among them."""
    until = min(look.now, _moment("until", modifiers["until"], look) if "until" in modifiers else look.now)
    start = bisect_left(items, -until, key=_age)
    stop = len(items)
    if "since" in modifiers:
        stop = bisect_right(items, -_moment("since", modifiers["since"], look), key=_age)
    return items[start : min(stop, start + REACHABLE)]


def cursor(path: str, place: int) -> str:
    """Opaque. It counts places, so that what is posted while somebody pages shifts everything by one, as it does there."""
    return urlsafe_b64encode(f"{place}@{path}".encode()).decode().rstrip("=")


def _place(path: str, text: str) -> int:
    try:
        place, _, where = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("@")
    except ValueError:
        raise bad_parameter("The cursor is not valid") from None
    if where != path or not place.isdecimal():
        raise bad_parameter("The cursor is not valid")
    return int(place)


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL_LIMIT
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_LIMIT:
        raise bad_parameter(f"limit must be from 1 to {LARGEST_LIMIT}")
    return int(text)


def _moment(name: str, text: str, look: Look) -> Instant:
    """Unix seconds, or a bare date: its midnight, so that `until` leaves that day out."""
    if text.isdecimal():
        return Instant(int(text) * SECOND)
    try:
        return instant(datetime.combine(date.fromisoformat(text), time(), look.zone))
    except ValueError:
        raise bad_parameter(f"{name} must be a unix time or a date") from None


def _age(item: Item) -> int:
    return -item.published_at


def _address(path: str, field: Field, look: Look, cut: Cut, **place: int) -> str:
    """With the token in it, as Meta writes it."""
    query = {"access_token": look.token.text, "fields": field.text or "id", "limit": str(cut.limit)}
    query |= {name: field.modifiers[name] for name in ("since", "until") if name in field.modifiers}
    query |= {name: cursor(path, at) for name, at in place.items()}
    return f"{look.base}/{path}?{urlencode(query)}"
