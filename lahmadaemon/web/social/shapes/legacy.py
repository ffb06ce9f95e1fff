"""The older AnalyticsServer's answers, key for key; what is added stands beside its keys."""

import hashlib
from datetime import UTC
from email.utils import format_datetime

from pydantic import Field

from lahmadaemon.clock import Instant, iso, local
from lahmadaemon.social import rollups
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.engagement import legacy_rate
from lahmadaemon.social.posts import Flag, Kind, Platform
from lahmadaemon.social.store.creators import Creator
from lahmadaemon.social.store.runs import Run
from lahmadaemon.web.social.figures import Figured
from lahmadaemon.web.social.shapes import runs
from lahmadaemon.web.social.shapes.basics import Moment, Shape, moment, rounded
from lahmadaemon.web.social.shapes.posts import insights_status
from lahmadaemon.web.social.standing import Login

TYPES = {Kind.POST: 1, Kind.STORY: 2, Kind.REEL: 3, Kind.VIDEO: 4, Kind.FACEBOOK_POST: 5, Kind.OTHER: 1}
"""`platform_type_id`; something new on Instagram can only be there because somebody linked it by hand."""
NUMBER_BITS = 53
"""Whole numbers up to there are the same in every language."""


class LegacyRefusal(Shape):
    """Every refusal."""

    error: str
    error_description: str
    original_error: str | None = Field(None, description="Of expired_code: TikTok's word")
    original_error_description: str | None = None


class LegacyToken(Shape):
    """null unless LAHMA_SOCIAL__LEGACY__ECHO_TOKEN asks for it."""

    token: str | None


class LegacyUser(Shape):
    """A creator."""

    creators_id: int
    creators_email: str | None


class LegacyValidity(Shape):
    """`…_valid`: whether the login works now. `…_ends_at`: null, never."""

    tiktok_valid: bool
    meta_valid: bool
    tiktok_reauth_required: bool
    meta_reauth_required: bool
    tiktok_reauth_since: Moment | None
    meta_reauth_since: Moment | None
    tiktok_reason: str | None
    meta_reason: str | None
    tiktok_ends_at: Moment | None
    meta_ends_at: Moment | None


class LegacyValid(Shape):
    data: LegacyValidity


class LegacyPost(Shape):
    """From `platform` on these keys are new."""

    id: int = Field(description="Made of platform and platform_id; always the same")
    platform_type_id: int
    published_at: Moment
    media_url: str | None
    thumbnail_url: str | None
    media_type: str
    views: int | None
    likes: int | None
    comments: int | None
    engagement_rate: float | None = Field(
        description="er_views; unknown is 0, unless LAHMA_SOCIAL__LEGACY__ZERO_RATES=false"
    )
    user: LegacyUser
    platform: Platform
    platform_id: str
    kind: Kind
    caption: str
    shares: int | None
    saves: int | None
    reach: int | None
    interactions: int | None
    er_views: float | None
    er_reach: float | None
    er_followers: float | None
    er_story_reach: float | None
    flags: list[Flag]
    insights_status: str | None
    captured_at: Moment | None


class LegacyPosts(Shape):
    creators_campaign_id: int
    posts: list[LegacyPost]


class LegacyProfile(Shape):
    """`analytics`: 24 numbers of the current month, `user_id` and `user`; {} where nothing is known."""

    analytics: dict[str, int | float | LegacyUser | None]


class LegacyProfileData(Shape):
    data: LegacyProfile


class LegacyRefreshing(Shape):
    """`job` and what follows are new: it runs on after the answer."""

    started_at: str = Field(description="An HTTP date (RFC 9110, 5.6.7)")
    ended_at: str | None
    job: str
    status: runs.RunStatus
    percent: float


class LegacyRefresh(Shape):
    refresh: LegacyRefreshing


def user(creator_id: int, email: str | None) -> LegacyUser:
    return LegacyUser(creators_id=creator_id, creators_email=email)


def valid(logins: dict[Provider, Login], now: Instant) -> LegacyValid:
    told: dict[str, object] = {}
    for provider in Provider:
        login = logins.get(provider)
        told |= {
            f"{provider}_valid": login is not None and login.valid(now),
            f"{provider}_reauth_required": login is not None and login.dead,
            f"{provider}_reauth_since": iso(login.held.state_since) if login and login.dead else None,
            f"{provider}_reason": "not_connected" if login is None else login.ending and login.ending.reason,
            f"{provider}_ends_at": iso(login.held.ends_at) if login else None,
        }
    return LegacyValid(data=LegacyValidity.model_validate(told))


def post(of: Figured, *, zero: bool) -> LegacyPost:
    kept, told, numbers, rates = of.kept, of.kept.post, of.numbers, of.rates
    embedded = told.media_url if told.platform is Platform.TIKTOK else told.permalink
    return LegacyPost(
        id=number(told.platform, told.platform_id), platform_type_id=TYPES[told.kind],
        published_at=moment(told.published_at), media_url=embedded or told.permalink or told.media_url,
        thumbnail_url=told.thumbnail_url, media_type=told.media_type, views=numbers.views, likes=numbers.likes,
        comments=numbers.comments, engagement_rate=legacy_rate(rates, zero), user=user(kept.creator_id, kept.email),
        platform=told.platform, platform_id=told.platform_id, kind=told.kind, caption=told.caption,
        shares=numbers.shares, saves=numbers.saves, reach=numbers.reach, interactions=rates.interactions,
        er_views=rounded(rates.er_views), er_reach=rounded(rates.er_reach), er_followers=rounded(rates.er_followers),
        er_story_reach=rounded(rates.er_story_reach), flags=sorted(rates.flags),
        insights_status=insights_status(numbers) if kept.latest else None,
        captured_at=iso(kept.latest.taken_at) if kept.latest else None,
    )  # fmt: skip


def number(platform: Platform, platform_id: str) -> int:
    """Posts were numbered there; ours have no numbers, and theirs must be numbers all the same."""
    digest = hashlib.sha256(f"{platform.value}/{platform_id}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - NUMBER_BITS)


def profile(creator: Creator, months: dict[Platform, rollups.Month], *, zero: bool) -> LegacyProfileData:
    """`months`: those of the current one."""
    if not months:
        return LegacyProfileData(data=LegacyProfile(analytics={}))
    told: dict[str, int | float | LegacyUser | None] = {}
    for platform in (Platform.FACEBOOK, Platform.INSTAGRAM, Platform.TIKTOK):
        told |= {f"{platform}_{name}": value for name, value in _of_month(months.get(platform), zero=zero).items()}
    return LegacyProfileData(
        data=LegacyProfile(analytics=told | {"user_id": creator.id, "user": user(creator.id, creator.email)})
    )


def _of_month(month: rollups.Month | None, *, zero: bool) -> dict[str, int | float | None]:
    sums = {name: getattr(month.totals, name) if month else None for name in ("views", "likes", "comments")}
    rate = rounded(month.totals.er_views.pooled) if month else None
    return {
        **{f"total_{name}": each.total if each else None for name, each in sums.items()},
        "followers_count": month.followers if month else None,
        **{f"avg_{name}": rounded(each.mean) if each else None for name, each in sums.items()},
        "engagement_rate": 0.0 if rate is None and zero else rate,
    }


def refresh(run: Run) -> LegacyRefresh:
    return LegacyRefresh(
        refresh=LegacyRefreshing(
            started_at=_http_date(run.started_at), ended_at=None if run.ended_at is None else _http_date(run.ended_at),
            job=run.run_id, status=runs.status(run), percent=runs.percent(run),
        )
    )  # fmt: skip


def _http_date(at: Instant) -> str:
    return format_datetime(local(at, UTC).replace(microsecond=0), usegmt=True)
