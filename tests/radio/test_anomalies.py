"""What is strange about a server is recognised, kept with its times, told once, and handled."""

from dataclasses import replace
from pathlib import Path

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.source import History, Remembered
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.walking import Walker
from tests.fakes.clock import START
from tests.radio.builders import digest
from tests.radio.measuring import OFFLINE, PLAYING, Measured, measured

FOUR = ("anna", "béla", "cili", "dóra")


async def freeze(station: Measured, minutes: int) -> None:
    """The sync stands still; after three minutes now-playing has nothing left to say."""
    await station.poll(6)
    station.server.on_air, station.server.total = OFFLINE, 0
    await station.poll(2 * minutes - 6)


async def thaw(station: Measured) -> None:
    station.server.on_air, station.server.total = replace(PLAYING, play=9), None


async def test_a_frozen_server_is_recognised_after_twenty_minutes_and_its_polls_are_taken_back(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        await freeze(station, 18)
        assert await station.kinds() == []
        await station.poll(4)

        assert await station.kinds() == ["frozen"]
        assert station.alarms.now == {Condition.RADIO_FROZEN}
        [frozen] = await station.anomalies()
        last_valid = (await station.radio.observed())[1]
        assert frozen.began_at == START + 90 * SECOND, "the sync was well three minutes before the last count"
        assert last_valid == START + 90 * SECOND
        outcomes = await station.outcomes()
        assert outcomes == ["valid"] * 4 + ["frozen"] * (len(outcomes) - 4)


@pytest.mark.slow
async def test_nobody_listens_on_through_a_freeze_and_who_is_gone_after_it_ended_at_its_beginning(
    tmp_path: Path,
) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        await freeze(station, 40)
        during = await station.report(START, START + HOUR)
        await thaw(station)
        station.server.leave("béla", "cili")
        await station.poll(2)
        [frozen] = await station.anomalies()
        ends = {bytes(row.digest).rstrip(b"."): row.ended_at for row in await station.rows()}
        after = await station.report(START, START + HOUR)

    assert during.gross.tlh * HOUR == pytest.approx(4 * 90 * SECOND)
    assert {ends["béla".encode()], ends[b"cili"]} == {frozen.began_at + 15 * SECOND}
    assert ends[b"anna"] is None, "still there under the same key: listened on"
    assert frozen.ended_at == START + (4 + 80) * 30 * SECOND
    assert after.gross.tlh * HOUR > 2 * 40 * MINUTE
    assert "frozen" in after.flags
    assert after.coverage < 0.1
    assert station.alarms.story(Condition.RADIO_FROZEN) == ["raised", "cleared"]


async def test_a_freeze_is_recognised_and_goes_on_across_restarts(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        await freeze(station, 15)
        station.restart()
        await station.poll(12)
        assert [each.began_at for each in await station.anomalies()] == [START + 90 * SECOND]
        station.restart()
        await station.poll(4)
        [frozen] = await station.anomalies()
        assert frozen.ended_at is None
        assert (await station.outcomes())[-4:] == ["frozen"] * 4
        await thaw(station)
        await station.poll(1)
        [frozen] = await station.anomalies()

    assert frozen.ended_at is not None


@pytest.mark.slow
async def test_a_quiet_night_is_no_freeze(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(100)
        assert await station.kinds() == []
        assert (await station.radio.observed())[1] == START + 99 * 30 * SECOND


@pytest.mark.slow
async def test_two_people_who_stay_are_too_few_to_tell_a_freeze(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR[:2]) as station:
        await freeze(station, 60)
        assert await station.kinds() == []


async def test_a_moment_without_a_count_in_a_quiet_night_is_no_freeze(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(60)
        station.server.on_air, station.server.total = OFFLINE, 0
        await station.poll(8)
        await thaw(station)
        await station.poll(4)
        assert await station.kinds() == []


async def test_a_count_that_moved_is_a_sign_of_life_after_which_a_freeze_begins(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.on_air = replace(PLAYING, length=10 * MINUTE)
        await station.poll(20)
        station.server.total = 5
        await station.poll(60)
        [frozen] = await station.anomalies()

    assert frozen.began_at == START + 20 * 30 * SECOND


async def test_a_play_long_over_is_as_telling_as_the_placeholder(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.on_air = replace(PLAYING, length=10 * MINUTE)
        await station.poll(2 * 30 + 1)
        assert await station.kinds() == []
        await station.poll(2)

        [frozen] = await station.anomalies()
        assert (frozen.kind, frozen.began_at) == (Kind.FROZEN, START)


@pytest.mark.slow
async def test_a_long_live_show_with_the_same_four_people_is_no_freeze(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.on_air = replace(PLAYING, live=True, length=None)
        await station.poll(2 * 180)
        assert await station.kinds() == []


async def test_a_station_that_is_off_while_its_server_counts_is_off_air_and_not_frozen(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(2)
        station.server.on_air = OFFLINE
        await station.poll(60)
        assert station.alarms.now == {Condition.RADIO_OFF_AIR}
        station.server.on_air = PLAYING
        await station.poll(2)
        [silence] = await station.anomalies()

    assert silence == Anomaly(Kind.OFF_AIR, Instant(START + 60 * SECOND), Instant(START + 62 * 30 * SECOND))
    assert station.alarms.now == set()


async def test_a_hiccup_after_which_everybody_is_back_is_a_reset_told_once(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.leave("anna", "béla", "cili")
        await station.poll(1)
        station.server.arrive("anna", "béla")
        await station.poll(1)
        [reset] = await station.anomalies()
        assert reset == Anomaly(
            Kind.SOURCE_RESET, Instant(START + 90 * SECOND), Instant(START + 150 * SECOND), {"gone": 3, "back": 2}
        )
        assert station.alarms.now == {Condition.RADIO_RESET}
        await station.poll(25)
        report = await station.report(START, START + HOUR)

    assert station.alarms.story(Condition.RADIO_RESET) == ["raised", "cleared"]
    assert report.gross.ss == 4, "one visit each"
    assert report.flags.count("source_reset") == 1


@pytest.mark.parametrize("gone", [("anna", "béla"), FOUR])
async def test_who_leaves_and_does_not_come_back_is_no_reset(tmp_path: Path, gone: tuple[str, ...]) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.leave(*gone)
        await station.poll(6)
        station.server.arrive(*gone)
        await station.poll(2)
        assert await station.kinds() == []


async def test_few_who_come_back_of_many_who_left_are_no_reset(tmp_path: Path) -> None:
    async with measured(tmp_path, (*FOUR, "emil")) as station:
        await station.poll(4)
        station.server.leave(*FOUR)
        await station.poll(1)
        station.server.arrive("anna")
        await station.poll(6)
        assert await station.kinds() == []


@pytest.mark.slow
async def test_resets_that_are_not_an_hour_apart_are_no_habit(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        for _ in range(3):
            station.server.begin_anew()
            await station.poll(60)
        assert await station.kinds() == ["source_reset"] * 3


async def test_a_reset_is_seen_across_our_own_restart(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.restart()
        station.server.begin_anew()
        await station.poll(1)
        assert await station.kinds() == ["source_reset"]


async def test_a_new_epoch_is_a_restart_of_the_server(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.epoch = Instant(START - HOUR)
        await station.poll(4)
        station.server.epoch = Instant(START + 100 * SECOND)
        station.server.begin_anew()
        await station.poll(1)
        [restart] = await station.anomalies()

    assert (restart.kind, restart.detail) == (Kind.SERVER_RESTART, {"started_at": START + 100 * SECOND})


async def test_everybody_new_after_a_silence_is_a_restart_too(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.down = True
        await station.poll(6)
        station.server.down = False
        station.server.begin_anew()
        await station.poll(1)
        assert await station.kinds() == ["server_restart"]


async def test_a_hiccup_whose_empty_list_was_held_is_a_reset_and_no_restart(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        there, station.server.present = station.server.present, {}
        await station.poll(1)
        station.server.present = there
        station.server.begin_anew()
        await station.poll(1)
        assert await station.kinds() == ["source_reset"]


async def test_after_a_long_absence_of_ours_others_are_there_and_that_is_no_restart(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        await station.clock.advance(5 * 3600)
        station.restart()
        station.server.leave()
        station.server.arrive("emil", "fanni", "géza")
        await station.poll(1)
        assert await station.kinds() == []


@pytest.mark.slow
async def test_a_table_wiped_every_hour_is_told_at_the_second_time_and_over_when_it_stops(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(10)
        for _ in range(4):
            station.server.begin_anew()
            await station.poll(120)
        assert await station.kinds() == ["source_reset", "hourly_reset"]
        assert Condition.RADIO_HOURLY_RESET in station.alarms.now
        station.restart()
        await station.poll(200)
        habit = (await station.anomalies())[-1]

    assert habit.ended_at is not None
    assert Condition.RADIO_HOURLY_RESET not in station.alarms.now


async def test_a_server_that_counts_but_lists_nobody_is_told_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.leave()
        station.server.total, station.server.unique = 14, 0
        await station.poll(30)
        assert station.alarms.now == {Condition.DATA_SUSPICIOUS}
        await station.poll(2)
        assert station.alarms.now == {Condition.RADIO_COUNTS_ONLY}
        assert [(each.kind, each.ended_at is None) for each in await station.anomalies()] == [
            (Kind.COUNTS_ONLY, True),
            (Kind.SUSPICIOUS_EMPTY, False),
        ]
        station.server.total = 0
        await station.poll(4)
        assert station.alarms.now == {Condition.RADIO_COUNTS_ONLY}, "a night without anybody does not end it"
        station.server.total = None
        station.server.arrive("emil")
        await station.poll(1)
        assert station.alarms.now == set()


async def test_a_server_that_counts_listeners_apart_knows_who_they_are_and_hides_nobody_on_purpose(
    tmp_path: Path,
) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.leave()
        station.server.total, station.server.unique = 14, 13
        await station.poll(60)
        assert await station.kinds() == ["suspicious_empty"]


@pytest.mark.slow
async def test_what_comes_and_goes_within_its_patience_is_one_anomaly(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        for dropped in (1, 0, 2, 0, 1, 0):
            station.server.dropped = dropped
            await station.poll(20)
        assert [(each.kind, each.ended_at) for each in await station.anomalies()] == [(Kind.ROWS_DROPPED, None)]
        await station.poll(121)
        [odd] = await station.anomalies()

    assert odd.ended_at == START + 100 * 30 * SECOND, "over since the first poll without"


async def test_a_clock_that_is_wrong_for_a_moment_is_nothing_and_for_longer_is_told(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(2)
        station.server.skew = -6 * SECOND
        await station.poll(2)
        station.server.skew = 0
        await station.poll(2)
        assert await station.kinds() == []
        station.server.skew = 7 * SECOND
        await station.poll(6)

        [skew] = await station.anomalies()
        assert (skew.kind, skew.detail) == (Kind.CLOCK_SKEW, {"ahead_seconds": 7.0})
        assert station.alarms.detail(Condition.RADIO_CLOCK)["ahead_seconds"] == 7.0


async def test_what_is_open_is_known_after_a_restart_and_ended_once(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.skew = 9 * SECOND
        await station.poll(6)
        station.restart()
        await station.poll(2)
        assert Condition.RADIO_CLOCK in station.alarms.now
        station.server.skew = 0
        await station.poll(30)
        [skew] = await station.anomalies()

    assert skew.ended_at is not None
    assert station.alarms.now == set()


async def test_while_now_playing_says_nothing_nothing_is_known_of_the_air(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.on_air = OFFLINE
        await station.poll(4)
        station.server.on_air = None
        await station.poll(4)
        [silence] = await station.anomalies()

    assert silence.ended_at is None


async def test_a_poll_that_could_not_be_kept_leaves_no_anomaly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(2)
        station.server.begin_anew()

        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError("in the middle")

        with monkeypatch.context() as patch:
            patch.setattr(station.service._anomalies, "note", broken)
            with pytest.raises(RuntimeError):
                await station.service.turn()
        assert (await station.kinds(), await station.outcomes()) == ([], [Outcome.VALID] * 2)
        await station.poll(1)
        assert await station.kinds() == ["source_reset"]


class Memory:
    """A server that remembers of each of its rows what it last believed."""

    def __init__(self, *rows: Remembered) -> None:
        self.rows = rows
        self.asked: list[tuple[Instant, Instant]] = []

    async def history(self, start: Instant, end: Instant) -> History:
        self.asked.append((start, end))
        inside = [row for row in self.rows if row.connection.started_at < end and row.ended_at >= start]
        cut = Instant(end - SECOND)
        return History(
            start,
            end,
            [replace(row, ended_at=min(row.ended_at, cut), end_clipped=row.ended_at > cut) for row in inside],
        )


@pytest.mark.slow
async def test_what_a_server_remembers_of_its_sleep_is_not_believed(tmp_path: Path) -> None:
    """Its rows stayed open until it woke up: by its memory everybody listened until then."""
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        await freeze(station, 40)
        await thaw(station)
        gone = next(row for row in station.server.present.values() if row.digest == digest("béla"))
        station.server.leave("béla")
        woke_at = station.clock.now()
        await station.poll(20)
        server = Memory(Remembered(gone, Instant(woke_at - 5 * SECOND), start_clipped=False, end_clipped=False))
        kept = HistoryStore(station.radio.beside, "test")
        strange = AnomalyStore(station.radio.beside, "test")

        async def at_once() -> bool:
            return True

        walker = Walker(station.radio, kept, server, station.clock, at_once, strange.asleep)
        assert [each.start async for each in walker.walk(Instant(START - HOUR), station.clock.now())]
        [ended] = [row.ended_at for row in await station.rows() if bytes(row.digest) == gone.digest]
        report = await station.report(START, woke_at)

    assert ended == START + 105 * SECOND
    assert report.coverage < 0.1
    assert all(end <= START + 90 * SECOND or start > woke_at for start, end in server.asked)


@pytest.mark.slow
async def test_what_a_frozen_server_showed_is_not_what_was_on_air(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.on_air = replace(PLAYING, length=10 * MINUTE)
        await station.poll(124)
        [frozen] = [each for each in await station.anomalies() if each.kind is Kind.FROZEN]
        entries = await station.on_air.between(0, 1 << 60)

    assert [entry.on_air.artist for entry in entries] == ["Bicikliút"]
    assert entries[-1].until == frozen.began_at < START + 20 * MINUTE
