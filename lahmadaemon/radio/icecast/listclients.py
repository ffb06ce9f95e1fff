"""`/admin/listclients` of one mount: 2.4, 2.5 in both of its manners and KH differ in case and in what they leave out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast import reading

_LONGEST = 1 << 31
"""Seconds, 68 years: 2.4 writes a beginning in its future, after its clock was set back, as a number beyond all times."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One connection: `id` counts up from the server's start; `connected` in seconds, None where it is not told."""

    id: int
    ip: str
    user_agent: str
    connected: int | None
    country: str | None = None


@dataclass(frozen=True)
class Listing:
    """Who listens at a mount. `count`: as the server counts; `dropped`: rows without an id."""

    listeners: Sequence[Listener]
    count: int
    dropped: int = 0


def listing(body: bytes) -> Listing:
    """The list of one mount. Raises UpstreamError (`invalid`) for anything that is not one."""
    rows = _Rows()
    reading.read(body, rows.visit)
    return rows.result()


class _Rows:
    def __init__(self) -> None:
        self._mounts = 0
        self._statistics = False
        self._count: int | None = None
        self._row: dict[str, str] = {}
        self._listeners: list[Listener] = []
        self._dropped = 0

    def visit(self, path: str, attributes: Mapping[str, str], text: str) -> None:
        if path.startswith("icestats/source/listener/"):
            name = path.removeprefix("icestats/source/listener/")
            self._row[name] = attributes.get("iso-alpha-2", "") if name == "geoip/country" else text.strip()
        elif path == "icestats/source/listener":
            self._listener({"id": attributes.get("id", "")} | self._row)
            self._row = {}
        elif path == "icestats/source/listeners":
            self._count = number(text)
        elif path == "icestats/source":
            self._mounts += 1
        elif path == "icestats/server_id":
            self._statistics = True

    def _listener(self, row: Mapping[str, str]) -> None:
        name = number(row["id"])
        if name is None:
            self._dropped += 1
            return
        connected = number(row.get("connected", ""))
        agent = row.get("useragent", "")
        self._listeners.append(
            Listener(
                name,
                row.get("ip", ""),
                "" if agent == "Unknown" else agent,
                connected if connected is not None and connected < _LONGEST else None,
                row.get("geoip/country", "").upper() or None,
            )
        )

    def result(self) -> Listing:
        rows = len(self._listeners) + self._dropped
        if self._statistics:  # KH gives them to whoever names no mount; a proxy may have lost it
            raise UpstreamError("the answer is statistics, not a list of listeners", outcome="invalid")
        if self._mounts != 1 or (self._count is None and not rows):
            raise UpstreamError("the answer is not one mount's list of listeners", outcome="invalid")
        if self._count and not rows:
            raise UpstreamError(f"the answer counts {self._count} listeners and lists none", outcome="invalid")
        return Listing(self._listeners, rows if self._count is None else self._count, self._dropped)


def number(text: str) -> int | None:
    """A count as servers write one; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 20 else None
