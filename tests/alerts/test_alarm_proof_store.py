"""That the store fails is told without it; what else is owed meanwhile is told, once, when it is back."""

import pytest

from lahmadaemon.alerts.conditions import STORE, Condition
from lahmadaemon.errors import HopelessError, UpstreamError
from tests.alerts.house import AlarmHouse

LOBBY = "visitors.lobby"
NO_FILES, FOLDER_MISSING = Condition.NO_FILES, Condition.FOLDER_MISSING


class Unwritable:
    """The store's write, out of order."""

    def __init__(self, house: AlarmHouse, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failing = True
        real = house.store.write

        def write() -> object:
            if self.failing:
                raise UpstreamError("the store does not answer: disk is full", outcome="store")
            return real()

        monkeypatch.setattr(house.store, "write", write)


async def test_a_store_that_fails_is_told_without_it_and_everything_is_written_when_it_is_back(
    house: AlarmHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.started() as desk:
        await house.pass_time(30)
        broken = Unwritable(house, monkeypatch)
        desk.raise_alarm(FOLDER_MISSING, LOBBY, camera="lobby")
        await house.pass_time(300)
        assert house.channel.messages() == [
            "ALARM since 19:57: the database cannot be written: the store does not answer: disk is full"
        ]
        assert {incident.subject for incident in desk.open_incidents()} == {STORE, LOBBY}
        broken.failing = False
        await house.pass_time(120)

    begun = [message.partition(" ")[0] for message in house.channel.messages()]
    assert begun in (["ALARM", "ALARM", "OVER"], ["ALARM", "OVER"]), house.channel.messages()
    assert sum("lobby" in message for message in house.channel.messages()) == 1
    async with house.started() as desk:
        desk.raise_alarm(FOLDER_MISSING, LOBBY, camera="lobby")
        await house.pass_time(120)
        assert [incident.subject for incident in desk.open_incidents()] == [LOBBY]
    assert sum("lobby" in message for message in house.channel.messages()) == 1


async def test_a_store_that_cannot_be_read_at_the_start_is_told_too(
    house: AlarmHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Unwritable(house, monkeypatch)
    async with house.started() as desk:
        desk.raise_alarm(NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(60)
        assert len(house.channel.messages()) == 1
        assert "database" in house.channel.messages()[0]
        broken.failing = False
        await house.pass_time(120)

    assert sum("lobby" in message for message in house.channel.messages()) == 1
    assert house.channel.messages()[-1].startswith(("OVER", "ALARM"))


async def test_a_damaged_store_is_told_too_and_the_desk_lives_on(
    house: AlarmHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> object:
        raise HopelessError("the store is damaged", outcome="store")

    async with house.started() as desk:
        await house.pass_time(30)
        monkeypatch.setattr(house.store, "write", write)
        desk.raise_alarm(NO_FILES, LOBBY)
        await house.pass_time(120)

    assert ["damaged" in message for message in house.channel.messages()] == [True]


async def test_a_store_that_failed_until_a_restart_is_over_when_it_works_after_it(
    house: AlarmHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.started() as desk:
        await house.pass_time(30)
        broken = Unwritable(house, monkeypatch)
        desk.raise_alarm(Condition.PUSH_FAILING, "pushes.city")
        await house.pass_time(60)
        broken.failing = False
        await house.pass_time(10)
        desk.clear_alarm(Condition.PUSH_FAILING, "pushes.city")
        await house.pass_time(2)
        assert STORE in {incident.subject for incident in desk.open_incidents()}
    async with house.started() as desk:
        await house.pass_time(60)
        assert desk.open_incidents() == []

    about = [line for message in house.channel.messages() for line in message.splitlines() if "database" in line]
    assert [line.partition(" ")[0] for line in about] == ["ALARM", "OVER"]


async def test_one_who_can_write_does_not_hide_another_who_cannot(house: AlarmHouse) -> None:
    async with house.started() as desk:
        for _ in range(60):
            desk.raise_alarm(Condition.STORE_FAILING, STORE, error="disk full")
            desk.clear_alarm(Condition.STORE_FAILING, STORE)
            await house.pass_time(2)
        assert house.channel.messages() == ["ALARM since 19:57: the database cannot be written: disk full"]
        await house.pass_time(120)

    assert [message.partition(" ")[0] for message in house.channel.messages()] == ["ALARM", "OVER"]
