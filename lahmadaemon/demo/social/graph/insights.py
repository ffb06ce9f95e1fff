"""Insights of Instagram media: which number is known of which product (version 22 and later), and what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.demo.social.graph.errors import (
    GraphError,
    bad_parameter,
    before_conversion,
    fatal,
    few_viewers,
    unknown_error,
)
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.world import Item, Product

_COMMON = frozenset({"views", "reach", "shares", "reposts", "total_interactions", "total_views"})
_FEED = _COMMON | {
    "likes", "comments", "saved", "follows", "profile_visits", "profile_activity", "total_likes", "total_comments",
}  # fmt: skip
_REELS = _COMMON | {
    "likes", "comments", "saved", "total_likes", "total_comments",
    "ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate",
}  # fmt: skip
_STORY = _COMMON | {"follows", "profile_visits", "profile_activity", "replies", "navigation", "link_clicks"}
METRICS = {
    Product.IMAGE: _FEED, Product.ALBUM: _FEED, Product.AD: _FEED, Product.REEL: _REELS, Product.STORY: _STORY,
}  # fmt: skip
ALL = tuple(sorted(_FEED | _REELS | _STORY | {"facebook_views", "crossposted_views"}))
BREAKDOWNS = {"navigation": "story_navigation_action_type", "profile_activity": "action_type"}
_PARTS = {
    "navigation": {"tap_forward": 888, "tap_back": 79, "tap_exit": 31, "swipe_forward": 115},
    "profile_activity": {"bio_link_clicked": 5, "email": 1},
}
"""How many a thousand viewers do; stories tell these names in capitals, or do not."""
PER_MILLE = {
    "reach": 780, "likes": 45, "comments": 4, "saved": 9, "shares": 6, "reposts": 1, "follows": 1, "profile_visits": 8,
    "link_clicks": 5,
}  # fmt: skip
_PARTS_OF_ALL, _STORY_PARTS = ("likes", "comments", "saved", "shares"), ("shares", "profile_visits")
_SAME = frozenset({"views", "total_views", "total_likes", "total_comments"})
_WATCHED = 8123  # milliseconds
_FIXED = {"replies": 0, "ig_reels_avg_watch_time": _WATCHED, "reels_skip_rate": 41.7}
"""Replies are none for all European creators."""
KEPT = 730 * DAY
_LIKES, _NOTHING = frozenset({"likes", "total_likes"}), frozenset[str]()
_WORDS = frozenset({"title", "description"})
_KEYS = _WORDS | {"name", "period", "values", "id", "total_value"}


@dataclass(frozen=True)
class Asked:
    """What insights are asked for; `keys` of each row, all where none are named."""

    metrics: tuple[str, ...]
    names: frozenset[str]
    breakdown: str | None
    keys: frozenset[str]


@lru_cache(maxsize=256)
def asked(field: Field) -> Asked:
    """Reads and checks what does not depend on the media. Raises GraphError."""
    keys = keys_of(field)
    if field.modifiers.get("period", "lifetime") != "lifetime":
        raise bad_parameter("The following periods are incompatible with the metrics: " + field.modifiers["period"])
    breakdown = field.modifiers.get("breakdown")
    if breakdown is not None and breakdown not in BREAKDOWNS.values():
        raise bad_parameter("breakdown[0] must be one of the following values: " + ", ".join(BREAKDOWNS.values()))
    metrics = _metrics(field.modifiers.get("metric", ""), breakdown)
    return Asked(metrics, frozenset(metrics), breakdown, keys)


def keys_of(field: Field) -> frozenset[str]:
    """What is asked of each row. Raises GraphError where rows have no such key."""
    keys = frozenset(sub.name for sub in field.fields)
    if unknown := keys - _KEYS:
        raise bad_parameter(f"Tried accessing nonexisting field ({min(unknown)}) on node type (InsightsResult)")
    return keys | {"id"} if keys else keys


def _metrics(text: str, breakdown: str | None) -> tuple[str, ...]:
    metrics = tuple(name.strip() for name in text.split(","))
    if not text:
        raise bad_parameter("The parameter metric is required")
    for place, name in enumerate(metrics):
        if name not in ALL:
            raise bad_parameter(f"metric[{place}] must be one of the following values: {', '.join(ALL)}")
    if breakdown and any(BREAKDOWNS.get(name) != breakdown for name in metrics):
        raise unknown_error()
    if "navigation" in metrics and len(metrics) > 1:
        raise unknown_error()
    return metrics


def insights(item: Item, views: int, what: Asked, now: Instant) -> list[dict[str, object]]:
    """The rows; none where they are not ready, or kept no longer. Raises GraphError, for one metric as for all of them.

    Hidden likes are not told here either; reach comes about an hour after views.
    """
    if item.before_conversion:
        raise before_conversion()
    known = METRICS[item.product]
    if not what.names <= known:
        raise _refusal(what, known)
    if item.product is Product.STORY and (item.few_viewers or views < 5):
        raise few_viewers()
    age = now - item.published_at
    if not item.insights_ready or age > KEPT:
        return []
    left_out = _LIKES if item.likes_hidden else _NOTHING
    if age < HOUR and "reach" not in item.exact:
        left_out |= {"reach"}
    return [_row(item, name, what, views) for name in what.metrics if name not in left_out]


def _refusal(what: Asked, known: frozenset[str]) -> GraphError:
    """Numbers that join Instagram and Facebook fail for media that are not on Facebook too, and here none is."""
    name = next(name for name in what.metrics if name not in known)
    if name == "facebook_views" or (name == "crossposted_views" and known is _REELS):
        return fatal()
    return bad_parameter(f'The metric "{name}" cannot be asked for this kind of media')


def _row(item: Item, name: str, what: Asked, views: int) -> dict[str, object]:
    if name in BREAKDOWNS:
        told: dict[str, object] = {"total_value": _parted(item, name, what.breakdown, views)}
    else:
        told = {"values": [{"value": value(item, name, views)}]}
    return row(item, name, "lifetime", told, what.keys)


def row(
    item: Item, name: str, period: str, told: Mapping[str, object], keys: frozenset[str]
) -> dict[str, object]:  # fmt: skip
    """One metric with what is told of it; `keys`: only these."""
    whole = {"name": name, "period": period, **told, "id": f"{item.id}/insights/{name}/{period}"}
    if not keys or not keys.isdisjoint(_WORDS):
        whole |= {"title": name.replace("_", " ").capitalize(), "description": "Invented description."}
    return {key: part for key, part in whole.items() if key in keys} if keys and not keys >= whole.keys() else whole


def value(item: Item, name: str, views: int) -> float:
    """The number when so many have viewed it."""
    if name in item.exact:
        return item.exact[name]
    if name in PER_MILLE:
        return views * PER_MILLE[name] // 1000
    if name == "total_interactions":
        parts = _STORY_PARTS if item.product is Product.STORY else _PARTS_OF_ALL
        return sum([value(item, part, views) for part in parts])
    if name in _SAME:
        return views if name in {"views", "total_views"} else value(item, name.removeprefix("total_"), views)
    return views * _WATCHED if name == "ig_reels_video_view_total_time" else _FIXED[name]


def _parted(item: Item, name: str, breakdown: str | None, views: int) -> dict[str, object]:
    capitals = item.product is Product.STORY and item.id[-1] in "13579"
    parts = {part.upper() if capitals else part: views * share // 1000 for part, share in _PARTS[name].items()}
    told: dict[str, object] = {"value": sum(parts.values())}
    if breakdown:
        results = [{"dimension_values": [part], "value": number} for part, number in parts.items()]
        told["breakdowns"] = [{"dimension_keys": [breakdown], "results": results}]
    return told
