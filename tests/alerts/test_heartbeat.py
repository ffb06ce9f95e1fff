"""A sign of life, only while everything is well."""

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.deliveries import Kind
from lahmadaemon.alerts.heartbeat import Heartbeat
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from tests.alerts.house import AlarmHouse
from tests.alerts.outside import Outside

URL = "https://hc.example.org/0a1b2c3d-s3cret"


@pytest.fixture
def board(house: AlarmHouse) -> HealthBoard:
    made = HealthBoard(house.clock)
    for name in ("radio.snapshot.lahma", "alerts.heartbeat"):
        made.enter(name, essential=False)
        made.change(name, State.RUNNING)
    return made


def heartbeat(house: AlarmHouse, board: HealthBoard, outside: Outside) -> Heartbeat:
    return Heartbeat(AlertStore(house.store), outside.client(), URL, 60.0, house.clock, board.report)


async def test_it_is_given_while_all_is_well(house: AlarmHouse, board: HealthBoard) -> None:
    outside = Outside()
    await heartbeat(house, board, outside).turn()

    assert [(request.method, str(request.url)) for request in outside.requests] == [("GET", URL)]


async def test_it_is_withheld_while_a_service_is_unwell_and_the_edges_are_told(
    house: AlarmHouse, board: HealthBoard
) -> None:
    outside = Outside()
    service = heartbeat(house, board, outside)
    with capture_logs() as logs:
        board.change("radio.snapshot.lahma", State.DEGRADED)
        await service.turn()
        await service.turn()
        assert outside.requests == []
        board.change("radio.snapshot.lahma", State.RUNNING)
        await service.turn()

    assert len(outside.requests) == 1
    assert [(line["event"], line.get("because")) for line in logs] == [
        ("heartbeat.withheld", "unwell: radio.snapshot.lahma"),
        ("heartbeat.resumed", None),
    ]


async def test_how_it_is_itself_does_not_count(house: AlarmHouse, board: HealthBoard) -> None:
    outside = Outside()
    board.change("alerts.heartbeat", State.DEGRADED)
    await heartbeat(house, board, outside).turn()

    assert len(outside.requests) == 1


async def test_it_is_withheld_while_a_message_is_not_delivered_for_long(house: AlarmHouse, board: HealthBoard) -> None:
    outside = Outside()
    service = heartbeat(house, board, outside)
    await AlertStore(house.store).add(["@ann"], Kind.TEST, "hello", house.clock.now())
    await house.clock.advance(600)
    await service.turn()
    assert len(outside.requests) == 1
    await house.clock.advance(1)
    await service.turn()

    assert len(outside.requests) == 1


@pytest.mark.parametrize(("status", "said"), [(0, ": unreachable"), (404, " answered 404"), (302, " answered 302")])
async def test_an_address_that_does_not_answer_is_a_stumble_that_shows_only_its_host(
    house: AlarmHouse, board: HealthBoard, status: int, said: str
) -> None:
    with pytest.raises(UpstreamError) as caught:
        await heartbeat(house, board, Outside([status])).turn()

    assert str(caught.value) == f"the heartbeat at hc.example.org{said}"
    assert caught.value.__cause__ is None
