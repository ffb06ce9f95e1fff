"""How a picture looks: the kind of file, light or dark, how wide; and how its numbers are written."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """The kind of file: SVG for pages, PNG for messages."""

    SVG = "svg"
    PNG = "png"


class Theme(StrEnum):
    """What it is seen on."""

    LIGHT = "light"
    DARK = "dark"


class Size(StrEnum):
    """Narrow ones are for phones: as large letters on half the width."""

    WIDE = "wide"
    NARROW = "narrow"


@dataclass(frozen=True)
class Colours:
    """Text has at least 4.5 times the light of its paper, or a part of it (WCAG 2.2, 1.4.3), whatever else tells something
    three times (1.4.11)."""

    paper: str
    ink: str
    faint: str
    grid: str
    main: str
    second: str
    unsure: str
    hatch: str
    lines: tuple[str, ...]
    """Of several lines in one picture; the colour blind can tell them apart."""
    shades: tuple[str, ...]
    """From nothing to most."""


COLOURS = {
    Theme.LIGHT: Colours(
        paper="#fbfbfa", ink="#1b222c", faint="#5a6472", grid="#e2e5e8", main="#1a5fb4", second="#12806f", unsure="#c97a08",
        hatch="#a9b2bc", lines=("#1a5fb4", "#b8521a", "#12806f", "#7d4cc4"),
        shades=("#e9f0f8", "#bfd7f0", "#8ab6e6", "#4b8dd4", "#1a5fb4", "#0f3a72"),
    ),
    Theme.DARK: Colours(
        paper="#14181d", ink="#e7eaee", faint="#9ea9b6", grid="#2b323b", main="#6facf5", second="#45c0ae", unsure="#d9962f",
        hatch="#56606c", lines=("#82b6f7", "#f0935a", "#45c0ae", "#b795f0"),
        shades=("#1e2833", "#1f4062", "#2463a0", "#3c8be0", "#84bcfa", "#d6e9ff"),
    ),
}  # fmt: skip
"""Those of the window's pages."""


@dataclass(frozen=True)
class Look:
    """Of one file."""

    form: Form = Form.PNG
    theme: Theme = Theme.LIGHT
    size: Size = Size.WIDE
    headline: bool = True
    """Title and sums above it; pages say them themselves."""

    @property
    def colours(self) -> Colours:
        return COLOURS[self.theme]

    @property
    def narrow(self) -> bool:
        return self.size is Size.NARROW

    @property
    def width(self) -> float:
        """Inches."""
        return 4.3 if self.narrow else 9.0

    @property
    def hatched(self) -> dict[str, Any]:
        """How a patch looks that stands for what nobody measured."""
        return {"facecolor": "none", "edgecolor": self.colours.hatch, "hatch": "/////", "linewidth": 0}

    @property
    def style(self) -> dict[Any, Any]:
        """matplotlib's settings."""
        colours = self.colours
        return {
            "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 9, "text.color": colours.ink,
            "text.parse_math": False, "svg.fonttype": "none", "svg.hashsalt": "lahmadaemon", "hatch.linewidth": 0.7,
            "axes.facecolor": "none", "axes.edgecolor": colours.faint, "axes.labelcolor": colours.faint,
            "axes.labelsize": 8.5, "axes.titlesize": 8.5, "axes.titlecolor": colours.faint, "axes.titlelocation": "left",
            "axes.grid": True, "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
            "axes.spines.left": False, "axes.linewidth": 0.8, "grid.color": colours.grid, "grid.linewidth": 0.8,
            "xtick.color": colours.faint, "ytick.color": colours.faint, "xtick.labelsize": 8.5, "ytick.labelsize": 8.5,
            "xtick.major.size": 0, "ytick.major.size": 0, "xtick.minor.size": 0, "ytick.minor.size": 0,
            "legend.frameon": False, "legend.fontsize": 8.5, "legend.labelcolor": colours.faint,
        }  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """How the reader's language writes them."""

    decimal: str = "."
    group: str = ","

    def told(self, value: float, decimals: int = 0) -> str:
        return f"{value:,.{decimals}f}".translate({ord(","): self.group, ord("."): self.decimal})

    def short(self, value: float) -> str:
        """With a decimal where that says something."""
        return self.told(value, 0 if value >= 10 or value == int(value) else 1)


@dataclass(frozen=True)
class Head:
    """What is said of the whole picture, in the reader's language. `description`: for who cannot see it."""

    title: str
    subtitle: str = ""
    description: str = ""
    nothing: str = "Nothing was measured."
    """Written where there is nothing to draw."""
    unmeasured: str = "not measured"
    numbers: Numbers = Numbers()
