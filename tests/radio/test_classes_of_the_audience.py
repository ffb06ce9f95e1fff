"""Weeks of the demo's audience, whose truth is known: every machine is found, and no person is taken for one."""

from collections import Counter
from datetime import date

import pytest

from lahmadaemon.clock import DAY
from lahmadaemon.demo.people import ALWAYS_ON, BOT, CAFE, PROBES, RELAY
from lahmadaemon.radio import periods
from lahmadaemon.radio.sessions import Session
from tests.radio.builders import classed
from tests.radio.invented_listeners import BUDAPEST, TRUTH, heard, identity_of

MONDAY = periods.midnight(date(2026, 10, 12), BUDAPEST)
MACHINES = {identity_of(client): name for client, name in TRUTH.items()}


def weeks(seed: int, days: int) -> list[Session]:
    return classed(heard(seed, MONDAY, days), until=MONDAY + days * DAY)


def assert_all_are_right(sessions: list[Session]) -> None:
    right, wrong = Counter[str](), []
    for session in sessions:
        truth = MACHINES.get(session.identity)
        # the relay is on for all these days as well
        if session.classes - {"always_on" if truth == "relay" else ""} == ({truth} if truth else set()):
            right[truth or "people"] += 1
        else:
            wrong.append((truth, session.classes, session.user_agent, session.listened))

    assert wrong == []
    assert right.keys() == {"people", "probe", "relay", "bot", "always_on"}
    assert right["probe"] > 300
    assert right["people"] > 2000


@pytest.mark.slow
def test_six_days_of_sixty_listeners() -> None:
    found = weeks(1, 6)

    assert_all_are_right(found)
    assert sum(session.listened for session in found if session.identity == identity_of(CAFE)) > 6 * 9 * 3_600_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_three_weeks_over_the_end_of_summer_time(seed: int) -> None:
    assert_all_are_right(weeks(seed, 21))


def test_the_truth_names_every_machine() -> None:
    assert {ALWAYS_ON, RELAY, BOT, *PROBES} == TRUTH.keys()
