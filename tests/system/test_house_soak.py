"""Thirty days of everything in fake time, troubles sprinkled: exact figures, each trouble told once, nothing grows."""

import asyncio
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(900)
async def test_thirty_days_of_the_whole_house_are_exact_and_grow_nothing(tmp_path: Path) -> None:
    soak = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.system.house_soak",
        str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    words, _ = await soak.communicate()

    assert soak.returncode == 0, words.decode()
