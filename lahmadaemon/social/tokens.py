"""The service that keeps logins alive: renews what can be renewed in time, and says whose login will end or has ended."""

from collections.abc import Callable, Sequence

import structlog

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.clock import Clock
from lahmadaemon.errors import ConfigurationError, HopelessError, UpstreamError
from lahmadaemon.social.connections import KEY_LOST, LoginLost, Provider, Standing
from lahmadaemon.social.expiring import Expiring, expiring
from lahmadaemon.social.renewing import MetaRenewal
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.tiktok.tokens import TikTokTokens, half_gone
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

LOOK_EVERY = 600.0
ENOUGH = 5
"""Failures in a row at one provider: it is left alone until the next look."""


class TokenService(Service):
    """When what was done is in the store, so that a restart does not do it all again."""

    name = "social.tokens"
    patience = 1800.0

    def __init__(
        self,
        store: ConnectionStore,
        clock: Clock,
        alarms: Alarms,
        warn_before: float,
        *,
        tiktok: TikTokTokens | None = None,
        meta: MetaRenewal | None = None,
    ) -> None:
        """`warn_before`: seconds. A provider that is None is not configured; its logins are warned of all the same."""
        self.lost: frozenset[tuple[int, Provider]] = frozenset()
        """Connections whose tokens no key opens."""
        self._store = store
        self._clock = clock
        self._alarms = alarms
        self._warn_before = warn_before
        self._tiktok, self._meta = tiktok, meta
        self._watched: set[str] = set()
        self._resealed = False

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(LOOK_EVERY):
            async with lifeline.turn():
                await self._work(lifeline.beat, lifeline.stopping.is_set)

    async def turn(self) -> None:
        await self._work(lambda: None, lambda: False)

    async def _work(self, beat: Callable[[], None], stopping: Callable[[], bool]) -> None:
        """Raises UpstreamError when all is done that could be, and something could not."""
        if self.lost or not self._resealed:
            await self._reseal()
        troubles: list[UpstreamError] = []
        for held in _in_turn(await self._store.standings()):
            in_a_row = 0
            for each in held:
                if stopping() or in_a_row >= ENOUGH:
                    break
                beat()
                trouble = await self._looked_after(each)
                in_a_row = in_a_row + 1 if trouble else 0
                troubles += [trouble] if trouble else []
        await self._tell()
        if troubles:
            raise troubles[-1]

    async def _reseal(self) -> None:
        """Once in a life, for keys do not change within one; also while some are lost, who may connect again.

        Raises HopelessError where not a single token opens.
        """
        resealed = await self._store.reseal_all()
        if resealed.hopeless:
            raise HopelessError(
                "none of the stored logins opens: LAHMA_SECRET_KEY (or secret.key in the state folder) is not the one"
                " they were sealed with; put it back, or let every creator connect again",
                outcome=KEY_LOST,
            )
        if resealed.changed:
            log.info("social.tokens_resealed", tokens=resealed.changed)
        self.lost, self._resealed = resealed.lost, True

    async def _looked_after(self, held: Standing) -> UpstreamError | None:
        """Trouble, if there was any: nobody else's, unless it comes too often in a row."""
        try:
            if held.provider is Provider.META and self._meta:
                await self._meta.look_after(held)
            # others are renewed whenever they are used
            if held.provider is Provider.TIKTOK and self._tiktok and half_gone(held, self._clock.now()):
                await self._tiktok.look_after(held.creator_id)
        except LoginLost:  # written down by who found it out
            return None
        except ConfigurationError as error:
            return UpstreamError(str(error), outcome="settings")
        except (UpstreamError, HopelessError) as error:
            if error.outcome == KEY_LOST:  # told below
                return None
            log.info(
                "social.token_not_renewed", creator=held.creator_id, provider=held.provider.value, error=str(error)
            )
            # A refused app is no reason to say nothing more of the others: it shows as trouble that lasts.
            return error if isinstance(error, UpstreamError) else UpstreamError(str(error), outcome=error.outcome)
        return None

    async def _tell(self) -> None:
        """To the alarm desk, where the subject is a connection, such as `tiktok.11`."""
        standings = await self._store.standings()
        urgent = expiring(standings, self._clock.now(), self._warn_before, self.lost)
        there = {_subject(each) for each in standings}
        for dead, condition in ((True, Condition.CREATOR_LOGIN_DEAD), (False, Condition.CREATOR_LOGIN_ENDING)):
            such = {_subject(each): each for each in urgent if each.dead is dead}
            for subject, told in such.items():
                self._alarms.raise_alarm(condition, subject, **_detail(told))
            for subject in (there | self._watched) - such.keys():
                self._alarms.clear_alarm(condition, subject)
        self._watched = there


def _in_turn(standings: Sequence[Standing]) -> list[list[Standing]]:
    """Those alive, by provider."""
    return [[each for each in standings if each.ok and each.provider is provider] for provider in Provider]


def _subject(of: Standing | Expiring) -> str:
    return f"{of.provider.value}.{of.creator_id}"


def _detail(told: Expiring) -> dict[str, str | float]:
    detail: dict[str, str | float] = {
        "creator": str(told.creator_id),
        "provider": told.provider.value,
        "reason": told.reason,
    }
    return detail if told.at is None else detail | {"until_at": told.at}
