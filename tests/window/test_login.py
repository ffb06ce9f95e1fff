"""The login: who gets a session, for how long, where they go then, and how often one may guess."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, SECOND
from lahmadaemon.web.house.limits import Limiter, Pace
from lahmadaemon.web.house.sessions import COOKIE, LASTS, MOST_ENDED, Sessions
from tests.fakes.clock import FakeClock
from tests.fakes.window import house_doors, window_app

TOKEN = "open sesame"
PAGE = {"Accept": "text/html,application/xhtml+xml"}
OURS = {"Sec-Fetch-Site": "same-origin"}


@asynccontextmanager
async def browser(
    clock: FakeClock | None = None, token: str | None = TOKEN, *, url: str = "http://localhost",
    client: str = "192.0.2.7", **settings: Any,
) -> AsyncIterator[httpx.AsyncClient]:  # fmt: skip
    """Follows nothing by itself; keeps cookies."""
    app = window_app(token=token, house=house_doors(clock=clock or FakeClock()), **settings)
    transport = httpx.ASGITransport(app, client=(client, 1234))
    async with httpx.AsyncClient(transport=transport, base_url=url, headers=PAGE) as visitor:
        yield visitor


async def log_in(visitor: httpx.AsyncClient, token: str = TOKEN, **more: str) -> httpx.Response:
    return await visitor.post("/login", data={"token": token, **more}, headers=OURS)


async def test_who_shows_the_token_once_is_in_until_they_leave() -> None:
    async with browser() as visitor:
        before = await visitor.get("/health")
        page = await visitor.get("/login")
        entered = await log_in(visitor, next="/radio?date=2026-10-21")
        inside = await visitor.get("/health")
        again = await visitor.get("/login", params={"next": "/visitors"})
        left = await visitor.post("/logout", headers=OURS)
        after = await visitor.get("/health", headers={"Accept": "*/*"})

    assert (before.status_code, before.headers["location"]) == (303, "/login?next=/health")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'name="token"' in page.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/radio?date=2026-10-21")
    assert inside.status_code == 200
    assert (again.status_code, again.headers["location"]) == (303, "/visitors")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert after.status_code == 401


async def test_a_session_that_was_left_is_over_for_whoever_else_has_it() -> None:
    async with browser() as visitor:
        await log_in(visitor)
        stolen = visitor.cookies[COOKIE]
        await visitor.post("/logout", headers=OURS)
        await log_in(visitor)
        mine = await visitor.get("/health")
        visitor.cookies.clear()
        theirs = await visitor.get("/health", headers={"Accept": "*/*", "Cookie": f"{COOKIE}={stolen}"})

    assert (mine.status_code, theirs.status_code) == (200, 401)


def test_only_so_many_ended_sessions_are_remembered(clock: FakeClock) -> None:
    sessions = Sessions(TOKEN, clock)
    cookies = [sessions.begun() for _ in range(MOST_ENDED + 1)]
    for cookie in cookies:
        sessions.end(cookie)

    assert [sessions.holds(cookies[number]) for number in (0, 1, -1)] == [True, False, False]


async def test_machines_are_refused_and_not_sent_about() -> None:
    async with browser() as visitor:
        for accept in ("*/*", "application/json", "text/event-stream"):
            answer = await visitor.get("/health", headers={"Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("url", "secure"), [("http://localhost", False), ("https://localhost", True)])
async def test_the_session_is_for_this_window_alone_and_no_script_sees_it(url: str, secure: bool) -> None:
    async with browser(url=url, root_path="/lahma") as visitor:
        cookie = (await log_in(visitor)).headers["set-cookie"]

    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts >= {"httponly", "samesite=lax", "path=/lahma", f"max-age={LASTS // SECOND}"}
    assert ("secure" in parts) == secure
    assert TOKEN not in cookie


async def test_a_wrong_token_gets_the_page_again_and_no_session() -> None:
    async with browser() as visitor:
        for given in ("wrong", "", "open sesame!", "é\ud83c", "\0"):
            answer = await visitor.post("/login", content=f"token={quote(given, errors='replace')}&next=/radio")
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
            assert 'value="/radio"' in answer.text
            assert "sesame" not in answer.text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"token", b"token=%ff", b"a=1&" * 5000, b"{}"])
async def test_whatever_is_posted_is_no_mistake_of_ours(body: bytes) -> None:
    async with browser() as visitor:
        assert (await visitor.post("/login", content=body)).status_code == 403


async def test_a_session_ends_by_itself(clock: FakeClock) -> None:
    async with browser(clock) as visitor:
        await log_in(visitor)
        await clock.advance(LASTS / SECOND - 1)
        last = await visitor.get("/health")
        await clock.advance(2)
        over = await visitor.get("/health")

    assert (last.status_code, over.status_code) == (200, 303)


@pytest.mark.parametrize("kind", ["another token's", "forged", "cut", "longer life", "token itself", "empty", "huge"])
async def test_a_session_that_was_not_made_here_is_none(clock: FakeClock, kind: str) -> None:
    good = Sessions(TOKEN, clock).begun()
    payload, _, signature = good.partition(".")
    forged = {
        "another token's": Sessions("another token", clock).begun(),
        "forged": f"{payload}.{'A' * len(signature)}",
        "cut": good[:-1],
        "longer life": f"{Sessions('x', FakeClock(clock.now() + DAY)).begun().partition('.')[0]}.{signature}",
        "token itself": TOKEN,
        "empty": "",
        "huge": "x" * 6000,
    }[kind]
    async with browser(clock) as visitor:
        for cookie, status in ((good, 200), (forged, 401)):
            headers = {"Accept": "*/*", "Cookie": f'{COOKIE}="{cookie}"'}
            assert (await visitor.get("/health", headers=headers)).status_code == status, kind


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example",
        "/\r\nSet-Cookie: a=b", "/radio\r\nX: y", " //evil.example", "evil", "", "/é", "/" + "x" * 2000, "/\0",
    ],
)  # fmt: skip
async def test_nobody_is_sent_elsewhere_after_the_login(wanted: str) -> None:
    async with browser() as visitor:
        shown = await visitor.get("/login", params={"next": wanted})
        sent = await log_in(visitor, next=wanted)
        inside = await visitor.get("/login", params={"next": wanted})

    assert 'name="next" value="/"' in shown.text
    for answer in (sent, inside):
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "x" not in answer.headers or "y" not in answer.headers.get("x", "")


async def test_the_way_back_keeps_what_was_asked_for() -> None:
    async with browser(root_path="/lahma") as visitor:
        away = await visitor.get("/lahma/health?a=1&b=%0d%0aX:%20y&c=é")
        page = await visitor.get(away.headers["location"])
        entered = await log_in(visitor, next="/health?a=1&b=%0d%0aX:%20y")

    assert away.headers["location"] == "/lahma/login?next=/health%3Fa%3D1%26b%3D%250d%250aX%3A%2520y%26c%3D%25C3%25A9"
    assert 'value="/health?a=1&amp;b=%0d%0aX:%20y&amp;c=%C3%A9"' in page.text
    assert entered.headers["location"] == "/lahma/health?a=1&b=%0d%0aX:%20y"


async def test_guessing_is_slow_and_the_right_token_waits_too(clock: FakeClock) -> None:
    async with browser(clock) as visitor:
        with capture_logs() as logged:
            wrong = [(await log_in(visitor, f"guess {number}")).status_code for number in range(8)]
        refused = await log_in(visitor)
        await clock.advance(float(refused.headers["retry-after"]) + 1)
        welcome = await log_in(visitor)

    assert wrong == [403] * 5 + [429] * 3
    assert (refused.status_code, "set-cookie" in refused.headers) == (429, False)
    assert 0 < int(refused.headers["retry-after"]) <= 12
    assert welcome.status_code == 303
    assert [each["event"] for each in logged] == ["web.logins_limited"]
    assert "192.0.2.7" not in str(logged)


async def test_who_logs_in_rightly_is_never_made_to_wait() -> None:
    async with browser() as visitor:
        assert {(await log_in(visitor)).status_code for _ in range(20)} == {303}


async def test_guessing_tokens_elsewhere_is_slow_as_well(clock: FakeClock) -> None:
    async with browser(clock) as visitor:
        tries = [
            (await visitor.get("/health", headers={"Authorization": f"Bearer {number}", "Accept": "*/*"})).status_code
            for number in range(22)
        ]
        told = await visitor.get("/health", headers={"Authorization": f"Bearer {TOKEN}"})
        await clock.advance(4)
        later = await visitor.get("/health", headers={"Authorization": f"Bearer {TOKEN}"})

    assert tries == [401] * 20 + [429] * 2
    assert (told.status_code, later.status_code) == (429, 200)


async def test_one_address_s_guesses_do_not_lock_out_another() -> None:
    app = window_app(token=TOKEN)
    for client, status in (("192.0.2.7", 429), ("192.0.2.8", 303)):
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as visitor:
            for _ in range(6 if status == 429 else 0):
                await log_in(visitor, "wrong")
            assert (await log_in(visitor)).status_code == status


async def test_many_addresses_together_are_limited_and_forgotten(clock: FakeClock) -> None:
    limiter = Limiter(clock, Pace(2, 10.0), Pace(40, 1.0), most=16)
    free = 0
    for number in range(60):
        if not limiter.wait(f"192.0.2.{number}"):
            limiter.note(f"192.0.2.{number}")
            free += 1
    assert (free, len(limiter)) == (40, 16)
    assert limiter.wait("198.51.100.1") == 1.0

    await clock.advance(1)
    assert limiter.wait("198.51.100.1") == 0


async def test_the_pace_of_one_address(clock: FakeClock) -> None:
    limiter = Limiter(clock, Pace(2, 10.0))
    waits = []
    for pause in (0, 0, 0, 5, 5, 0):
        await clock.advance(pause)
        waits.append(limiter.wait("a"))
        if not waits[-1]:
            limiter.note("a")

    assert waits == [0, 0, 10, 5, 0, 10]


async def test_where_no_token_is_set_there_is_nothing_to_log_in_to() -> None:
    async with browser(token=None) as visitor:
        assert (await visitor.get("/login?next=/health")).headers["location"] == "/health"
        assert (await log_in(visitor, "anything", next="/health")).headers["location"] == "/health"
        assert (await visitor.get("/health")).status_code == 200


async def test_a_page_of_another_origin_can_neither_log_in_nor_out() -> None:
    foreign = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
    async with browser() as visitor:
        await log_in(visitor)
        for headers in foreign:
            for path in ("/login", "/logout"):
                answer = await visitor.post(path, data={"token": TOKEN}, headers=headers)
                assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        ours = await visitor.post(
            "/logout", headers={"Origin": "https://stats.example", "Sec-Fetch-Site": "same-origin"}
        )

    assert ours.status_code == 303


async def test_a_session_alone_changes_nothing_unless_a_browser_says_from_where() -> None:
    async with browser() as visitor:
        await log_in(visitor)
        blind = await visitor.post("/logout")
        said = await visitor.post("/logout", headers={"Origin": "http://localhost"})

    assert (blind.status_code, said.status_code) == (403, 303)


async def test_logging_out_is_no_link() -> None:
    async with browser() as visitor:
        await log_in(visitor)
        assert (await visitor.get("/logout")).status_code in {404, 405}
        assert (await visitor.get("/health")).status_code == 200
