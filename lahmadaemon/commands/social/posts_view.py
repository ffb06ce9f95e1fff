"""The table of posts: a line each where there is room, two on a narrow screen; why a number is unknown stands below, in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from rich.console import Group, RenderableType
from rich.text import Text

from lahmadaemon.commands.shows_view import name
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import Cell, Column, Look, fits, lines, number, of_creator, percent, table_of
from lahmadaemon.social.posts import Flag, PostState
from lahmadaemon.web.social.shapes.posts import Figures, Post

NOT_OF_THESE = {Flag.FOLLOWERS_FROM_NEAREST_SNAPSHOT, Flag.STORY_RATE_FROM_TOTAL_INTERACTIONS}
"""Flags about rates that are not in the table."""
FIGURES: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("Views", lambda of: number(of.views)),
    ("Reach", lambda of: number(of.reach)),
    ("Likes", lambda of: number(of.likes)),
    ("Comments", lambda of: number(of.comments)),
    ("Shares", lambda of: number(of.shares)),
    ("Saves", lambda of: number(of.saves)),
    ("ER views", lambda of: percent(of.er_views)),
    ("ER reach", lambda of: percent(of.er_reach)),
)
PAIRS = ((0, 1), (2, 4), (3, 5), (6, 7))
"""On a narrow screen one stands above the other."""
LEGEND = "ER views: (likes + comments + shares) / views. ER reach: (likes + comments + shares + saves) / reach. – is unknown."


class Marks:
    """A letter for each flag, in the order they come up."""

    def __init__(self) -> None:
        self.known: dict[Flag, str] = {}

    def of(self, flags: Sequence[Flag]) -> str:
        return "".join(sorted(self._letter(flag) for flag in flags if flag not in NOT_OF_THESE))

    def _letter(self, flag: Flag) -> str:
        return self.known.setdefault(flag, ascii_lowercase[len(self.known)])

    def explained(self) -> Iterator[Text]:
        for flag, letter in self.known.items():
            yield Text.assemble((f"{letter} ", "yellow"), words.flag(flag))


def posts_view(posts: Sequence[Post], emails: Mapping[int, str | None], look: Look, *, more: bool) -> RenderableType:
    """In 80 columns or more; `more`: there are older ones."""
    marks = Marks()
    rows = [
        _Row(post, of_creator(post.creator_id, emails.get(post.creator_id)), marks.of(post.flags)) for post in posts
    ]
    wide = _wide(rows, look)
    table = table_of(look, *(wide if look.wide and fits(look, *wide) else _narrow(rows, look)))
    older = [Text(f"the newest {len(posts):,}; --limit shows more, or fewer", "dim")] if more else []
    return Group(table, Text(""), *marks.explained(), Text(LEGEND, "dim"), *older)


def post_id(post: Post) -> str:
    """As `social posts` takes it."""
    return f"{words.SHORT[post.platform].lower()}:{post.platform_id}"


@dataclass(frozen=True)
class _Row:
    post: Post
    creator: Text
    marks: str

    @property
    def cells(self) -> list[str]:
        return [cell(self.post) for _, cell in FIGURES]

    @property
    def kind(self) -> Text:
        gone = Text(", gone", "yellow") if self.post.state is PostState.GONE else Text("")
        return Text(words.kind(self.post.platform, self.post.kind)) + gone

    @property
    def mark(self) -> Text:
        return Text(self.marks, "yellow")


Sheet = tuple[list[Column], list[list[Cell]]]


def _wide(rows: Sequence[_Row], look: Look) -> Sheet:
    figures = [
        Column(title.removesuffix("ents") if title == "Comments" else title, figure=True) for title, _ in FIGURES
    ]
    columns = [
        Column("Published", word=True), Column("Creator", cut=True, least=10), Column("Post", word=True),
        Column("Id", least=20), *figures, Column("", word=True),
    ]  # fmt: skip
    told: list[list[Cell]] = []
    for of in rows:
        when = look.when(of.post.published_at, short=True)
        told.append([when, of.creator, of.kind, name(post_id(of.post)), *of.cells, of.mark])
    return columns, told


def _narrow(rows: Sequence[_Row], look: Look) -> Sheet:
    pairs = [Column(f"{FIGURES[upper][0]}\n{FIGURES[lower][0]}", figure=True) for upper, lower in PAIRS]
    columns = [
        Column("Published\nPost", word=True), Column("Creator\nId", cut=True, least=22), *pairs, Column("", word=True)
    ]  # fmt: skip
    told: list[list[Cell]] = []
    for of in rows:
        when, cells = look.when(of.post.published_at, short=True), of.cells
        paired = [f"{cells[upper]}\n{cells[lower]}" for upper, lower in PAIRS]
        told.append([lines([when, of.kind]), lines([of.creator, name(post_id(of.post))]), *paired, of.mark])
    return columns, told
