"""Which logins are dead or will be soon, and why: what people are told about them. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.social.connections import KEY_LOST, Provider, Standing

LOGIN_ENDS, DATA_ACCESS_ENDS = "login_ends", "data_access_ends"


@dataclass(frozen=True)
class Expiring:
    """A connection somebody should be asked to renew. `at`: since when it is `dead`, else when it ends (or has ended: that it
    is dead is only said when the provider has said so)."""

    creator_id: int
    provider: Provider
    dead: bool
    reason: str
    at: Instant | None


def expiring(
    standings: Iterable[Standing],
    now: Instant,
    warn_before: float,
    lost: Collection[tuple[int, Provider]] = (),
) -> list[Expiring]:
    """The dead ones, then those that end within so many seconds, the most urgent first.

    `lost`: connections whose tokens no key opens.
    """
    found = [_told(each, now, warn_before, lost) for each in standings]
    urgent = [each for each in found if each is not None]
    return sorted(urgent, key=lambda each: (not each.dead, each.at or 0, each.creator_id))


def _told(held: Standing, now: Instant, warn_before: float, lost: Collection[tuple[int, Provider]]) -> Expiring | None:
    if not held.ok:
        return Expiring(held.creator_id, held.provider, dead=True, reason=held.reason or "", at=held.state_since)
    if (held.creator_id, held.provider) in lost:
        return Expiring(held.creator_id, held.provider, dead=True, reason=KEY_LOST, at=None)
    end = held.ends_at
    if end is None or end - now > warn_before * SECOND:
        return None
    reason = DATA_ACCESS_ENDS if end == held.data_access_until else LOGIN_ENDS
    return Expiring(held.creator_id, held.provider, dead=False, reason=reason, at=end)
