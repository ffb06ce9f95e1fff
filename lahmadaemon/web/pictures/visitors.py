"""A camera's figures as they are drawn."""

from datetime import date, datetime

from lahmadaemon.clock import HOUR, instant
from lahmadaemon.pictures.crossings import Crossings, Passed
from lahmadaemon.radio import periods
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pictures.heads import head, hours, so_far
from lahmadaemon.web.spans import span
from lahmadaemon.web.visitors import telling
from lahmadaemon.web.visitors.cameras import chosen


async def day(house: HouseDoors, reader: Reader, camera: str, on: date | None) -> Crossings:
    """Who came and went on a day, hour by hour; none: today. Raises Refusal where there is no such camera."""
    zone, now = (await chosen(house, camera))[camera], house.clock.now()
    on, _ = span(on, on, periods.today(now, zone), 1, 1)
    period, own = periods.day(on, zone), reader.within(zone)
    known = (await telling.crossings(house, on, camera)).cameras[0].hours
    ins, outs = sum(hour.ins for hour in known), sum(hour.outs for hour in known)
    subtitle = own.say("pictures.came_and_went", ins=own.number(ins), outs=own.number(outs)) if ins or outs else ""
    description = alts.of_crossings(own, period.label, known)
    return Crossings(
        head(own, f"{camera} · {own.day(on)}", subtitle, description, "pictures.nobody"),
        [Passed((instant(datetime.fromisoformat(hour.start)) - period.start) / HOUR, hour.ins, hour.outs) for hour in known],
        own.say("pictures.in"), own.say("pictures.out"), own.say("pictures.people"), period.hours, hours(own, period),
        so_far(period, now),
    )  # fmt: skip
