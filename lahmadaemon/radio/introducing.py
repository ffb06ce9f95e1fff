"""What any source knows of somebody, as the connection the house keeps: pseudonyms in place of address and id."""

from lahmadaemon.clock import Instant
from lahmadaemon.radio.identity import AGENT_LENGTH, Pseudonyms, address
from lahmadaemon.radio.snapshot import Connection


def introduce(
    pseudonyms: Pseudonyms,
    digest: bytes,
    started_at: Instant,
    *,
    ip: str,
    user_agent: str,
    mount: str,
    is_bot: bool = False,
    is_mobile: bool = False,
    located: bool = False,
    country: str | None = None,
    city: str | None = None,
) -> Connection:
    """A connection nobody has met yet; whoever comes back through the same network and player is the same identity."""
    user_agent = user_agent[:AGENT_LENGTH]
    who, found = pseudonyms.who(ip, user_agent), address(ip)
    return Connection(
        digest=digest,
        started_at=started_at,
        identity=who.identity,
        mount=mount,
        user_agent=user_agent,
        is_bot=is_bot,
        is_mobile=is_mobile,
        internal=who.internal,
        located=located,
        country=country,
        city=city,
        ip=str(found) if found else ip,
        network=who.network,
        neighbourhood=who.neighbourhood,
        listed=who.listed,
    )


def row_of(station: str, seen: Connection, at: Instant, keep_ip: bool) -> dict[str, object]:
    """A connection as it is kept, first seen at the instant."""
    row = {
        "station": station, "digest": seen.digest, "started_at": seen.started_at,
        "identity": seen.identity, "network": seen.network,
        "first_seen_at": at, "mount": seen.mount, "user_agent": seen.user_agent, "is_bot": seen.is_bot,
        "is_mobile": seen.is_mobile, "internal": seen.internal, "located": seen.located, "country": seen.country,
        "city": seen.city, "ip": seen.ip if keep_ip else None,
        "neighbourhood": seen.neighbourhood, "listed": seen.listed,
    }  # fmt: skip
    # A User-Agent may hold anything; PostgreSQL's text holds no NUL.
    return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in row.items()}
