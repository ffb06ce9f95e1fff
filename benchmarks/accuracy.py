"""How right are the figures? A seeded radio of known truth through the stand-in AzuraCast, and what became of it.

    python benchmarks/accuracy.py [--days 2] [--scenario clean ...] [--shows]

truth       every connection of the invented audience, to the millisecond; machines (bot, relay, probes, always-on) left out
ours        the daemon's own services: a poll every 30 s, hourly and nightly reconciling, net figures, shows as heard
old script  the station's older script on the same polls: by address, a session whenever the length goes down
AzuraCast   its own definitions on its own table: uniques without whoever is still there, averages from ends of tracks

Errors are of the worst day, in percent of the truth; CUME in listeners. Figures with a flag say so.
"""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import httpx
import structlog
from a_known_world import KnownAudience, OldScript, airings, azuracasts_own
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy.engine import URL

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, iso
from lahmadaemon.demo.azuracast import AzuraCast as StandIn
from lahmadaemon.demo.faults import Fault
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio import periods
from lahmadaemon.radio.azuracast.source import AzuraCast
from lahmadaemon.radio.figures import Rules, figures
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.shows.log.log import OnAirLog
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.reconcile import Reconcile
from lahmadaemon.store.database import Store, open_store

ZONE = ZoneInfo("Europe/Budapest")
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
EVERY = 30 * SECOND
NAMES = ("cume", "ss", "tlh", "aas", "peak")


class Moved:
    """A clock that is set."""

    def __init__(self, now: Instant) -> None:
        self._now = now

    def now(self) -> Instant:
        return self._now

    def monotonic(self) -> float:
        return self._now / SECOND

    def set(self, now: Instant) -> None:
        self._now = now

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Nobody waits here."""
        return event.is_set()


class Quiet:
    """No alarm goes anywhere."""

    def raise_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None: ...

    def clear_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None: ...


@dataclass(frozen=True)
class Scenario:
    """What happens at each poll: the trouble of its answer, or the daemon is not there at all."""

    title: str
    first: date = date(2026, 10, 19)
    trouble: Callable[[int, Random], Fault | None] = lambda _at, _random: None
    absent: Callable[[int], bool] = lambda _at: False
    reconciling: bool = True


def _outage(at: int) -> bool:
    """Two hours each evening: at worst, when most listen."""
    return 17 * HOUR <= at % DAY < 19 * HOUR


def _resets(at: int, _: Random) -> Fault | None:
    return Fault.MASS_RESET if at % (6 * HOUR) == 3 * HOUR else None


def _failing(_: int, random: Random) -> Fault | None:
    return (
        random.choice([Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.HTML, Fault.EMPTY])
        if random.random() < 0.1
        else None
    )


SCENARIOS = {
    "clean": Scenario("a clean day"),
    "failing": Scenario("10 % of polls fail", trouble=_failing),
    "outage": Scenario("daemon down for two hours", absent=_outage),
    "reset": Scenario("mass resets, four a day", trouble=_resets),
    "dst": Scenario("the day of 25 hours", first=date(2026, 10, 24)),
    "polls only": Scenario("a clean day, polls alone", reconciling=False),
    "outage, polls only": Scenario("two hours down, polls alone", absent=_outage, reconciling=False),
}


@dataclass
class Result:
    """Errors of each way by figure, and what the worst show and the flags were."""

    errors: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    shows: list[float] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def add(self, way: str, found: dict[str, float], truth: dict[str, float]) -> None:
        for name in NAMES:
            if name in found:
                off = found[name] - truth[name]
                error = off if name == "cume" else 100 * off / truth[name]
                self.errors.setdefault(way, {}).setdefault(name, []).append(error)

    def worst(self, way: str, name: str) -> float | None:
        return max(self.errors.get(way, {}).get(name, []), key=abs, default=None)


async def play(scenario: Scenario, days: int, size: int, folder: Path, tick: Callable[[], None]) -> Result:
    """Live through the days, and compare each; the day before the first is lived through, too, for classes need it."""
    all_days = [periods.day(scenario.first + timedelta(days=number), ZONE) for number in range(-1, days)]
    start, end = all_days[0].start, all_days[-1].end
    clock, random = Moved(start), Random(7)
    world = KnownAudience(11, ZONE, size, start=start)
    server = StandIn(clock, world, KEY)
    settings = StationSettings(url="http://radio.example", api_key=KEY)
    async with (
        open_store(URL.create("sqlite", database=str(folder / "accuracy.db"))) as store,
        httpx.AsyncClient(transport=httpx.ASGITransport(server)) as client,
    ):
        source = AzuraCast("lahmacun", settings, client, clock, Pseudonyms(b"accuracy" * 4))
        known = RadioStore(store, "lahmacun")
        reconcile = Reconcile(known, HistoryStore(store, "lahmacun"), source, clock, ZONE)
        scripts: dict[str, OldScript] = {}

        def snapshots() -> Snapshots:
            log = OnAirLog(OnAirStore(store, "lahmacun"), EVERY / SECOND)
            return Snapshots(known, source, clock, EVERY / SECOND, Quiet(), timezone=ZONE.key, on_air=log)

        service, away = snapshots(), False
        for at in range(start, end + 2 * HOUR, EVERY):
            clock.set(Instant(at))
            tick()
            if scenario.absent(at):
                away = True
                continue
            if away:
                service, away = snapshots(), False
                if scenario.reconciling:
                    await service.turn()
                    await reconcile.turn()
            if fault := scenario.trouble(at, random):
                server.faults.next(fault)
            try:
                await service.turn()
            except UpstreamError:
                continue
            day = next((day for day in all_days if day.start <= at < day.end), None)
            if day and fault is not Fault.EMPTY:
                table = server._table  # noqa: SLF001 - what the answer just held
                scripts.setdefault(day.label, OldScript()).poll(table.live(at // SECOND))
            if scenario.reconciling and at % HOUR == 2 * MINUTE:
                await reconcile.turn()
        world.advance(Instant(end + 2 * HOUR))
        return await _compared(store, client, world, all_days[1:], scripts, Instant(end + 2 * HOUR))


async def _compared(
    store: Store, client: httpx.AsyncClient, world: KnownAudience, days: list[periods.Period],
    scripts: dict[str, OldScript], now: Instant,
) -> Result:  # fmt: skip
    result, rules = Result(), Rules()
    truth = world.sessions(now)
    reporter = Reporter(RadioStore(store, "lahmacun"), RadioSettings(), ZONE)
    for day in days:
        true = figures(truth, day, rules).as_json()
        report = await reporter.report(day, now)
        result.flags |= set(report.flags) - {"measuring_began"}
        result.add("ours", report.net.as_json(), true)
        if script := scripts.get(day.label):
            result.add("old script", script.figures((day.end - day.start) // SECOND), true)
        result.add("AzuraCast", await _azuracast(client, world, day), true)
    shows = show_reporter(store, "lahmacun", ZONE, RadioSettings())
    found = {line.name: line.net.tlh for line in (await shows.report(periods.week(_monday(days), ZONE), now)).shows}
    for name, hours in _true_shows(world, days, rules, now):
        result.shows.append(100 * (found.get(name, 0.0) - hours) / hours)
    return result


def _monday(days: list[periods.Period]) -> date:
    return date.fromisoformat(days[0].label)


def _true_shows(
    world: KnownAudience, days: list[periods.Period], rules: Rules, now: Instant
) -> Iterator[tuple[str, float]]:
    """Each show's listened hours over its airings in the days, within the first day's week."""
    week = periods.week(_monday(days), ZONE)
    sessions = [s for s in world.sessions(now) if s.listened >= rules.minimum]
    hours: dict[str, float] = {}
    for airing in airings(
        world.shows, Instant(max(days[0].start - DAY, week.start)), Instant(min(days[-1].end, week.end))
    ):
        if airing.begins >= max(week.start, days[0].start - DAY):
            inside = sum(s.within(airing.begins, airing.ends) for s in sessions)
            hours[airing.artist] = hours.get(airing.artist, 0.0) + inside / HOUR
    yield from hours.items()


async def _azuracast(client: httpx.AsyncClient, world: KnownAudience, day: periods.Period) -> dict[str, float]:
    """The listeners page, and the charts' averages: how many rows there were when each track of the day ended."""
    headers = {"X-API-Key": KEY}
    span = {"start": iso(day.start) or "", "end": iso(day.end - MINUTE) or ""}
    url = "http://radio.example/api/station/1/listeners"
    grouped = (await client.get(url, params=span, headers=headers)).json()
    rows = (await client.get(url, params=span | {"unique": "false"}, headers=headers)).json()
    ends, at = [], day.start
    while (play := world.shows.on_air(at)).ends < day.end:
        at, second = play.ends, play.ends // SECOND
        ends.append((second, sum(row["connected_on"] <= second < row["connected_until"] for row in rows)))
    return azuracasts_own(grouped, ends)


def shown(results: dict[str, Result]) -> Table:
    table = Table(title="Error against the truth: CUME in listeners, all else in %", title_justify="left")
    for column in ("", "way", *(name.upper() for name in NAMES), "worst show", "flags"):
        table.add_column(column, justify="right" if column.isupper() or column == "worst show" else "left")
    for title, result in results.items():
        for way in ("ours", "old script", "AzuraCast"):
            cells = [_cell(result.worst(way, name), whole=name == "cume") for name in NAMES]
            ours = way == "ours"
            show = _cell(max(result.shows, key=abs, default=None)) if ours else "has none"
            table.add_row(title if ours else "", way, *cells, show, ", ".join(sorted(result.flags)) if ours else "")
        table.add_section()
    return table


def _cell(error: float | None, *, whole: bool = False) -> str:
    return "–" if error is None else f"{error:+.0f}" if whole else f"{error:+.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1, help="how many days of each scenario (default: 1)")
    parser.add_argument("--size", type=int, default=60, help="connections at the evening peak (default: 60)")
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="only these")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    chosen = options.scenario or list(SCENARIOS)
    results: dict[str, Result] = {}
    with Progress(console=Console(stderr=True)) as progress:
        for name in chosen:
            task = progress.add_task(name, total=(options.days + 1) * 2880 + 240)
            with tempfile.TemporaryDirectory() as folder:
                scenario = SCENARIOS[name]
                results[scenario.title] = asyncio.run(
                    play(scenario, options.days, options.size, Path(folder), lambda task=task: progress.advance(task))  # type: ignore[misc]
                )
    screen = Console()
    (screen if screen.is_terminal else Console(width=132)).print(shown(results))


if __name__ == "__main__":
    main()
