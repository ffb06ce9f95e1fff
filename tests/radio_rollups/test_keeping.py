"""What is kept comes back as it was, and holds exactly as long as rules and data are what they were."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from lahmadaemon.clock import DAY, HOUR, MINUTE
from lahmadaemon.radio.breakdown import Part
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.rollups.keeping import frozen, rules_of, thawed
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.shows.settings import ShowsSettings
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.vouched.store import spans
from lahmadaemon.store.schema import upsert
from tests.radio_rollups.builders import BUDAPEST, NOW, SETTINGS, Here, amend, at, came, keeping

DAY_OF_OCTOBER = Period("2026-10-01", at("10-01 00:00"), at("10-02 00:00"))


async def keep(radio: RadioStore, period: Period = DAY_OF_OCTOBER, settings: RadioSettings = SETTINGS) -> None:
    station = keeping(radio, settings)
    made = await Here(radio.beside).make(station.job("day", period, NOW))
    await station.rollups.keep("day", period, made.kept, made.hours)


async def report(radio: RadioStore, settings: RadioSettings = SETTINGS) -> PeriodReport:
    return await Reporter(radio, settings, BUDAPEST).plain(DAY_OF_OCTOBER, NOW)


async def test_a_report_comes_back_from_its_json_as_it_was(radio: RadioStore) -> None:
    made = await report(radio)

    assert made.mounts == {"/radio.mp3": Part(2, 2, HOUR + 10 * MINUTE)}
    assert thawed(frozen(made), PeriodReport) == made


@dataclass(frozen=True)
class Tomorrow(PeriodReport):
    """A report of a version that knows more."""

    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


async def test_fields_that_are_added_need_no_word_here_and_old_content_stays_readable(radio: RadioStore) -> None:
    made = await report(radio)
    more = Tomorrow(**vars(made), notes={"a": (1, 2)})

    assert thawed(frozen(more), Tomorrow) == more
    assert thawed(frozen(made), Tomorrow) == Tomorrow(**vars(made))
    assert thawed('{"period": 3}', PeriodReport) is None


async def test_no_pseudonym_is_in_what_is_kept_for_ever(radio: RadioStore) -> None:
    await keep(radio)

    found = await RollupStore(radio.beside, "lahma").find(DAY_OF_OCTOBER.start, DAY_OF_OCTOBER.end, 0, ["day"])
    assert found.kept is not None
    assert "anna" not in found.kept.content
    assert "identit" not in found.kept.content


async def test_a_kept_report_is_the_one_that_would_be_made(radio: RadioStore) -> None:
    made = await report(radio)
    await keep(radio)

    assert await report(radio) == made
    assert made.net.cume == 2


async def test_it_is_the_kept_one_that_answers(radio: RadioStore) -> None:
    await keep(radio)
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))  # behind everybody's back

    assert (await report(radio)).net.cume == 2


async def test_hours_that_were_amended_make_it_anew(radio: RadioStore) -> None:
    await keep(radio)
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))
    await amend(radio.beside, at("10-01 15:00"), NOW)

    assert (await report(radio)).net.cume == 3


async def test_an_amendment_with_an_old_time_or_of_a_day_near_by_counts_as_well(radio: RadioStore) -> None:
    """Who amends looks at the clock first and writes later; and a class hangs on the days around."""
    await amend(radio.beside, at("10-01 15:00"), NOW)
    await keep(radio)
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))
    assert (await report(radio)).net.cume == 2

    await amend(radio.beside, at("09-30 15:00"), NOW - 100 * DAY)
    assert (await report(radio)).net.cume == 3


async def test_an_amendment_far_away_or_of_another_station_changes_nothing(radio: RadioStore) -> None:
    await keep(radio)
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))
    await amend(radio.beside, at("10-12 15:00"), NOW)
    await amend(radio.beside, at("10-01 15:00"), NOW, "other")

    assert (await report(radio)).net.cume == 2


async def test_a_stretch_that_history_vouches_for_makes_it_anew(radio: RadioStore) -> None:
    await keep(radio)
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))
    row = {"station": "lahma", "start": at("10-01 14:00"), "end": at("10-01 17:00"), "origin": "history", "noted_at": 1}
    async with radio.beside.write() as connection:
        await connection.execute(upsert(connection, spans), [row])

    assert (await report(radio)).net.cume == 3


async def test_data_that_changes_while_a_report_is_made_does_not_leave_a_stale_one(radio: RadioStore) -> None:
    """Found while it was designed: the amendment lands after the data was read and before the report is kept."""
    station = keeping(radio)
    made = await Here(radio.beside).make(station.job("day", DAY_OF_OCTOBER, NOW))
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))
    await amend(radio.beside, at("10-01 15:00"), NOW - DAY)
    await station.rollups.keep("day", DAY_OF_OCTOBER, made.kept, made.hours)

    assert (await report(radio)).net.cume == 3


async def test_other_rules_make_it_anew_from_what_is_there(radio: RadioStore) -> None:
    await keep(radio)

    found = await report(radio, SETTINGS.model_copy(update={"minimum_session": 1200.0}))
    assert (found.net.cume, found.flags) == (1, ())


async def test_where_the_sessions_are_gone_it_stays_and_says_that_its_rules_are_old(radio: RadioStore) -> None:
    made = await report(radio)
    await keep(radio)
    await keeping(radio).rollups.note_gone("sessions", at("10-05 00:00"))
    await came(radio, "cili", at("10-01 15:00"), at("10-01 16:00"))
    await amend(radio.beside, at("10-01 15:00"), NOW)

    assert await report(radio) == made
    stricter = await report(radio, SETTINGS.model_copy(update={"minimum_session": 1200.0}))
    assert stricter == replace(made, flags=("old_rules",))


async def test_where_only_the_polls_are_gone_new_figures_stand_beside_what_they_told(radio: RadioStore) -> None:
    made = await report(radio)
    await keep(radio)
    await keeping(radio).rollups.note_gone("polls", at("10-05 00:00"))
    batch = await keeping(radio).rollups.forget_polls(at("10-05 00:00"), 0, 100_000)
    assert batch.deleted == 47, "two a day since measuring began"

    stricter = await report(radio, SETTINGS.model_copy(update={"minimum_session": 1200.0}))
    assert stricter.net.cume == 1
    assert (stricter.coverage, stricter.flags) == (made.coverage, made.flags) == (1.0, ())


async def test_a_period_nobody_kept_whose_rows_are_gone_says_so(radio: RadioStore) -> None:
    await keeping(radio).rollups.note_gone("sessions", at("10-05 00:00"))

    assert "forgotten" in (await report(radio)).flags


async def test_a_period_that_is_not_settled_is_never_looked_for(radio: RadioStore) -> None:
    period = Period("2026-10-18", at("10-18 00:00"), at("10-19 00:00"))
    await keep(radio, period)
    await came(radio, "cili", at("10-18 15:00"), at("10-18 16:00"))

    assert "cili" in {
        s.identity.rstrip(b".").decode() for s in await Reporter(radio, SETTINGS, BUDAPEST).sessions(period)
    }
    assert (await Reporter(radio, SETTINGS, BUDAPEST).plain(period, NOW)).net.cume == 2


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"minimum_session": 30.0}, False),
        ({"session_gap": 300.0}, False),
        ({"always_on_days": 3}, False),
        ({"shows": ShowsSettings(off_air=("Pause",))}, True),
        ({"poll_retention": 0.0, "session_retention": 1.0, "raw_ip_retention": 5.0, "snapshot_every": 60.0}, True),
        ({"stations": {"a": StationSettings(url="https://radio.example", api_key="k")}}, True),
    ],
)
def test_only_what_makes_figures_is_a_rule(changed: dict[str, object], same: bool) -> None:
    other = SETTINGS.model_copy(update=changed)

    assert (rules_of(SETTINGS) == rules_of(other)) is same


def test_the_settings_of_shows_are_rules_of_shows() -> None:
    other = SETTINGS.model_copy(update={"shows": ShowsSettings(off_air=("Pause",))})

    assert rules_of(SETTINGS, shows=True) != rules_of(other, shows=True)
    assert rules_of(SETTINGS, shows=True) != rules_of(SETTINGS)


async def test_what_is_kept_twice_is_kept_once(radio: RadioStore) -> None:
    await keep(radio)
    await keep(radio)
    await keep(radio, settings=SETTINGS.model_copy(update={"minimum_session": 1200.0}))

    rollups = RollupStore(radio.beside, "lahma")
    assert len(await rollups.made(DAY)) == 1
    hours = await rollups.hours(DAY_OF_OCTOBER.start, DAY_OF_OCTOBER.end)
    assert len(hours) == 24
    assert sum(hour.net.listened for hour in hours) == HOUR  # ten minutes are too short by now
    assert {hour.covered for hour in hours} == {HOUR}
    assert await RollupStore(radio.beside, "other").hours(0, NOW) == []
