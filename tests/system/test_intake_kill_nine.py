"""kill -9 at two hundred random moments of an intake: every good crossing is kept once, and no file is lost."""

import asyncio
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.system.intake_nursery import ZONE, Row, plan

LIVES, FILES, SEED = 200, 5000, 20261123


def key(row: Row) -> tuple[int, object, object, object]:
    at = datetime.strptime(str(row["time"]), "%Y%m%d%H%M%S").replace(tzinfo=ZONE)
    return round(at.timestamp() * 1000), row["ID"], row["inOut"], row["frameNumber"]


@pytest.mark.timeout(600)
async def test_two_hundred_deaths_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    nursery = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.system.intake_nursery",
        str(tmp_path),
        str(LIVES),
        str(FILES),
        str(SEED),
    )
    assert await nursery.wait() == 0

    drops = list(plan(FILES, SEED))
    expected = {key(row) for drop in drops for row in drop.rows or ()}
    with closing(sqlite3.connect(tmp_path / "lahmadaemon.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = store.execute("SELECT at, person, direction, frame FROM visitor_crossings").fetchall()
        days = store.execute("SELECT sum(ins), sum(outs), sum(others) FROM visitor_days").fetchone()
    assert sorted(kept) == sorted(expected)
    assert days == tuple(Counter(each[2] for each in expected)[direction] for direction in (0, 1, 2))

    assert list((tmp_path / "in").iterdir()) == []
    processed = {path.name[:14] for path in (tmp_path / "archive" / "processed").glob("*/*.json")}
    failed = {path.name[:14] for path in (tmp_path / "archive" / "failed").glob("*/*.json")}
    good, bad = {drop.name[:14] for drop in drops if drop.rows}, {drop.name[:14] for drop in drops if drop.rows is None}
    assert processed == good
    assert failed - good == bad, "a half that was given up may lie beside its whole; nothing else may"
    assert int((tmp_path / "worked").read_text()) > LIVES / 2, "most lives ended in the middle of their work"
