"""Anomalies as they are kept, on either engine: with the poll that showed them, once, and read back at a start."""

from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import insert, select

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.store import RadioStore, polls, spans
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind, flags_of, touching
from lahmadaemon.radio.truth.anomalies.memory import Memory, Spell
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore
from lahmadaemon.store.database import Store
from tests.radio.builders import connection
from tests.store.builders import closing, poll, s

FROZEN = Anomaly(Kind.FROZEN, s(60), None, {"count": 3})
SKEW = Anomaly(Kind.CLOCK_SKEW, s(30), None, {"ahead_seconds": 7.5})


@pytest.fixture
def strange(store: Store) -> AnomalyStore:
    return AnomalyStore(store, "lahma")


async def outcomes(store: Store) -> list[str]:
    async with store.read() as reading:
        return list(await reading.scalars(select(polls.c.outcome).order_by(polls.c.polled_at)))


async def kept(
    radio: RadioStore, strange: AnomalyStore, second: float, changed: Sequence[Anomaly], frozen: Instant | None = None
) -> None:
    note = partial(strange.note, changed=changed, now=s(second), frozen_since=frozen)
    await radio.record(poll(second), also=note)


async def test_an_anomaly_is_kept_with_its_poll_and_ended_by_a_later_one(
    radio: RadioStore, strange: AnomalyStore
) -> None:
    await kept(radio, strange, 30, [SKEW])
    await kept(radio, strange, 30, [SKEW])
    assert await strange.between(0, s(100)) == [SKEW]

    over = Anomaly(SKEW.kind, SKEW.began_at, s(90), SKEW.detail)
    await kept(radio, strange, 90, [over])

    assert await strange.between(0, s(100)) == [over]
    assert await strange.between(s(91), s(100)) == []
    assert await strange.between(0, s(30)) == []


async def test_anomalies_are_of_one_station(store: Store, radio: RadioStore, strange: AnomalyStore) -> None:
    await kept(radio, strange, 30, [SKEW])

    assert await AnomalyStore(store, "other").between(0, s(100)) == []
    assert await AnomalyStore(store, "other").memory() == Memory()


async def test_a_freeze_takes_back_the_valid_polls_after_it_and_those_alone(
    store: Store, radio: RadioStore, strange: AnomalyStore
) -> None:
    for second in (30, 60, 90):
        await kept(radio, strange, second, [])
    await kept(radio, strange, 120, [FROZEN], FROZEN.began_at)

    assert await outcomes(store) == ["valid", "valid", "frozen", "frozen"]
    assert (await radio.observed())[1] == s(60)
    assert await strange.asleep(0, s(200)) == [(s(60), s(260))]
    assert await radio.amended_at(0, HOUR) == s(120), "an hour that was figured out already is figured out anew"


async def test_a_freeze_takes_back_what_the_server_s_history_vouched_for_meanwhile(
    store: Store, radio: RadioStore, strange: AnomalyStore
) -> None:
    """A live play may stand still for six hours before that is a freeze; the hourly reading calls all of them remembered."""
    told = [("history", 0, 40), ("history", 50, 200), ("history", 210, 300), ("import", 70, 80)]
    rows = [
        {"station": station, "start": s(begin), "end": s(end), "origin": origin, "noted_at": 0}
        for station in ("lahma", "other")
        for origin, begin, end in told
    ]
    async with store.write() as writing:
        await writing.execute(insert(spans), rows)

    await kept(radio, strange, 300, [FROZEN], FROZEN.began_at)

    assert await radio.spans(0, s(400)) == [(s(0), s(40)), (s(50), s(60)), (s(70), s(80))]
    assert len(await RadioStore(store, "other").spans(0, s(400))) == 4


async def test_a_start_goes_on_from_what_is_kept(radio: RadioStore, strange: AnomalyStore) -> None:
    anna, bela = connection("anna", 10), connection("béla", 20)
    await radio.record(poll(30), [anna, bela])
    await radio.record(poll(60), [], [closing(anna, 30, 60, 45)])
    await kept(radio, strange, 90, [SKEW])

    memory = await strange.memory()

    assert (memory.open, memory.spells) == ({SKEW.kind: SKEW}, {SKEW.kind: Spell(SKEW.began_at)})
    assert {key: who.identity for key, who in memory.present.items()} == {bela.key: bela.identity}
    assert memory.changed_at == s(60)


async def test_of_a_long_silence_an_hour_stands_for_the_last_change(radio: RadioStore, strange: AnomalyStore) -> None:
    await radio.record(poll(30), [connection("anna", 10)])
    await radio.record(poll(30 + 7200))

    assert (await strange.memory()).changed_at == s(30 + 3600)


async def test_a_kind_a_later_version_knew_is_passed_over(
    store: Store, radio: RadioStore, strange: AnomalyStore
) -> None:
    await kept(radio, strange, 30, [SKEW])
    async with store.write() as connection:
        await connection.exec_driver_sql("UPDATE radio_anomalies SET kind = 'of_tomorrow'")

    assert await strange.between(0, s(100)) == []


def test_a_period_is_flagged_with_each_kind_that_touches_it_once() -> None:
    period = Period("an hour", Instant(HOUR), Instant(2 * HOUR))
    before = Anomaly(Kind.OFF_AIR, Instant(0), Instant(HOUR - 1))
    across = Anomaly(Kind.OFF_AIR, Instant(HOUR - MINUTE), Instant(HOUR + MINUTE))
    again = Anomaly(Kind.OFF_AIR, Instant(HOUR + 9 * MINUTE), None)
    after = Anomaly(Kind.PROXY, Instant(2 * HOUR))
    zone = Anomaly(Kind.TIMEZONE_DIFFERS, Instant(0))

    found = touching([again, before, across, after, zone], period)
    assert found == (across, again)
    assert flags_of([again, before, across, after, zone], period) == ("off_air",)
    assert [each.within(period) for each in found] == [(HOUR, HOUR + MINUTE), (HOUR + 9 * MINUTE, None)]
    assert across.as_json() == {
        "kind": "off_air", "began_at": "1970-01-01T00:59:00Z", "ended_at": "1970-01-01T01:01:00Z", "detail": {},
    }  # fmt: skip
