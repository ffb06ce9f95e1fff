"""Sets the stage for the social room: the agency's Creators app, the Graph API and TikTok on loopback, and its creators."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Clock
from lahmadaemon.demo.social.agency import Posting, agency
from lahmadaemon.demo.social.creators import UNHURRIED, Creators
from lahmadaemon.demo.social.creators_app import CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.stand_in import standing_in

HOST = "127.0.0.1"
APP, SECRET = "demo-app", "demo-secret"
"""What the app is called at Meta and at TikTok, and its secret at both."""
TOKEN = "demo-token"  # noqa: S105 - of an invented Creators app
ACCESS_LIFE = 1200.0
"""Seconds: TikTok's tokens live a day; here they rotate before one's eyes."""


@dataclass(frozen=True)
class Staged:
    """The people, and the settings with which the daemon finds the programs they use."""

    creators: Creators
    settings: dict[str, str]


@asynccontextmanager
async def staged(
    seed: int, clock: Clock, zone: ZoneInfo, window: str, *, eventful: bool = True, thinking: float = UNHURRIED
) -> AsyncIterator[Staged]:
    """Serve the agency's world on loopback until the block ends. `window`: where the daemon's will open;
    `eventful`: a creator changes her password by herself."""
    world = agency(seed, clock.now(), zone)
    app = CreatorsApp(world, token=TOKEN)
    graph = Graph(world, clock, app_id=APP, app_secret=SECRET, zone=zone)
    graph.require_proof = True
    tiktok = TikTok(world, clock, client_key=APP, client_secret=SECRET, access_life=ACCESS_LIFE)
    async with standing_in(app) as app_url, standing_in(graph) as graph_url, standing_in(tiktok) as tiktok_url:
        settings = {
            "CREATORS__URL": app_url,
            "CREATORS__TOKEN": TOKEN,
            "CREATORS__SYNC_EVERY": "10m",
            "META__URL": graph_url,
            "META__DIALOG_URL": graph_url,
            "META__APP_ID": APP,
            "META__APP_SECRET": SECRET,
            "META__BATCH_SIZE": "4",  # small and one by one, so that a run is something to watch
            "META__CONCURRENCY": "1",
            "TIKTOK__URL": f"{tiktok_url}/v2",
            "TIKTOK__AUTHORIZE_URL": f"{tiktok_url}/v2/auth/authorize",
            "TIKTOK__CLIENT_KEY": APP,
            "TIKTOK__CLIENT_SECRET": SECRET,
            "TIKTOK__CONCURRENCY": "2",
            "EVERY": "5m",
            "YOUNG_EVERY": "5m",
            "STORIES_EVERY": "10m",
            "PUBLIC_URL": window,
        }
        people = Creators(
            world, graph, tiktok, clock, window, Posting(world, seed), eventful=eventful, thinking=thinking
        )
        yield Staged(people, {f"LAHMA_SOCIAL__{name}": value for name, value in settings.items()})


@contextmanager
def reserved() -> Iterator[int]:
    """A port of this machine that is kept free until the block ends, for one listener that sets SO_REUSEADDR: as long as
    this socket does not listen itself, Linux lets the other have the port, and gives it to nobody who asks for any."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, 0))
        yield held.getsockname()[1]
