"""All of one creator: logins, accounts, how the last runs fared, months."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lahmadaemon.commands.shows_view import name
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import UNKNOWN, Cell, Column, Look, lines, number, of_creator, percent, table_of
from lahmadaemon.commands.social.creators_view import RESULTS, account_name, last_look, login_state
from lahmadaemon.commands.social.shapes import CreatorInFull
from lahmadaemon.web.social.shapes.creators import Connection, ConnectionState, CreatorAccount


def creator_view(creator: CreatorInFull, look: Look) -> RenderableType:
    """One part below the other; parts without anything in them are left out."""
    parts: list[RenderableType] = [_head(creator, look), _logins(creator, look)]
    if creator.accounts:
        parts += [_title("Accounts"), _accounts(creator, look), *_choosing(creator)]
    if creator.results:
        parts += [_title("Last results"), _results(creator, look)]
    if creator.months:
        parts += [_title("Months, by the day of publication"), _months(creator, look)]
    return Group(*parts)


def _title(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _head(creator: CreatorInFull, look: Look) -> Text:
    head = Text.assemble((str(of_creator(creator.id, creator.email)), "bold"), f"  creator {creator.id}, known since ")
    head += Text(look.day(creator.first_seen_at))
    if creator.gone_at:
        head += Text(f", left the Creators app {look.day(creator.gone_at)}", "yellow")
    counts = ", ".join(f"{many:,} on {words.provider(platform)}" for platform, many in creator.posts.items())
    handle = f"looked at from outside as @{creator.handle}" if creator.handle else ""
    return lines([head, Text(f"posts: {counts or 'none'}"), name(handle)])


def _logins(creator: CreatorInFull, look: Look) -> Table:
    columns = [
        Column("Login", word=True), Column("State", least=20), Column("Ends", word=True), Column("Checked", word=True),
        Column("As", least=8),
    ]  # fmt: skip
    rows = [
        [Text(words.provider(each.provider)), _state(each, look), *(list(_of_login(each, look)) or [Text("")] * 3)]
        for each in creator.connections
    ]
    return table_of(look, columns, rows)


def _state(each: Connection, look: Look) -> Text:
    since = look.day(each.since)
    dead = each.state is ConnectionState.REAUTH_REQUIRED
    return lines([login_state(each, look), Text(f"since {since}", "dim") if dead and each.since else ""])


def _of_login(each: Connection, look: Look) -> Iterator[Text]:
    if each.state is ConnectionState.NOT_CONNECTED:
        return
    dead = each.state is ConnectionState.REAUTH_REQUIRED
    yield Text(UNKNOWN if dead else "never" if each.ends_at is None else look.when(each.ends_at))
    yield Text(look.when(each.checked_at))
    yield name(each.username or each.user_id or UNKNOWN)


def _accounts(creator: CreatorInFull, look: Look) -> Table:
    columns = [
        Column("Account", cut=True, least=14), Column("Id", least=17), Column("Collected", word=True),
        Column("Last look", least=17), Column("All of it", word=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            account_name(each), name(each.account_id), Text("yes", "green") if each.chosen else Text("no", "dim"),
            last_look(each, look) if each.chosen or each.result else Text(""), look.when(each.walked_at, short=True),
        ]
        for each in creator.accounts
    ]  # fmt: skip
    return table_of(look, columns, rows)


def _choosing(creator: CreatorInFull) -> Iterator[Text]:
    """How another of several is chosen."""
    for each in creator.accounts:
        if not each.chosen and _rival(creator, each):
            told = f"  lahmadaemon social choose {creator.id} {each.platform} {each.account_id}"
            yield lines([Text(f"to collect {account_name(each)} instead:", "dim"), Text(told, "dim")])


def _rival(creator: CreatorInFull, account: CreatorAccount) -> bool:
    return any(each.platform is account.platform and each.chosen for each in creator.accounts)


def _results(creator: CreatorInFull, look: Look) -> Table:
    names = {(each.platform, each.account_id): account_name(each) for each in creator.accounts}
    columns = [
        Column("Ended", word=True), Column("Account", cut=True, least=14), Column("Result", word=True),
        Column("Posts", figure=True), Column("Requests", figure=True), Column("What was missing", least=12),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            look.when(each.ended_at, short=not look.wide),
            names.get((each.platform, each.account_id)) or name(f"{words.SHORT[each.platform]} {each.account_id}"),
            Text(each.result, RESULTS[each.result]), number(each.posts), number(each.asks),
            Text(words.because(each.reason)),
        ]
        for each in creator.results
    ]  # fmt: skip
    return table_of(look, columns, rows)


def _months(creator: CreatorInFull, look: Look) -> Table:
    """Newest first; on a wide screen with means."""
    figures = ["Posts", "Followers", "Views", "Likes", "Comments", "ER views", "pooled"]
    means = ["Per post: views", "likes", "comments"] if look.wide else []
    columns = [Column("Month", word=True), Column("On", word=True)]
    columns += [Column(title, figure=True) for title in (*figures, *means)]
    rows: list[list[Cell]] = [
        [
            month, words.SHORT[platform], number(of.posts), number(of.followers), number(of.total_views),
            number(of.total_likes), number(of.total_comments), percent(of.er_views_mean), percent(of.er_views_pooled),
            *(map(number, (of.avg_views, of.avg_likes, of.avg_comments)) if look.wide else ()),
        ]
        for month in sorted(creator.months, reverse=True)
        for platform, of in creator.months[month].items()
    ]  # fmt: skip
    return table_of(look, columns, rows)
