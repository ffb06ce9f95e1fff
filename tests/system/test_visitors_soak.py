"""Thirty days of a camera, a partner and the desk in fake time: exact counts, each trouble told once, flat memory."""

import asyncio
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(600)
async def test_thirty_days_count_exactly_tell_once_and_grow_nothing(tmp_path: Path) -> None:
    soak = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.system.visitors_soak",
        str(tmp_path),
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await soak.communicate()

    assert soak.returncode == 0, words.decode()
