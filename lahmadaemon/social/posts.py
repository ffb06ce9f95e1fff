"""What the room knows of a post: what the platform says it is, and one reading of its numbers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lahmadaemon.clock import Instant


class Platform(StrEnum):
    """Where a post lives."""

    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    TIKTOK = "tiktok"


class Kind(StrEnum):
    """What a campaign can ask for; OTHER (an advertisement, something new) belongs to no campaign."""

    POST = "post"
    STORY = "story"
    REEL = "reel"
    VIDEO = "video"
    FACEBOOK_POST = "facebook_post"
    OTHER = "other"


class Flag(StrEnum):
    """Why a number is unknown, or is to be read with care. The first six are lasting or passing reasons of the platform."""

    LIKES_HIDDEN = "likes_hidden"
    INSIGHTS_EMPTY = "insights_empty"
    """Not ready yet: up to 48 hours."""
    INSIGHTS_BEFORE_CONVERSION = "insights_before_conversion"
    """Published before the account became a professional one: never."""
    INSIGHTS_TOO_OLD = "insights_too_old"
    """Kept for two years only."""
    INSIGHTS_FEW_VIEWERS = "insights_few_viewers"
    """A story that fewer than five have seen."""
    INSIGHTS_FORBIDDEN = "insights_forbidden"
    """The creator has not granted the right to them."""
    INSIGHTS_FAILED = "insights_failed"
    """Trouble this time; asked again at the next capture."""
    METRIC_UNSUPPORTED = "metric_unsupported"
    """The platform does not know one of the numbers for this kind of post."""
    DESCRIPTION_MAY_BE_CUT = "description_may_be_cut"
    """TikTok gives 150 characters of a caption: a hashtag may stand behind them."""
    FOLLOWERS_FROM_NEAREST_SNAPSHOT = "followers_from_nearest_snapshot"
    """Nobody counted the followers when it was published; those of the nearest reading are used."""
    STORY_RATE_FROM_TOTAL_INTERACTIONS = "story_rate_from_total_interactions"
    """Replies are always 0 for European and Japanese creators, so the platform's own sum is used."""
    INTERACTIONS_WITHOUT_VIEWS = "interactions_without_views"
    """Interactions, but no view: the data are wrong."""


class PostState(StrEnum):
    """Whether the platform still shows it; numbers of what is gone are kept."""

    LIVE = "live"
    GONE = "gone"
    """Deleted, archived or private: missed twice."""
    EXPIRED = "expired"
    """A story after its 24 hours."""


@dataclass(frozen=True)
class Post:
    """A post as its platform describes it; texts are as written, links expire (`media_url`, `thumbnail_url`)."""

    platform: Platform
    platform_id: str
    kind: Kind
    published_at: Instant
    caption: str = ""
    title: str = ""
    media_type: str = ""
    """IMAGE, VIDEO, ALBUM; a TikTok is a VIDEO."""
    permalink: str | None = None
    media_url: str | None = None
    thumbnail_url: str | None = None
    cut: bool = False
    """The platform may have cut the caption."""

    @property
    def key(self) -> tuple[Platform, str]:
        return self.platform, self.platform_id


NUMBERS = ("views", "reach", "likes", "comments", "shares", "saves", "replies", "total_interactions")
"""What is counted of a post."""


@dataclass(frozen=True)
class Numbers:
    """One reading. None is unknown, never 0; `flags` say why. `more`: what only some platforms tell, by their own names."""

    views: int | None = None
    reach: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    replies: int | None = None
    total_interactions: int | None = None
    flags: frozenset[Flag] = frozenset()
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A post that a platform listed, with its numbers as far as they came along; `raw`: its JSON, for reading it again."""

    post: Post
    numbers: Numbers
    raw: str = ""


@dataclass(frozen=True)
class Profile:
    """An account at one reading."""

    platform: Platform
    account_id: str
    username: str | None = None
    name: str | None = None
    avatar_url: str | None = None
    followers: int | None = None
    follows: int | None = None
    posts: int | None = None
