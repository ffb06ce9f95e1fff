"""How a sender behaves towards its channel and its store."""

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.deliveries import Kind
from lahmadaemon.alerts.sender import Sender
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from tests.alerts.house import AlarmHouse
from tests.fakes.house import keeping


async def test_a_channel_that_cannot_be_opened_is_tried_for_ever_at_longer_and_longer_intervals(
    house: AlarmHouse,
) -> None:
    house.channel.down = True
    with capture_logs() as logs:
        async with house.started():
            opened = []
            for seconds in (0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
                opened.append(house.channel.opened)
                await house.pass_time(seconds)
            house.channel.down = False
            await house.pass_time(300)

    assert opened == [1, *range(1, 12)]
    assert [line["event"] for line in logs if line["event"].startswith("service.")] == [
        "service.stumbled", "service.recovered",
    ]  # fmt: skip
    assert house.channel.closed == 1


async def test_a_login_that_is_told_to_wait_for_an_hour_is_not_tried_before_and_nobody_calls_it_silent(
    house: AlarmHouse,
) -> None:
    house.channel.down, house.channel.asked_to_wait = True, 3600.0
    async with house.started():
        await house.pass_time(3590)
        before = house.channel.opened
        await house.pass_time(20)

    assert (before, house.channel.opened) == (1, 2)


async def test_messages_leave_no_faster_than_a_messenger_allows(house: AlarmHouse) -> None:
    alerts = AlertStore(house.store)
    for number in range(30):
        await alerts.add(["@ann"], Kind.TEST, f"message {number}", house.clock.now())
    async with house.started():
        await house.pass_time(1)
        assert len(house.channel.sends) == 5
        await house.pass_time(58)
        assert len(house.channel.sends) == 20
        await house.pass_time(60)

    assert house.channel.messages() == [f"message {number}" for number in range(30)]


async def test_one_recipient_in_trouble_keeps_no_other_waiting(house: AlarmHouse) -> None:
    house.recipients = ["@ann", "@bob"]
    house.channel.troubles = [UpstreamError("internal error at the server")]
    await AlertStore(house.store).add(house.recipients, Kind.TEST, "hello", house.clock.now())
    async with house.started():
        assert house.channel.sends == [("@ann", "hello"), ("@bob", "hello")]
        await house.pass_time(3)

    assert house.channel.sends[2:] == [("@ann", "hello")]


async def test_what_arrived_but_could_not_be_noted_is_not_sent_again(
    house: AlarmHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = AlertStore(house.store)
    await alerts.add(["@ann"], Kind.TEST, "hello", house.clock.now())
    real, failing = AlertStore.settle, [True]

    async def settle(*arguments: object) -> None:
        if failing[0]:
            raise UpstreamError("disk full", outcome="store")
        await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(AlertStore, "settle", settle)
    async with house.started():
        await house.pass_time(30)
        failing[0] = False
        await house.pass_time(70)

    assert house.channel.sends == [("@ann", "hello")]
    assert await alerts.queue() == []


async def test_what_was_being_sent_when_the_process_died_is_sent_again_the_same(house: AlarmHouse) -> None:
    alerts = AlertStore(house.store)
    await alerts.add(["@ann"], Kind.TEST, "hello", house.clock.now())
    [delivery] = await alerts.queue()
    await alerts.begin(delivery.number)
    house.channel.shown["@ann", delivery.random_id] = "hello"

    async with house.started():
        await house.pass_time(5)

    assert house.channel.sends == [("@ann", "hello")]
    assert house.channel.messages() == ["hello"]


async def test_a_recipient_that_refused_shows_on_the_health_board_until_the_next_start(house: AlarmHouse) -> None:
    house.channel.refuses = {"@ann"}
    alerts, board = AlertStore(house.store), HealthBoard(house.clock)
    await alerts.add(["@ann"], Kind.TEST, "hello", house.clock.now())
    sender = Sender(alerts, house.channel, ["@ann"], house.clock, Tray())
    async with keeping(house.clock, sender, board=board) as kept:
        await house.settle()
        await house.pass_time(61)
        assert kept.state("alerts.sender") is State.DEGRADED
        assert board["alerts.sender"].last_error == "messages cannot reach @ann: @ann has blocked us"
        assert sender.refusals == {"@ann": "@ann has blocked us"}
        await alerts.add(["@ann"], Kind.TEST, "again", house.clock.now())
        await house.pass_time(61)
    assert house.channel.sends == [("@ann", "hello")]
    assert await alerts.queue() == []

    house.channel.refuses.clear()
    await alerts.add(["@ann"], Kind.TEST, "third", house.clock.now())
    async with house.started():
        await house.pass_time(5)
    assert house.channel.messages() == ["third"]
