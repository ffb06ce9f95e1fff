"""Invented people-counting cameras: files as such cameras write them, and the troubles they have. Pure, by a seed."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from lahmadaemon.clock import MINUTE, SECOND, Instant, local

BURST = (0, 2, 4)
"""Seconds of every minute at which a file is written: one every two seconds for five seconds, as their generator does."""
HEARTBEAT = 30
"""Second of every minute at which a list of nobody is written."""


@dataclass(frozen=True)
class Camera:
    """One camera; its troubles last from one minute of the show to another."""

    name: str
    silent: range = range(0)
    garbled: range = range(0)


@dataclass(frozen=True)
class Drop:
    """A file to be dropped into a camera's folder."""

    camera: str
    name: str
    content: bytes


CAMERAS = (Camera("entrance"), Camera("lobby", silent=range(3, 14)), Camera("garage", garbled=range(6, 9)))
GARBAGE = (
    b'{"ID": 1}',
    b'[{"ID": 7, "inOut": 0, "inOut": 1, "time": "20261122183600", "frameNumber": 3}]',
    b"\xff\xfe\xff[",
)


def drops(camera: Camera, began: Instant, since: Instant, until: Instant, zone: ZoneInfo) -> Iterator[Drop]:
    """Every file the camera writes in (since, until], the oldest first."""
    for minute in range((since - began) // MINUTE, (until - began) // MINUTE + 1):
        if minute in camera.silent or minute < 0:
            continue
        for second in (*BURST, HEARTBEAT):
            at = Instant(began + minute * MINUTE + second * SECOND)
            if since < at <= until:
                yield _drop(camera, at, minute, second, zone)


def garbled(drop: Drop) -> Drop:
    """What a camera with a broken disk would have written."""
    return replace(drop, content=GARBAGE[len(drop.content) % len(GARBAGE)])


def _drop(camera: Camera, at: Instant, minute: int, second: int, zone: ZoneInfo) -> Drop:
    chance = random.Random(f"{camera.name} {at}")  # noqa: S311 - an invented world, the same at every run
    written_at = f"{local(at, zone):%Y%m%d%H%M%S}"
    if minute in camera.garbled and second in BURST:
        content = GARBAGE[BURST.index(second)]
    elif second == HEARTBEAT:
        content = b"[]"
    else:
        content = json.dumps([_record(chance, at, written_at, zone) for _ in range(chance.randint(1, 8))]).encode()
    return Drop(camera.name, f"{written_at}.json", content)


def _record(chance: random.Random, at: Instant, written_at: str, zone: ZoneInfo) -> dict[str, object]:
    crossed_at = local(at - chance.randint(0, 2) * SECOND, zone)
    return {
        "ID": chance.randint(1, 99), "inOut": chance.randint(0, 2), "time": f"{crossed_at:%Y%m%d%H%M%S}",
        "frameNumber": chance.randint(1, 5000), "outputTime": written_at,
    }  # fmt: skip
