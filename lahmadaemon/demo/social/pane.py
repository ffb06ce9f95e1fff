"""The campaigns at one moment of the demo: a pane for the picture, and words where nobody can draw. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

MOST_CAMPAIGNS = 3
HEIGHT = MOST_CAMPAIGNS + 3
"""Rows of the pane: with its head and its border."""
BAR = 12
WIDE = 100
"""Columns from which the best post is told in full."""
STATES = {"planned": "dim", "running": "green", "settling": "yellow", "ended": "dim", "skipped": "red"}


@dataclass(frozen=True)
class Best:
    """The post of a campaign that was viewed most."""

    views: int
    kind: str
    creator: str
    caption: str


@dataclass(frozen=True)
class CampaignNow:
    """A campaign's figures so far; None is unknown. `er_views`: pooled, percent."""

    name: str
    state: str
    posts: int
    views: int | None
    interactions: int | None
    er_views: float | None
    best: Best | None


@dataclass(frozen=True)
class RunNow:
    """The collector's newest run; `began`: as a clock shows it."""

    kind: str
    began: str
    done: int
    accounts: int
    over: bool


@dataclass(frozen=True)
class Agency:
    """Campaigns, how many of the creators are connected, and why others are not any more. `rotated`: TikTok's tokens."""

    campaigns: Sequence[CampaignNow]
    creators: int
    connected: int
    lost: Sequence[str] = ()
    run: RunNow | None = None
    rotated: int = 0


@dataclass(frozen=True)
class Campaigns:
    """The pane; its border says how the newest run and the creators are."""

    agency: Agency

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        agency, wide = self.agency, options.max_width >= WIDE
        table = Table(box=None, expand=True, header_style="dim", pad_edge=False, padding=(0, 1 + wide, 0, 0))
        table.add_column("", no_wrap=True)
        table.add_column("", no_wrap=True)
        for column in ("posts", "views", "interactions", "er_views"):
            table.add_column(column, justify="right", no_wrap=True)
        table.add_column("most viewed", no_wrap=True, ratio=1)
        for each in agency.campaigns[:MOST_CAMPAIGNS]:
            table.add_row(
                Text(each.name, "bold"), Text(each.state, STATES.get(each.state, "")), str(each.posts),
                _counted(each.views), _counted(each.interactions), _rate(each.er_views), _best(each.best, wide=wide),
            )  # fmt: skip
        nothing = Text("the Creators app has not been read yet", "dim")
        yield Panel(
            table if agency.campaigns else nothing, title=_title(agency, wide=wide), title_align="left",
            subtitle=Text(creators_told(agency), "bold red" if agency.lost else ""), subtitle_align="left",
            border_style="blue", height=options.height,
        )  # fmt: skip


def creators_told(agency: Agency) -> str:
    """Such as: creators connected 7 of 8 (1 must log in again: password changed)."""
    why = ", ".join(dict.fromkeys(reason.replace("_", " ") for reason in agency.lost))
    again = f" ({len(agency.lost)} must log in again: {why})" if agency.lost else ""
    return f"creators connected {agency.connected} of {agency.creators}{again}"


def words(agency: Agency) -> str:
    """A part of a line."""
    posts, views = sum(each.posts for each in agency.campaigns), sum(each.views or 0 for each in agency.campaigns)
    return f"{len(agency.campaigns)} campaigns: {posts} posts, {views:,} views, {creators_told(agency)}"


def last_words(agency: Agency) -> Iterator[str]:
    """A line for each campaign, and one for its creators."""
    for each in agency.campaigns:
        best = f", most viewed: {each.best.views:,}, a {each.best.kind} by @{each.best.creator}" if each.best else ""
        yield (
            f"{each.name} ({each.state}): {each.posts} posts, {_counted(each.views)} views, "
            f"{_counted(each.interactions)} interactions, er_views {_rate(each.er_views)}{best}"
        )
    yield f"{creators_told(agency)}, TikTok tokens rotated: {agency.rotated}"


def _title(agency: Agency, *, wide: bool) -> Text:
    """With a bar while a run is under way."""
    text, run = Text("Campaigns"), agency.run
    if run and run.over:
        text.append(f": last run {run.began}, {run.kind}, {run.done} of {run.accounts} accounts")
    elif run and not run.accounts:
        text.append(f": {run.kind} asked for")
    elif run:
        full = BAR * run.done // run.accounts
        text.append(f": {run.kind} ").append("━" * full, "bold cyan").append("━" * (BAR - full), "dim")
        text.append(f" {run.done} of {run.accounts} accounts")
    return text.append(f"; TikTok tokens rotated: {agency.rotated}") if wide and agency.rotated else text


def _best(best: Best | None, *, wide: bool) -> Text:
    if best is None:
        return Text("–", "dim")
    text = Text.assemble(f"{best.views:,} ", (f"@{best.creator}", "cyan"))
    return text.append(f"  {best.kind}: {best.caption}", "dim") if wide else text


def _counted(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _rate(percent: float | None) -> str:
    return "–" if percent is None else f"{percent:.2f} %"
