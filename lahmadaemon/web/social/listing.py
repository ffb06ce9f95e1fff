"""Pages of posts, whosever they are."""

from collections.abc import Awaitable, Callable, Sequence

from lahmadaemon.social.store.reading import Kept, Wish
from lahmadaemon.web.paging import Page
from lahmadaemon.web.social.doors import SocialDoors
from lahmadaemon.web.social.figures import figured
from lahmadaemon.web.social.parameters import page_of, place_of
from lahmadaemon.web.social.shapes.posts import Post, post

Reading = Callable[[Wish], Awaitable[list[Kept]]]


async def page_of_posts(
    doors: SocialDoors, reading: Reading, wish: Wish, cursor: str | None, limit: int
) -> tuple[Page[Post], str | None]:
    """One page, and the cursor of the next."""
    found = await reading(page_of(wish, cursor, limit))
    some = found[:limit]
    following = place_of(some[-1]) if len(found) > limit else None
    return Page(items=await told(doors, some), next=following), following


async def told(doors: SocialDoors, kept: Sequence[Kept]) -> list[Post]:
    """With their rates and campaigns."""
    links = await doors.links.of([each.post.key for each in kept])
    now = doors.clock.now()
    return [post(each, links.get(each.kept.post.key, ()), now) for each in figured(kept)]
