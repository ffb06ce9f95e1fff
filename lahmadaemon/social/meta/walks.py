"""The walks over an Instagram account: everything back to a horizon, or only the stories there are now. Pure."""

from collections.abc import Generator
from functools import partial
from typing import Any

from lahmadaemon.clock import DAY, MINUTE
from lahmadaemon.social.meta import fields, payload
from lahmadaemon.social.meta.errors import Trouble
from lahmadaemon.social.meta.gathering import Gathering
from lahmadaemon.social.meta.insights import with_navigation
from lahmadaemon.social.meta.looking import Course, Look, answered, first_look, granted
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.rows import media, profile
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.walk import Ask, Page, Step, Task, Walk

RIGHT = "instagram_manage_insights"
STORIES_AT_ONCE = 25
STORY_LISTED = DAY - 10 * MINUTE
"""A story that is younger is surely among those that are listed, unless it was deleted."""


def instagram(task: Task, lessons: Lessons, page_size: int | None = None) -> Walk:
    """Profile, posts back to the horizon and the stories there are, in one request; older pages one by one.

    `page_size`: as learnt for this account. `task.tracked` must not hold stories older than a day: they are not listed.
    """
    may = granted(task, RIGHT)
    look = first_look(task, lessons, page_size, insights=may, stories=may, forbidden=not may)
    gathering = Gathering(task, lessons, look)
    node = yield from answered(look, partial(_node, gathering))
    if isinstance(node, Trouble):
        gathering.failed(node)
        return (yield from gathering.ending(task.horizon))
    course, of_stories = Course(task.horizon), Course(0)
    listing, stories = payload.listing(node.get("media")), payload.listing(node.get("stories"))
    rows, there = gathering.new(listing, media), gathering.new(stories, media)
    found = yield from gathering.numbered([*gathering.recent(rows), *there])
    who = profile(node, Platform.INSTAGRAM) if task.with_profile else None
    if found or who:
        yield Page(tuple(found), who)
    yield from _pages(gathering, "stories", of_stories, of_stories.goes_on(stories, there))
    yield from _pages(gathering, "media", course, course.goes_on(listing, rows))
    return (yield from gathering.ending(task.horizon, course))


def stories(task: Task, lessons: Lessons) -> Walk:
    """The stories of the last 24 hours with their numbers, the last ones near their end. `task.tracked`: stories only."""
    may = granted(task, RIGHT)
    gathering = Gathering(task, lessons, Look(STORIES_AT_ONCE, STORIES_AT_ONCE, stories=may, forbidden=not may))
    yield from _pages(gathering, "stories", Course(0), None, first=True)
    return (yield from gathering.ending(task.now - STORY_LISTED))


def _node(gathering: Gathering) -> Ask:
    of_media, of_stories = _fields(gathering, "media"), _fields(gathering, "stories")
    task = gathering.task
    return fields.node(task.account_id, gathering.look.size, of_media, of_stories, profile=task.with_profile)


def _edge(gathering: Gathering, name: str, after: str | None) -> Ask:
    return fields.edge(gathering.task.account_id, name, _fields(gathering, name), gathering.look.size, after)


def _fields(gathering: Gathering, name: str) -> str:
    """What is asked of each row by now, with what is known by now; the look remembers which metrics those were."""
    look, matrix = gathering.look, gathering.lessons.matrix
    if name == "stories":
        look.asked_of_stories = matrix.worth(Product.STORY) if look.stories else ()
        return fields.stories(matrix, look.asked_of_stories, sure=look.sure)
    look.asked = fields.shared(matrix) if look.insights else ()
    return fields.media(matrix, look.asked, sure=look.sure)


def _pages(
    gathering: Gathering, name: str, course: Course, after: str | None, *, first: bool = False
) -> Generator[Step, Any, None]:
    """The pages of a list from there on; each is handed on before the next is asked for."""
    while after or first:
        first = False
        told = yield from answered(gathering.look, partial(_edge, gathering, name, after))
        if isinstance(told, Trouble):
            gathering.failed(told)
            return
        listing = payload.listing(told)
        rows = gathering.new(listing, media)
        there = rows if name == "stories" else gathering.recent(rows)
        found = yield from gathering.numbered(there)
        if name == "stories":
            found = yield from with_navigation(found, gathering.lessons, gathering.task)
        if found:
            yield Page(tuple(found))
        after = course.goes_on(listing, rows)
    if course.lost:
        gathering.fail("paging_lost")
