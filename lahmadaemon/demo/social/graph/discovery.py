"""Business discovery: what anybody's app may see of a professional account, and what it may not."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from lahmadaemon.demo.social.graph.errors import GraphError, bad_parameter, not_professional, reduce_data
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.graph.media import MEDIA, Media
from lahmadaemon.demo.social.graph.paging import LARGEST_LIMIT, between, cursor, cut_out, live
from lahmadaemon.demo.social.graph.shapes import OMITTED, Look, Reader, Shape, plain, show, show_all
from lahmadaemon.demo.social.world import Page, Product

_SEEN = (
    "id", "caption", "comments_count", "like_count", "media_type", "media_product_type", "media_url", "permalink",
    "timestamp", "username", "children", "thumbnail_url", "reposts_count", "total_like_count", "total_comments_count",
)  # fmt: skip


def discover(_: Page, field: Field, look: Look) -> object:
    """`business_discovery.username(NAME){…}` on one's own account. Raises GraphError 110 for who has no such account."""
    name = field.modifiers.get("username")
    if not name:
        raise bad_parameter("The parameter username is required")
    pages = (page for creator in look.world.creators.values() for page in creator.pages)
    target = next((page for page in pages if page.instagram_id and page.handle == name), None)
    if target is None:
        raise not_professional()
    return show(_ACCOUNT, target, field.fields, look)


def _media(page: Page, field: Field, look: Look) -> object:
    """Its pages have cursors, but no addresses; the last one has no `after`."""
    asked = field.modifiers.get("limit", "")
    if asked.isdecimal() and int(asked) > LARGEST_LIMIT:
        raise reduce_data()
    items = between(page.media, {}, look)
    path = f"{page.instagram_id}/discovered"
    cut = cut_out(path, len(items), field.modifiers, look)
    rows = show_all(_MEDIA, [Media(item, page, item.views(look.now)) for item in items[cut.start : cut.stop] if not item.deleted],
                    _checked(field.fields), look)  # fmt: skip
    cursors = {}
    if cut.start:
        cursors["before"] = cursor(path, cut.start)
    if cut.stop < cut.total:
        cursors["after"] = cursor(path, cut.stop)
    return {"data": rows, "paging": {"cursors": cursors}} if cursors else {"data": rows}


def _checked(fields: Sequence[Field]) -> Sequence[Field]:
    """The fields; those of the owner alone are refused as unknown."""
    for field in fields:
        if field.name in MEDIA.readers and field.name not in _MEDIA.readers:
            raise bad_parameter(f"{field.name} is not available through business discovery")
    return fields


def _views(media: Media) -> object:
    return media.views if media.item.product is Product.REEL else OMITTED


def _no_stories() -> GraphError:
    return GraphError("(#10) Stories cannot be seen through business discovery", 10, status=403)


_MEDIA_READERS: Mapping[str, Reader] = {name: MEDIA.readers[name] for name in _SEEN}
_MEDIA = Shape("IGMedia", {**_MEDIA_READERS, "view_count": plain(_views)})
PROFILE: Mapping[str, Reader] = {
    "id": plain(attrgetter("instagram_id")),
    "username": plain(attrgetter("handle")),
    "name": plain(attrgetter("name")),
    "biography": plain(lambda page: f"{page.name} on Instagram"),
    "website": plain(lambda page: f"https://{page.handle}/"),
    "profile_picture_url": plain(lambda page: f"https://cdn.example.net/ig/{page.handle}.jpg?x=expires"),
    "followers_count": plain(attrgetter("followers")),
    "follows_count": plain(lambda page: 100 + page.followers % 700),
    "media_count": Reader(lambda page, _, look: len(live(page.media, look.now))),
}
"""What everybody sees; the node is a page, since each account is found through one."""
_ACCOUNT = Shape("IGUser", {
    **PROFILE,
    "media": Reader(_media, frozenset({"limit", "after"}), nests=True),
    "stories": Reader(_media, nests=True, refusal=_no_stories),
})  # fmt: skip
