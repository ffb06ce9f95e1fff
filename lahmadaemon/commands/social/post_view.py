"""One post: what it is, the campaigns it belongs to, and its numbers at every capture with what they gained."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lahmadaemon.commands.shows_view import name
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import (
    Cell,
    Column,
    Look,
    apart,
    gained,
    lines,
    number,
    of_creator,
    percent,
    read,
    table_of,
)
from lahmadaemon.commands.social.posts_view import post_id
from lahmadaemon.commands.social.shapes import PostInFull
from lahmadaemon.social.posts import NUMBERS, Flag
from lahmadaemon.web.social.shapes.posts import Linked, Reading

RATES = ("er_views", "er_reach", "er_followers", "er_story_reach")
TITLES = {"er_views": "ER views", "er_reach": "ER reach", "er_followers": "ER foll.", "er_story_reach": "ER story"}
LONGEST_TEXT = 280


def post_view(post: PostInFull, look: Look) -> RenderableType:
    """Only numbers that were ever known have a column."""
    parts: list[RenderableType] = [_head(post, look)]
    if post.captures:
        parts += [Text(""), _table(post, look), Text(""), *_heights(post, look)]
    else:
        parts.append(Text("\nIts numbers were never read.", "yellow"))
    return Group(*parts, *(Text.assemble(("! ", "yellow"), words.flag(flag)) for flag in _flags(post)))


def _head(post: PostInFull, look: Look) -> Text:
    whose = f"{of_creator(post.creator_id, post.creator_email)} ({post.creator_id})"
    kind = f"{words.kind(post.platform, post.kind)} by {whose}"
    text = " ".join(f"{post.title} {post.caption}".split())
    return lines([
        Text.assemble((kind, "bold"), f", published {look.when(post.published_at)}, now {post.state}"),
        name(post_id(post)) + Text("  ") + name(post.permalink or "no address"),
        Text(str(name(text[:LONGEST_TEXT])) + ("…" if len(text) > LONGEST_TEXT else ""), "italic"),
        Text("campaigns: ") + name("; ".join(_linked(each) for each in post.campaigns) or "none"),
    ])  # fmt: skip


def _linked(link: Linked) -> str:
    tags = " ".join(f"#{tag}" for tag in link.matched)
    how = {"manual": "linked by hand", "window": "a story in its days"}.get(link.rule, f"by {tags}")
    return f"{link.campaign_id} ({how})"


def _table(post: PostInFull, look: Look) -> Table:
    """Each number with what it gained below it."""
    names = [name for name in NUMBERS if name in post.heights]
    rates = [name for name in RATES if any(getattr(each, name) is not None for each in post.captures)]
    together = 1 if look.wide else 2  # of rates, one below the other
    pairs = [rates[start : start + together] for start in range(0, len(rates), together)]
    titles = {"comments": "Comments" if look.wide else "Comm.", "total_interactions": "All"}
    figures = [Column(titles.get(each, each.capitalize()), figure=True) for each in names]
    figures += [Column("\n".join(TITLES[each] for each in pair), figure=True) for pair in pairs]
    published = read(post.published_at) or 0
    rows: list[list[Cell]] = [
        [
            look.when(each.taken_at, short=not look.wide), apart((read(each.taken_at) or 0) - published),
            *(_grown(each, column) for column in names),
            *("\n".join(percent(getattr(each, rate)) for rate in pair) for pair in pairs),
        ]
        for each in post.captures
    ]  # fmt: skip
    return table_of(look, [Column("Read at", word=True), Column("Age", figure=True), *figures], rows)


def _grown(reading: Reading, column: str) -> Text:
    gain = gained(reading.growth.gained[column]) if reading.growth else Text("")
    return lines([number(getattr(reading, column)), gain])


def _heights(post: PostInFull, look: Look) -> Iterator[Text]:
    """What is no longer as high as it was."""
    for column, height in post.heights.items():
        if height.peak > height.latest:
            yield Text(f"most {column.replace('_', ' ')}: {height.peak:,} on {look.when(height.peak_at)}", "dim")


def _flags(post: PostInFull) -> Sequence[Flag]:
    """Of all captures: why numbers are unknown, or need care."""
    return list(dict.fromkeys(flag for each in (*post.captures, post) for flag in each.flags))
