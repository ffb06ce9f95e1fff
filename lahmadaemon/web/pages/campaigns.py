"""Campaigns as the pages list them: those that run first, then the others, the newest first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lahmadaemon.web.paging import cut

if TYPE_CHECKING:
    from lahmadaemon.social.store.campaigns import Known
    from lahmadaemon.web.social.doors import SocialDoors
    from lahmadaemon.web.social.shapes.campaigns import Campaign

GLANCE = 6
"""So many at a glance."""
ROWS = 50


async def at_a_glance(doors: "SocialDoors | None") -> "list[Campaign]":
    """The first of those that the Creators app still has."""
    if doors is None:
        return []
    known = [each for each in await doors.campaigns.campaigns() if each.gone_at is None]
    return await _told(doors, sorted(known, key=_place)[:GLANCE])


async def page_of_campaigns(
    doors: "SocialDoors", after: tuple[int, ...] | None
) -> "tuple[list[Campaign], tuple[int, ...] | None]":
    """Those behind a place, and the place of the last where more follow."""
    some, last = cut(await doors.campaigns.campaigns(), _place, after, ROWS)
    return await _told(doors, some), None if last is None else _place(last)


def _place(known: "Known") -> tuple[int, int, int]:
    from lahmadaemon.social.campaigns import State

    order = [State.RUNNING, State.SETTLING, State.PLANNED, State.SKIPPED, State.ENDED]
    return order.index(known.state), -(known.campaign.publishing_from or 0), -known.campaign.campaign_id


async def _told(doors: "SocialDoors", known: "Sequence[Known]") -> "list[Campaign]":
    from lahmadaemon.web.social.campaigns import told  # a house without the room is spared its modules

    return await told(doors, known)
