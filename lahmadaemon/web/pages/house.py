"""How the daemon is: services, alarms and what people may do about them, messages, the store, versions."""

from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from lahmadaemon.alerts.conditions import RULES
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.errors import Refused
from lahmadaemon.web.doors import House, HouseDoors
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pages.rendering import address, page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.pages.today import worded
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.services import telling

router = pages()

WINDOW = "window"
"""Who did it, as far as the window knows."""
LENGTHS = (1, 8, 24, 7 * 24)
"""Hours for which something can be muted."""


@router.get("/house")
async def house_page(request: Request, house: House) -> HTMLResponse:
    """Everything about the daemon itself."""
    live, reader, now = await stamp(request), reader_of(request), house.clock.now()
    return await page(
        request, "house.html", live=live, told=await telling.house(house), services=await telling.services(house),
        incidents=[_incident(house, reader, each, now) for each in house.desk.open_incidents()],
        mutes=house.desk.mutes.lasting(now), lengths=LENGTHS, deliveries=await house.alerts.queue(),
    )  # fmt: skip


@router.post("/house/alarms/{number}/ack")
async def ack(request: Request, house: House, number: int) -> Response:
    """Somebody takes care of it."""
    try:
        await house.desk.ack(str(number), WINDOW)
    except Refused as error:
        raise Refusal(409, "no_such_alarm", str(error)) from error
    await _note(house, f"ack {number}")
    return _back(request)


@router.post("/house/alarms/{number}/mute")
async def mute(request: Request, house: House, number: int) -> Response:
    """Nothing is said of it for some hours."""
    hours = (await _form(request)).get("hours", "")
    if hours not in map(str, LENGTHS):
        raise Refusal(422, "invalid_hours", "choose one of the lengths")
    try:
        await house.desk.mute(str(number), Instant(house.clock.now() + int(hours) * HOUR), WINDOW)
    except Refused as error:
        raise Refusal(409, "no_such_alarm", str(error)) from error
    await _note(house, f"mute {number} {hours}h")
    return _back(request)


@router.post("/house/mutes/end")
async def unmute(request: Request, house: House) -> Response:
    """It is spoken of again."""
    key = (await _form(request)).get("key", "")
    try:
        await house.desk.unmute(key)
    except Refused as error:
        raise Refusal(409, "not_muted", str(error)) from error
    await _note(house, f"unmute {key}")
    return _back(request)


def _incident(house: HouseDoors, reader: Reader, incident: Incident, now: Instant) -> dict[str, object]:
    facts = worded(house, reader).facts(incident, now)
    muted = house.desk.mutes.holding(incident.key, now)
    return {
        "number": incident.number, "severity": RULES[incident.condition].severity.value, "subject": incident.subject,
        "condition": incident.condition.value, "text": facts["what"] + facts["details"],
        "since": incident.fired_at or incident.raised_at, "acked_at": incident.acked_at, "acked_by": incident.acked_by,
        "unstable": incident.unstable_at is not None, "muted": muted and muted.until,
    }  # fmt: skip


async def _form(request: Request) -> dict[str, str]:
    """A form's fields; each once."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[-1] for name, values in fields.items()}


async def _note(house: HouseDoors, command: str) -> None:
    await house.alerts.note(house.clock.now(), WINDOW, command[:200], "done")


def _back(request: Request) -> Response:
    """To the page, by GET (RFC 9110, 15.4.4), so that nobody sends a form twice."""
    return RedirectResponse(address(request, "/house") + "#alarms", 303, {"Cache-Control": "no-store"})
