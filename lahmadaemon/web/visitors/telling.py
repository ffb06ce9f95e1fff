"""What can be told of visitors: one function for each kind of figure, for routes, pages and pictures alike."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import SECOND, Instant, iso
from lahmadaemon.radio import periods
from lahmadaemon.visitors.intake.crossings import CameraState, DayTotals
from lahmadaemon.visitors.intake.silence import Patience, quiet
from lahmadaemon.visitors.settings import FolderSettings, camera_of
from lahmadaemon.visitors.store import camera_states, day_totals
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.routing import missing
from lahmadaemon.web.shapes import moment
from lahmadaemon.web.spans import span
from lahmadaemon.web.visitors import shapes

MOST_DAYS = 400
_LIVES = {
    Condition.NO_FILES: shapes.Life.SILENT, Condition.ONLY_EMPTY: shapes.Life.ONLY_EMPTY,
    Condition.ONLY_INVALID: shapes.Life.ONLY_INVALID,
}  # fmt: skip


async def now(house: HouseDoors) -> shapes.VisitorsNow:
    """This moment, camera by camera, as the settings have them."""
    at, states = house.clock.now(), await camera_states(house.store)
    days = {
        zone_of(house, folder): periods.today(at, zone_of(house, folder)) for folder in house.visitors.folders.values()
    }
    totals = await day_totals(house.store, f"{min(days.values())}", f"{max(days.values())}") if days else []
    found = []
    for name, folder in house.visitors.folders.items():
        camera, zone = camera_of(name, folder), zone_of(house, folder)
        today = periods.day(days[zone], zone)
        own = next((each for each in totals if (each.camera, each.day) == (camera, today.label)), None)
        found.append(_camera(house, name, states.get(camera), own, today, at))
    return shapes.VisitorsNow(at=moment(at), timezone=house.zone.key, cameras=found)


def zone_of(house: HouseDoors, folder: FolderSettings) -> ZoneInfo:
    """The camera's, or the house's."""
    return folder.timezone or house.zone


def _camera(
    house: HouseDoors,
    name: str,
    state: CameraState | None,
    totals: DayTotals | None,
    today: periods.Period,
    at: Instant,
) -> shapes.CameraNow:
    folder = house.visitors.folders[name]
    last = state.last_file_at if state else None
    known = totals is not None or (last is not None and last >= today.start)
    counts = [totals.ins, totals.outs, totals.others] if totals else [0, 0, 0]
    ins, outs, others = counts if known else (None, None, None)
    return shapes.CameraNow(
        camera=camera_of(name, folder), folder=name, day=today.label, ins=ins, outs=outs, others=others,
        stay=max(0, counts[0] - counts[1]) if known else None,
        first_at=iso(totals.first_at) if totals else None, last_at=iso(totals.last_at) if totals else None,
        last_file_at=iso(last), last_file_age_seconds=None if last is None else max(0, at - last) // SECOND,
        last_crossing=iso(state.last_crossing) if state else None,
        state=_life(state, folder, zone_of(house, folder), at), quiet_after_seconds=folder.quiet_after,
    )  # fmt: skip


def _life(state: CameraState | None, folder: FolderSettings, zone: ZoneInfo, at: Instant) -> shapes.Life:
    """By the alarms' own rule; but a start of ours earns nobody a grace here."""
    patience = Patience(round(folder.quiet_after * SECOND), round(folder.empty_after * SECOND), folder.hours, zone)
    told = quiet(state.not_after(at), patience, Instant(0), at) if state else None
    if told and told.closed:
        return shapes.Life.CLOSED
    if state is None or state.last_file_at is None:
        return shapes.Life.NEVER
    return _LIVES[told.condition] if told and told.condition else shapes.Life.FRESH


async def days(
    house: HouseDoors, first: date | None = None, last: date | None = None, camera: str | None = None
) -> shapes.VisitorDays:
    """Both included; neither: the last seven, today among them."""
    await known_camera(house, camera)
    first, last = span(first, last, periods.today(house.clock.now(), house.zone), 7, MOST_DAYS)
    totals = await day_totals(house.store, f"{first}", f"{last}")
    return shapes.VisitorDays(days=_days([each for each in totals if camera in {None, each.camera}]))


def _days(totals: Sequence[DayTotals]) -> list[shapes.VisitorDay]:
    return [
        shapes.VisitorDay(
            camera=each.camera, day=each.day, ins=each.ins, outs=each.outs, others=each.others,
            stay=max(0, each.ins - each.outs), first_at=moment(each.first_at), last_at=moment(each.last_at),
        )
        for each in totals
    ]  # fmt: skip


async def known_camera(house: HouseDoors, camera: str | None) -> None:
    """Raises Refusal where there is none such, nor ever was."""
    watched = [camera_of(name, folder) for name, folder in house.visitors.folders.items()]
    if camera is not None and camera not in watched and camera not in await camera_states(house.store):
        raise missing("camera")
