"""What can be told of alarms, and what may be done about them: for routes and pages alike."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from lahmadaemon.alerts import shown
from lahmadaemon.alerts.chat import LONGEST_MUTE
from lahmadaemon.alerts.deliveries import NO_WAIT, Stage
from lahmadaemon.alerts.history.store import newest_deliveries, newest_incidents
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.alerts.wording import visible
from lahmadaemon.clock import SECOND, Instant, iso
from lahmadaemon.configuration import seconds
from lahmadaemon.errors import Refused
from lahmadaemon.web.alarms import shapes
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.paging import Page, read, written
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.shapes import moment

T = TypeVar("T")

WHO = "window"
"""Who acknowledges and mutes: whoever showed the token, which has no name."""


async def open_alarms(house: HouseDoors) -> list[shapes.Alarm]:
    """What is wrong now, the gravest first."""
    return _alarms(house, house.desk.open_incidents())


async def history(house: HouseDoors, cursor: str | None = None, limit: int = 50) -> Page[shapes.Alarm]:
    """Whatever fired, the newest first; of those that are open, what the desk knows by now."""
    place = read(cursor, int)
    rows = await newest_incidents(house.store, place[0] if place else None, limit + 1)
    current = {each.number: each for each in house.desk.open_incidents()}
    some = rows[:limit]
    following = written(some[-1].number) if len(rows) > limit else None
    return Page(items=_alarms(house, [current.get(each.number, each) for each in some]), next=following)


async def mutes(house: HouseDoors) -> shapes.Mutes:
    """Those that hold now, by when they end."""
    lasting = sorted(house.desk.mutes.lasting(house.clock.now()), key=lambda each: (each.until, each.key))
    return shapes.Mutes(
        items=[
            shapes.Mute(
                key=each.key, until=moment(each.until), muted_at=moment(each.muted_at), muted_by=visible(each.muted_by)
            )
            for each in lasting
        ]
    )  # fmt: skip


async def deliveries(
    house: HouseDoors, state: Stage | None = None, cursor: str | None = None, limit: int = 50
) -> Page[shapes.Delivery]:
    """Messages, the newest first."""
    place = read(cursor, int)
    rows = await newest_deliveries(
        house.store, [state] if state else list(Stage), place[0] if place else None, limit + 1
    )
    items = [
        shapes.Delivery(
            number=each.number, recipient=visible(each.recipient), kind=each.kind, day=each.day,
            written_at=moment(each.written_at), text=each.text, state=each.state, attempts=each.attempts,
            not_before=iso(each.not_before) if each.state is Stage.WAITING and each.not_before > NO_WAIT else None,
            settled_at=iso(each.settled_at), error=each.error,
        )
        for each in rows[:limit]
    ]  # fmt: skip
    return Page(items=items, next=written(items[-1].number) if len(rows) > limit else None)


async def acknowledge(house: HouseDoors, key: str) -> shapes.Acknowledged:
    """Somebody takes care. Raises Refusal where nothing open is meant."""
    found = await _done(house, f"/ack {key}", lambda: house.desk.ack(key, WHO))
    current = {each.number: each for each in house.desk.open_incidents()}
    return shapes.Acknowledged(alarms=_alarms(house, [current.get(each.number, each) for each in found]))


async def mute(house: HouseDoors, key: str, duration: str) -> shapes.Mute:
    """Say nothing of it for so long. Raises Refusal where the key means nothing, or the time is none."""
    try:
        length = seconds(duration)
    except ValueError:
        length = 0.0
    if not 0 < length <= LONGEST_MUTE:
        raise Refusal(422, "invalid_duration", "body.duration: write a time from 1s to 30d, such as 2h")
    now = house.clock.now()
    until = Instant(now + round(length * SECOND))
    kept = await _done(house, f"/mute {key} {duration}", lambda: house.desk.mute(key, until, WHO))
    return shapes.Mute(key=kept, until=moment(until), muted_at=moment(now), muted_by=WHO)


async def unmute(house: HouseDoors, key: str) -> shapes.Unmuted:
    """Speak of it again. Raises Refusal where it is not muted."""
    return shapes.Unmuted(key=await _done(house, f"/unmute {key}", lambda: house.desk.unmute(key)))


async def _done(house: HouseDoors, command: str, act: Callable[[], Awaitable[T]]) -> T:
    """Noted, as what people write in the chat is."""
    try:
        outcome = await act()
    except Refused as refused:
        await house.desk.note(WHO, visible(command), "refused")
        raise Refusal(404, "alarm_not_found", str(refused)) from refused
    await house.desk.note(WHO, visible(command), "done")
    return outcome


def _alarms(house: HouseDoors, incidents: Sequence[Incident]) -> list[shapes.Alarm]:
    now = house.clock.now()
    found = []
    for each in incidents:
        mute = house.desk.mutes.holding(each.key, now)
        more = {"resolved_at": iso(each.resolved_at), "muted_until": iso(mute.until) if mute else None}
        found.append(shapes.Alarm.model_validate(shown.as_json(each, house.words, now) | more))
    return found
