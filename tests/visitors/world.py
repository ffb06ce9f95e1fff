"""A real folder, a real SQLite file, and the intake of one camera between them."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from lahmadaemon.clock import DAY, MINUTE
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service
from lahmadaemon.visitors.intake.folder import Folder
from lahmadaemon.visitors.intake.intake import Camera, Intake
from lahmadaemon.visitors.intake.opening import OpeningHours
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore, FileRow, crossings, files
from lahmadaemon.visitors.store import day_totals
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock, others
from tests.fakes.house import House, keeping
from tests.samples import sample
from tests.visitors.builders import ZONE

REAL_LIMIT = 10.0


class World:
    """What a test puts in and looks at."""

    def __init__(self, path: Path, store: Store, clock: FakeClock) -> None:
        self.path = path
        self.store = store
        self.clock = clock
        self.alarms = FakeAlarms()
        self.camera = Camera(
            "door", Folder(path), ZONE, Patience(5 * MINUTE, DAY, OpeningHours(), ZONE),
            scan_every=10.0, incomplete_after=60.0, max_age=400 * 86400.0,
        )  # fmt: skip
        self.door: CameraStore = CameraStore(store, "door")

    def put(self, name: str, content: bytes | str) -> None:
        """A file that is written now, by the clock of this world; a text is the name of a sample."""
        path = self.path / name
        path.write_bytes(sample(f"visitors/{content}") if isinstance(content, str) else content)
        os.utime(path, ns=(self.clock.now() * 1_000_000,) * 2)

    def put_samples(self, folder: str) -> None:
        for path in sorted((Path(__file__).parents[1] / "samples/visitors" / folder).iterdir()):
            if path.name != "expected.json":
                self.put(path.name, path.read_bytes())

    def intake(self, **changes: Any) -> Intake:
        """A new one, as after a restart."""
        return Intake(replace(self.camera, **changes), self.door, self.clock, self.alarms)

    @asynccontextmanager
    async def watching(self, intake: Intake | None = None, *others: Service) -> AsyncIterator[House]:
        """The intake at work; its first turn is over."""
        intake = intake or self.intake()
        async with keeping(self.clock, intake, *others) as house:
            await self.rest(intake.name)
            yield house
            await self.rest(intake.name)

    async def rest(self, name: str = "visitors.intake.door") -> None:
        """Wait, in real time, until the service sleeps, or has ended."""
        limit = time.monotonic() + REAL_LIMIT
        await self.clock.settle()
        while not any(sleeper.task.get_name() == name for sleeper in self.clock._sleepers):
            assert time.monotonic() < limit, f"{name} does not come to rest"
            if all(task.get_name() != name for task in asyncio.all_tasks()):
                await self.clock.settle()  # its keeper writes down how it ended
                return
            await others()

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.rest()

    def waiting(self) -> list[str]:
        """The files in the folder itself."""
        return sorted(path.name for path in self.path.iterdir() if not path.is_dir())

    def archived(self, where: str) -> list[str]:
        """The original names of what was put away, without the reasons beside."""
        found = [path.name for path in (self.path / where).glob("*/*") if not path.name.endswith(".reason.txt")]
        return sorted(name[: name.rindex("__")] + name[name.rindex("."):] for name in found)  # fmt: skip

    def reason(self, name: str) -> str:
        """What was put beside a file that failed."""
        [path] = (self.path / "failed").glob(f"*/{Path(name).stem}__*.reason.txt")
        return path.read_text()

    async def counts(self) -> dict[str, tuple[int, int, int]]:
        """In, out and neither, by day."""
        return {day.day: (day.ins, day.outs, day.others) for day in await day_totals(self.store, "0", "9")}

    async def crossings(self) -> int:
        async with self.store.read() as reading:
            return int((await reading.execute(select(func.count()).select_from(crossings))).scalar_one())

    async def files(self) -> dict[str, FileRow]:
        """What is remembered of files, by their names."""
        async with self.store.read() as reading:
            return {row.name: FileRow(*row) for row in await reading.execute(select(files))}
