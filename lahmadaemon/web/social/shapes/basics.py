"""What all shapes are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lahmadaemon.clock import iso
from lahmadaemon.social.engagement import told

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-10-21T17:57:00Z"])]
"""ISO 8601 in UTC, to the second."""
Percent = Annotated[float | None, Field(description="Percent, four decimals; null: unknown", examples=[3.0769])]


class Shape(BaseModel):
    """An answer, or a part of one: nothing is in it that is not in the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def moment(instant: int) -> str:
    """A time that is known."""
    return iso(instant) or ""


def rounded(number: float | None) -> float | None:
    """A rate or a mean as it is served."""
    return told(number)
