"""The programme as arcsi knows it, with the exceptions that the station's editors write into two WordPress pages."""

from collections.abc import Awaitable, Mapping
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import httpx
import structlog

from lahmadaemon.clock import SECOND, Instant, local
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer, fetch
from lahmadaemon.radio.shows import arcsi_payload as payload
from lahmadaemon.radio.shows.arcsi_payload import SpecialDay
from lahmadaemon.radio.shows.grid import Grid
from lahmadaemon.radio.shows.programme import monday, well
from lahmadaemon.radio.shows.settings import ShowsSettings

log = structlog.get_logger()

LIMIT = 4 * 1024 * 1024
DEADLINE = 15.0
RIGHT_TOKEN = "put the token of a user who may read the shows into LAHMA_RADIO__SHOWS__TOKEN"  # noqa: S105 - what to do


Page = TypeVar("Page")


class Arcsi:
    """Remembers the last good answer of each page: where one cannot be read, the others still make a programme."""

    def __init__(self, settings: ShowsSettings, client: httpx.AsyncClient, zone: ZoneInfo) -> None:
        self._settings = settings
        self._client = client
        self._zone = zone
        self._rows: list[payload.Row] = []
        self._rows_read_at: Instant | None = None
        self._rare: Mapping[str, frozenset[str]] | None = None
        self._special: Mapping[date, SpecialDay] | None = None
        self._there: set[str] = set()

    async def read(self, now: Instant, since: Instant) -> Grid:  # noqa: ARG002 - a weekly grid has no beginning
        """As `Programme`."""
        if self._due(now):
            self._rows, dropped = payload.shows((await self._schedule()).body)
            self._rows_read_at = now
            if self._begins("dropped", there=dropped > 0):
                log.warning("radio.programme_rows_dropped", rows=dropped)
        if self._settings.cms_url is None:
            return payload.grid(self._rows, {}, {})
        self._rare = await self._kept(self._read_rare(), self._rare, "rare")
        self._special = await self._kept(self._read_special(now), self._special, "special")
        return payload.grid(self._rows, self._rare, self._special)

    def _due(self, now: Instant) -> bool:
        """Whether the list of shows must be read; half a turn early rather than a whole one late."""
        soon = (self._settings.every - self._settings.reading / 2) * SECOND
        return self._rows_read_at is None or not 0 <= now - self._rows_read_at < soon

    async def _schedule(self) -> Answer:
        url, token = f"{self._settings.url}/show/schedule", self._settings.token
        headers = {"Authentication-Token": token.get_secret_value() if token else ""}
        answer = await fetch(self._client, url, headers=headers, deadline=DEADLINE, limit=LIMIT)
        if answer.status in {401, 403}:
            raise HopelessError(f"{url} refused the token (status {answer.status}): {RIGHT_TOKEN}", outcome="key_wrong")
        return well(answer, url, "LAHMA_RADIO__SHOWS__URL")

    async def _kept(self, reading: Awaitable[Page], known: Page | None, kind: str) -> Page:
        """What a page says; what it said before where it cannot be read. Without either there is no programme yet."""
        try:
            page = await reading
        except UpstreamError as trouble:
            if known is None:
                raise
            if self._begins(kind, there=True):
                log.warning("radio.programme_page_unread", page=kind, error=str(trouble))
            return known
        if kind in self._there:
            log.info("radio.programme_page_read_again", page=kind)
        self._begins(kind, there=False)
        return page

    async def _read_rare(self) -> Mapping[str, frozenset[str]]:
        return payload.rare_shows((await self._page(self._settings.cms_rare_page, "RARE")).body)

    async def _read_special(self, now: Instant) -> Mapping[date, SpecialDay]:
        """Of the week in which it is read: a page that cannot be read later says nothing of another week."""
        special = payload.special_day((await self._page(self._settings.cms_special_page, "SPECIAL")).body)
        if special is None:
            return {}
        return {local(monday(now, self._zone), self._zone).date() + timedelta(days=special.weekday - 1): special}

    async def _page(self, number: int, kind: str) -> Answer:
        url = f"{self._settings.cms_url}/pages/{number}"
        answer = await fetch(self._client, url, headers={}, deadline=DEADLINE, limit=LIMIT)
        return well(answer, url, f"LAHMA_RADIO__SHOWS__CMS_URL and __CMS_{kind}_PAGE")

    def _begins(self, what: str, *, there: bool) -> bool:
        """Whether it is there now and was not at the last reading."""
        begins = there and what not in self._there
        (self._there.add if there else self._there.discard)(what)
        return begins
