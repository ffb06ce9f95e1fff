"""From a file's bytes to crossings. Pure and strict: what is not exactly right is named, never guessed.

A list is only whole with its closing bracket, so that parsing is the proof that a writer has finished.
"""

import codecs
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, instant
from lahmadaemon.visitors.intake.crossings import BadRow, Crossing, Direction

MAX_ROWS = 100_000
MAX_NUMBER = 2**63 - 1
RAW_LIMIT = 1000
"""Characters of a wrong record that are kept."""
_KEYS = frozenset({"ID", "inOut", "time", "frameNumber", "outputTime"})
_DIRECTIONS = frozenset(Direction)
_PARTS = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))


@dataclass(frozen=True)
class Wrong(Exception):  # noqa: N818 - the file is wrong, nothing in here is
    """The file as a whole cannot be read. `perhaps_unfinished`: more bytes could make it right."""

    reason: str
    perhaps_unfinished: bool = False


@dataclass(frozen=True)
class Parsed:
    """The records of a file, good and bad."""

    crossings: tuple[Crossing, ...]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True)
class Bounds:
    """Crossings are local times of `zone`; those outside of the two instants are refused."""

    zone: ZoneInfo
    earliest: Instant
    latest: Instant


def parse(content: bytes, bounds: Bounds) -> Parsed:
    """The file's records. Raises Wrong, naming the reason."""
    rows = _load(_text(content))
    if not isinstance(rows, list):
        raise Wrong(f"the top level is {_kind(rows)} instead of a list")
    if len(rows) > MAX_ROWS:
        raise Wrong(f"{len(rows)} records are more than a file may hold ({MAX_ROWS})")
    crossings: list[Crossing] = []
    bad: list[BadRow] = []
    try:
        for position, row in enumerate(rows):
            try:
                crossings.append(_crossing(row, bounds))
            except ValueError as error:
                bad.append(BadRow(position, json.dumps(row)[:RAW_LIMIT], str(error)))
    except RecursionError:  # what could just be read may be too deep to be written
        raise Wrong("nested too deeply") from None
    return Parsed(tuple(crossings), tuple(bad))


def _text(content: bytes) -> str:
    if not content:
        raise Wrong("the file is empty", perhaps_unfinished=True)
    if not content.strip(b"\0"):
        raise Wrong("the file holds zero bytes only, as a power cut leaves them", perhaps_unfinished=True)
    # Without its mark UTF-16 could only be guessed; with it there is nothing to guess.
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if marked else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Wrong(
            f"not {encoding.removesuffix('-sig').upper()}: byte {error.start} is wrong", perhaps_unfinished=True
        ) from None


def _load(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise Wrong("it ends in the middle of a record", perhaps_unfinished=True) from None
        raise Wrong(f"not JSON: {error.msg} at character {error.pos}", perhaps_unfinished=True) from None
    except RecursionError:
        raise Wrong("nested too deeply") from None
    except ValueError:  # Python reads no whole number of more than 4300 digits
        raise Wrong("a number is too long to be one") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise Wrong(f"the key {_short(twice)} comes twice in one record")
    return found


def _no_number(name: str) -> NoReturn:
    raise Wrong(f"{name} is not JSON")


def _real(text: str) -> float:
    number = float(text)
    if math.isinf(number):  # it would be written again as Infinity, which is not JSON
        raise Wrong(f"the number {text[:40]} is too large")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number, parse_float=_real)


def _crossing(row: object, bounds: Bounds) -> Crossing:
    """Raises ValueError with the reason."""
    if not isinstance(row, dict):
        raise ValueError(f"{_kind(row)} instead of a record")  # noqa: TRY004 - one error for all that is wrong with a record
    try:
        person, direction, time, frame = row["ID"], row["inOut"], row["time"], row["frameNumber"]
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]} is missing") from None
    # bool is an int to Python, and True would count as somebody leaving
    if type(person) is not int or not 0 <= person <= MAX_NUMBER:
        raise ValueError(f"ID {_short(person)} is not a whole number from 0")
    if type(direction) is not int or direction not in _DIRECTIONS:
        raise ValueError(f"inOut {_short(direction)} is not 0 (in), 1 (out) or 2 (neither)")
    if type(frame) is not int or not 0 <= frame <= MAX_NUMBER:
        raise ValueError(f"frameNumber {_short(frame)} is not a whole number from 0")
    at, day = moment(time, bounds.zone)
    if at > bounds.latest:
        raise ValueError(f"time {time} is in the future")
    if at < bounds.earliest:
        raise ValueError(f"time {time} is too long ago")
    more = None if len(row) == 4 + ("outputTime" in row) else _unknown(row)
    return Crossing(at, day, person, direction, frame, more)


def moment(text: object, zone: ZoneInfo) -> tuple[Instant, str]:
    """The instant and the local day of a wall-clock time YYYYMMDDhhmmss; ValueError for what is none.

    In the hour that comes twice in autumn the first is meant; a time that spring leaps over is read as if it had not.
    """
    if type(text) is not str:
        raise ValueError(f"time {_short(text)} is not fourteen digits in quotes, YYYYMMDDhhmmss")
    return _moment(text, zone)


@lru_cache(maxsize=4096)
def _moment(text: str, zone: ZoneInfo) -> tuple[Instant, str]:
    """Crossings come in bunches: a second that was just reckoned need not be reckoned again."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"time {_short(text)} is not fourteen digits, YYYYMMDDhhmmss")
    year, month, day, hour, minute, second = (int(text[i:j]) for i, j in _PARTS)
    try:
        wall = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return instant(wall), f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    except (ValueError, OverflowError):
        raise ValueError(f"time {text} does not exist") from None


def _unknown(row: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in row.items() if name not in _KEYS})[:RAW_LIMIT]


_NAMES: dict[type, Callable[[Any], str]] = {
    dict: lambda _: "an object",
    list: lambda _: "a list",
    str: lambda _: "a text",
    type(None): lambda _: "null",
    bool: lambda value: str(value).lower(),
}


def _kind(value: object) -> str:
    return _NAMES.get(type(value), lambda _: "a number")(value)


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
