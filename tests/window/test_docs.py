"""The page that shows the API: whole by itself, with no script in it, and nothing from elsewhere."""

import re
from pathlib import Path

import httpx
import pytest

from tests.fakes.window import window_app
from tests.window.world import house

PLACE = "http://localhost"


async def test_the_page_names_only_files_that_are_there_and_has_no_script_of_its_own(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        transport = httpx.ASGITransport(window_app(house=doors))
        async with httpx.AsyncClient(transport=transport, base_url=PLACE) as client:
            page = await client.get("/docs")
            named = re.findall(r'(?:href|src)="([^"]+)"', page.text)
            answers = {name: await client.get(f"/{name}") for name in named}
            again = await client.get(
                "/docs/begin.js", headers={"If-None-Match": answers["docs/begin.js"].headers["etag"]}
            )
            others = [await client.get(f"/docs/{name}") for name in ("__init__.py", "..%2Froutes.py", "docs.html")]

    policy = page.headers["content-security-policy"]
    assert {"docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/begin.js", "openapi.json"} <= set(named)
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(named, 200)
    assert re.findall(r"<script[^>]*>(.+?)</script>|<style|\son\w+=|style=", page.text) == []
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert again.status_code == 304
    assert {each.status_code for each in others} == {404}


@pytest.mark.parametrize("path", ["/docs", "/docs/begin.js", "/docs/swagger-ui.css"])
async def test_it_is_for_visitors_only(tmp_path: Path, path: str) -> None:
    async with house(tmp_path) as doors:
        transport = httpx.ASGITransport(window_app(token="open sesame", house=doors))
        async with httpx.AsyncClient(transport=transport, base_url=PLACE) as client:
            assert (await client.get(path)).status_code == 401
            assert (await client.get(path, headers={"Authorization": "Bearer open sesame"})).status_code == 200
