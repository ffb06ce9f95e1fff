"""What the shapes of all answers are made of. Null is unknown, never 0."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lahmadaemon.clock import iso

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-10-21T17:57:00Z"])]
"""ISO 8601 in UTC, to the second."""
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-10-21"])]
"""A local day."""
Share = Annotated[float, Field(ge=0, le=1, description="0 to 1")]


class Shape(BaseModel):
    """An answer, or a part of one: nothing is in it that is not in the document."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


def moment(instant: int) -> str:
    """A time that is known."""
    return iso(instant) or ""
