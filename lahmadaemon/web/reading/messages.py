"""What goes over the line between the daemon and its reading room: each message with its length before it, pickled; both ends
are ours."""

import asyncio
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.clock import Instant
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.store.settings import StoreSettings
from lahmadaemon.supervision.health import Report
from lahmadaemon.visitors.settings import VisitorsSettings
from lahmadaemon.web.settings import WebSettings

if TYPE_CHECKING:
    from lahmadaemon.social.connections import Provider
    from lahmadaemon.social.settings import SocialSettings

QUICK = 0.1
"""Seconds: a house whose figures are made within them needs nothing ahead."""
_LENGTH = 8


@dataclass(frozen=True)
class Setup:
    """The first message: where to look, and by which settings. Passwords and tokens in them stay behind."""

    store: StoreSettings
    state_folder: Path
    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    language: str
    radio: RadioSettings
    visitors: VisitorsSettings
    web: WebSettings
    locked: bool
    """Whether there is a token."""
    social: "tuple[SocialSettings, ZoneInfo] | None" = None
    """Where the room is on; the zone is that of its days."""


@dataclass(frozen=True)
class Moment:
    """What only the daemon knows, when it asks."""

    now: Instant
    monotonic: float
    report: Report
    incidents: tuple[Incident, ...]
    lost: "frozenset[tuple[int, Provider]]" = frozenset()
    """Creators' logins that no key opens."""


@dataclass(frozen=True)
class Question:
    """A request: what ASGI says of it, in plain values. `stamp`: what was known to be new before anything is read for it."""

    scope: Mapping[str, Any]
    stamp: str


@dataclass(frozen=True)
class Answer:
    """Headers as ASGI has them."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True)
class MakeAhead:
    """Make what pages tell first. Answered with the seconds it took."""


@dataclass(frozen=True)
class Ping:
    """Answered at once, whatever is being made."""


Matter = Question | MakeAhead | Ping


@dataclass(frozen=True)
class Asked:
    """From the daemon; `number`: that of the answer."""

    number: int
    moment: Moment
    what: Matter


@dataclass(frozen=True)
class Told:
    """From the room."""

    number: int
    what: Answer | float | None
    """To a question; to everything else the seconds that it took. None: it was not to be done, which the log says more of."""


@dataclass(frozen=True)
class Renewed:
    """From the room: so many figures were made anew by now, after the old ones had been told."""

    times: int


@dataclass(frozen=True)
class Logged:
    """From the room: an event for the daemon's log, which knows what must not be seen in it."""

    level: str
    event: Mapping[str, str | float | None]


class _Discreet(pickle.Pickler):
    """Leaves out what settings keep secret: nothing of it is needed for reading."""

    def reducer_override(self, given: object) -> Any:
        return (SecretStr, ("",)) if isinstance(given, SecretStr) else NotImplemented


def packed(message: object) -> bytes:
    """As it goes over the line."""
    told = BytesIO()
    _Discreet(told).dump(message)
    return len(told.getbuffer()).to_bytes(_LENGTH) + told.getvalue()


async def heard(line: asyncio.StreamReader) -> Any:
    """The next message; raises EOFError where the other end is gone (asyncio.IncompleteReadError is one), or OSError."""
    length = int.from_bytes(await line.readexactly(_LENGTH))
    return pickle.loads(await line.readexactly(length))  # noqa: S301 - our own
