"""The table of creators: one line for each account that is collected."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from lahmadaemon.commands.shows_view import name
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import Cell, Column, Look, apart, lines, of_creator, read, table_of
from lahmadaemon.commands.social.shapes import CreatorWithPosts
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.posts import Platform
from lahmadaemon.web.social.shapes.creators import Connection, ConnectionState, CreatorAccount

ORDER = (Platform.INSTAGRAM, Platform.FACEBOOK, Platform.TIKTOK)
RESULTS = {"ok": "green", "partial": "yellow", "skipped": "yellow"}


def creators_view(creators: Sequence[CreatorWithPosts], look: Look) -> RenderableType:
    """In 80 columns or more; the last line counts."""
    columns = [
        Column("Id", figure=True), Column("Creator", cut=True, least=15), Column("Account", cut=True, least=14),
        Column("Login", least=14), Column("Last look", least=17), Column("Posts", figure=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    styles = []
    for creator in creators:
        who: list[Cell] = [str(creator.id), _who(creator, look)]
        for each in _rows(creator, look):
            rows.append([*who, *each])
            styles.append("dim" if creator.gone_at else "")
            who = ["", ""]
    table = table_of(look, columns, rows, styles)
    return Group(table, Text(f"\n{_counted(creators)}", "dim"))


def _who(creator: CreatorWithPosts, look: Look) -> Text:
    gone = Text(f"left {look.day(creator.gone_at)}") if creator.gone_at else ""
    return lines([of_creator(creator.id, creator.email), gone])


def _rows(creator: CreatorWithPosts, look: Look) -> Iterator[tuple[Text, Text, Text, str]]:
    """Account, login, last look, posts: of each account that is collected, or of the login that has none."""
    told = False
    for connection in creator.connections:
        accounts = [each for each in creator.accounts if Provider.of(each.platform) is connection.provider]
        chosen = sorted((each for each in accounts if each.chosen), key=lambda each: ORDER.index(each.platform))
        if connection.state is ConnectionState.NOT_CONNECTED and not chosen:
            continue
        told, login = True, login_state(connection, look)
        if not chosen:
            yield Text(words.provider(connection.provider)), login, Text(""), ""
        for account in chosen:
            others = sum(each.platform is account.platform for each in accounts) - 1
            label = lines([account_name(account), Text(f"and {others} more" if others else "", "dim")])
            dead = connection.state is ConnectionState.REAUTH_REQUIRED  # then it is no wonder that nothing came
            yield label, login, last_look(account, look, brief=dead), f"{creator.posts.get(account.platform, 0):,}"
            login = Text("")
    if not told:
        handle = Text(f"IG @{creator.handle}") if creator.handle else Text("")
        yield handle, Text("not connected", "dim"), Text(""), f"{sum(creator.posts.values()):,}"


def account_name(account: CreatorAccount) -> Text:
    """IG @alma.bakes; without a name its id."""
    known = f"@{account.username}" if account.username else account.name or account.account_id
    return Text(f"{words.SHORT[account.platform]} ") + name(known)


def login_state(connection: Connection, look: Look) -> Text:
    """ok; or what ends when; or why it is dead."""
    ends = read(connection.ends_at)
    if connection.state is ConnectionState.NOT_CONNECTED:
        return Text("not connected", "dim")
    if connection.state is ConnectionState.REAUTH_REQUIRED:
        return Text.assemble(("dead", "bold red"), f": {words.because(connection.reason) or 'nobody said why'}")
    if connection.warned and ends is not None:
        left = f"ends in {apart(ends - look.now)}" if ends > look.now else f"over, {apart(look.now - ends)} ago"
        more = "" if connection.reason == "login_ends" else f": {words.because(connection.reason)}"
        return Text.assemble((left, "yellow"), more)
    return Text("ok", "green")


def last_look(account: CreatorAccount, look: Look, *, brief: bool = False) -> Text:
    """How the last run fared with it, and when it was looked at; below, unless `brief`, what was missing."""
    looked = look.ago(max(filter(None, (account.looked_at, account.stories_at)), default=None))
    if account.result is None:
        return Text(looked, "dim")
    between = "\nlooked at " if account.result == "skipped" else ", "
    head = Text.assemble((account.result, RESULTS.get(account.result, "")), between, looked)
    held = read(account.held_until)
    waits = f"not asked before {look.when(account.held_until, short=True)}" if held and held > look.now else ""
    return head if brief else lines([head, Text(words.because(account.reason), "dim"), Text(waits, "dim")])


def _counted(creators: Sequence[CreatorWithPosts]) -> str:
    logins = [each for creator in creators for each in creator.connections]
    dead = sum(each.state is ConnectionState.REAUTH_REQUIRED for each in logins)
    soon = sum(each.state is ConnectionState.OK and each.warned for each in logins)
    well = sum(each.state is ConnectionState.OK for each in logins) - soon
    gone = sum(each.gone_at is not None for each in creators)
    here = f"{len(creators) - gone:,} creators" + (f", {gone:,} more that have left" if gone else "")
    return f"{here}; logins: {well:,} ok, {soon:,} ending, {dead:,} dead"
