"""The twelve sample polls, over real HTTP into a real SQLite file, give the connections of the server's own history."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.engine import URL

from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.azuracast.source import AzuraCast
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore, connections, polls
from lahmadaemon.store.database import open_store
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.scripted_azuracast import Poll, Reply, ScriptedStation
from tests.samples import sample

PSEUDONYMS = Pseudonyms(b"a secret of the tests")
MANIFEST: dict[str, Any] = json.loads(sample("azuracast/polls/manifest.json"))
EXPECTED: dict[str, Any] = json.loads(sample("azuracast/polls/expected.json"))
HISTORY: list[dict[str, Any]] = json.loads(sample("azuracast/history/listeners_1950_2004.json"))
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"


def scripted(poll: dict[str, Any]) -> Poll:
    """One poll of the manifest as the server answers it."""

    def reply(part: dict[str, Any]) -> Reply:
        body = sample(f"azuracast/polls/{part['file']}")
        headers = {"Content-Type": part["content_type"], "Date": poll["server_date"]}
        if "content_length" in part:
            headers["Content-Length"] = str(part["content_length"])
        return Reply(body, part["status"], headers)

    return Poll(reply(poll["listeners"]), reply(poll["nowplaying"]))


@asynccontextmanager
async def station(folder: Path) -> AsyncIterator[tuple[Snapshots, RadioStore, FakeClock]]:
    clock = FakeClock(MANIFEST["polls"][0]["requested_at_epoch"] * 1000)
    app = ScriptedStation([scripted(poll) for poll in MANIFEST["polls"]])
    database = URL.create("sqlite", database=str(folder / "radio.db"))
    async with standing_in(app) as url, open_store(database) as store, open_client() as client:
        radio = RadioStore(store, "pogacsa")
        settings = StationSettings(url=url, api_key=SecretStr(KEY))
        source = AzuraCast("pogacsa", settings, client, clock, PSEUDONYMS)
        yield Snapshots(radio, source, clock, 30.0, FakeAlarms(), timezone="Europe/Budapest"), radio, clock


async def measured(folder: Path, polls: int = 12) -> AsyncIterator[tuple[RadioStore, FakeClock]]:
    async with station(folder) as (service, radio, clock):
        for number in range(1, polls + 1):
            if number in {4, 6}:
                with pytest.raises(UpstreamError):
                    await service.turn()
            else:
                await service.turn()
            await clock.advance(30)
        yield radio, clock


def digest(connection: dict[str, Any]) -> bytes:
    return PSEUDONYMS.connection(connection["hash"])


def identity_of(one: dict[str, Any]) -> bytes:
    return PSEUDONYMS.identity(one["network"].removesuffix("/64"), one["user_agent"])


async def rows(radio: RadioStore) -> dict[tuple[bytes, int], Any]:
    async with radio._store.read() as connection:
        return {(bytes(row.digest), row.started_at): row for row in await connection.execute(select(connections))}


async def test_the_twelve_polls_give_exactly_the_connections_they_saw(tmp_path: Path) -> None:
    async for radio, _ in measured(tmp_path):
        kept = await rows(radio)

        seen = {(digest(c), c["connected_on"] * 1000) for c in EXPECTED["connections"] if c["seen_in_polls"]}
        assert kept.keys() == seen


async def test_every_end_lies_between_the_last_poll_that_saw_and_the_first_that_missed(tmp_path: Path) -> None:
    async for radio, _ in measured(tmp_path):
        kept = await rows(radio)

        for expected in EXPECTED["connections"]:
            if expected["seen_in_polls"]:
                row = kept[digest(expected), expected["connected_on"] * 1000]
                if expected["first_missed_at"] is None:
                    assert row.ended_at is None, expected["label"]
                else:
                    assert row.last_seen_at == expected["last_seen_at"] * 1000, expected["label"]
                    assert row.missed_at == expected["first_missed_at"] * 1000, expected["label"]
                    assert row.last_seen_at <= row.ended_at <= row.missed_at, expected["label"]


async def test_the_ends_agree_with_the_server_s_own_history(tmp_path: Path) -> None:
    truth = {(row["hash"], row["connected_until"]) for row in HISTORY}
    async for radio, _ in measured(tmp_path):
        kept = await rows(radio)

    closed = [c for c in EXPECTED["connections"] if c["seen_in_polls"] and c["first_missed_at"]]
    assert len(closed) > 8
    for connection in closed:
        assert (connection["hash"], connection["connected_until"]) in truth
        row = kept[digest(connection), connection["connected_on"] * 1000]
        assert abs(row.ended_at - connection["connected_until"] * 1000) <= 15_000, connection["label"]


async def test_the_twelfth_poll_is_empty_but_suspicious_and_closes_nobody(tmp_path: Path) -> None:
    async for radio, _ in measured(tmp_path):
        labels = {
            (digest(c), c["connected_on"] * 1000): f"{c['label']}@{c['connected_on']}" for c in EXPECTED["connections"]
        }
        still_open = sorted(labels[key] for key, row in (await rows(radio)).items() if row.ended_at is None)

        assert still_open == EXPECTED["open_after_poll_12_from_polls_alone"]


async def test_every_poll_is_recorded_with_what_came_of_it(tmp_path: Path) -> None:
    async for radio, _ in measured(tmp_path):
        async with radio._store.read() as connection:
            recorded = list(await connection.execute(select(polls).order_by(polls.c.polled_at)))

        outcomes = ["valid"] * 3 + ["server_error", "valid", "invalid"] + ["valid"] * 5 + ["suspicious"]
        assert [row.outcome for row in recorded] == outcomes
        assert [row.rows for row in recorded] == [13, 14, 14, None, 13, None, 14, 6, 14, 14, 14, 0]
        assert {row.skew for row in recorded if row.outcome == "valid"} == {3000}
        assert [row.at for row in recorded] == [poll["server_epoch"] * 1000 for poll in MANIFEST["polls"]]


async def test_the_visits_and_seconds_of_each_identity_are_those_of_the_truth_as_far_as_polls_can_know(
    tmp_path: Path,
) -> None:
    span = Period("sample", MANIFEST["polls"][0]["server_epoch"] * 1000, MANIFEST["polls"][10]["server_epoch"] * 1000)
    async for radio, _ in measured(tmp_path):
        sessions = await Reporter(radio, RadioSettings(), ZoneInfo("Europe/Budapest")).sessions(span)

    seen = [one for one in EXPECTED["identities"] if one["label"] != "unseen_short"]
    assert {identity_of(one) for one in seen} == {s.identity for s in sessions}
    by_identity = {
        identity: [s for s in sessions if s.identity == identity] for identity in {s.identity for s in sessions}
    }
    for one in seen:
        visits = by_identity[identity_of(one)]
        assert len(visits) == len(one["visits"]), one["label"]
        assert visits[0].started_at == one["visits"][0]["start"] * 1000, one["label"]


@pytest.mark.parametrize("after", [{1}, {6}, {7, 8}, set(range(1, 12))], ids=str)
async def test_restarts_between_polls_change_nothing(tmp_path: Path, after: set[int]) -> None:
    async for radio, _ in measured(tmp_path):
        undisturbed = {key: (row.last_seen_at, row.missed_at, row.ended_at) for key, row in (await rows(radio)).items()}
    (tmp_path / "second").mkdir()
    async with station(tmp_path / "second") as (service, radio, clock):
        for number in range(1, 13):
            if number in {4, 6}:
                with pytest.raises(UpstreamError):
                    await service.turn()
            else:
                await service.turn()
            if number in after:  # a new process knows only what is stored
                source = service._source
                assert isinstance(source, AzuraCast)
                source._door = Door(PSEUDONYMS)
                service = Snapshots(radio, source, clock, 30.0, FakeAlarms(), timezone="Europe/Budapest")
            await clock.advance(30)
        restarted = {key: (row.last_seen_at, row.missed_at, row.ended_at) for key, row in (await rows(radio)).items()}

    assert restarted == undisturbed


async def test_the_key_travels_in_a_header_and_never_in_an_address(tmp_path: Path) -> None:
    app = ScriptedStation([scripted(MANIFEST["polls"][0])])
    async with standing_in(app) as url, httpx.AsyncClient(timeout=60) as client:
        source = AzuraCast(
            "x", StationSettings(url=url, api_key=SecretStr(f"Bearer {KEY}")), client, FakeClock(), PSEUDONYMS
        )
        await source.snapshot()

    assert {asked.headers["x-api-key"] for asked in app.requests} == {KEY}
    assert {asked.query for asked in app.requests} == {""}
    assert [asked.path for asked in app.requests] == ["/api/station/1/listeners", "/api/nowplaying/1"]
