"""Who a listener is without knowing who they are: keyed hashes of a network and a User-Agent."""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

AGENT_LENGTH = 255
DIGEST_LENGTH = 16

_INTERNAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)  # named one by one: Python also calls the documentation ranges private

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address(text: str) -> Address | None:
    """The first address in what a server calls an IP: a list, a port, a zone id, IPv4 in IPv6; None if there is none."""
    first = text.split(",")[0].strip()
    if first.startswith("["):
        first = first[1:].partition("]")[0]
    elif first.count(":") == 1:
        first = first.partition(":")[0]
    try:
        found = ipaddress.ip_address(first.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def network(found: Address | None, text: str) -> str:
    """What stands for a household: an IPv4 address whole, the /64 of an IPv6 one (the rest of it changes by the hour)."""
    if found is None:
        return text.strip().lower()
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def is_internal(found: Address | None) -> bool:
    """Whether the address belongs to a private network (RFC 1918, loopback, link-local, unique local)."""
    return found is not None and any(found in network for network in _INTERNAL)


def neighbourhood(found: Address) -> str:
    """What neighbouring machines share: the /24 of an IPv4 address, the /56 of an IPv6 one."""
    return str(ipaddress.ip_network((found, 56 if found.version == 6 else 24), strict=False))


@dataclass(frozen=True)
class Lists:
    """The networks that the settings name, for addresses are known at the door only."""

    probe: Sequence[Network] = ()
    internal: Sequence[Network] = ()

    def naming(self, found: Address | None) -> str | None:
        """The list that names the address: `probe`, `internal` or none."""
        for name, networks in (("probe", self.probe), ("internal", self.internal)):
            if found is not None and any(found in network for network in networks):
                return name
        return None


@dataclass(frozen=True)
class Who:
    """All that is kept of an address and a player, or what can be told from them."""

    identity: bytes
    network: bytes
    neighbourhood: bytes | None
    internal: bool
    listed: str | None


class Pseudonyms:
    """Keyed identities: without the key nobody can tell from a stored digest which address it stands for."""

    def __init__(self, secret: bytes, lists: Lists = Lists()) -> None:
        self._lists = lists
        self._neighbourhood_key = hmac.digest(secret, b"lahmadaemon radio neighbourhood 1", hashlib.sha256)
        self._identity_key = hmac.digest(secret, b"lahmadaemon radio identity 1", hashlib.sha256)
        self._network_key = hmac.digest(secret, b"lahmadaemon radio network 1", hashlib.sha256)
        self._connection_key = hmac.digest(secret, b"lahmadaemon radio connection 1", hashlib.sha256)

    def who(self, ip: str, user_agent: str) -> Who:
        """Whoever comes from what a server calls an IP, with a player that calls itself `user_agent`."""
        found = address(ip)
        net = network(found, ip)
        near = hmac.digest(self._neighbourhood_key, neighbourhood(found).encode(), hashlib.sha256) if found else None
        return Who(
            identity=self.identity(net, user_agent),
            network=self.network(net),
            neighbourhood=near and near[:DIGEST_LENGTH],
            internal=is_internal(found),
            listed=self._lists.naming(found),
        )

    def network(self, net: str) -> bytes:
        """One household: HMAC-SHA-256 of the network alone, 16 bytes."""
        return hmac.digest(self._network_key, net.encode(errors="surrogatepass"), hashlib.sha256)[:DIGEST_LENGTH]

    def identity(self, net: str, user_agent: str) -> bytes:
        """One listener: HMAC-SHA-256 of network and User-Agent (cut to 255), 16 bytes."""
        text = f"{net}\0{user_agent[:AGENT_LENGTH]}".encode(errors="surrogatepass")
        return hmac.digest(self._identity_key, text, hashlib.sha256)[:DIGEST_LENGTH]

    def connection(self, *parts: str) -> bytes:
        """A source's own id of a connection, keyed too: AzuraCast's is a plain md5 that can be guessed back to an address."""
        text = "\0".join(parts).encode(errors="surrogatepass")
        return hmac.digest(self._connection_key, text, hashlib.sha256)[:DIGEST_LENGTH]
