"""What is on air at the invented station: a weekly grid of shows, jingles before them, ambient music in the gaps."""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, instant, local

STATION = "Rigófütty Rádió"
JINGLE = 15 * SECOND
LATE = 40 * SECOND
"""A host connects a little after the hour; jingles play until then."""
AMBIENT = "Off Air Ambient"
TRACK = 20 * MINUTE
TRACKS = ("Hajnali pára", "Lassú felhők", "Vízpart", "Avar", "Távoli fények")
QUIET = 0.7
"""How many come while there is no show, against a show of popularity 1."""


class Slot(NamedTuple):
    """One line of the grid, in local time; an end before the beginning is on the next day. Day 1 is Monday."""

    days: str
    begins: str
    ends: str
    show: str
    live: bool
    popularity: float


class Play(NamedTuple):
    """One thing on air, as AzuraCast tells it: the artist is the live host, or the show that was recorded."""

    begins: Instant
    ends: Instant
    artist: str
    title: str
    playlist: str
    live: bool = False
    popularity: float = QUIET


PRE_RECORDED, LIVE = False, True

GRID = (
    Slot("12345", "08:00", "10:00", "Reggeli Derengés", LIVE, 1.2),
    Slot("24", "12:00", "13:00", "Konyhazene", PRE_RECORDED, 0.9),
    Slot("135", "16:00", "17:00", "Zsebrádió", PRE_RECORDED, 0.9),
    Slot("1", "18:00", "19:00", "Üvegház", PRE_RECORDED, 0.9),
    Slot("1", "19:00", "21:00", "Mélytenger", LIVE, 1.2),
    Slot("1", "21:00", "22:00", "Rozsda és Méz", PRE_RECORDED, 0.8),
    Slot("2", "19:00", "20:00", "Panelvilág", PRE_RECORDED, 1.0),
    Slot("2", "20:00", "22:00", "Nyolcadik Emelet", LIVE, 1.3),
    Slot("3", "18:00", "19:00", "Kertmozi", PRE_RECORDED, 0.9),
    Slot("3", "19:00", "20:00", "Bicikliút", PRE_RECORDED, 1.0),
    Slot("3", "20:00", "22:00", "Padlásszoba", LIVE, 1.4),
    Slot("3", "22:00", "23:00", "Hosszú Árnyék", PRE_RECORDED, 0.8),
    Slot("4", "19:00", "20:30", "Bádogdob", LIVE, 1.1),
    Slot("4", "20:30", "22:00", "Távoli Sávok", PRE_RECORDED, 0.9),
    Slot("5", "18:00", "20:00", "Kavicsbánya", PRE_RECORDED, 1.0),
    Slot("5", "20:00", "22:00", "Mozgólépcső", LIVE, 1.5),
    Slot("5", "23:00", "01:00", "Éjjeli Pékség", LIVE, 1.3),
    Slot("6", "10:00", "12:00", "Szombati Piac", LIVE, 1.3),
    Slot("6", "20:00", "23:00", "Lemezszoba", LIVE, 1.3),
    Slot("6", "23:00", "02:00", "Éjjeli Pékség", PRE_RECORDED, 1.1),
    Slot("7", "11:00", "13:00", "Vasárnapi Ráérős", PRE_RECORDED, 1.1),
    Slot("7", "19:00", "21:00", "Rozsda és Méz", PRE_RECORDED, 0.9),
)
FAVOURITE = max(slot.popularity for slot in GRID)


class Shows:
    """The grid in a time zone. `on_air` is a pure function of the instant."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._around = lru_cache(maxsize=4)(self._plays_around)

    def on_air(self, at: int) -> Play:
        """What is heard at the instant."""
        plays = self._around(local(at, self.zone).date())
        play = plays[bisect_right(plays, at, key=lambda play: play.begins) - 1]
        return _ambient_track(play, at) if play.playlist == AMBIENT else play

    def _plays_around(self, day: date) -> list[Play]:
        """Everything on air from the first show of the day before (every day has one) to the last of the day after."""
        days = [day + timedelta(days=offset) for offset in (-1, 0, 1)]
        shows = sorted(self._show(slot, day) for day in days for slot in GRID if str(day.isoweekday()) in slot.days)
        plays = []
        for show, following in pairwise(shows):
            plays.append(show)
            plays += _between(show.ends, following.begins)
        return plays

    def planned(self, slot: Slot, day: date) -> Play:
        """The slot on that day as the grid has it."""
        aired = self._show(slot, day)
        return aired._replace(begins=Instant(aired.begins - LATE)) if slot.live else aired

    def _show(self, slot: Slot, day: date) -> Play:
        begins, ends = time.fromisoformat(slot.begins), time.fromisoformat(slot.ends)
        last_day = day + timedelta(days=ends <= begins)
        return Play(
            Instant(instant(datetime.combine(day, begins, self.zone)) + (LATE if slot.live else 0)),
            Instant(instant(datetime.combine(last_day, ends, self.zone))),
            slot.show,
            "Élő adás" if slot.live else f"{day.isocalendar().week}. adás",
            "" if slot.live else slot.show,
            slot.live,
            slot.popularity,
        )


def _between(begins: Instant, ends: Instant) -> list[Play]:
    """What fills a gap between shows: music, with a jingle at its end; jingles alone where the gap is short."""
    jingle = Instant(ends - JINGLE) if ends - begins > MINUTE else begins
    fillers = [
        Play(begins, jingle, "Félhang", "", AMBIENT),
        Play(jingle, ends, STATION, f"Állomásjel {1 + ends // HOUR % 3}", "Jingle Station ID"),
    ]
    return [play for play in fillers if play.begins < play.ends]


def _ambient_track(gap: Play, at: int) -> Play:
    """The track of the ambient playlist that plays at the instant."""
    number = (at - gap.begins) // TRACK
    begins = Instant(gap.begins + number * TRACK)
    return gap._replace(begins=begins, ends=min(gap.ends, Instant(begins + TRACK)), title=TRACKS[number % len(TRACKS)])
