"""What the house says of visitors in a chat and in the digest."""

from datetime import date
from pathlib import Path

import pytest

from lahmadaemon.answers import Answers
from lahmadaemon.clock import DAY, SECOND, Instant, local
from lahmadaemon.settings import Settings
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.visitors.intake.crossings import Crossing, Status
from tests.checking.settings import loaded
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import new_store
from tests.fakes.window import ZONE
from tests.window.seeded import keep_file

TODAY = date(2026, 10, 21)
FOLDERS = {
    f"LAHMA_VISITORS__FOLDERS__{name}__PATH": f"/srv/cameras/{name.lower()}" for name in ("LOBBY", "GARDEN", "GARAGE")
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(tmp_path, **FOLDERS).settings


async def test_a_camera_that_nobody_heard_has_no_count_and_one_that_saw_nobody_has_nought(
    settings: Settings, tmp_path: Path
) -> None:
    """Story: the first digest after an installation said `0 in, 0 out` of a day on which nothing had been counted."""
    clock = FakeClock()
    crossings = tuple(
        Crossing(Instant(START - n * SECOND), f"{local(START, ZONE):%Y-%m-%d}", n, way, n, None)
        for n, way in enumerate((0, 0, 1))
    )
    async with new_store(tmp_path / "lahmadaemon.db") as store:
        await keep_file(store, "lobby", "three.json", START, Status.STORED, crossings)
        await keep_file(store, "garden", "sign-of-life.json", START, Status.EMPTY, ())
        await keep_file(store, "garage", "broken.json", START, Status.REJECTED, (), "no JSON")
        answers = Answers(settings, store, clock, HealthBoard(clock).report)

        assert await answers.about(TODAY) == ["lobby: 2 in, 1 out, 1 there", "garden: 0 in, 0 out", "garage: no files"]
        assert await answers.about(local(Instant(START - DAY), ZONE).date()) == [
            "lobby: no files",
            "garden: no files",
            "garage: no files",
        ]
        assert await answers.week() == "lobby: 2 in, 1 out, 1 there\ngarden: 0 in, 0 out\ngarage: no files"
