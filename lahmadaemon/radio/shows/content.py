"""A grid as text and back, always the same text for the same grid; and a show's identity from one grid to the next."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from lahmadaemon.errors import HopelessError
from lahmadaemon.radio.shows.grid import Grid, Show, Slot
from lahmadaemon.radio.shows.slug import slug

SHOWS = 5000
"""So many are remembered, the retired among them."""


def written(grid: Grid) -> str:
    """JSON, in an order that does not hang on the order in which a source told it."""
    ordered = Grid(
        tuple(sorted(grid.shows, key=lambda show: show.slug)),
        tuple(sorted(grid.weekly, key=_when)),
        {day: tuple(sorted(slots, key=_when)) for day, slots in sorted(grid.days.items())},
        tuple(sorted(grid.dated, key=lambda each: (each.start, each.end, each.name))),
    )
    return msgspec.json.encode(ordered).decode()


def _when(slot: Slot) -> tuple[object, ...]:
    return (slot.weekday, slot.begins, slot.ends, slot.name, slot.slug or "")


def read(content: str) -> Grid:
    """What was written. Raises HopelessError where a hand, or a newer program, changed it."""
    try:
        return msgspec.json.decode(content.encode(), type=Grid)
    except msgspec.DecodeError as error:
        raise HopelessError(f"a stored programme cannot be read: {error}; restore a backup", outcome="store") from error


def digest(content: str) -> str:
    """Tells whether two contents are the same."""
    return hashlib.sha256(content.encode()).hexdigest()


def settled(grid: Grid, before: Grid | None) -> Grid:
    """The grid with each show under the slug it always had; who is gone stays known as retired.

    The source's own number makes it the same show, whatever it is called now; without one, the slug does. A new show
    that is called as another one was gets its number behind its slug, so that nobody's past becomes another's.
    """
    known = {show.slug: show for show in (before.shows if before else ())}
    by_id = {show.id: show for show in known.values() if show.id}
    claimed = {by_id[show.id].slug for show in grid.shows if show.id in by_id}
    keys: dict[str, str] = {}
    shows: dict[str, Show] = {}
    for show in grid.shows:
        old = by_id.get(show.id) or (None if show.slug in claimed else known.get(show.slug))
        taken = show.id and (show.slug in claimed or show.slug in shows)
        key = old.slug if old else f"{show.slug}-{show.id}" if taken else show.slug
        keys[show.slug] = key
        shows[key] = replace(show, slug=key, former=_former(show, key, old))
    for gone in known.values():
        if gone.slug not in shows and len(shows) < SHOWS:
            shows[gone.slug] = replace(gone, retired=True)
    return _under(keys, replace(grid, shows=tuple(shows.values())))


def _former(show: Show, key: str, old: Show | None) -> tuple[str, ...]:
    """The names it went by, and the slug its source knows it by where that is a new one."""
    names = dict.fromkeys((*(old.former if old else ()), *((old.name,) if old else ()), show.slug))
    return tuple(sorted(name for name in names if slug(name) not in {slug(show.name), key}))


def _under(keys: Mapping[str, str], grid: Grid) -> Grid:
    """Its slots under the slugs of its shows."""

    def of(name: str | None) -> str | None:
        return name and keys.get(name, name)

    def moved(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        return tuple(replace(slot, slug=of(slot.slug)) for slot in slots)

    days = {day: moved(slots) for day, slots in grid.days.items()}
    dated = tuple(replace(each, slug=of(each.slug)) for each in grid.dated)
    return replace(grid, weekly=moved(grid.weekly), days=days, dated=dated)
