"""Commands in the chat: obeyed for those who may, noted for those who may not, never for what was meant for others."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from telethon.tl import functions

from lahmadaemon.alerts.telegram.channel import TelegramChannel
from lahmadaemon.alerts.telegram.opening import Answering
from tests.alerts_telegram.conftest import ACCOUNT, BOT, Stage, disconnected
from tests.fakes.clock import until
from tests.fakes.telegram_server import Trouble


class Desk:
    """Answers, and remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str]] = []
        self.reply = "all is well"

    async def answer(self, who: str, text: str) -> str:
        self.asked.append((who, text))
        if text == "/crash":
            raise RuntimeError("the desk has burnt down")
        return self.reply

    async def refuse(self, who: str, text: str) -> None:
        self.refused.append((who, text))

    def answering(self, *allowed: int) -> Answering:
        return Answering(frozenset(allowed), self.answer, self.refuse)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def listening(stage: Stage, desk: Desk, given: dict[str, Any] | None = None, **more: Any) -> TelegramChannel:
    stage.logged_in(stage.me if given is ACCOUNT else stage.bot)
    channel = stage.channel(given or BOT, answering=desk.answering(stage.anna.id), **more)
    await channel.open()
    return channel


async def a_while(channel: TelegramChannel, stage: Stage, desk: Desk) -> None:
    """Until a later command was answered: earlier ones were heard, or will never be."""
    count = len(desk.asked)
    await stage.server.wrote(stage.anna, "/last", stage.bot)
    await until(lambda: len(desk.asked) > count)
    desk.asked.pop()


async def test_whoever_may_is_answered_where_they_asked(stage: Stage, desk: Desk) -> None:
    await listening(stage, desk)

    await stage.server.wrote(stage.anna, "/status now", stage.bot)
    await until(lambda: stage.texts)

    assert desk.asked == [("777", "/status now")]
    assert [(message.to, message.text) for message in stage.server.messages] == [(stage.anna, "all is well")]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_in_a_group_the_answer_goes_to_the_group(stage: Stage, desk: Desk, kind: str) -> None:
    group = stage.server.group(55) if kind == "group" else stage.server.channel(66)
    await listening(stage, desk)

    await stage.server.wrote(stage.anna, "/status@Lahma_Bot 2h", stage.bot, group)
    await until(lambda: stage.texts)

    assert desk.asked == [("777", "/status 2h")]
    assert stage.server.messages[0].to is group


async def test_whoever_may_not_is_noted_and_gets_no_answer(stage: Stage, desk: Desk) -> None:
    channel = await listening(stage, desk)

    await stage.server.wrote(stage.bela, "/mute all", stage.bot)
    await until(lambda: desk.refused)
    await a_while(channel, stage, desk)

    assert desk.refused == [("888", "/mute all")]
    assert desk.asked == []
    assert all(message.to is stage.anna for message in stage.server.messages)


@pytest.mark.parametrize("text", ["hello", " /status", "see /status", "/status@other_bot", "/status@lahma_bot2"])
async def test_what_is_no_command_or_another_bot_s_is_left_alone(stage: Stage, desk: Desk, text: str) -> None:
    channel = await listening(stage, desk)

    await stage.server.wrote(stage.anna, text, stage.bot)
    await a_while(channel, stage, desk)

    assert (desk.asked, desk.refused) == ([], [])


async def test_a_command_from_before_an_outage_is_not_obeyed_after_it(stage: Stage, desk: Desk) -> None:
    channel = await listening(stage, desk)

    await stage.server.wrote(stage.anna, "/mute all", stage.bot, date=datetime.now(UTC) - timedelta(minutes=5))
    await a_while(channel, stage, desk)

    assert desk.asked == []


async def test_after_a_new_connection_commands_are_heard_again(stage: Stage, desk: Desk) -> None:
    channel = await listening(stage, desk)
    stage.server.hang_up()
    await disconnected(channel)

    await channel.open()
    await stage.server.wrote(stage.anna, "/status", stage.bot)
    await until(lambda: stage.texts)

    assert stage.texts == ["all is well"]


async def test_a_long_answer_is_cut_and_written_as_it_is(stage: Stage, desk: Desk) -> None:
    await listening(stage, desk)
    desk.reply = "__x__ 摄像头 " * 1000

    await stage.server.wrote(stage.anna, "/status", stage.bot)
    await until(lambda: stage.texts)

    (message,) = stage.server.messages
    assert message.text == desk.reply[:4095] + "…"
    assert message.plain


async def test_a_command_that_breaks_is_told_and_the_next_is_heard(stage: Stage, desk: Desk) -> None:
    channel = await listening(stage, desk)

    with capture_logs() as logs:
        await stage.server.wrote(stage.anna, "/crash", stage.bot)
        await a_while(channel, stage, desk)

    assert [(line["event"], line["log_level"]) for line in logs] == [("alert.command_failed", "error")]


@pytest.mark.parametrize("trouble", [Trouble.LOST_AND_SILENT, Trouble.LOST_AND_HUNG_UP, "CHAT_WRITE_FORBIDDEN"])
async def test_an_answer_that_cannot_be_given_is_told(stage: Stage, desk: Desk, trouble: Trouble | str) -> None:
    """Telethon cancels an answer under way when the connection ends, and says nothing of it."""
    await listening(stage, desk, send_deadline=1.5)
    stage.server.will(functions.messages.SendMessageRequest, trouble)

    with capture_logs() as logs:
        await stage.server.wrote(stage.anna, "/status", stage.bot)
        await until(lambda: logs)

    assert [line["event"] for line in logs] == ["alert.command_failed"]


async def test_an_account_obeys_itself_in_its_saved_messages(stage: Stage, desk: Desk) -> None:
    await listening(stage, desk, ACCOUNT)

    await stage.server.wrote(stage.me, "/status", stage.me)
    await until(lambda: stage.texts)

    assert desk.asked == [("555", "/status")]
    assert stage.server.messages[0].to is stage.me


async def test_an_account_hears_whoever_may_and_leaves_strangers_alone(stage: Stage, desk: Desk) -> None:
    await listening(stage, desk, ACCOUNT)

    await stage.server.wrote(stage.bela, "/start", stage.me)
    await stage.server.wrote(stage.anna, "/status", stage.me)
    await until(lambda: stage.texts)

    assert desk.asked == [("777", "/status")]
    assert desk.refused == []


async def test_what_an_account_writes_to_others_is_no_command_to_us(stage: Stage, desk: Desk) -> None:
    """A person who talks to a bot of somebody else's writes /status, too."""
    group = stage.server.group(55)
    await listening(stage, desk, ACCOUNT)

    await stage.server.wrote(stage.me, "/status", stage.me, group)
    await stage.server.wrote(stage.anna, "/last", stage.me)
    await until(lambda: stage.texts)

    assert desk.asked == [("777", "/last")]


async def test_without_commands_nothing_is_listened_to(stage: Stage, open_channel: TelegramChannel) -> None:
    await stage.server.wrote(stage.anna, "/status", stage.bot)
    await open_channel.send("@anna", "x", 1)

    assert stage.texts == ["x"]
