"""Every incident is told once, in order, never twice: over outages, floods, drops, refusals, restarts."""

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.errors import HopelessError, Refused, UpstreamError
from tests.alerts.house import AlarmHouse

LOBBY, GARDEN, CELLAR = "visitors.lobby", "visitors.garden", "visitors.cellar"
NO_FILES, FOLDER_MISSING = Condition.NO_FILES, Condition.FOLDER_MISSING
HOUR_S = 3600.0


async def test_a_trouble_is_told_when_it_begins_and_when_it_is_over(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby", last_file_at=1_792_605_100_000, quiet_seconds=320.0)
        await house.pass_time(30)
        assert house.channel.messages() == ["ALARM since 19:57: no files from camera lobby for 5 min; last file: 19:51"]
        await house.pass_time(38 * 60 - 30)
        desk.clear_alarm(NO_FILES, LOBBY)
        await house.pass_time(30)

    assert house.channel.messages()[1:] == ["OVER after 38 min (19:57–20:35): no files from camera lobby"]


async def test_neighbours_share_a_message_and_the_gravest_stands_first(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(Condition.PUSH_REFUSED, "pushes.city", target="city", answer="no", dead=3)
        await house.pass_time(10)
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(30)

    assert [message.splitlines() for message in house.channel.messages()] == [
        [
            "ALARM since 19:57: no files from camera lobby",
            "ALARM since 19:57: city refuses reports: no; 3 given up",
        ]
    ]


async def test_what_began_and_ended_while_nothing_could_be_sent_is_one_line(house: AlarmHouse) -> None:
    house.channel.down = True
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(38 * 60)
        desk.clear_alarm(NO_FILES, LOBBY)
        desk.raise_alarm(NO_FILES, GARDEN, camera="garden")
        await house.pass_time(22 * 60)
        house.channel.down = False
        await house.pass_time(320)

    messages = house.channel.messages()
    assert messages[0].splitlines()[0] == "It was so for a while: no files from camera lobby, 19:57–20:35 (38 min)"
    assert messages[0].splitlines()[1] == "ALARM since 20:35: no files from camera garden"
    assert not any("lobby" in message for message in messages[1:])


@pytest.mark.slow
async def test_a_long_outage_is_told_as_one_alarm_not_as_its_reminders(house: AlarmHouse) -> None:
    house.channel.down = True
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(6 * HOUR_S)
        house.channel.down = False
        await house.pass_time(320)

    assert house.channel.messages() == ["ALARM since 2026-10-21 19:57: no files from camera lobby"]


@pytest.mark.slow
async def test_a_hundred_flaps_while_nothing_can_be_sent_are_a_digest_and_the_final_state(house: AlarmHouse) -> None:
    house.channel.down = True
    async with house.started() as desk:
        for _ in range(100):
            desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
            await house.pass_time(20)
            desk.clear_alarm(NO_FILES, LOBBY)
            await house.pass_time(20)
        house.channel.down = False
        await house.pass_time(700)

    digest, final = house.channel.messages()
    assert "UNSTABLE" in digest
    assert len(digest.splitlines()) < 6
    assert final.startswith("OVER")


async def test_a_message_that_arrived_but_was_not_answered_is_seen_once(house: AlarmHouse) -> None:
    house.channel.drops = 3
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(60)

    assert len(house.channel.sends) == 4
    assert len(house.channel.messages()) == 1


async def test_a_wait_that_telegram_asks_for_is_kept_for_everybody_and_over_a_restart(house: AlarmHouse) -> None:
    house.recipients = ["@ann", "@bob"]
    house.channel.troubles = [UpstreamError("wait 600 s", retry_after=600.0, outcome="flood")]
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(100)
    assert house.channel.sends == [("@ann", "ALARM since 19:57: no files from camera lobby")]

    async with house.started():
        await house.pass_time(400)
        assert len(house.channel.sends) == 1
        await house.pass_time(200)

    assert [who for who, _ in house.channel.sends] == ["@ann", "@ann", "@bob"]


async def test_somebody_who_refuses_us_keeps_nobody_else_from_being_told(house: AlarmHouse) -> None:
    house.recipients = ["@ann", "@bob"]
    house.channel.refuses = {"@ann"}
    with capture_logs() as logs:
        async with house.started() as desk:
            for subject in (LOBBY, GARDEN):
                desk.raise_alarm(NO_FILES, subject)
                await house.pass_time(60)

    assert len(house.channel.messages("@bob")) == 2
    assert [who for who, _ in house.channel.sends].count("@ann") == 1
    refused = [line for line in logs if line["event"] == "alert.recipient_refused"]
    assert [(line["recipient"], line["log_level"]) for line in refused] == [("@ann", "warning")]


async def test_a_channel_that_is_hopeless_fails_its_service_and_keeps_what_it_owes(house: AlarmHouse) -> None:
    house.channel.troubles = [HopelessError("the session was revoked; run lahmadaemon telegram login")]
    with capture_logs() as logs:
        async with house.started() as desk:
            desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
            await house.pass_time(60)
    assert [line["service"] for line in logs if line["event"] == "service.failed"] == ["alerts.sender"]

    async with house.started():
        await house.pass_time(30)

    assert len(house.channel.messages()) == 1


@pytest.mark.parametrize("lived", [1.0, 15.0, 21.0, 22.0, 45.0, 90.0])
async def test_restarts_at_any_moment_neither_forget_nor_repeat(house: AlarmHouse, lived: float) -> None:
    house.channel.drops = 1
    raised = True

    def say(desk: Desk) -> None:
        (desk.raise_alarm if raised else desk.clear_alarm)(FOLDER_MISSING, LOBBY, camera="lobby")

    for _ in range(8):
        async with house.started() as desk:
            say(desk)
            await house.pass_time(lived)
    raised = False
    for _ in range(4):
        async with house.started() as desk:
            say(desk)
            await house.pass_time(lived + 20)

    messages = house.channel.messages()
    lines = "\n".join(messages).splitlines()
    assert [line.partition(" ")[0] for line in lines] in (["ALARM", "OVER"], ["It"]), lines


async def test_a_restart_while_something_fires_says_nothing_new(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(50 * 60)
        assert len(house.channel.messages()) == 1
        await house.pass_time(10 * 60)

    assert house.channel.messages()[1].startswith("STILL, for 1 h")


async def test_what_is_raised_at_the_very_end_is_told_after_the_next_start(house: AlarmHouse) -> None:
    async with house.started() as desk:
        await house.pass_time(15)
        desk.raise_alarm(Condition.SERVICE_FAILED, "alerts.desk", error="it broke")
    async with house.started():
        await house.pass_time(30)

    [message] = house.channel.messages()
    assert message.startswith("ALARM since 19:57: service alerts.desk has given up: it broke")


@pytest.mark.slow
async def test_what_was_acknowledged_is_not_repeated_and_its_end_is_told(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)
        await desk.ack("lobby", "ann")
        await house.pass_time(HOUR_S + 60)
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(HOUR_S)
        assert len(house.channel.messages()) == 1
        desk.clear_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)

    assert [message.partition(" ")[0] for message in house.channel.messages()] == ["ALARM", "OVER"]


@pytest.mark.slow
async def test_a_mute_that_ends_while_it_fires_tells_it_then_and_once(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.settle()
        await desk.mute("lobby", Instant(house.clock.now() + HOUR), "ann")
        await house.pass_time(HOUR_S - 60)
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(45)
        assert house.channel.messages() == []
        await house.pass_time(120)
        assert len(house.channel.messages()) == 1
        await house.pass_time(1800)

    assert [message.partition(" ")[0] for message in house.channel.messages()] == ["ALARM"]


async def test_what_was_said_and_then_muted_before_it_could_be_sent_is_taken_back(house: AlarmHouse) -> None:
    house.channel.down = True
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)
        await desk.mute(f"no_files:{LOBBY}", Instant(house.clock.now() + HOUR), "ann")
        desk.clear_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)
        house.channel.down = False
        await house.pass_time(600)

    assert not any("lobby" in message for message in house.channel.messages())


async def test_one_trouble_that_explains_another_is_told_alone(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(3)
        desk.raise_alarm(FOLDER_MISSING, LOBBY, folder="/srv/lobby")
        await house.pass_time(120)
        assert [message.partition(":")[2] for message in house.channel.messages()] == [
            "57: the folder of camera lobby cannot be reached: /srv/lobby"
        ]
        desk.clear_alarm(FOLDER_MISSING, LOBBY)
        await house.pass_time(120)

    assert len(house.channel.messages()) in {2, 3}, "the folder is back; that nothing comes is told now"
    assert house.channel.messages()[-1].startswith("ALARM")


async def test_incidents_of_what_is_watched_no_more_are_closed_without_a_word(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        desk.raise_alarm(NO_FILES, GARDEN)
        await house.pass_time(60)
    house.subjects = lambda: [GARDEN]
    async with house.started() as desk:
        await house.pass_time(500)
        assert len(desk.open_incidents()) == 2
        await house.pass_time(120)
        assert [incident.subject for incident in desk.open_incidents()] == [GARDEN]

    assert len(house.channel.messages()) == 1


async def test_the_log_is_the_alarm_where_nobody_else_is_told(house: AlarmHouse) -> None:
    house.recipients = []
    with capture_logs() as logs:
        async with house.started() as desk:
            desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
            await house.pass_time(60)
            desk.clear_alarm(NO_FILES, LOBBY)
            await house.pass_time(60)

    told = [(line["event"], line["log_level"], line["subject"]) for line in logs if line["event"].startswith("alert.")]
    assert told == [("alert.fired", "warning", LOBBY), ("alert.resolved", "info", LOBBY)]


async def test_a_clock_that_jumps_makes_no_storm(house: AlarmHouse) -> None:
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)
        house.clock._start = Instant(house.clock._start - HOUR)
        await house.pass_time(120)
        house.clock._start = Instant(house.clock._start + HOUR)
        await house.pass_time(120)
        house.clock._start = Instant(house.clock._start - HOUR)
        desk.clear_alarm(NO_FILES, LOBBY)
        await house.pass_time(60)

    # an hour that seems to have passed is worth a reminder, and no more
    assert [message.partition(" ")[0] for message in house.channel.messages()] == ["ALARM", "STILL,", "OVER"]


async def test_what_cannot_be_meant_is_refused_with_a_hint(house: AlarmHouse) -> None:
    async with house.started() as desk:
        with pytest.raises(Refused, match="there is no open alarm"):
            await desk.ack("lobby", "ann")
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(30)
        with pytest.raises(Refused, match="did you mean lobby"):
            await desk.ack("loby", "ann")
        with pytest.raises(Refused, match="did you mean no_files"):
            await desk.mute("nofiles", Instant(house.clock.now() + 60 * SECOND), "ann")
        with pytest.raises(Refused, match="'lobby' is not muted; muted: nothing"):
            await desk.unmute("lobby")
        for key in ("1", "#1", "NO_FILES", "Lobby", LOBBY, "no_files:lobby", f"no_files:{LOBBY}"):
            assert [incident.number for incident in await desk.ack(key, "ann")] == [1]
            kept = await desk.mute(key, Instant(house.clock.now() + 60 * SECOND), "ann")
            assert desk.mutes.holding((NO_FILES, LOBBY), house.clock.now()) is not None
            assert await desk.unmute(key) == kept
            assert desk.mutes.lasting(house.clock.now()) == []
