"""How a list is asked for, and how the question is eased, step by step, until Meta answers it. Pure."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lahmadaemon.http import Answer
from lahmadaemon.social.meta.errors import UNREADABLE, Kind, Trouble, classify
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.payload import Listing, document
from lahmadaemon.social.meta.rows import Row
from lahmadaemon.social.walk import Ask, Task

MOST_PAGES = 1000
"""Meta lists at most 10,000 posts; a list that seems longer turns in circles."""
MOST_EMPTY = 20
"""Pages one after the other with nothing new in them."""
MARGIN = 10
"""New posts expected at most since the last look; more cost another page."""
_FAILURES = 3
_POISONED = {Kind.METRIC, Kind.BEFORE_CONVERSION, Kind.GONE, Kind.OUR_BUG}
"""Insights of one post may fail the list it is in for any of these."""


@dataclass(eq=False)
class Look:
    """What is asked for. `size`: rows at once, at first `most` or less; `insights`: of posts, `stories`: of stories, within
    the list; `sure`: no field that may be unknown."""

    size: int
    most: int
    insights: bool = False
    stories: bool = False
    sure: bool = False
    forbidden: bool = False
    """Insights are not granted, so that nobody is asked for them."""
    halved: bool = False
    failures: int = 0
    asked: tuple[str, ...] = ()
    asked_of_stories: tuple[str, ...] = ()
    """Metrics within the list of posts, and of stories, in the last request."""

    def came_with(self, product: Product) -> tuple[str, ...]:
        """Metrics that came with the list."""
        return self.asked_of_stories if product is Product.STORY else self.asked

    def eased(self, trouble: Trouble) -> bool:
        """Ask for less, so that this does not happen again; False: there is nothing left to do without."""
        match trouble.kind:
            case Kind.TOO_MUCH:
                return self._halve() or self._plain()
            case Kind.TRANSIENT:
                self.failures += 1
                return self.failures < _FAILURES and (self._plain() or self._halve())
            case Kind.PERMISSION if self.stories:  # most likely a story that fewer than five have seen
                self.stories = False
                return True
            case Kind.PERMISSION if self.insights:
                self.forbidden = True
                return self._plain()
            case kind if kind in _POISONED:
                return self._plain() or self._surely()
        return False

    def _halve(self) -> bool:
        self.halved, half = True, self.size // 2
        self.size = max(1, half)
        return half > 0

    def _plain(self) -> bool:
        was = self.insights or self.stories
        self.insights = self.stories = False
        return was

    def _surely(self) -> bool:
        was, self.sure = self.sure, True
        return not was


def first_look(
    task: Task, lessons: Lessons, page_size: int | None, *, insights: bool = False, stories: bool = False,
    forbidden: bool = False,
) -> Look:  # fmt: skip
    """Who is known has seldom posted much since: few posts are asked for then, for insights cost Meta, and us, time."""
    most = min(page_size or lessons.page_size, lessons.page_size)
    size = min(most, len(task.known) + MARGIN) if task.known else most
    return Look(size, most, insights, stories, forbidden=forbidden)


def granted(task: Task, right: str) -> bool:
    """Whether the creator gave us this; where nobody knows what they gave, we ask and see."""
    return not task.scopes or right in task.scopes


Asking = Generator[Ask, Answer, Any]


def answered(look: Look, compose: Callable[[], Ask]) -> Asking:
    """The document that answers what `compose` asks for by this look, eased as often as it takes; else the Trouble."""
    while True:
        answer = yield compose()
        trouble = classify(answer.status, answer.body, listing=True)
        told = document(answer.body) if trouble is None else None
        if isinstance(told, dict):
            return told
        if not look.eased(trouble or UNREADABLE):
            return trouble or UNREADABLE


@dataclass(eq=False)
class Course:
    """Where a walk through the pages of a list stands, newest first, down to `floor`; sees to it that it ends."""

    floor: int
    lost: bool = False
    """It ended although there is more."""
    pages: int = 0
    _empty: int = 0
    _cursors: set[str] = field(default_factory=set)

    def goes_on(self, page: Listing, rows: Sequence[Row]) -> str | None:
        """Where the next page begins; None: the floor is reached, or the end. `rows`: what was new on this page."""
        self.pages += 1
        self._empty = 0 if rows else self._empty + 1
        if not page.more or (rows and rows[-1].post.published_at < self.floor):
            return None
        endless = self.pages >= MOST_PAGES or self._empty >= MOST_EMPTY
        if page.after is None or page.after in self._cursors or endless:
            self.lost = True
            return None
        self._cursors.add(page.after)
        return page.after
