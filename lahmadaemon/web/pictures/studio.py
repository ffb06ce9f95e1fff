"""Where pictures are drawn: one process that goes when nobody looks, a short queue before it, and what it has drawn lately."""

import asyncio
import hashlib
from collections import OrderedDict
from pathlib import Path

import structlog

from lahmadaemon import __version__
from lahmadaemon.elsewhere import Elsewhere
from lahmadaemon.errors import UpstreamError
from lahmadaemon.pictures.drawing import Picture, draw
from lahmadaemon.pictures.look import Look
from lahmadaemon.web.problems import Refusal

log = structlog.get_logger()

IDLE = 180.0
"""Seconds without a picture after which the process gives its memory back."""
WITHIN = 30.0
"""Seconds one picture may take; the very first has matplotlib look for fonts."""
MOST_WAITING = 24
"""A page has a handful; who comes after so many is told to come again."""
AGAIN = "5"
"""Seconds."""
MOST_KEPT = 8 * 1024 * 1024
"""Bytes of finished pictures, some three hundred."""


def digest(picture: Picture, look: Look) -> str:
    """Another picture, another digest: of all that is drawn, and of who draws it."""
    return hashlib.sha256(f"{__version__} {look!r} {picture!r}".encode()).hexdigest()[:32]


class Studio:
    """Draws one picture at a time, each once for all who ask for it."""

    def __init__(self, cache: Path | None = None) -> None:
        """`cache`: a folder in which matplotlib keeps its list of fonts."""
        self._cache = cache
        self._easel = Elsewhere("pictures", idle=IDLE, within=WITHIN)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    async def drawn(self, picture: Picture, look: Look) -> bytes:
        """The file. Raises Refusal (503) where too many wait, or the process does not draw it."""
        key = digest(picture, look)
        if (found := self._found(key)) is not None:
            return found
        if self._waiting >= MOST_WAITING:
            raise Refusal(503, "too_many_pictures", "too many pictures are being drawn", {"Retry-After": AGAIN})
        self._waiting += 1
        try:
            async with self._turn:
                if (found := self._found(key)) is None:  # somebody else may have waited for the same
                    found = await self._draw(picture, look)
                    self._keep(key, found)
                return found
        finally:
            self._waiting -= 1

    async def rest(self) -> None:
        """Ends the process; with the next picture comes another."""
        await self._easel.rest()

    async def _draw(self, picture: Picture, look: Look) -> bytes:
        try:
            return await self._easel.do(draw, picture, look, self._cache)
        except UpstreamError as error:
            log.warning("web.picture_failed", kind=type(picture).__name__, reason=str(error))
            raise Refusal(503, "no_picture", "the picture could not be drawn now", {"Retry-After": AGAIN}) from error

    def _found(self, key: str) -> bytes | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: str, drawn: bytes) -> None:
        self._kept[key] = drawn
        self._size += len(drawn)
        while self._size > MOST_KEPT:
            self._size -= len(self._kept.popitem(last=False)[1])
