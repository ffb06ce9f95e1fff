"""Campaigns."""

from collections.abc import Collection
from typing import Any

from pydantic import Field

from lahmadaemon.clock import iso
from lahmadaemon.social import over_time, rollups
from lahmadaemon.social.campaigns import Match, State, StoryMatch
from lahmadaemon.social.posts import Kind
from lahmadaemon.social.store.campaigns import Known
from lahmadaemon.web.social.shapes.basics import Moment, Percent, Shape, moment, rounded
from lahmadaemon.web.social.shapes.sums import KindTotals, Totals, by_kind, totals


class Campaign(Shape):
    """A campaign as the Creators app has it, as it is read, and what its posts add up to."""

    id: int
    name: str
    state: State
    skipped: str | None = Field(description="Why nothing is collected for it")
    warnings: list[str]
    hashtags: str = Field(description="As the Creators app has them")
    tags: list[str] = Field(description="As they are read")
    kinds: list[Kind]
    match: Match
    min_k: int
    story_match: StoryMatch
    fold_diacritics: bool
    starts_on: str | None = Field(description="Local day, YYYY-MM-DD")
    ends_on: str | None
    publishing_from: Moment | None
    publishing_until: Moment | None
    metrics_until: Moment | None
    collected_until: Moment | None = Field(description="Later than metrics_until where it was heard of late")
    ended_at: Moment | None
    first_seen_at: Moment
    gone_at: Moment | None = Field(description="When the Creators app stopped naming it")
    creators: list[int] = Field(description="Who takes part")
    creators_with_posts: int
    totals: Totals


class CampaignInFull(Campaign):
    """With its parts."""

    by_kind: list[KindTotals]


class Day(Shape):
    """What a campaign's posts had come to by its end, as they were last read by then: pooled rates, as in `totals`."""

    day: str = Field(description="YYYY-MM-DD, in the zone of the campaign's days", examples=["2026-10-21"])
    er_views: Percent
    er_reach: Percent
    er_followers: Percent
    er_story_reach: Percent


class Course(Shape):
    """From the first day on which a post was read to the last."""

    days: list[Day]


def day(of: over_time.Day) -> Day:
    return Day(day=of.day.isoformat(), **{name: rounded(getattr(of, name)) for name in over_time.RATES})


def campaign(known: Known, creators: Collection[int], sums: rollups.CampaignTotals) -> Campaign:
    return Campaign.model_validate(_fields(known, creators, sums))


def campaign_in_full(known: Known, creators: Collection[int], sums: rollups.CampaignTotals) -> CampaignInFull:
    return CampaignInFull.model_validate(_fields(known, creators, sums) | {"by_kind": by_kind(sums)})


def _fields(known: Known, creators: Collection[int], sums: rollups.CampaignTotals) -> dict[str, Any]:
    of = known.campaign
    return {
        "id": of.campaign_id, "name": of.name, "state": known.state, "skipped": of.skipped,
        "warnings": list(of.warnings), "hashtags": of.hashtags, "tags": sorted(of.tags), "kinds": sorted(of.kinds),
        "match": of.match, "min_k": of.min_k, "story_match": of.story_match, "fold_diacritics": of.fold,
        "starts_on": of.starts_on and of.starts_on.isoformat(), "ends_on": of.ends_on and of.ends_on.isoformat(),
        "publishing_from": iso(of.publishing_from), "publishing_until": iso(of.publishing_until),
        "metrics_until": iso(of.metrics_until), "collected_until": iso(known.collected_until),
        "ended_at": iso(known.ended_at), "first_seen_at": moment(known.first_seen_at), "gone_at": iso(known.gone_at),
        "creators": sorted(creators), "creators_with_posts": sums.creators, "totals": totals(sums.totals),
    }  # fmt: skip
