"""Asks an AzuraCast server who listens, and tells its failures apart."""

import asyncio
from collections.abc import Collection, Mapping
from typing import NoReturn
from urllib.parse import urlencode

import httpx
import structlog

from lahmadaemon.clock import Clock, Instant, instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer, fetch
from lahmadaemon.radio.azuracast import history, payload, songs
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.azuracast.on_air import on_air
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.refusals import is_page, moved, passing, target
from lahmadaemon.radio.settings import StationSettings
from lahmadaemon.radio.shows.log.entries import Play
from lahmadaemon.radio.snapshot import Key, OnAir, Snapshot, Totals
from lahmadaemon.radio.source import History

log = structlog.get_logger()

LISTENERS_LIMIT = 128 * 1024 * 1024
"""Bytes; 100,000 listeners take about 70 MB."""
NOW_PLAYING_LIMIT = 4 * 1024 * 1024
TIMEOUT = 10.0
HISTORY_TIMEOUT = 60.0
"""Seconds; a day of a busy station is a large question for a small server."""

KEY_FIX = "create a key under 'My API Keys' in AzuraCast and put it into"
RIGHT_FIX = "give that key's user a role with 'View Station Reports' for this station"


class AzuraCast:
    """One station of one server. One request in flight; the whole snapshot within `deadline` seconds."""

    def __init__(
        self,
        name: str,
        settings: StationSettings,
        client: httpx.AsyncClient,
        clock: Clock,
        pseudonyms: Pseudonyms,
        deadline: float = TIMEOUT,
    ) -> None:
        self._name = name
        self._settings = settings
        self._client = client
        self._clock = clock
        self._door = Door(pseudonyms)
        self._deadline = deadline
        self._skew: int | None = None
        self._totals_known = True

    async def snapshot(self, known: Collection[Key] = ()) -> Snapshot:  # noqa: ARG002 - rows carry their beginnings
        """Who listens now. Raises UpstreamError for what passes, HopelessError for what a human must change."""
        polled_at, began = self._clock.now(), self._clock.monotonic()
        answer = await self._get(f"station/{self._settings.station}/listeners", LISTENERS_LIMIT, self._deadline)
        latency = round((self._clock.monotonic() - began) * 1000)
        received_at = self._clock.now()
        # in threads: 10,000 listeners are 7 MB, and a first look at them takes a quarter of a second
        rows = await asyncio.to_thread(payload.rows, answer.body)
        served_at = self._served_at(rows, answer)
        skew = None if served_at is None else served_at - received_at
        self._skew = self._skew if skew is None else skew
        at = Instant(received_at + (self._skew or 0))  # now: others ask this server, too, while we wait
        connections, dropped = await asyncio.to_thread(self._door.admit, rows)
        totals, playing = await self._now_playing(max(0.5, self._deadline - (self._clock.monotonic() - began)))
        skew = None if skew is None else _unexplained(skew, latency)
        return Snapshot(polled_at, at, latency, skew, connections, totals, playing, dropped=dropped)

    async def history(self, start: Instant, end: Instant) -> History:
        """What the server remembers of [start, end), widened to whole minutes and without what is still to come.

        Raises as `snapshot`; UpstreamError with `server_error` or `timeout` also means: ask for less at once.
        """
        start, end = history.whole_minutes(start, end, await self._server_time())
        if start == end:
            return History(start, end, ())
        path, query = f"station/{self._settings.station}/listeners", history.question(start, end)
        answer = await self._get(path, LISTENERS_LIMIT, HISTORY_TIMEOUT, query)
        return await asyncio.to_thread(history.read, answer.body, start, end, self._door)

    async def plays(self, start: Instant, end: Instant) -> list[Play]:
        """What the server remembers to have been on air in [start, end), as far as that is past; raises as `history`."""
        start, end = history.whole_minutes(start, end, await self._server_time())
        path = f"station/{self._settings.station}/history"

        async def ask(question: dict[str, str]) -> bytes:
            return (await self._get(path, LISTENERS_LIMIT, HISTORY_TIMEOUT, question)).body

        return await songs.read(ask, history.span(start, end)) if start < end else []

    async def _server_time(self) -> Instant:
        """Now, by the server's clock."""
        if self._skew is None:
            answer = await self._get("time", NOW_PLAYING_LIMIT, self._deadline)
            served_at = instant(answer.served_at) if answer.served_at else self._clock.now()
            self._skew = served_at - self._clock.now()
        return Instant(self._clock.now() + self._skew)

    @staticmethod
    def _served_at(rows: list[payload.Row], answer: Answer) -> Instant | None:
        """The server's clock: live rows carry it, else the Date header."""
        seconds = max((moment for row in rows if (moment := row.served_at) is not None), default=None)
        if seconds is not None:
            return Instant(seconds * 1000)
        return instant(answer.served_at) if answer.served_at else None

    async def _now_playing(self, deadline: float) -> tuple[Totals | None, OnAir | None]:
        """The server's own counts, and what is on air; a snapshot is worth having without them."""
        try:
            answer = await self._get(f"nowplaying/{self._settings.station}", NOW_PLAYING_LIMIT, deadline)
            playing = payload.now_playing(answer.body)
        except (UpstreamError, HopelessError) as trouble:
            if self._totals_known:
                log.warning("radio.totals_unknown", station=self._name, error=str(trouble))
            self._totals_known = False
            return None, None
        self._totals_known = True
        counts = Totals(playing.listeners.total, playing.listeners.unique, playing.station.timezone)
        return counts, on_air(playing)

    async def _get(self, path: str, limit: int, deadline: float, query: Mapping[str, str] | None = None) -> Answer:
        url = f"{self._settings.url}/api/{path}"
        # As a header, never in the URL: URLs end up in logs.
        headers = {"X-API-Key": self._settings.secret}
        asked = f"{url}?{urlencode(query)}" if query else url
        answer = await fetch(self._client, asked, headers=headers, deadline=deadline, limit=limit)
        if answer.status != 200:
            self._refuse(answer, url)
        return answer

    def _refuse(self, answer: Answer, url: str) -> NoReturn:
        """Raise what a status means (the message of an API error is translated: only status and type can be trusted)."""
        setting = f"LAHMA_RADIO__STATIONS__{self._name.upper()}"
        kind, status, to = payload.error_type(answer.body), answer.status, target(answer)
        if status == 403 and kind == "PermissionDeniedException":
            raise HopelessError(f"{url} refused the key's user: {RIGHT_FIX}", outcome="permission_missing")
        if status == 401 or (status == 403 and not is_page(answer)) or (300 <= status < 400 and _is_login(to)):
            raise HopelessError(
                f"{url} refused the key (status {status}): {KEY_FIX} {setting}__API_KEY", outcome="key_wrong"
            )
        if 300 <= status < 400:
            raise moved(answer, url, self._settings.url, setting)
        if status == 404 and kind is not None:
            raise HopelessError(f"{url} knows no such station: correct {setting}__STATION", outcome="station_unknown")
        raise passing(answer, url, f"{setting}__URL and __API_KEY")


def _is_login(target: str) -> bool:
    return target.rstrip("/").endswith("/login")


def _unexplained(skew: int, latency: int) -> int:
    """A clock seems behind by as much as an answer was on its way; only what is beyond that is the clock's."""
    return min(skew + latency, 0) if skew < 0 else skew
