"""What is not needed for health is made when it is wanted."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from lahmadaemon.web.entrance import Entrance
from lahmadaemon.web.settings import WebSettings
from tests.fakes.window import house_doors

OURS = {"Authorization": "Bearer open sesame"}


async def test_health_is_answered_before_the_rest_is_made_and_by_the_same_rules(tmp_path: Path) -> None:
    entrance = Entrance(house_doors(), WebSettings.model_validate({"token": "open sesame"}), cache=tmp_path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(entrance), base_url="http://localhost") as client:
        answers = [
            await client.get("/health/live"),
            await client.get("/health"),
            await client.get("/health", headers={"Accept": "text/html"}),
            await client.get("/health", headers=OURS),
        ]
        early = entrance._whole
        page = await client.get("/login")

    assert [each.status_code for each in answers] == [200, 401, 303, 200]
    assert all(each.headers["x-content-type-options"] == "nosniff" for each in answers)
    assert early is None
    assert page.status_code == 200


async def test_guesses_at_health_and_elsewhere_are_the_same_guesses_and_a_session_is_good_for_both() -> None:
    entrance = Entrance(house_doors(), WebSettings.model_validate({"token": "open sesame", "root_path": "/lahma"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(entrance), base_url="http://localhost") as client:
        await client.post("/lahma/login", data={"token": "open sesame"}, headers={"Sec-Fetch-Site": "same-origin"})
        inside = await client.get("/lahma/health")
        client.cookies.clear()
        wrong = {"Authorization": "Bearer wrong"}
        guesses = [(await client.get(f"/{path}", headers=wrong)).status_code for path in ["health", "metrics"] * 11]

    assert inside.status_code == 200
    assert guesses == [401] * 20 + [429] * 2


async def test_after_a_close_comes_another_window() -> None:
    entrance = Entrance(house_doors(), WebSettings())
    first = await entrance.whole()
    await entrance.close()

    assert await entrance.whole() is not first


@pytest.mark.slow
def test_a_start_reads_neither_pages_nor_pictures() -> None:
    seen = "import sys, lahmadaemon.daemon; print([each for each in sys.argv[1:] if each in sys.modules])"
    unwanted = [
        "jinja2",
        "babel",
        "matplotlib",
        "prometheus_client",
        "lahmadaemon.web.app",
        "lahmadaemon.web.social.routes",
    ]
    told = subprocess.run([sys.executable, "-c", seen, *unwanted], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
