"""Many periods at once, as far as they are kept and hold: a year of days is three questions and not a thousand."""

import asyncio
from collections.abc import Sequence

from lahmadaemon.clock import Instant
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.rollups.keeping import Look, Shelf
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.anomalies.beside import Strange
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind, touching
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore


async def kept_reports(
    store: RadioStore, settings: RadioSettings, kind: str, periods: Sequence[Period], now: Instant
) -> dict[str, PeriodReport]:
    """By the period's name, what `Reporter.report` tells of it; the others must be made. The periods are in order."""
    if not periods:
        return {}
    looks = await Shelf(store, settings).several(periods, now, PeriodReport, kind)
    strange = await AnomalyStore(store.beside, store.station).between(periods[0].start, periods[-1].end)
    return await asyncio.to_thread(_told, periods, looks, strange)


def _told(
    periods: Sequence[Period], looks: Sequence[Look[PeriodReport]], strange: Sequence[Anomaly]
) -> dict[str, PeriodReport]:
    found = {}
    for period, look in zip(periods, looks, strict=True):
        if look.report is None or not look.holds:
            continue
        own = touching(strange, period)
        if look.report.counts is None and any(each.kind is Kind.COUNTS_ONLY for each in own):
            continue  # counts may have to be read from polls
        report = look.report.flagged("old_rules") if look.old_rules else look.report
        found[period.label] = report.beside(Strange(own))
    return found
