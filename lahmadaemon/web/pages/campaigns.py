"""Campaigns as the pages list them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors
    from lahmadaemon.web.social.shapes.campaigns import Campaign

GLANCE = 6
"""So many at a glance."""


async def campaigns_of(doors: "SocialDoors | None", *, current: bool = False) -> "list[Campaign]":
    """Those that run first, then the others, the newest first; `current`: only what is worth a glance."""
    if doors is None:
        return []
    from lahmadaemon.social.campaigns import State
    from lahmadaemon.web.social.shapes import campaigns as shapes

    order = [State.RUNNING, State.SETTLING, State.PLANNED, State.SKIPPED, State.ENDED]
    known = [each for each in await doors.campaigns.campaigns() if each.gone_at is None or not current]
    known.sort(
        key=lambda each: (order.index(each.state), -(each.campaign.publishing_from or 0), -each.campaign.campaign_id)
    )
    if current:
        known = known[:GLANCE]
    involved = await doors.campaigns.involved()
    sums = await doors.sums.of_campaigns([each.campaign.campaign_id for each in known])
    return [
        shapes.campaign(each, involved.get(each.campaign.campaign_id, ()), sums[each.campaign.campaign_id])
        for each in known
    ]
