"""A house that has stood for a year: a station with its kept reports, two cameras, an agency, and a clock at the last evening."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from a_busy_agency import put_agency
from a_busy_year import BEGINS, ENDS, STATION, ZONE, build
from sqlalchemy import Table

from lahmadaemon.clock import HOUR, SECOND, Instant, SystemClock, local
from lahmadaemon.demo.stage import API_KEY
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.keeping import margin_of
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.making import Made
from lahmadaemon.radio.rollups.worker import Worker
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.settings import Settings, read_settings
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import open_store
from lahmadaemon.visitors.intake.crossings import Crossing, DayTotals, days_of
from lahmadaemon.visitors.intake.store import cameras, crossings, days, files

NOW = Instant(ENDS - 3 * HOUR)
CAMERAS = ("lobby", "garden")
SECRET = "a secret of the benchmark"
NOBODY = "http://127.0.0.1:9"
"""Where the Creators app is not: what is known of it is told all the same."""
BY_HOUR = (0, 0, 0, 0, 0, 0, 1, 4, 12, 20, 28, 36, 44, 48, 50, 52, 56, 60, 64, 52, 30, 12, 4, 1)
"""Who passes in each hour, on average."""
A_FILE = 6
"""Crossings in a file."""


class YearsEnd:
    """The machine's clock, set to the evening of the year's last day."""

    def __init__(self) -> None:
        self._machine = SystemClock()
        self._ahead = NOW - self._machine.now()

    def now(self) -> Instant:
        return Instant(self._machine.now() + self._ahead)

    def monotonic(self) -> float:
        return self._machine.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await self._machine.wait(event, seconds)


def settings(state: Path, inbox: Path, url: str, every: float) -> Settings:
    """Of the house, with its window at any free port."""
    environ = {
        "LAHMA_STATE_FOLDER": f"{state}", "LAHMA_WEB__PORT": "0", "LAHMA_TIMEZONE": ZONE.key, "LAHMA_LOG__LEVEL": "error",
        f"LAHMA_RADIO__STATIONS__{STATION.upper()}__URL": url, f"LAHMA_RADIO__STATIONS__{STATION.upper()}__API_KEY": API_KEY,
        "LAHMA_RADIO__SNAPSHOT_EVERY": f"{every}s", "LAHMA_RADIO__EXPORT_EVERY": "0s", "LAHMA_SECRET_KEY": SECRET,
        "LAHMA_SOCIAL__CREATORS__URL": NOBODY,
    }  # fmt: skip
    for camera in CAMERAS:
        environ[f"LAHMA_VISITORS__FOLDERS__{camera.upper()}__PATH"] = f"{inbox / camera}"
    return read_settings(None, environ).settings


def crossings_of(camera: str) -> list[Crossing]:
    """Everybody who passed it in the year."""
    chance, found = random.Random(camera), []
    for start in range(BEGINS, NOW, HOUR):
        at = local(start, ZONE)
        for _ in range(round(BY_HOUR[at.hour] * chance.uniform(0.6, 1.4))):
            moment = Instant(start + chance.randrange(3600) * SECOND)
            if moment < NOW:
                direction = chance.choices((0, 1, 2), (50, 48, 2))[0]
                found.append(
                    Crossing(
                        moment, f"{local(moment, ZONE):%Y-%m-%d}", chance.randint(1, 9999), direction, chance.randint(1, 5000),
                        None,
                    )
                )  # fmt: skip
    return sorted(set(found))


def files_of(camera: str, passed: list[Crossing]) -> Iterator[tuple[object, ...]]:
    for number in range(0, len(passed), A_FILE):
        some = passed[number : number + A_FILE]
        name = f"{local(some[-1].at, ZONE):%Y%m%d%H%M%S}.json"
        digest = f"{camera}{number}".encode().ljust(32, b"-")[:32]
        yield (camera, digest, name, 100 * len(some), some[-1].at + 40 * SECOND, "stored", None, len(some), 0, 0)


def _insert(database: sqlite3.Connection, table: Table, rows: Iterator[tuple[object, ...]]) -> None:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    database.executemany(
        f"INSERT OR IGNORE INTO {table.name} ({columns}) VALUES ({', '.join('?' for _ in table.columns)})", rows
    )


def _visits(path: Path) -> None:
    with sqlite3.connect(path) as database:
        for table, column in (
            ("radio_polls", "polled_at"),
            ("radio_connections", "started_at"),
            ("radio_on_air", "since"),
        ):
            database.execute(f"DELETE FROM {table} WHERE {column} >= {NOW}")
        for camera in CAMERAS:
            passed = crossings_of(camera)
            _insert(database, crossings, ((camera, each.at, *each[2:5], b"-" * 32, None) for each in passed))
            totals: list[DayTotals] = days_of(camera, passed)
            _insert(database, days, (tuple(vars(each).values()) for each in totals))
            _insert(database, files, files_of(camera, passed))
            last = passed[-1].at
            _insert(database, cameras, iter([(camera, BEGINS, last + 40 * SECOND, last + 40 * SECOND, None, last)]))
        put_agency(database, NOW, ZONE, Vault([SECRET.encode()]).seal)
    database.close()


async def _kept(state: Path) -> None:
    """Every report that a daemon would have kept by now. One of each kind and length is made; the others are like it, for
    making them all would take an hour, and reading them takes as long."""
    house = settings(state, state, "http://127.0.0.1:9", 30)
    url = house.store.resolved(state)
    worker, made = Worker(url), dict[tuple[str, int], tuple[Period, Made]]()
    async with open_store(url) as store:
        station = Keeping(RadioStore(store, STATION), house.radio, ZONE)
        ledger = await station.ledger(NOW)
        for kind, period in ledger.due() if ledger else ():
            key = kind, period.end - period.start
            if key not in made:
                made[key] = period, await worker.make(station.job(kind, period, NOW))
            like, model = made[key]
            found = await station.rollups.find(period.start, period.end, margin_of(house.radio), [kind])
            content = model.kept.content.replace(like.label, period.label)
            hours = [replace(hour, start=Instant(hour.start + period.start - like.start)) for hour in model.hours]
            await station.rollups.keep(kind, period, replace(model.kept, stamp=found.stamp, content=content), hours)
    await worker.rest()


def prepared(folder: Path, count: int) -> Path:
    """The year's file, made once for each count and schema."""
    plain = build(folder, count)
    whole = plain.with_name(plain.name.replace("a_busy_year", "a_whole_house_of_a_year"))
    if not whole.exists():
        state = folder / "making"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        shutil.copy(plain, state / "lahmadaemon.db")
        _visits(state / "lahmadaemon.db")
        asyncio.run(_kept(state))
        (state / "lahmadaemon.db").rename(whole)
        shutil.rmtree(state)
    return whole
