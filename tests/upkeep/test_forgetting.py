"""A listener who asks to be forgotten: found by address, made nobody's; no figure changes; what stays is said."""

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lahmadaemon.building.secret import BEFORE_FILE, SECRET_FILE, earlier_secrets, house_secret
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, SystemClock
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.retention import Retention
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.snapshot import Connection
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.settings import read_settings
from lahmadaemon.store.copying import copy
from lahmadaemon.store.database import Store, open_for_reading
from lahmadaemon.store.lock import own
from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store
from tests.radio.builders import connection
from tests.upkeep.commanding import Typed
from tests.upkeep.stores import url_of
from tests.visitors.builders import ZONE

NOW = SystemClock().now()
KEY = b"the key of the house"
HOME, OFFICE, OTHER = "198.51.100.7", "198.51.100.8", "203.0.113.9"
PHONE, KITCHEN = "Phone/1.0", "KitchenRadio/1.0"
A_MONTH = Period("then", Instant(NOW - 40 * DAY), Instant(NOW - 20 * DAY))


def heard(
    ip: str, agent: str, began: int, *, number: int, key: bytes = KEY, lasts: int = HOUR
) -> tuple[Connection, Closing]:
    """A connection as it is folded in at the door, and its end."""
    who = Pseudonyms(key).who(ip, agent)
    one = replace(
        connection("somebody", began / SECOND), digest=number.to_bytes(16, "big"), identity=who.identity, network=who.network,
        neighbourhood=who.neighbourhood, user_agent=agent, ip=ip, city="Pécs",
    )  # fmt: skip
    return one, Closing(one.key, Instant(began + lasts), Instant(began + lasts), Instant(began + lasts))


async def keep(
    store: Store, told: Sequence[tuple[Connection, Closing]], station: str = "rigo", *, keep_ip: bool = False
) -> None:
    radio = RadioStore(store, station)
    for moment in range(NOW - 45 * DAY, NOW + 1, 15 * DAY):
        await radio.record(Poll(Instant(moment), Instant(moment), 15 * DAY, "valid", 1, 1, 1, 20, 0))
    last = Poll(Instant(NOW + 1), NOW, DAY, "told beside", 1, 1, 1, 20, 0)
    await radio.record(last, [one for one, _ in told], [end for _, end in told], keep_ip=keep_ip)


LONG_AGO = [
    heard(HOME, PHONE, NOW - 30 * DAY, number=1),
    heard(HOME, PHONE, NOW - 29 * DAY, number=2),
    heard(HOME, KITCHEN, NOW - 28 * DAY, number=3),
    heard(OFFICE, PHONE, NOW - 28 * DAY, number=4),
    heard(OTHER, PHONE, NOW - 27 * DAY, number=5, lasts=10 * MINUTE),
]


def lay_out(typed: Typed, told: Sequence[tuple[Connection, Closing]] = LONG_AGO, *, keep_ip: bool = True) -> None:
    """A store and the key that belongs to it."""

    async def made() -> None:
        async with new_store(typed.database) as store:
            await keep(store, told, keep_ip=keep_ip)

    asyncio.run(made())
    (typed.folder / SECRET_FILE).write_bytes(KEY)


def rows(typed: Typed) -> dict[str, set[object]]:
    """Whom the store's connections lead to."""
    with closing(sqlite3.connect(typed.database)) as connection:
        columns = ("digest", "identity", "network", "neighbourhood", "ip", "city")
        found = connection.execute(f"SELECT {', '.join(columns)} FROM radio_connections").fetchall()
    return {name: {row[place] for row in found} for place, name in enumerate(columns)}


def figures(typed: Typed) -> dict[str, object]:
    async def told() -> dict[str, object]:
        async with open_for_reading(url_of(typed.database)) as store:
            report = await Reporter(RadioStore(store, "rigo"), RadioSettings(), ZONE).plain(A_MONTH, NOW)
        return {kind: report.told(kind) for kind in ("net", "gross")}

    return asyncio.run(told())


def test_a_listener_is_found_and_becomes_nobody_and_no_figure_changes(typed: Typed) -> None:
    lay_out(typed)
    before = figures(typed)
    assert before["net"]["cume"] == 4  # type: ignore[index]

    assert typed("forget", "listener", HOME, "--yes") == 0

    assert "rigo: 3 connections, 20" in typed.out
    assert "3 with the whole address" in typed.out
    assert "3 connections are nobody's now" in typed.out
    assert "What stays: figures" in typed.out
    assert figures(typed) == before
    left = rows(typed)
    for agent in (PHONE, KITCHEN):
        who = Pseudonyms(KEY).who(HOME, agent)
        assert who.identity not in left["identity"]
        assert who.network not in left["network"]
    assert left["ip"] == {None, OFFICE, OTHER}
    assert len(left["digest"]) == 5
    assert not {number.to_bytes(16, "big") for number in (1, 2, 3)} & left["digest"]
    assert len(left["identity"]) == 4

    assert typed("forget", "listener", HOME, "--yes") == 0
    assert "Nothing is known of them" in typed.out


def test_with_a_player_only_that_one_of_a_household_goes(typed: Typed) -> None:
    lay_out(typed)
    assert typed("forget", "listener", HOME, "--agent", PHONE, "--yes") == 0
    assert "rigo: 2 connections" in typed.out
    assert Pseudonyms(KEY).who(HOME, KITCHEN).identity in rows(typed)["identity"]


def test_what_is_fresh_waits_for_the_server_to_forget_it_but_its_address_goes_at_once(typed: Typed) -> None:
    lay_out(typed, [*LONG_AGO, heard(HOME, PHONE, NOW - 3 * DAY, number=6)])

    assert typed("forget", "listener", HOME, "--yes") == 1

    assert "1 too fresh to be forgotten for good" in typed.out
    assert "Run this once more after 20" in typed.out
    left = rows(typed)
    assert Pseudonyms(KEY).who(HOME, PHONE).identity in left["identity"]
    assert left["ip"] == {None, OFFICE, OTHER}


def test_who_is_not_asked_or_says_no_changes_nothing(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(typed)
    before = rows(typed)
    assert typed("forget", "listener", HOME) == 2
    assert "say --yes" in typed.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert typed("forget", "listener", HOME) == 1
    assert rows(typed) == before
    assert typed("forget", "listener", "somewhere", "--yes") == 2
    assert "somewhere is no address" in typed.err


def test_backups_are_spoken_of_and_renewed_on_request(typed: Typed) -> None:
    lay_out(typed)
    assert typed("backup") == 0
    backups = typed.folder / "backups"
    first = next(backups.iterdir())
    first.rename(first.with_name("lahmadaemon-20260101T000000Z.db"))

    assert typed("forget", "listener", OFFICE, "--yes") == 0
    assert "1 backups in" in typed.out
    assert "--renew-backups does that now" in typed.out
    assert typed("forget", "listener", HOME, "--yes", "--renew-backups") == 0
    assert "1 earlier backups are deleted" in typed.out
    [only] = backups.iterdir()
    assert HOME.encode() not in only.read_bytes()
    assert OTHER.encode() in only.read_bytes()


def test_after_a_rotation_the_old_key_still_finds_them_until_it_is_destroyed(typed: Typed) -> None:
    lay_out(typed, keep_ip=False)
    assert typed("secret", "rotate") == 0
    assert "counts twice in figures of that day, week and month" in typed.out
    settings = read_settings(None, {"LAHMA_STATE_FOLDER": str(typed.folder)}).settings
    assert (house_secret(settings) != KEY, earlier_secrets(settings)) == (True, [KEY])
    assert {(typed.folder / name).stat().st_mode & 0o777 for name in (SECRET_FILE, BEFORE_FILE)} == {0o600}
    assert typed("secret", "rotate") == 2
    assert "`lahmadaemon secret destroy` comes first" in typed.err

    assert typed("forget", "listener", OFFICE, "--yes") == 0
    assert "1 connections are nobody's now" in typed.out
    assert typed("secret", "destroy") == 0
    assert not (typed.folder / BEFORE_FILE).exists()
    assert typed("forget", "listener", HOME, "--yes") == 0
    assert "Nothing is known of them: no connection came from there, by any key that is here." in typed.out


def test_a_key_is_not_rotated_under_a_running_daemon_or_where_the_settings_have_it(typed: Typed) -> None:
    lay_out(typed)
    lock = own(typed.database)
    assert typed("secret", "rotate") == 2
    assert "stop that one first" in typed.err
    os.close(lock)
    typed.set(LAHMA_SECRET_KEY="a key of one's own")
    assert typed("secret", "rotate") == 2
    assert "write a new one there, and the old one into LAHMA_SECRET_KEY_BEFORE" in typed.err
    assert (typed.folder / SECRET_FILE).read_bytes() == KEY


async def test_listeners_on_both_sides_of_a_rotation_count_twice_and_hours_once(tmp_path: Path) -> None:
    """What the command and docs/privacy.md say."""
    told = [
        heard(HOME, PHONE, NOW - 30 * DAY, number=1),
        heard(HOME, PHONE, NOW - 29 * DAY, number=2, key=b"the key after it"),
    ]
    async with new_store(tmp_path / "lahma.db") as store:
        await keep(store, told)
        report = await Reporter(RadioStore(store, "rigo"), RadioSettings(), ZONE).plain(A_MONTH, NOW)

    assert (report.told("net")["cume"], report.told("net")["tlh"], report.told("net")["as"]) == (2, 2.0, 2)


async def test_raw_addresses_are_gone_after_their_setting_from_the_store_and_from_new_backups(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    async with new_store(tmp_path / "lahma.db") as store:
        await keep(store, LONG_AGO, keep_ip=True)
        retention = Retention([RadioStore(store, "rigo")], clock, keep=10 * 86400.0)
        await retention.turn()
        early = (await asyncio.to_thread(copy, tmp_path / "lahma.db", tmp_path / "early.db")).path
        await clock.advance(11 * 86400)
        await retention.turn()
        late = (await asyncio.to_thread(copy, tmp_path / "lahma.db", tmp_path / "late.db")).path

    assert HOME.encode() in await asyncio.to_thread(early.read_bytes)
    assert HOME.encode() not in await asyncio.to_thread(late.read_bytes)


def test_a_creator_is_forgotten_here_too_and_backups_are_spoken_of(typed: Typed) -> None:
    lay_out(typed)
    assert typed("forget", "creator", "7", "--yes") == 2
    with closing(sqlite3.connect(typed.database)) as connection:
        connection.execute("INSERT INTO social_creators VALUES (7, 'a@example.org', 'a@example.org', NULL, 1, NULL)")
        connection.commit()
    assert typed("backup") == 0

    assert typed("forget", "creator", "a@example.org", "--yes") == 0

    assert "creator 7 (a@example.org) is forgotten" in typed.out
    assert "1 backups in" in typed.out
    with closing(sqlite3.connect(typed.database)) as connection:
        assert connection.execute("SELECT count(*) FROM social_creators").fetchone() == (0,)
