"""The switchboard: what tests and the demo turn to make the Graph API do what it sometimes does."""

from collections import deque
from enum import Enum

from lahmadaemon.demo.social.graph.errors import GraphError, PageError, no_permission, reduce_data, unreadable_token


class Trouble(Enum):
    """What can go wrong with one call; the value is the code, 500 a page in HTML."""

    REDUCE = 1
    """Too much data at once."""
    TRANSIENT = 2
    APP_LIMIT = 4
    PERMISSION = 10
    USER_LIMIT = 17
    DEAD = 190
    """Without a sub-code, and with the token in its text."""
    BLOCKED = 368
    HTML = 500
    BURST = 613
    PAGES_LIMIT = 80001
    INSTAGRAM_LIMIT = 80002


class Switches:
    """Attributes are turned at any time and hold until they are turned back; `trouble` and `nulls` are used up."""

    def __init__(self, creators: int) -> None:
        self.visitor: int | None = None
        """Who sits before the login dialog and agrees at once; None: somebody who declines."""
        self.declines: frozenset[str] = frozenset()
        """Scopes the visitor does not grant."""
        self.require_proof = False
        self.tells_expiry = True
        """Whether the exchange for a long token says `expires_in`."""
        self.extends_long = True
        """Whether a long token that is exchanged lives sixty days anew."""
        self.latency = 0.0  # seconds before each answer
        self.too_much_above: int | None = None
        """A `limit` above it is too much data."""
        self.app_allowance = 200 * max(1, creators)
        """Calls an hour of the app that no account's allowance is charged with: 200 for each user of the day."""
        self.account_allowance = 48_000
        """Calls a day of each Instagram account and page: 4800 for each time it was shown, here ten times."""
        self.regain_minutes = 17
        """How long an account whose allowance is used up is refused."""
        self._troubles: dict[int | None, deque[Trouble]] = {}
        self._nulls = 0

    def trouble(self, creator_id: int | None, kind: Trouble, times: int = 1) -> None:
        """The next calls made with a token of the creator go wrong so; None: the next whole HTTP requests, whoever's."""
        self._troubles.setdefault(creator_id, deque()).extend([kind] * times)

    def nulls(self, times: int) -> None:
        """So many of the next calls in batches are not done in time: null."""
        self._nulls += times

    def take_trouble(self, creator_id: int | None) -> Trouble | None:
        coming = self._troubles.get(creator_id)
        return coming.popleft() if coming else None

    def take_null(self) -> bool:
        taken = self._nulls > 0
        self._nulls -= taken
        return taken


def error_of(trouble: Trouble, token: str = "") -> GraphError:
    """As Meta words it, more or less."""
    limit = {Trouble.APP_LIMIT: "from this app", Trouble.USER_LIMIT: "by this user"}.get(trouble, "to this account")
    many = f"(#{trouble.value}) Too many calls {limit}"
    match trouble:
        case Trouble.REDUCE:
            return reduce_data()
        case Trouble.TRANSIENT:
            return GraphError("The service is away for a moment", 2, status=500, is_transient=True)
        case Trouble.APP_LIMIT:
            return GraphError(many, 4, 1504022, status=403, is_transient=True)
        case Trouble.USER_LIMIT | Trouble.INSTAGRAM_LIMIT | Trouble.PAGES_LIMIT:
            return GraphError(many, trouble.value, 2446079)
        case Trouble.BURST:
            return GraphError("(#613) Too fast", 613, 1996)
        case Trouble.BLOCKED:
            return GraphError("This account may not do that for now", 368)
        case Trouble.DEAD:
            return unreadable_token(token)
        case Trouble.HTML:
            return PageError("Sorry, something went wrong.", None, status=500)
    return no_permission("a permission")
