"""The walk over somebody else's account, who is not connected: what the platform shows of it to our own account. Pure."""

import re
from functools import partial

from lahmadaemon.social.meta import fields, payload
from lahmadaemon.social.meta.errors import Trouble
from lahmadaemon.social.meta.gathering import Gathering
from lahmadaemon.social.meta.looking import Course, Look, answered, first_look
from lahmadaemon.social.meta.metrics import Lessons
from lahmadaemon.social.meta.rows import media, profile
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.walk import Ask, Outcome, Page, Task, Walk

_HANDLE = re.compile(r"[a-z0-9._]{1,30}", re.ASCII | re.IGNORECASE)
UNKNOWN = "not_professional_or_renamed"


def discovery(task: Task, lessons: Lessons, own_account: str, handle: str, page_size: int | None = None) -> Walk:
    """The professional account of that name, back to the horizon: no stories, no reach, no saves, views of reels only.

    Each request counts against an allowance that the whole app shares.
    """
    name = handle.strip().removeprefix("@")
    if not _HANDLE.fullmatch(name):
        return Outcome(complete=False, reasons=(UNKNOWN,))
    look = first_look(task, lessons, page_size, forbidden=True)
    gathering, course, after = Gathering(task, lessons, look), Course(task.horizon), None
    while after or not course.pages:
        told = yield from answered(look, partial(_ask, look, own_account, name, after))
        if isinstance(told, Trouble):
            gathering.failed(told)
            break
        account = told.get("business_discovery")
        listing = payload.discovered(account)
        rows = gathering.new(listing, media)
        found = gathering.found(gathering.recent(rows), {})
        who = profile(account, Platform.INSTAGRAM) if task.with_profile and not course.pages else None
        if found or who:
            yield Page(tuple(found), who)
        after = course.goes_on(listing, rows)
    if course.lost:
        gathering.fail("paging_lost")
    look.forbidden = False  # nobody was asked to grant anything
    return (yield from gathering.ending(task.horizon, course))


def _ask(look: Look, own_account: str, handle: str, after: str | None) -> Ask:
    return fields.discovery(own_account, handle, look.size, after, sure=look.sure)
