"""Periods of a station: as they were kept, or made anew, each once for all who ask."""

from collections.abc import Sequence
from datetime import date, timedelta

from lahmadaemon.clock import Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.keeping import settled_before
from lahmadaemon.web.radio import shapes, told
from lahmadaemon.web.radio.days import OVER, RUNNING, day_of
from lahmadaemon.web.radio.station import Station


def those_of(kind: str, first: date, last: date, station: Station) -> list[Period]:
    """The days, weeks or months that these days belong to, in order, each once."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return list({period.label: period for day in days for period in [periods.KINDS[kind](day, station.zone)]}.values())


async def figures_of(station: Station, kind: str, spans: Sequence[Period]) -> dict[str, shapes.PeriodFigures]:
    """By the periods' names. What is before measuring began, or to come, is not looked for."""
    began, newest = await station.store.observed()
    found = {}
    for span in spans:
        if began is None or span.end <= began or span.start > station.now:
            found[span.label] = told.NOTHING
        elif kind == "day" and span.end > settled_before(station.now, station.house.radio):
            found[span.label] = told.period((await day_of(station, span, newest)).report)
        else:
            found[span.label] = await _kept(station, span, newest)
    return found


async def _kept(station: Station, span: Period, newest: Instant | None) -> shapes.PeriodFigures:
    async def made() -> shapes.PeriodFigures:
        return told.period(await station.reporter.report(span, station.now))

    over = span.end <= station.now
    return await station.house.memory.kept(
        ("radio.period", station.name, span.label), OVER if over else RUNNING, made, None if over else newest
    )
