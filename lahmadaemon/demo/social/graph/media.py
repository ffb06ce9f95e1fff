"""Instagram media as their owner sees them: what each product has, and what it has not."""

from datetime import UTC
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from lahmadaemon.clock import DAY, SECOND, Instant, local
from lahmadaemon.demo.social.graph.errors import only_by_discovery
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.graph.insights import asked, insights, value
from lahmadaemon.demo.social.graph.shapes import OMITTED, Look, Reader, Shape, plain, show, show_all
from lahmadaemon.demo.social.world import Item, Page, Product

CDN = "https://cdn.example.net/ig"


class Media(NamedTuple):
    """One of them, whose, and how often it has been viewed until now."""

    item: Item
    page: Page
    views: int


class _Type(NamedTuple):
    media_type: str
    product_type: str
    where: str


_TYPES = {
    Product.IMAGE: _Type("IMAGE", "FEED", "p"),
    Product.ALBUM: _Type("CAROUSEL_ALBUM", "FEED", "p"),
    Product.REEL: _Type("VIDEO", "REELS", "reel"),
    Product.AD: _Type("VIDEO", "AD", "p"),
    Product.STORY: _Type("IMAGE", "STORY", "stories"),
}


def stamp(at: Instant) -> str:
    """Such as 2019-04-05T07:56:32+0000."""
    days, seconds = divmod(at // SECOND, 86_400)
    return f"{_day(days)}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}+0000"


@lru_cache(maxsize=2048)
def _day(number: int) -> str:
    return local(number * DAY, UTC).date().isoformat()


def media_type(item: Item) -> str:
    """IMAGE, VIDEO or CAROUSEL_ALBUM; every other story is a video."""
    if item.product is Product.STORY:
        return "VIDEO" if item.id[-1] in "02468" else "IMAGE"
    return _TYPES[item.product].media_type


def product_type(item: Item) -> str:
    return _TYPES[item.product].product_type


def permalink(item: Item) -> str:
    return f"https://instagram.example/{_TYPES[item.product].where}/{shortcode(item)}/"


def shortcode(item: Item) -> str:
    return f"EX{item.id}"


def link(item: Item, mark: str = "") -> str:
    return f"{CDN}/{item.id}{mark}?x=expires"


def thumbnail(item: Item) -> object:
    return link(item, "_t.jpg") if media_type(item) == "VIDEO" else OMITTED


def caption(item: Item) -> object:
    return item.caption or OMITTED


def _number(metric: str, *, stories: bool = False, likes: bool = False) -> Reader:
    """A count as insights have it; `stories`: they have it too; `likes`: left out where the owner hides them."""

    def read(media: Media) -> object:
        item = media.item
        if (item.product is Product.STORY and not stories) or (likes and item.likes_hidden):
            return OMITTED
        return value(item, metric, media.views)

    return plain(read)


def _views(media: Media) -> object:
    return media.views if media_type(media.item) == "VIDEO" else OMITTED


def _insights(media: Media, field: Field, look: Look) -> object:
    return {"data": insights(media.item, media.views, asked(field), look.now)}


def _owner(media: Media, field: Field, look: Look) -> object:
    return show(OWNER, media.page, field.fields, look)


def _children(media: Media, field: Field, look: Look) -> object:
    """The first is an image, the second a video. They have neither address nor numbers of their own."""
    if media.item.product is not Product.ALBUM:
        return OMITTED
    children = [(f"{media.item.id}{number}", kind) for number, kind in ((1, "IMAGE"), (2, "VIDEO"))]
    return {"data": show_all(CHILD, children, field.fields, look)}


OWNER = Shape("IGUser", {
    "id": plain(attrgetter("instagram_id")),
    "username": plain(attrgetter("handle")),
})  # fmt: skip
CHILD = Shape("IGMedia", {
    "id": plain(lambda child: child[0]),
    "media_type": plain(lambda child: child[1]),
    "media_url": plain(lambda child: f"{CDN}/{child[0]}"),
    "thumbnail_url": plain(lambda child: f"{CDN}/{child[0]}_t" if child[1] == "VIDEO" else OMITTED),
    "permalink": plain(lambda _: OMITTED),
})  # fmt: skip
MEDIA = Shape("IGMedia", {
    "id": plain(attrgetter("item.id")),
    "timestamp": plain(lambda media: stamp(media.item.published_at)),
    "media_type": plain(lambda media: media_type(media.item)),
    "media_product_type": plain(lambda media: product_type(media.item)),
    "caption": plain(lambda media: caption(media.item)),
    "permalink": plain(lambda media: permalink(media.item)),
    "shortcode": plain(lambda media: shortcode(media.item)),
    "media_url": plain(lambda media: link(media.item)),
    "thumbnail_url": plain(lambda media: thumbnail(media.item)),
    "username": plain(attrgetter("page.handle")),
    "owner": Reader(_owner, nests=True),
    "children": Reader(_children, nests=True),
    "like_count": _number("likes", likes=True),
    "comments_count": _number("comments"),
    "saved_count": _number("saved"),
    "shares_count": _number("shares", stories=True),
    "reposts_count": _number("reposts", stories=True),
    "total_like_count": _number("likes", likes=True),
    "total_comments_count": _number("comments"),
    "total_views_count": plain(_views),
    "is_comment_enabled": plain(lambda _: True),
    "is_shared_to_feed": plain(lambda media: True if media.item.product is Product.REEL else OMITTED),
    "alt_text": plain(lambda _: OMITTED),
    "media_audio_type": plain(lambda media: "ORIGINAL_AUDIO" if media.item.product is Product.REEL else OMITTED),
    "boost_ads_list": plain(lambda _: OMITTED),
    "boost_eligibility_info": plain(lambda _: {"eligible_to_boost": True}),
    "legacy_instagram_media_id": plain(lambda media: f"3{media.item.id[2:]}"),
    "view_count": Reader(lambda *_: OMITTED, refusal=only_by_discovery),
    "insights": Reader(
        _insights, frozenset({"metric", "period"}), nests=True, edge=True, path_modifiers=frozenset({"breakdown"}),
        scopes=("instagram_manage_insights",),
    ),
})  # fmt: skip
