"""Whom a token speaks for: its pages, the Instagram accounts behind them, and how long it is good for what."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.social.connections import Account
from lahmadaemon.social.meta.errors import dead
from lahmadaemon.social.meta.payload import Count, Json, Object, Payload, Text, clean, count
from lahmadaemon.social.meta.rows import Id
from lahmadaemon.social.posts import Platform


@dataclass(frozen=True)
class InstagramAccount:
    """A professional account behind a page."""

    account_id: str
    username: str | None
    name: str | None
    avatar_url: str | None
    followers: int | None
    media: int | None

    def as_account(self, creator_id: int, page: "MetaPage") -> Account:
        """As the store keeps it: collected with the page's token."""
        return Account(
            creator_id=creator_id, platform=Platform.INSTAGRAM, account_id=self.account_id, page_id=page.page_id,
            username=self.username, name=self.name, avatar_url=self.avatar_url, token=page.token,
        )  # fmt: skip


@dataclass(frozen=True)
class MetaPage:
    """A page with its own token (None: the creator's role there gives none), and the account behind it."""

    page_id: str
    name: str | None
    token: SecretStr | None
    tasks: frozenset[str]
    instagram: InstagramAccount | None

    def as_account(self, creator_id: int) -> Account:
        """As the store keeps it."""
        return Account(
            creator_id=creator_id, platform=Platform.FACEBOOK, account_id=self.page_id, page_id=self.page_id,
            name=self.name, token=self.token,
        )  # fmt: skip


def _texts(value: object) -> frozenset[str]:
    return frozenset(text for each in value if (text := clean(each))) if isinstance(value, list) else frozenset()


Texts = Annotated[frozenset[str], BeforeValidator(_texts)]


class _Page(Payload):
    id: Id
    name: Text = None
    access_token: Text = None
    tasks: Texts = frozenset()
    instagram_business_account: Object = Field(default_factory=dict)


class _Instagram(Payload):
    id: Id
    username: Text = None
    name: Text = None
    profile_picture_url: Text = None
    followers_count: Count = None
    media_count: Count = None


def meta_page(row: Json) -> MetaPage | None:
    """A row of the list of pages; None for what has no id."""
    try:
        read = _Page.model_validate(row)
    except ValidationError:
        return None
    token = SecretStr(read.access_token) if read.access_token else None
    return MetaPage(read.id, read.name, token, read.tasks, _instagram(read.instagram_business_account))


def _instagram(told: Json) -> InstagramAccount | None:
    try:
        read = _Instagram.model_validate(told)
    except ValidationError:  # mostly since there is none
        return None
    return InstagramAccount(
        read.id, read.username, read.name, read.profile_picture_url, read.followers_count, read.media_count
    )


@dataclass(frozen=True)
class Debugged:
    """What Meta says of a token. `problem`: why it is not good, None where it is; `until` None: it has no end."""

    problem: str | None
    user_id: str | None
    issued_at: Instant | None
    until: Instant | None
    data_access_until: Instant | None
    """Before then the creator must have used the app once more; None: Meta does not say."""
    scopes: frozenset[str]


def _moment(value: object) -> Instant | None:
    """Unix seconds; 0 and nothing are never."""
    seconds = count(value)
    return Instant(seconds * SECOND) if seconds else None


Moment = Annotated[Instant | None, BeforeValidator(_moment)]


class _Debugged(Payload):
    is_valid: bool
    app_id: Text = None
    user_id: Text = None
    issued_at: Moment = None
    expires_at: Moment = None
    data_access_expires_at: Moment = None
    scopes: Texts = frozenset()
    error: Object = Field(default_factory=dict)


def debugged(told: object, app_id: str | None) -> Debugged:
    """`data` of an answer about a token; one of another app is of no use to us. Raises ValidationError."""
    read = _Debugged.model_validate(told)
    problem = None if read.is_valid else dead(count(read.error.get("subcode")))
    if read.is_valid and app_id and read.app_id not in {None, app_id}:
        problem = "other_app"
    return Debugged(
        problem, read.user_id, read.issued_at, read.expires_at, read.data_access_expires_at, read.scopes
    )  # fmt: skip
