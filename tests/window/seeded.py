"""A house with something in every room: twelve days of a station, two cameras and a partner, creators, two troubles."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from random import Random

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, local
from lahmadaemon.demo import shows as demo
from lahmadaemon.demo.audience import HOURS
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.shows.grid import Grid, Show, Slot
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.radio.snapshot import Connection, OnAir
from lahmadaemon.radio.store import Poll, RadioStore, polls
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.visitors.intake.crossings import BadRow, Crossing, Judged, Status
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.push.answers import Judgement, Verdict
from lahmadaemon.visitors.push.counting.store import Counted
from lahmadaemon.visitors.push.pushes import State as PushState
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.push.store import PushStore
from lahmadaemon.visitors.settings import FolderSettings, VisitorsSettings
from lahmadaemon.web.doors import HouseDoors
from tests.fakes.clock import START, FakeClock
from tests.fakes.window import ZONE, house_doors
from tests.radio.builders import connection
from tests.social.web.room import Room, room, seed

STATION = "rigo"
EVERY = 10 * MINUTE
"""Of the polls: half a minute would be as true, and slower."""
BEGAN = Instant(START - 12 * DAY)
AWAY = (START - 4 * DAY - 6 * HOUR, START - 4 * DAY - 3 * HOUR)
"""Nobody measured then."""
CAMERAS = ("lobby", "garden")
RADIO = RadioSettings(
    stations={STATION: StationSettings(kind="icecast", url="https://radio.example.org", password="x")}
)


@dataclass
class Seeded:
    """The house's doors, and the social room."""

    house: HouseDoors
    room: Room
    board: HealthBoard
    clock: FakeClock


@asynccontextmanager
async def seeded_house(folder: Path) -> AsyncIterator[Seeded]:
    """All of it in one new store."""
    async with room(folder) as opened:
        await seed(opened)
        await seed_radio(opened.store)
        visitors = await seed_visitors(opened.store, folder)
        board, clock = seeded_board(opened.clock), opened.clock
        house = house_doors(board, opened.store, clock=clock, radio=RADIO, visitors=visitors)
        house.desk.raise_alarm(Condition.SERVICE_FAILED, "radio.reconcile", service="radio.reconcile", error="bad key")
        house.desk.raise_alarm(Condition.BAD_FILES, "garden", count=2, file="late.json", reason="no JSON")
        await house.desk.turn()
        await clock.advance(400)
        await heard(opened.store, clock.now())
        await house.desk.turn()
        yield Seeded(house, opened, board, clock)


async def heard(
    store: Store, at: Instant, rows: int = 31, station: str = STATION, came: Sequence[Connection] = ()
) -> None:
    """One more poll."""
    await RadioStore(store, station).record(_poll(at, rows), came)


async def seed_radio(store: Store) -> None:
    """Listeners by the hours of the demo's day, with its programme and what was on air."""
    random, there = Random(3), []
    programme = demo.Shows(ZONE)
    for hour in range(BEGAN, START, HOUR):
        appeal = HOURS[local(hour, ZONE).hour] / 100 * programme.on_air(hour + HOUR // 2).popularity
        for number in range(round(24 * appeal * random.uniform(0.7, 1.3))):
            began = hour + random.randrange(HOUR)
            ended = min(began + round(60_000 * random.lognormvariate(3.2, 0.9)), START + DAY)
            name = f"{random.randrange(260):03}" if number % 3 else f"{hour}-{number}"
            there.append((name, began, ended))
    rows = [replace(connection(name[-15:]), started_at=Instant(began // SECOND * SECOND)) for name, began, _ in there]
    gone = [
        Closing(row.key, Instant(ended), Instant(ended), Instant(ended))
        for row, (_, _, ended) in zip(rows, there, strict=True)
        if ended < START
    ]
    await RadioStore(store, STATION).record(_poll(BEGAN, 1), rows, gone)
    moments = (each for each in range(BEGAN + EVERY, START + 1, EVERY) if not AWAY[0] <= each < AWAY[1])
    async with store.write() as writing:
        await writing.execute(polls.insert(), [{"station": STATION} | vars(_poll(each, 9)) for each in moments])
    await _seed_programme(store, programme)


def _poll(at: int, rows: int) -> Poll:
    return Poll(Instant(at), Instant(at), EVERY, "valid", rows, rows, rows, 20, 0)


async def _seed_programme(store: Store, programme: demo.Shows) -> None:
    names = sorted({each.show for each in demo.GRID})
    slots = [
        Slot(int(day), time.fromisoformat(each.begins), time.fromisoformat(each.ends), _slug(each.show), each.show)
        for each in demo.GRID
        for day in each.days
    ]
    grid = Grid(tuple(Show(_slug(name), name) for name in names), tuple(slots))
    await GridStore(store, STATION, ZONE).keep(grid, BEGAN)
    entries: list[Entry] = []
    for at in range(BEGAN + 3 * MINUTE, START, EVERY):
        play = programme.on_air(at)
        if not entries or entries[-1].on_air.artist != play.artist or entries[-1].on_air.title != play.title:
            sound = OnAir(
                online=True, live=play.live, streamer=play.artist if play.live else "", artist=play.artist,
                title=play.title, playlist=play.playlist,
            )  # fmt: skip
            entries.append(Entry(Instant(at), Instant(at), Instant(at + EVERY), sound))
        entries[-1] = replace(entries[-1], seen_at=Instant(at), until=Instant(at + EVERY))
    await OnAirStore(store, STATION).keep(entries)


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


async def seed_visitors(store: Store, folder: Path) -> VisitorsSettings:
    """Two cameras, one of which has been silent for two hours; a partner who refused one report."""
    random = Random(5)
    for place, camera in enumerate(CAMERAS):
        until = START - place * 2 * HOUR - 50 * SECOND
        for day in (2, 1, 0):
            morning = until - day * DAY - 9 * HOUR
            moments = sorted(random.randrange(morning, until - day * DAY) for _ in range(140 - 50 * place))
            rows = tuple(
                Crossing(
                    Instant(at), f"{local(at, ZONE):%Y-%m-%d}", number, random.choice((0, 0, 0, 1, 1)), number, None
                )
                for number, at in enumerate(moments)
            )
            await keep_file(store, camera, f"{camera}-{day}.json", until - day * DAY, Status.STORED, rows)
    await keep_file(
        store, "garden", "late.json", START - 3 * HOUR, Status.REJECTED, (), "no JSON: it ends in the middle"
    )
    paths = {camera: FolderSettings(path=folder / camera, quiet_after=1800) for camera in CAMERAS}
    await _seed_pushes(store)
    pushes = {"mall": PushSettings(url="https://mall.example.org/in")}
    return await asyncio.to_thread(lambda: VisitorsSettings(folders=paths, pushes=pushes))  # it looks at the folders


async def keep_file(
    store: Store, camera: str, name: str, at: int, status: Status, rows: tuple[Crossing, ...], reason: str | None = None
) -> None:
    bad = () if reason is None else (BadRow(0, "{", reason),)
    file = Judged(name, name.encode().ljust(32, b".")[:32], 900, status, reason=reason, crossings=rows, bad=bad)
    kept = CameraStore(store, camera)
    await kept.keep([file], await kept.meet(Instant(at)), Instant(at))


async def _seed_pushes(store: Store) -> None:
    """Four arrived, one was refused for good, one is owed."""
    outbox, now = PushStore(store, "mall"), Instant(START - MINUTE)
    ends = [Instant(START - START % (5 * MINUTE) - number * 5 * MINUTE) for number in range(6)][::-1]
    body = json.dumps({"n": 1}).encode()
    await outbox.write(ends, "SS-007", Counted(ZONE, None), lambda _: body, now, Instant(START + DAY))
    for number in range(5):
        push = await outbox.head()
        assert push is not None
        await outbox.begin(push)
        well = number != 2
        judgement = Judgement(Verdict.PERMANENT, "it knows no SS-007")
        judgement = Judgement(Verdict.DELIVERED, "it took it", "success") if well else judgement
        state = PushState.DELIVERED if well else PushState.DEAD
        await outbox.settle(push, state, now, judgement=judgement, status=200 if well else 400, latency=84)


def seeded_board(clock: FakeClock) -> HealthBoard:
    """Services that are well, and one that gave up."""
    board = HealthBoard(clock)
    for name in ("radio.snapshots.rigo", "visitors.intake.lobby", "visitors.intake.garden", "alerts.desk", "web"):
        board.enter(name, essential=name == "web")
        board.change(name, State.STARTING)
        board.beat(name)
    board.enter("radio.reconcile", essential=False)
    board.change("radio.reconcile", State.FAILED, error="the API key may not read the history", restarted=True)
    return board
