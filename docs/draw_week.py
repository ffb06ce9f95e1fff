"""Draws week.png, the picture of the weekly letter, from a week of the demo's invented station.

.venv/bin/python docs/draw_week.py
"""

import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, Instant, local
from lahmadaemon.demo.shows import STATION
from lahmadaemon.pictures.curve import Curve, Tick
from lahmadaemon.pictures.drawing import draw
from lahmadaemon.pictures.look import Head
from lahmadaemon.pictures.shows import Bar, Shows
from lahmadaemon.radio import periods

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from a_known_world import KnownAudience, airings

ZONE = ZoneInfo("Europe/Budapest")
UNMEASURED = range(58, 63)
"""Hours of the week drawn as an outage."""


def main() -> None:
    week = periods.week(date(2026, 10, 12), ZONE)
    world = KnownAudience(3, ZONE, 60, start=week.start)
    world.advance(week.end)
    sessions = [session for session in world.sessions(week.end) if session.listened >= 60_000]
    shows: dict[str, Bar] = {}
    for airing in airings(world.shows, week.start, week.end):
        inside = {s.identity: s.within(airing.begins, airing.ends) for s in sessions if s.touches(*airing[:2])}
        missed = any(airing.begins <= week.start + hour * HOUR < airing.ends for hour in UNMEASURED)
        bar = shows.get(airing.artist, Bar(airing.artist, 0.0, 0, 1.0))
        hours, people = bar.hours + sum(inside.values()) / HOUR, bar.listeners + len(inside)
        shows[airing.artist] = Bar(airing.artist, hours, people, min(bar.coverage, 0.6 if missed else 1.0))
    values = [
        None if number in UNMEASURED else sum(s.within(at, at + HOUR) for s in sessions) / HOUR
        for number, at in enumerate(map(Instant, range(week.start, week.end, HOUR)))
    ]
    total = sum(bar.hours for bar in shows.values())
    subtitle = f"{total:.0f} listened hours, {len({s.identity for s in sessions})} listeners, 97% measured"
    head = Head(f"{STATION}, week {week.label}", subtitle)
    days = [Tick(24 * number + 12, f"{local(week.start + 24 * number * HOUR, ZONE):%m-%d}") for number in range(7)]
    curve = Curve(head, values, "listeners", length=week.hours, ticks=days, edges=[24 * number for number in range(7)])
    Path(__file__).with_name("week.png").write_bytes(draw(Shows(head, list(shows.values()), curve)))


if __name__ == "__main__":
    main()
