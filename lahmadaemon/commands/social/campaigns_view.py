"""The table of campaigns: figures beside the name, what it asks for and what is amiss below it."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from lahmadaemon.commands.shows_view import name
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import Cell, Column, Look, lines, number, percent, table_of
from lahmadaemon.social.campaigns import State
from lahmadaemon.social.posts import Kind
from lahmadaemon.web.social.shapes.campaigns import Campaign

STATES = {State.RUNNING: "green", State.SETTLING: "cyan", State.SKIPPED: "yellow", State.ENDED: "dim"}
LEGEND = (
    "Creators: how many have a post, of those who take part. Interactions: likes, comments, shares, saves. ER views: (likes + "
    "comments + shares) / views, the mean of the posts' rates; pooled: of all their views together. – is unknown."
)
PLATFORMS = {Kind.VIDEO: "TT", Kind.FACEBOOK_POST: "FB"}


def campaigns_view(campaigns: Sequence[Campaign], look: Look) -> RenderableType:
    """In 80 columns or more."""
    titles = ("Creators", "Posts", "Views", "Interactions" if look.wide else "Interact.", "ER views\npooled")
    columns = [
        Column("Id", figure=True), Column("Campaign", least=16), Column("State", word=True),
        *(Column(title, figure=True) for title in titles),
    ]  # fmt: skip
    table = table_of(
        look, columns, [_row(each, look) for each in campaigns], ["dim" if each.gone_at else "" for each in campaigns]
    )
    return Group(table, Text(f"\n{LEGEND}", "dim"))


def _row(campaign: Campaign, look: Look) -> list[Cell]:
    totals = campaign.totals
    return [
        str(campaign.id), lines(_about(campaign, look)), _state(campaign, look),
        f"{campaign.creators_with_posts:,} of {len(campaign.creators):,}", number(totals.posts),
        number(totals.total_views), number(totals.total_interactions),
        f"{percent(totals.er_views_mean)}\n{percent(totals.er_views_pooled)}",
    ]  # fmt: skip


def _about(campaign: Campaign, look: Look) -> Iterator[Text]:
    yield name(campaign.name)
    yield Text(_wanted(campaign), "dim")
    if campaign.skipped:
        yield Text(f"nothing is collected: {campaign.skipped}", "yellow")
    if campaign.gone_at:
        yield Text(f"left the Creators app {look.day(campaign.gone_at)}", "yellow")
    for warning in campaign.warnings:
        yield Text.assemble(("! ", "yellow"), name(warning))


def _wanted(campaign: Campaign) -> str:
    """#autumnbake; IG post, reel; TT video."""
    tags = " ".join(f"#{tag}" for tag in campaign.tags) or "no hashtags"
    rules = {"any": "any of ", "min_k": f"{campaign.min_k} of "} if len(campaign.tags) > 1 else {}
    kinds: dict[str, list[str]] = {}
    for kind in sorted(campaign.kinds, key=list(Kind).index):
        kinds.setdefault(PLATFORMS.get(kind, "IG"), []).append(words.KINDS.get(kind, kind))
    told = "; ".join(f"{platform} {', '.join(some)}" for platform, some in kinds.items())
    return f"{rules.get(campaign.match, '')}{name(tags)}; {told or 'no kind of posts'}"


def _state(campaign: Campaign, look: Look) -> Text:
    """Where it is in its life, and its days."""
    days = [day or "?" for day in (campaign.starts_on, campaign.ends_on)]
    told = (" – " if look.wide else " –\n").join(days) if days != ["?", "?"] else ""
    until = f"numbers until {look.day(campaign.collected_until)}" if campaign.state is State.SETTLING else ""
    return lines([Text(campaign.state, STATES.get(campaign.state, "")), Text(told, "dim"), Text(until, "dim")])
