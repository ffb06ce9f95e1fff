"""An evening in twelve polls: a server error, a cut answer, a source reset and an empty list, against the truth."""

from collections import defaultdict
from typing import Any

import pytest

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.folding import Outcome, Standing, fold
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.sessions import Listening, Session
from lahmadaemon.radio.snapshot import Connection, Key, Snapshot, Totals
from tests.radio.builders import classed
from tests.radio.little_store import Kept, LittleStore
from tests.samples import sample, told

NAMES = Pseudonyms(b"secret")
POLLS = told("azuracast/polls/manifest.json")["polls"]
TRUTH = told("azuracast/polls/expected.json")


class Evening:
    """The twelve polls, read, folded and kept."""

    def __init__(self) -> None:
        self.store = LittleStore()
        self.people: dict[Key, Connection] = {}
        self.outcomes: dict[int, str] = {}
        door, standing = Door(NAMES), Standing()
        for poll in POLLS:
            number, at = poll["n"], Instant(poll["server_epoch"] * SECOND)
            try:
                rows = payload.rows(sample(f"azuracast/polls/{poll['listeners']['file']}"))
            except UpstreamError as trouble:
                self.store.record_failure(number, at)
                self.outcomes[number] = trouble.outcome
                continue
            connections, dropped = door.admit(rows)
            counts = payload.now_playing(sample(f"azuracast/polls/{poll['nowplaying']['file']}")).listeners
            self.people |= connections
            seen = Snapshot(at, at, 20, 0, connections, Totals(counts.total, counts.unique), dropped=dropped)
            folded = fold(standing, seen, 30 * SECOND)
            self.store.record(folded, number, at)
            self.outcomes[number], standing = folded.outcome, folded.standing

    def kept(self, row: dict[str, Any]) -> Kept | None:
        return self.store.connections.get((NAMES.connection(row["hash"]), Instant(row["connected_on"] * SECOND)))

    def sessions(self) -> list[Session]:
        last = Instant(POLLS[10]["server_epoch"] * SECOND)
        return classed(
            (
                Listening(
                    who.identity, who.started_at, kept.ended_at or last, kept.ended_at is None, who.mount, who.user_agent,
                    who.is_bot, who.internal, who.located, who.country, who.city, None,
                )
                for who, kept in ((self.people[key], kept) for key, kept in self.store.connections.items())
            ),
            120 * SECOND,
        )  # fmt: skip


@pytest.fixture(scope="module")
def evening() -> Evening:
    return Evening()


def test_trouble_is_told_from_truth(evening: Evening) -> None:
    assert evening.outcomes == dict.fromkeys(range(1, 13), Outcome.VALID) | {
        4: "invalid",
        6: "invalid",
        12: Outcome.SUSPICIOUS,
    }


def test_exactly_those_are_kept_whom_a_valid_poll_saw(evening: Evening) -> None:
    seen = {
        (NAMES.connection(row["hash"]), row["connected_on"] * SECOND)
        for row in TRUTH["connections"]
        if row["seen_in_polls"]
    }

    assert evening.store.connections.keys() == seen
    assert len(seen) == TRUTH["counts"]["connections_in_range"] - 14


@pytest.mark.parametrize(
    "row",
    [row for row in TRUTH["connections"] if row["seen_in_polls"]],
    ids=lambda row: f"{row['label']}@{row['connected_on']}",
)
def test_every_end_lies_between_the_polls_that_bound_it(evening: Evening, row: dict[str, Any]) -> None:
    kept = evening.kept(row)

    assert kept is not None
    if row["first_missed_at"] is None:
        assert kept.ended_at is None
        return
    assert (kept.last_seen_at, kept.missed_at) == (row["last_seen_at"] * SECOND, row["first_missed_at"] * SECOND)
    assert kept.ended_at is not None
    assert row["last_seen_at"] * SECOND <= kept.ended_at <= row["first_missed_at"] * SECOND
    assert abs(kept.ended_at - row["connected_until"] * SECOND) <= 60 * SECOND


def test_the_empty_list_at_the_end_closed_nobody(evening: Evening) -> None:
    labels = {
        (NAMES.connection(row["hash"]), row["connected_on"] * SECOND): f"{row['label']}@{row['connected_on']}"
        for row in TRUTH["connections"]
    }
    still_open = sorted(labels[key] for key, kept in evening.store.connections.items() if kept.ended_at is None)

    assert still_open == TRUTH["open_after_poll_12_from_polls_alone"]


def test_everybody_has_one_visit_through_reconnects_mounts_addresses_and_the_source_reset(evening: Evening) -> None:
    visits = defaultdict(list)
    for session in evening.sessions():
        visits[session.identity].append(session)

    known = {"bot_ua": "bot", "relay": "relay", "always_on": "always_on"}
    people = [person for person in TRUTH["identities"] if person["label"] != "unseen_short"]
    assert len(visits) == len(people) == TRUTH["counts"]["distinct_identities"] - 1
    for person in people:
        network = person["network"].removesuffix("/64")
        [visit] = visits[NAMES.identity(network, person["user_agent"])]
        assert visit.started_at == person["visits"][0]["start"] * SECOND, person["label"]
        assert visit.classes == {known[name] for name in person["classes"] if name in known}, person["label"]
