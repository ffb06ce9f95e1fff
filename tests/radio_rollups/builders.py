"""Six weeks of a little station, and who makes its reports without another process."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.making import Job, Made, make
from lahmadaemon.radio.rollups.service import Rollups
from lahmadaemon.radio.rollups.store import hours, kept
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.snapshot import Connection
from lahmadaemon.radio.store import Poll, RadioStore, polls
from lahmadaemon.radio.vouched.store import amended
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert
from tests.fakes.clock import FakeClock
from tests.radio.builders import connection

BUDAPEST = ZoneInfo("Europe/Budapest")
SETTINGS = RadioSettings()
HALF_A_DAY = 12 * HOUR


def at(text: str) -> Instant:
    """By the clock on the wall in Budapest in 2026: `10-14 00:30`."""
    return instant(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BUDAPEST))


BEGAN, NOW = at("09-11 00:00"), at("10-20 12:00")


def poll(moment: int) -> Poll:
    return Poll(Instant(moment + 100), Instant(moment), HALF_A_DAY, "valid", 1, 1, 1, 20, -100)


def heard(name: str, start: int, end: int, mount: str = "/radio.mp3") -> tuple[Connection, Closing]:
    """Somebody's connection, and its end."""
    one = replace(connection(name, start / SECOND), mount=mount)
    return one, Closing(one.key, Instant(end), Instant(end), Instant(end))


async def came(radio: RadioStore, name: str, start: int, end: int) -> None:
    """One more connection, told beside the polls."""
    one, closing = heard(name, start, end)
    await radio.record(replace(poll(start), outcome="told beside"), [one], [closing])


async def measured(store: Store, station: str = "lahma") -> RadioStore:
    """Anna listens for an hour every morning at six, Béla for ten minutes every other day; polls vouch for all of it."""
    radio = RadioStore(store, station)
    told, there = [], []
    for number, moment in enumerate(range(BEGAN, NOW + 1, HALF_A_DAY)):
        told.append({"station": station, **vars(poll(moment))})
        six = moment - HALF_A_DAY // 2
        there += [heard("anna", six, six + HOUR)] if number % 2 else []
        there += [heard("béla", six + HOUR, six + HOUR + 10 * MINUTE)] if number % 4 == 1 else []
    await radio.record(poll(BEGAN), [one for one, _ in there], [closing for _, closing in there])
    async with store.write() as connection:
        await connection.execute(upsert(connection, polls).on_conflict_do_nothing(), told)
    return radio


async def amend(store: Store, hour: int, noted_at: int, station: str = "lahma") -> None:
    """As reconciling says that an hour changed after the event."""
    async with store.write() as connection:
        statement = upsert(connection, amended).on_conflict_do_update(
            index_elements=list(amended.primary_key.columns), set_={"noted_at": noted_at}
        )
        await connection.execute(statement, [{"station": station, "hour": hour, "noted_at": noted_at}])


def keeping(radio: RadioStore, settings: RadioSettings = SETTINGS, zone: ZoneInfo = BUDAPEST) -> Keeping:
    return Keeping(radio, settings, zone)


class Here:
    """Makes reports in this process; remembers which, and can be made to fail."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.made: list[str] = []
        self.dies_after: int | None = None

    async def make(self, job: Job) -> Made:
        if self.dies_after == len(self.made):
            raise KilledError
        made = await make(self._store, job)
        self.made.append(f"{job.kind} {job.period.label}")
        return made

    async def rest(self) -> None:
        return


_turned: dict[str, tuple[list[str], list[list[dict[str, Any]]]]] = {}
"""By the settings: what a first turn made of what `measured` left, and the rows it kept."""


async def kept_already(radio: RadioStore, here: Here, settings: RadioSettings = SETTINGS) -> None:
    """The service has had its turn with nothing but `measured` in the store. That takes seconds and always comes out the
    same: it is done for the first who asks, and the rows it left are written again for everybody else."""
    found = _turned.get(settings.model_dump_json())
    if found is None:
        await Rollups([keeping(radio, settings)], FakeClock(NOW), here).turn()
        async with radio.beside.read() as reading:
            rows = [[dict(row._mapping) for row in await reading.execute(select(table))] for table in (kept, hours)]
        _turned[settings.model_dump_json()] = (list(here.made), rows)
        return
    here.made += found[0]
    async with radio.beside.write() as writing:
        for table, own in zip((kept, hours), found[1], strict=True):
            await writing.execute(insert(table), own)


class KilledError(Exception):
    """Stands for kill -9."""
