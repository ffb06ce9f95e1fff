"""How far a POST came, told apart over real sockets: that alone decides whether it may be sent again unasked."""

import asyncio
import gzip
import resource
import socket
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer, open_client, post
from tests.visitors_push import raw
from tests.visitors_push.raw import PACKED, SUCCESS, saying, served, whole

CANARY = "canary-in-the-coal-mine"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as client:
        yield client


async def ask(
    client: httpx.AsyncClient, url: str, *, deadline: float = 60.0, limit: int = 65_536, connect: float = 30.0
) -> Answer:
    headers = {"Content-Type": "application/json", "X-Key": CANARY}
    return await post(client, url, headers=headers, content=b"[1]", deadline=deadline, limit=limit, connect=connect)


async def outcome(client: httpx.AsyncClient, url: str, **limits: Any) -> str:
    with pytest.raises(UpstreamError) as caught:
        await ask(client, f"{url}?key={CANARY}", **limits)
    assert CANARY not in str(caught.value)
    return caught.value.outcome


async def test_the_content_arrives_with_its_length_and_the_answer_comes_back(client: httpx.AsyncClient) -> None:
    requests: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await raw.heard(reader))
        writer.write(whole(SUCCESS, "X-Seen: yes"))
        await writer.drain()

    async with served(listen) as url:
        answer = await ask(client, url)

    assert (answer.status, answer.body, answer.headers["x-seen"], requests) == (200, SUCCESS, "yes", [b"[1]"])


async def test_nobody_at_home_was_surely_not_reached(client: httpx.AsyncClient) -> None:
    async with served(raw.flooding) as url:
        pass

    assert await outcome(client, url) == "unreachable"


async def test_a_name_nobody_knows_was_surely_not_reached(client: httpx.AsyncClient) -> None:
    assert await outcome(client, "http://no-such-host.invalid/report") == "unreachable"


async def test_a_name_that_takes_half_a_minute_is_given_up_and_the_loop_goes_on(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: object, **__: object) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", slow)
    began = time.monotonic()

    assert await outcome(client, "http://slow.example/report", connect=0.3) == "unreachable"
    assert time.monotonic() - began < 20


async def test_a_door_that_does_not_open_was_surely_not_passed(client: httpx.AsyncClient) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/report"
        with socket.socket() as first, socket.socket() as second:
            for waiting in (first, second):  # the queue is full now, and the next one's call is not answered
                waiting.setblocking(False)
                waiting.connect_ex(deaf.getsockname())
            assert await outcome(client, url, connect=0.3) == "unreachable"


async def test_a_handshake_that_is_no_handshake_sends_nothing(client: httpx.AsyncClient) -> None:
    async def grumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()

    async with served(grumble) as url:
        assert await outcome(client, url.replace("http:", "https:")) == "unreachable"


@pytest.mark.parametrize("certificate", ["expired.pem", "wrong_host.pem", "good.pem"])
async def test_a_certificate_that_is_expired_of_another_host_or_of_nobody_we_trust_is_told_apart(
    client: httpx.AsyncClient, certificate: str
) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))

    async with (
        served(listen, certificate) as url,
        httpx.AsyncClient(verify=raw.trusting(), trust_env=False) as trusting,
    ):
        trusts_all_but_the_date_or_name = certificate != "good.pem"
        assert await outcome(trusting if trusts_all_but_the_date_or_name else client, url) == "certificate"

    assert heard in ([], [b""]), "something was sent to somebody we do not trust"


async def test_a_certificate_we_trust_is_no_trouble() -> None:
    async with (
        served(saying(whole(SUCCESS)), "good.pem") as url,
        httpx.AsyncClient(verify=raw.trusting(), trust_env=False) as client,
    ):
        assert (await ask(client, url)).body == SUCCESS


BROKEN = {
    "closed without a word": saying(),
    "reset without a word": saying(reset=True),
    "reset after the headers": saying(whole(b"", length=18), reset=True),
    "cut in the body": saying(whole(SUCCESS[:9], length=18)),
    "packed, cut": saying(whole(gzip.compress(SUCCESS)[:-9], PACKED)),
    "not http": saying(b"ICY 200 OK\r\n\r\n"),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_after_the_request_has_left_nobody_knows(client: httpx.AsyncClient, name: str) -> None:
    async with served(BROKEN[name]) as url:
        assert await outcome(client, url) == "unanswered"


@pytest.mark.parametrize(
    "pieces", [[], [whole(b"", length=18)], raw.DRIPPING], ids=["silence", "headers only", "drips"]
)
async def test_the_deadline_is_for_everything(client: httpx.AsyncClient, pieces: list[bytes]) -> None:
    async with served(saying(*pieces, silent=True, pause=0.1)) as url:
        assert await outcome(client, url, deadline=2.0) == "unanswered"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (whole(b"x" * 65_537), "too large"),
        (whole(raw.BOMB, PACKED), "bomb"),
        (whole(gzip.compress(raw.BOMB), "Content-Encoding: gzip, gzip"), "bomb in a bomb"),
        (whole(b"not packed", PACKED), "not packed"),
        (whole(SUCCESS, "Content-Encoding: br"), "unknown packing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_answer_too_large_or_not_to_be_unpacked_is_invalid(
    client: httpx.AsyncClient, answer: bytes, name: str
) -> None:
    async with served(saying(answer, silent=True)) as url:
        assert await outcome(client, url) == "invalid"


async def test_a_body_without_end_takes_no_memory(client: httpx.AsyncClient) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with served(raw.flooding) as url:
        assert await outcome(client, url) == "invalid"
    async with served(saying(whole(raw.BOMB, PACKED), silent=True)) as url:
        assert await outcome(client, url) == "invalid"

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000, "KiB more than before"


@pytest.mark.parametrize("packed", ["gzip", "GZIP", "x-gzip", "deflate"])
async def test_an_answer_that_was_packed_is_unpacked(client: httpx.AsyncClient, packed: str) -> None:
    body = zlib.compress(SUCCESS) if packed == "deflate" else gzip.compress(SUCCESS)
    async with served(saying(whole(body, f"Content-Encoding: {packed}"))) as url:
        assert (await ask(client, url, limit=len(SUCCESS))).body == SUCCESS


async def test_a_redirect_is_an_answer(client: httpx.AsyncClient) -> None:
    away = whole(b"", "Location: http://127.0.0.1:1/latest/meta-data", status="307 Temporary Redirect")
    async with served(saying(away)) as url:
        assert (await ask(client, url)).status == 307


async def test_a_header_that_cannot_be_sent_is_not_shown(client: httpx.AsyncClient) -> None:
    async with served(saying()) as url:
        with pytest.raises(UpstreamError) as caught:
            await post(client, url, headers={"X-Key": f"{CANARY}\n"}, content=b"", deadline=1, limit=10)

    assert str(caught.value) == f"{url} was not asked: a header has signs it must not have"
    assert caught.value.outcome == "unreachable"
