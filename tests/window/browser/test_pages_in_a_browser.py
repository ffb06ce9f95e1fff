"""Every page in a real browser: by day, at night, on a phone; alive, without scripts, behind a proxy, in two languages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.web.live import Live
from tests.fakes.stores import new_store
from tests.fakes.window import house_doors
from tests.window.browser.conftest import Window, opened
from tests.window.browser.looking import CHROMIUM, DESK, PHONE, visiting
from tests.window.seeded import Seeded, heard

expect.set_options(timeout=60_000)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here: apt-get install chromium"),
]

PAGES = {
    "today": "/", "radio": "/radio", "day": "/radio/days/2026-10-17",
    "visitors": "/visitors", "social": "/social", "campaign": "/social/campaigns/101",
    "post": "/social/posts/instagram/17900000000000001", "house": "/house",
}  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "size": DESK},
    "dark": {"color_scheme": "dark", "size": DESK},
    "phone": {"color_scheme": "light", "size": PHONE, "locale": "hu-HU"},
}
AT_NIGHT = {"today", "radio", "house"}
"""Between them they have all colours there are; structure is the same by day."""


@pytest.mark.timeout(600)  # eight pages, on a machine that does much else
@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_is_quiet_accessible_and_loads_nothing_from_elsewhere(
    browser: Browser, window: Window, shots: Path, look: str
) -> None:
    async with visiting(browser, window.url, **LOOKS[look]) as visit:
        for name, path in PAGES.items():
            assert await visit.go(path) == 200
            assert await visit.page.locator("h1").count() == 1
            assert not await visit.is_too_wide(), name
            if look == "light":
                assert await visit.violations() == [], name
            elif look == "dark" and name in AT_NIGHT:
                assert await visit.violations("color-contrast") == [], name
            await visit.shoot(shots, f"{name}-{look}")
    assert visit.complaints == []


async def test_pages_of_an_empty_house_say_what_will_stand_there_and_what_switches_it_on(
    browser: Browser, tmp_path: Path, shots: Path
) -> None:
    async with (
        new_store(tmp_path / "empty.db") as store,
        opened(house_doors(store=store)) as empty,
        visiting(browser, empty.url) as visit,
    ):
        wanted = {
            "/": "LAHMA_RADIO__STATIONS__<NAME>__URL", "/radio": "LAHMA_RADIO__STATIONS__<NAME>__URL",
            "/visitors": "LAHMA_VISITORS__FOLDERS__<NAME>__PATH", "/social": "LAHMA_SOCIAL__CREATORS__URL",
            "/house": "No open alarms",
        }  # fmt: skip
        for path, words in wanted.items():
            assert await visit.go(path) == 200
            assert words in await visit.text()
            if path == "/":
                assert await visit.violations() == []
                await visit.shoot(shots, "empty")
    assert visit.complaints == []


async def test_figures_refresh_by_themselves_where_they_stand(browser: Browser, window: Window, seeded: Seeded) -> None:
    clock, store = seeded.clock, seeded.house.store
    async with visiting(browser, window.url) as visit:
        await visit.go("/")
        await expect(visit.page.locator("#fresh")).to_contain_text("As of")
        await visit.page.evaluate("document.querySelector('#station-1 .figures').mine = 'the same element'")
        await visit.page.locator("#station-1 h2 + p a").focus()
        before = await visit.text("#fresh")
        await clock.advance(90)
        await heard(store, clock.now())
        await clock.advance(9)

        await expect(visit.page.locator("#fresh")).not_to_have_text(before)
        assert (
            await visit.page.locator("#station-1 .figures").get_attribute("data-mine") is None
        )  # attributes follow the server
        assert await visit.page.evaluate("document.activeElement.closest('#station-1') !== null")
    assert visit.complaints == []


async def test_a_broken_line_is_said_and_mends_itself(browser: Browser, window: Window, seeded: Seeded) -> None:
    async with visiting(browser, window.url) as visit:
        await visit.go("/house")
        await expect(visit.page.locator("#fresh")).to_contain_text("As of")
        window.app.state.live.end()
        await expect(visit.page.locator("#fresh")).to_contain_text("broken")
        window.app.state.live = Live(seeded.house, seeded.room.doors)
        await expect(visit.page.locator("#fresh")).not_to_contain_text("broken")
    assert visit.complaints == []


async def test_everything_is_there_without_scripts(browser: Browser, window: Window) -> None:
    async with visiting(browser, window.url, java_script_enabled=False) as visit:
        await visit.page.goto(window.url + "/radio")
        await visit.page.get_by_role("link", name="Gross").click()
        assert "of=gross" in visit.page.url
        await visit.page.goto(window.url + "/house")
        row = visit.page.get_by_role("row", name="garden")
        await row.get_by_role("button", name="Mute").click()
        assert "muted until" in await visit.text("#alarms")
        await visit.page.get_by_role("button", name="Speak of it again").click()
        assert "muted until" not in await visit.text("#alarms")
    assert visit.complaints == []


async def test_an_alarm_is_taken_care_of_by_a_button(browser: Browser, window: Window) -> None:
    async with visiting(browser, window.url) as visit:
        await visit.go("/house")
        row = visit.page.get_by_role("row", name="radio.reconcile").first
        await row.get_by_role("button", name="I take care of it").click()
        await expect(visit.page.locator("#alarms")).to_contain_text("takes care of it")
        assert visit.page.url.endswith("/house#alarms")
    assert visit.complaints == []


async def test_who_has_no_session_logs_in_first_and_goes_on_to_where_they_wanted(
    browser: Browser, seeded: Seeded, shots: Path
) -> None:
    async with (
        opened(seeded.house, seeded.room.doors, token="open sesame") as locked,
        visiting(browser, locked.url) as visit,
    ):
        url = locked.url
        await visit.go("/radio?of=gross")
        assert visit.page.url == f"{url}/login?next=/radio%3Fof%3Dgross"
        assert await visit.violations() == []
        await visit.shoot(shots, "login")
        await visit.page.get_by_label("Token").fill("open barley")
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.get_by_role("alert")).to_contain_text("not the window's token")
        assert [each for each in visit.complaints if "403" not in each] == []
        visit.complaints.clear()
        await visit.page.get_by_label("Token").fill("open sesame")
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.locator("h1")).to_contain_text("Radio")
        assert visit.page.url == f"{url}/radio?of=gross"
        await expect(visit.page.locator("#fresh")).to_contain_text("As of")
        await visit.page.get_by_role("button", name="Log out").click()
        await expect(visit.page.locator("h1")).to_contain_text("Log in")
        await visit.page.goto(f"{url}/house")
        assert "/login" in visit.page.url
    assert visit.complaints == []


async def test_a_reader_gets_their_language_and_keeps_the_one_they_choose(browser: Browser, window: Window) -> None:
    async with visiting(browser, window.url, locale="hu-HU") as visit:
        await visit.go("/")
        assert await visit.page.locator("html").get_attribute("lang") == "hu"
        assert "hallgatott óra ma" in (await visit.text()).lower()
        await visit.page.get_by_role("link", name="English").click()
        await visit.page.get_by_role("link", name="Visitors", exact=True).click()
        assert await visit.page.locator("html").get_attribute("lang") == "en"
        assert await visit.page.locator("h1").inner_text() == "Visitors"
    assert visit.complaints == []


async def test_the_keyboard_reaches_the_content_first(browser: Browser, window: Window) -> None:
    async with visiting(browser, window.url) as visit:
        await visit.go("/radio")
        await visit.page.keyboard.press("Tab")
        assert await visit.page.evaluate("document.activeElement.textContent") == "Skip to the content"
        await visit.page.keyboard.press("Enter")
        assert await visit.page.evaluate("document.activeElement.id") == "main"
    assert visit.complaints == []


async def test_all_of_it_works_under_a_proxys_prefix(browser: Browser, seeded: Seeded) -> None:
    async with (
        opened(seeded.house, seeded.room.doors, root_path="/lahma") as below,
        visiting(browser, f"{below.url}/lahma") as visit,
    ):
        outside: list[str] = []
        visit.page.on("request", lambda asked: None if "/lahma/" in asked.url else outside.append(asked.url))
        for path in ("/", "/social/campaigns/101", "/house"):
            assert await visit.go(path) == 200
        links = await visit.page.evaluate("[...document.links].map(each => each.getAttribute('href'))")
        assert [each for each in links if not each.startswith(("/lahma/", "#"))] == []
        await expect(visit.page.locator("#fresh")).to_contain_text("As of")
    assert (visit.complaints, outside) == ([], [])


async def test_a_chooser_stands_there_where_there_are_several_stations(
    browser: Browser, seeded: Seeded, tmp_path: Path
) -> None:
    async with new_store(tmp_path / "two.db") as store:
        for station in ("rigo", "second"):
            await heard(store, Instant(seeded.clock.now() - MINUTE), station=station)
        async with opened(house_doors(store=store, clock=seeded.clock)) as two, visiting(browser, two.url) as visit:
            await visit.go("/radio")
            await visit.page.get_by_role("navigation", name="Stations").get_by_role("link", name="second").click()
            assert visit.page.url == f"{two.url}/radio?station=second"
            await expect(visit.page.get_by_role("link", name="second")).to_have_attribute("aria-current", "true")
