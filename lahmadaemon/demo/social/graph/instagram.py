"""Instagram accounts: their profile, their media and stories, and the public side of others through business discovery."""

from collections.abc import Callable, Sequence

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.demo.social.graph.discovery import PROFILE, discover
from lahmadaemon.demo.social.graph.fields import Field
from lahmadaemon.demo.social.graph.media import MEDIA, Media
from lahmadaemon.demo.social.graph.paging import PAGING, TIMED, Rows, between, listed, live
from lahmadaemon.demo.social.graph.shapes import Look, Reader, Shape, plain, show_all
from lahmadaemon.demo.social.world import Item, Page

STORY_LIFE = DAY


def live_stories(page: Page, now: Instant) -> list[Item]:
    """Those of the last 24 hours."""
    return [story for story in live(page.stories, now) if story.published_at > now - STORY_LIFE]


def _media(page: Page, field: Field, look: Look) -> object:
    """Newest first; deleted ones are taken out of a page after it was cut, so that one may be short, or empty."""
    items = between(page.media, field.modifiers, look)
    return listed(f"{page.instagram_id}/media", items, field, look, _rows(page, field, look))


def _stories(page: Page, field: Field, look: Look) -> object:
    items = live_stories(page, look.now)
    return listed(f"{page.instagram_id}/stories", items, field, look, _rows(page, field, look))


def _rows(page: Page, field: Field, look: Look) -> Callable[[Sequence[Item]], Rows]:
    def show(items: Sequence[Item]) -> Rows:
        return show_all(
            MEDIA, [Media(item, page, item.views(look.now)) for item in items if not item.deleted], field.fields, look
        )

    return show


ACCOUNT = Shape("IGUser", {
    **PROFILE,
    "has_profile_pic": plain(lambda _: True),
    "is_published": plain(lambda _: True),
    "legacy_instagram_user_id": plain(lambda page: f"4{page.instagram_id[4:]}"),
    "media": Reader(_media, TIMED, nests=True, edge=True),
    "stories": Reader(_stories, PAGING, nests=True, edge=True),
    "business_discovery": Reader(
        discover, frozenset({"username"}), nests=True,
        scopes=("instagram_basic", "instagram_manage_insights", "pages_read_engagement"),
    ),
})  # fmt: skip
"""The node is a page, since each account is found through one."""
