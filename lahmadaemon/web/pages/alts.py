"""What pictures show, in words, for who cannot see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.radio.shapes import PeriodFigures, RadioHour, Show
from lahmadaemon.web.visitors.shapes import CrossingHour

if TYPE_CHECKING:
    from lahmadaemon.web.social.shapes.campaigns import Campaign

Kind = Literal["net", "gross"]


def average(hour: RadioHour, kind: Kind) -> float | None:
    """Listeners of the hour, without machines or with them."""
    return (hour.net if kind == "net" else hour.gross).average


def of_day(reader: Reader, day: str, hours: Sequence[RadioHour], figures: PeriodFigures, kind: Kind = "net") -> str:
    """The audience curve of a day."""
    told = [reader.say("alt.day", day=reader.day(day))]
    if all(average(hour, kind) is None for hour in hours):
        return f"{told[0]} {reader.say('alt.nothing')}"
    of = figures.net if kind == "net" else figures.gross
    told.append(
        reader.say("alt.sums", cume=reader.number(of.cume), tlh=reader.number(of.tlh, 1), peak=reader.number(of.peak))
    )
    return " ".join([*told, _busiest(reader, hours, kind), *_unknown(reader, hours, kind)])


def of_hours(reader: Reader, key: str, label: str, hours: Sequence[RadioHour], kind: Kind = "net") -> str:
    """The curve, or the map by hours and weekdays, of several days."""
    told = reader.say(key, label=label)
    if all(average(hour, kind) is None for hour in hours):
        return f"{told} {reader.say('alt.nothing')}"
    return " ".join([told, _busiest(reader, hours, kind), *_unknown(reader, hours, kind)])


def _busiest(reader: Reader, hours: Sequence[RadioHour], kind: Kind) -> str:
    best = max(hours, key=lambda hour: average(hour, kind) or 0.0)
    at = datetime.fromisoformat(best.local)
    return reader.say(
        "alt.busiest", day=reader.day(at, "weekday"), time=reader.clock(at), average=reader.number(average(best, kind), 1)
    )  # fmt: skip


def _unknown(reader: Reader, hours: Sequence[RadioHour], kind: Kind) -> list[str]:
    unknown = sum(average(hour, kind) is None for hour in hours)
    return [reader.count("alt.unknown", unknown)] if unknown else []


def of_shows(reader: Reader, label: str, shows: Mapping[str, Show], kind: Kind = "net") -> str:
    """The bars of a week's shows."""
    hours = {each.name: (each.net if kind == "net" else each.gross).tlh or 0.0 for each in shows.values()}
    heard = sorted(((tlh, name) for name, tlh in hours.items() if tlh), reverse=True)
    told = reader.say("alt.shows", label=label)
    if not heard:
        return f"{told} {reader.say('alt.nothing')}"
    best = (reader.say("alt.show", name=name, tlh=reader.number(tlh, 1)) for tlh, name in heard[:3])
    return f"{told} {'; '.join(best)}."


def of_crossings(reader: Reader, day: str, hours: Sequence[CrossingHour]) -> str:
    """Who came and went, hour by hour."""
    told = reader.say("alt.crossings", day=reader.day(day))
    ins, outs = sum(hour.ins for hour in hours), sum(hour.outs for hour in hours)
    if not ins + outs:
        return f"{told} {reader.say('alt.nobody')}"
    best = max(hours, key=lambda hour: hour.ins)
    return f"{told} " + reader.say(
        "alt.in_and_out", ins=reader.number(ins), outs=reader.number(outs),
        time=reader.clock(datetime.fromisoformat(best.local)), most=reader.number(best.ins),
    )  # fmt: skip


def of_rates(reader: Reader, campaign: "Campaign") -> str:
    """A campaign's engagement over time; its latest rates."""
    told, totals = reader.say("alt.rates", name=campaign.name), campaign.totals
    known = [
        f"{reader.say(f'numbers.{name}')} {reader.rate(value)}"
        for name in ("er_views", "er_reach", "er_followers", "er_story_reach")
        if (value := getattr(totals, f"{name}_pooled")) is not None
    ]
    return f"{told} {', '.join(known)}." if known else f"{told} {reader.say('alt.nothing')}"
