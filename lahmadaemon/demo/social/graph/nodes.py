"""Which node an id is, and whose allowance a look at it is charged to; what a token may not see is not there for it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lahmadaemon.demo.social.graph.errors import gone
from lahmadaemon.demo.social.graph.facebook import PAGE, POST, USER, Post
from lahmadaemon.demo.social.graph.fields import parse
from lahmadaemon.demo.social.graph.instagram import ACCOUNT, live_stories
from lahmadaemon.demo.social.graph.media import MEDIA, Media
from lahmadaemon.demo.social.graph.shapes import Look, Shape, show, walk_edge
from lahmadaemon.demo.social.graph.usage import Account
from lahmadaemon.demo.social.world import Item, Page


class Found(NamedTuple):
    """A node; `account`: the Instagram account or page whose own allowance is used, None: the app's."""

    shape: Shape
    node: object
    account: Account | None = None


def find(name: str, look: Look) -> Found:
    """Raises GraphError: 100/33, or 803 for what is no number."""
    page_token = look.token.page_id
    pages = [page for page in look.creator.pages if page_token in {None, page.id}]
    if name == "me":
        name = page_token or look.creator.facebook_id
    if name == look.creator.facebook_id and page_token is None:
        return Found(USER, look.creator)
    for page in pages:
        found = _of_page(name, page, Account(page.id, "pages") if page_token else None) or _of_instagram(
            name, page, look
        )
        if found is not None:
            return found
    raise gone(name)


def read(found: Found, edges: list[str], query: Mapping[str, str], look: Look) -> object:
    """The node with the fields asked for, or one of its edges. Raises GraphError."""
    if found.shape in {ACCOUNT, MEDIA}:
        look.need("instagram_basic")
    if found.shape is POST:
        look.need("pages_read_engagement")
    if not edges:
        return show(found.shape, found.node, parse(query.get("fields", "")), look)
    return walk_edge(found.shape, found.node, "/".join(edges), query, look)


def _of_page(name: str, page: Page, account: Account | None) -> Found | None:
    if name == page.id:
        return Found(PAGE, page, account)
    if name.startswith(f"{page.id}_") and (item := _one(name, iter(page.posts))):
        return Found(POST, Post(item, page), account)
    return None


def _of_instagram(name: str, page: Page, look: Look) -> Found | None:
    if not page.instagram_id:
        return None
    account = Account(page.instagram_id, "instagram")
    if name == page.instagram_id:
        return Found(ACCOUNT, page, account)
    published = (item for item in page.media if item.published_at <= look.now)
    item = _one(name, published) or _one(name, iter(live_stories(page, look.now)))
    return Found(MEDIA, Media(item, page, item.views(look.now)), account) if item else None


def _one(name: str, items: Iterator[Item]) -> Item | None:
    return next((item for item in items if item.id == name and not item.deleted), None)
