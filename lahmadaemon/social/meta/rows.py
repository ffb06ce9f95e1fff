"""What Meta tells of one post or account, read once into what the room knows. Counts that are missing stay unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from lahmadaemon.clock import Instant, instant
from lahmadaemon.social.meta.metrics import Product
from lahmadaemon.social.meta.payload import Count, Json, Object, Payload, Text, clean, count, insights, written
from lahmadaemon.social.posts import Kind, Platform, Post, Profile

LARGEST_RAW = 8192
"""Bytes kept of a row, for reading it again."""
_KINDS = {"FEED": Kind.POST, "REELS": Kind.REEL, "STORY": Kind.STORY}
_PRODUCTS = {Kind.POST: Product.FEED, Kind.REEL: Product.REELS, Kind.STORY: Product.STORY}


@dataclass(frozen=True)
class Row:
    """A post of a list. `counts`: its plain fields, by the names of `Numbers`, what is unknown left out; `told`: the
    insights that came with it."""

    post: Post
    product: Product
    counts: Mapping[str, int]
    told: Mapping[str, float] = field(default_factory=dict)
    raw: str = ""


def moment(value: object) -> Instant:
    """`2019-04-05T07:56:32+0000`. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("no time")  # noqa: TRY004 - pydantic asks for this one
    return instant(datetime.fromisoformat(value))


def _insights(value: object) -> dict[str, float]:
    return insights(value.get("data")) if isinstance(value, dict) else {}


def _required(value: object) -> str:
    if not (text := clean(value)):
        raise ValueError("no id")
    return text


Id = Annotated[str, BeforeValidator(_required)]
Moment = Annotated[Instant, BeforeValidator(moment)]
Told = Annotated[dict[str, float], BeforeValidator(_insights)]


class _Media(Payload):
    id: Id
    timestamp: Moment
    media_type: Text = None
    media_product_type: Text = None
    caption: Text = None
    permalink: Text = None
    media_url: Text = None
    thumbnail_url: Text = None
    like_count: Count = None
    comments_count: Count = None
    shares_count: Count = None
    saved_count: Count = None
    reposts_count: Count = None
    view_count: Count = None
    insights: Told = Field(default_factory=dict)


def media(row: Json) -> Row | None:
    """An Instagram post, reel or story; None for what has no id or no time."""
    try:
        read = _Media.model_validate(row)
    except ValidationError:
        return None
    kind = _KINDS.get(read.media_product_type or "", Kind.OTHER)
    still = read.media_type in {"IMAGE", "CAROUSEL_ALBUM"}  # Meta makes thumbnails of videos only
    post = Post(
        Platform.INSTAGRAM, read.id, kind, read.timestamp, read.caption or "",
        media_type="ALBUM" if read.media_type == "CAROUSEL_ALBUM" else read.media_type or "",
        permalink=read.permalink, media_url=read.media_url,
        thumbnail_url=read.thumbnail_url or (read.media_url if still else None),
    )  # fmt: skip
    counts = {
        "likes": read.like_count, "comments": read.comments_count, "shares": read.shares_count, "saves": read.saved_count,
        "reposts": read.reposts_count, "views": read.view_count,
    }  # fmt: skip
    return Row(post, _PRODUCTS.get(kind, Product.FEED), _known(counts), read.insights, raw(row))


class _PagePost(Payload):
    id: Id
    created_time: Moment
    message: Text = None
    permalink_url: Text = None
    full_picture: Text = None
    shares: Object = Field(default_factory=dict)
    attachments: Object = Field(default_factory=dict)


def page_post(row: Json) -> Row | None:
    """A post of a Facebook page; None for what has no id or no time. Meta leaves `shares` out until there is one."""
    try:
        read = _PagePost.model_validate(row)
    except ValidationError:
        return None
    post = Post(
        Platform.FACEBOOK, read.id, Kind.FACEBOOK_POST, read.created_time, read.message or "",
        media_type=_attached(read.attachments), permalink=read.permalink_url, media_url=read.full_picture,
        thumbnail_url=read.full_picture,
    )  # fmt: skip
    counts = {"shares": count(read.shares.get("count")) if read.shares else 0}
    return Row(post, Product.PAGE_POST, _known(counts), raw=raw(row))


def _attached(attachments: Json) -> str:
    rows = attachments.get("data")
    first = rows[0].get("media_type") if isinstance(rows, list) and rows and isinstance(rows[0], dict) else None
    if not isinstance(first, str):
        return ""
    return {"photo": "IMAGE", "album": "ALBUM"}.get(first, "VIDEO" if "video" in first else "")


def summed(edge: object) -> int | None:
    """`summary.total_count` of reactions or comments."""
    summary = edge.get("summary") if isinstance(edge, dict) else None
    return count(summary.get("total_count")) if isinstance(summary, dict) else None


class _Account(Payload):
    id: Id
    username: Text = None
    name: Text = None
    profile_picture_url: Text = None
    followers_count: Count = None
    follows_count: Count = None
    media_count: Count = None


def profile(node: object, platform: Platform) -> Profile | None:
    """An Instagram account or a Facebook page; None where it is none."""
    try:
        read = _Account.model_validate(node)
    except ValidationError:
        return None
    return Profile(
        platform, read.id, read.username, read.name, read.profile_picture_url,
        read.followers_count, read.follows_count, read.media_count,
    )  # fmt: skip


def _known(counts: Mapping[str, int | None]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number is not None}


def raw(row: Json) -> str:
    """The row as JSON of at most 8 KiB: without `paging`, whose addresses hold the token, and without what is largest."""
    text = written(row)
    if '"paging"' in text:
        row = _without_paging(row)
        text = written(row)
    while len(text.encode()) > LARGEST_RAW:
        largest = max(row, key=lambda key: len(written(row[key])))
        row = {key: value for key, value in row.items() if key != largest}
        text = written(row)
    return "" if "access_token" in text else text


def _without_paging(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_paging(each) for key, each in value.items() if key != "paging"}
    return [_without_paging(each) for each in value] if isinstance(value, list) else value
