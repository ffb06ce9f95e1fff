"""Facebook: the creator, the pages they have a role at, and what is posted there."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from lahmadaemon.demo.social.graph.errors import bad_parameter
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.graph.instagram import ACCOUNT
from lahmadaemon.demo.social.graph.media import stamp
from lahmadaemon.demo.social.graph.paging import PAGING, TIMED, Rows, between, listed
from lahmadaemon.demo.social.graph.post_insights import post_insights
from lahmadaemon.demo.social.graph.shapes import OMITTED, Look, Reader, Shape, plain, show, show_all
from lahmadaemon.demo.social.world import Creator, Item, Page

TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MODERATE", "MANAGE")
_SUMMED = frozenset({"reactions", "comments"})


class Post(NamedTuple):
    """One of a page's posts."""

    item: Item
    page: Page


def _accounts(creator: Creator, field: Field, look: Look) -> object:
    """The pages; none, rather than an error, where that was not granted."""
    pages = creator.pages if "pages_show_list" in look.scopes else []
    usual = field.fields or USUAL_ACCOUNT
    return listed(f"{creator.facebook_id}/accounts", pages, field, look, lambda part: show_all(PAGE, part, usual, look))


def _permissions(_: Creator, __: Field, look: Look) -> object:
    return {"data": [{"permission": scope, "status": "granted"} for scope in sorted(look.scopes)]}


def _instagram(page: Page, field: Field, look: Look) -> object:
    if not page.instagram_id or "instagram_basic" not in look.scopes:
        return OMITTED
    return show(ACCOUNT, page, field.fields, look)


def _posts(page: Page, field: Field, look: Look) -> object:
    """Newest first. Where sums are asked for in the list, some posts are missing from it, as has been seen of Meta's."""
    summed = any(sub.name in _SUMMED for sub in field.fields)

    def rows(items: Sequence[Item]) -> Rows:
        there = [Post(item, page) for item in items if not item.deleted]
        return show_all(POST, there[::2] if summed else there, field.fields or USUAL_POST, look)

    return listed(f"{page.id}/{field.name}", between(page.posts, field.modifiers, look), field, look, rows)


def _sum(metric: str, per_mille: int) -> Reader:
    """`.limit(0).summary(total_count)`: the number, and nobody's name."""

    def read(post: Post, field: Field, look: Look) -> object:
        summary = field.modifiers.get("summary", "")
        if summary not in {"", "total_count", "true", "1"}:
            raise bad_parameter(f"Tried accessing nonexisting summary field ({summary})")
        total = {"summary": {"total_count": post.item.number(metric, look.now, per_mille)}} if summary else {}
        return {"data": [], **total}

    return Reader(read, PAGING | {"summary"}, edge=True, scopes=("pages_read_engagement",))


def _shares(post: Post, _: Field, look: Look) -> object:
    """Left out until somebody shares it."""
    count = post.item.number("shares", look.now, 4)
    return {"count": count} if count else OMITTED


def _kind(post: Post) -> str:
    return "video" if post.item.id[-1] in "02468" else "photo"


def _attachments(post: Post, field: Field, look: Look) -> object:
    return {"data": show_all(_ATTACHMENT, [post], field.fields, look)}


_ATTACHMENT = Shape("StoryAttachment", {
    "id": plain(lambda _: OMITTED),
    "media_type": plain(lambda post: _kind(post)),
    "type": plain(lambda post: _kind(post)),
}, (Field("media_type"), Field("type")))  # fmt: skip
POST = Shape("PagePost", {
    "id": plain(attrgetter("item.id")),
    "message": plain(lambda post: post.item.caption or OMITTED),
    "created_time": plain(lambda post: stamp(post.item.published_at)),
    "permalink_url": plain(lambda post: f"https://facebook.example/{post.item.id.replace('_', '/posts/')}"),
    "full_picture": plain(
        lambda post: f"https://cdn.example.net/fb/{post.item.id}.jpg?x=expires" if _kind(post) == "photo" else OMITTED
    ),
    "shares": Reader(_shares),
    "attachments": Reader(_attachments, nests=True),
    "reactions": _sum("reactions", 33),
    "comments": _sum("comments", 4),
    "insights": Reader(post_insights, frozenset({"metric", "period"}), nests=True, edge=True, scopes=("read_insights",)),
})  # fmt: skip
PAGE = Shape("Page", {
    "id": plain(attrgetter("id")),
    "name": plain(attrgetter("name")),
    "username": plain(lambda page: f"page.{page.id}"),
    "category": plain(lambda _: "Digital creator"),
    "tasks": plain(lambda _: list(TASKS)),
    "link": plain(lambda page: f"https://facebook.example/{page.id}"),
    "followers_count": plain(lambda page: page.followers // 2),
    "fan_count": plain(lambda page: page.followers // 2),
    "access_token": Reader(lambda page, _, look: look.tokens.page_token(look.token, page)),
    "instagram_business_account": Reader(_instagram, nests=True),
    "published_posts": Reader(_posts, TIMED, nests=True, edge=True, scopes=("pages_read_engagement",)),
    "posts": Reader(_posts, TIMED, nests=True, edge=True, scopes=("pages_read_engagement",)),
}, (Field("name"), Field("id")))  # fmt: skip
USER = Shape("User", {
    "id": plain(attrgetter("facebook_id")),
    "name": plain(attrgetter("name")),
    "accounts": Reader(_accounts, PAGING, nests=True, edge=True),
    "permissions": Reader(_permissions, edge=True),
}, (Field("name"), Field("id")))  # fmt: skip
USUAL_ACCOUNT = tuple(Field(name) for name in ("access_token", "category", "name", "id", "tasks"))
USUAL_POST = tuple(Field(name) for name in ("created_time", "message", "id"))
