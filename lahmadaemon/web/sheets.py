"""Tables for spreadsheets (RFC 4180), harmless to the one that opens them; what is unknown is empty."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.responses import Response

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Format = Annotated[Literal["json", "csv"], Query(alias="format", description="csv: a table for spreadsheets")]
TABLE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "Successful Response"}
}
"""Of routes that answer with a table, too."""


def sheet(
    name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]], more: Mapping[str, str] | None = None
) -> Response:
    """The table as it is sent; of each row the named columns. `name`: the file's, without its ending; `more`: headers."""
    text = written([columns]) + written([_cell(row.get(column)) for column in columns] for row in rows)
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}.csv"'}
    return Response(MARK + text, headers={**(more or {}), **headers}, media_type=MEDIA_TYPE)


def written(rows: Iterable[Sequence[object]]) -> str:
    """Lines of a table, whose texts are harmless already."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def harmless(text: str | None) -> str:
    """A text that no spreadsheet takes for a formula; an apostrophe says that it is none."""
    return f"'{text}" if text and text.lstrip(" ").startswith(_FORMULA) else text or ""


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        return harmless(" ".join(str(each) for each in value))
    return harmless(value) if isinstance(value, str) else value
