"""The shapes every answer of the Graph API is made of: documents, lists with cursors, insights, elements of a batch.

Read leniently: unknown keys are passed over, numbers may be text, and what has the wrong type is unknown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from lahmadaemon.http import Answer

Json = dict[str, Any]
LARGEST = 2**63 - 1
"""What a column for numbers holds."""


def document(body: bytes) -> Any:
    """The body as JSON, whatever it calls itself; None where it is none, or null."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # perhaps it has halves of surrogate pairs, or broken UTF-8: nothing that the other reader minds
    try:
        return json.loads(body.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):  # a few thousand brackets are enough for the latter
        return None


def written(value: object) -> str:
    """The value as JSON, without what no database keeps."""
    try:
        text = msgspec.json.encode(value).decode()
    except ValueError:  # half of a surrogate pair
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace").decode()
    return text.replace("\\u0000", "\\ufffd")


def clean(value: object) -> str | None:
    """Text that every database holds: without NUL and without halves of surrogate pairs; None for what is no text."""
    if not isinstance(value, str):
        return None
    return value.replace("\0", "\ufffd").encode(errors="replace").decode()


def count(value: object) -> int | None:
    """A number of people or things; None for what cannot be one."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 24:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST else None


def measure(value: object) -> float | None:
    """A number that need not be whole, such as a rate; None for what is no number."""
    whole = count(value)
    if whole is not None:
        return whole
    finite = isinstance(value, float) and abs(value) < LARGEST
    return float(value) if finite else None  # type: ignore[arg-type]  # a float, as `finite` says


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[Json]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list | tuple) else []


Text = Annotated[str | None, BeforeValidator(clean)]
Count = Annotated[int | None, BeforeValidator(count)]
Object = Annotated[Json, BeforeValidator(_dict)]
Rows = Annotated[list[Json], BeforeValidator(_rows)]


class Payload(BaseModel):
    """Something Meta told. Its errors never quote it: there may be a token inside."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Cursors(Payload):
    after: Text = None


class _Paging(Payload):
    cursors: Annotated[_Cursors, BeforeValidator(_dict)] = _Cursors()
    next: Text = None


class _Edge(Payload):
    data: Rows = []
    paging: Annotated[_Paging, BeforeValidator(_dict)] = _Paging()


@dataclass(frozen=True)
class Listing:
    """One page of a list. `more`: another follows, beginning after `after`; None: Meta does not say where."""

    rows: tuple[Json, ...]
    more: bool = False
    after: str | None = None
    cursor: str | None = None
    """Where this page ends, whether or not another follows."""


def listing(edge: object) -> Listing:
    """A list is at its end when there is no `next`; a short or an empty page is not the end, and a cursor goes no further.

    An edge without anything in it may be missing altogether.
    """
    read = _Edge.model_validate(_dict(edge))
    cursor, following = read.paging.cursors.after, read.paging.next
    after = (cursor or _after(following)) if following else None
    return Listing(tuple(read.data), bool(following), after, cursor)


def discovered(account: object) -> Listing:
    """The posts within a discovered account. Their pages have cursors and no `next`: the last one has no `after`."""
    page = listing(_dict(account).get("media"))
    return Listing(page.rows, page.cursor is not None, page.cursor, page.cursor)


def _after(url: str) -> str | None:
    try:
        return parse_qs(urlsplit(url).query).get("after", [None])[0]
    except ValueError:
        return None


def insights(data: object) -> dict[str, float]:
    """Metrics by name: `values[0].value`, else `total_value.value`; one that is told for several periods: its lifetime's.

    Parts of a whole are told as `name.part`, in lower case, whether they come as an object or as a breakdown.
    """
    told: dict[str, float] = {}
    lifetime: set[str] = set()
    for row in _rows(data):
        if not (name := clean(row.get("name"))) or (name in lifetime and row.get("period") != "lifetime"):
            continue
        numbers = _numbers(name, row)
        if row.get("period") == "lifetime":
            lifetime.add(name)
        elif told.get(name, -1.0) >= numbers.get(name, 0.0):
            continue  # without a lifetime the largest
        told |= numbers
    return told


def _numbers(name: str, row: Json) -> dict[str, float]:
    values, total = _rows(row.get("values")), _dict(row.get("total_value"))
    whole = values[0].get("value") if values else None
    whole = total.get("value") if whole is None else whole
    parts = dict(whole) if isinstance(whole, dict) else {}
    for breakdown in _rows(total.get("breakdowns")):
        for result in _rows(breakdown.get("results")):
            names = result.get("dimension_values")
            parts[".".join(map(str, names)) if isinstance(names, list) else ""] = result.get("value")
    told = {name: measure(whole)} | {f"{name}.{part.lower()}": measure(value) for part, value in parts.items() if part}
    return {each: value for each, value in told.items() if value is not None}


class _Header(Payload):
    name: str
    value: str


class _Element(Payload):
    code: int
    headers: list[_Header] | None = None
    body: str | None = None


def batch(told: list[Any], size: int) -> list[Answer | None]:
    """Answers in the order asked; None for what Meta did not finish in time, or lost."""
    return [_element(row) for row in [*told[:size], *[None] * (size - len(told))]]


def _element(row: object) -> Answer | None:
    try:
        element = _Element.model_validate(row)
    except ValidationError:  # null, mostly
        return None
    headers: Mapping[str, str] = {header.name.lower(): header.value for header in element.headers or ()}
    return Answer(element.code, headers, (element.body or "").encode(errors="replace"))
