"""The cameras of the house: their clocks, their days, and how they are."""

from zoneinfo import ZoneInfo

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import SECOND, Instant, iso
from lahmadaemon.radio import periods
from lahmadaemon.visitors.intake.crossings import CameraState, DayTotals
from lahmadaemon.visitors.intake.silence import Patience, quiet
from lahmadaemon.visitors.settings import FolderSettings, camera_of
from lahmadaemon.visitors.store import camera_states
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.routing import missing
from lahmadaemon.web.visitors import shapes

_LIVES = {
    Condition.NO_FILES: shapes.Life.SILENT, Condition.ONLY_EMPTY: shapes.Life.ONLY_EMPTY,
    Condition.ONLY_INVALID: shapes.Life.ONLY_INVALID,
}  # fmt: skip


def zone_of(house: HouseDoors, folder: FolderSettings) -> ZoneInfo:
    """The camera's, or the house's."""
    return folder.timezone or house.zone


def watched(house: HouseDoors) -> dict[str, ZoneInfo]:
    """Cameras in the settings, and their clocks."""
    return {camera_of(name, folder): zone_of(house, folder) for name, folder in house.visitors.folders.items()}


async def chosen(house: HouseDoors, camera: str | None) -> dict[str, ZoneInfo]:
    """That one, or all that are watched or ever were. Raises Refusal where there is none such, nor ever was."""
    known = watched(house)
    if camera is None or camera not in known:
        known |= {each: house.zone for each in await camera_states(house.store) if each not in known}
    if camera is None:
        return known
    if camera not in known:
        raise missing("camera")
    return {camera: known[camera]}


def camera_now(
    house: HouseDoors, name: str, state: CameraState | None, totals: DayTotals | None, day: periods.Period, at: Instant
) -> shapes.CameraNow:
    """`name`: its folder's in the settings. Where files came today and nobody crossed, nobody was there; else nobody knows."""
    folder = house.visitors.folders[name]
    last = state.last_file_at if state else None
    known = totals is not None or (last is not None and last >= day.start)
    ins, outs, others = (totals.ins, totals.outs, totals.others) if totals else (0, 0, 0)
    return shapes.CameraNow(
        camera=camera_of(name, folder), folder=name, day=day.label, ins=ins if known else None,
        outs=outs if known else None, others=others if known else None, stay=max(0, ins - outs) if known else None,
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
