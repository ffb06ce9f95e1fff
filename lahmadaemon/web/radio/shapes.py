"""Figures of a station. Names and numbers are those of `lahmadaemon report … --json`."""

from typing import Literal

from pydantic import Field

from lahmadaemon.web.shapes import Day, Moment, Shape


class Figures(Shape):
    """Net (people) or gross (everybody). Null: nobody knows. Hours are hours, lengths in hours too."""

    cume: int | None = Field(description="Unique listeners")
    ss: int | None = Field(description="Sessions that began inside")
    active: int | None = Field(alias="as", description="Sessions with listening inside")
    tlh: float | None = Field(description="Total listening hours")
    aas: float | None = Field(description="Average active sessions: tlh / hours of the period")
    atsl: float | None = Field(description="Hours per session")
    tsl: float | None = Field(description="Hours per listener")
    peak: int | None = Field(description="Most listeners at one instant")
    long_listeners: int | None
    short_listeners: int | None
    networks: int | None = Field(description="Households rather than devices")
    unknown_locations: int | None
    connections: int | None


class Part(Shape):
    """What a class took out of net."""

    listeners: int
    sessions: int
    tlh: float


class Mount(Shape):
    """A mount's part of net."""

    tlh: float
    cume: int


class Strange(Shape):
    """Something to know before quoting a figure."""

    kind: str
    began_at: Moment
    ended_at: Moment | None
    detail: dict[str, str | float | None]


class Counts(Shape):
    """Of a server that tells how many listen and not who: of connections, not of people."""

    tlh: float
    aas: float
    peak: int
    coverage: float


class PeriodFigures(Shape):
    """A day, a week or a month."""

    net: Figures
    gross: Figures
    coverage: float = Field(description="The share of the whole period that somebody vouches for, 0 to 1")
    connections_per_listener: float | None
    flags: list[str] = Field(description="no_data, measuring_began, in_progress, gaps, and the kinds of anomalies")
    anomalies: list[Strange]
    counts: Counts | None
    excluded: dict[str, Part] = Field(description="By class: bot, relay, probe, always_on, internal")
    mounts: dict[str, Mount]


class RadioDays(Shape):
    """By local day, in order."""

    station: str
    days: dict[str, PeriodFigures]


class RadioWeeks(Shape):
    """By ISO week, in order."""

    station: str
    weeks: dict[str, PeriodFigures]


class RadioMonths(Shape):
    """By month, in order."""

    station: str
    months: dict[str, PeriodFigures]


class Poll(Shape):
    """The newest poll, whatever came of it."""

    at: Moment
    age_seconds: int
    outcome: str = Field(description="valid, or what was wrong")
    connections: int | None = Field(description="Rows it had")


class OnAirNow(Shape):
    """What the server says is on air."""

    since: Moment
    seen_at: Moment
    online: bool
    live: bool
    streamer: str
    artist: str
    title: str
    playlist: str


class PlannedNow(Shape):
    """What the programme has for now."""

    show: str = Field(description="Its slug")
    name: str
    start: Moment
    end: Moment
    repeat: bool


class RadioNow(Shape):
    """A station at this moment."""

    station: str
    at: Moment
    timezone: str
    day: Day = Field(description="Today, locally")
    fresh: bool = Field(description="The newest valid poll is recent; otherwise who listens is not known")
    listeners: int | None = Field(description="Net: identities in no class, connected at the newest valid poll")
    connections: int | None = Field(description="Everything that was connected then")
    poll: Poll | None
    on_air: OnAirNow | None
    planned: PlannedNow | None
    today: PeriodFigures = Field(description="The day so far; its coverage is a share of the whole day")


class HourAudience(Shape):
    """Who listened in an hour. Null: nobody knows."""

    average: float | None = Field(description="Time-weighted: how many listened at an instant of it")
    peak: int | None
    listeners: int | None
    starts: int | None
    tlh: float | None


class RadioHour(Shape):
    """One hour; of the one that runs, as far as it is over."""

    start: Moment
    local: str = Field(
        description="The same on the station's clock, with its offset", examples=["2026-10-21T19:00+02:00"]
    )
    weekday: int = Field(ge=1, le=7, description="Monday is 1")
    hour: int = Field(ge=0, le=23)
    coverage: float = Field(description="Measured, of what of it is over; 0 to 1")
    net: HourAudience
    gross: HourAudience


class RadioHours(Shape):
    """The audience hour by hour, of all mounts together; hours to come are not in it."""

    station: str
    timezone: str
    hours: list[RadioHour]


class ShowFigures(Shape):
    """A show, net or gross. Null: nobody knows."""

    tlh: float | None
    listeners: int | None = Field(description="Distinct, with a minute inside one airing")
    long_listeners: int | None
    aas: float | None
    peak: int | None
    sessions: int | None
    atsl: float | None
    tune_ins: int | None
    tune_outs: int | None
    carried_in: int | None
    completion_50: float | None = Field(description="Share of its listeners who were there for half of an airing")
    completion_90: float | None


class Show(Shape):
    """A show in a week or month: all its airings."""

    name: str
    net: ShowFigures
    gross: ShowFigures
    airings: int
    hours: float = Field(description="On air")
    coverage: float
    heard: float = Field(description="The share that was heard, not only planned")
    reasons: dict[str, float] = Field(description="Why it is counted here, and for how many hours")
    flags: list[str]


class Airing(Show):
    """One of them."""

    show: str
    episode: str | None
    start: Moment
    end: Moment
    planned_start: Moment | None
    planned_end: Moment | None
    late_minutes: float | None
    overrun_minutes: float | None
    repeat: bool | None


class NotAired(Shape):
    """Planned, and not on air."""

    show: str
    name: str
    start: Moment
    end: Moment


class RadioShows(Shape):
    """By the period's name, and in it by slug or "unmatched: NAME"; the most listened to first."""

    station: str
    period: str = Field(description="Whose names the others have", examples=["2026-W42"])
    shows: dict[str, dict[str, Show]]
    total: dict[str, Show]
    rest: dict[str, dict[str, Show]] = Field(description="Off air, and what nobody knows: no show, not in the total")
    not_aired: dict[str, list[NotAired]]
    flags: dict[str, list[str]]
    airings: dict[str, list[Airing]] | None = Field(description="Where they were asked for")


class ClassedDay(Shape):
    """A day's listeners by class; one in two classes is in both."""

    net: Part | None = Field(description="In no class. Null: nobody knows")
    gross: Part | None
    classes: dict[str, Part]
    coverage: float
    flags: list[str]


class RadioClasses(Shape):
    """By local day. Hours can be added up, people cannot."""

    station: str
    days: dict[str, ClassedDay]
    tlh: dict[str, float] = Field(description="Hours of all these days: net, gross, and each class")


class Gap(Shape):
    """Nobody knows what was between."""

    start: Moment
    end: Moment
    seconds: int


class CoveredDay(Shape):
    """How much of a day is known."""

    coverage: float = Field(description="Of the whole day, 0 to 1")
    flags: list[str]
    gaps: list[Gap] = Field(
        description="In what is over of it, since measuring began; empty where single polls are gone"
    )


class RadioCoverage(Shape):
    """By local day."""

    station: str
    days: dict[str, CoveredDay]


class Station(Shape):
    """A station that is measured, or was."""

    station: str
    kind: Literal["azuracast", "icecast"] | None = Field(description="Null: not in the settings any more")
    timezone: str
    measured: bool = Field(description="Whether there are figures of it")
    poll: Poll | None


class Stations(Shape):
    """All of them."""

    stations: list[Station]
