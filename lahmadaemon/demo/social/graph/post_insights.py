"""Insights of page posts: the numbers that are left after those of 2025 and 2026 were taken away."""

from typing import Any

from lahmadaemon.clock import Instant
from lahmadaemon.demo.social.graph.errors import bad_parameter
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.graph.insights import KEPT, keys_of, row
from lahmadaemon.demo.social.graph.shapes import Look
from lahmadaemon.demo.social.world import Item

METRICS = frozenset({
    "post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_by_type_total",
    "post_activity_by_action_type", "post_video_views",
})  # fmt: skip
PERIODS = frozenset({"lifetime", "day"})


def post_insights(post: Any, field: Field, look: Look) -> object:
    """Where no period is asked for, views come twice: over the lifetime, and an empty day."""
    names = [name.strip() for name in field.modifiers.get("metric", "").split(",")]
    if wrong := [name for name in names if name not in METRICS]:
        raise bad_parameter(f"The value must be a valid insights metric: {wrong[0]!r}")
    keys = keys_of(field)
    period = field.modifiers.get("period")
    if period is not None and period not in PERIODS:
        raise bad_parameter(f"The following periods are incompatible with the metrics: {period}")
    item: Item = post.item
    if not item.insights_ready or look.now - item.published_at > KEPT:
        return {"data": []}
    rows = []
    for name in names:
        if period != "day":
            told = {"values": [{"value": _value(item, name, look.now)}]}
            rows.append(row(item, name, "lifetime", told, keys))
        if period == "day" or (period is None and name == "post_media_view"):
            rows.append(row(item, name, "day", {"values": [{"value": 0}]}, keys))
    return {"data": rows}


def _value(item: Item, name: str, now: Instant) -> object:
    """A number; of what has kinds, one for each kind that there is."""
    reactions = item.number("reactions", now, 33)
    match name:
        case "post_media_view" | "post_video_views":
            return item.views(now)
        case "post_total_media_view_unique":
            return item.number("reach", now, 810)
        case "post_reactions_by_type_total":
            return {
                kind: number
                for kind, number in (("like", reactions - reactions // 7), ("love", reactions // 7))
                if number
            }
        case "post_activity_by_action_type":
            done = {
                "like": reactions,
                "comment": item.number("comments", now, 4),
                "share": item.number("shares", now, 4),
            }
            return {kind: number for kind, number in done.items() if number}
    return item.share(now, 12)
