"""Health for machines: live, ready, well, and what other answers say to browsers when something is wrong."""

import httpx
import pytest

from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.web.house.headers import POLICY
from tests.fakes.clock import FakeClock
from tests.fakes.window import house_doors, window_app


async def asked(board: HealthBoard, path: str, token: str | None = None) -> tuple[int, object]:
    transport = httpx.ASGITransport(window_app(board, token))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    return answer.status_code, answer.json().get("status")


async def test_ready_is_said_from_the_first_sign_of_life_to_the_stop(clock: FakeClock) -> None:
    board, told = HealthBoard(clock), []
    board.enter("web", essential=True)
    board.enter("radio", essential=False)
    told.append(await asked(board, "/health/ready"))
    board.change("web", State.STARTING)
    told.append(await asked(board, "/health/ready"))
    board.beat("web")
    told.append(await asked(board, "/health/ready"))
    board.change("radio", State.FAILED)
    told.append(await asked(board, "/health/ready"))
    told.append(await asked(board, "/health"))
    board.stop()
    told.append(await asked(board, "/health/ready"))
    told.append(await asked(board, "/health/live"))

    assert told == [
        (503, "starting"), (503, "starting"), (200, "ready"), (200, "ready"), (503, "unwell"), (503, "stopping"),
        (200, "live"),
    ]  # fmt: skip


async def test_an_essential_service_that_failed_is_not_ready(clock: FakeClock) -> None:
    board = HealthBoard(clock)
    board.enter("web", essential=True)
    board.change("web", State.STARTING)
    board.beat("web")
    board.change("web", State.FAILED)

    assert (await asked(board, "/health/ready"))[0] == 503


async def test_ready_and_live_want_no_token_and_tell_nothing_else(clock: FakeClock) -> None:
    board = HealthBoard(clock)
    board.enter("web", essential=True)

    assert await asked(board, "/health/ready", "open sesame") == (503, "starting")
    assert await asked(board, "/health/live", "open sesame") == (200, "live")
    assert (await asked(board, "/health", "open sesame"))[0] == 401


async def test_our_own_mistake_is_told_with_the_same_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    app = window_app(house=house_doors(alarms=lambda: [{"text": object()}]))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/health")

    assert (answer.status_code, answer.json()["error"]) == (500, "broken")
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-frame-options"] == "DENY"
    assert "object" not in answer.text
