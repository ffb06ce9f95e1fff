"""A sessions table for publishing: nobody in it can be followed from file to file, or found by being rare. Pure.

What is taken: pseudonyms (numbers of this file alone take their place), User-Agents and cities, seconds of times, and
countries that fewer than `CROWD` listeners share. Sums of hours and sessions stay right to the minute.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from lahmadaemon.radio.files import Table

CROWD = 5
"""Listeners that must share a country before it is told: the small-cell rule of statistics offices."""
OTHERS = "others"
TAKEN = ("user_agent", "city")
STEP = timedelta(minutes=15)
"""Beginnings and ends are told to the quarter of an hour before."""


def anonymous(sessions: Table) -> Table:
    """The same sessions, as the public may have them, in an order that tells nothing."""
    columns = {name: kind for name, kind in sessions.columns.items() if name not in TAKEN}
    crowds: dict[str, set[str]] = defaultdict(set)
    for row in sessions.rows:
        crowds[row["country"] or ""].add(row["listener"])
    random = SystemRandom()
    listeners = sorted({row["listener"] for row in sessions.rows})
    random.shuffle(listeners)
    numbers = {listener: str(number) for number, listener in enumerate(listeners, 1)}

    def told(row: dict[str, Any]) -> dict[str, Any]:
        country = row["country"] if len(crowds[row["country"] or ""]) >= CROWD else OTHERS
        changed = {
            "listener": numbers[row["listener"]],
            "started_at": _coarse(row["started_at"]),
            "ended_at": _coarse(row["ended_at"]),
            "seconds_listened": round(row["seconds_listened"] / 60) * 60.0,
            "hours_inside": round(row["hours_inside"], 2),
            "country": country,
        }
        return {name: changed.get(name, row[name]) for name in columns}

    rows = [told(row) for row in sessions.rows]
    return Table(columns, sorted(rows, key=lambda row: (row["started_at"], int(row["listener"]))))


def _coarse(moment: datetime) -> datetime:
    return moment - timedelta(
        minutes=moment.minute % (STEP.seconds // 60), seconds=moment.second, microseconds=moment.microsecond
    )
