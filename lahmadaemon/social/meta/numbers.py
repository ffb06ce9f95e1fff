"""One reading of a post's numbers: plain fields and insights together, and why some are unknown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.meta.metrics import Product
from lahmadaemon.social.meta.payload import count
from lahmadaemon.social.meta.rows import Row
from lahmadaemon.social.posts import Flag, Found, Numbers

KEPT = 2 * 365 * DAY
"""How long Meta keeps insights."""
_OURS = {
    "views": ("views", "post_media_view"),
    "reach": ("reach", "post_total_media_view_unique"),
    "likes": ("likes",),
    "comments": ("comments",),
    "shares": ("shares",),
    "saves": ("saved",),
    "replies": ("replies",),
    "total_interactions": ("total_interactions",),
}
_TAKEN = frozenset(name for names in _OURS.values() for name in names)


@dataclass(frozen=True)
class Told:
    """What a post's insights say; `flags`: why they say nothing."""

    metrics: Mapping[str, float] = field(default_factory=dict)
    flags: frozenset[Flag] = frozenset()


def too_old(row: Row, now: Instant) -> bool:
    """Whether its insights are no longer kept."""
    return now - row.post.published_at > KEPT


def found(row: Row, told: Told, now: Instant, *, lacks: bool = False) -> Found:
    """The post with its numbers. `lacks`: something we want of such posts is not to be had."""
    numbers = {name: _number(row, told, name) for name in _OURS}
    reposts = {"reposts": row.counts["reposts"]} if "reposts" in row.counts else {}
    more = {name: value for name, value in told.metrics.items() if name not in _TAKEN} | reposts
    return Found(row.post, Numbers(**numbers, flags=_flags(row, told, numbers, now, lacks=lacks), more=more), row.raw)


def _number(row: Row, told: Told, name: str) -> int | None:
    """The plain field counts what the app shows; an insight may leave out what advertisements brought."""
    insight = (count(told.metrics[each]) for each in _OURS[name] if each in told.metrics)
    return row.counts.get(name, next(insight, None))


def _flags(
    row: Row, told: Told, numbers: Mapping[str, int | None], now: Instant, *, lacks: bool
) -> frozenset[Flag]:  # fmt: skip
    flags = set(told.flags)
    if numbers["likes"] is None and row.product in {Product.FEED, Product.REELS}:
        flags.add(Flag.LIKES_HIDDEN)  # Meta leaves like_count out when the owner hides them; stories have none
    unknown = numbers["views"] is None or numbers["reach"] is None
    if unknown and too_old(row, now):
        flags -= {Flag.INSIGHTS_FAILED}
        flags.add(Flag.INSIGHTS_TOO_OLD)
    elif unknown and not flags - {Flag.LIKES_HIDDEN} and not lacks:
        flags.add(Flag.INSIGHTS_EMPTY)
    if lacks:
        flags.add(Flag.METRIC_UNSUPPORTED)
    return frozenset(flags)
