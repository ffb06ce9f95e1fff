"""The table of a week or a month: every show that aired, each airing of it, and what was on air besides. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from lahmadaemon.clock import HOUR, Instant, iso
from lahmadaemon.radio.figures import Rules, net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.shows.airing import Aired, Airing, Stretch, Why
from lahmadaemon.radio.shows.figures import ShowFigures, Tally, tallies, together
from lahmadaemon.radio.shows.grid import Planned
from lahmadaemon.radio.shows.matching import bucket

Coverage = Callable[[Instant, Instant], float]
"""The share of [start, end), 0 to 1, that was measured."""
Flags = Callable[[Instant, Instant], Iterable[str]]
"""What was strange in [start, end)."""


@dataclass(frozen=True)
class Line:
    """One line of the table: a show, an airing, off air, everything together."""

    key: str
    """The slug, or "unmatched: NAME", "off air", "not known", "total"."""
    name: str
    airings: int
    hours: float
    """On air."""
    coverage: float
    """The share of that which was measured, 0 to 1."""
    heard: float
    """The share of that which our log, or the server's, vouches for; the rest is there because it was planned."""
    reasons: tuple[tuple[Why, float], ...]
    """Why it is counted here, and for how many hours; the most first."""
    net: ShowFigures
    gross: ShowFigures
    flags: tuple[str, ...] = ()
    """The anomalies that touch it."""

    @property
    def is_matched(self) -> bool:
        return not self.key.startswith("unmatched:")

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "name": self.name,
            "net": self.net.as_json(),
            "gross": self.gross.as_json(),
            "airings": self.airings,
            "hours": round(self.hours, 6),
            "coverage": round(self.coverage, 6),
            "heard": round(self.heard, 6),
            "reasons": {why.value: round(hours, 6) for why, hours in self.reasons},
            "flags": list(self.flags),
        }


@dataclass(frozen=True)
class AiringLine:
    """One airing and its figures."""

    airing: Airing
    line: Line

    def as_json(self) -> dict[str, Any]:
        airing, plan = self.airing, self.airing.planned
        return {
            "show": airing.key, "episode": airing.episode, "start": iso(airing.start), "end": iso(airing.end),
            "planned_start": iso(plan.start) if plan else None, "planned_end": iso(plan.end) if plan else None,
            "late_minutes": None if airing.late is None else round(airing.late, 2),
            "overrun_minutes": None if airing.overrun is None else round(airing.overrun, 2),
            "repeat": plan.repeat if plan else None,
        } | self.line.as_json()  # fmt: skip


@dataclass(frozen=True)
class ShowReport:
    """One station, one week or month. Airings belong to the period of their start, wherever they end."""

    period: Period
    shows: tuple[Line, ...]
    """Matched ones first, the most listened to first."""
    airings: tuple[AiringLine, ...]
    """In order of time."""
    total: Line
    """All shows together; people are counted once."""
    rest: tuple[Line, ...]
    """Off air, and what nobody knows: no show, and not in the total."""
    not_aired: tuple[Planned, ...]
    flags: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """By slug, or by "unmatched: NAME"."""
        return {line.key: line.as_json() for line in self.shows}

    def document(self, *, airings: bool = False) -> dict[str, Any]:
        """Everything, by the period's name. `shows` holds nothing else, so that who adds it up gets the total's hours."""
        label = self.period.label
        missing = [
            {"show": bucket(each.slug, each.name), "name": each.name, "start": iso(each.start), "end": iso(each.end)}
            for each in self.not_aired
        ]
        found = {
            "shows": {label: self.as_json()},
            "total": {label: self.total.as_json()},
            "rest": {label: {line.key: line.as_json() for line in self.rest}},
            "not_aired": {label: missing},
            "flags": {label: list(self.flags)},
        }
        return found | ({"airings": {label: [each.as_json() for each in self.airings]}} if airings else {})


def starting_in(aired: Aired, period: Period) -> list[Airing]:
    """The period's own airings."""
    return [airing for airing in aired.airings if period.start <= airing.start < period.end]


def show_report(
    period: Period,
    aired: Aired,
    sessions: Sequence[Session],
    coverage: Coverage,
    rules: Rules,
    *,
    since: Instant | None = None,
    flags: tuple[str, ...] = (),
    strange: Flags = lambda *_: (),
) -> ShowReport:
    """`sessions`: everything that touches the period or one of its airings; `since`: when measuring began; `flags`: of the
    whole table, `strange` tells those of a part."""
    airings = starting_in(aired, period)
    rest = [piece for each in aired.rest if (piece := _clipped(each, period))]
    valid = net(sessions)

    def counted(spans: Sequence[Airing | Stretch]) -> list[_Counted]:
        edges = [(each.start, each.end) for each in spans]
        both = zip(tallies(valid, edges, rules, since), tallies(sessions, edges, rules, since), strict=True)
        return [
            _Counted(span, *tally, coverage(span.start, span.end), tuple(strange(span.start, span.end)))
            for span, tally in zip(spans, both, strict=True)
        ]

    shows = counted(airings)
    return ShowReport(
        period,
        tuple(sorted(_lines(shows), key=lambda line: (not line.is_matched, -line.net.tlh, line.key))),
        tuple(AiringLine(airing, _line([each])) for airing, each in zip(airings, shows, strict=True)),
        _line(shows, "total"),
        tuple(_lines(counted(rest))),
        tuple(each for each in aired.not_aired if period.start <= each.start < period.end),
        flags,
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """An airing, or a stretch without one, with its tallies."""

    span: Airing | Stretch
    net: Tally
    gross: Tally
    coverage: float
    flags: tuple[str, ...]

    @property
    def length(self) -> int:
        return self.span.end - self.span.start

    @property
    def reasons(self) -> tuple[tuple[Why, int], ...]:
        return self.span.reasons if isinstance(self.span, Airing) else ((self.span.why, self.length),)


def _clipped(stretch: Stretch, period: Period) -> Stretch | None:
    start, end = max(stretch.start, period.start), min(stretch.end, period.end)
    if start >= end:
        return None
    return Stretch(start, end, stretch.key, stretch.name, stretch.why)


def _lines(counted: Iterable[_Counted]) -> list[Line]:
    by_key: dict[str, list[_Counted]] = {}
    for each in counted:
        by_key.setdefault(each.span.key, []).append(each)
    return [_line(own) for own in by_key.values()]


def _line(own: Sequence[_Counted], name: str | None = None) -> Line:
    length = sum(each.length for each in own)
    reasons: Counter[Why] = Counter()
    for why, lasted in chain.from_iterable(each.reasons for each in own):
        reasons[why] += lasted
    heard = sum(lasted for why, lasted in reasons.items() if not why.is_planned)
    measured = sum(each.coverage * each.length for each in own)
    return Line(
        name or own[0].span.key,
        name or own[0].span.name or own[0].span.key,
        len(own),
        length / HOUR,
        measured / length if length else 0.0,
        heard / length if length else 0.0,
        tuple((why, lasted / HOUR) for why, lasted in reasons.most_common()),
        together([each.net for each in own]),
        together([each.gross for each in own]),
        tuple(dict.fromkeys(chain.from_iterable(each.flags for each in own))),
    )
