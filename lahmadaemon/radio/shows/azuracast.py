"""The programme as AzuraCast plans it: dated airings of playlists and streamers."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import httpx
import msgspec

from lahmadaemon.clock import SECOND, Instant, local
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import fetch
from lahmadaemon.radio.settings import StationSettings
from lahmadaemon.radio.shows.grid import LONGEST, SCHEDULE, Grid, Planned, Show
from lahmadaemon.radio.shows.programme import MOST, clean, monday, well
from lahmadaemon.radio.shows.slug import slug

LIMIT = 8 * 1024 * 1024
DEADLINE = 20.0

_UnixTime = Annotated[int, msgspec.Meta(ge=0, lt=1 << 37)]


class _Item(msgspec.Struct):
    """The texts of the times lose their zone in some versions; the timestamps can be trusted."""

    name: str
    start_timestamp: _UnixTime
    end_timestamp: _UnixTime
    type: str = "playlist"


class Schedule:
    """`/schedule` of one station, as public as the station is; the key goes along where there is one."""

    def __init__(
        self, name: str, station: StationSettings, client: httpx.AsyncClient, zone: ZoneInfo, off_air: Collection[str]
    ) -> None:
        self._name = name
        self._station = station
        self._client = client
        self._zone = zone
        self._off_air = {slug(each) for each in off_air}

    async def read(self, now: Instant, since: Instant) -> Grid:
        """As `Programme`. Whole weeks, so that the plan does not change only because a day has passed."""
        until = monday(now, self._zone, 2)
        # By its own days, which may be an hour or a zone away from ours.
        first = local(since, self._zone).date() - timedelta(days=1)
        url = f"{self._station.url}/api/station/{self._station.station}/schedule"
        key = self._station.api_key
        headers = {"X-API-Key": key.get_secret_value()} if key else {}
        asked = f"{url}?start={first}&end={local(until, self._zone).date()}"
        answer = await fetch(self._client, asked, headers=headers, deadline=DEADLINE, limit=LIMIT)
        well(answer, url, f"LAHMA_RADIO__STATIONS__{self._name.upper()}__URL and __STATION")
        return self._grid(answer.body, since, until)

    def _grid(self, body: bytes, since: Instant, until: Instant) -> Grid:
        try:
            items = msgspec.json.decode(body, type=list[_Item])[:MOST]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UpstreamError(f"the answer is not a schedule: {error}", outcome="invalid") from error
        shows: dict[str, Show] = {}
        airings: set[Planned] = set()
        for item in items:
            start, end, name = Instant(item.start_timestamp * SECOND), Instant(item.end_timestamp * SECOND), item.name
            key = slug(name)
            if not key or key in self._off_air or not since <= start < min(end, until) or end - start > LONGEST:
                continue
            airings.add(Planned(start, end, key, clean(name), source=SCHEDULE))
            show, by_hand = shows.get(key, Show(key, clean(name))), item.type == "streamer"
            # A streamer's name is written for people, a playlist's for the machine.
            shows[key] = replace(show, name=clean(name)) if by_hand else replace(show, playlist=clean(name))
        return Grid(tuple(shows.values()), dated=tuple(airings))
