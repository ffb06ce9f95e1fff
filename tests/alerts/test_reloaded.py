"""New settings at the desk: other people, another language, subjects that are gone; what is open stays open."""

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.watch import OFTEN, HealthWatch
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.supervision.health import HealthBoard, State
from tests.alerts.house import BUDAPEST, AlarmHouse
from tests.fakes.clock import FakeClock

LOBBY, GARDEN = "visitors.intake.lobby", "visitors.intake.garden"


async def test_who_is_told_no_more_is_owed_nothing_and_who_is_new_is_told_in_the_new_language(
    house: AlarmHouse,
) -> None:
    house.channel.down = True
    async with house.started() as desk:
        desk.raise_alarm(Condition.NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(60)
        assert [each.recipient for each in await AlertStore(house.store).queue()] == ["@ann"]

        desk.address(Wording("hu", BUDAPEST), ["@bela"])
        desk.raise_alarm(Condition.NO_FILES, GARDEN, camera="garden")
        await house.pass_time(60)

        [owed] = await AlertStore(house.store).queue()
        assert (owed.recipient, owed.text.split()[0]) == ("@bela", "RIASZTÁS")
        assert [each.subject for each in desk.open_incidents()] == [LOBBY, GARDEN]


async def test_an_alarm_about_what_is_gone_is_closed_and_its_neighbour_s_is_not(house: AlarmHouse) -> None:
    house.subjects = lambda: [GARDEN]
    async with house.started() as desk:
        for subject in (LOBBY, GARDEN):
            desk.raise_alarm(Condition.NO_FILES, subject, camera=subject)
        await house.pass_time(700)

        desk.forget({LOBBY})
        await house.pass_time(60)

        assert [each.subject for each in desk.open_incidents()] == [GARDEN]


async def test_the_crashes_of_a_service_that_was_replaced_do_not_count_against_its_successor(house: AlarmHouse) -> None:
    clock: FakeClock = house.clock
    board = HealthBoard(clock)
    async with house.started() as desk:
        HealthWatch(board, desk, clock)
        board.enter("radio", essential=False)
        for _ in range(OFTEN - 1):
            board.change("radio", State.BACKING_OFF, error="broken", restarted=True)
        board.leave("radio")
        board.enter("radio", essential=False)
        board.change("radio", State.STARTING)
        board.change("radio", State.BACKING_OFF, error="broken", restarted=True)
        board.beat("radio")
        board.change("radio", State.RUNNING)

        signal = desk._signals[Condition.SERVICE_CRASHING, "radio"]
        assert not signal.raised
