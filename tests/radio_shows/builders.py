"""Entries of an invented log, and an invented programme, in Budapest's wall time."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, instant
from lahmadaemon.radio.periods import Period, week
from lahmadaemon.radio.shows.airing import Aired
from lahmadaemon.radio.shows.attribution import MARGIN, Plan, aired
from lahmadaemon.radio.shows.grid import Grid, Planned, Show, Slot, planned
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.matching import Matcher
from lahmadaemon.radio.snapshot import OnAir

BUDAPEST = ZoneInfo("Europe/Budapest")
ROCKET, WORKSHOP, NIGHT = (
    Show("urhajo-klub", "Űrhajó Klub"),
    Show("kobanyai-muhely", "Kőbányai Műhely", playlist="Kobanyai Muhely"),
    Show("ejjeli-muszak", "Éjjeli Műszak", aliases=("Night Shift",)),
)
SHOWS = (ROCKET, WORKSHOP, NIGHT)


def at(text: str, fold: int = 0) -> Instant:
    """`2026-10-21 20:00` in Budapest; `fold=1` for the second two o'clock of an autumn night."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=BUDAPEST, fold=fold))


def live(host: str, title: str = "Élő adás") -> OnAir:
    return OnAir(online=True, live=True, streamer=host, artist=host, title=title)


def recorded(artist: str, title: str = "", playlist: str | None = None) -> OnAir:
    return OnAir(online=True, artist=artist, title=title, playlist=artist if playlist is None else playlist)


JINGLE = OnAir(online=True, artist="Pogácsa Rádió", title="Állomásjel 1", playlist="Jingle Station ID")
AMBIENT = OnAir(online=True, artist="Zsongás", title="Délutáni köd", playlist="Off Air Ambient")
OFFLINE = OnAir(online=False)


def titled(title: str) -> OnAir:
    """All that a plain Icecast tells."""
    return OnAir(online=True, title=title)


def entry(start: Instant, end: Instant, on_air: OnAir) -> Entry:
    return Entry(start, end, end, on_air)


def log(*lines: tuple[str, OnAir | None], end: str) -> list[Entry]:
    """What was on air from each moment to the next; None is silence."""
    moments = [*(at(start) for start, _ in lines), at(end)]
    return [entry(moments[i], moments[i + 1], on_air) for i, (_, on_air) in enumerate(lines) if on_air is not None]


def slot(weekday: int, begins: str, ends: str, show: Show) -> Slot:
    return Slot(weekday, time.fromisoformat(begins), time.fromisoformat(ends), show.slug, show.name)


def told(
    entries: list[Entry],
    *slots: Slot,
    of: str = "2026-10-21",
    dated: tuple[Planned, ...] = (),
    since: str | None = None,
    until: str | None = None,
    aliases: dict[str, str] | None = None,
) -> Aired:
    """What was on air in the week of a day (and a day around it), by the log and the plan."""
    period = week_of(of)
    start, end = (
        at(since) if since else Instant(period.start - MARGIN),
        at(until) if until else Instant(period.end + MARGIN),
    )
    plan = Plan(SHOWS, planned(Grid(SHOWS, slots, dated=dated), BUDAPEST, start, end), Matcher(SHOWS, aliases))
    return aired(entries, plan, BUDAPEST, start, end)


def week_of(day: str) -> Period:
    return week(datetime.fromisoformat(day).date(), BUDAPEST)


def story(found: Aired, day: str | None = None) -> list[str]:
    """Airings in words: `Wed 20:00-22:00 Űrhajó Klub`; of one day where one is named."""
    lines = []
    for airing in found.airings:
        begins, ends = (datetime.fromtimestamp(moment / 1000, BUDAPEST) for moment in (airing.start, airing.end))
        if day is None or begins.date().isoformat() == day:
            lines.append(f"{begins:%a %H:%M}-{ends:%H:%M} {airing.name}")
    return lines
