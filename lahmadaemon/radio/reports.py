"""From the store to figures: one way for the terminal, JSON, CSV, files and the window."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.breakdown import Part, excluded, mounts
from lahmadaemon.radio.coverage import Stretch, covered
from lahmadaemon.radio.figures import Figures, Rules, figures, net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reading import Reading
from lahmadaemon.radio.rollups.keeping import Shelf
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.tagging import Judgement, proxied, tagged
from lahmadaemon.radio.tagging_days import Days
from lahmadaemon.radio.truth.anomalies.beside import Beside, Strange
from lahmadaemon.radio.truth.anomalies.counting import Counted
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, flags_of
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore


@dataclass(frozen=True)
class PeriodReport:
    """One station in one period."""

    period: Period
    net: Figures
    gross: Figures
    coverage: float
    flags: tuple[str, ...]
    counted: Period | None = None
    """The part of the period that counts: nothing before measuring began."""
    connections_per_listener: float | None = None
    """By the server's own counts: above 1, people behind one address with the same player are one listener here."""
    excluded: Mapping[str, Part] = field(default_factory=dict)
    """What every class took out of net; a session in two classes is in both."""
    mounts: Mapping[str, Part] = field(default_factory=dict)
    """Net, by mount; two mounts at once are both here, and once in `net`."""
    anomalies: tuple[Anomaly, ...] = ()
    """What was strange meanwhile, and when; its kinds are among the flags."""
    counts: Counted | None = None
    """The server's own counts, where it told for a while no more than those."""

    @property
    def counts_only(self) -> bool:
        """Whether nothing but counts is known of the period: then there are no listeners to tell of."""
        return self.counts is not None and not self.gross.connections

    @property
    def is_known(self) -> bool:
        """Whether anybody vouches for any of the period, or was heard in it."""
        return bool(self.coverage or self.gross.connections or self.counts)

    def told(self, kind: str) -> dict[str, float | int | None]:
        """The figures, `net` or `gross`; where only counts are known, all that they tell, and null for the rest."""
        figures: Figures = getattr(self, kind)
        if self.counts is None or not self.counts_only:
            return {**figures.as_json()}
        known = self.counts.as_json()
        return {name: known.get(name) for name in figures.as_json()}

    def beside(self, strange: Strange) -> "PeriodReport":
        """The same with what was strange; counts that were kept stay where the polls are gone."""
        flags = dict.fromkeys((*self.flags, *flags_of(strange.anomalies, self.period)))
        counts = self.counts or strange.counts  # kept ones first: some of the polls may be gone meanwhile
        if counts and not self.coverage:
            flags.pop("no_data", None)
        return replace(self, anomalies=strange.anomalies, counts=counts, flags=tuple(flags))

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "net": self.told("net"),
            "gross": self.told("gross"),
            "coverage": round(self.coverage, 6),
            "connections_per_listener": self.connections_per_listener and round(self.connections_per_listener, 4),
            "flags": list(self.flags),
            "anomalies": [each.as_json() for each in self.anomalies],
            "counts": self.counts and self.counts.as_json(),
            "excluded": {
                name: {"listeners": part.listeners, "sessions": part.sessions, "tlh": round(part.tlh, 6)}
                for name, part in self.excluded.items()
            },
            "mounts": {name: {"tlh": round(part.tlh, 6), "cume": part.listeners} for name, part in self.mounts.items()},
        }

    def flagged(self, flag: str) -> "PeriodReport":
        """The same with one more word to be said about it."""
        return replace(self, flags=(*self.flags, flag))

    def measured_as(self, other: "PeriodReport") -> "PeriodReport":
        """These figures, and what the polls told of the same period while they were there."""
        names = ("coverage", "flags", "counted", "connections_per_listener", "counts")
        return replace(self, **{name: getattr(other, name) for name in names})


ENOUGH = 0.95
"""Less than this share of what could have been measured is told as gaps."""
A_LITTLE = 0.01
"""A larger share of the period that no poll of ours saw, but the server's history or an import did, is told."""


class Reporter:
    """Answers for one station. `now` is passed in: a period may not be over yet."""

    def __init__(self, store: RadioStore, settings: RadioSettings, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone
        self._rules = Rules(round(settings.minimum_session * SECOND), round(settings.long_listener * SECOND))
        self._reading = Reading(store, settings, zone)
        self._strange = Beside(AnomalyStore(store.beside, store.station))
        self._shelf = Shelf(store, settings)

    @property
    def rules(self) -> Rules:
        return self._rules

    async def sessions(self, period: Period) -> list[Session]:
        """Whole sessions that touch the period, also where they reach far beyond it, with their classes."""
        sessions, judgement = await self.judged(period)
        return await asyncio.to_thread(tagged, sessions, judgement)

    async def judged(self, period: Period) -> tuple[list[Session], Judgement]:
        """The same without classes yet, and what the days around them tell of them."""
        return await self._reading.judged(period)

    async def report(self, period: Period, now: Instant, sessions: Sequence[Session] | None = None) -> PeriodReport:
        """The figures of one period, of sessions that somebody may have at hand already; and what was strange about it."""
        found = await self.plain(period, now, sessions)
        return found.beside(await self._strange.look(period))

    async def plain(self, period: Period, now: Instant, sessions: Sequence[Session] | None = None) -> PeriodReport:
        """The figures alone: as they were kept, or of sessions."""
        shelved = await self._shelf.look(period, now, PeriodReport)
        if shelved.report and shelved.holds:
            return shelved.report.flagged("old_rules") if shelved.old_rules else shelved.report
        fresh = await self._fresh(period, now, await self.sessions(period) if sessions is None else sessions)
        if shelved.report and shelved.polls_gone:
            return fresh.measured_as(shelved.report)
        return fresh.flagged("forgotten") if shelved.sessions_gone or shelved.polls_gone else fresh

    async def lasting(self, period: Period, now: Instant, sessions: Sequence[Session] | None = None) -> PeriodReport:
        """What is to be kept: the figures, and counts, which go when polls go. What was strange is kept by itself."""
        found = await self.plain(period, now, sessions)
        return replace(found, counts=found.counts or (await self._strange.look(period)).counts)

    async def _fresh(self, period: Period, now: Instant, sessions: Sequence[Session]) -> PeriodReport:
        polls = await self._store.valid_polls(period.start, period.end)
        since = await self._store.since(period.start, period.end)
        spans = await self._store.spans(period.start, period.end)
        crowd = await self._store.connections_per_listener(period.start, period.end)
        # A busy day is a tenth of a second of counting, a week a whole one: not on the loop.
        return await asyncio.to_thread(self._counted, period, now, since, sessions, polls, spans, crowd)

    def _counted(
        self, period: Period, now: Instant, since: Instant | None, sessions: Sequence[Session],
        polls: Sequence[tuple[Instant, int]], spans: Sequence[Stretch], crowd: float | None,
    ) -> PeriodReport:  # fmt: skip
        coverage = covered(polls, period, spans)
        reconciled = coverage - (covered(polls, period) if spans else coverage)
        listeners = net(sessions)
        flags = list(_flags(period, now, since, coverage, reconciled))
        if proxied(sessions, Days(self._zone, period.start, period.end)):
            flags.append("proxy_suspected")
        return PeriodReport(
            period,
            figures(listeners, period, self._rules, since),
            figures(sessions, period, self._rules, since),
            coverage,
            tuple(flags),
            replace(period, start=max(period.start, min(since or period.start, period.end))),
            crowd,
            excluded(sessions, period, self._rules, since),
            mounts(listeners, period, self._rules, since),
        )


def _flags(
    period: Period, now: Instant, since: Instant | None, coverage: float, reconciled: float = 0.0
) -> Sequence[str]:
    flags = []
    if since is None or since >= period.end or not coverage:
        flags.append("no_data")
    elif period.start < since:
        flags.append("measuring_began")
    if period.start <= now < period.end:
        flags.append("in_progress")
    # What could have been measured by now is the measure of a gap, not what is still to come.
    possible = min(now, period.end) - max(period.start, since or period.start)
    if coverage and coverage * (period.end - period.start) < ENOUGH * possible:
        flags.append("gaps")
    if reconciled > A_LITTLE:
        flags.append("reconciled")
    return flags
