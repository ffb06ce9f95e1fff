"""Who reads pages, without a browser: what they are sent, and where its links lead."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser

import httpx
from fastapi import FastAPI


@asynccontextmanager
async def reading(app: FastAPI, language: str = "en") -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser of that language."""
    headers = {"Accept-Language": language, "Accept": "text/html"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        yield client


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [told for name, told in attrs if name in ("href", "src", "srcset", "action") and told]


def links(html: str) -> list[str]:
    """Everything a page points at, loads, or sends forms to."""
    parser = _Links()
    parser.feed(html)
    return parser.found
