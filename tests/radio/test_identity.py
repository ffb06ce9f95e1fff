"""An address becomes a household, a household and a player become somebody nobody can name."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.radio.identity import Pseudonyms, address, is_internal, network

PHONE = "AppleCoreMedia/1.0.0"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("  203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7, 192.0.2.1", "203.0.113.7"),
        ("203.0.113.7,192.0.2.1", "203.0.113.7"),
        ("203.0.113.7:51423", "203.0.113.7"),
        ("203.0.113.7:51423, 192.0.2.1:80", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:0db8:0000::0001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:8000", "2001:db8::1"),
        ("[2001:db8::1]:8000, 192.0.2.1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%eth0]:8000", "fe80::1"),
        ("::ffff:198.51.100.24", "198.51.100.24"),
        ("::FFFF:c633:6418", "198.51.100.24"),
        ("[::ffff:198.51.100.24]:8000", "198.51.100.24"),
    ],
)
def test_the_first_address_is_found_in_whatever_a_server_calls_an_ip(told: str, meant: str) -> None:
    assert address(told) == ip_address(meant)


@pytest.mark.parametrize(
    "told",
    ["", " ", "unknown", "-", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", "203.0.113.0/24", "a, 203.0.113.7", ", 203.0.113.7",
     "[", "[]", "[]:80", "%", ":", "::1::2", "2001:db8", "１.2.3.4", "1.2.3.4\0", "=1+1"],
)  # fmt: skip
def test_what_holds_no_address_is_none(told: str) -> None:
    assert address(told) is None


@given(st.text())
def test_any_text_gives_an_address_or_none(told: str) -> None:
    found = address(told)
    assert isinstance(network(found, told), str)
    assert is_internal(found) in {True, False}


@pytest.mark.parametrize(
    ("told", "household"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.8", "203.0.113.8"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:51a:7c00:1d3f:9a2:77b1:4e05", "2001:db8:51a:7c00::"),
        ("2001:db8:51a:7c00:c8e0:51ff:2b9d:803a", "2001:db8:51a:7c00::"),
        ("2001:0DB8:051A:7C00::", "2001:db8:51a:7c00::"),
        ("2001:db8:51a:7c01::1", "2001:db8:51a:7c01::"),
        (" Unknown ", "unknown"),
        ("", ""),
    ],
)
def test_a_household_is_an_ipv4_address_or_the_64_of_an_ipv6_one(told: str, household: str) -> None:
    assert network(address(told), told) == household


@pytest.mark.parametrize(
    "told",
    ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.20", "127.0.0.1", "169.254.9.9", "::1",
     "fe80::1%eth0", "fc00::1", "fdff:ffff::1", "::ffff:192.168.1.20"],
)  # fmt: skip
def test_private_networks_are_internal(told: str) -> None:
    assert is_internal(address(told))


@pytest.mark.parametrize(
    "told",
    ["192.0.2.77", "198.51.100.24", "203.0.113.7", "2001:db8::1", "172.15.255.255", "172.32.0.0", "11.0.0.0", "192.167.0.1",
     "8.8.8.8", "2a00::1", "::ffff:203.0.113.7", "nonsense", ""],
)  # fmt: skip
def test_public_and_documentation_addresses_are_not_internal(told: str) -> None:
    assert not is_internal(address(told))


def test_one_household_with_one_player_is_one_listener() -> None:
    names = Pseudonyms(b"secret")

    assert names.identity("203.0.113.7", PHONE) == Pseudonyms(b"secret").identity("203.0.113.7", PHONE)
    assert names.identity("203.0.113.7", PHONE) != names.identity("203.0.113.7", "VLC/3.0")
    assert names.identity("203.0.113.7", PHONE) != names.identity("203.0.113.8", PHONE)


def test_a_household_is_known_whatever_plays_in_it() -> None:
    names = Pseudonyms(b"secret")

    assert names.network("203.0.113.7") == Pseudonyms(b"secret").network("203.0.113.7")
    assert names.network("203.0.113.7") != names.network("203.0.113.8")


def test_with_another_key_everybody_is_somebody_else() -> None:
    one, other = Pseudonyms(b"secret"), Pseudonyms(b"Secret")

    assert one.network("203.0.113.7") != other.network("203.0.113.7")
    assert one.identity("203.0.113.7", PHONE) != other.identity("203.0.113.7", PHONE)
    assert one.connection("b53aee2f") != other.connection("b53aee2f")


def test_a_player_is_known_by_the_255_characters_the_server_keeps_of_it() -> None:
    names, cut = Pseudonyms(b"secret"), "m" * 255

    assert names.identity("203.0.113.7", cut + "odule") == names.identity("203.0.113.7", cut)
    assert names.identity("203.0.113.7", cut[:-1]) != names.identity("203.0.113.7", cut)


def test_an_identity_is_never_the_id_of_a_connection() -> None:
    names = Pseudonyms(b"secret")

    assert names.identity("203.0.113.7", PHONE) != names.connection("203.0.113.7", PHONE)
    assert len({names.identity("203.0.113.7", ""), names.connection("203.0.113.7"), names.network("203.0.113.7")}) == 3


def test_where_one_part_ends_cannot_be_shifted() -> None:
    names = Pseudonyms(b"secret")

    assert names.identity("203.0.113.7", "1 VLC") != names.identity("203.0.113.71", " VLC")
    assert names.connection("ab", "c") != names.connection("a", "bc")


@given(st.ip_addresses().map(str), st.text())
def test_digests_are_sixteen_bytes_and_say_nothing_of_the_address(told: str, user_agent: str) -> None:
    names = Pseudonyms(b"secret")
    packed = ip_address(told).packed

    for digest in (names.identity(told, user_agent), names.connection(told, user_agent), names.network(told)):
        assert len(digest) == 16
        assert told.encode() not in digest
        assert packed not in digest


@given(st.text(st.characters(codec=None), min_size=1))
def test_odd_characters_are_hashed_too(user_agent: str) -> None:
    assert len(Pseudonyms(b"secret").identity("203.0.113.7", user_agent)) == 16
