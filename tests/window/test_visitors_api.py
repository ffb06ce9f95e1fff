"""The cameras over HTTP: counts, signs of life, files and pushes; nobody knows is not nobody came."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.crossings import BadRow, Crossing, Judged, Status
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.store import pushes
from lahmadaemon.visitors.settings import VisitorsSettings
from lahmadaemon.web.sheets import MARK
from tests.fakes.clock import START, FakeClock
from tests.window.world import asking, house

TODAY = "2026-10-21"
TWO = VisitorsSettings.model_validate(
    {"folders": {"lobby": {"path": "/nowhere/lobby"}, "yard": {"path": "/nowhere/yard"}}}
)


async def brought(
    store: Store, name: str, crossings: Sequence[tuple[int, int]] = (), at: int = START, camera: str = "lobby",
    status: Status = Status.STORED, day: str = TODAY,
) -> None:  # fmt: skip
    """A file that came at `at`; its crossings are (moment, direction)."""
    of = CameraStore(store, camera)
    state = await of.meet(Instant(at))
    told = tuple(Crossing(Instant(when), day, number, way, 7, None) for number, (when, way) in enumerate(crossings))
    wrong = (BadRow(0, "{}", "no ID"),) if status in {Status.PARTIAL, Status.REJECTED} else ()
    reason = "1 of 1 records is wrong: no ID" if wrong else None
    judged = Judged(name, name.encode().ljust(32, b"."), 100, status, reason, told, wrong)
    await of.keep([judged], state, Instant(at))


async def owed(store: Store, end: int, state: State = State.DELIVERED, target: str = "partner") -> None:
    row = {
        "target": target, "ssid": "SS-007", "window_end": end, "day": TODAY, "written_at": end, "body": b"{}",
        "digest": b"d" * 32, "key": f"{target}-{end}", "state": state, "attempts": 2, "refusals": 0, "due_at": end,
        "keep_until": end + DAY, "settled_at": end + 400, "status": 200, "desc": "OK", "latency": 31,
    }  # fmt: skip
    async with store.write() as connection:
        await connection.execute(insert(pushes), [row])


async def got(client: httpx.AsyncClient, path: str, **parameters: str | int) -> Any:
    answer = await client.get(f"/visitors/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_empty_store_says_that_it_knows_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as doors, asking(doors) as client:
        [camera] = (await got(client, "now"))["cameras"]
        days, files, owing = await got(client, "days"), await got(client, "files"), await got(client, "pushes")
        crossings = await got(client, "crossings")

    assert (camera["camera"], camera["state"], camera["day"]) == ("lobby", "never", TODAY)
    assert {camera[name] for name in ("ins", "outs", "others", "stay", "last_file_at", "first_at")} == {None}
    assert (days, files, owing) == ({"days": []}, {"items": [], "next": None}, {"items": [], "next": None})
    assert crossings == {"cameras": [{"camera": "lobby", "day": TODAY, "hours": []}]}


async def test_a_house_without_cameras_has_none(tmp_path: Path) -> None:
    async with house(tmp_path, visitors=VisitorsSettings()) as doors, asking(doors) as client:
        assert (await got(client, "now"))["cameras"] == []
        assert (await got(client, "crossings"))["cameras"] == []


async def test_now_tells_who_came_and_went_and_that_the_camera_is_heard_of(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await brought(
            doors.store, "a.json", [(START - HOUR, 0), (START - HOUR + 1, 0), (START - MINUTE, 1)], START - 9_000
        )
        async with asking(doors) as client:
            [camera] = (await got(client, "now"))["cameras"]

    assert [camera[name] for name in ("ins", "outs", "others", "stay")] == [2, 1, 0, 1]
    assert (camera["state"], camera["last_file_age_seconds"]) == ("fresh", 9)
    assert (camera["first_at"], camera["last_crossing"]) == ("2026-10-21T16:57:00Z", "2026-10-21T17:56:00Z")


async def test_where_empty_lists_came_nobody_was_there_and_where_nothing_came_nobody_knows(tmp_path: Path) -> None:
    async with house(tmp_path, visitors=TWO) as doors:
        await brought(doors.store, "a.json", at=START - MINUTE, status=Status.EMPTY)
        await brought(doors.store, "b.json", at=START - DAY, camera="yard", status=Status.EMPTY)
        async with asking(doors) as client:
            lobby, yard = (await got(client, "now"))["cameras"]
            hours = (await got(client, "crossings"))["cameras"]

    assert (lobby["ins"], lobby["state"]) == (0, "fresh")
    assert (yard["ins"], yard["state"]) == (None, "silent")
    assert [len(each["hours"]) for each in hours] == [20, 0]


async def test_crossings_are_counted_by_the_hour_of_the_local_day(tmp_path: Path) -> None:
    midnight = START - 19 * HOUR - 57 * MINUTE
    async with house(tmp_path) as doors:
        await brought(
            doors.store, "a.json",
            [(midnight, 0), (midnight + HOUR - 1, 1), (midnight + HOUR, 2), (midnight + 15 * HOUR, 0), (midnight - 1, 0)],
        )  # fmt: skip
        async with asking(doors) as client:
            [camera] = (await got(client, "crossings", camera="lobby"))["cameras"]
            [night] = (await got(client, "crossings", day="2026-10-20"))["cameras"]

    assert [(hour["ins"], hour["outs"], hour["others"]) for hour in camera["hours"][:2]] == [(1, 1, 0), (0, 0, 1)]
    assert (camera["hours"][15]["ins"], camera["hours"][0]["local"]) == (1, "2026-10-21T00:00+02:00")
    assert sum(hour["ins"] for hour in night["hours"]) == 1


async def test_the_night_with_two_hours_at_two_has_both(tmp_path: Path) -> None:
    two = 1_792_888_200_000  # 2026-10-25T00:30:00Z
    async with house(tmp_path, FakeClock(two + DAY)) as doors:
        await brought(doors.store, "a.json", [(two, 0), (two + HOUR, 0)], two + 2 * HOUR, day="2026-10-25")
        async with asking(doors) as client:
            [camera] = (await got(client, "crossings", day="2026-10-25"))["cameras"]

    assert [hour["hour"] for hour in camera["hours"]] == [0, 1, 2, 2, *range(3, 24)]
    assert [hour["ins"] for hour in camera["hours"][2:4]] == [1, 1]


async def test_days_have_the_names_of_the_command_line(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await brought(doors.store, "a.json", [(START - 2, 0), (START - 1, 1)])
        async with asking(doors) as client:
            [day] = (await got(client, "days", camera="lobby"))["days"]
            table = (await client.get("/visitors/days?format=csv")).text

    assert day == {
        "camera": "lobby", "day": TODAY, "ins": 1, "outs": 1, "others": 0, "stay": 0,
        "first_at": "2026-10-21T17:56:59Z", "last_at": "2026-10-21T17:56:59Z",
    }  # fmt: skip
    assert list(csv.DictReader(io.StringIO(table.removeprefix(MARK)))) == [{k: str(v) for k, v in day.items()}]


async def test_files_come_by_pages_the_newest_first_also_those_of_one_moment(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        for number in range(7):
            status = Status.REJECTED if number % 3 == 0 else Status.STORED
            camera = "lobby" if number % 2 else "yard"
            await brought(doors.store, f"{number}.json", at=START + 1000 * (number // 4), status=status, camera=camera)
        async with asking(doors) as client:
            found, asked = list[str](), 0
            cursor: dict[str, str] = {}
            while asked == 0 or cursor:
                page = await got(client, "files", limit=2, **cursor)
                found += [each["name"] for each in page["items"]]
                cursor, asked = {"cursor": page["next"]} if page["next"] else {}, asked + 1
            wrong = (await got(client, "files", state="rejected"))["items"]
            own = (await got(client, "files", camera="yard"))["items"]

    assert sorted(found) == [f"{number}.json" for number in range(7)]
    assert sorted(found[:3]) == ["4.json", "5.json", "6.json"]
    assert [each["name"] for each in wrong] == ["6.json", "0.json", "3.json"]
    assert all(each["reason"] and each["rows_bad"] == 1 for each in wrong)
    assert {each["camera"] for each in own} == {"yard"}


async def test_pushes_come_by_pages_with_what_the_partner_said(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        for number in range(5):
            await owed(doors.store, START - number * 5 * MINUTE, State.DEAD if number == 3 else State.DELIVERED)
        await owed(doors.store, START, State.WAITING, "another")
        async with asking(doors) as client:
            first = await client.get("/visitors/pushes", params={"limit": 4})
            link = httpx.URL(first.headers["link"].split("<")[1].split(">")[0])
            rest = await got(client, "pushes", **dict(link.params))
            dead = (await got(client, "pushes", state="dead", target="partner"))["items"]
            missing = await client.get("/visitors/pushes?target=nobody")

    windows = [(each["target"], each["window"][11:16]) for each in (*first.json()["items"], *rest["items"])]
    assert windows == [
        ("partner", "19:57"), ("another", "19:57"), ("partner", "19:52"), ("partner", "19:47"), ("partner", "19:42"),
        ("partner", "19:37"),
    ]  # fmt: skip
    assert [(each["attempts"], each["desc"], each["status"]) for each in dead] == [(2, "OK", 200)]
    assert missing.json()["error"] == "target_not_found"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("days?camera=nobody", 404, "camera_not_found"),
        ("crossings?camera=nobody", 404, "camera_not_found"),
        ("files?camera=nobody", 404, "camera_not_found"),
        ("files?cursor=abc", 422, "invalid_cursor"),
        ("files?cursor=WzEsICJhIiwgInoiXQ", 422, "invalid_cursor"),
        ("files?state=lost", 422, "invalid_request"),
        ("crossings?day=today", 422, "invalid_request"),
        ("now?camera=lobby", 422, "unknown_parameter"),
    ],
)
async def test_what_cannot_be_told_is_refused_by_name(tmp_path: Path, path: str, status: int, error: str) -> None:
    async with house(tmp_path) as doors, asking(doors) as client:
        answer = await client.get(f"/visitors/{path}")

    assert (answer.status_code, answer.json()["error"]) == (status, error)
