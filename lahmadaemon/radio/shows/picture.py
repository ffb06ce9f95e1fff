"""A week's shows as a picture: PNG for a message, SVG for a page. Pure; matplotlib is only imported to draw."""

import io
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

MOST_SHOWS = 16
LONGEST_NAME = 34
INK, FAINT, GRID, BAR, UNSURE, PAPER = "#1d2733", "#6b7785", "#e4e8ec", "#2f7ed8", "#f0a63a", "#ffffff"
WIDTH, BARS, LETTER = 9.0, 5.76, 0.068
"""Inches: of the picture, of the bars with what is written beside them, and about of one letter of that."""
SURE = 0.95
"""Bars of shows measured for less of their time are drawn in another colour."""


@dataclass(frozen=True)
class Bar:
    """One show of the week."""

    name: str
    hours: float
    listeners: int
    coverage: float


@dataclass(frozen=True)
class Hour:
    """How many listened on average in one hour; None where nobody measured. `begins`: local time."""

    begins: datetime
    average: float | None


@dataclass(frozen=True)
class WeekPicture:
    """All that is drawn."""

    title: str
    subtitle: str
    bars: Sequence[Bar]
    hours: Sequence[Hour] = ()
    axis: str = "listened hours"
    people: str = "listeners"
    unsure: str = "not measured whole"


def draw(week: WeekPicture, form: Literal["png", "svg"] = "png", cache: Path | None = None) -> bytes:
    """The picture's file. `cache`: a folder in which matplotlib keeps its list of fonts."""
    if cache is not None:
        os.environ["MPLCONFIGDIR"] = str(cache)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # else numpy starts a thread for each core, and the unit counts tasks
    from matplotlib import rc_context  # 60 MB: only whoever draws pays for it
    from matplotlib.figure import Figure

    bars = sorted(week.bars, key=lambda bar: -bar.hours)[:MOST_SHOWS]
    rows = max(len(bars), 3)
    curved = any(hour.average is not None for hour in week.hours)
    curve = 2.0 if curved else 0.0
    style: Any = {
        "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "svg.fonttype": "path",
        "axes.edgecolor": GRID, "xtick.color": FAINT, "ytick.color": INK, "text.parse_math": False,
    }  # fmt: skip
    out = io.BytesIO()
    with rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a name in signs our font has not is drawn with boxes
        height = 1.5 + curve + 0.34 * rows
        figure = Figure(figsize=(WIDTH, height), dpi=150, facecolor=PAPER)
        figure.text(0.03, 1 - 0.35 / height, week.title, fontsize=17, fontweight="bold", va="center")
        figure.text(0.03, 1 - 0.72 / height, week.subtitle, fontsize=10, color=FAINT, va="center")
        if curved:
            _curve(figure.add_axes((0.05, (height - 1.05 - curve + 0.35) / height, 0.92, (curve - 0.4) / height)), week)
        low = 0.5
        _bars(figure.add_axes((0.33, low / height, BARS / WIDTH, (height - 1.2 - curve - low) / height)), bars, week)
        figure.savefig(out, format=form, facecolor=PAPER)
    return out.getvalue()


def _curve(axes: Any, week: WeekPicture) -> None:
    """The audience over the week; what nobody measured is left blank and shaded."""
    edges = range(len(week.hours) + 1)
    y = [float("nan") if hour.average is None else hour.average for hour in week.hours]
    axes.stairs(y, edges, color=BAR, alpha=0.25, fill=True)
    axes.stairs(y, edges, color=BAR, linewidth=1.2, baseline=None)
    for at, hour in enumerate(week.hours):
        if hour.average is None:
            axes.axvspan(at, at + 1, color=UNSURE, alpha=0.18, linewidth=0)
    days = [(at, hour.begins) for at, hour in enumerate(week.hours) if hour.begins.hour == 0]
    axes.set_xticks([at for at, _ in days], [f"{day:%m-%d}" for _, day in days], ha="left")
    axes.set_title(week.people, loc="left", color=FAINT, fontsize=9)
    if any(hour.average is None for hour in week.hours):
        axes.set_title(week.unsure, loc="right", color=UNSURE, fontsize=9)
    axes.set_xlim(0, len(y))
    axes.set_ylim(bottom=0)
    axes.grid(axis="both", color=GRID, linewidth=0.8)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _bars(axes: Any, bars: Sequence[Bar], week: WeekPicture) -> None:
    """One bar a show, the most listened first, with its hours and listeners beside it."""
    colours = [BAR if bar.coverage >= SURE else UNSURE for bar in bars]
    axes.barh(range(len(bars)), [bar.hours for bar in bars], color=colours, height=0.62)
    axes.set_yticks(range(len(bars)), [_short(bar.name) for bar in bars])
    axes.set_ylim(max(len(bars), 1) - 0.4, -0.6)
    labels = [_figures(bar, week) for bar in bars]
    # The scale leaves room for the longest bar together with what is written beside it.
    room = [bar.hours / (1 - LETTER * len(label) / BARS) for bar, label in zip(bars, labels, strict=True)]
    whole = max(room, default=0.0) or 1.0
    axes.set_xlim(0, whole)
    for at, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        axes.text(bar.hours + whole * 0.01, at, label, va="center", fontsize=9)
    axes.set_xlabel(week.axis, color=FAINT, fontsize=9)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)


def _figures(bar: Bar, week: WeekPicture) -> str:
    mark = "" if bar.coverage >= SURE else f" · {week.unsure}"
    return f"{bar.hours:.1f} h · {week.people}: {bar.listeners}{mark}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
