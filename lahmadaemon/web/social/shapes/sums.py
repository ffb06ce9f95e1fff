"""What posts add up to: of a campaign, of a creator's month."""

from collections.abc import Mapping

from pydantic import Field

from lahmadaemon.social import rollups
from lahmadaemon.social.posts import Kind, Platform
from lahmadaemon.web.social.shapes.basics import Percent, Shape, rounded

SUMMED = ("views", "reach", "likes", "comments", "shares", "saves", "interactions")
RATES = ("er_views", "er_reach", "er_followers", "er_story_reach")


class Totals(Shape):
    """Sums (`total_…`) and means (`avg_…`) over the posts whose number is known; `known`: how many those are.

    `…_mean`: the mean of the posts' rates; `…_pooled`: sum of their interactions / sum of what the rate is over.
    """

    posts: int
    known: dict[str, int]
    total_views: int | None
    avg_views: float | None
    total_reach: int | None
    avg_reach: float | None
    total_likes: int | None
    avg_likes: float | None
    total_comments: int | None
    avg_comments: float | None
    total_shares: int | None
    avg_shares: float | None
    total_saves: int | None
    avg_saves: float | None
    total_interactions: int | None = Field(description="Of `interactions`, not of the platforms' own sums")
    avg_interactions: float | None
    er_views_mean: Percent
    er_views_pooled: Percent
    er_reach_mean: Percent
    er_reach_pooled: Percent
    er_followers_mean: Percent
    er_followers_pooled: Percent
    er_story_reach_mean: Percent
    er_story_reach_pooled: Percent


class KindTotals(Totals):
    """Those of one kind of posts."""

    platform: Platform
    kind: Kind


class MonthTotals(Totals):
    """A platform's month: posts published in it, with their latest numbers."""

    followers: int | None = Field(description="As last read in the month")


def fields(totals: rollups.Totals) -> dict[str, object]:
    """The fields of `Totals`."""
    sums: Mapping[str, rollups.Sum] = {name: getattr(totals, name) for name in SUMMED}
    pools: Mapping[str, rollups.Pool] = {name: getattr(totals, name) for name in RATES}
    return {
        "posts": totals.posts,
        "known": {name: each.known for name, each in sums.items()} | {name: each.posts for name, each in pools.items()},
        **{f"total_{name}": each.total for name, each in sums.items()},
        **{f"avg_{name}": rounded(each.mean) for name, each in sums.items()},
        **{f"{name}_mean": rounded(each.mean) for name, each in pools.items()},
        **{f"{name}_pooled": rounded(each.pooled) for name, each in pools.items()},
    }


def totals(of: rollups.Totals) -> Totals:
    return Totals.model_validate(fields(of))


def by_kind(of: rollups.CampaignTotals) -> list[KindTotals]:
    return [
        KindTotals.model_validate(fields(each) | {"platform": platform, "kind": kind})
        for (platform, kind), each in of.by_kind.items()
    ]


def month(of: rollups.Month) -> MonthTotals:
    return MonthTotals.model_validate(fields(of.totals) | {"followers": of.followers})
