"""What must be told of an address while it is known: neighbours, and the networks that the settings name."""

import json
from ipaddress import ip_network

import pytest

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.identity import Lists, Pseudonyms
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.tagging import Habits
from lahmadaemon.settings import read_settings

NAMES = Pseudonyms(b"secret")
LISTS = Lists(
    probe=[ip_network("198.51.100.0/25"), ip_network("2001:db8:9::/48")],
    internal=[ip_network("203.0.113.40"), ip_network("198.51.100.0/24")],
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.250", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("::ffff:203.0.113.7", "203.0.113.9, 10.0.0.1", True),
        ("2001:db8:1:7c00::1", "2001:db8:1:7cff:5::1", True),
        ("2001:db8:1:7c00::1", "2001:db8:1:7b00::1", False),
    ],
)
def test_neighbours_share_a_24_or_a_56(one: str, other: str, same: bool) -> None:
    here, there = NAMES.who(one, "A/1"), NAMES.who(other, "A/1")

    assert (here.neighbourhood == there.neighbourhood) is same
    assert here.identity != there.identity


def test_a_neighbourhood_is_as_secret_as_everybody_in_it() -> None:
    here = NAMES.who("203.0.113.0", "A/1").neighbourhood

    assert here is not None
    assert len(here) == 16
    assert here != Pseudonyms(b"Secret").who("203.0.113.0", "A/1").neighbourhood
    assert here not in {
        NAMES.network("203.0.113.0/24"),
        NAMES.network("203.0.113.0"),
        NAMES.connection("203.0.113.0/24"),
    }


def test_without_an_address_there_are_no_neighbours() -> None:
    assert NAMES.who("", "A/1").neighbourhood is None
    assert NAMES.who("nonsense", "A/1") == NAMES.who("NONSENSE ", "A/1")


def test_who_somebody_is_has_not_changed() -> None:
    """Stored identities hang on it."""
    who = NAMES.who("2001:db8:51a:7c00:44b1:1020:9e7:f00d", "VLC")

    assert (who.identity, who.network) == (
        NAMES.identity("2001:db8:51a:7c00::", "VLC"),
        NAMES.network("2001:db8:51a:7c00::"),
    )
    assert NAMES.who("192.168.1.7:5000", "VLC").internal


@pytest.mark.parametrize(
    ("ip", "listed"),
    [
        ("198.51.100.7", "probe"),
        ("198.51.100.200", "internal"),
        ("203.0.113.40", "internal"),
        ("203.0.113.41", None),
        ("2001:db8:9:1::7", "probe"),
        ("2001:db8:8:1::7", None),
        ("192.168.1.1", None),
        ("", None),
    ],
)
def test_the_door_notes_which_list_names_an_address(ip: str, listed: str | None) -> None:
    row = {"ip": ip, "user_agent": "A/1", "hash": "b53aee2f", "connected_on": 1000}
    connections, _ = Door(Pseudonyms(b"secret", LISTS)).admit(payload.rows(json.dumps([row]).encode()))
    [connection] = connections.values()

    assert connection.listed == listed
    assert connection.neighbourhood == NAMES.who(ip, "A/1").neighbourhood


def test_lists_of_networks_are_settings() -> None:
    settings = read_settings(
        None,
        {
            "LAHMA_RADIO__PROBE_NETWORKS": "198.51.100.0/25, 2001:db8:9::/48",
            "LAHMA_RADIO__INTERNAL_NETWORKS": "203.0.113.40,198.51.100.0/24",
        },
    ).settings

    assert settings.radio.lists == LISTS
    assert RadioSettings().lists == Lists([], [])


@pytest.mark.parametrize("name", ["PROBE_NETWORKS", "INTERNAL_NETWORKS"])
@pytest.mark.parametrize("wrong", ["198.51.100", "198.51.100.7/24", "studio.example.org", "2001:db8::/129"])
def test_what_is_no_network_is_refused_by_name(name: str, wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"LAHMA_RADIO__{name}=.*'{wrong}' is no network; write such as"):
        read_settings(None, {f"LAHMA_RADIO__{name}": f"198.51.100.0/24,{wrong}"})


def test_habits_are_settings_and_say_how_many_days_around_one_must_be_known() -> None:
    assert Habits.of(RadioSettings()) == Habits()
    assert Habits().margin == 2
    assert Habits.of(RadioSettings(always_on_days=4)).margin == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROBE_SESSIONS", "2"),
        ("PROBE_SPREAD", "0.6"),
        ("ALWAYS_ON", "11h"),
        ("ALWAYS_ON", "25h"),
        ("ALWAYS_ON_DAYS", "1"),
    ],
)
def test_habits_that_would_leave_out_ordinary_people_are_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"LAHMA_RADIO__{name}="):
        read_settings(None, {f"LAHMA_RADIO__{name}": value})
