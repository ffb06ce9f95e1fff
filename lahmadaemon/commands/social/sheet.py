"""Posts of several campaigns, or of none, as a table for spreadsheets: the API's columns, but for those of one campaign."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace

from lahmadaemon.social.store.overview import AllPosts
from lahmadaemon.social.store.reading import Kept, Wish
from lahmadaemon.store.database import Store
from lahmadaemon.web.sheets import MARK, harmless
from lahmadaemon.web.social.doors import SocialDoors
from lahmadaemon.web.social.listing import told
from lahmadaemon.web.social.shapes.posts import Post
from lahmadaemon.web.social.sheet import AT_ONCE, COLUMNS

OF_CAMPAIGN = ("campaign_id", "campaign", "rule", "matched")
OURS = tuple(name for name in COLUMNS if name not in OF_CAMPAIGN)


async def lines(doors: SocialDoors, store: Store, wish: Wish) -> AsyncIterator[str]:
    """The head, then the rows, newest first."""
    yield MARK + _written([(*OURS, "campaigns")])
    reader, some = AllPosts(store), list[Kept]()
    while some := await reader.newest(replace(wish, limit=AT_ONCE)):
        posts = await told(doors, some)
        yield _written(_row(post, kept.email) for post, kept in zip(posts, some, strict=True))
        last = some[-1].post
        wish = replace(wish, after=(last.published_at, last.platform.value, last.platform_id))


def _row(post: Post, email: str | None) -> list[object]:
    """What is unknown is empty."""
    values = post.model_dump(mode="json") | {"creator_email": email}
    return [*(_cell(values[name]) for name in OURS), " ".join(str(each.campaign_id) for each in post.campaigns)]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return harmless(" ".join(value))
    return harmless(value) if isinstance(value, str) else value


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
