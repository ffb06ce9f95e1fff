"""The pages as they are served: useful from the first minute on, harmless whatever is in the store, honest when it fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.snapshot import OnAir
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.web.pages.rendering import outside
from tests.fakes.clock import START
from tests.fakes.stores import new_store
from tests.fakes.window import house_doors, window_app
from tests.radio.builders import connection
from tests.window.reading import links, reading
from tests.window.world import house, poll

PAGES = ("/", "/radio", "/visitors", "/social", "/house")
EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize("language", ["en", "hu"])
async def test_every_page_of_an_empty_house_is_useful(tmp_path: Path, language: str) -> None:
    wanted = {
        "/": "LAHMA_RADIO__STATIONS__&lt;NAME&gt;__URL", "/radio": "LAHMA_RADIO__STATIONS__&lt;NAME&gt;__API_KEY",
        "/visitors": "LAHMA_VISITORS__FOLDERS__&lt;NAME&gt;__PATH", "/social": "LAHMA_SECRET_KEY", "/house": "SQLite",
    }  # fmt: skip
    async with (
        new_store(tmp_path / "empty.db") as store,
        reading(window_app(house=house_doors(store=store)), language) as who,
    ):
        for path, words in wanted.items():
            page = await who.get(path)
            assert (page.status_code, page.headers["content-language"]) == (200, language)
            assert words in page.text


async def test_a_station_that_nobody_has_polled_yet_is_waited_for(tmp_path: Path) -> None:
    async with house(tmp_path) as doors, reading(window_app(house=doors)) as who:
        for path in ("/", "/radio"):
            assert "Waiting for the first answer" in (await who.get(path)).text
        assert "no file yet" in (await who.get("/visitors")).text


async def test_the_first_minute_has_its_figures(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        anna = replace(connection("anna"), started_at=Instant(START - MINUTE))
        await RadioStore(doors.store, "main").record(poll(START - MINUTE), [anna])
        await RadioStore(doors.store, "main").record(poll(START - 100))
        async with reading(window_app(house=doors)) as who:
            today = (await who.get("/")).text
            week = (await who.get("/radio")).text
            day = (await who.get("/radio/days/2026-10-21")).text
    assert "<dt>listening now</dt><dd>1</dd>" in today.replace("\n", "")
    assert "measuring began" in week
    assert "19:00" in day


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/radio?station=nobody", 404, "Nincs ilyen oldal"),
        ("/radio?week=2026-W99", 422, "Ezt nem lehet megmutatni"),
        ("/radio?of=everything", 422, "Ezt nem lehet megmutatni"),
        ("/radio/days/20261021", 422, "Ezt nem lehet megmutatni"),
        ("/radio/days/9999-01-01", 404, "Nincs ilyen oldal"),
        ("/visitors?date=9999-12-31", 422, "Ezt nem lehet megmutatni"),
        ("/visitors?date=0001-01-01", 422, "Ezt nem lehet megmutatni"),
    ],
)
async def test_what_cannot_be_shown_is_a_page_too(tmp_path: Path, path: str, status: int, words: str) -> None:
    async with house(tmp_path) as doors, reading(window_app(house=doors), "hu") as who:
        page = await who.get(path)

    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert words in page.text


async def test_a_store_that_does_not_answer_is_said_and_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as doors:

        def away() -> None:
            raise UpstreamError("disk I/O error in /srv/secret/place")

        monkeypatch.setattr(doors.store, "read", away)
        async with reading(window_app(house=doors)) as who:
            page = await who.get("/")

    assert page.status_code == 503
    assert "The store does not answer" in page.text
    assert "secret" not in page.text


async def test_whatever_a_server_says_is_shown_as_text(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await RadioStore(doors.store, "main").record(poll(START - SECOND))
        sound = OnAir(online=True, artist=EVIL, title='" onload="alert(1)', streamer=EVIL, live=True)
        await OnAirStore(doors.store, "main").keep(
            [Entry(Instant(START), Instant(START), Instant(START + MINUTE), sound)]
        )
        async with reading(window_app(house=doors)) as who:
            page = (await who.get("/")).text

    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert '" onload=' not in page


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "JAVASCRIPT:x", "", None]
)
def test_an_address_somebody_else_gave_is_only_linked_where_it_is_one(address: str | None) -> None:
    assert outside(address) is None
    assert outside("https://instagram.example/reel/1") == "https://instagram.example/reel/1"


async def test_a_language_that_is_chosen_is_kept(tmp_path: Path) -> None:
    async with new_store(tmp_path / "empty.db") as store:
        app = window_app(house=house_doors(store=store), root_path="/lahma")
        async with reading(app) as who:
            chosen = await who.get("/lahma/radio?lang=hu")
            nonsense = await who.get("/lahma/radio?lang=xx%0d%0aSet-Cookie:a=b")

    assert 'lang="hu"' in chosen.text
    kept = chosen.headers["set-cookie"]
    assert kept.startswith("lahma_language=hu; ")
    assert {"HttpOnly", "Path=/lahma/", "SameSite=lax"} <= set(kept.split("; "))
    assert "set-cookie" not in nonsense.headers


async def test_pages_stay_below_the_prefix_of_a_proxy(tmp_path: Path) -> None:
    async with house(tmp_path) as doors, reading(window_app(house=doors, root_path="/lahma")) as who:
        found = {link for path in PAGES for link in links((await who.get(f"/lahma{path}")).text)}

    assert {link for link in found if not link.startswith(("/lahma/", "#"))} == set()


async def test_a_form_whose_session_is_over_leads_to_the_login(tmp_path: Path) -> None:
    async with house(tmp_path) as doors, reading(window_app(token="open sesame", house=doors)) as who:
        answer = await who.post("/house/alarms/1/ack")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("hours", ["", "0", "-1", "1.5", "9999999", "x" * 100])
async def test_an_alarm_is_muted_for_a_time_that_is_one(tmp_path: Path, hours: str) -> None:
    async with new_store(tmp_path / "empty.db") as store, reading(window_app(house=house_doors(store=store))) as who:
        answer = await who.post("/house/alarms/1/mute", data={"hours": hours})

    assert answer.status_code == 422


async def test_who_takes_care_of_what_is_over_is_told_so(tmp_path: Path) -> None:
    async with new_store(tmp_path / "empty.db") as store, reading(window_app(house=house_doors(store=store))) as who:
        answer = await who.post("/house/alarms/7/ack")

    assert answer.status_code == 404
    assert "<h1>" in answer.text


async def test_static_files_are_kept_for_ever_under_their_digest_and_nothing_else_is_there(tmp_path: Path) -> None:
    async with new_store(tmp_path / "empty.db") as store:
        app = window_app(token="open sesame", house=house_doors(store=store))
        async with reading(app) as who:
            digest = app.state.static.digest
            kept = await who.get(f"/static/style.css?v={digest}")
            asked = await who.get("/static/live.js?v=old")
            others = [
                await who.get(f"/static/{name}") for name in ("..%2fpages%2fhouse.py", "style.css%00", "x", ".css")
            ]

    assert (kept.headers["content-type"], kept.headers["cache-control"]) == (
        "text/css; charset=utf-8", "public, max-age=31536000, immutable",
    )  # fmt: skip
    assert (asked.status_code, asked.headers["cache-control"]) == (200, "no-cache")
    assert {each.status_code for each in others} == {404}
