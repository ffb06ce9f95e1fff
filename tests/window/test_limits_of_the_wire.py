"""Nobody holds a place at the window by being slow, and nothing too large is read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

from lahmadaemon import serving
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.web.house.doorkeeper import LARGEST_BODY, Doorkeeper
from lahmadaemon.web.problems import speak_problems
from tests.fakes.window import window_app


@asynccontextmanager
async def line(app: Any) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection to the app."""
    async with standing_in(app) as url:
        where = urlsplit(url)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side hangs up, however it does."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("said", [b"", b"GET /health/live HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_who_does_not_say_what_they_want_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(serving, "HEAD_WITHIN", 0.05)
    async with line(window_app()) as (reader, writer):
        writer.write(said)
        assert await all_of(reader) == b""


async def test_a_second_request_has_its_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with line(window_app()) as (reader, writer):
        writer.write(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        first = await reader.readuntil(b"}")
        monkeypatch.setattr(serving, "HEAD_WITHIN", 0.05)
        writer.write(b"GET /health/live HTT")
        rest = await all_of(reader)

    assert (first.split()[1], rest) == (b"200", b"")


async def test_an_answer_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "TAKEN_WITHIN", 0.05)
    gone = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b" " * 65536
                await asyncio.sleep(0)
        finally:
            gone.set()

    async with line(StreamingResponse(endless())) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(60):
            await gone.wait()


async def test_headers_that_are_too_large_are_refused() -> None:
    async with standing_in(window_app()) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        answer = await client.get("/health/live", headers={"X-Large": "x" * 40_000})
        cookie = await client.get("/health/live", headers={"Cookie": "lahma_session=" + "x" * 8000})

    assert (answer.status_code, cookie.status_code) == (431, 200)


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    app = FastAPI()
    speak_problems(app)

    @app.post("/")
    async def take(request: Request) -> int:
        return len(await request.body())

    async with line(Doorkeeper(app, within=0.05)) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
        answer = await all_of(reader)

    assert answer.split()[1] == b"408"
    assert b'"error":"too_slow"' in answer


async def test_a_body_that_comes_in_time_is_read_whole() -> None:
    app = FastAPI()

    @app.post("/")
    async def take(request: Request) -> int:
        return len(await request.body())

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(16):
            yield b" " * (LARGEST_BODY // 16)

    transport = httpx.ASGITransport(Doorkeeper(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.post("/", content=pieces())).json() == LARGEST_BODY
        assert (await client.post("/", content=b" " * LARGEST_BODY)).json() == LARGEST_BODY
