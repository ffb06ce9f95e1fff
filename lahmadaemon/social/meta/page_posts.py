"""The walk over a Facebook page: its posts from a list, their sums and insights one by one, and only of those that matter."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lahmadaemon.http import Answer
from lahmadaemon.social.meta import fields, payload
from lahmadaemon.social.meta.errors import Trouble, classify
from lahmadaemon.social.meta.gathering import Gathering, Numbered
from lahmadaemon.social.meta.insights import told_apart
from lahmadaemon.social.meta.looking import Course, answered, first_look, granted
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.numbers import Told
from lahmadaemon.social.meta.rows import Row, page_post, profile, summed
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.walk import Ask, Asks, Page, Task, Walk

RIGHT = "read_insights"


def facebook(task: Task, lessons: Lessons, page_size: int | None = None) -> Walk:
    """The page itself and its posts back to the horizon. `page_size`: as learnt for this page."""
    look = first_look(task, lessons, page_size, forbidden=not granted(task, RIGHT))
    gathering, course, after = Gathering(task, lessons, look), Course(task.horizon), None
    while after or not course.pages:
        told = yield from answered(look, partial(_ask, gathering, course, after))
        if isinstance(told, Trouble):
            gathering.failed(told)
            break
        whole = _whole(gathering, course)
        listing = payload.listing(told.get("published_posts") if whole else told)
        rows = gathering.new(listing, page_post)
        found = yield from _numbered(gathering, gathering.recent(rows))
        who = profile(told, Platform.FACEBOOK) if whole else None
        if found or who:
            yield Page(tuple(found), who)
        after = course.goes_on(listing, rows)
    if course.lost:
        gathering.fail("paging_lost")
    return (yield from gathering.ending(task.horizon, course))


def _whole(gathering: Gathering, course: Course) -> bool:
    """Whether the list comes with the page's profile: the first time, unless that was refused."""
    return gathering.task.with_profile and not course.pages and not gathering.look.sure


def _ask(gathering: Gathering, course: Course, after: str | None) -> Ask:
    task, look = gathering.task, gathering.look
    if _whole(gathering, course):
        return fields.page(task.account_id, look.size)
    return fields.page_posts(task.account_id, look.size, after)


def _numbered(gathering: Gathering, rows: Sequence[Row]) -> Numbered:
    """Rows with their numbers, of those that belong to a campaign."""
    metrics = () if gathering.look.forbidden else gathering.lessons.matrix.worth(Product.PAGE_POST)
    wanted = [row for row in rows if gathering.task.wanted(row.post)]
    told: dict[str, Told] = {}
    summed_up: dict[str, Row] = {}
    failed: list[Row] = []
    answers = yield from _asked(wanted, metrics)
    for row, answer in zip(wanted, answers, strict=True):
        if classify(answer.status, answer.body) is not None:
            failed.append(row)
            continue
        summed_up[row.post.platform_id], its = _read(row, answer)
        if metrics:
            told[row.post.platform_id] = its
    if failed and metrics:  # perhaps insights were the trouble: then both are asked for by themselves
        answers = yield from _asked(failed, ())
        for row, answer in zip(failed, answers, strict=True):
            summed_up[row.post.platform_id], _ = _read(row, answer)
        told |= yield from told_apart(failed, (), gathering.lessons, gathering.task)
    return gathering.found([summed_up.get(row.post.platform_id, row) for row in rows], told)


def _asked(rows: Sequence[Row], metrics: Sequence[str]) -> Generator[Asks, list[Answer], list[Answer]]:
    if not rows:
        return []
    return (yield Asks(tuple(fields.page_post(row.post.platform_id, metrics) for row in rows)))


def _read(row: Row, answer: Answer) -> tuple[Row, Told]:
    """The row with its sums, and its insights; neither where the answer is a bad one."""
    node = payload.document(answer.body)
    node = node if isinstance(node, dict) else {}
    sums: dict[str, Any] = {"likes": summed(node.get("reactions")), "comments": summed(node.get("comments"))}
    known = {name: number for name, number in sums.items() if number is not None}
    told = Told(payload.insights(payload.listing(node.get("insights")).rows))
    return replace(row, counts={**row.counts, **known}), told
