"""Without a token only our own names lead to the window: a page that calls this machine its own reads nothing (DNS rebinding)."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from lahmadaemon.web.house.hosts import host_of
from lahmadaemon.web.settings import WebSettings
from tests.fakes.window import window_app


async def asked(host: str, token: str | None = None, **settings: Any) -> httpx.Response:
    app = window_app(token=token, **settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        return await client.get("/health/live", headers={"Host": host})


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8710", "127.0.0.1:8710", "[::1]:8710", "[::1]"])
async def test_ours_are_let_in(host: str) -> None:
    assert (await asked(host)).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8710", "localhost.evil.example", "", "[::2]:8710", "::1"]
)
async def test_others_are_refused(host: str) -> None:
    answer = await asked(host)

    assert (answer.status_code, answer.json()["error"]) == (421, "unknown_host")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_names_from_the_settings_are_ours() -> None:
    assert (await asked("lahma.lan:8710", hosts="Lahma.lan,[fd00::1]")).status_code == 200


async def test_with_a_token_any_name_will_do_for_no_stranger_s_page_has_it() -> None:
    assert (await asked("stats.example", token="open sesame")).status_code == 200


@pytest.mark.parametrize("given", ["*", "a.example:80", "https://a.example", "a b", "fd00::1"])
def test_a_name_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="write names"):
        WebSettings.model_validate({"hosts": given})


@pytest.mark.parametrize(("header", "host"), [("a:80", "a"), ("a", "a"), ("a:", "a"), ("[::1]:80", "[::1]"), ("", "")])
def test_the_port_is_no_part_of_it(header: str, host: str) -> None:
    assert host_of(header) == host
