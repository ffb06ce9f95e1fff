"""What can be told of visitors: one function for each kind of figure, for routes, pages and pictures alike."""

from datetime import date

from lahmadaemon.clock import Instant
from lahmadaemon.radio import periods
from lahmadaemon.visitors.intake.crossings import Status
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.store import newest, targets
from lahmadaemon.visitors.settings import camera_of
from lahmadaemon.visitors.store import camera_states, day_totals, heard_between, newest_files, quarters
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.paging import Page, read, written
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.routing import missing
from lahmadaemon.web.shapes import moment
from lahmadaemon.web.spans import span
from lahmadaemon.web.visitors import shapes, told
from lahmadaemon.web.visitors.cameras import camera_now, chosen, zone_of

MOST_DAYS = 400
LISTED = 600.0
"""Seconds: another partner who was once pushed to, and is in no settings any more, does not come up every day."""


async def now(house: HouseDoors) -> shapes.VisitorsNow:
    """This moment, camera by camera, as the settings have them."""
    at, states = house.clock.now(), await camera_states(house.store)
    days = {
        name: periods.day(periods.today(at, zone_of(house, folder)), zone_of(house, folder))
        for name, folder in house.visitors.folders.items()
    }
    labels = [day.label for day in days.values()]
    totals = await day_totals(house.store, min(labels), max(labels)) if labels else []
    known = {(each.camera, each.day): each for each in totals}
    found = []
    for name, folder in house.visitors.folders.items():
        camera, day = camera_of(name, folder), days[name]
        found.append(camera_now(house, name, states.get(camera), known.get((camera, day.label)), day, at))
    return shapes.VisitorsNow(at=moment(at), timezone=house.zone.key, cameras=found)


async def days(
    house: HouseDoors, first: date | None = None, last: date | None = None, camera: str | None = None
) -> shapes.VisitorDays:
    """Both included; neither: the last seven, today among them."""
    which = await chosen(house, camera)
    first, last = span(first, last, periods.today(house.clock.now(), house.zone), 7, MOST_DAYS)
    totals = await day_totals(house.store, f"{first}", f"{last}")
    return shapes.VisitorDays(days=[told.day(each) for each in totals if each.camera in which])


async def crossings(house: HouseDoors, day: date | None = None, camera: str | None = None) -> shapes.Crossings:
    """A day hour by hour; none: today, on each camera's clock."""
    at = house.clock.now()
    found = []
    for name, zone in (await chosen(house, camera)).items():
        of = periods.day(day or periods.today(at, zone), zone)
        own = await quarters(house.store, of.start, of.end, [name])
        known = own or await heard_between(house.store, name, of.start, of.end)
        hours = told.hours(own, of, zone, at) if known else []
        found.append(shapes.CameraCrossings(camera=name, day=of.label, hours=hours))
    return shapes.Crossings(cameras=found)


async def files(
    house: HouseDoors,
    camera: str | None = None,
    state: Status | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[shapes.VisitorFile]:
    """What cameras brought and what became of it, the newest first."""
    which = await chosen(house, camera)
    place = read(cursor, int, str, str)
    before = place and (Instant(place[0]), place[1], _digest(place[2]))
    rows = await newest_files(house.store, list(which), [state] if state else list(Status), before, limit + 1)
    some = rows[:limit]
    following = None
    if len(rows) > limit:
        following = written(some[-1].committed_at, some[-1].camera, some[-1].digest.hex())
    return Page(items=[told.file(each) for each in some], next=following)


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Refusal(422, "invalid_cursor", "query.cursor: take it from `next`, as it is") from error


async def pushes(
    house: HouseDoors, target: str | None = None, state: State | None = None, cursor: str | None = None, limit: int = 50
) -> Page[shapes.VisitorPush]:
    """Reports owed to partners and what became of them, the newest window first."""
    known = dict.fromkeys([*house.visitors.pushes, *await _once(house)])
    if target is not None and target not in known:
        raise missing("target")
    place = read(cursor, int, str, str)
    before = place and (Instant(place[0]), place[1], place[2])
    which = list(known) if target is None else [target]
    rows = await newest(house.store, which, [state] if state else list(State), before, limit + 1)
    some = rows[:limit]
    following = written(some[-1].window_end, some[-1].target, some[-1].ssid) if len(rows) > limit else None
    return Page(items=[told.push(each, house.zone) for each in some], next=following)


async def _once(house: HouseDoors) -> list[str]:
    return await house.memory.kept("visitors.targets", LISTED, lambda: targets(house.store))
