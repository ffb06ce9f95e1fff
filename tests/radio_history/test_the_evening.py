"""The sample evening: what twelve polls saw, held against the server's own history, becomes the truth to the second."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from lahmadaemon.clock import DAY, MINUTE, SECOND, Instant
from lahmadaemon.radio.azuracast import history
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.source import History
from lahmadaemon.radio.store import RadioStore, connections
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.reconciling import Reconciled
from tests.samples import sample, told
from tests.system.test_twelve_polls import PSEUDONYMS, digest, measured

TRUTH = told("azuracast/polls/expected.json")
BUDAPEST = ZoneInfo("Europe/Budapest")
START, END = Instant(TRUTH["range"]["start"] * SECOND), Instant((TRUTH["range"]["end"] + 1) * SECOND)
TOLD = {
    "the range alone": ("azuracast/history/listeners_1950_2004.json", START),
    "with a day before it": ("azuracast/history/listeners_24h_margin.json", Instant(START - DAY)),
}


@pytest.fixture
async def radio(tmp_path: Path) -> AsyncIterator[RadioStore]:
    async for known, _ in measured(tmp_path):
        yield known


def read(name: str) -> History:
    file, start = TOLD[name]
    return history.read(sample(file), start, END, Door(PSEUDONYMS))


async def reconciled(radio: RadioStore, remembered: History) -> Reconciled:
    return await HistoryStore(radio._store, radio.station).amend(remembered, {}, Instant(END + MINUTE))


async def ends(radio: RadioStore) -> dict[tuple[bytes, int], Any]:
    async with radio._store.read() as connection:
        return {(bytes(row.digest), row.started_at): row for row in await connection.execute(select(connections))}


def true_ends() -> dict[tuple[bytes, int], int]:
    """Whoever lasts beyond the range lasts to its last second, as far as its history can tell."""
    return {
        (digest(row), row["connected_on"] * SECOND): (row["connected_until"] or TRUTH["range"]["end"]) * SECOND
        for row in TRUTH["connections"]
    }


@pytest.mark.parametrize("name", TOLD)
async def test_what_is_stored_is_the_truth_to_the_second(radio: RadioStore, name: str) -> None:
    remembered = read(name)
    found = await reconciled(radio, remembered)

    kept = {key: row.ended_at for key, row in (await ends(radio)).items()}
    assert {key: kept[key] for key in true_ends()} == true_ends()
    assert (found.forgotten, found.vouched_from) == (0, remembered.start)
    # of two who left the evening before nobody can tell when they came
    assert found.unplaced == (2 if name == "with a day before it" else 0)
    older = len(remembered.connections) - TRUTH["counts"]["connections_in_range"] - found.unplaced
    assert len(kept) == len(true_ends()) + older


async def test_who_came_between_two_polls_is_there_and_known_to_come_from_the_history(radio: RadioStore) -> None:
    await reconciled(radio, read("the range alone"))

    unseen = {(digest(row), row["connected_on"] * SECOND) for row in TRUTH["connections"] if not row["seen_in_polls"]}
    assert {key for key, row in (await ends(radio)).items() if row.origin == "history"} == unseen


async def test_a_second_time_nothing_changes(radio: RadioStore) -> None:
    await reconciled(radio, read("with a day before it"))
    once, spans = await ends(radio), await radio.spans(0, 1 << 60)

    again = await reconciled(radio, read("with a day before it"))

    assert (again.added, again.corrected) == ((), ())
    assert (await ends(radio), await radio.spans(0, 1 << 60)) == (once, spans)


async def test_the_visits_and_the_seconds_of_everybody_are_those_of_the_truth(radio: RadioStore) -> None:
    await reconciled(radio, read("with a day before it"))
    period = Period("the range", START, END)
    sessions = await Reporter(radio, RadioSettings(), BUDAPEST).sessions(period)

    for person in TRUTH["identities"]:
        identity = PSEUDONYMS.identity(person["network"].removesuffix("/64"), person["user_agent"])
        visits = [session for session in sessions if session.identity == identity]
        assert [visit.started_at for visit in visits] == [visit["start"] * SECOND for visit in person["visits"]]
        # rows that last beyond the range end in its last second
        assert sum(visit.within(START, END) for visit in visits) == person["seconds_in_range"] * SECOND, person["label"]


async def test_the_period_is_covered_and_says_that_it_was_reconciled(radio: RadioStore) -> None:
    period = Period("the range", START, END)
    reporter = Reporter(radio, RadioSettings(), BUDAPEST)
    before = await reporter.report(period, Instant(END + MINUTE))
    await reconciled(radio, read("the range alone"))
    after = await reporter.report(period, Instant(END + MINUTE))

    assert before.coverage < 0.6
    assert {"measuring_began", "gaps"} <= set(before.flags)
    assert after.coverage == 1.0
    assert "reconciled" in after.flags
    assert not {"measuring_began", "gaps"} & set(after.flags)
    assert after.gross.tlh > before.gross.tlh
    assert await radio.amended_at(START, END) == END + MINUTE
    assert await radio.amended_at(END + DAY, END + 2 * DAY) is None
