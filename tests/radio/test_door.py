"""Rows of every era become connections, once; who was here at the last poll is recognised."""

import json
from typing import Any

import pytest

from lahmadaemon.clock import SECOND
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.snapshot import Connection
from tests.samples import sample

NAMES = Pseudonyms(b"secret")


def said(**row: Any) -> dict[str, Any]:
    return {"ip": "203.0.113.7", "user_agent": "KitchenRadio/1.0", "hash": "b53aee2f", "connected_on": 1000} | row


def let_in(door: Door, *rows: dict[str, Any]) -> list[Connection]:
    connections, dropped = door.admit(payload.rows(json.dumps(rows).encode()))
    assert dropped == 0
    assert all(connection.key == key for key, connection in connections.items())
    return list(connections.values())


def one(**row: Any) -> Connection:
    [connection] = let_in(Door(NAMES), said(**row))
    return connection


def era(version: str) -> list[Connection]:
    connections, _ = Door(NAMES).admit(payload.rows(sample(f"azuracast/listeners/live_{version}.json")))
    return list(connections.values())


@pytest.mark.parametrize(
    ("version", "located"),
    [
        ("0.11.2", [True, True, True, True, True, False]),
        ("0.11.2_no_geo", [False] * 5),
        ("0.12.3", [True] * 7 + [False]),
        ("0.15.0", [True, False, False, False, True, False, False, False, True]),
        ("0.16.0", [True] * 6 + [False]),
        ("0.16_sparse", [True, False, True]),
        ("0.23.7", [True] * 9 + [False, False, False]),
    ],
)
def test_a_place_means_in_every_era_what_it_meant_then(version: str, located: list[bool]) -> None:
    assert [connection.located for connection in era(version)] == located


@pytest.mark.parametrize(
    ("location", "located"),
    [
        ({"status": "success", "country": "Hungary"}, True),
        ({"status": "error", "message": "Internal/Reserved IP"}, False),
        ({"status": "error", "country": "Hungary"}, False),
        ({"description": "Budapest, HU", "country": "HU"}, True),
        ({"description": "Somewhere at sea", "country": None}, True),
        ({"description": "Unknown", "country": None}, False),
        ({"description": "Internal/Reserved IP", "country": None}, False),
        ({"description": "", "country": ""}, False),
        ({"description": None, "country": None}, False),
        ({"description": ["no", "text"], "country": None}, True),
        ({}, False),
        ([], False),
        (None, False),
        ("Budapest", False),
    ],
)
def test_a_listener_is_located_when_the_server_found_a_place(location: object, located: bool) -> None:
    assert one(location=location).located is located


def test_a_row_without_any_place_or_device_is_somebody_nowhere() -> None:
    somebody = one()

    assert (somebody.country, somebody.city, somebody.located) == (None, None, False)
    assert (somebody.is_bot, somebody.is_mobile, somebody.mount) == (False, False, "")


def test_sparse_rows_are_read_all_the_same() -> None:
    firefox, vlc, safari = era("0.16_sparse")

    assert (firefox.country, firefox.city, firefox.is_mobile) == ("HU", None, False)
    assert (vlc.country, vlc.city, vlc.is_bot) == (None, None, False)
    assert (safari.country, safari.city, safari.is_mobile) == ("HU", "Pécs", True)


def test_devices_are_told_in_two_ways() -> None:
    assert [connection.is_mobile for connection in era("0.11.2")] == [False, True, True, False, False, False]
    assert [connection.is_bot for connection in era("0.16.0")] == [False, False, False, False, False, True, False]
    assert one(is_mobile=True, device={"is_mobile": False}).is_mobile is False


def test_countries_are_kept_as_each_era_writes_them() -> None:
    assert [c.country for c in era("0.11.2")] == ["Hungary", "Hungary", "Hungary", "United States", "Austria", None]
    assert [c.country for c in era("0.16.0")] == ["US", "HU", "HU", "HU", "CZ", "US", None]


def test_today_s_oddities_are_all_let_in() -> None:
    people = era("0.23.7")

    assert [connection.ip for connection in people] == [
        "192.0.2.77", "203.0.113.11", "203.0.113.90", "203.0.113.90", "198.51.100.12", "198.51.100.130",
        "2001:db8:51a:7c00:1d3f:9a2:77b1:4e05", "198.51.100.24", "198.51.100.200", "198.51.100.91", "203.0.113.140", "192.0.2.1",
    ]  # fmt: skip
    assert people[2].identity == people[3].identity  # one person on two mounts
    assert people[2].digest != people[3].digest
    assert people[4].mount == "HLS: aac_midfi"
    assert people[9].user_agent == ""
    assert len(people[10].user_agent) == 255
    assert people[10].mount == ""
    assert people[11].started_at == 1792587972 * SECOND
    assert not any(connection.internal for connection in people)


def test_one_household_with_one_player_is_one_identity_over_all_mounts_and_times() -> None:
    here, there, later = let_in(
        Door(NAMES),
        said(hash="a", mount_name="/radio.mp3"),
        said(hash="b", mount_name="/mobil.aac"),
        said(hash="a", connected_on=2000),
    )

    assert here.identity == there.identity == later.identity
    assert len({here.key, there.key, later.key}) == 3
    assert here.digest == later.digest


def test_what_plays_in_one_household_shares_its_network() -> None:
    kitchen, phone, neighbour = let_in(
        Door(NAMES),
        said(hash="a", ip="2001:db8:51a:7c00:1d3f:9a2:77b1:4e05"),
        said(hash="b", ip="2001:db8:51a:7c00::9", user_agent="Phone"),
        said(hash="c", ip="2001:db8:51a:7c01::9"),
    )

    assert kitchen.network == phone.network != neighbour.network
    assert kitchen.identity != phone.identity


def test_without_a_hash_address_player_and_mount_stand_for_it() -> None:
    door = Door(NAMES)
    first, other_mount, other_player, other_address = let_in(
        door,
        said(hash=None, mount_name="/radio.mp3"),
        said(hash=None, mount_name="/mobil.aac"),
        said(hash=None, mount_name="/radio.mp3", user_agent="VLC"),
        said(hash="", mount_name="/radio.mp3", ip="203.0.113.8"),
    )

    assert len({c.digest for c in (first, other_mount, other_player, other_address)}) == 4
    [again] = let_in(Door(NAMES), said(hash=None, mount_name="/radio.mp3", connected_on=1300))
    assert again.digest == first.digest


def test_connections_of_a_server_without_hashes_are_recognised_too() -> None:
    door, body = Door(NAMES), sample("azuracast/listeners/live_0.12.3.json")

    before, _ = door.admit(payload.rows(body))
    after, _ = door.admit(payload.rows(body))

    assert all(after[key] is connection for key, connection in before.items())


def test_a_row_that_ends_before_it_began_or_never_began_is_dropped_and_counted() -> None:
    rows = [
        said(),
        said(hash="b", connected_until=999),
        said(hash="c", connected_until=1000),
        said(hash="d", connected_on=None),
    ]

    connections, dropped = Door(NAMES).admit(payload.rows(json.dumps(rows).encode()))

    assert (len(connections), dropped) == (2, 2)


def test_two_rows_of_one_connection_are_one() -> None:
    [connection] = let_in(Door(NAMES), said(), said(mount_name="renamed"))

    assert connection.started_at == 1000 * SECOND


def test_whoever_was_here_at_the_last_poll_is_the_very_same_object() -> None:
    door = Door(NAMES)
    [before] = let_in(door, said(connected_until=1030))
    after, newcomer = let_in(door, said(connected_until=1060), said(hash="new", connected_on=1050))

    assert after is before
    assert newcomer is not before


def test_who_comes_back_with_another_beginning_is_looked_at_anew() -> None:
    door = Door(NAMES)
    [before] = let_in(door, said(location={"country": "HU"}))
    [after] = let_in(door, said(connected_on=1100, location={"country": "CZ"}))

    assert after is not before
    assert after.country == "CZ"


def test_the_door_remembers_one_poll_only() -> None:
    door = Door(NAMES)
    [before] = let_in(door, said())
    let_in(door)
    [after] = let_in(door, said())

    assert after is not before
    assert after == before


def test_what_is_kept_of_a_connection_does_not_hold_the_servers_hash() -> None:
    connection = one(hash="b53aee2f5069e88e512cd7049f07c424")

    assert len(connection.digest) == len(connection.identity) == 16
    assert connection.digest != bytes.fromhex("b53aee2f5069e88e512cd7049f07c424")


def test_an_address_nobody_can_read_is_a_household_of_its_own() -> None:
    somebody, same, other = one(ip="unknown"), one(ip="UNKNOWN "), one(ip="")

    assert somebody.identity == same.identity != other.identity
    assert somebody.internal is False


def test_a_listener_in_the_studio_is_internal() -> None:
    assert one(ip="192.168.1.20").internal is True
    assert one(ip="203.0.113.7").internal is False
