"""The server's own history of what was on air, page by page, as plays."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.azuracast.on_air import LONGEST_TEXT
from lahmadaemon.radio.azuracast.payload import UnixTime
from lahmadaemon.radio.shows.log.entries import HEARD_LATER, Play
from lahmadaemon.radio.snapshot import OnAir

PER_PAGE = 500
MOST_PAGES = 500
"""A quarter of a million plays: more than any 60 days have."""

_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Song(msgspec.Struct):
    artist: str | None = ""
    title: str | None = ""
    text: str | None = ""


class _Row(msgspec.Struct):
    sh_id: int | None = None
    played_at: UnixTime = 0
    duration: float | None = 0
    playlist: str | None = ""
    streamer: str | None = ""
    song: _Song = msgspec.field(default_factory=_Song)


class Page(msgspec.Struct):
    """One page; servers that do not know pages answer with a list of everything."""

    rows: list[_Row]
    total_pages: _Count = 1


_PAGE = msgspec.json.Decoder(Page | list[_Row], strict=False)


def page(body: bytes) -> Page:
    """Raises UpstreamError (`invalid`) for anything that is no history."""
    try:
        found = _PAGE.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UpstreamError(f"the answer is not a history of plays: {error}", outcome="invalid") from error
    return found if isinstance(found, Page) else Page(found)


async def read(ask: Callable[[dict[str, str]], Awaitable[bytes]], question: dict[str, str]) -> list[Play]:
    """Every play of the answer, all pages of it, the oldest first."""
    plays: dict[tuple[int | None, Instant], Play] = {}
    number = last = 1
    while number <= min(last, MOST_PAGES):
        found = page(await ask(question | {"per_page": str(PER_PAGE), "page": str(number)}))
        last = found.total_pages
        for play in map(_play, found.rows):
            plays[play.on_air.play, play.began] = play  # a play that begins between two pages moves the rest along
        number += 1
    return sorted(plays.values(), key=lambda play: play.began)


def _play(row: _Row) -> Play:
    streamer = _text(row.streamer)
    told = OnAir(
        online=True,
        live=bool(streamer),
        streamer=streamer,
        artist=_text(row.song.artist),
        title=_text(row.song.title) or _text(row.song.text),
        playlist=_text(row.playlist),
        play=row.sh_id if row.sh_id and row.sh_id > 0 else None,
    )
    # A live play has the length that it turned out to have: the beginning of the next says it as well.
    length = 0 if streamer else round(max(0.0, min(row.duration or 0.0, 1e9))) * SECOND
    return Play(told, Instant(row.played_at * SECOND - HEARD_LATER), length)


def _text(value: str | None) -> str:
    return (value or "")[:LONGEST_TEXT].strip()
