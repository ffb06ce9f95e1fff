"""A creator's videos: what to ask TikTok, in which order, and when to stop. Pure."""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from lahmadaemon.http import Answer
from lahmadaemon.social.posts import Found
from lahmadaemon.social.tiktok import fields, payload
from lahmadaemon.social.tiktok.errors import UNREADABLE, Trouble, judge
from lahmadaemon.social.tiktok.payload import Listed
from lahmadaemon.social.walk import Ask, Outcome, Page, Step, Task, Walk

AT_ONCE = 20
"""Videos in one answer, and ids in one question (TikTok's documentation)."""
EMPTY_PAGES = 25
"""In a row; a page may be empty though there is more, but not for ever."""
NOT_GRANTED, NO_FOLLOWERS = "video_list_not_granted", "stats_not_granted"


class _Stop(Enum):
    """Why the listing ended."""

    WHOLE = auto()
    """Everything since the horizon was on it."""
    KNOWN = auto()
    """From here on all is known."""
    BROKEN = auto()
    FORBIDDEN = auto()


@dataclass(frozen=True)
class _Look:
    seen: Collection[str]
    stop: _Stop
    reasons: tuple[str, ...] = ()


def videos(task: Task) -> Walk:
    """The profile where it is wanted, then all videos since the horizon, newest first.

    Once a page brings nothing but what is known, the listing ends and tracked videos beyond it are asked for by id. So
    `task.known` may only be given when an earlier walk saw everything since this horizon.
    """
    reasons = (yield from _profile(task)) if task.with_profile else ()
    if fields.VIDEOS not in task.scopes:
        return Outcome(complete=False, reasons=(*reasons, NOT_GRANTED))
    look = yield from _listing(task)
    reasons += look.reasons
    beyond = [number for number in task.tracked if number not in look.seen]
    if look.stop is _Stop.WHOLE:
        # the listing should have had them; those from before the horizon it need not
        gone = tuple(number for number in beyond if task.tracked[number] >= task.horizon)
        if gone:
            yield Page(missing=gone)
        beyond = [number for number in beyond if number not in gone]
    whole = look.stop in {_Stop.WHOLE, _Stop.KNOWN}
    if beyond and look.stop is not _Stop.FORBIDDEN:
        more = yield from _queried(beyond)
        whole, reasons = whole and not more, reasons + more
    return Outcome(complete=whole, reasons=reasons)


def _profile(task: Task) -> Generator[Step, Any, tuple[str, ...]]:
    """Reasons for what is not known of it."""
    wanted = fields.of_user(task.scopes)
    basic = fields.of_user({fields.BASIC})
    if not wanted:
        return ("profile_not_granted",)
    answer: Answer = yield _ask("GET", "user/info/", wanted)
    told = judge(answer.status, answer.body)
    if told.trouble is Trouble.FIELDS and wanted != basic:
        wanted = basic
        answer = yield _ask("GET", "user/info/", wanted)
        told = judge(answer.status, answer.body)
    if told.trouble:
        return (f"profile_{told.code}",)
    found = payload.profile(told.data, task.account_id)
    if found is None:
        return (f"profile_{UNREADABLE}",)
    yield Page(profile=found)
    return () if "follower_count" in wanted else (NO_FOLLOWERS,)


def _listing(task: Task) -> Generator[Step, Any, _Look]:
    seen: set[str] = set()
    cursor: int | None = None
    empty = 0
    while True:
        place = {} if cursor is None else {"cursor": cursor}
        page = yield from _videos("video/list/", {"max_count": AT_ONCE} | place)
        if isinstance(page, _Look):
            return _Look(seen, page.stop, page.reasons)
        fresh = {each.post.platform_id: each for each in page.found if each.post.platform_id not in seen}
        seen |= fresh.keys()
        if wanted := tuple(each for each in fresh.values() if _matters(each, task)):
            yield Page(found=wanted)
        if page.unreadable:
            return _Look(seen, _Stop.BROKEN, ("video_unreadable",))
        if not page.has_more or _past_horizon(page, task):
            return _Look(seen, _Stop.WHOLE)
        if page.found and all(each.post.platform_id in task.known for each in page.found):
            return _Look(seen, _Stop.KNOWN)
        empty = 0 if page.found else empty + 1
        if not page.cursor or (cursor is not None and page.cursor >= cursor) or empty >= EMPTY_PAGES:
            return _Look(seen, _Stop.BROKEN, ("cursor_stuck",))
        cursor = page.cursor


def _matters(each: Found, task: Task) -> bool:
    return each.post.published_at >= task.horizon or each.post.platform_id in task.tracked


def _past_horizon(page: Listed, task: Task) -> bool:
    """The last one counts: a pinned video may stand first. The cursor is a time too: what comes next is older than it."""
    last = page.found[-1].post.published_at if page.found else None
    return (last is not None and last < task.horizon) or bool(page.cursor and page.cursor < task.horizon)


def _queried(ids: Sequence[str]) -> Generator[Step, Any, tuple[str, ...]]:
    """Reasons for what is not known of them."""
    for start in range(0, len(ids), AT_ONCE):
        asked = ids[start : start + AT_ONCE]
        page = yield from _videos("video/query/", {"filters": {"video_ids": asked}})
        if isinstance(page, _Look):
            return page.reasons
        there = {each.post.platform_id for each in page.found}
        found = tuple(each for each in page.found if each.post.platform_id in asked)
        if page.unreadable:
            yield Page(found=found)
            return ("video_unreadable",)
        yield Page(found=found, missing=tuple(number for number in asked if number not in there))
    return ()


def _videos(path: str, body: Mapping[str, Any]) -> Generator[Step, Any, Listed | _Look]:
    answer: Answer = yield _ask("POST", path, fields.VIDEO, body)
    told = judge(answer.status, answer.body)
    if told.trouble in {Trouble.SCOPE, Trouble.FIELDS}:
        return _Look((), _Stop.FORBIDDEN, (NOT_GRANTED,))
    if told.trouble:
        return _Look((), _Stop.BROKEN, (told.code,))
    return payload.listed(told.data) or _Look((), _Stop.BROKEN, (UNREADABLE,))


def _ask(method: str, path: str, asked: Sequence[str], body: Mapping[str, Any] | None = None) -> Ask:
    return Ask(method, path, {"fields": ",".join(asked)}, body)
