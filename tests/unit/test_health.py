"""What the board remembers of every service, and what its report says in words."""

import json

import pytest

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.supervision.health import HealthBoard, LoopLag, Report, ServiceHealth, State
from tests.fakes.clock import START, FakeClock


def report(*services: ServiceHealth, stopping: bool = False) -> Report:
    return Report(services, LoopLag(), START, stopping)


def service(
    name: str = "radio", state: State = State.RUNNING, *, essential: bool = False, beaten: bool = True
) -> ServiceHealth:
    return ServiceHealth(name, essential, state=state, since=START, beaten=beaten)


@pytest.fixture
def board(clock: FakeClock) -> HealthBoard:
    board = HealthBoard(clock)
    board.enter("radio", essential=True)
    return board


def test_a_service_waits_until_it_is_started(board: HealthBoard) -> None:
    assert board["radio"] == ServiceHealth("radio", essential=True, state=State.WAITING, since=START)


def test_the_first_beat_makes_a_starting_service_a_running_one(board: HealthBoard, clock: FakeClock) -> None:
    board.change("radio", State.STARTING)
    board.beat("radio")

    assert (board["radio"].state, board["radio"].beaten, board["radio"].last_beat) == (State.RUNNING, True, START)


async def test_a_beat_of_a_running_service_moves_nothing_but_its_time(board: HealthBoard, clock: FakeClock) -> None:
    board.change("radio", State.STARTING)
    board.beat("radio")
    told: list[Report] = []
    board.listeners.append(lambda: told.append(board.report()))

    await clock.advance(60)
    board.beat("radio")

    assert (board["radio"].since, board["radio"].last_beat, told) == (START, START + MINUTE, [])


def test_a_beat_does_not_make_a_degraded_service_well(board: HealthBoard) -> None:
    board.change("radio", State.DEGRADED, error="no route")
    board.beat("radio")

    assert (board["radio"].state, board["radio"].beaten) == (State.DEGRADED, True)


def test_the_first_beat_is_told_even_by_a_service_that_began_with_a_stumble(board: HealthBoard) -> None:
    board.change("radio", State.DEGRADED, error="no route")
    told: list[bool] = []
    board.listeners.append(lambda: told.append(board.report().ready))

    board.beat("radio")
    board.beat("radio")

    assert told == [True]


async def test_since_is_when_the_state_began_not_when_it_was_last_said(board: HealthBoard, clock: FakeClock) -> None:
    board.change("radio", State.DEGRADED, error="no route")
    await clock.advance(60)
    board.change("radio", State.DEGRADED, error="busy")

    assert (board["radio"].since, board["radio"].last_error) == (START, "busy")
    board.change("radio", State.RUNNING)
    assert board["radio"].since == START + MINUTE


def test_the_last_error_stays_to_be_seen_and_the_time_of_the_restart_does_not(board: HealthBoard) -> None:
    restart_at = Instant(START + SECOND)
    board.change("radio", State.BACKING_OFF, error="broken", restarted=True, restart_at=restart_at)
    assert board["radio"].restart_at == restart_at

    board.change("radio", State.STARTING)

    starting = board["radio"]
    assert (starting.last_error, starting.restarts, starting.restart_at) == ("broken", 1, None)


def test_every_change_is_told_after_it_happened(board: HealthBoard) -> None:
    told: list[str] = []
    board.listeners.append(lambda: told.append(board["radio"].state))

    board.change("radio", State.STARTING)
    board.beat("radio")
    board.change("radio", State.FAILED, error="broken")
    board.stop()

    assert told == ["starting", "running", "failed", "failed"]


def test_a_report_is_a_picture_that_later_changes_do_not_touch(board: HealthBoard) -> None:
    picture = board.report()
    board.change("radio", State.FAILED)
    board.stop()

    assert (picture.services[0].state, picture.stopping) == (State.WAITING, False)


def test_names_are_unique(board: HealthBoard) -> None:
    with pytest.raises(ValueError, match="two services are called radio"):
        board.enter("radio", essential=False)


@pytest.mark.parametrize(
    ("services", "ready"),
    [
        ([], True),
        ([service(essential=True)], True),
        ([service(essential=True, beaten=False, state=State.STARTING)], False),
        ([service(essential=True, beaten=False, state=State.DEGRADED)], False),
        ([service(essential=True, state=State.DEGRADED)], True),
        ([service(essential=True, state=State.BACKING_OFF)], True),
        ([service(essential=True, state=State.FAILED)], False),
        ([service("a", essential=True), service("b", essential=True, beaten=False)], False),
        ([service("a", essential=True), service("b", beaten=False, state=State.FAILED)], True),
    ],
)
def test_ready_means_every_essential_service_has_beaten_and_none_has_failed(
    services: list[ServiceHealth], *, ready: bool
) -> None:
    assert report(*services).ready is ready


@pytest.mark.parametrize(
    ("state", "well"),
    [
        (State.WAITING, True),
        (State.STARTING, True),
        (State.RUNNING, True),
        (State.DEGRADED, False),
        (State.BACKING_OFF, False),
        (State.STOPPING, True),
        (State.STOPPED, True),
        (State.FAILED, False),
    ],
)
def test_the_house_is_as_well_as_its_least_service(state: State, *, well: bool) -> None:
    assert report(service("a", essential=True), service("b", state)).well is well


def test_a_house_that_is_stopping_is_not_well() -> None:
    assert not report(service(), stopping=True).well


@pytest.mark.parametrize(
    ("picture", "headline"),
    [
        (report(service(essential=True, beaten=False, state=State.STARTING)), "starting"),
        (report(service("a"), service("b")), "2 services well"),
        (
            report(service("a", State.BACKING_OFF), service("b"), service("c", State.FAILED)),
            "unwell: a backing off, c failed",
        ),
        (
            report(service("a", State.STOPPED), service("b"), service("c", State.DEGRADED), stopping=True),
            "stopping: waiting for b, c",
        ),
    ],
)
def test_the_headline_says_in_one_line_how_the_house_is(picture: Report, headline: str) -> None:
    assert picture.headline == headline


def test_a_house_that_has_stopped_waits_for_nobody() -> None:
    headline = report(service("a", State.STOPPED), service("b", State.FAILED), stopping=True).headline

    assert headline == "stopping"


def test_the_report_for_machines_has_names_in_words_and_instants_in_iso_8601() -> None:
    broken = ServiceHealth(
        "export", essential=False, state=State.BACKING_OFF, since=START, restarts=2, last_error="disk full",
        restart_at=Instant(START + 4 * SECOND),
    )  # fmt: skip
    picture = Report((service(essential=True), broken), LoopLag(0.00012345, 1.5), START, stopping=False)

    assert json.loads(json.dumps(picture.as_json())) == {
        "status": "unwell",
        "headline": "unwell: export backing off",
        "ready": True,
        "started_at": "2026-10-21T17:57:00Z",
        "loop_lag": {"last": 0.0001, "worst": 1.5},
        "services": {
            "radio": {
                "name": "radio",
                "essential": True,
                "state": "running",
                "since": "2026-10-21T17:57:00Z",
                "beaten": True,
                "last_beat": None,
                "restarts": 0,
                "last_error": None,
                "restart_at": None,
                "next_turn": None,
            },
            "export": {
                "name": "export",
                "essential": False,
                "state": "backing off",
                "since": "2026-10-21T17:57:00Z",
                "beaten": False,
                "last_beat": None,
                "restarts": 2,
                "last_error": "disk full",
                "restart_at": "2026-10-21T17:57:04Z",
                "next_turn": None,
            },
        },
    }


def test_a_house_that_is_well_says_ok() -> None:
    assert report(service()).as_json()["status"] == "ok"
