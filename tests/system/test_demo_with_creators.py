"""The demo as somebody starts it, until the whole story of its creators has been told."""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx

from tests.system.process import environment

PATIENCE = 240
PAGES = ("/", "/social", "/radio", "/visitors", "/house", "/docs")
"""Of which the first two name the campaigns."""


async def test_creators_connect_numbers_come_in_one_login_dies_and_people_are_told(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", "lahmadaemon", "demo",
        env=environment(tmp_path, TMPDIR=str(tmp_path)), cwd=tmp_path, stdout=PIPE,
    )  # fmt: skip
    out = process.stdout
    assert out is not None
    heard: list[str] = []

    async def until(*words: str) -> str:
        while True:
            line = (await out.readline()).decode()
            assert line, "".join(heard)
            heard.append(line)
            if all(word in line for word in words):
                return line

    try:
        async with asyncio.timeout(PATIENCE):
            window = (await until("Worth opening: ")).removeprefix("Worth opening: ").partition("/ and ")[0]
            await until("connections now", "3 campaigns: ", " posts, ")
            await until("connections now", "creators connected 7 of 8 (1 must log in again: password changed)")
            if not any("creator_login_dead" in line for line in heard):
                await until("alert.fired", "creator_login_dead", "password_changed")
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                listed = await client.get(f"{window}/api/v1/social/campaigns")
                pages = [await client.get(f"{window}{path}") for path in PAGES]
            process.send_signal(signal.SIGINT)
            rest = (await out.read()).decode()
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert process.returncode == 0
    assert [page.status_code for page in pages] == [200] * len(PAGES)
    assert all("Borůvkové léto" in page.text for page in pages[:2])
    assert [each["name"] for each in listed.json()["items"]] == ["Borůvkové léto", "Autumn bake", "Tekerj velünk"]
    assert all(each["totals"]["total_views"] > 0 for each in listed.json()["items"])
    summary = rest.partition("the demo had measured")[2]
    assert "Borůvkové léto (running): " in summary
    assert "Tekerj velünk (settling): " in summary
    assert re.search(r"creators connected (7 of 8 \(1 must log in again: password changed\)|8 of 8)", summary), summary
