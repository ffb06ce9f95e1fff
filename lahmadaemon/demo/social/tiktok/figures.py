"""What TikTok tells of an account and its videos, field by field, and how a list of videos falls into pages."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.demo.social.tiktok.answers import RefusedError
from lahmadaemon.demo.social.world import Creator, Item

LONGEST_TEXT = 150
"""Characters of a description and of a title, by TikTok's documentation of the video object."""
COVER_LIFE = 6 * HOUR
LIKES, COMMENTS, SHARES = 62, 4, 9
"""Per thousand views."""
Account = dict[str, Callable[[Creator, Instant], Any]]
USER: dict[str, Account] = {
    "user.info.basic": {
        "open_id": lambda who, _: who.open_id,
        "union_id": lambda who, _: f"example-union-{who.id}",
        "avatar_url": lambda who, now: f"https://cdn.example.net/tt/{who.handle}.jpg?x-expires={_expiry(now)}",
        "avatar_url_100": lambda who, _: f"https://cdn.example.net/tt/{who.handle}_100.jpg",
        "avatar_large_url": lambda who, _: f"https://cdn.example.net/tt/{who.handle}_l.jpg",
        "display_name": lambda who, _: who.name,
    },
    "user.info.profile": {
        "bio_description": lambda *_: "",
        "profile_deep_link": lambda who, _: f"https://tiktok.example/t/{who.id}",
        "is_verified": lambda *_: False,
        "username": lambda who, _: who.handle,
    },
    "user.info.stats": {
        "follower_count": lambda who, _: who.followers,
        "following_count": lambda *_: 12,
        "likes_count": lambda who, now: sum(item.number("likes", now, LIKES) for item in public(who, now)),
        "video_count": lambda who, now: len(public(who, now)),
    },
}
VIDEO: dict[str, Callable[[Creator, Item, Instant], Any]] = {
    "id": lambda _, item, __: item.id,
    "create_time": lambda _, item, __: item.published_at // SECOND,
    "cover_image_url": lambda _, item, now: f"https://cdn.example.net/tt/{item.id}.jpg?x-expires={_expiry(now)}",
    "share_url": lambda who, item, _: f"https://tiktok.example/@{who.handle}/video/{item.id}",
    "video_description": lambda _, item, __: (item.caption or "")[:LONGEST_TEXT],
    "duration": lambda *_: 31,
    "height": lambda *_: 1024,
    "width": lambda *_: 576,
    "title": lambda _, item, __: item.title[:LONGEST_TEXT],
    "embed_html": lambda _, item, __: f'<blockquote class="example" data-video-id="{item.id}"></blockquote>',
    "embed_link": lambda _, item, __: f"https://tiktok.example/player/v1/{item.id}",
    "like_count": lambda _, item, now: item.number("likes", now, LIKES),
    "comment_count": lambda _, item, now: item.number("comments", now, COMMENTS),
    "share_count": lambda _, item, now: item.number("shares", now, SHARES),
    "view_count": lambda _, item, now: item.views(now),
}


def user(who: Creator, asked: Sequence[str], scopes: Sequence[str], now: Instant) -> dict[str, Any]:
    """Raises RefusedError where a field is unknown, or of a scope that was not granted."""
    granted = {name: tell for scope in scopes for name, tell in USER.get(scope, {}).items()}
    if not granted:
        raise RefusedError("scope_not_authorized", "The user did not grant the scope user.info.basic.")
    known = {name for account in USER.values() for name in account}
    _check(asked, known)
    if not granted.keys() >= set(asked):
        raise RefusedError("scope_permission_missed", "Some of the fields need another scope.")
    return {name: tell(who, now) for name, tell in granted.items() if name in asked}


def videos(who: Creator, items: Sequence[Item], asked: Sequence[str], now: Instant) -> list[dict[str, Any]]:
    """Raises RefusedError where a field is unknown."""
    _check(asked, VIDEO.keys())
    told = [(name, tell) for name, tell in VIDEO.items() if name in asked]
    return [{name: tell(who, item, now) for name, tell in told} for item in items]


def public(who: Creator, now: Instant) -> list[Item]:
    """The videos everybody can see, newest first."""
    shown = [item for item in who.videos if not item.deleted and item.published_at <= now]
    return sorted(shown, key=lambda item: item.published_at, reverse=True)


def page(shown: Sequence[Item], size: int, cursor: int) -> tuple[Sequence[Item], int, bool]:
    """Those older than the cursor (Unix milliseconds, 0: from the newest), the next cursor, and whether there are more."""
    older = [item for item in shown if not cursor or item.published_at < cursor]
    cut = older[:size]
    return cut, cut[-1].published_at if cut else cursor, len(older) > len(cut)


def short_page(shown: Sequence[Item], size: int, cursor: int) -> tuple[Sequence[Item], int, bool]:
    """Two thirds of a page, then an empty one whose cursor lies half way to the next video, and so on."""
    older = [item for item in shown if item.published_at < cursor]
    if older and any(item.published_at == cursor for item in shown):
        return [], (cursor + older[0].published_at) // 2, True
    return page(shown, max(1, size * 2 // 3), cursor)


def stuck_page(shown: Sequence[Item], size: int, cursor: int) -> tuple[Sequence[Item], int, bool]:
    """The first page, then for ever its last two videos and the cursor that was sent."""
    if not cursor:
        cut, cursor, _ = page(shown, size, 0)
        return cut, cursor, True
    return [item for item in shown if item.published_at >= cursor][-2:], cursor, True


def _check(asked: Sequence[str], known: Collection[str]) -> None:
    if wrong := [name for name in asked if name not in known]:
        raise RefusedError("invalid_params", f"There is no field {wrong[0][:40]!r}.")


def _expiry(now: Instant) -> int:
    return (now + COVER_LIFE) // SECOND
