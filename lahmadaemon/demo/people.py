"""Who listens to the invented station: with what, and from where. Addresses come from the documentation ranges only."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from random import Random
from typing import NamedTuple

MP3, AAC = 1, 2
"""The station's mounts."""


class Client(NamedTuple):
    """What the server sees of a connection. Clients equal in all three are one row in AzuraCast."""

    ip: str
    user_agent: str
    mount: int


class Device(NamedTuple):
    """What AzuraCast makes of a user agent, in the order of its keys."""

    client: str = "Unknown Browser 0.00, Unknown OS"
    is_browser: bool = False
    is_mobile: bool = False
    is_bot: bool = False
    browser_family: str | None = None
    os_family: str | None = None


class Place(NamedTuple):
    """What AzuraCast makes of an address, in the order of its keys."""

    region: str
    city: str
    country: str
    lat: float
    lon: float


class Player(NamedTuple):
    """A kind of device: how common it is, the mount it plays, for how many minutes its connections hold on average."""

    share: int
    mount: int
    holds: float
    user_agent: str
    device: Device


def _browser(name: str, family: str, system: str, *, mobile: bool = False) -> Device:
    return Device(f"{name}, {system}", is_browser=True, is_mobile=mobile, browser_family=family, os_family=system)


_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0"
_APPLE_CORE = "AppleCoreMedia/1.0.0.22A3354 (iPhone; U; CPU OS 18_0 like Mac OS X; hu_hu)"

PLAYERS = (
    Player(17, AAC, 45, f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36",
           _browser("Chrome Mobile 129.0", "Chrome", "Android", mobile=True)),
    Player(14, AAC, 45, f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {_WEBKIT} Mobile/15E148 Safari/604.1",
           _browser("Mobile Safari 18.0", "Safari", "iOS", mobile=True)),
    Player(11, AAC, 60, _APPLE_CORE, Device("AppleCoreMedia 1.0, iOS", is_mobile=True, os_family="iOS")),
    Player(16, MP3, 240, f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36",
           _browser("Chrome 129.0", "Chrome", "Windows")),
    Player(9, MP3, 240, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0",
           _browser("Firefox 131.0", "Firefox", "Windows")),
    Player(6, MP3, 240, "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
           _browser("Firefox 131.0", "Firefox", "GNU/Linux")),
    Player(10, MP3, 240, f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Safari/605.1.15",
           _browser("Safari 18.0", "Safari", "Mac")),
    Player(7, MP3, 360, "VLC/3.0.20 LibVLC/3.0.20", Device("VLC 3.0, Unknown OS")),
    Player(3, MP3, 360, "foobar2000/2.1", Device("Foobar2000 2.1, Unknown OS")),
    Player(3, MP3, 360, "Linux UPnP/1.0 Sonos/80.1-55014 (ZPS27)", Device()),
    Player(3, AAC, 12, "CarRadio/3.2 (Android Automotive 12)", Device(is_mobile=True, os_family="Android")),
    Player(1, MP3, 360, "", Device()),
)  # fmt: skip

_BUDAPEST = Place("Budapest", "Budapest", "HU", 47.4925, 19.0514)
_VIENNA = Place("Vienna", "Vienna", "AT", 48.2085, 16.3721)
_BERLIN = Place("State of Berlin", "Berlin", "DE", 52.5244, 13.4105)
_ASHBURN = Place("Virginia", "Ashburn", "US", 39.0437, -77.4875)
_PRAGUE = Place("Prague", "Prague", "CZ", 50.088, 14.4208)

HOMES: dict[IPv4Network | IPv6Network, tuple[int, Place]] = {
    ip_network(network): (share, place)
    for network, share, place in (
        ("203.0.113.0/25", 34, _BUDAPEST),
        ("203.0.113.128/26", 7, Place("Csongrád-Csanád", "Szeged", "HU", 46.253, 20.1482)),
        ("203.0.113.192/26", 6, Place("Baranya", "Pécs", "HU", 46.0708, 18.2331)),
        ("198.51.100.0/26", 14, _BUDAPEST),
        ("198.51.100.64/26", 6, Place("Hajdú-Bihar", "Debrecen", "HU", 47.5316, 21.6273)),
        ("198.51.100.128/27", 4, _VIENNA),
        ("198.51.100.160/27", 4, _BERLIN),
        ("198.51.100.192/27", 3, Place("England", "London", "GB", 51.5085, -0.1257)),
        ("198.51.100.224/28", 3, Place("Cluj", "Cluj-Napoca", "RO", 46.7667, 23.6)),
        ("198.51.100.240/28", 2, _PRAGUE),
        ("2001:db8:36::/48", 13, _BUDAPEST),
        ("2001:db8:43::/48", 2, _VIENNA),
        ("2001:db8:49::/48", 2, _BERLIN),
        ("192.0.2.0/25", 0, _PRAGUE),  # nobody lives here: these two house the machines
        ("192.0.2.128/25", 0, _ASHBURN),
    )
}
_HOME_SHARES = [share for share, _ in HOMES.values()]
_PLAYER_SHARES = [player.share for player in PLAYERS]

ALWAYS_ON = Client("192.0.2.177", "Lavf/58.76.100", AAC)
RELAY = Client("192.0.2.25", "Icecast 2.4.4", MP3)
BOT = Client("192.0.2.200", "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/about)", MP3)
PROBES = tuple(Client(f"192.0.2.{last}", "StreamCheck/1.4", AAC) for last in range(220, 224))
CAFE = Client("203.0.113.40", PLAYERS[3].user_agent, MP3)
"""Two tills behind one address, with the same browser."""
TWO_MOUNTS = (Client("203.0.113.90", _APPLE_CORE, MP3), Client("203.0.113.90", _APPLE_CORE, AAC))

_DEVICES = {player.user_agent: player.device for player in PLAYERS} | {
    ALWAYS_ON.user_agent: Device("Lavf 58.76, Unknown OS"),
    BOT.user_agent: Device("Generic Bot (Generic Crawler)", is_bot=True, browser_family="Crawler", os_family="Crawler"),
}


class Person(NamedTuple):
    """Somebody at home, with a device."""

    home: IPv4Address | IPv6Network
    player: Player

    def client(self, random: Random) -> Client:
        """How the server sees them this time: over IPv6 they come with a new privacy address in their own /64."""
        ip = self.home if isinstance(self.home, IPv4Address) else self.home[random.getrandbits(64)]
        return Client(str(ip), self.player.user_agent, self.player.mount)


def somebody(random: Random) -> Person:
    """A person nobody has met yet."""
    [network] = random.choices(list(HOMES), _HOME_SHARES)
    [player] = random.choices(PLAYERS, _PLAYER_SHARES)
    if isinstance(network, IPv4Network):
        return Person(network[random.randrange(1, network.num_addresses - 1)], player)
    prefix = IPv6Address(int(network[0]) + (random.getrandbits(16) << 64))
    return Person(IPv6Network((prefix, 64)), player)


def device_of(user_agent: str) -> Device:
    """The device behind a user agent; unknown ones are unknown to AzuraCast too."""
    return _DEVICES.get(user_agent, Device())


@lru_cache(maxsize=4096)
def place_of(ip: str) -> Place:
    """The place of an address of ours."""
    address = ip_address(ip)
    return next(place for network, (_, place) in HOMES.items() if address in network)
