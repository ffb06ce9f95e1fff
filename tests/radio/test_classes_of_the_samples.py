"""The sample's day and evening, as the server's history tells them: everybody in the classes that the truth has, at least."""

from collections import defaultdict
from typing import Any

import pytest

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.sessions import Listening, Session
from tests.radio.builders import classed
from tests.samples import sample, told

NAMES = Pseudonyms(b"secret")
TRUTH = told("azuracast/polls/expected.json")
BEGAN = {row["hash"]: row["connected_on"] for row in TRUTH["connections"]}
"""In the order of time; who was there for days has begun before the history that was asked for."""
END = TRUTH["range"]["end"]
OURS = {"bot_ua": "bot", "relay": "relay", "probe": "probe", "always_on": "always_on"}


def the_day() -> list[Listening]:
    door, rows = Door(NAMES), payload.rows(sample("azuracast/history/listeners_24h_margin.json"))
    first = min(row.connected_on or 0 for row in rows)
    return [_listening(door, row, first) for row in rows]


def _listening(door: Door, row: payload.Row, first: int) -> Listening:
    assert row.connected_on is not None
    assert row.connected_until is not None
    whole = {each["hash"]: each["connected_on"] for each in reversed(TRUTH["connections"])}
    began = whole.get(row.hash, first) if row.connected_on == first else row.connected_on
    who = door.introduce(row, began)
    return Listening(
        who.identity, Instant(began * SECOND), Instant(row.connected_until * SECOND), row.connected_until >= END, who.mount,
        who.user_agent, who.is_bot, who.internal, who.located, who.country, who.city, None, who.network, who.neighbourhood,
        who.listed,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sessions() -> dict[bytes, list[Session]]:
    found = defaultdict(list)
    for session in classed(the_day(), until=END * SECOND):
        found[session.identity].append(session)
    return found


def of(sessions: dict[bytes, list[Session]], network: str, user_agent: str) -> list[Session]:
    return sessions[NAMES.who(network, user_agent).identity]


@pytest.mark.parametrize("person", TRUTH["identities"], ids=lambda person: person["label"])
def test_everybody_is_in_the_classes_of_the_truth_and_in_no_other(
    sessions: dict[bytes, list[Session]], person: dict[str, Any]
) -> None:
    own = of(sessions, person["network"].removesuffix("/64"), person["user_agent"])

    assert own
    assert {name for session in own for name in session.classes} == {
        OURS[name] for name in person["classes"] if name in OURS
    }
    if "short" in person["classes"]:
        assert all(session.listened < 60 * SECOND for session in own)


def test_all_thirteen_visits_of_the_four_probes_are_known(sessions: dict[bytes, list[Session]]) -> None:
    """Two of them are on the evening before the day that gives the rhythm away."""
    probes = [each for last in range(220, 224) for each in of(sessions, f"198.51.100.{last}", "StreamCheck/1.4")]

    assert len(probes) == 13
    assert all(session.classes == {"probe"} for session in probes)


def test_of_the_whole_day_only_machines_are_left_out(sessions: dict[bytes, list[Session]]) -> None:
    machines = {own[0].user_agent.split("/")[0] for own in sessions.values() if any(each.classes for each in own)}
    left_out = sum(any(each.classes for each in own) for own in sessions.values())

    assert machines == {"StreamCheck", "Icecast 2.4.4", "Lavf", "Mozilla"}
    assert left_out == 4 + 1 + 1 + 2  # the bot has two addresses
