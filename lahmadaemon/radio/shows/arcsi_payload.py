"""arcsi's list of shows and the two WordPress pages as typed data, and the grid they make together. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows.grid import SPECIAL_DAY, Grid, Show, Slot
from lahmadaemon.radio.shows.programme import MOST, clean, wall_time
from lahmadaemon.radio.shows.slug import slug

RARE = {"rare_thursday": "ritka csut", "rare_friday": "ritka pentek"}
"""The page's list of a slot that rare shows share, and how the playlists of those shows begin."""
NO_SHOW = "off-air"
"""The slug of a pseudo-show that fills the grid where nothing is on."""

_UNREADABLE = (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError)
_Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class Row(msgspec.Struct):
    """One show of `/show/schedule`; `archive_lahmastore_base_url` is its slug."""

    id: int
    name: str
    day: _Weekday
    start: str
    end: str
    active: bool = True
    playlist_name: str | None = None
    archive_lahmastore_base_url: str | None = None

    @property
    def key(self) -> str:
        return slug(self.archive_lahmastore_base_url or "") or slug(self.name)

    @property
    def show(self) -> Show:
        return Show(self.key, clean(self.name), clean(self.playlist_name), str(self.id))

    @property
    def slot(self) -> Slot:
        return Slot(self.day, wall_time(self.start), wall_time(self.end), self.key, clean(self.name))


class _SpecialRow(msgspec.Struct):
    name: str
    start: str
    end: str
    archive_lahmastore_base_url: str | None = None


@dataclass(frozen=True)
class SpecialDay:
    """A weekday that has another programme now. Slots without a slug may still be a show's, by name."""

    weekday: int
    slots: tuple[Slot, ...]


def shows(body: bytes) -> tuple[list[Row], int]:
    """The active shows, and how many rows could not be one. Raises UpstreamError where there is no show at all.

    An arcsi that has lost its database must not become an empty programme.
    """
    try:
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    except _UNREADABLE as error:
        raise UpstreamError(f"arcsi's answer is not a list of shows: {error}", outcome="invalid") from error
    found = [row for raw in rows[:MOST] if (row := _row(raw)) is not None]
    active = [row for row in found if row.active and row.key not in {"", NO_SHOW}]
    if not active:
        raise UpstreamError("arcsi knows no active show; the programme stays as it was", outcome="invalid")
    return active, len(rows) - len(found)


def _row(raw: msgspec.Raw) -> Row | None:
    try:
        row = msgspec.json.decode(raw, type=Row, strict=False)
        wall_time(row.start), wall_time(row.end)
    except (*_UNREADABLE, ValueError):
        return None
    return row


def rare_shows(body: bytes) -> Mapping[str, frozenset[str]]:
    """For each shared slot (by how its playlists begin) the slugs of the shows that have it now."""
    acf = _fields(body)
    return {prefix: frozenset(_chosen(acf.get(name))) for name, prefix in RARE.items()}


def _chosen(listed: Any) -> list[str]:
    """WordPress writes an empty list as false, or not at all."""
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return [slug(str(row.get("archive_lahmastore_base_url") or "")) for row in rows if _true(row.get("active"))]


def special_day(body: bytes) -> SpecialDay | None:
    """The day that has a programme of its own; None where none has."""
    acf = _fields(body)
    if not _true(acf.get("is_active")):
        return None
    try:
        weekday = msgspec.convert(acf.get("day_number"), _Weekday, strict=False)
        rows = msgspec.convert(acf.get("schedule") or [], list[_SpecialRow], strict=False)[:MOST]
        slots = [
            Slot(
                weekday, wall_time(row.start), wall_time(row.end), slug(row.archive_lahmastore_base_url or "") or None,
                clean(row.name), source=SPECIAL_DAY,
            ) for row in rows
        ]  # fmt: skip
    except (msgspec.ValidationError, ValueError) as error:
        raise UpstreamError(f"the special day's page cannot be read: {error}", outcome="invalid") from error
    return SpecialDay(weekday, tuple(slots))


def _fields(body: bytes) -> dict[str, Any]:
    try:
        page = msgspec.json.decode(body)
    except _UNREADABLE as error:
        raise UpstreamError(f"the answer is not a WordPress page: {error}", outcome="invalid") from error
    if not isinstance(page, dict) or "id" not in page:
        raise UpstreamError("the answer is not a WordPress page", outcome="invalid")
    acf = page.get("acf")
    return acf if isinstance(acf, dict) else {}


def _true(value: Any) -> bool:
    return value in (True, 1, "1", "true")


def grid(rows: list[Row], rare: Mapping[str, frozenset[str]], special: Mapping[date, SpecialDay]) -> Grid:
    """The week as it is now; `rare` without a slot's prefix leaves that slot to all who share it."""
    names = {name: row.key for row in rows for name in (slug(row.name), row.key)}
    days = {
        day: tuple(_known(slot, names) for slot in its.slots) for day, its in special.items()
    }  # fmt: skip
    return Grid(tuple(row.show for row in rows), tuple(row.slot for row in rows if _on(row, rare)), days)


def _on(row: Row, rare: Mapping[str, frozenset[str]]) -> bool:
    playlist = " ".join((row.playlist_name or "").lower().split())
    return all(row.key in chosen for prefix, chosen in rare.items() if playlist.startswith(prefix))


def _known(slot: Slot, names: Mapping[str, str]) -> Slot:
    return Slot(
        slot.weekday, slot.begins, slot.ends, slot.slug or names.get(slug(slot.name)), slot.name, source=slot.source
    )
