"""What pictures show, in words, for who cannot see them."""

from collections.abc import Sequence
from datetime import datetime

from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.radio.shapes import PeriodFigures, RadioHour


def of_day(reader: Reader, day: str, hours: Sequence[RadioHour], figures: PeriodFigures) -> str:
    """The audience curve of a day."""
    told = [reader.say("alt.day", day=reader.day(day))]
    if not any(hour.net.average is not None for hour in hours):
        return f"{told[0]} {reader.say('alt.nothing')}"
    net = figures.net
    told.append(
        reader.say(
            "alt.sums", cume=reader.number(net.cume), tlh=reader.number(net.tlh, 1), peak=reader.number(net.peak)
        )
    )
    return " ".join([*told, _busiest(reader, hours), *_unknown(reader, hours)])


def of_hours(reader: Reader, key: str, label: str, hours: Sequence[RadioHour]) -> str:
    """The curve, or the map by hours and weekdays, of several days."""
    told = reader.say(key, label=label)
    if not any(hour.net.average is not None for hour in hours):
        return f"{told} {reader.say('alt.nothing')}"
    return " ".join([told, _busiest(reader, hours), *_unknown(reader, hours)])


def _busiest(reader: Reader, hours: Sequence[RadioHour]) -> str:
    best = max(hours, key=lambda hour: hour.net.average or 0.0)
    at = datetime.fromisoformat(best.local)
    return reader.say(
        "alt.busiest", day=reader.day(at, "EEEE"), time=reader.clock(at), average=reader.number(best.net.average, 1)
    )  # fmt: skip


def _unknown(reader: Reader, hours: Sequence[RadioHour]) -> list[str]:
    unknown = sum(hour.net.average is None for hour in hours)
    return [reader.count("alt.unknown", unknown)] if unknown else []
