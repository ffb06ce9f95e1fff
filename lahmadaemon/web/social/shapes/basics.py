"""What all shapes of the room are made of."""

from typing import Annotated

from pydantic import Field

from lahmadaemon.social.engagement import told
from lahmadaemon.web.shapes import Moment as Moment
from lahmadaemon.web.shapes import Shape as Shape
from lahmadaemon.web.shapes import moment as moment

Percent = Annotated[float | None, Field(description="Percent, four decimals; null: unknown", examples=[3.0769])]


def rounded(number: float | None) -> float | None:
    """A rate or a mean as it is served."""
    return told(number)
