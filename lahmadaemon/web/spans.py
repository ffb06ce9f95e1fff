"""Spans of days that are asked for: from one to another, bounded, in the words of the command line."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator

from lahmadaemon.radio.periods import EARLIEST, EXAMPLES, LATEST, parse
from lahmadaemon.web.problems import Refusal


def _written(text: object) -> object:
    """Only as 2026-10-14: a number is no day."""
    if isinstance(text, str) and len(text) == 10 and text[4::3] == "--":
        return date.fromisoformat(text)
    raise ValueError("write a day such as 2026-10-14")


LocalDay = Annotated[date, BeforeValidator(_written)]
From = Annotated[LocalDay | None, Query(alias="from", description="The first local day, such as 2026-10-14")]
To = Annotated[LocalDay | None, Query(alias="to", description="The last one, included (default: today)")]


def span(first: date | None, last: date | None, today: date, usual: int, most: int) -> tuple[date, date]:
    """Both ends, included. Neither: the `usual` number of days up to today. Raises Refusal for what is no span, or too long."""
    last = last or (today if first is None or first <= today else first)
    first = first or max(last, date(EARLIEST, 1, 1) + timedelta(days=usual)) - timedelta(days=usual - 1)
    if not EARLIEST <= first.year <= last.year <= LATEST:
        wrong = f"query.from, query.to: days of the years {EARLIEST} to {LATEST}, the first one first"
        raise Refusal(422, "invalid_span", wrong)
    if last < first:
        raise Refusal(422, "invalid_span", "query.from is after query.to")
    if (last - first).days >= most:
        raise Refusal(422, "span_too_long", f"query.from, query.to: at most {most} days at once")
    return first, last


def named(name: str, text: str | None, kind: str, today: date) -> date | None:
    """A day of the week or month that is named as on the command line: 2026-W42, 2026-10. Raises Refusal for anything else."""
    if text is None:
        return None
    try:
        return parse(text, kind, today)
    except ValueError as error:
        raise Refusal(422, "invalid_span", f"query.{name}: write {EXAMPLES[kind]}, today or yesterday") from error
