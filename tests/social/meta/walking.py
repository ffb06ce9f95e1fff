"""Walks without a driver: whoever knows the answers tells them, and remembers what was asked."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

from lahmadaemon.clock import DAY, Instant, local
from lahmadaemon.http import Answer
from lahmadaemon.social.meta.metrics import Lessons, Matrix
from lahmadaemon.social.meta.rows import moment
from lahmadaemon.social.posts import Found, Platform, Post
from lahmadaemon.social.walk import Ask, Asks, Outcome, Page, Task, Walk

SAMPLES = Path(__file__).parents[2] / "samples" / "social" / "meta"
IG, PAGE = "17841400000000011", "100000000000011"
NOW = moment("2026-09-10T12:00:00+0000")
Told = Callable[[Ask], Answer]


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def good(told: object) -> Answer:
    return Answer(200, {}, json.dumps(told).encode())


def bad(code: int | None = None, subcode: int | None = None, status: int = 400, **more: object) -> Answer:
    numbers = {"code": code, "error_subcode": subcode}
    error = {"message": "do not read me", **{k: v for k, v in numbers.items() if v is not None}, **more}
    return Answer(status, {}, json.dumps({"error": error}).encode())


def refused(name: str) -> Answer:
    """A sample of an error, with its status."""
    status = next(each["status"] for each in sample("index") if each["file"] == f"{name}.json")
    return Answer(status, {}, (SAMPLES / f"{name}.json").read_bytes())


def nobody(_: Post) -> bool:
    return False


def everybody(_: Post) -> bool:
    return True


def task(
    platform: Platform = Platform.INSTAGRAM,
    account: str = IG,
    *,
    since: Instant | int = NOW - 90 * DAY,
    now: Instant = NOW,
    wanted: Callable[[Post], bool] = everybody,
    tracked: Mapping[str, Instant] | None = None,
    known: Collection[str] = (),
    scopes: Collection[str] = (),
    profile: bool = True,
) -> Task:
    return Task(
        11, platform, account, Instant(since), now, wanted, tracked or {}, frozenset(known), frozenset(scopes), profile
    )  # fmt: skip


def new_lessons(page_size: int = 50) -> Lessons:
    return Lessons(Matrix("v23.0"), page_size)


@dataclass
class Walked:
    """What came of a walk. `steps`: what was asked together."""

    steps: list[list[Ask]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome(complete=False))

    @property
    def asks(self) -> list[Ask]:
        return [ask for step in self.steps for ask in step]

    @property
    def paths(self) -> list[str]:
        return [ask.path for ask in self.asks]

    @property
    def found(self) -> dict[str, Found]:
        """By id; each was handed on once."""
        every = [each for page in self.pages for each in page.found]
        found = {each.post.platform_id: each for each in every}
        assert len(found) == len(every)
        return found


def walked(walk: Walk, tell: Told, *, at_most: int = 200) -> Walked:
    """To its end."""
    what, told = Walked(), None
    try:
        while True:
            step = walk.send(told)
            if isinstance(step, Page):
                what.pages.append(step)
                told = None
                continue
            asks = list(step.asks) if isinstance(step, Asks) else [step]
            what.steps.append(asks)
            assert len(what.asks) <= at_most, "it never ends"
            answers = [tell(ask) for ask in asks]
            told = answers if isinstance(step, Asks) else answers[0]
    except StopIteration as end:
        what.outcome = end.value
    return what


def media(number: int, *, age: float = 1.0, now: Instant = NOW, product: str = "FEED", **more: Any) -> dict[str, Any]:
    """A row of the list; `age` in days."""
    at = instant_text(Instant(round(now - age * DAY)))
    return {
        "id": f"179{number:014}", "timestamp": at, "media_type": "IMAGE", "media_product_type": product,
        "caption": f"number {number}", "like_count": 10, "comments_count": 2, "saved_count": 1, "shares_count": 3, **more,
    }  # fmt: skip


def instant_text(at: Instant) -> str:
    return local(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def numbers(**values: float) -> dict[str, Any]:
    """As insights tell them."""
    return {
        "data": [{"name": name, "period": "lifetime", "values": [{"value": value}]} for name, value in values.items()]
    }


def paged(rows: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    """A page of a list; `after`: where the next begins. The address of the next holds a token, as Meta's does."""
    cursors = {"cursors": {"before": "before", "after": after or "the-end"}}
    following = {"next": f"https://graph.example/x?access_token=SECRET&after={after}"} if after else {}
    return {"data": rows, "paging": {**cursors, **following}}
