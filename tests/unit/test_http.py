"""How other machines are asked, and how their failures are told."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import respx

from lahmadaemon import __version__
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer, fetch, is_address, open_client

URL = "https://radio.example/api/listeners"
CANARY = "canary-in-the-coal-mine"

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as client:
        yield client


@asynccontextmanager
async def served(behaviour: Behaviour) -> AsyncIterator[str]:
    """A server on the loopback that hears one request out and then behaves as it is told."""
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await behaviour(writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(answer(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/listeners"
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def ask(client: httpx.AsyncClient, url: str, *, deadline: float = 5.0, limit: int = 1000) -> Answer:
    return await fetch(client, url, headers={"X-API-Key": "1234"}, deadline=deadline, limit=limit)


async def trouble_with(
    client: httpx.AsyncClient, url: str, *, deadline: float = 5.0, limit: int = 1000
) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await ask(client, url, deadline=deadline, limit=limit)
    return caught.value


async def test_an_answer_is_its_status_its_headers_and_its_whole_body(
    client: httpx.AsyncClient, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(URL).respond(403, headers={"X-Reason": "no"}, content=b'{"code": 403}')

    answer = await ask(client, URL)

    assert (answer.status, answer.headers["x-reason"], answer.body) == (403, "no", b'{"code": 403}')


async def test_we_say_who_we_are_and_never_curl(client: httpx.AsyncClient, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(URL).respond(200)

    await ask(client, URL)

    headers = route.calls.last.request.headers
    assert headers["user-agent"] == f"lahmadaemon/{__version__}"
    assert "curl" not in headers["user-agent"].lower()
    assert (headers["accept"], headers["x-api-key"]) == ("application/json", "1234")


async def test_a_redirect_is_an_answer_and_not_followed(
    client: httpx.AsyncClient, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(URL).respond(302, headers={"Location": "https://elsewhere.example/login"})

    answer = await ask(client, URL)

    assert (answer.status, answer.headers["location"]) == (302, "https://elsewhere.example/login")
    assert respx_mock.calls.call_count == 1


async def test_an_answer_of_just_the_limit_is_taken_and_one_byte_more_is_not(
    client: httpx.AsyncClient, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(URL).respond(200, content=b"x" * 1000)

    assert len((await ask(client, URL, limit=1000)).body) == 1000
    trouble = await trouble_with(client, URL, limit=999)

    assert (str(trouble), trouble.outcome) == (f"{URL} answered more than 999 bytes", "invalid")


def packed(body: bytes) -> Behaviour:
    async def hand_over(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    return hand_over


async def test_the_limit_counts_what_is_unpacked(client: httpx.AsyncClient) -> None:
    body = gzip.compress(b"x" * 1_000_000)
    assert len(body) < 2000

    async with served(packed(body)) as url:
        assert len((await ask(client, url, limit=1_000_000)).body) == 1_000_000
        assert (await trouble_with(client, url, limit=2000)).outcome == "invalid"


async def test_what_cannot_be_unpacked_is_invalid(client: httpx.AsyncClient) -> None:
    async with served(packed(b"not packed at all")) as url:
        assert (await trouble_with(client, url)).outcome == "invalid"


async def test_a_body_without_end_is_cut_off_at_the_limit(client: httpx.AsyncClient) -> None:
    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 1000)
            await writer.drain()

    async with served(flood) as url:
        trouble = await trouble_with(client, url, limit=100_000)

    assert (str(trouble), trouble.outcome) == (f"{url} answered more than 100000 bytes", "invalid")


async def test_a_body_that_breaks_off_is_invalid(client: httpx.AsyncClient) -> None:
    async def break_off(writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"ip": "192.0.2.')
        await writer.drain()

    async with served(break_off) as url:
        trouble = await trouble_with(client, url)

    assert str(trouble).startswith(f"{url} broke off its answer: ")
    assert trouble.outcome == "invalid"


async def test_what_is_not_http_is_invalid(client: httpx.AsyncClient) -> None:
    async def grumble(writer: asyncio.StreamWriter) -> None:
        writer.write(b"ICY 200 OK\r\nicy-name: radio\r\n\r\n")
        await writer.drain()

    async with served(grumble) as url:
        assert (await trouble_with(client, url)).outcome == "invalid"


async def test_silence_is_over_at_the_deadline(client: httpx.AsyncClient) -> None:
    async def fall_silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with served(fall_silent) as url:
        trouble = await trouble_with(client, url, deadline=0.05)

    assert (str(trouble), trouble.outcome) == (f"{url} did not answer within 0.05 s", "timeout")


async def test_the_deadline_is_for_the_whole_answer_however_busily_it_drips(client: httpx.AsyncClient) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0)

    async with served(drip) as url:
        trouble = await trouble_with(client, url, deadline=0.05, limit=10**9)

    assert trouble.outcome == "timeout"


async def test_nobody_at_home_is_unreachable(client: httpx.AsyncClient) -> None:
    async with served(lambda writer: asyncio.sleep(0)) as url:
        pass

    trouble = await trouble_with(client, url)

    assert str(trouble).startswith(f"{url} is unreachable: ")
    assert (trouble.outcome, trouble.retry_after) == ("unreachable", None)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectTimeout, "timeout"),
        (httpx.PoolTimeout, "timeout"),
        (httpx.ConnectError, "unreachable"),
        (httpx.ReadError, "unreachable"),
        (httpx.ProxyError, "unreachable"),
        (httpx.UnsupportedProtocol, "unreachable"),
        (httpx.RemoteProtocolError, "invalid"),
        (httpx.LocalProtocolError, "invalid"),
    ],
)
async def test_every_failure_of_the_network_is_told_in_our_words_without_query_or_password(
    client: httpx.AsyncClient, respx_mock: respx.MockRouter, error: type[httpx.TransportError], outcome: str
) -> None:
    respx_mock.get(url__startswith=URL).mock(side_effect=error("it broke"))

    trouble = await trouble_with(client, f"https://me:{CANARY}@radio.example/api/listeners?key={CANARY}")

    assert trouble.outcome == outcome
    assert str(trouble).startswith(URL)
    assert CANARY not in str(trouble)


async def test_an_error_without_words_is_called_by_its_name(
    client: httpx.AsyncClient, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(URL).mock(side_effect=httpx.ReadError(""))

    assert str(await trouble_with(client, URL)) == f"{URL} is unreachable: ReadError"


@pytest.mark.parametrize("key", [f"{CANARY}\n", f"{CANARY}é", f" {CANARY}\r\nX: y"])
async def test_a_key_that_cannot_be_sent_is_not_shown(client: httpx.AsyncClient, key: str) -> None:
    async with served(lambda writer: asyncio.sleep(0)) as url:
        with pytest.raises(UpstreamError) as caught:
            await fetch(client, url, headers={"X-API-Key": key}, deadline=5.0, limit=1000)

    assert str(caught.value) == f"{url} was not asked: a header has signs it must not have"
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("https://radio.example.org", True),
        ("http://192.0.2.7:8080/a?b=c#d", True),
        ("http://[2001:db8::1]:80/", True),
        ("https://rádió.example/", True),
        ("radio.example.org", False),
        ("ftp://radio.example.org", False),
        ("http://", False),
        ("http://[::1", False),
        ("http://radio.example.org:0", False),
        ("http://radio.example.org:99999", False),
        ("http://radio.example.org:port", False),
        ("http://radio example.org", False),
        ("http://例..example/", False),
        ("http://ü..de/", False),
        ("http://radio.example/\x7f", False),
        ("http://192.0.2.700/", False),
    ],
)
def test_an_address_is_one_that_could_be_asked(text: str, *, fine: bool) -> None:
    """What only fell over when it was first asked once crashed a service at every turn."""
    assert is_address(text) is fine
