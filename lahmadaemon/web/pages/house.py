"""How the daemon is: services, alarms and what people may do about them, messages, the store, versions."""

from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from lahmadaemon.web.alarms import telling as alarms
from lahmadaemon.web.doors import House
from lahmadaemon.web.pages.rendering import address, page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.pages.today import worded
from lahmadaemon.web.services import telling

router = pages()

LENGTHS = (1, 8, 24, 7 * 24)
"""Hours for which something can be muted."""
MESSAGES = 20


@router.get("/house")
async def house_page(request: Request, house: House) -> HTMLResponse:
    """Everything about the daemon itself."""
    live, words = await stamp(request), worded(house, reader_of(request))
    facts = {each.number: words.facts(each, house.clock.now()) for each in house.desk.open_incidents()}
    return await page(
        request, "house.html", live=live, told=await telling.house(house), services=await telling.services(house),
        incidents=await alarms.open_alarms(house), mutes=(await alarms.mutes(house)).items, lengths=LENGTHS,
        texts={number: each["what"] + each["details"] for number, each in facts.items()},
        deliveries=(await alarms.deliveries(house, limit=MESSAGES)).items,
        owing=await house.alerts.owing(),
    )  # fmt: skip


@router.post("/house/alarms/{number}/ack")
async def ack(request: Request, house: House, number: int) -> Response:
    """Somebody takes care of it."""
    await alarms.acknowledge(house, str(number))
    return _back(request)


@router.post("/house/alarms/{number}/mute")
async def mute(request: Request, house: House, number: int) -> Response:
    """Nothing is said of it for some hours."""
    hours = (await _form(request)).get("hours", "")
    await alarms.mute(house, str(number), f"{hours if hours.isdecimal() else 0}h")
    return _back(request)


@router.post("/house/mutes/end")
async def unmute(request: Request, house: House) -> Response:
    """It is spoken of again."""
    await alarms.unmute(house, (await _form(request)).get("key", ""))
    return _back(request)


async def _form(request: Request) -> dict[str, str]:
    """A form's fields; each once."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[-1] for name, values in fields.items()}


def _back(request: Request) -> Response:
    """To the page, by GET (RFC 9110, 15.4.4), so that nobody sends a form twice."""
    return RedirectResponse(address(request, "/house") + "#alarms", 303, {"Cache-Control": "no-store"})
