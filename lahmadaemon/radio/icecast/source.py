"""Asks an Icecast server who listens, mount by mount, and tells its failures apart."""

import asyncio
import base64
from collections.abc import Collection, Sequence
from urllib.parse import quote

import httpx
import structlog

from lahmadaemon.clock import Clock, Instant, instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer, fetch
from lahmadaemon.radio.icecast import refusals
from lahmadaemon.radio.icecast.door import Door, Told
from lahmadaemon.radio.icecast.listclients import listing
from lahmadaemon.radio.icecast.statistics import Server, statistics
from lahmadaemon.radio.icecast.status import status
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.settings import StationSettings
from lahmadaemon.radio.snapshot import Key, Snapshot, Totals

log = structlog.get_logger()

LISTENERS_LIMIT = 64 * 1024 * 1024
"""Bytes for one mount; 100,000 listeners of 2.5, which tells the most, take about 60 MB."""
STATISTICS_LIMIT = 4 * 1024 * 1024
TIMEOUT = 10.0
NOT_OFFERED = {401, 403, 404}
"""Answers that last: this user may not, or this server has none."""


class Icecast:
    """One server, all of its mounts or some. One request in flight; the whole snapshot within `deadline` seconds."""

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
        self._at = Instant(0)
        self._skew = 0
        self._dated = False
        self._silent: frozenset[str] = frozenset()

    async def snapshot(self, known: Collection[Key] = ()) -> Snapshot:
        """Who listens now. Raises UpstreamError for what passes, HopelessError for what a human must change."""
        polled_at, began = self._clock.now(), self._clock.monotonic()
        try:
            async with asyncio.timeout(self._deadline):
                server = await self._server()
                told = await self._mounts(server)
        except TimeoutError:
            sentence = f"{self._settings.url} did not answer for all its mounts within {self._deadline:g} s"
            raise UpstreamError(sentence, outcome="timeout") from None
        latency = round((self._clock.monotonic() - began) * 1000)
        epoch = server.started_at if server else None
        # in a thread: a first look at 10,000 listeners takes a quarter of a second
        connections = await asyncio.to_thread(self._door.admit, epoch, told, known)
        counted = sum(each.listing.count for each in told)
        if server and server.complete:  # told a moment before, and so a check of the lists
            counted = sum(mount.listeners for name, mount in server.mounts.items() if name in self._wanted(server))
        people = len({connection.identity for connection in connections.values()})
        return Snapshot(
            polled_at, self._at, latency, self._skew if self._dated else None, connections, Totals(counted, people),
            on_air=server.on_air(self._wanted(server)) if server else None,
            epoch=epoch,
            dropped=sum(each.listing.dropped for each in told),
        )  # fmt: skip

    async def _server(self) -> Server | None:
        """Its statistics; of the public ones what they tell, where the user may only ask for listeners of named mounts."""
        answer = await self._get("admin/stats", STATISTICS_LIMIT)
        if answer.status == 200:
            return statistics(answer.body)
        if answer.status not in NOT_OFFERED or not self._settings.mounts:
            raise self._refusal(answer, "admin/stats")
        answer = await self._get("status-json.xsl", STATISTICS_LIMIT)
        if answer.status == 200:
            return status(answer.body)
        if answer.status not in NOT_OFFERED:  # else its epoch would be lost for a moment, and everybody begin anew
            raise self._refusal(answer, "status-json.xsl")
        return None

    def _wanted(self, server: Server | None) -> Sequence[str]:
        return self._settings.mounts or (list(server.mounts) if server else [])

    async def _mounts(self, server: Server | None) -> list[Told]:
        """The listeners of every mount that has an encoder behind it; without one Icecast sends its listeners away."""
        told, silent = [], set()
        for mount in self._wanted(server):
            answer = None
            if server is None or not server.complete or mount in server.mounts:
                answer = await self._get(f"admin/listclients?mount={quote(mount, safe='/')}", LISTENERS_LIMIT)
            if answer is None or refusals.is_silent(answer):
                silent.add(mount)
            elif answer.status != 200:
                raise self._refusal(answer, "admin/listclients")
            else:
                told.append(Told(mount, self._at, await asyncio.to_thread(listing, answer.body)))
        self._tell(silent & set(self._settings.mounts), server)
        return told

    def _tell(self, silent: set[str], server: Server | None) -> None:
        """Mounts that the settings name and that are not there: an encoder is off, or a name is wrong."""
        there = ", ".join(server.mounts) if server else ""
        for mount in sorted(silent - self._silent):
            log.warning("radio.mount_silent", station=self._name, mount=mount, mounts_there=there)
        for mount in sorted(self._silent - silent):
            log.info("radio.mount_sounds", station=self._name, mount=mount)
        self._silent = frozenset(silent)

    async def _get(self, path: str, limit: int) -> Answer:
        login = f"{self._settings.user}:{self._settings.secret}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(login).decode()}", "Accept": "text/xml, application/json"}
        url = f"{self._settings.url}/{path}"
        answer = await fetch(self._client, url, headers=headers, deadline=self._deadline, limit=limit)
        now = self._clock.now()
        self._dated = answer.served_at is not None
        if answer.served_at is not None:
            self._skew = instant(answer.served_at) - now
        self._at = Instant(now + self._skew)  # the server's clock as it answered
        return answer

    def _refusal(self, answer: Answer, path: str) -> HopelessError | UpstreamError:
        return refusals.refusal(answer, f"{self._settings.url}/{path}", self._settings, self._name)
