"""Lists by pages: a cursor says where the page before ended, so that rows that come meanwhile move nobody's place."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from lahmadaemon.web.problems import Refusal

T = TypeVar("T")
LARGEST_PAGE = 200
LARGEST = 2**63 - 1
"""What a column for whole numbers holds."""

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many at most")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=1000, pattern=r"^[A-Za-z0-9_-]+$", description="The `next` of the page before; none: the first page"
    ),
]


class Page(BaseModel, Generic[T]):
    """Part of a list."""

    model_config = ConfigDict(extra="forbid")

    items: list[T]
    next: str | None = Field(description="The cursor of the next page, null: this is the last. Also in the header Link")


def written(*key: int | str) -> str:
    """The cursor after the row with that key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The key in it, of values of these kinds. Raises Refusal for one that was not made here."""
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or [type(value) for value in key] != list(kinds) or not all(map(_storable, key)):
        raise Refusal(422, "invalid_cursor", "query.cursor: take it from `next`, as it is")
    return tuple(key)


def cut(rows: Sequence[T], key: Callable[[T], Any], after: Any, limit: int) -> tuple[list[T], T | None]:
    """The rows behind `after`, in the order of their keys, and the last of them if more follow."""
    rest = [row for row in sorted(rows, key=key) if after is None or key(row) > after]
    return rest[:limit], rest[limit - 1] if len(rest) > limit else None


def point_on(request: Request, response: Response, cursor: str | None) -> None:
    """`Link: rel="next"` (RFC 8288), relative, so that it holds behind a proxy, too."""
    if cursor is not None:
        query = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        response.headers["Link"] = f'<?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'


def _storable(value: object) -> bool:
    if isinstance(value, int):
        return -LARGEST <= value <= LARGEST
    return isinstance(value, str) and value.isprintable() and value.isascii()
