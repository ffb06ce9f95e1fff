"""The way alarms take when the usual one fails, or is missing."""

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import WEBHOOK, Kind
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray, Urgent
from lahmadaemon.alerts.webhook import Webhook
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from tests.alerts.house import AlarmHouse
from tests.alerts.outside import Outside
from tests.fakes.house import keeping

URL = "https://hooks.example.org/services/T0K3N/s3cret"


def webhook(house: AlarmHouse, outside: Outside, tray: Tray | None = None) -> Webhook:
    alerts = AlertStore(house.store)
    return Webhook(alerts, outside.client(), URL, house.clock, tray or Tray(), lambda: 1.0)


async def alarmed(house: AlarmHouse) -> None:
    """An alarm is written, and nobody could be told."""
    async with house.started() as desk:
        desk.raise_alarm(Condition.NO_FILES, "visitors.lobby", camera="lobby")
        await house.pass_time(60)


async def test_an_alarm_that_reached_nobody_for_ten_minutes_is_posted_once(house: AlarmHouse) -> None:
    house.recipients, house.channel.down = ["@ann", "@bob"], True
    await alarmed(house)
    outside = Outside()
    service = webhook(house, outside)
    await service.turn()
    assert outside.requests == []

    await house.clock.advance(600)
    for _ in range(3):
        await service.turn()

    [body] = outside.bodies()
    assert body["text"] == "ALARM since 19:57: no files from camera lobby"
    assert body["written_at"] == "2026-10-21T17:57:21Z"
    assert [(line["condition"], line["subject"], line["notice"]) for line in body["told"]] == [
        ("no_files", "visitors.lobby", "firing")
    ]
    assert str(outside.requests[0].url) == URL


async def test_what_reached_one_recipient_is_not_posted(house: AlarmHouse) -> None:
    house.recipients, house.channel.refuses = ["@ann", "@bob"], {"@ann"}
    await alarmed(house)
    outside = Outside()
    await house.clock.advance(3600)
    await webhook(house, outside).turn()

    assert outside.requests == []


async def test_where_nobody_is_named_alarms_are_posted_at_once_and_are_delivered_thereby(house: AlarmHouse) -> None:
    house.recipients = [WEBHOOK]
    async with house.started() as desk:
        house.channel.down = True  # nobody carries them but the webhook
        desk.raise_alarm(Condition.NO_FILES, "visitors.lobby")
        await house.pass_time(60)
    outside = Outside()
    await webhook(house, outside).turn()

    assert len(outside.requests) == 1
    assert (await AlertStore(house.store).owing()).count == 0


async def test_an_address_that_does_not_answer_is_tried_again_and_is_not_shown(house: AlarmHouse) -> None:
    house.recipients, house.channel.down = [WEBHOOK], True
    await alarmed(house)
    outside = Outside([0, 500, 302])
    service = webhook(house, outside)
    for expected in ("the webhook at hooks.example.org: unreachable", "answered 500", "answered 302"):
        with pytest.raises(UpstreamError, match=expected) as caught:
            await service.turn()
        assert "s3cret" not in f"{caught.value}{caught.value.__cause__}"
    await service.turn()
    await service.turn()

    assert len(outside.requests) == 4


async def test_a_post_that_could_not_be_noted_is_not_repeated(
    house: AlarmHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.recipients, house.channel.down = [WEBHOOK], True
    await alarmed(house)
    outside = Outside()
    service = webhook(house, outside)

    def write() -> object:
        raise UpstreamError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(house.store, "write", write)
        with pytest.raises(UpstreamError, match="disk full"):
            await service.turn()
    await service.turn()

    assert len(outside.requests) == 1
    assert (await AlertStore(house.store).owing()).count == 0


async def test_digests_and_tests_are_no_alarms(house: AlarmHouse) -> None:
    await AlertStore(house.store).add(["@ann"], Kind.DIGEST, "a day", house.clock.now(), "2026-10-20")
    await house.clock.advance(3600)
    outside = Outside()
    await webhook(house, outside).turn()

    assert outside.requests == []


async def test_what_could_not_be_written_down_is_posted_too(house: AlarmHouse) -> None:
    tray, outside = Tray(), Outside()
    service = webhook(house, outside, tray)
    tray.put(Urgent(WEBHOOK, "the database cannot be written", 7))
    tray.put(Urgent("@ann", "the database cannot be written", 8))
    await service.turn()

    assert [body["text"] for body in outside.bodies()] == ["the database cannot be written"]
    assert tray.urgent_for("@ann") is not None


async def test_it_waits_longer_and_longer_stops_when_asked_and_tells_only_the_edges(house: AlarmHouse) -> None:
    tray, outside = Tray(), Outside([0] * 4)
    board = HealthBoard(house.clock)
    service = Webhook(AlertStore(house.store), outside.client(), URL, house.clock, tray, lambda: 1.0)
    tray.put(Urgent(WEBHOOK, "hello", 7))
    with capture_logs() as logs:
        async with keeping(house.clock, service, board=board) as kept:
            moments = []
            for _ in range(20):
                moments.append(len(outside.requests))
                await house.pass_time(1)
            assert kept.state("alerts.webhook") is State.RUNNING

    assert moments[:16] == [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5]
    assert [line["event"] for line in logs if line["event"].startswith("service.")] == [
        "service.stumbled", "service.recovered",
    ]  # fmt: skip
