"""What can be changed of a creator: which account is collected, a name, logins, and whether there is anything at all."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.leaving import Left
from lahmadaemon.social.posts import Platform
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.social.creators import known_creator, told
from lahmadaemon.web.social.doors import Doors
from lahmadaemon.web.social.parameters import PLATFORM_ID, CreatorId
from lahmadaemon.web.social.routing import BODY, CHANGES, NOT_FOUND, api
from lahmadaemon.web.social.shapes.basics import Shape
from lahmadaemon.web.social.shapes.creators import Creator

router: APIRouter = api("creators")


class Choice(Shape):
    """Of several accounts of a platform, the one to collect."""

    account_id: Annotated[str, Field(pattern=PLATFORM_ID)]


class Handle(Shape):
    """An Instagram name, with or without its @; null takes it back."""

    handle: Annotated[str, Field(pattern=r"^@?[A-Za-z0-9._]{1,30}$")] | None


class LeftTold(Shape):
    """A connection that is gone from here."""

    provider: Provider
    revoked: bool = Field(description="At the provider as well")
    reason: str | None = Field(description="Why not; the creator can remove the app in their settings there")


class Gone(Shape):
    """What was removed; empty where there was nothing."""

    connections: list[LeftTold]


@router.put("/creators/{creator_id}/accounts/{platform}", responses=NOT_FOUND | CHANGES | BODY)
async def choose(doors: Doors, creator_id: CreatorId, platform: Platform, choice: Choice) -> Creator:
    """Choose which of several accounts is collected."""
    known = await known_creator(doors, creator_id)
    if not await doors.connections.choose(creator_id, platform, choice.account_id):
        raise Refusal(404, "account_not_found", "the creator has no such account on that platform")
    return (await told(doors, [known]))[0]


@router.put("/creators/{creator_id}/handle", responses=NOT_FOUND | CHANGES | BODY)
async def name(doors: Doors, creator_id: CreatorId, handle: Handle) -> Creator:
    """Give the Instagram name of a creator who is not connected: what everybody can see of them is collected."""
    await known_creator(doors, creator_id)
    await doors.creators.set_handle(creator_id, handle.handle)
    return (await told(doors, [await known_creator(doors, creator_id)]))[0]


@router.delete("/creators/{creator_id}/connections/{provider}", responses=NOT_FOUND | CHANGES)
async def disconnect(doors: Doors, creator_id: CreatorId, provider: Provider) -> Gone:
    """End a login: at the provider as far as it answers, here in any case. What was collected stays."""
    await known_creator(doors, creator_id)
    return _gone(await doors.joining.leave(creator_id, provider))


@router.delete("/creators/{creator_id}", responses=CHANGES)
async def forget(doors: Doors, creator_id: CreatorId) -> Gone:
    """Remove everything of a creator's and end their logins. Once more, or of a creator nobody knows, it does no harm.

    A Creators app that still names them brings them back, as new.
    """
    return _gone(await doors.joining.forget(creator_id))


def _gone(left: Sequence[Left]) -> Gone:
    return Gone(
        connections=[LeftTold(provider=each.provider, revoked=each.revoked, reason=each.reason) for each in left]
    )
