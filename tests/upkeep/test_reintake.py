"""An old backup is restored: cameras' files that came since are read once more, and the counts are as if nothing had been."""

import asyncio
import shutil
from pathlib import Path

from tests.fakes.clock import FakeClock
from tests.upkeep.commanding import Typed
from tests.visitors.test_more_faults import a_world


def test_81_after_a_restore_the_files_that_came_since_are_read_again_and_no_other(typed: Typed, tmp_path: Path) -> None:
    folder, backup = tmp_path / "in", tmp_path / "backup.db"
    folder.mkdir()

    async def camera(*samples: str) -> dict[str, tuple[int, int, int]]:
        async with a_world(folder, typed.database, FakeClock()) as world:
            for each in samples:
                world.put_samples(each)
            async with world.watching():
                await world.advance(120)
            return await world.counts()

    asyncio.run(camera())
    assert typed("backup", "--to", backup) == 0
    counts = asyncio.run(camera("good"))
    assert counts
    typed.set(LAHMA_VISITORS__FOLDERS__DOOR__PATH=str(folder))
    assert typed("doctor", "--reintake") == 0
    assert "0 processed files are back in their folders" in typed.out
    shutil.copyfile(typed.database, tmp_path / "now.db")

    assert typed("restore", backup) == 0
    assert "`lahmadaemon doctor --reintake` has them read once more" in typed.out
    assert typed("doctor", "--reintake") == 0
    assert "crossings it knows are passed over" in typed.out

    assert asyncio.run(camera()) == counts


def test_without_cameras_there_is_nothing_to_read_again(typed: Typed) -> None:
    assert typed("doctor", "--reintake") == 2
    assert "no folder is watched" in typed.err
