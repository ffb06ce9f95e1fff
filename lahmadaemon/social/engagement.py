"""Engagement rates of a post: percent, unrounded, each under its own name, for the name alone does not say over what. Pure."""

from dataclasses import dataclass

from lahmadaemon.social.posts import Flag, Kind, Numbers

DECIMALS = 4
"""Of a rate as it is served."""
INTERACTIONS = ("likes", "comments", "shares", "saves")


@dataclass(frozen=True)
class Ratio:
    """Interactions over those who could have interacted, as far as both are known."""

    top: int | None = None
    bottom: int | None = None

    @property
    def percent(self) -> float | None:
        """None where either is unknown or nobody could."""
        return None if self.top is None or not self.bottom else self.top / self.bottom * 100


@dataclass(frozen=True)
class Rates:
    """What the numbers of one capture come to. Flags: those of the numbers, and what is to be known of the rates."""

    interactions: int | None
    """Sum of the known ones of likes, comments, shares and saves; `interactions_known`: which those are."""
    interactions_known: tuple[str, ...]
    by_views: Ratio
    """(likes + comments + shares) / views: saves are left out, so that all platforms compare."""
    by_reach: Ratio
    """Interactions / reach."""
    by_followers: Ratio
    """Interactions / followers."""
    by_story_reach: Ratio
    """Stories only: (shares + replies) / reach, or total interactions / reach where replies tell nothing."""
    flags: frozenset[Flag]

    @property
    def er_views(self) -> float | None:
        return self.by_views.percent

    @property
    def er_reach(self) -> float | None:
        return self.by_reach.percent

    @property
    def er_followers(self) -> float | None:
        return self.by_followers.percent

    @property
    def er_story_reach(self) -> float | None:
        return self.by_story_reach.percent


def rates(kind: Kind, numbers: Numbers, followers: int | None, *, followers_at_publish: bool) -> Rates:
    """The rates of one capture; `followers_at_publish`: they were counted then, not merely at the nearest reading."""
    flags = set(numbers.flags)
    known = tuple(name for name in INTERACTIONS if getattr(numbers, name) is not None)
    interactions = _sum(numbers.likes, numbers.comments, numbers.shares, numbers.saves)
    by_views = Ratio(_sum(numbers.likes, numbers.comments, numbers.shares), numbers.views)
    by_reach = Ratio(interactions, numbers.reach)
    by_story_reach = Ratio()
    if kind is Kind.STORY:
        by_story_reach = Ratio(_sum(numbers.shares, numbers.replies), numbers.reach)
        # Replies are always 0 for creators in Europe and Japan: a 0 tells nothing.
        if not numbers.replies and numbers.total_interactions is not None:
            by_story_reach = Ratio(numbers.total_interactions, numbers.reach)
            flags.add(Flag.STORY_RATE_FROM_TOTAL_INTERACTIONS)
    if followers is not None and not followers_at_publish:
        flags.add(Flag.FOLLOWERS_FROM_NEAREST_SNAPSHOT)
    # Not so of followers: who has none may still be liked.
    if any(ratio.bottom == 0 and ratio.top for ratio in (by_views, by_reach, by_story_reach)):
        flags.add(Flag.INTERACTIONS_WITHOUT_VIEWS)
    return Rates(
        interactions, known, by_views, by_reach, Ratio(interactions, followers), by_story_reach, frozenset(flags)
    )  # fmt: skip


def told(rate: float | None) -> float | None:
    """A rate as it is served, to four decimals."""
    return None if rate is None else round(rate, DECIMALS)


def legacy_rate(rates: Rates, zero: bool) -> float | None:
    """`engagement_rate` of the older AnalyticsServer: `er_views`; what is unknown is 0 there, if `zero`."""
    rate = told(rates.er_views)
    return 0.0 if rate is None and zero else rate


def _sum(*numbers: int | None) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
