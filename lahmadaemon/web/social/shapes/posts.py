"""Posts and their captures."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from lahmadaemon.clock import Instant, iso
from lahmadaemon.social.engagement import Rates
from lahmadaemon.social.matching import Link
from lahmadaemon.social.posts import NUMBERS, Flag, Kind, Numbers, Platform, PostState
from lahmadaemon.social.rollups import Capture, Course, Growth
from lahmadaemon.web.social.figures import Figured
from lahmadaemon.web.social.shapes.basics import Moment, Percent, Shape, moment, rounded

_INSIGHTS = "insights_"


class Figures(Shape):
    """The numbers of one capture, and the rates they come to. `flags` say why a number is null, or needs care."""

    views: int | None
    reach: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None
    replies: int | None
    total_interactions: int | None = Field(description="The platform's own sum")
    interactions: int | None = Field(description="Sum of the known ones of likes, comments, shares and saves")
    interactions_known: list[str] = Field(description="Which those are")
    er_views: Percent = Field(description="(likes + comments + shares) / views")
    er_reach: Percent = Field(description="interactions / reach")
    er_followers: Percent = Field(description="interactions / followers at publication")
    er_story_reach: Percent = Field(description="Stories: (shares + replies), or total_interactions, / reach")
    flags: list[Flag]
    insights_status: str | None = Field(
        description="ok, empty, before_conversion, too_old, few_viewers, forbidden, failed; null: never read"
    )
    more: dict[str, float] = Field(description="What only some platforms tell, by their own names")


class Linked(Shape):
    """A campaign that a post belongs to."""

    campaign_id: int
    rule: str = Field(description="all, any, min_k, window or manual")
    matched: list[str] = Field(description="The campaign's tags that it carries")


class Post(Figures):
    """A post with its latest numbers. Links to media expire; `permalink` does not."""

    platform: Platform
    platform_id: str
    kind: Kind
    creator_id: int
    account_id: str
    published_at: Moment
    caption: str
    title: str
    tags: list[str]
    media_type: str
    permalink: str | None
    media_url: str | None
    thumbnail_url: str | None
    links_at: Moment = Field(description="When those two links were fresh")
    state: PostState
    first_seen_at: Moment
    seen_at: Moment
    captured_at: Moment | None
    campaigns: list[Linked]


class Gained(Shape):
    """From the capture before to this one. Numbers may fall."""

    since: Moment
    gained: dict[str, int | None]
    per_hour: dict[str, float | None]


class Reading(Figures):
    """One capture."""

    taken_at: Moment
    growth: Gained | None = Field(description="null: it is the first one")


class Height(Shape):
    """One number over all captures."""

    latest: int
    latest_at: Moment
    peak: int
    peak_at: Moment


def figures(numbers: Numbers, rates: Rates, *, read: bool) -> dict[str, Any]:
    """The fields of `Figures`."""
    return {
        **{name: getattr(numbers, name) for name in NUMBERS},
        "interactions": rates.interactions, "interactions_known": list(rates.interactions_known),
        "er_views": rounded(rates.er_views), "er_reach": rounded(rates.er_reach),
        "er_followers": rounded(rates.er_followers), "er_story_reach": rounded(rates.er_story_reach),
        "flags": sorted(rates.flags), "insights_status": insights_status(numbers) if read else None,
        "more": dict(numbers.more),
    }  # fmt: skip


def insights_status(numbers: Numbers) -> str:
    """Why there are no insights, in a word."""
    return next((flag.removeprefix(_INSIGHTS) for flag in sorted(numbers.flags) if flag.startswith(_INSIGHTS)), "ok")


def post(of: Figured, links: Sequence[Link], now: Instant) -> Post:
    kept, told = of.kept, of.kept.post
    return Post(
        **figures(of.numbers, of.rates, read=kept.latest is not None),
        platform=told.platform, platform_id=told.platform_id, kind=told.kind, creator_id=kept.creator_id,
        account_id=kept.account_id, published_at=moment(told.published_at), caption=told.caption, title=told.title,
        tags=sorted(kept.tags), media_type=told.media_type, permalink=told.permalink, media_url=told.media_url,
        thumbnail_url=told.thumbnail_url, links_at=moment(kept.links_at), state=kept.state_at(now),
        first_seen_at=moment(kept.first_seen_at), seen_at=moment(kept.seen_at),
        captured_at=iso(kept.latest.taken_at) if kept.latest else None,
        campaigns=[Linked(campaign_id=each.campaign_id, rule=each.rule, matched=sorted(each.matched)) for each in links],
    )  # fmt: skip


def reading(capture: Capture, rates: Rates, growth: Growth | None) -> Reading:
    gained = growth and Gained(
        since=moment(growth.since),
        gained=dict(growth.gained),
        per_hour={name: rounded(growth.per_hour(name)) for name in growth.gained},
    )
    told = figures(capture.numbers, rates, read=True)
    return Reading(**told, taken_at=moment(capture.taken_at), growth=gained)


def height(course: Course) -> Height:
    return Height(
        latest=course.latest, latest_at=moment(course.latest_at), peak=course.peak, peak_at=moment(course.peak_at)
    )  # fmt: skip
