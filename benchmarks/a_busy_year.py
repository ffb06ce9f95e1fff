"""A made-up year of a busy station, put straight into a store's tables: seeded, and the same whenever it is built."""

import math
import random
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, HOUR, SECOND, instant
from lahmadaemon.radio.shows.log.store import on_air
from lahmadaemon.radio.store import connections, polls
from lahmadaemon.store.migrating import head, migrate

STATION = "busy"
ZONE = ZoneInfo("Europe/Budapest")
BEGINS, ENDS = (instant(datetime(year, 1, 1, tzinfo=ZONE)) for year in (2025, 2026))
EVERY = 30 * SECOND
MOUNTS = ("/radio.mp3 (192kbps MP3)", "/radio.mp3 (192kbps MP3)", "/radio.ogg (96kbps OGG)", "HLS: live")
CITIES = (("HU", "Budapest"), ("HU", "Budapest"), ("HU", "Szeged"), ("DE", "Berlin"), ("GB", "London"), (None, None))
BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 8, 8, 8, 9, 10, 11, 12, 13, 12, 10, 7, 4)
ALWAYS_ON = 20


def connections_of_the_year(count: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """In the order in which they begin: regulars and passers-by, players that lose the line, a few that never go."""
    people = max(100, count // 60)
    agents = [
        f"Mozilla/5.0 (Linux; Android {n % 6 + 9}; Pixel {n}) AppleWebKit/537.36 Chrome/{90 + n % 50}.0"
        for n in range(400)
    ]
    step = (ENDS - BEGINS) / count
    weight = sum(BY_HOUR) / 24
    moment = float(BEGINS)
    again = [(BEGINS + n * HOUR, n) for n in range(ALWAYS_ON)]  # (when, who): players that come back
    while moment < ENDS:
        hour = int(moment // HOUR + 1) % 24
        moment += step * weight / BY_HOUR[hour] * -math.log(1 - chance.random())
        start, who = int(moment), ALWAYS_ON + int((people - ALWAYS_ON) * chance.random() ** 1.3)
        if again[0][0] <= start:
            start, who = heappop(again)
        forever = who < ALWAYS_ON
        length = 20 * HOUR if forever else min(int(chance.lognormvariate(6.2, 1.6) * SECOND), 3 * DAY)
        ended = start + length
        if forever or chance.random() < 0.08:
            heappush(again, (ended + chance.randrange(90 * SECOND), who))
        country, city = CITIES[who % len(CITIES)]
        identity = (who * 0x9E3779B97F4A7C15 % 2**128).to_bytes(16, "big")
        yield (
            STATION, chance.randbytes(16), start, identity, identity[:15] + b"n", start + 9_000, ended - 14_000, ended + 15_000,
            ended, MOUNTS[who % len(MOUNTS)], agents[who % len(agents)], who % 97 == 0, who % 2, False, city is not None,
            country, city, None, "poll", identity[:14] + b"ne", None,
        )  # fmt: skip


def on_air_of_the_year() -> Iterator[tuple[object, ...]]:
    """A live show every hour, each at its place in the week."""
    for number, start in enumerate(range(BEGINS, ENDS, HOUR)):
        name = f"Show {number % 168}"
        yield (STATION, start, start, start + HOUR, True, True, name, "", name, "", number + 1, "poll")


def polls_of_the_year() -> Iterator[tuple[object, ...]]:
    """Every half minute; none in an hour of every thirtieth day."""
    for at in range(BEGINS, ENDS, EVERY):
        if not (at % (30 * DAY) < HOUR):
            yield (STATION, at + 120, at, EVERY, "valid", 280, 290, 270, 120, -120)


def build(folder: Path, count: int) -> Path:
    """The year's file; made in a minute or two, once for each count and schema."""
    path = folder / f"a_busy_year_{count}_{head()}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    migrate(URL.create("sqlite", database=str(unfinished)))
    database = sqlite3.connect(unfinished, isolation_level=None)
    for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -3000000", "locking_mode = exclusive"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    chance = random.Random(2025)
    content = (
        (connections, connections_of_the_year(count, chance)),
        (polls, polls_of_the_year()),
        (on_air, on_air_of_the_year()),
    )
    for table, rows in content:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" for _ in table.columns)
        database.executemany(f"INSERT OR IGNORE INTO {table.name} ({columns}) VALUES ({marks})", rows)
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode = wal")
    database.close()
    unfinished.rename(path)
    return path
