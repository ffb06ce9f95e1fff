"""Insights of single posts, where their list came without: one request each, all at once; what fails is told apart. Pure."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace

from lahmadaemon.clock import HOUR
from lahmadaemon.http import Answer
from lahmadaemon.social.meta import fields, payload
from lahmadaemon.social.meta.errors import Kind, Trouble, classify
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.numbers import Told
from lahmadaemon.social.meta.rows import Row
from lahmadaemon.social.posts import Flag, Found
from lahmadaemon.social.posts import Kind as PostKind
from lahmadaemon.social.walk import Asks, Task

NAVIGATION = "story_navigation_action_type"
LAST_LOOK = 22 * HOUR
"""A story of this age is not seen many times more."""

Inquiry = Generator[Asks, list[Answer], dict[str, Told]]


def told_apart(rows: Sequence[Row], others: Iterable[Row], lessons: Lessons, task: Task) -> Inquiry:
    """What their insights say, by id. `others`: of the same list, to find out whether a refusal is one post's or all's."""
    wanted = {row.post.platform_id: lessons.matrix.worth(row.product) for row in rows}
    asked = [row for row in rows if wanted[row.post.platform_id]]
    told: dict[str, Told] = {}
    refused: list[Row] = []
    answers = yield from _ask([(row, wanted[row.post.platform_id]) for row in asked])
    for row, answer in zip(asked, answers, strict=True):
        trouble = classify(answer.status, answer.body)
        if trouble is None:
            lessons.accepted(row.product, wanted[row.post.platform_id], task.now)
            told[row.post.platform_id] = Told(metrics(answer))
        elif trouble.kind is Kind.METRIC:
            refused.append(row)
        else:
            told[row.post.platform_id] = Told(flags=frozenset({why(trouble, row)}))
    if refused:
        told |= yield from _one_by_one(refused, _witnesses(refused, rows, others), lessons, task)
    return told


def _ask(what: Sequence[tuple[Row, Sequence[str]]]) -> Generator[Asks, list[Answer], list[Answer]]:
    if not what:
        return []
    return (yield Asks(tuple(fields.insights(row.post.platform_id, metrics) for row, metrics in what)))


def metrics(answer: Answer) -> Mapping[str, float]:
    """What an answer about one post's insights says."""
    return payload.insights(payload.listing(payload.document(answer.body)).rows)


def why(trouble: Trouble, row: Row) -> Flag:
    """Why this post's insights did not come."""
    if trouble.kind is Kind.PERMISSION:  # the same code for both; only what was asked tells them apart
        return Flag.INSIGHTS_FEW_VIEWERS if row.product is Product.STORY else Flag.INSIGHTS_FORBIDDEN
    if trouble.kind is Kind.BEFORE_CONVERSION:
        return Flag.INSIGHTS_BEFORE_CONVERSION
    return Flag.METRIC_UNSUPPORTED if trouble.kind is Kind.METRIC else Flag.INSIGHTS_FAILED


def _witnesses(refused: Sequence[Row], rows: Sequence[Row], others: Iterable[Row]) -> list[Row]:
    """One more post of each product of which only one was asked, and refused."""
    asked = [row.product for row in rows]
    alone = {row.product for row in refused if asked.count(row.product) == 1}
    regular = (row for row in others if row.post.kind is not PostKind.OTHER)
    return list({row.product: row for row in regular if row.product in alone}.values())


def _one_by_one(refused: Sequence[Row], witnesses: Sequence[Row], lessons: Lessons, task: Task) -> Inquiry:
    """Metric by metric: what is known of a post is kept, and the metric that fails is remembered."""
    asked = [(row, [metric]) for row in (*refused, *witnesses) for metric in lessons.matrix.worth(row.product)]
    answers = yield from _ask(asked)
    found: dict[str, dict[str, float]] = {row.post.platform_id: {} for row in refused}
    flags: dict[str, set[Flag]] = {row.post.platform_id: set() for row in refused}
    for (row, names), answer in zip(asked, answers, strict=True):
        key, trouble = row.post.platform_id, classify(answer.status, answer.body)
        if trouble is None:
            lessons.accepted(row.product, names, task.now)
            found.get(key, {}).update(metrics(answer))
            continue
        flags.get(key, set()).add(why(trouble, row))
        if trouble.kind is Kind.METRIC:
            lessons.refused(row.product, names[0], key, task.now)
    return {key: Told(found[key], frozenset(flags[key])) for key in found}


def with_navigation(
    found: list[Found], lessons: Lessons, task: Task
) -> Generator[Asks, list[Answer], list[Found]]:  # fmt: skip
    """With how people left those stories that are about to end. Requests of their own: no metric without parts may be beside
    this one."""
    if "navigation" not in lessons.matrix.allowed(Product.STORY):
        return found
    last = [each for each in found if _last_look(each, task)]
    if not last:
        return found
    asks = Asks(tuple(fields.insights(each.post.platform_id, ["navigation"], NAVIGATION) for each in last))
    told: dict[str, Mapping[str, float]] = {}
    for each, answer in zip(last, (yield asks), strict=True):
        if classify(answer.status, answer.body) is None:
            told[each.post.platform_id] = metrics(answer)
    return [_with(each, told.get(each.post.platform_id, {})) for each in found]


def _last_look(story: Found, task: Task) -> bool:
    aged = task.now - story.post.published_at >= LAST_LOOK
    return aged and not story.numbers.flags & _HOPELESS and task.wanted(story.post)


def _with(story: Found, told: Mapping[str, float]) -> Found:
    return replace(story, numbers=replace(story.numbers, more={**story.numbers.more, **told}))


_HOPELESS = {Flag.INSIGHTS_FEW_VIEWERS, Flag.INSIGHTS_FORBIDDEN, Flag.INSIGHTS_BEFORE_CONVERSION}
