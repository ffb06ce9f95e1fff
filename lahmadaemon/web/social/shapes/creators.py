"""Creators, how their logins stand, and the accounts behind them."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from lahmadaemon.clock import iso
from lahmadaemon.social.connections import NOT_CONNECTED, Account, Provider
from lahmadaemon.social.expiring import Expiring
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.creators import Creator as Known
from lahmadaemon.web.social.shapes.basics import Moment, Shape, moment
from lahmadaemon.web.social.standing import Login


class ConnectionState(StrEnum):
    """Whether something can be collected through it."""

    OK = "ok"
    REAUTH_REQUIRED = "reauth_required"
    """Only the creator can help, by logging in again."""
    NOT_CONNECTED = "not_connected"


class Connection(Shape):
    """A login at a provider. Its tokens are told to nobody."""

    provider: Provider
    state: ConnectionState
    reason: str | None = Field(description="Why it is dead, or what will end soon")
    since: Moment | None = Field(description="Since when it is in this state")
    ends_at: Moment | None = Field(description="When it is over unless somebody does something; null: never")
    warned: bool = Field(description="It ends soon, or is dead: people have been told")
    user_id: str | None
    username: str | None
    scopes: list[str] = Field(description="What the creator has granted")
    checked_at: Moment | None


class CreatorAccount(Shape):
    """What can be collected through a connection, and how that went last."""

    platform: Platform
    account_id: str
    page_id: str | None
    username: str | None
    name: str | None
    avatar_url: str | None
    chosen: bool = Field(description="Of several of one platform, the one that is collected")
    looked_at: Moment | None
    walked_at: Moment | None = Field(description="The last complete look")
    stories_at: Moment | None
    held_until: Moment | None = Field(description="The platform does not want to be asked before then")
    result: str | None = Field(description="Of the last run: ok, partial or skipped")
    reason: str | None = Field(description="What was missing in it")


class Creator(Shape):
    """A creator of the Creators app."""

    id: int
    email: str | None
    handle: str | None = Field(description="An Instagram name, through which an unconnected creator is looked at")
    first_seen_at: Moment
    gone_at: Moment | None = Field(description="When the Creators app stopped naming them")
    connections: list[Connection]
    accounts: list[CreatorAccount]


class Ending(Shape):
    """A login that is dead or will be soon."""

    creator_id: int
    email: str | None
    provider: Provider
    dead: bool
    reason: str
    at: Moment | None = Field(description="When it ends; of a dead one, since when it is")


def creator(known: Known, logins: Mapping[Provider, Login], accounts: Sequence[Account]) -> Creator:
    return Creator(
        id=known.id, email=known.email, handle=known.handle, first_seen_at=moment(known.first_seen_at),
        gone_at=iso(known.gone_at),
        connections=[_connection(each, logins.get(each)) for each in Provider],
        accounts=[_account(each) for each in accounts],
    )  # fmt: skip


def _connection(provider: Provider, login: Login | None) -> Connection:
    if login is None:
        return Connection(
            provider=provider, state=ConnectionState.NOT_CONNECTED, reason=NOT_CONNECTED, since=None, ends_at=None,
            warned=False, user_id=None, username=None, scopes=[], checked_at=None,
        )  # fmt: skip
    held = login.held
    return Connection(
        provider=provider, state=ConnectionState.REAUTH_REQUIRED if login.dead else ConnectionState.OK,
        reason=login.ending and login.ending.reason, since=moment(held.state_since), ends_at=iso(held.ends_at),
        warned=login.ending is not None, user_id=held.user_id, username=held.username, scopes=sorted(held.scopes),
        checked_at=iso(held.checked_at),
    )  # fmt: skip


def _account(of: Account) -> CreatorAccount:
    return CreatorAccount(
        platform=of.platform, account_id=of.account_id, page_id=of.page_id, username=of.username, name=of.name,
        avatar_url=of.avatar_url, chosen=of.chosen, looked_at=iso(of.looked_at), walked_at=iso(of.walked_at),
        stories_at=iso(of.stories_at), held_until=iso(of.held_until), result=of.result, reason=of.reason,
    )  # fmt: skip


def endings(told: Iterable[Expiring], emails: Mapping[int, str | None]) -> list[Ending]:
    return [
        Ending(
            creator_id=each.creator_id, email=emails.get(each.creator_id), provider=each.provider, dead=each.dead,
            reason=each.reason, at=iso(each.at),
        )
        for each in told
    ]  # fmt: skip
