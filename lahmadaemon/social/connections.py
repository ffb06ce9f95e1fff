"""A creator's connection to a provider, the accounts behind it, and when it ends. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from pydantic import SecretStr

from lahmadaemon.clock import Instant
from lahmadaemon.errors import Refused
from lahmadaemon.social.posts import Platform


class Provider(StrEnum):
    """Who logs creators in."""

    META = "meta"
    TIKTOK = "tiktok"

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """What a connection to it opens."""
        return (Platform.TIKTOK,) if self is Provider.TIKTOK else (Platform.INSTAGRAM, Platform.FACEBOOK)

    @classmethod
    def of(cls, platform: Platform) -> "Provider":
        """Whose login opens the platform."""
        return next(provider for provider in cls if platform in provider.platforms)


class State(StrEnum):
    """Whether a connection works."""

    OK = "ok"
    REAUTH_REQUIRED = "reauth_required"
    """Its tokens are dead: only the creator can help, by logging in again."""


class LoginLost(Refused):
    """This creator's login is dead; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the creator has to log in again: {reason}")
        self.reason = reason


NOT_CONNECTED = "not_connected"
"""The reason where there is no login at all."""
KEY_LOST = "key_lost"
"""The outcome of an error about a token that was sealed under a key which is not here."""
NEVER = Instant(0)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a connection stands: all of it but its secrets. An `…_until` of None: it never ends, or nobody said when."""

    creator_id: int
    provider: Provider
    user_id: str
    """The person at the provider: Facebook user, TikTok open id."""
    issued_at: Instant
    username: str | None = None
    avatar_url: str | None = None
    scopes: frozenset[str] = frozenset()
    access_until: Instant | None = None
    refresh_until: Instant | None = None
    data_access_until: Instant | None = None
    generation: int = 0
    """Counts pairs of tokens; a change names the one it replaces."""
    refreshing_at: Instant | None = None
    """A refresh was sent, and its answer is not kept yet."""
    state: State = State.OK
    reason: str | None = None
    state_since: Instant = NEVER
    checked_at: Instant | None = None

    @property
    def ok(self) -> bool:
        return self.state is State.OK

    @property
    def ends_at(self) -> Instant | None:
        """When it is over unless it is renewed or the creator comes back. Of TikTok that is the end of the refresh token, not
        of the access tokens it gives; Meta's data access has an end of its own."""
        login = self.refresh_until if self.provider is Provider.TIKTOK else self.access_until
        return min((end for end in (login, self.data_access_until) if end is not None), default=None)


@dataclass(frozen=True, kw_only=True)
class Connection(Standing):
    """With its tokens."""

    access: SecretStr
    refresh: SecretStr | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The tokens that replace a connection's, and what came with them."""

    access: SecretStr
    refresh: SecretStr | None
    access_until: Instant | None
    refresh_until: Instant | None
    scopes: frozenset[str]
    issued_at: Instant


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What Meta says of a token. `problem`: why it is not valid, None where it is."""

    problem: str | None
    data_access_until: Instant | None
    scopes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Account:
    """What can be collected through a connection. `token`: its page token, Meta only."""

    creator_id: int
    platform: Platform
    account_id: str
    page_id: str | None = None
    """The Facebook page behind an Instagram account."""
    username: str | None = None
    name: str | None = None
    avatar_url: str | None = None
    token: SecretStr | None = None
    chosen: bool = False
    """Of several of one platform, the one that is collected."""
    page_size: int | None = None
    walked_at: Instant | None = None
    walked_from: Instant | None = None
    looked_at: Instant | None = None
    stories_at: Instant | None = None
    held_until: Instant | None = None
    result: str | None = None
    reason: str | None = None

    @property
    def key(self) -> tuple[Platform, str]:
        return self.platform, self.account_id


def with_choices(accounts: Sequence[Account], before: Collection[tuple[Platform, str]] = ()) -> list[Account]:
    """The accounts of one connection, exactly one of each platform chosen: whom the caller chose, else who was chosen
    `before`, else the first; of Facebook pages the one behind the chosen Instagram account before the first."""
    chosen: dict[Platform, Account] = {}
    for platform in (Platform.INSTAGRAM, Platform.FACEBOOK, Platform.TIKTOK):  # pages come after Instagram
        instagram = chosen.get(Platform.INSTAGRAM)
        rank = partial(_rank, before=before, page_id=instagram.page_id if instagram else None)
        if mine := [each for each in accounts if each.platform is platform]:
            chosen[platform] = min(mine, key=rank)
    return [replace(each, chosen=chosen[each.platform] is each) for each in accounts]


def _rank(account: Account, before: Collection[tuple[Platform, str]], page_id: str | None) -> tuple[bool, ...]:
    """The lower, the better."""
    return not account.chosen, account.key not in before, account.account_id != page_id
