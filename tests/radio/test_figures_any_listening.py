"""Whatever people do, figures agree with counting it out slot by slot, and add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.figures import Figures, Rules, figures, net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Listening, chain
from tests.radio.builders import classed, listening

SLOT = 10
"""Seconds; all times of the drawn listening are multiples of it, so that slots tell everything."""
SLOTS = 400
GAP = 120
BUDAPEST = ZoneInfo("Europe/Budapest")

coarse = st.lists(
    st.builds(
        lambda start, slots, name: listening(start * SLOT, min(start + slots, SLOTS) * SLOT, name),
        st.integers(0, SLOTS - 1),
        st.integers(1, 60),
        st.sampled_from("abcd"),
    ),
    max_size=14,
)
lengths = st.sampled_from([0, 1, 59.999, 60, 299, 300, 4000, 100_000])


def over_a_week(week: Period) -> st.SearchStrategy[list[Listening]]:
    start, end = week.start // SECOND - 7200, week.end // SECOND + 7200
    one = st.builds(
        lambda began, length, name, is_bot: listening(began, began + length, name, is_bot=is_bot),
        st.integers(start, end),
        lengths | st.integers(0, 200_000),
        st.sampled_from("abcd"),
        st.booleans(),
    )
    return st.lists(one, max_size=10)


@dataclass(frozen=True)
class Visit:
    """A session as slots: the ones with listening."""

    who: bytes
    slots: tuple[int, ...]

    @property
    def valid(self) -> bool:
        return len(self.slots) * SLOT >= 60


def visits(connections: Sequence[Listening]) -> list[Visit]:
    found = []
    for who in {c.identity for c in connections}:
        own = sorted(
            {
                slot
                for c in connections
                if c.identity == who
                for slot in range(c.started_at // SECOND // SLOT, c.ended_at // SECOND // SLOT)
            }
        )
        parts: list[list[int]] = []
        for slot in own:
            if parts and (slot - parts[-1][-1] - 1) * SLOT <= GAP:
                parts[-1].append(slot)
            else:
                parts.append([slot])
        found += [Visit(who, tuple(part)) for part in parts]
    return found


def of(connections: Sequence[Listening], period: Period, since: Instant | None = None) -> Figures:
    return figures(chain(connections, GAP * SECOND), period, Rules(), since)


@given(coarse, st.integers(0, SLOTS - 1), st.integers(1, SLOTS), st.none() | st.integers(0, SLOTS))
def test_figures_agree_with_counting_slot_by_slot(
    connections: list[Listening], first: int, slots: int, since: int | None
) -> None:
    period = Period("", Instant(first * SLOT * SECOND), Instant((first + slots) * SLOT * SECOND))
    begin = max(first, since or 0)
    inside = range(begin, first + slots)
    valid = [visit for visit in visits(connections) if visit.valid]
    active = [visit for visit in valid if any(slot in inside for slot in visit.slots)]
    short = {v.who for v in visits(connections) if not v.valid and any(slot in inside for slot in v.slots)}
    heard = [slot for visit in valid for slot in visit.slots if slot in inside]

    found = of(connections, period, None if since is None else Instant(since * SLOT * SECOND))

    assert found.active == len(active)
    assert found.ss == sum(visit.slots[0] in inside for visit in valid)
    assert found.cume == len({visit.who for visit in active})
    assert found.tlh == pytest.approx(len(heard) * SLOT / 3600)
    assert found.aas == pytest.approx(len(heard) / slots)
    assert found.peak == max((heard.count(slot) for slot in set(heard)), default=0)
    assert found.long_listeners == len({visit.who for visit in active if len(visit.slots) * SLOT >= 300})
    assert found.short_listeners == len(short - {visit.who for visit in active})


@pytest.mark.parametrize(
    "monday", [date(2026, 10, 12), date(2026, 3, 23), date(2026, 10, 19), date(2026, 12, 28)], ids=str
)
@given(st.data())
@pytest.mark.slow
def test_the_days_of_a_week_add_up_to_the_week(monday: date, data: st.DataObject) -> None:
    week = periods.week(monday, BUDAPEST)
    days = [periods.day(date.fromordinal(monday.toordinal() + i), BUDAPEST) for i in range(7)]
    connections = data.draw(over_a_week(week))

    whole, parts = of(connections, week), [of(connections, day) for day in days]

    assert sum(day.tlh for day in parts) == pytest.approx(whole.tlh)
    assert sum(day.ss for day in parts) == whole.ss
    assert max(day.peak for day in parts) == whole.peak
    assert max(day.cume for day in parts) <= whole.cume <= sum(day.cume for day in parts)
    assert whole.aas * week.hours == pytest.approx(whole.tlh)


@given(over_a_week(periods.week(date(2026, 10, 19), BUDAPEST)))
def test_bounds_that_hold_for_everybody(connections: list[Listening]) -> None:
    week = periods.week(date(2026, 10, 19), BUDAPEST)
    sessions = classed(connections, GAP * SECOND)
    gross, clean = figures(sessions, week, Rules()), figures(net(sessions), week, Rules())

    for few, many in zip(clean.as_json().items(), gross.as_json().items(), strict=True):
        assert few[0] in {"atsl", "tsl", "short_listeners"} or few[1] <= many[1]
    for found in (gross, clean):
        assert found.peak <= found.cume <= found.active
        assert found.long_listeners <= found.cume
        assert found.aas <= found.peak + 1e-9
        assert found.tsl >= found.atsl
        assert found.unknown_locations == 0


@given(coarse)
def test_measuring_that_began_later_never_counts_more(connections: list[Listening]) -> None:
    period = Period("", Instant(0), Instant(SLOTS * SLOT * SECOND))
    counted = [of(connections, period, Instant(since * SECOND)) for since in range(0, SLOTS * SLOT, 500)]

    for earlier, later in pairwise(counted):
        assert later.tlh <= earlier.tlh
        for name in ("cume", "ss", "active", "peak", "long_listeners", "connections"):
            assert getattr(later, name) <= getattr(earlier, name), name
