"""Asking for a collection or a sync, and looking how they go."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from lahmadaemon.social.store.runs import COLLECT, REFRESH, STORIES
from lahmadaemon.web.house.limits import seldom
from lahmadaemon.web.paging import LARGEST
from lahmadaemon.web.problems import declared
from lahmadaemon.web.social.campaigns import known_campaign
from lahmadaemon.web.social.creators import known_creator
from lahmadaemon.web.social.doors import Doors
from lahmadaemon.web.social.parameters import RunId
from lahmadaemon.web.social.routing import BODY, CHANGES, NOT_FOUND, PREFIX, api, missing
from lahmadaemon.web.social.shapes import runs as shapes
from lahmadaemon.web.social.shapes.basics import Shape

router: APIRouter = api("collecting")
WORK = CHANGES | declared(429)


class Wanted(Shape):
    """Whose posts; both: this creator, if they take part in that campaign. Neither: everybody's."""

    campaign_id: Annotated[int, Field(ge=0, le=LARGEST)] | None = None
    creator_id: Annotated[int, Field(ge=0, le=LARGEST)] | None = None


class Runs(Shape):
    """The newest run of each kind, the newest first."""

    items: list[shapes.Run]


@router.post("/refresh", status_code=202, responses=NOT_FOUND | WORK | BODY, dependencies=[Depends(seldom)])
async def refresh(doors: Doors, request: Request, response: Response, wanted: Wanted | None = None) -> shapes.Run:
    """Collect now. Answers at once with the run that will have done it, which may be under way already; see Location."""
    wanted = wanted or Wanted()
    if wanted.campaign_id is not None:
        await known_campaign(doors, wanted.campaign_id)
    if wanted.creator_id is not None:
        await known_creator(doors, wanted.creator_id)
    creators = None if wanted.creator_id is None else frozenset({wanted.creator_id})
    run = await doors.refresh(creators, wanted.campaign_id)
    response.headers["Location"] = f"{request.scope.get('root_path', '')}{PREFIX}/runs/{run.run_id}"
    return shapes.run(run)


@router.get("/runs")
async def runs(doors: Doors) -> Runs:
    """The newest of each kind."""
    found = [each for kind in (COLLECT, STORIES, REFRESH) if (each := await doors.runs.newest(kind))]
    found.sort(key=lambda each: (each.started_at, each.run_id), reverse=True)
    return Runs(items=[shapes.run(each) for each in found])


@router.get("/runs/{run_id}", responses=NOT_FOUND)
async def run(doors: Doors, run_id: RunId) -> shapes.RunInFull:
    """How far it is, and how each account fared so far."""
    found = await doors.runs.run(run_id)
    if found is None:
        raise missing("run")
    return shapes.run_in_full(found, await doors.runs.results(run_id))


@router.post("/sync", status_code=202, responses=WORK, dependencies=[Depends(seldom)])
async def ask_to_sync(doors: Doors, request: Request, response: Response) -> shapes.Sync:
    """Read creators and campaigns from the Creators app now. Answers at once with what is known so far."""
    await doors.sync()
    response.headers["Location"] = f"{request.scope.get('root_path', '')}{PREFIX}/sync"
    return shapes.sync(await doors.syncs.all())


@router.get("/sync")
async def sync(doors: Doors) -> shapes.Sync:
    """When each part of the Creators app was read last, and what was wrong with it."""
    return shapes.sync(await doors.syncs.all())


@router.get("/limits")
async def limits(doors: Doors) -> shapes.Limits:
    """Which limits of the platforms are exhausted, and until when."""
    return shapes.limits(await doors.runs.pauses(), doors.clock.now())
