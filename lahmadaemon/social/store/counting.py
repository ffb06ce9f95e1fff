"""An account's counts of followers next to a post's publication, read along with the post: the last by then, the first after."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Join, Row, ScalarSelect, and_, func, select

from lahmadaemon.social.followers import Followers
from lahmadaemon.social.store.tables import posts, profiles

_before, _after, _any = (profiles.alias(name) for name in ("before", "after", "counted"))
FOLLOWERS = (
    _before.c.taken_at.label("counted_before"), _before.c.followers.label("followers_before"),
    _after.c.taken_at.label("counted_after"), _after.c.followers.label("followers_after"),
)  # fmt: skip
"""Columns."""


def with_followers(source: FromClause) -> Join:
    """Posts, and whatever they are joined to, with what `FOLLOWERS` are of."""
    # A slot begins no later than what is read in it: so both are found at their place in the index, whatever lies before it.
    before = _slot(_any.c.slot <= posts.c.published_at, _any.c.taken_at <= posts.c.published_at, backwards=True)
    after = _slot(_any.c.slot >= func.coalesce(_before.c.slot, 0), _any.c.taken_at > posts.c.published_at)
    return source.outerjoin(_before, _at(_before, before)).outerjoin(_after, _at(_after, after))


def followers_of(row: Row[*tuple[Any, ...]]) -> Followers:
    """Of a row with `FOLLOWERS`."""
    near = (row.counted_before, row.followers_before), (row.counted_after, row.followers_after)
    return Followers([(at, count) for at, count in near if at is not None])


def _slot(*such: ColumnElement[bool], backwards: bool = False) -> ScalarSelect[int]:
    known = select(_any.c.slot).where(_own(_any), _any.c.followers.is_not(None), *such)
    ordered = known.order_by(_any.c.slot.desc() if backwards else _any.c.slot)
    return ordered.limit(1).correlate(posts, _before).scalar_subquery()


def _at(profile: FromClause, slot: ScalarSelect[int]) -> ColumnElement[bool]:
    return and_(_own(profile), profile.c.slot == slot)


def _own(profile: FromClause) -> ColumnElement[bool]:
    """It is of the account that the post is of."""
    return and_(profile.c.platform == posts.c.platform, profile.c.account_id == posts.c.account_id)
