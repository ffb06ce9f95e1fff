"""Ids and lengths become connections that keep their beginnings: through jitter, restarts of ours and of the server's."""

import pytest

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.radio.icecast.door import Door, Told
from lahmadaemon.radio.icecast.listclients import Listener, Listing
from lahmadaemon.radio.snapshot import Connection, Key
from tests.radio_icecast.stand_in import NAMES

EPOCH, LATER = Instant(1_000 * SECOND), Instant(900_000 * SECOND)
NOW = Instant(5_000 * SECOND)


def at(seconds: float, *listeners: Listener, mount: str = "/radio.mp3") -> Told:
    return Told(mount, Instant(NOW + round(seconds * SECOND)), Listing(listeners, len(listeners)))


def who(number: int = 7, connected: int | None = 100, ip: str = "203.0.113.7", agent: str = "Kitchen") -> Listener:
    return Listener(number, ip, agent, connected)


def one(admitted: dict[Key, Connection]) -> Connection:
    [connection] = admitted.values()
    assert list(admitted) == [connection.key]
    return connection


@pytest.mark.parametrize("epoch", [EPOCH, None])
@pytest.mark.parametrize("jitter", [-2, -1, 0, 1, 2])
def test_a_beginning_is_fixed_at_first_sight(epoch: Instant | None, jitter: int) -> None:
    door = Door(NAMES)
    first = one(door.admit(epoch, [at(0, who())], []))
    second = one(door.admit(epoch, [at(30, who(connected=130 + jitter))], [first.key]))

    assert first.started_at == NOW - 100 * SECOND
    assert second is first


@pytest.mark.parametrize("epoch", [EPOCH, None])
@pytest.mark.parametrize("connected", [129, 130, 132, None])
def test_after_a_restart_of_ours_what_is_kept_tells_the_beginning(epoch: Instant | None, connected: int | None) -> None:
    before = one(Door(NAMES).admit(epoch, [at(0, who())], []))
    after = one(Door(NAMES).admit(epoch, [at(30, who(connected=connected))], [before.key]))

    assert after == before


def test_another_start_of_the_server_makes_the_same_id_somebody_else() -> None:
    door = Door(NAMES)
    before = one(door.admit(EPOCH, [at(0, who())], []))
    after = one(door.admit(LATER, [at(30, who(connected=130))], [before.key]))

    assert after.digest != before.digest
    assert after.identity == before.identity


@pytest.mark.parametrize("our_restart", [False, True])
def test_without_an_epoch_an_id_that_begins_anew_is_somebody_else(our_restart: bool) -> None:
    door = Door(NAMES)
    before = one(door.admit(None, [at(0, who(connected=4000))], []))
    after = one((Door(NAMES) if our_restart else door).admit(None, [at(30, who(connected=12))], [before.key]))

    assert after.key == (before.digest, NOW + 18 * SECOND)


def test_within_an_epoch_an_id_is_who_it_was_though_the_server_s_clock_was_set() -> None:
    """Story: a server's clock jumps by an hour, its lengths with it: nobody has come or gone."""
    door = Door(NAMES)
    before = one(door.admit(EPOCH, [at(0, who())], []))
    after = one(
        door.admit(EPOCH, [Told("/radio.mp3", Instant(NOW - HOUR), Listing([who(connected=None)], 1))], [before.key])
    )

    assert after is before


def test_who_was_gone_for_a_poll_may_come_back_under_the_same_key() -> None:
    door = Door(NAMES)
    before = one(door.admit(EPOCH, [at(0, who())], []))
    assert door.admit(EPOCH, [at(30)], [before.key]) == {}

    assert one(door.admit(EPOCH, [at(60, who(connected=160))], [])).key == before.key


def test_who_is_moved_to_another_mount_is_one_connection_even_if_seen_on_both() -> None:
    """As the server does with listeners when an encoder leaves its mount, and takes up again."""
    newcomer = [at(0, who(connected=3), mount="/live"), at(1, who(connected=5), mount="/fallback")]
    assert one(Door(NAMES).admit(EPOCH, newcomer, [])).mount == "/live"
    door = Door(NAMES)
    before = one(door.admit(EPOCH, [at(0, who(), mount="/live")], []))
    both = [at(30, who(connected=130), mount="/live"), at(31, who(connected=131), mount="/fallback")]

    assert one(door.admit(EPOCH, both, [before.key])) is before
    assert one(door.admit(EPOCH, [at(60, who(connected=160), mount="/fallback")], [before.key])) is before


def test_the_same_player_in_the_same_network_is_one_identity_in_two_connections() -> None:
    anna, bela, other = Door(NAMES).admit(EPOCH, [at(0, who(1), who(2), who(3, agent="Phone"))], []).values()

    assert anna.identity == bela.identity != other.identity
    assert anna.digest != bela.digest
    assert anna.network == other.network


def test_an_ipv6_household_is_its_sixty_four_and_the_studio_is_internal() -> None:
    people = [who(1, ip="2001:db8:1:2::a"), who(2, ip="2001:db8:1:2:ffff::b"), who(3, ip="192.168.1.2")]
    here, there, studio = Door(NAMES).admit(EPOCH, [at(0, *people)], []).values()

    assert here.identity == there.identity != studio.identity
    assert (here.internal, studio.internal) == (False, True)


def test_a_country_where_one_is_told_is_a_place() -> None:
    home, nowhere = Door(NAMES).admit(EPOCH, [at(0, Listener(1, "203.0.113.7", "", 5, "HU"), who(2))], []).values()

    assert (home.located, home.country) == (True, "HU")
    assert (nowhere.located, nowhere.country) == (False, None)


def test_neither_id_nor_address_can_be_read_from_what_is_kept() -> None:
    connection = one(Door(NAMES).admit(EPOCH, [at(0, who())], []))

    assert len(connection.digest) == len(connection.identity) == 16
    assert b"203" not in connection.digest + connection.identity
