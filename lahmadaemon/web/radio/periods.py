"""Periods of a station: as they were kept, or made anew, each once for all who ask."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from lahmadaemon.radio import periods
from lahmadaemon.radio.many import kept_reports
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.rollups.keeping import settled_before
from lahmadaemon.web.radio import shapes, told
from lahmadaemon.web.radio.days import MEANWHILE, OVER, RUNNING, days_of
from lahmadaemon.web.radio.station import Station


def those_of(kind: str, first: date, last: date, station: Station) -> list[Period]:
    """The days, weeks or months that these days belong to, in order, each once."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return list({period.label: period for day in days for period in [periods.KINDS[kind](day, station.zone)]}.values())


async def figures_of(station: Station, kind: str, spans: Sequence[Period]) -> dict[str, shapes.PeriodFigures]:
    """By the periods' names. What is before measuring began, or to come, is not looked for."""
    began, newest = await station.store.observed()
    there = [span for span in spans if began is not None and span.end > began and span.start <= station.now]
    found = await kept_reports(station.store, station.house.radio, kind, there, station.now)
    missing = [span for span in there if span.label not in found]
    if kind == "day":
        settled = settled_before(station.now, station.house.radio)
        lately = [span for span in missing if span.end > settled]
        found |= {label: day.report for label, day in (await days_of(station, lately, newest)).items()}
        missing = [span for span in missing if span.end <= settled]
    for span in missing:
        found[span.label] = await _made(station, span)
    return await asyncio.to_thread(_told, spans, found)


def _told(spans: Sequence[Period], found: Mapping[str, PeriodReport]) -> dict[str, shapes.PeriodFigures]:
    return {span.label: told.period(found[span.label]) if span.label in found else told.NOTHING for span in spans}


async def _made(station: Station, span: Period) -> PeriodReport:
    """Of a week or a month that runs a minute does not matter, whatever the polls bring meanwhile."""
    over = span.end <= station.now
    return await station.house.memory.kept(
        ("radio.period", station.name, span.label), OVER if over else RUNNING,
        lambda: station.reporter.report(span, station.now), meanwhile=MEANWHILE,
    )  # fmt: skip
