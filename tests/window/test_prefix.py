"""Behind a proxy: under a path that it strips or leaves, and with what it tells of who asks and how."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from pydantic import ValidationError

from lahmadaemon.web.house.limits import address_of
from lahmadaemon.web.house.sessions import COOKIE
from lahmadaemon.web.settings import WebSettings
from tests.fakes.stores import new_store
from tests.fakes.window import house_doors, window_app

TOKEN = "open sesame"


def visitor(client: str = "127.0.0.1", **settings: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(window_app(token=TOKEN, **settings), client=(client, 1))
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "left"])
async def test_the_window_works_under_a_path_whether_the_proxy_strips_it_or_not(tmp_path: Path, strips: bool) -> None:
    async with (
        new_store(tmp_path / "house.db") as store,
        visitor(root_path="/stats/lahma", house=house_doors(store=store)) as browser,
    ):
        at = "" if strips else "/stats/lahma"
        live = await browser.get(f"{at}/health/live")
        away = await browser.get(f"{at}/radio?date=2026-10-21")
        page = await browser.get(f"{at}/login")
        entered = await browser.post(f"{at}/login", data={"token": TOKEN, "next": "/radio"})
        session = {"Cookie": f"{COOKIE}={entered.cookies[COOKIE]}"}
        today = await browser.get(f"{at}/", headers=session)
        style = next(part.split('"')[0] for part in today.text.split('href="')[1:] if "style.css" in part)
        styled = await browser.get(style.removeprefix("/stats/lahma" if strips else ""))
        nowhere = await browser.get(f"{at}/nowhere", headers=session)
        document = (await browser.get(f"{at}/openapi.json", headers=session)).json()

    assert (live.status_code, today.status_code, styled.status_code, nowhere.status_code) == (200, 200, 200, 404)
    assert document["servers"] == [{"url": "/stats/lahma"}]
    assert away.headers["location"] == "/stats/lahma/login?next=/radio%3Fdate%3D2026-10-21"
    assert 'action="/stats/lahma/login"' in page.text
    assert entered.headers["location"] == "/stats/lahma/radio"
    for text in (page.text, today.text):
        for part in [*text.split('href="')[1:], *text.split('src="')[1:], *text.split('action="')[1:]]:
            assert part.startswith(("/stats/lahma/", "#", "?")), part[:60]


async def test_the_path_itself_is_the_first_page() -> None:
    async with visitor(root_path="/lahma") as browser:
        for path in ("/lahma", "/lahma/"):
            assert (await browser.get(path)).headers["location"] == "/lahma/login"
        assert (await browser.get("/lahmatic/health/live")).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        "lahma", "/a b", "/a//b", "//evil.example", "/a/../b", "/a?b", "/a#b",
        "/a\r\nX-Evil: 1", "/é", "https://a.example/b", "/{x}", "/.",
    ],
)  # fmt: skip
def test_a_root_path_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="such as /lahma"):
        WebSettings(root_path=given)


@pytest.mark.parametrize(
    ("given", "kept"), [("", ""), ("/", ""), ("/lahma/", "/lahma"), ("/a/b-c_d.e~f", "/a/b-c_d.e~f")]
)
def test_a_root_path_is_kept_without_a_slash_at_its_end(given: str, kept: str) -> None:
    assert WebSettings(root_path=given).root_path == kept


@pytest.mark.parametrize("given", ["*", "proxy.example", "10.0.0.0/33", "10.0.0.1/8", "127.0.0.1:80"])
def test_proxies_are_addresses_or_networks(given: str) -> None:
    with pytest.raises(ValidationError, match=r"such as 127\.0\.0\.1,10\.0\.0\.0/8"):
        WebSettings.model_validate({"trusted_proxies": given})


@pytest.mark.parametrize(
    ("proxy", "believed"), [("127.0.0.1", True), ("10.1.2.3", True), ("10.99.0.1", False), ("::1", False)]
)
async def test_only_listed_proxies_are_believed(proxy: str, believed: bool) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9, 198.51.100.4"}
    async with visitor(proxy, trusted_proxies="127.0.0.1,10.1.0.0/16") as browser:
        cookie = (await browser.post("/login", data={"token": TOKEN}, headers=forwarded)).headers["set-cookie"]

    assert ("Secure" in cookie) == believed


async def test_guesses_are_those_of_who_stands_behind_the_proxy() -> None:
    async with visitor(trusted_proxies="127.0.0.1") as browser:
        statuses = [
            (
                await browser.post("/login", data={"token": "x"}, headers={"X-Forwarded-For": f"1.2.3.4, {last}"})
            ).status_code
            for last in ["203.0.113.9"] * 6 + ["203.0.113.10"]
        ]

    assert statuses == [403] * 5 + [429, 403]


async def test_nobody_gets_more_guesses_by_inventing_a_proxy() -> None:
    async with visitor() as browser:
        statuses = [
            (
                await browser.post("/login", data={"token": "x"}, headers={"X-Forwarded-For": f"203.0.113.{number}"})
            ).status_code
            for number in range(6)
        ]

    assert statuses == [403] * 5 + [429]


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("no address", ""),
    ],
)
def test_who_asks(client: str, address: str) -> None:
    assert address_of(Request({"type": "http", "client": (client, 1), "headers": []})) == address
