"""The table of logins."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import UNKNOWN, Cell, Column, Look, apart, of_creator, read, table_of
from lahmadaemon.commands.social.shapes import Login
from lahmadaemon.web.social.shapes.creators import ConnectionState

HINT = "`lahmadaemon social connect CREATOR meta|tiktok` makes a link for who has to log in again"


def tokens_view(logins: Sequence[Login], look: Look) -> RenderableType:
    """In 80 columns or more."""
    columns = [
        Column("Id", figure=True), Column("Creator", cut=True, least=14), Column("Login", word=True),
        Column("State", word=True), Column("Ends", least=24), Column("Checked", word=True),
    ]  # fmt: skip
    table = table_of(look, columns, [_row(each, look) for each in logins])
    return Group(table, *([Text(f"\n{HINT}", "dim")] if any(each.warned for each in logins) else []))


def _row(login: Login, look: Look) -> list[Cell]:
    state, ends = _told(login, look)
    checked = UNKNOWN if login.checked_at is None else look.ago(login.checked_at)
    who = of_creator(login.creator_id, login.email)
    return [str(login.creator_id), who, words.provider(login.provider), state, ends, checked]


def _told(login: Login, look: Look) -> tuple[Text, Text]:
    if login.state is ConnectionState.REAUTH_REQUIRED:
        since = f"since {look.day(login.since)}: " if login.since else ""
        return Text("dead", "bold red"), Text(f"{since}{words.because(login.reason) or 'nobody said why'}")
    ends = read(login.ends_at)
    if ends is None:
        return Text("ok", "green"), Text("never, as far as is known")
    left = f"in {apart(ends - look.now)}" if ends > look.now else f"{apart(look.now - ends)} ago"
    more = f": {words.because(login.reason)}" if login.reason else ""
    state = Text("ends soon" if ends > look.now else "over", "yellow") if login.warned else Text("ok", "green")
    return state, Text(f"{look.day(login.ends_at)}, {left}{more}")
