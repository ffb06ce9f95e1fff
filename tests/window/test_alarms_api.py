"""The alarm desk over HTTP: what is wrong, what was, who was told; acknowledged and muted as in the chat, and noted."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import Kind, Stage
from lahmadaemon.alerts.store import audit
from lahmadaemon.clock import DAY
from lahmadaemon.web.doors import HouseDoors
from tests.fakes.clock import START, FakeClock
from tests.window.world import asking, house


@pytest.fixture
async def doors(tmp_path: Path, clock: FakeClock) -> AsyncIterator[HouseDoors]:
    """A camera is silent, and a folder was missing for a minute."""
    async with house(tmp_path, clock) as found:
        desk = found.desk
        desk.raise_alarm(Condition.FOLDER_MISSING, "visitors.yard", folder="/in", problem="gone")
        await _turns(desk, clock, 20)
        desk.clear_alarm(Condition.FOLDER_MISSING, "visitors.yard")
        await _turns(desk, clock, 60)
        desk.raise_alarm(Condition.NO_FILES, "visitors.lobby", camera="lobby", quiet_seconds=600.0, last_file_at=START)
        await _turns(desk, clock, 30)
        yield found


async def _turns(desk: Any, clock: FakeClock, seconds: int) -> None:
    await desk.turn()
    await clock.advance(seconds)
    await desk.turn()


@pytest.fixture
async def client(doors: HouseDoors) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(doors) as found:
        yield found


async def noted(doors: HouseDoors) -> list[tuple[str, str, str]]:
    async with doors.store.read() as connection:
        rows = await connection.execute(select(audit.c.who, audit.c.command, audit.c.outcome).order_by(audit.c.number))
        return [(who, command, outcome) for who, command, outcome in rows]


async def test_what_is_wrong_now_has_the_names_of_the_command_line(client: httpx.AsyncClient) -> None:
    [alarm] = (await client.get("/alarms")).json()["items"]

    assert (alarm["condition"], alarm["subject"], alarm["severity"]) == ("no_files", "visitors.lobby", "critical")
    assert (alarm["state"], alarm["acked_at"], alarm["muted_until"]) == ("firing", None, None)
    assert alarm["detail"]["camera"] == "lobby"


async def test_what_was_wrong_comes_by_pages_the_newest_first(client: httpx.AsyncClient) -> None:
    first = await client.get("/alarms", params={"all": "true", "limit": 1})
    rest = await client.get("/alarms", params={"all": "true", "limit": 1, "cursor": first.json()["next"]})
    table = await client.get("/alarms", params={"all": "true", "format": "csv"})

    assert [each["condition"] for each in first.json()["items"]] == ["no_files"]
    assert 'rel="next"' in first.headers["link"]
    [over] = rest.json()["items"]
    assert (over["condition"], over["state"], rest.json()["next"]) == ("folder_missing", "resolved", None)
    assert over["resolved_at"]
    assert len(table.text.splitlines()) == 3


@pytest.mark.parametrize("key", ["2", "no_files", "lobby", "visitors.lobby", "no_files:visitors.lobby"])
async def test_somebody_takes_care_and_that_is_noted(doors: HouseDoors, client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post(f"/alarms/{key}/acknowledge")

    assert answer.status_code == 200, answer.text
    assert [(each["number"], each["acked_by"]) for each in answer.json()["alarms"]] == [(2, "window")]
    assert doors.desk.open_incidents()[0].acked_by == "window"
    assert await noted(doors) == [("window", f"/ack {key}", "done")]


async def test_it_is_muted_for_a_while_and_spoken_of_again(
    doors: HouseDoors, client: httpx.AsyncClient, clock: FakeClock
) -> None:
    muted = await client.post("/alarms/2/mute", json={"duration": "2h"})
    [alarm] = (await client.get("/alarms")).json()["items"]
    [lasting] = (await client.get("/alarms/mutes")).json()["items"]
    ended = await client.request("DELETE", "/alarms/2/mute")

    assert (muted.status_code, muted.json()["key"], muted.json()["muted_by"]) == (
        200,
        "no_files:visitors.lobby",
        "window",
    )
    assert alarm["muted_until"] == lasting["until"] == muted.json()["until"]
    assert ended.json() == {"key": "no_files:visitors.lobby"}
    assert doors.desk.mutes.lasting(clock.now()) == []
    assert [outcome for *_, outcome in await noted(doors)] == ["done", "done"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "17/acknowledge", None, 404, "alarm_not_found"),
        ("POST", "nothing/mute", {"duration": "2h"}, 404, "alarm_not_found"),
        ("DELETE", "lobby/mute", None, 404, "alarm_not_found"),
        ("POST", "lobby/mute", {"duration": "31d"}, 422, "invalid_duration"),
        ("POST", "lobby/mute", {"duration": "soon"}, 422, "invalid_duration"),
        ("POST", "lobby/mute", {}, 422, "invalid_request"),
    ],
)
async def test_what_means_nothing_is_refused(
    client: httpx.AsyncClient, method: str, path: str, body: Any, status: int, error: str
) -> None:
    answer = await client.request(method, f"/alarms/{path}", json=body)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_messages_and_what_became_of_them(doors: HouseDoors, client: httpx.AsyncClient) -> None:
    now = doors.clock.now()
    await doors.alerts.add(["@anna", "@béla"], Kind.DIGEST, "Nothing happened.", now, day="2026-10-20")
    await doors.alerts.settle(1, Stage.DELIVERED, now)
    waiting = (await client.get("/alarms/deliveries", params={"state": "waiting"})).json()["items"]
    first = (await client.get("/alarms/deliveries", params={"limit": 1})).json()
    rest = (await client.get("/alarms/deliveries", params={"limit": 1, "cursor": first["next"]})).json()

    assert [(each["recipient"], each["kind"], each["day"]) for each in waiting] == [("@béla", "digest", "2026-10-20")]
    assert [(each["number"], each["state"]) for each in (*first["items"], *rest["items"])] == [
        (2, "waiting"), (1, "delivered"),
    ]  # fmt: skip
    assert rest["next"] is None
    assert now < START + DAY
