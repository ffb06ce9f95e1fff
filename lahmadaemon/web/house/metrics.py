"""`/metrics`: the house, for Prometheus."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.responses import Response

from lahmadaemon.alerts.conditions import RULES, Severity
from lahmadaemon.web.access import visitor
from lahmadaemon.web.doors import House, HouseDoors
from lahmadaemon.web.house.exposition import Moment, families
from lahmadaemon.web.house.figures import Looker
from lahmadaemon.web.problems import declared

router = APIRouter(tags=["health"], dependencies=[Depends(visitor)])
_TEXT: dict[str, Any] = {
    "content": {"text/plain": {"schema": {"type": "string"}}},
    "description": "Prometheus' text format, or OpenMetrics",
}


def serve_metrics(app: FastAPI) -> None:
    """`/metrics`."""
    app.include_router(router)


class _Told(Collector):
    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def collect(self) -> Iterator[Metric]:
        return families(self._moment)


@router.get("/metrics", response_class=Response, responses=declared(401) | {200: _TEXT})
async def metrics(house: House, request: Request) -> Response:
    """Services, polls, files, reports, alarms, the store, the process; docs/metrics.md lists them."""
    told = await moment(house, request.app.state.looker)
    encode, kind = choose_encoder(request.headers.get("accept", ""))

    def written() -> bytes:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Told(told))
        ProcessCollector(registry=registry)
        return encode(registry)

    return Response(await asyncio.to_thread(written), media_type=kind, headers={"Cache-Control": "no-store"})


async def moment(house: HouseDoors, looker: Looker) -> Moment:
    """What there is to tell now."""
    figures = await looker.look()
    opened = Counter({severity.value: 0 for severity in Severity})
    opened.update(RULES[each.condition].severity.value for each in house.desk.open_incidents())
    return Moment(
        house.clock.now(), house.report(), opened, figures, looker.stations, looker.cameras, looker.targets,
        house.last_backup(), house.disk_free(),
    )  # fmt: skip
