"""Where the command line tells more at once than one answer of the API does: the API's shapes, and what is added to them."""

from collections.abc import Sequence

from pydantic import Field

from lahmadaemon.clock import Instant
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.runs import Fared, Run
from lahmadaemon.web.social.shapes.basics import Shape
from lahmadaemon.web.social.shapes.creators import Connection, Creator
from lahmadaemon.web.social.shapes.posts import Height, Post, Reading
from lahmadaemon.web.social.shapes.runs import Outcome, run_in_full
from lahmadaemon.web.social.shapes.sums import MonthTotals


class CreatorWithPosts(Creator):
    """With how many posts there are."""

    posts: dict[Platform, int]


class CreatorInFull(CreatorWithPosts):
    """With the last results of the creator's accounts, and the months."""

    results: list[Outcome] = Field(description="Newest first")
    months: dict[str, dict[Platform, MonthTotals]]


class PostInFull(Post):
    """With all its captures, oldest first."""

    creator_email: str | None
    captures: list[Reading]
    heights: dict[str, Height]


class Login(Connection):
    """A creator's connection, with whose it is."""

    creator_id: int
    email: str | None


class Logins(Shape):
    """Dead ones first, then those that end soonest."""

    items: list[Login]


def outcomes(fared: Sequence[Fared]) -> list[Outcome]:
    """How accounts fared, whichever run that was."""
    return run_in_full(Run("", "", Instant(0)), fared).results
