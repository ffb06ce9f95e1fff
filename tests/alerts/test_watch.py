"""What the health of services says to the desk."""

from collections.abc import Callable

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.watch import HealthWatch
from lahmadaemon.supervision.health import HealthBoard, State
from tests.fakes.clock import FakeClock


class Heard:
    """Alarms with a memory: what holds now."""

    def __init__(self) -> None:
        self.holding: dict[Condition, str] = {}
        self.said: list[str] = []
        self.watchers: list[Callable[[], None]] = []

    def raise_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        self.said.append(subject)
        self.holding[condition] = str(detail.get("error"))

    def clear_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        self.said.append(subject)
        self.holding.pop(condition, None)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def board(clock: FakeClock) -> HealthBoard:
    made = HealthBoard(clock)
    made.enter("radio.retention", essential=False)
    return made


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        (State.FAILED, Condition.SERVICE_FAILED),
        (State.BACKING_OFF, Condition.SERVICE_CRASHING),
        (State.DEGRADED, Condition.SERVICE_STUMBLING),
        (State.RUNNING, None),
        (State.STARTING, None),
        (State.STOPPED, None),
    ],
)
def test_a_state_is_one_condition_and_no_other(
    clock: FakeClock, board: HealthBoard, heard: Heard, state: State, condition: Condition | None
) -> None:
    HealthWatch(board, heard, clock)
    board.change("radio.retention", State.DEGRADED if state is State.FAILED else State.FAILED)

    board.change("radio.retention", state, error="it broke")

    assert heard.holding == ({condition: "it broke"} if condition else {})


def test_a_service_that_speaks_for_itself_is_not_told_to_stumble(
    clock: FakeClock, board: HealthBoard, heard: Heard
) -> None:
    HealthWatch(board, heard, clock, lambda name: name.startswith("radio."))

    board.change("radio.retention", State.DEGRADED)
    assert heard.holding == {}
    board.change("radio.retention", State.FAILED, error="gone")
    assert heard.holding == {Condition.SERVICE_FAILED: "gone"}


def test_services_that_stop_are_left_alone(clock: FakeClock, board: HealthBoard, heard: Heard) -> None:
    HealthWatch(board, heard, clock)
    board.change("radio.retention", State.DEGRADED, error="slow")
    before = list(heard.said)

    board.stop()
    board.change("radio.retention", State.STOPPED)

    assert heard.said == before
    assert heard.holding == {Condition.SERVICE_STUMBLING: "slow"}


async def test_a_service_that_crashes_again_and_again_is_crashing_also_while_it_runs(
    clock: FakeClock, board: HealthBoard, heard: Heard
) -> None:
    HealthWatch(board, heard, clock)
    [look] = heard.watchers
    for _ in range(3):
        board.change("radio.retention", State.BACKING_OFF, error="bug", restarted=True)
        board.change("radio.retention", State.RUNNING)
        await clock.advance(120)
        look()
    assert heard.holding == {Condition.SERVICE_CRASHING: "bug"}

    await clock.advance(600)
    look()
    assert heard.holding == {}
