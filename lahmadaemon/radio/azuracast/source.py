"""Asks an AzuraCast server who listens, and tells its failures apart."""

import re
from collections.abc import Collection
from typing import NoReturn

import httpx
import structlog

from lahmadaemon.clock import Clock, Instant, instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer, fetch
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.settings import StationSettings
from lahmadaemon.radio.snapshot import Key, Snapshot, Totals

log = structlog.get_logger()

LISTENERS_LIMIT = 128 * 1024 * 1024
"""Bytes; 100,000 listeners take about 70 MB."""
NOW_PLAYING_LIMIT = 4 * 1024 * 1024
TIMEOUT = 10.0

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
        self._skew = 0
        self._totals_known = True

    async def snapshot(self, known: Collection[Key] = ()) -> Snapshot:  # noqa: ARG002 - rows carry their beginnings
        """Who listens now. Raises UpstreamError for what passes, HopelessError for what a human must change."""
        polled_at, began = self._clock.now(), self._clock.monotonic()
        answer = await self._get(f"station/{self._settings.station}/listeners", LISTENERS_LIMIT, self._deadline)
        latency = round((self._clock.monotonic() - began) * 1000)
        received_at = self._clock.now()
        rows = payload.rows(answer.body)
        served_at = self._served_at(rows, answer)
        if served_at is not None:
            self._skew = served_at - received_at
        connections, dropped = self._door.admit(rows)
        totals = await self._totals(max(0.5, self._deadline - (self._clock.monotonic() - began)))
        at = Instant(received_at + self._skew)
        return Snapshot(
            polled_at, at, latency, self._skew if served_at is not None else None, connections, totals, dropped=dropped
        )

    @staticmethod
    def _served_at(rows: list[payload.Row], answer: Answer) -> Instant | None:
        """The server's clock: live rows carry it, else the Date header."""
        seconds = max((moment for row in rows if (moment := row.served_at) is not None), default=None)
        if seconds is not None:
            return Instant(seconds * 1000)
        return instant(answer.served_at) if answer.served_at else None

    async def _totals(self, deadline: float) -> Totals | None:
        """The server's own counts; a snapshot is worth having without them."""
        try:
            answer = await self._get(f"nowplaying/{self._settings.station}", NOW_PLAYING_LIMIT, deadline)
            playing = payload.now_playing(answer.body)
        except (UpstreamError, HopelessError) as trouble:
            if self._totals_known:
                log.warning("radio.totals_unknown", station=self._name, error=str(trouble))
            self._totals_known = False
            return None
        self._totals_known = True
        return Totals(playing.listeners.total, playing.listeners.unique, playing.station.timezone)

    async def _get(self, path: str, limit: int, deadline: float) -> Answer:
        url = f"{self._settings.url}/api/{path}"
        # As a header, never in the URL: URLs end up in logs.
        headers = {"X-API-Key": self._settings.api_key.get_secret_value()}
        answer = await fetch(self._client, url, headers=headers, deadline=deadline, limit=limit)
        if answer.status != 200:
            self._refuse(answer, url)
        return answer

    def _refuse(self, answer: Answer, url: str) -> NoReturn:
        """Raise what a status means (the message of an API error is translated: only status and type can be trusted)."""
        setting = f"LAHMA_RADIO__STATIONS__{self._name.upper()}"
        kind, status, target = payload.error_type(answer.body), answer.status, _target(answer)
        if status == 403 and kind == "PermissionDeniedException":
            raise HopelessError(f"{url} refused the key's user: {RIGHT_FIX}", outcome="permission_missing")
        if status == 401 or (status == 403 and not _is_page(answer)) or (300 <= status < 400 and _is_login(target)):
            raise HopelessError(
                f"{url} refused the key (status {status}): {KEY_FIX} {setting}__API_KEY", outcome="key_wrong"
            )
        if 300 <= status < 400:
            path = url.removeprefix(self._settings.url)
            final = target.removesuffix(path) or "elsewhere"
            sentence = f"{url} sends us to {final}: put the final address into {setting}__URL"
            if status in {301, 308} or target.endswith(path):
                raise HopelessError(sentence, outcome="moved")
            raise UpstreamError(sentence, outcome="moved")  # for now, it says, and to some page: maintenance, perhaps
        if status == 404 and kind is not None:
            raise HopelessError(f"{url} knows no such station: correct {setting}__STATION", outcome="station_unknown")
        outcome = "rate_limited" if status == 429 else "server_error" if status >= 500 else "invalid"
        # A page instead of an API error is somebody's in between: a proxy, a guard, a server being updated.
        hint = f"; if that lasts, look at {setting}__URL and __API_KEY" if 400 <= status < 500 else ""
        raise UpstreamError(f"{url} answered {status}{hint}", retry_after=answer.retry_after, outcome=outcome)


def _is_page(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<"


def _is_login(target: str) -> bool:
    return target.rstrip("/").endswith("/login")


def _target(answer: Answer) -> str:
    """Where a redirect points, without a query or password, which may be secret."""
    address = re.split(r"[?#]", answer.headers.get("location", ""))[0]
    return re.sub(r"//[^/]*@", "//", address)
