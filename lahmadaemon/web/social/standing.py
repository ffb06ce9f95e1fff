"""How creators' logins stand, as the API and the older AnalyticsServer's routes tell it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from lahmadaemon.clock import Instant
from lahmadaemon.social.connections import Provider, Standing
from lahmadaemon.social.expiring import Expiring, expiring
from lahmadaemon.web.social.doors import SocialDoors


@dataclass(frozen=True)
class Login:
    """A connection; `ending`: what people are told where it is dead or will be soon."""

    held: Standing
    ending: Expiring | None

    @property
    def dead(self) -> bool:
        return self.ending is not None and self.ending.dead

    def valid(self, now: Instant) -> bool:
        """Whether it works now, as far as is known."""
        ends = self.held.ends_at
        return not self.dead and (ends is None or now < ends)


async def logins_of(doors: SocialDoors, creators: Collection[int]) -> dict[int, dict[Provider, Login]]:
    """Those that these creators have."""
    standings = await doors.connections.standings(creators)
    told = {(each.creator_id, each.provider): each for each in _expiring(doors, standings)}
    found: defaultdict[int, dict[Provider, Login]] = defaultdict(dict)
    for each in standings:
        found[each.creator_id][each.provider] = Login(each, told.get((each.creator_id, each.provider)))
    return found


async def endings(doors: SocialDoors) -> list[Expiring]:
    """Everybody's that is dead or ends soon, the most urgent first."""
    return _expiring(doors, await doors.connections.standings())


def _expiring(doors: SocialDoors, standings: list[Standing]) -> list[Expiring]:
    return expiring(standings, doors.clock.now(), doors.settings.warn_before, doors.lost())
