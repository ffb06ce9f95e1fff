"""What stands in the addresses of the room's routes, bounded so that every store takes it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, AwareDatetime

from lahmadaemon.clock import Instant, instant
from lahmadaemon.social.posts import Kind, Platform
from lahmadaemon.social.store.reading import Kept, Wish
from lahmadaemon.web.paging import LARGEST, read, written

CampaignId = Annotated[int, Path(ge=0, le=LARGEST, description="The campaign's number in the Creators app")]
CreatorId = Annotated[int, Path(ge=0, le=LARGEST, description="The creator's number in the Creators app")]
PLATFORM_ID = r"^[A-Za-z0-9_@-][A-Za-z0-9_.:@-]{0,127}$"
PlatformId = Annotated[str, Path(pattern=PLATFORM_ID, description="The platform's own id, a text")]
RunId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _moment(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 9000:
        raise ValueError("a year from 1970 on")
    return moment


Since = Annotated[
    Annotated[AwareDatetime, AfterValidator(_moment)] | None,
    Query(description="Published then or later; ISO 8601 with its zone"),
]
Until = Annotated[Annotated[AwareDatetime, AfterValidator(_moment)] | None, Query(description="Published before that")]


async def _filters(
    platform: Annotated[Platform | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
    creator: Annotated[int | None, Query(ge=0, le=LARGEST, description="Only this creator's")] = None,
    published_from: Since = None,
    published_until: Until = None,
) -> Wish:
    return Wish(platform, kind, creator, _instant(published_from), _instant(published_until))


Filters = Annotated[Wish, Depends(_filters)]


def page_of(wish: Wish, cursor: str | None, limit: int) -> Wish:
    """Those of one page, and one more, which says whether another follows. Raises Refusal for a wrong cursor."""
    place = read(cursor, int, str, str)
    return replace(wish, after=place and (Instant(place[0]), place[1], place[2]), limit=limit + 1)


def place_of(kept: Kept) -> str:
    """The cursor behind this post."""
    return written(kept.post.published_at, kept.post.platform.value, kept.post.platform_id)


def _instant(moment: datetime | None) -> Instant | None:
    return None if moment is None else instant(moment)
