"""The tour of faults as somebody starts it, only faster: every fault is noticed, told and over."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.system.process import environment

FAULTS = (
    "The station's API dies", "A camera falls silent", "A camera writes garbage", "The partner refuses",
    "A creator's login dies", "The messenger is flooded",
)  # fmt: skip
TELLING = (
    "service radio.snapshot.demo is in trouble", "no files from camera lobby", "unusable files from camera garage",
    "mall lets us in no more", "creator 10 is not connected to meta", "no files from camera entrance",
)  # fmt: skip
ROW = re.compile(r"│ (?P<fault>.+?) +│ +(?P<noticed>.+?) │ +(?P<told>\d+) │ +(?P<resolved>.+?) │ the people on duty │")


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_every_fault_of_the_tour_is_noticed_told_and_over(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lahmadaemon", "demo", "--tour", "--speed", "200",
        env=environment(tmp_path, TMPDIR=str(tmp_path)), cwd=tmp_path, stdout=PIPE,
    )  # fmt: skip
    try:
        said = (await process.communicate())[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert process.returncode == 0, said
    rows = [found for line in said.splitlines() if (found := ROW.match(line))]
    assert tuple(row["fault"] for row in rows) == FAULTS, said
    assert all(int(row["told"]) >= 2 for row in rows), said
    assert "never" not in said.partition("What became of it")[2]
    assert "\x1b" not in said, "no colours where nobody looks at a screen"
    messages = " ".join(line.strip(" »") for line in said.splitlines())
    for number, alarm in enumerate(TELLING, 1):
        act = messages.partition(f"{number}/6 ")[2].partition(f"{number + 1}/6 ")[0]
        assert re.search(rf"ALARM since \S+ .*{alarm}.*OVER after .*{alarm}", act), (alarm, said)
    assert list(tmp_path.glob("lahmadaemon-demo-*")) == []
