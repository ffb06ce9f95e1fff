"""A source that asks a station on this machine, and what such a station says on a good evening."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from lahmadaemon.http import open_client
from lahmadaemon.radio.azuracast.source import AzuraCast
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.settings import StationSettings
from tests.fakes.clock import FakeClock
from tests.fakes.scripted_azuracast import Reply
from tests.samples import sample

KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
LISTENERS = Reply(sample("azuracast/polls/01_listeners.json"))
PLAYING = Reply(sample("azuracast/polls/01_nowplaying.json"))


@asynccontextmanager
async def source_at(url: str, clock: FakeClock, station: str = "1") -> AsyncIterator[AzuraCast]:
    settings = StationSettings(url=url, api_key=SecretStr(KEY), station=station)
    async with open_client() as client:
        yield AzuraCast("main", settings, client, clock, Pseudonyms(b"secret"))


def server(listeners: Reply, playing: Reply = PLAYING) -> dict[str, Reply]:
    return {"/listeners": listeners, "/nowplaying/1": playing}
