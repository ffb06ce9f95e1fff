"""What is read beside a period's figures: what was strange about it, and the server's own counts where there is no more."""

import asyncio
from dataclasses import dataclass

from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.truth.anomalies.counting import Counted, counted
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind, touching
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore


@dataclass(frozen=True)
class Strange:
    """`counts`: only of a period of which some was counts alone."""

    anomalies: tuple[Anomaly, ...] = ()
    counts: Counted | None = None


class Beside:
    """One station's."""

    def __init__(self, store: AnomalyStore) -> None:
        self._store = store

    async def look(self, period: Period) -> Strange:
        """What is known of the period by now; of counts, as far as the polls are still there."""
        found = touching(await self._store.between(period.start, period.end), period)
        if all(each.kind is not Kind.COUNTS_ONLY for each in found):
            return Strange(found)
        totals = await self._store.totals(period.start, period.end)
        return Strange(found, await asyncio.to_thread(counted, totals, period))
