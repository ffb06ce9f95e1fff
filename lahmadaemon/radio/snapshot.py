"""What one poll of a source tells, in the house's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lahmadaemon.clock import Instant

Key = tuple[bytes, Instant]
"""A connection's natural key within its station: the source's (keyed) id, and when it began."""


def is_hls(mount: str) -> bool:
    """Whether listeners there fetch pieces instead of staying connected: AzuraCast calls such mounts `HLS: NAME`."""
    return mount.startswith("HLS:")


@dataclass(frozen=True, slots=True)
class Connection:
    """One row a source reports, parsed once at the door."""

    digest: bytes
    started_at: Instant
    identity: bytes
    mount: str
    user_agent: str
    is_bot: bool
    is_mobile: bool
    internal: bool
    located: bool
    country: str | None
    city: str | None
    ip: str
    network: bytes = b""
    neighbourhood: bytes | None = None
    """A keyed digest of the /24 or /56; None where there is no address."""
    listed: str | None = None
    """The list of networks in the settings that names its address: `probe`, `internal`."""

    @property
    def key(self) -> Key:
        return (self.digest, self.started_at)


@dataclass(frozen=True)
class Totals:
    """The source's own counts, for a cross-check; connections, not people."""

    total: int
    unique: int
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class OnAir:
    """What a server says is on air. Texts are "" where it says nothing; `played_at` by the server's clock."""

    online: bool
    live: bool = False
    streamer: str = ""
    artist: str = ""
    title: str = ""
    playlist: str = ""
    play: int | None = None
    """The server's number of this play; None for its offline placeholder."""
    played_at: Instant | None = None
    length: int | None = field(default=None, compare=False)
    """How long this play lasts, in ms; None where the server does not know, as for a live one."""


@dataclass(frozen=True)
class Snapshot:
    """A readable list of all open connections. `at`: by the source's clock; `polled_at`: by ours."""

    polled_at: Instant
    at: Instant
    latency: int
    skew: int | None
    connections: Mapping[Key, Connection]
    totals: Totals | None
    on_air: OnAir | None = None
    """None where the server did not tell."""
    epoch: Instant | None = None
    """When the server started, where it tells: a change closes everybody."""
    dropped: int = 0
    """Rows that could not be a connection (no beginning, or an end before it)."""
