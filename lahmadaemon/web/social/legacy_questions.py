"""Those of the older AnalyticsServer's routes that read much: who asks may come in here, the answer is the reading room's."""

from fastapi import APIRouter, Depends, Request, Response

from lahmadaemon.errors import UpstreamError
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.reading.questions import AGAIN, answered
from lahmadaemon.web.social.legacy import client
from lahmadaemon.web.social.legacy_manner import Spoken

router = APIRouter(prefix="/api/metrics", include_in_schema=False, dependencies=[Depends(client)], route_class=Spoken)


@router.get("/post")
@router.get("/profile")
async def handed_on(request: Request) -> Response:
    """503 where the room has none."""
    try:
        return await answered(request)
    except UpstreamError as error:
        raise Refusal(503, "unavailable", "There is no answer to this now", {"Retry-After": AGAIN}) from error
