"""The verbs behind the commands: each opens what it needs, asks one thing and shows the answer.

What only one verb needs is imported there: `report` should not wait for a web server it does not use.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock
from lahmadaemon.configuration import Given, load, settings_of
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import files, periods
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.store import RadioStore, stations
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.store.database import open_for_reading

if TYPE_CHECKING:
    from lahmadaemon.daemon import Ended

WELL, UNWELL = 0, 1


def run(loaded: Loaded, options: argparse.Namespace) -> int:
    """The daemon."""
    from lahmadaemon import daemon

    async def until_stopped() -> int:
        return left(await daemon.run(loaded.settings, SystemClock(), daemon.Doorbell()))

    return asyncio.run(until_stopped())


def left(ended: "Ended") -> int:
    """The exit code. Does not come back where tasks swallow every cancellation: asyncio would wait for them for ever."""
    if ended.stragglers:
        sys.stdout.flush()
        os._exit(ended.code)
    return ended.code


def demo(loaded: Loaded, options: argparse.Namespace) -> int:
    """The real daemon over a stand-in for the world."""
    if not 1 <= options.speed <= 600:
        raise ConfigurationError(f"--speed {options.speed:g}: write a number from 1 to 600")
    return asyncio.run(_demo(options.speed, options.seconds, options.keep))


async def _demo(speed: float, seconds: float | None, keep: Path | None) -> int:
    from lahmadaemon import daemon
    from lahmadaemon.demo.event_log import EventLog
    from lahmadaemon.demo.showing import Showing, Wish
    from lahmadaemon.demo.stage import STATION, set_stage
    from lahmadaemon.demo.view import event_line

    events = EventLog(lambda event: None if sys.stdout.isatty() else print(f"  {event_line(event)}", flush=True))
    doorbell = daemon.Doorbell(hangup_rings=True)
    showings: list[Showing] = []
    with (
        nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="lahmadaemon-demo-") as folder,
        events.catching(),
    ):
        async with set_stage(speed) as stage:
            given = {name: Given(value, "demo") for name, value in stage.settings.items()}
            settings = load(Settings, given | {"LAHMA_STATE_FOLDER": Given(folder, "demo")})

            def guests(house: daemon.House) -> Sequence[Showing]:
                radio = RadioStore(house.store, STATION)
                reporter = Reporter(radio, settings.radio)
                showings.append(Showing(stage, radio, reporter, house.board, events, Wish(seconds, doorbell.ring)))
                return showings

            if not sys.stdout.isatty():
                print(stage.title)
            ended = await daemon.run(settings, stage.clock, doorbell, guests)
    print(*(line for showing in showings for line in showing.last_words()), sep="\n")
    print(f"The data is in {keep}." if keep else "Nothing is left behind; --keep FOLDER keeps the data.")
    return ended.code


def check(loaded: Loaded, options: argparse.Namespace) -> int:
    """The settings are right, or we would not have come here."""
    screen, settings = terminal.console(), loaded.settings
    screen.print(terminal.settings_table(settings_of(Settings), loaded.given))
    names = ", ".join(settings.radio.stations)
    screen.print(
        f"radio: {names or 'off; set LAHMA_RADIO__STATIONS__<NAME>__URL and __API_KEY to measure a station'}",
        markup=False,
    )
    screen.print(f"store: {settings.store.resolved(settings.state_folder).render_as_string()}", markup=False)
    return WELL


def status(loaded: Loaded, options: argparse.Namespace) -> int:
    """What the daemon's window says about its health."""
    from lahmadaemon.web.asking import ask_health

    health = ask_health(loaded.settings.web, loaded.settings.state_folder)
    if options.json:
        print(json.dumps(health, indent=2))
    else:
        terminal.console().print(terminal.status_table(health))
    return WELL if health["status"] == "ok" else UNWELL


def once(loaded: Loaded, options: argparse.Namespace) -> int:
    """One turn with the same settings and store as the daemon's."""
    from lahmadaemon import daemon
    from lahmadaemon.systemd import Notifier

    async def one_turn() -> None:
        async with daemon.open_house(loaded.settings, SystemClock(), Notifier({})) as house:
            await house.service(options.service).turn()

    asyncio.run(one_turn())
    print(f"{options.service}: one turn done")
    return WELL


def report(loaded: Loaded, options: argparse.Namespace) -> int:
    """Figures from the store, also while the daemon runs."""
    station, reports = asyncio.run(_reports(loaded.settings, options))
    if options.json:
        print(json.dumps({f"{options.kind}s": {each.period.label: each.as_json() for each in reports}}, indent=2))
    elif options.csv:
        sys.stdout.write(files.as_csv(files.totals_table(station, reports)).decode())
    else:
        terminal.console().print(terminal.report_table(station, reports))
    return WELL


async def _reports(settings: Settings, options: argparse.Namespace) -> tuple[str, list[PeriodReport]]:
    from lahmadaemon.daemon import station_zone

    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        station = _station(await stations(store), options.station)
        zone, now = station_zone(settings, station), SystemClock().now()
        first = _date("--date", options.date, options.kind, periods.today(now, zone))
        last = _date("--to", options.to, options.kind, periods.today(now, zone)) if options.to else first
        if last < first:
            raise ConfigurationError(f"--to {options.to} is before --date {options.date}")
        spans = {
            period.label: period for day in _days(first, last) for period in [periods.KINDS[options.kind](day, zone)]
        }
        reporter = Reporter(RadioStore(store, station), settings.radio)
        return station, [await reporter.report(period, now) for period in spans.values()]


def export(loaded: Loaded, options: argparse.Namespace) -> int:
    """A day's files, also while the daemon runs."""
    for path in asyncio.run(_export(loaded.settings, options)):
        print(path)
    return WELL


async def _export(settings: Settings, options: argparse.Namespace) -> list[Path]:
    from lahmadaemon.daemon import exporter, station_zone

    written: list[Path] = []
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        known = await stations(store)
        for station in known if len(known) > 1 and not options.station else [_station(known, options.station)]:
            now = SystemClock().now()
            day = _date("--day", options.day, "day", periods.today(now, station_zone(settings, station)))
            files = exporter(settings, store, station, options.format, options.folder, addresses=True)
            done = await files.export(day, now)
            written += done.files
            print(
                f"{station} {day}: {done.report.gross.cume} valid listeners ({done.report.net.cume} without bots and "
                f"relays, {done.report.gross.long_listeners} long), {done.report.coverage:.1%} measured",
                file=sys.stderr,
            )
    return written


def _station(known: Sequence[str], asked: str | None) -> str:
    """The station that is meant. Raises ConfigurationError, naming those there are, where that is not clear."""
    if not known:
        raise ConfigurationError(
            "no station has been measured yet; start `lahmadaemon run` with a station in its settings"
        )
    if asked is None and len(known) == 1:
        return known[0]
    if asked and asked.lower() in known:  # settings write names in capitals
        return asked.lower()
    problem = f"--station {asked} was never measured" if asked else "there is more than one station"
    raise ConfigurationError(f"{problem}; say --station with one of: {', '.join(known)}")


def _date(option: str, text: str, kind: str, today: date) -> date:
    try:
        return periods.parse(text, kind, today)
    except ValueError as error:
        raise ConfigurationError(f"{option} {text}: write {periods.EXAMPLES[kind]}, today or yesterday") from error


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
