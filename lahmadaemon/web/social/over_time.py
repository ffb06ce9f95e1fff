"""What campaigns came to day by day: gone through once, for the picture and the tables, until a post is read again."""

from lahmadaemon.social.over_time import Day
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.social.doors import SocialDoors

KEPT = 3600.0
"""Seconds for which a course is kept while no post is read: followers count as well, and are read once a day."""


async def days_of(house: HouseDoors, doors: SocialDoors, campaign_id: int, *, meanwhile: float = 0.0) -> list[Day]:
    """From the first day on which a post was read to the last. `meanwhile`: as old it may be while it is made anew."""
    mark = await doors.sums.mark_of(campaign_id)
    return await house.memory.kept(
        ("social.days", campaign_id), KEPT, lambda: doors.sums.by_day(campaign_id), mark, meanwhile=meanwhile
    )
