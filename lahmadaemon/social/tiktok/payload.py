"""The door: TikTok's JSON becomes posts and profiles here. Lenient about what is new or missing, strict about what we need."""

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.social.posts import Flag, Found, Kind, Numbers, Platform, Post, Profile

LARGEST = 2**63 - 1
"""Counts are 64 bits wide."""
LONGEST_DESCRIPTION = 150
"""Characters of a caption that are given out (TikTok's documentation of the video object)."""
LARGEST_RAW = 16 * 1024
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Databases hold no NUL; half a surrogate pair is left where a caption was cut in the middle of a sign."""


def _text(value: object) -> str:
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else ""


def _link(value: object) -> str | None:
    return _text(value) if isinstance(value, str) and value.startswith(("https://", "http://")) else None


def _count(value: object) -> int | None:
    """A number, also one written as a text; anything else is unknown."""
    if isinstance(value, str):
        value = int(value) if re.fullmatch(r"[0-9]{1,20}", value) else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST else None


def _identifier(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text)]
Link = Annotated[str | None, BeforeValidator(_link)]
Count = Annotated[int | None, BeforeValidator(_count)]
Cursor = Count
Identifier = Annotated[str, BeforeValidator(_identifier), Field(pattern=r"^[\x21-\x7e]{1,128}$")]
UnixSeconds = Annotated[int, BeforeValidator(_count), Field(gt=0, lt=10**11)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Video(_Given):
    id: Identifier
    create_time: UnixSeconds
    title: Text = ""
    video_description: Text = ""
    share_url: Link = None
    embed_link: Link = None
    cover_image_url: Link = None
    view_count: Count = None
    like_count: Count = None
    comment_count: Count = None
    share_count: Count = None


class _Videos(_Given):
    videos: list[Any]
    cursor: Cursor = None
    has_more: bool = False


class _User(_Given):
    open_id: Identifier | None = None
    username: Text = ""
    display_name: Text = ""
    avatar_url: Link = None
    follower_count: Count = None
    following_count: Count = None
    video_count: Count = None


class _UserData(_Given):
    user: _User


class Grant(_Given):
    """A good answer of the token endpoint, in whatever form it is; lifetimes in seconds."""

    access_token: SecretStr = Field(min_length=1)
    refresh_token: Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)] = None
    expires_in: Count = None
    refresh_expires_in: Count = None
    open_id: Text = ""
    scope: Text = ""

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.replace(",", " ").split())


@dataclass(frozen=True)
class Listed:
    """Videos of one answer, in its order. `unreadable`: how many of them could not be made out."""

    found: tuple[Found, ...]
    unreadable: int
    cursor: int | None
    has_more: bool


def listed(data: object) -> Listed | None:
    """The data of `video/list` or `video/query`; None where they are not what they should be."""
    try:
        given = _Videos.model_validate(data)
    except ValidationError:
        return None
    found = [_found(each) for each in given.videos]
    good = tuple(each for each in found if each is not None)
    return Listed(good, len(found) - len(good), given.cursor, given.has_more)


def profile(data: object, account_id: str) -> Profile | None:
    """The data of `user/info`; None where they are not what they should be, or somebody else's."""
    try:
        user = _UserData.model_validate(data).user
    except ValidationError:
        return None
    if user.open_id not in (None, account_id):
        return None
    return Profile(
        Platform.TIKTOK, account_id, user.username or None, user.display_name or None, user.avatar_url,
        followers=user.follower_count, follows=user.following_count, posts=user.video_count,
    )  # fmt: skip


def grant(content: object) -> Grant | None:
    """None where it has no access token."""
    try:
        return Grant.model_validate(content)
    except ValidationError:
        return None


def _found(raw: object) -> Found | None:
    try:
        video = _Video.model_validate(raw)
    except ValidationError:
        return None
    cut = _may_be_cut(video.video_description)
    post = Post(
        Platform.TIKTOK, video.id, Kind.VIDEO, Instant(video.create_time * SECOND), video.video_description, video.title,
        media_type="VIDEO", permalink=video.share_url, media_url=video.embed_link or video.share_url,
        thumbnail_url=video.cover_image_url, cut=cut,
    )  # fmt: skip
    told = (video.view_count, video.like_count, video.comment_count, video.share_count)
    flags = {Flag.DESCRIPTION_MAY_BE_CUT} if cut else set()
    if None in told:
        flags.add(Flag.METRIC_UNSUPPORTED)
    views, likes, comments, shares = told
    numbers = Numbers(views=views, likes=likes, comments=comments, shares=shares, flags=frozenset(flags))
    text = json.dumps(raw, separators=(",", ":"))
    return Found(post, numbers, text if len(text) <= LARGEST_RAW else "")


def _may_be_cut(description: str) -> bool:
    """Exactly as long as it may be, as Python or as JavaScript counts."""
    return LONGEST_DESCRIPTION in (len(description), len(description.encode("utf-16-le")) // 2)
