"""Those of the older AnalyticsServer's routes that read much: who asks may come in here, the answer is the reading room's."""

from fastapi import APIRouter, Depends, Request, Response

from lahmadaemon.web.reading.questions import answered
from lahmadaemon.web.social.legacy import client
from lahmadaemon.web.social.legacy_manner import Spoken

router = APIRouter(prefix="/api/metrics", include_in_schema=False, dependencies=[Depends(client)], route_class=Spoken)


@router.get("/post")
@router.get("/profile")
async def handed_on(request: Request) -> Response:
    """503 where the room has none."""
    return await answered(request)
