"""Draws a picture into a file's bytes: paper, headline, and whatever the picture draws below. Pure, and a tenth of a second."""

import io
import os
import textwrap
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lahmadaemon.pictures import svg
from lahmadaemon.pictures.look import Form, Head, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARGIN = 0.22
"""Inches, around all."""
DOTS = 150
"""Of a PNG, per inch."""
_TITLE, _LINE = 0.27, 0.185
"""Inches a line takes."""
_BOLD, _LETTER = 0.128, 0.069
"""Inches, about, of one letter of the title and of what is below it."""


class Picture(Protocol):
    """What can be drawn."""

    @property
    def head(self) -> Head: ...

    def height(self, look: Look) -> float:
        """Inches below the headline."""
        ...

    def onto(self, canvas: "Canvas") -> None:
        """Draws it below the headline."""
        ...


class Canvas:
    """A figure, measured in inches from its lower left corner."""

    def __init__(self, figure: "Figure", look: Look, height: float) -> None:
        """`height`: of what is free for the picture."""
        self.figure = figure
        self.look = look
        self.height = height
        self.width = look.width

    def axes(self, left: float, bottom: float, width: float, height: float) -> "Axes":
        whole = self.figure.get_figheight()
        return self.figure.add_axes((left / self.width, bottom / whole, width / self.width, height / whole))

    def say(self, text: str) -> None:
        """In the middle, where there is nothing to draw."""
        at = 0.5, self.height / 2 / self.figure.get_figheight()
        self.figure.text(*at, text, ha="center", va="center", color=self.look.colours.faint, fontsize=10)


def draw(picture: Picture, look: Look = Look(), cache: Path | None = None) -> bytes:  # noqa: B008 - it is frozen
    """The file. `cache`: a folder in which matplotlib keeps its list of fonts."""
    if cache is not None:
        os.environ["MPLCONFIGDIR"] = str(cache)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # else numpy starts a thread for each core, and the unit counts tasks
    from matplotlib import rc_context  # 60 MB: only whoever draws pays for it
    from matplotlib.figure import Figure

    room = look.width - 2 * MARGIN
    title = textwrap.wrap(picture.head.title, int(room / _BOLD)) if look.headline else []
    subtitle = textwrap.wrap(picture.head.subtitle, int(room / _LETTER)) if look.headline else []
    top = (MARGIN if look.headline else 0.0) + _TITLE * len(title) + _LINE * len(subtitle) + 0.1
    below = picture.height(look)
    with rc_context(look.style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a name in signs our font has not is drawn with boxes
        figure = Figure(figsize=(look.width, top + below), dpi=DOTS, facecolor=look.colours.paper)
        _headline(figure, title, subtitle, look)
        picture.onto(Canvas(figure, look, below))
        return _file(figure, picture.head, look)


def _headline(figure: "Figure", title: list[str], subtitle: list[str], look: Look) -> None:
    whole, at = figure.get_figheight(), figure.get_figheight() - MARGIN
    left = MARGIN / look.width
    for line in title:
        figure.text(left, (at - _TITLE / 2) / whole, line, fontsize=14, fontweight="bold", va="center")
        at -= _TITLE
    for line in subtitle:
        figure.text(left, (at - _LINE / 2) / whole, line, color=look.colours.faint, va="center")
        at -= _LINE


def _file(figure: "Figure", head: Head, look: Look) -> bytes:
    out = io.BytesIO()
    if look.form is Form.PNG:
        figure.savefig(out, format="png", metadata={"Title": head.title, "Software": None})
        return out.getvalue()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return svg.finished(out.getvalue(), head.title, head.description or head.subtitle)
