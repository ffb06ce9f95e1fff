"""The alarms' routes."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from lahmadaemon.alerts.deliveries import Stage
from lahmadaemon.web.alarms import shapes, telling
from lahmadaemon.web.doors import House
from lahmadaemon.web.paging import Cursor, Limit, Page, point_on
from lahmadaemon.web.routing import BODY, CHANGES, NOT_FOUND, api
from lahmadaemon.web.sheets import TABLE, Format, sheet

router: APIRouter = api("/alarms", "alarms")

Key = Annotated[
    str,
    Path(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/]+$",
        description="A number, a condition, a subject, or condition:subject, as in the chat",
    ),
]  # fmt: skip


@router.get("", response_model=Page[shapes.Alarm], responses=TABLE)
async def alarms(
    house: House, request: Request, response: Response,
    every: Annotated[bool, Query(alias="all", description="Those that are over, too, the newest first")] = False,
    limit: Limit = 50, cursor: Cursor = None, form: Format = "json",
) -> Page[shapes.Alarm] | Response:  # fmt: skip
    """What is wrong now, the gravest first; or, by pages, whatever was."""
    page: Page[shapes.Alarm]
    if every:
        page = await telling.history(house, cursor, limit)
        point_on(request, response, page.next)
    else:
        page = Page(items=await telling.open_alarms(house), next=None)
    if form == "csv":
        rows = [each.model_dump(exclude={"detail"}) for each in page.items]
        return sheet("alarms", [name for name in shapes.Alarm.model_fields if name != "detail"], rows, response.headers)
    return page


@router.get("/deliveries", response_model=Page[shapes.Delivery], responses=TABLE)
async def deliveries(
    house: House, request: Request, response: Response,
    state: Annotated[Stage | None, Query(description="Only those in this state")] = None,
    limit: Limit = 50, cursor: Cursor = None, form: Format = "json",
) -> Page[shapes.Delivery] | Response:  # fmt: skip
    """The messages about them, and digests, the newest first."""
    page = await telling.deliveries(house, state, cursor, limit)
    point_on(request, response, page.next)
    if form == "csv":
        rows = [each.model_dump() for each in page.items]
        return sheet("deliveries", list(shapes.Delivery.model_fields), rows, response.headers)
    return page


@router.get("/mutes")
async def mutes(house: House) -> shapes.Mutes:
    """What nothing is said of now."""
    return await telling.mutes(house)


@router.post("/{key}/acknowledge", responses=NOT_FOUND | CHANGES)
async def acknowledge(house: House, key: Key) -> shapes.Acknowledged:
    """Somebody takes care of it: no reminders any more."""
    return await telling.acknowledge(house, key)


@router.post("/{key}/mute", responses=NOT_FOUND | CHANGES | BODY)
async def mute(house: House, key: Key, quiet: shapes.Quiet) -> shapes.Mute:
    """Say nothing of it for so long."""
    return await telling.mute(house, key, quiet.duration)


@router.delete("/{key}/mute", responses=NOT_FOUND | CHANGES)
async def unmute(house: House, key: Key) -> shapes.Unmuted:
    """Speak of it again."""
    return await telling.unmute(house, key)
