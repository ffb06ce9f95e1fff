"""What a server says of itself: when it started, its mounts, how many listen there, and what plays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from lahmadaemon.clock import Instant, instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast import reading, titles
from lahmadaemon.radio.icecast.listclients import number
from lahmadaemon.radio.snapshot import OnAir


@dataclass(frozen=True, slots=True)
class Mount:
    """A mount with an encoder behind it."""

    listeners: int
    artist: str
    title: str


@dataclass(frozen=True)
class Server:
    """`complete`: whether a mount that is not named has nobody behind it; the public statistics leave hidden ones out."""

    started_at: Instant | None
    mounts: Mapping[str, Mount] = field(default_factory=dict)
    complete: bool = True

    def on_air(self, wanted: Iterable[str]) -> OnAir:
        """The first of these mounts that says what plays speaks for the station."""
        there = [self.mounts[name] for name in wanted if name in self.mounts]
        telling = next((mount for mount in there if mount.artist or mount.title), None)
        if telling is None:
            return OnAir(online=bool(there))
        return OnAir(online=True, artist=telling.artist, title=telling.title)


def statistics(body: bytes) -> Server:
    """`/admin/stats`. Raises UpstreamError (`invalid`) for anything else."""
    found: dict[str, str] = {}
    fields: dict[str, str] = {}
    mounts: dict[str, Mount] = {}

    def visit(path: str, attributes: Mapping[str, str], text: str) -> None:
        nonlocal fields
        above, _, name = path.rpartition("/")
        if path == "icestats/source":
            mounts[attributes.get("mount", "")] = mount(fields)
            fields = {}
        elif above == "icestats/source":
            fields[name] = text
        elif above == "icestats":
            found[name] = text

    reading.read(body, visit)
    if "server_id" not in found:
        raise UpstreamError("the answer is not Icecast's statistics", outcome="invalid")
    return Server(server_start(found), {name: each for name, each in mounts.items() if name})


def mount(fields: Mapping[str, object]) -> Mount:
    """A mount out of its fields, which are of any type in JSON."""
    artist, title = titles.playing(fields.get("artist"), fields.get("title"))
    return Mount(number(str(fields.get("listeners", ""))) or 0, artist, title)


def server_start(fields: Mapping[str, object]) -> Instant | None:
    """When the server started: ISO 8601 since 2.4, `12/Oct/2026:03:03:41 +0000` from KH, a mail's date before."""
    iso, text = str(fields.get("server_start_iso8601", "")), str(fields.get("server_start", ""))
    mail = text.replace("/", " ").replace(":", " ", 1) if "/" in text else text
    for read, written in ((datetime.fromisoformat, iso), (parsedate_to_datetime, mail)):
        try:
            return instant(read(written.strip()))
        except (ValueError, OverflowError):
            continue
    return None
