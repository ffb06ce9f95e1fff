"""A programme written by hand, in TOML: shows with their days and times."""

import difflib
import re
import tomllib
from collections.abc import Iterator
from datetime import time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lahmadaemon.radio.shows.grid import Grid, Show, Slot
from lahmadaemon.radio.shows.programme import LONGEST_TEXT, MOST, clean, wall_time
from lahmadaemon.radio.shows.slug import slug

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAILY = "daily"
_PROBLEMS = 5


def _day(name: object) -> int:
    wanted = str(name).strip().lower()
    for number, day in enumerate(DAYS, 1):
        if len(wanted) >= 3 and day.lower().startswith(wanted):
            return number
    near = difflib.get_close_matches(wanted, [day.lower() for day in DAYS], n=1, cutoff=0.7)
    hint = f"; did you mean {near[0].capitalize()}?" if near else f"; write one of {', '.join(DAYS)}, or {DAILY} alone"
    raise ValueError(f"{name!r} is no day of the week{hint}")


def _days(given: object) -> object:
    if given == DAILY:
        return tuple(range(1, 8))
    if isinstance(given, str):
        given = [given]
    if not given:
        raise ValueError("name at least one day")
    return tuple(_day(name) for name in given) if isinstance(given, list) else given


def _time(given: object) -> object:
    if isinstance(given, time):
        return given
    try:
        return wall_time(given if isinstance(given, str) else "")
    except ValueError:
        raise ValueError(f"{given!r} is no time of day; write it as 19:00") from None


_Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
_Time = Annotated[time, BeforeValidator(_time)]


class _When(BaseModel):
    """Days and times; an end at or before the beginning is the next day's."""

    model_config = ConfigDict(extra="forbid")
    days: Annotated[tuple[int, ...], BeforeValidator(_days)]
    begins: _Time
    ends: _Time


class _Show(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: _Text
    slug: _Text | None = None
    playlist: str = Field("", max_length=LONGEST_TEXT)
    aliases: list[_Text] = Field(default_factory=list, max_length=MOST)
    slots: list[_When] = Field(default_factory=list, max_length=MOST)
    repeats: list[_When] = Field(default_factory=list, max_length=MOST)

    @property
    def key(self) -> str:
        return slug(self.slug or self.name)

    def weekly(self) -> Iterator[Slot]:
        for repeat, times in ((False, self.slots), (True, self.repeats)):
            for each in times:
                for day in each.days:
                    yield Slot(day, each.begins, each.ends, self.key, clean(self.name), repeat=repeat)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    shows: list[_Show] = Field(min_length=1, max_length=MOST)


def parse(text: str) -> Grid:
    """The grid. Raises ValueError with everything that is wrong: which show, on which line, which field, what is meant."""
    try:
        shows = _File.model_validate(tomllib.loads(text)).shows
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is not TOML: {error}") from error
    except ValidationError as error:
        raise ValueError("; ".join(_explained(problem, text) for problem in error.errors()[:_PROBLEMS])) from None
    keys: dict[str, str] = {}
    for number, show in enumerate(shows):
        if not show.key:
            raise ValueError(f"{_place(number, text)}, name: {show.name!r} has neither letter nor digit")
        if show.key in keys:
            raise ValueError(
                f"{_place(number, text)}, name: {show.name!r} has the slug {show.key} as {keys[show.key]!r} has; "
                "write all its slots under one of them, or give one another slug"
            )
        keys[show.key] = show.name
    return Grid(
        tuple(Show(show.key, clean(show.name), clean(show.playlist), aliases=tuple(show.aliases)) for show in shows),
        tuple(slot for show in shows for slot in show.weekly()),
    )


def _explained(problem: Any, text: str) -> str:
    where, message = list(problem["loc"]), problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        model = _File if len(where) == 1 else _Show if len(where) == 3 else _When
        near = difflib.get_close_matches(str(where[-1]), model.model_fields, n=1)
        message = "there is no such field" + (f"; did you mean {near[0]}?" if near else "")
    place = [_place(where[1], text)] if len(where) > 1 else []
    for name, number in zip(where[2::2], [*where[3::2], None], strict=False):
        place.append(f"{name} {number + 1}" if isinstance(number, int) else str(name))
    return f"{', '.join(place or map(str, where))}: {message[:1].lower()}{message[1:]}"


def _place(number: int, text: str) -> str:
    """Which show, and where it begins."""
    lines = [line for line, content in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*shows\s*\]\]", content)]
    return f"show {number + 1}" + (f" (line {lines[number]})" if number < len(lines) else "")
