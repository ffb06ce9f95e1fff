"""Which numbers Meta gives for which kind of post: what its documentation says, and what was learnt by asking. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.social.posts import Platform

KEPT = 7 * DAY
"""How long a verdict holds: Meta adds and removes metrics in all its versions on a day."""
REFUSALS = 2
"""Posts of a product that must refuse a metric before it is the product's trait rather than theirs."""
LATELY = 3 * HOUR
"""What was seen before then says nothing of now: Meta may have taken a metric away in between."""


class Product(StrEnum):
    """What a post is to Meta, as far as its numbers go; NODE: the plain fields of any media."""

    FEED = "FEED"
    REELS = "REELS"
    STORY = "STORY"
    PAGE_POST = "PAGE_POST"
    NODE = "NODE"


_MEDIA = ("views", "reach", "likes", "comments", "saved", "shares", "reposts", "total_interactions")
# Instagram platform: media insights, v22 and later; Pages API: post insights since November 2025.
DOCUMENTED: Mapping[Product, tuple[str, ...]] = {
    Product.FEED: (*_MEDIA, "follows", "profile_visits"),
    Product.REELS: (*_MEDIA, "ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate"),
    Product.STORY: (
        "views", "reach", "shares", "reposts", "total_interactions", "replies", "follows", "profile_visits", "navigation",
    ),
    Product.PAGE_POST: ("post_media_view", "post_total_media_view_unique"),
    Product.NODE: ("saved_count", "shares_count", "reposts_count"),
}  # fmt: skip
"""The last: plain fields since April 2026, which older versions may not know."""
_WORTH: Mapping[Product, tuple[str, ...]] = {
    Product.FEED: ("views", "reach", "total_interactions"),
    Product.REELS: ("views", "reach", "total_interactions"),
    Product.STORY: ("views", "reach", "shares", "replies", "total_interactions", "follows", "profile_visits"),
    Product.PAGE_POST: DOCUMENTED[Product.PAGE_POST],
}
"""What plain fields do not tell, and is asked for."""
_INSTEAD = {"saved_count": "saved", "shares_count": "shares"}


@dataclass(frozen=True)
class Verdict:
    """What was learnt of one metric; forgotten at `until`."""

    product: str
    metric: str
    supported: bool
    until: Instant


@dataclass(frozen=True)
class Matrix:
    """The documentation, corrected by verdicts about one version of the API."""

    version: str
    verdicts: Mapping[tuple[str, str], Verdict] = field(default_factory=dict)

    def allowed(self, product: Product) -> tuple[str, ...]:
        """Every metric that may be asked for."""
        return tuple(metric for metric in DOCUMENTED[product] if not self._refused(product, metric))

    def worth(self, product: Product) -> tuple[str, ...]:
        """Of those, the ones we want."""
        wanted = _WORTH[product]
        if product in {Product.FEED, Product.REELS}:
            fields = self.allowed(Product.NODE)
            wanted += tuple(metric for name, metric in _INSTEAD.items() if name not in fields)
        return tuple(metric for metric in wanted if metric in self.allowed(product))

    def lacks(self, product: Product) -> bool:
        """Whether something we want of such posts is not to be had."""
        return any(self._refused(product, metric) for metric in _WORTH[product])

    def _refused(self, product: Product, metric: str) -> bool:
        verdict = self.verdicts.get((product, metric))
        return verdict is not None and not verdict.supported

    def learnt(self, product: Product, metric: str, *, supported: bool, now: Instant) -> "Matrix":
        """With one verdict more, or another one."""
        verdict = Verdict(product, metric, supported, Instant(now + KEPT))
        return replace(self, verdicts={**self.verdicts, (product, metric): verdict})

    def at(self, now: Instant) -> "Matrix":
        """Without the verdicts that are too old."""
        return replace(self, verdicts={key: each for key, each in self.verdicts.items() if each.until > now})


@dataclass(eq=False)
class Lessons:
    """What walks learn, and share at once: a metric that fails one creator's page need not fail the next.

    `page_size`: how many posts are asked for where nothing else was learnt; `sizes`: by account, what was learnt.
    """

    matrix: Matrix
    page_size: int = 50
    sizes: dict[tuple[Platform, str], int] = field(default_factory=dict)
    _accepted: dict[tuple[Product, str], Instant] = field(default_factory=dict)
    _refusals: dict[tuple[Product, str], dict[str, Instant]] = field(default_factory=dict)

    def begin(self, now: Instant) -> None:
        """A walk begins: verdicts that are too old are not held against Meta any more."""
        if any(verdict.until <= now for verdict in self.matrix.verdicts.values()):
            self.matrix = self.matrix.at(now)

    def accepted(self, product: Product, metrics: Iterable[str], now: Instant) -> None:
        """Some post of the product was asked for these, and answered."""
        self._accepted |= {(product, metric): now for metric in metrics}

    def refused(self, product: Product, metric: str, post_id: str, now: Instant) -> None:
        """The post was asked for this metric alone. One odd post is no rule: others of its product decide."""
        key, lately = (product, metric), now - LATELY
        posts = {each: at for each, at in self._refusals.get(key, {}).items() if at > lately}
        self._refusals[key] = posts = {**posts, post_id: now}
        if len(posts) >= REFUSALS and self._accepted.get(key, lately) <= lately:
            self.matrix = self.matrix.learnt(product, metric, supported=False, now=now)

    def fields_refused(self, now: Instant) -> None:
        """The list came only without the newer plain fields."""
        for name in DOCUMENTED[Product.NODE]:
            self.matrix = self.matrix.learnt(Product.NODE, name, supported=False, now=now)

    def page_went(self, account: tuple[Platform, str], size: int, most: int, *, halved: bool, full: bool) -> None:
        """A walk came through with pages of this size, of at most `most` as learnt before. After a halving they grow again,
        by a quarter, once they are full."""
        if halved:
            self.sizes[account] = size
        elif full and size == most < self.page_size:
            self.sizes[account] = min(self.page_size, size + max(1, size // 4))
