"""An unauthenticated sweep over every route, and what else nobody should get in with."""

from pathlib import Path

import httpx
import pytest

from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.web.house.sessions import COOKIE
from tests.fakes.window import window_app
from tests.window.routes import routes_of
from tests.window.seeded import Seeded, seeded_house

TOKEN = "open sesame, but longer"
OPEN = {
    "/health/live", "/health/ready", "/login", "/logout", "/static/{name}",
    "/connect/{provider}/callback",  # creators come back there from a provider's login, and have no token
}  # fmt: skip
MACHINES = ("/api/", "/health", "/metrics", "/openapi.json", "/live")
"""Who asks there is told, and not sent about."""
SECRETS = ("Alma", "rigo", "garden", "mall.example", "radio.reconcile", TOKEN)
"""What only somebody inside may read."""
OUTSIDE = (
    "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/%2fetc/passwd",
    "/docs/../app.py", "/docs/..%2fapp.py", "/docs/%2e%2e%2f%2e%2e%2faccess.py", "/static/..%5capp.py", "/static/%00",
    "/pictures/radio/..%2f..%2fetc/day.svg", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/static/style.css/../../app.py",
)  # fmt: skip
PLACES = {"provider": "meta", "date": "2026-10-20", "day": "2026-10-20"}


def filled(path: str) -> str:
    """A path with something in its braces."""
    if path == "/static/{name}":
        return "/static/style.css"
    parts = [part.partition(":")[0].strip("{}") if part.startswith("{") else "" for part in path.split("/")]
    return "/".join(PLACES.get(name, "1") if name else part for name, part in zip(parts, path.split("/"), strict=True))


async def sweep(seeded: Seeded, **headers: str) -> dict[tuple[str, str], httpx.Response]:
    app = window_app(token=TOKEN, house=seeded.house, social=seeded.room.doors)
    app.state.live.end()  # else its answer would have no end
    answers = {}
    transport = httpx.ASGITransport(app, client=("192.0.2.99", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as stranger:
        for method, path in routes_of(app):
            answers[method, path] = await stranger.request(method, filled(path))
    return answers


@pytest.mark.slow
async def test_a_stranger_gets_in_nowhere(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded:
        machine, browser = await sweep(seeded), await sweep(seeded, accept="text/html")

    assert len(machine) > 70
    assert {path for _, path in machine} >= {"/", "/radio", "/metrics", "/docs", "/openapi.json", "/live", "/health"}
    for kind, answers in (("machine", machine), ("browser", browser)):
        for (method, path), answer in answers.items():
            assert not [secret for secret in SECRETS if secret in answer.text], (kind, path)
            if path in OPEN:
                continue
            sent = answer.status_code == 303 and answer.headers["location"].partition("?")[0] == "/login"
            assert sent or answer.status_code == 401, (kind, method, path)
            if kind == "machine" and path.startswith(MACHINES):
                assert answer.headers["www-authenticate"] == "Bearer", path
    assert browser["GET", "/radio"].headers["location"] == "/login?next=/radio"


@pytest.mark.slow
async def test_every_answer_has_the_headers_and_none_tells_an_address_or_a_secret(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded:
        answers = await sweep(seeded, authorization=f"Bearer {TOKEN}")

    assert {answer.status_code for answer in answers.values()} >= {200, 404, 422}
    for where, answer in answers.items():
        assert answer.status_code != 401, where
        told = answer.headers
        assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(told["content-security-policy"].split("; ")), (
            where
        )
        assert "unsafe" not in told["content-security-policy"], where
        assert told["referrer-policy"] in {"same-origin", "no-referrer"}, where
        assert told["permissions-policy"], where
        assert (told["x-content-type-options"], told["cross-origin-opener-policy"]) == ("nosniff", "same-origin"), where
        for secret in (TOKEN, "192.0.2.99", "-token-of-"):
            assert secret not in answer.text, where


async def test_paths_lead_nowhere_but_to_what_is_served() -> None:
    async with standing_in(window_app()) as url, httpx.AsyncClient(timeout=60) as client:
        for path in OUTSIDE:
            answer = await client.get(httpx.URL(url, raw_path=path.encode()))
            assert answer.status_code in {400, 404, 422}, path
            assert "import" not in answer.text
            assert "root:" not in answer.text


@pytest.mark.parametrize("given", ["a\r\nX-Evil: 1", "a%0d%0aX-Evil:%201", "a\nX-Evil: 1", "\r\n\r\n<script>"])
async def test_nothing_that_is_given_becomes_a_header(given: str) -> None:
    transport = httpx.ASGITransport(window_app(token=TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in ("/login", "/radio", "/health"):
            for accept in ("text/html", "*/*"):
                answer = await client.get(path, params={"next": given, "lang": given}, headers={"Accept": accept})
                assert "x-evil" not in answer.headers
                assert "\n" not in "".join(answer.headers.values())
                assert "<script>" not in answer.text


async def test_a_session_of_another_daemon_is_none_here() -> None:
    transport = httpx.ASGITransport(window_app(token="another token"))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        entered = await client.post("/login", data={"token": "another token"})
    cookie = entered.cookies[COOKIE]

    transport = httpx.ASGITransport(window_app(token=TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies={COOKIE: cookie}) as client:
        assert (await client.get("/health")).status_code == 401
