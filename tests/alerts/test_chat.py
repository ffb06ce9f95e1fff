"""What people may write in the chat, what is noted of it, and what they hear."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.chat import Chat, parse
from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.errors import UpstreamError
from tests.alerts.house import BUDAPEST, AlarmHouse

LOBBY = "visitors.lobby"


async def today() -> str:
    return "12 in, 11 out"


async def broken() -> str:
    raise UpstreamError("the store does not answer")


def chat(house: AlarmHouse, desk: Desk) -> Chat:
    words = Wording(house.language, BUDAPEST)
    texts = {"today": today, "week": broken}
    return Chat(desk, AlertStore(house.store), house.clock, words, house.recipients, texts)


async def noted(path: Path) -> Sequence[tuple[str, str, str]]:
    def read() -> list[tuple[str, str, str]]:
        with closing(sqlite3.connect(path / "lahmadaemon.db")) as connection:
            return connection.execute("SELECT who, command, outcome FROM alert_audit ORDER BY number").fetchall()

    return await asyncio.to_thread(read)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/mute lobby 2h", ("/mute", ["lobby", "2h"])),
        ("/MUTE@lahma_bot  lobby\n2h", ("/mute", ["lobby", "2h"])),
        ("hello there", ("hello", ["there"])),
        ("", ("", [])),
        (" \u00a0", ("", [])),
    ],
)
def test_a_command_is_a_name_and_words(text: str, command: tuple[str, list[str]]) -> None:
    assert tuple(parse(text)) == command


async def test_an_open_alarm_is_listed_muted_acknowledged_and_spoken_of_again(
    house: AlarmHouse, tmp_path: Path
) -> None:
    async with house.started() as desk:
        talk = chat(house, desk)
        assert await talk.answer("ann", "/alarms") == "No open alarms."
        desk.raise_alarm(Condition.NO_FILES, LOBBY, camera="lobby")
        await house.pass_time(30)
        assert await talk.answer("ann", "/alarms") == (
            "#1 no_files:visitors.lobby – no files from camera lobby, since 19:57 (firing, critical)"
        )
        assert await talk.answer("ann", "/mute lobby 2h") == "Muted lobby until 21:57. /unmute lobby ends it."
        assert await talk.answer("ann", "/ack 1") == (
            "Acknowledged: #1 no_files:visitors.lobby. There will be no reminders; you will hear when it is over."
        )
        assert await talk.answer("ann", "/alarms") == (
            "#1 no_files:visitors.lobby – no files from camera lobby, since 19:57"
            " (firing, critical, acknowledged by ann, muted until 21:57)\nMuted: lobby until 21:57"
        )
        assert await talk.answer("bob", "/unmute LOBBY") == "lobby is not muted any more."

    rows = await noted(tmp_path)
    assert [(who, command) for who, command, _ in rows[1:3]] == [("ann", "/alarms"), ("ann", "/mute lobby 2h")]
    assert {outcome for _, _, outcome in rows} == {"done"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/mute lobby", "Write what and for how long, such as: /mute lobby 2h"),
        ("/mute", "Write what and for how long, such as: /mute lobby 2h"),
        ("/mute lobby 2", "'2' is not a time from 1s to 30d. Write for example: /mute lobby 2h"),
        ("/mute lobby 0", "'0' is not a time from 1s to 30d. Write for example: /mute lobby 2h"),
        ("/mute lobby 31d", "'31d' is not a time from 1s to 30d. Write for example: /mute lobby 2h"),
        ("/mute loby 2h", "nothing is called 'loby'; did you mean lobby?"),
        ("/mute xyzzy 2h", "nothing is called 'xyzzy'"),
        ("/unmute lobby", "'lobby' is not muted; muted: nothing"),
        ("/unmute", "Write what, such as: /unmute lobby"),
        ("/ack lobby now", "Write what, such as: /ack lobby"),
        ("/ack garden", "nothing is called 'garden'"),
        ("/alarm", "I do not know '/alarm'. Did you mean /alarms? /help lists what I know."),
        ("hello", "I do not know 'hello'. Did you mean /help? /help lists what I know."),
        ("", "I do not know ''. /help lists what I know."),
        ("/status", "I do not know '/status'. /help lists what I know."),
    ],
)
async def test_what_cannot_be_done_is_answered_with_what_can(
    house: AlarmHouse, tmp_path: Path, text: str, answer: str
) -> None:
    async with house.started() as desk:
        desk.raise_alarm(Condition.NO_FILES, LOBBY)
        await house.pass_time(30)
        assert await chat(house, desk).answer("ann", text) == answer

    assert await noted(tmp_path) == [("ann", text, "refused")]


async def test_rooms_answer_for_themselves(house: AlarmHouse, tmp_path: Path) -> None:
    async with house.started() as desk:
        talk = chat(house, desk)
        assert await talk.answer("ann", "/today") == "12 in, 11 out"
        assert await talk.answer("ann", "/week") == "That does not work now: the store does not answer"
        help_text = await talk.answer("ann", "/help")

    assert "/today: " in help_text
    assert "/status" not in help_text
    assert [outcome for _, _, outcome in await noted(tmp_path)] == ["done", "failed", "done"]


async def test_a_test_reaches_everybody(house: AlarmHouse) -> None:
    house.recipients = ["@ann", "@bob"]
    async with house.started() as desk:
        answer = await chat(house, desk).answer("ann", "/test")
        await house.pass_time(10)

    assert answer == "A test message is on its way to 2 recipient(s)."
    for recipient in house.recipients:
        assert house.channel.messages(recipient) == ["A test: messages from lahmadaemon reach you."]


async def test_strangers_are_noted_and_hear_nothing(house: AlarmHouse, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with house.started() as desk:
            await chat(house, desk).refuse("eve\n", "/mute lobby 2h\0")

    assert await noted(tmp_path) == [("eve\\n", "/mute lobby 2h\\x00", "not allowed")]
    assert [line["who"] for line in logs if line["event"] == "alert.stranger_refused"] == ["eve\\n"]


async def test_a_command_that_cannot_be_noted_says_so(house: AlarmHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def write() -> object:
        raise UpstreamError("disk full")

    async with house.started() as desk:
        await house.pass_time(5)
        with monkeypatch.context() as full:
            full.setattr(house.store, "write", write)
            answer = await chat(house, desk).answer("ann", "/today")
            assert (await chat(house, desk).answer("ann", "/mute no_files 2h")).startswith("That does not work now")
            assert desk.mutes.lasting(house.clock.now()) == []

    assert answer == "12 in, 11 out\n(This could not be noted: disk full)"
