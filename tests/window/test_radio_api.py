"""The radio's figures over HTTP: the command line's own, and null where nobody knows."""

from pathlib import Path

from tests.window.world import asking, house, listened


async def test_an_empty_store_says_that_it_knows_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as doors, asking(doors) as client:
        stations = (await client.get("/radio")).json()["stations"]
        now = (await client.get("/radio/main/now")).json()
        days = (await client.get("/radio/main/days")).json()["days"]
        hours = (await client.get("/radio/main/hours")).json()["hours"]
        shows = (await client.get("/radio/main/shows")).json()

    assert [(each["station"], each["measured"], each["poll"]) for each in stations] == [("main", False, None)]
    assert (now["listeners"], now["connections"], now["poll"], now["on_air"], now["fresh"]) == (
        None,
        None,
        None,
        None,
        False,
    )
    assert now["today"]["flags"] == ["no_data"]
    assert set(now["today"]["net"].values()) == {None}
    assert list(days) == [f"2026-10-{day}" for day in range(15, 22)]
    assert all(day["flags"] == ["no_data"] and day["gross"]["cume"] is None for day in days.values())
    assert hours == []
    assert shows["flags"] == {"2026-W43": ["no_data"]}


async def test_now_tells_who_listens_and_the_day_so_far(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        async with asking(doors) as client:
            now = (await client.get("/radio/main/now")).json()

    assert (now["listeners"], now["connections"], now["fresh"]) == (1, 2, True)
    assert (now["poll"]["age_seconds"], now["poll"]["outcome"]) == (0, "valid")
    assert (now["today"]["net"]["cume"], now["today"]["gross"]["cume"]) == (2, 3)
    assert now["today"]["net"]["as"] == 2
    assert now["today"]["excluded"]["bot"]["listeners"] == 1
    assert "in_progress" in now["today"]["flags"]
