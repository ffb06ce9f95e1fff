"""One message: shown once whatever happens on the way, and every refusal understood for what it is."""

import asyncio
from typing import Any

import pytest
from telethon.tl import functions

from lahmadaemon.alerts.telegram.channel import TelegramChannel
from lahmadaemon.alerts.telegram.opening import Answering
from lahmadaemon.errors import HopelessError, Refused, UpstreamError
from tests.alerts_telegram.conftest import ACCOUNT, Stage
from tests.fakes.clock import until
from tests.fakes.telegram_server import Trouble

SEND = functions.messages.SendMessageRequest


@pytest.mark.parametrize(
    "text",
    [
        "摄像头 3 号:文件夹里没有文件",
        "A 3-as kamera mappája üres: árvíztűrő tükörfúrógép",
        "__init__ `code` [a](b) **x** https://example.org <b>&amp;</b>",
        "  leading, trailing \n\n",
        "👨‍👩‍👧‍👦 𝄞",
    ],
)
async def test_a_text_arrives_as_it_was_written(stage: Stage, open_channel: TelegramChannel, text: str) -> None:
    await open_channel.send("@anna", text, 7)

    (message,) = stage.server.messages
    assert (message.text, message.random_id, message.to, message.plain) == (text, 7, stage.anna, True)


async def test_a_text_that_is_too_long_is_cut_rather_than_lost(stage: Stage, open_channel: TelegramChannel) -> None:
    await open_channel.send("@anna", "😀" * 5000, 7)

    assert stage.texts == ["😀" * 2047 + "…"]


async def test_a_file_name_in_another_encoding_does_not_stop_an_alarm(
    stage: Stage, open_channel: TelegramChannel
) -> None:
    await open_channel.send("@anna", "bad file f\udcfcr.json", 7)

    assert stage.texts == ["bad file f\ufffdr.json"]


@pytest.mark.parametrize("trouble", [Trouble.DONE_AND_HUNG_UP, Trouble.LOST_AND_HUNG_UP])
async def test_a_message_whose_answer_was_lost_is_shown_once(
    stage: Stage, open_channel: TelegramChannel, no_pause: None, trouble: Trouble
) -> None:
    stage.server.will(SEND, trouble)

    with pytest.raises(UpstreamError) as caught:
        await open_channel.send("@anna", "once", 7)
    await open_channel.open()
    await open_channel.send("@anna", "once", 7)

    assert caught.value.outcome == "broken"
    assert stage.texts == ["once"]


@pytest.mark.parametrize("trouble", [Trouble.DONE_AND_SILENT, Trouble.LOST_AND_SILENT])
async def test_a_message_that_is_not_answered_is_given_up_at_the_deadline_and_shown_once(
    stage: Stage, no_pause: None, trouble: Trouble
) -> None:
    stage.logged_in()
    channel = stage.channel(send_deadline=1.5)
    await channel.open()
    stage.server.will(SEND, trouble)

    with pytest.raises(UpstreamError, match=r"did not answer within 1\.5 s") as caught:
        await channel.send("@anna", "once", 7)
    await channel.open()
    await channel.send("@anna", "once", 7)

    assert caught.value.outcome == "timeout"
    assert stage.texts == ["once"]


async def test_a_message_given_up_does_not_come_late_from_a_connection_that_lives_on(stage: Stage) -> None:
    """Telethon sends what was abandoned again after it has reconnected; a message taken back would come after all."""
    stage.logged_in()
    channel = stage.channel(send_deadline=1.5)
    await channel.open()
    stage.server.will(SEND, Trouble.LOST_AND_SILENT)
    with pytest.raises(UpstreamError):
        await channel.send("@anna", "taken back", 7)
    stage.server.hang_up()

    await channel.open()
    await channel.send("@anna", "another", 8)

    assert stage.texts == ["another"]


async def test_a_message_that_has_arrived_already_is_delivered(
    stage: Stage, open_channel: TelegramChannel, no_pause: None
) -> None:
    await open_channel.send("@anna", "once", 7)
    await open_channel.send("@anna", "once", 7)

    assert stage.texts == ["once"]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [("FLOOD_WAIT_5", 5.0), ("FLOOD_WAIT_3600", 3600.0), ("SLOWMODE_WAIT_40", 40.0), ("FLOOD_PREMIUM_WAIT_7", 7.0),
     ("PEER_FLOOD", 3600.0), ("FLOOD_WAIT_0", 1.0)],
)  # fmt: skip
async def test_asked_to_wait_we_are_told_for_how_long(
    stage: Stage, open_channel: TelegramChannel, error: str, seconds: float
) -> None:
    stage.server.will(SEND, error)

    with pytest.raises(UpstreamError) as caught:
        await open_channel.send("@anna", "later", 7)

    assert (caught.value.retry_after, caught.value.outcome) == (seconds, "flood")


async def nobody(who: str, text: str) -> Any:
    """Neither answers nor refuses: nothing is asked in these tests."""


@pytest.mark.parametrize("answering", [None, Answering(frozenset(), nobody, nobody)])
async def test_one_chat_s_wait_holds_up_no_other_chat(stage: Stage, answering: Answering | None) -> None:
    """Telethon refuses every message by itself after one FLOOD_WAIT, where commands are listened to: an alarm for
    somebody else would wait an hour."""
    stage.logged_in()
    channel = stage.channel(answering=answering)
    await channel.open()
    stage.server.will(SEND, "FLOOD_WAIT_3600")
    with pytest.raises(UpstreamError):
        await channel.send("@anna", "later", 7)

    await channel.send("@bela", "now", 8)

    assert [message.to for message in stage.server.messages] == [stage.bela]


@pytest.mark.parametrize(
    "error",
    ["USER_IS_BLOCKED", "INPUT_USER_DEACTIVATED", "CHAT_WRITE_FORBIDDEN", "USER_BANNED_IN_CHANNEL", "PEER_ID_INVALID",
     "CHANNEL_PRIVATE", "CHAT_ADMIN_REQUIRED", "YOU_BLOCKED_USER", "CHAT_SEND_PLAIN_FORBIDDEN", "USER_IS_BOT",
     "MESSAGE_EMPTY", "PRIVACY_NEWLY_INVENTED_FORBIDDEN", "CHAT_RESTRICTED"],
)  # fmt: skip
async def test_a_no_for_good_to_one_recipient_is_one(stage: Stage, open_channel: TelegramChannel, error: str) -> None:
    stage.server.will(SEND, error)

    with pytest.raises(Refused, match="Telegram says: "):
        await open_channel.send("@anna", "never", 7)
    await open_channel.send("@bela", "others still get theirs", 8)

    assert stage.texts == ["others still get theirs"]


@pytest.mark.parametrize("error", ["INTERNAL", "RPC_CALL_FAIL"])
async def test_a_server_s_own_trouble_passes(
    stage: Stage, open_channel: TelegramChannel, no_pause: None, error: str
) -> None:
    stage.server.will(SEND, error, error)

    with pytest.raises(UpstreamError) as caught:
        await open_channel.send("@anna", "soon", 7)
    await open_channel.send("@anna", "soon", 7)

    assert caught.value.outcome == "server"
    assert stage.texts == ["soon"]


async def test_one_hiccup_of_a_server_is_not_even_told(
    stage: Stage, open_channel: TelegramChannel, no_pause: None
) -> None:
    stage.server.will(SEND, "INTERNAL")

    await open_channel.send("@anna", "at once", 7)

    assert stage.texts == ["at once"]


async def test_an_error_that_nobody_knows_yet_is_tried_again_later(stage: Stage, open_channel: TelegramChannel) -> None:
    stage.server.will(SEND, "SOMETHING_NEW_OF_2031")

    with pytest.raises(UpstreamError, match="SOMETHING_NEW_OF_2031"):
        await open_channel.send("@anna", "later", 7)


@pytest.mark.parametrize(
    "error", ["SESSION_REVOKED", "AUTH_KEY_UNREGISTERED", "USER_DEACTIVATED", "AUTH_KEY_DUPLICATED"]
)
async def test_a_bot_that_loses_its_login_in_between_gets_a_new_one(
    stage: Stage, open_channel: TelegramChannel, error: str
) -> None:
    stage.server.end_logins(error)

    with pytest.raises(UpstreamError) as caught:
        await open_channel.send("@anna", "still there", 7)
    await open_channel.open()
    await open_channel.send("@anna", "still there", 7)

    assert caught.value.outcome == "login"
    assert stage.texts == ["still there"]


async def test_a_bot_whose_new_login_is_refused_as_well_needs_a_human(stage: Stage) -> None:
    """Otherwise it would log in for ever, until Telegram bans it."""
    channel = stage.channel()
    await channel.open()
    stage.server.will(SEND, "SESSION_REVOKED")

    with pytest.raises(HopelessError, match="Ask @BotFather, then restart"):
        await channel.send("@anna", "x", 7)


async def test_a_bot_that_has_delivered_since_its_last_login_may_lose_it_again(stage: Stage) -> None:
    channel = stage.channel()
    await channel.open()
    for number in range(2):
        await channel.send("@anna", "well", number)
        stage.server.will(SEND, "SESSION_REVOKED")
        with pytest.raises(UpstreamError, match="the bot logs in again"):
            await channel.send("@anna", "again", 7)
        stage.server.end_logins("SESSION_REVOKED")
        await channel.open()
        await channel.send("@anna", "again", 10 + number)

    assert stage.texts == ["well", "again"] * 2


async def test_an_account_that_loses_its_login_in_between_needs_a_human(stage: Stage) -> None:
    stage.logged_in(stage.me)
    channel = stage.channel(ACCOUNT)
    await channel.open()
    stage.server.end_logins("SESSION_REVOKED")

    with pytest.raises(HopelessError, match="run `lahmadaemon telegram login`, then restart"):
        await channel.send("me", "x", 7)


async def test_a_connection_closed_under_a_message_is_trouble_and_not_our_being_stopped(
    stage: Stage, open_channel: TelegramChannel
) -> None:
    """Telethon cancels what is under way when it disconnects; taken for a stop, that would end the sender for ever."""
    stage.server.will(SEND, Trouble.LOST_AND_SILENT)
    sending = asyncio.create_task(open_channel.send("@anna", "x", 7))
    await until(lambda: not stage.server.to_come(SEND))
    assert open_channel._client

    await open_channel._client.disconnect()

    with pytest.raises(UpstreamError, match="ended meanwhile"):
        await sending


async def test_our_being_stopped_under_a_message_is_just_that(stage: Stage, open_channel: TelegramChannel) -> None:
    stage.server.will(SEND, Trouble.LOST_AND_SILENT)
    sending = asyncio.create_task(open_channel.send("@anna", "x", 7))
    await until(lambda: not stage.server.to_come(SEND))

    sending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_no_secret_stands_in_an_error(stage: Stage, open_channel: TelegramChannel) -> None:
    for error in ["INTERNAL_CANARY", "SESSION_REVOKED", "CHAT_WRITE_FORBIDDEN", "FLOOD_WAIT_9"]:
        stage.server.will(SEND, error)
        await open_channel.open()
        with pytest.raises((UpstreamError, HopelessError, Refused)) as caught:
            await open_channel.send("@anna", "text is private too", 7)
        assert not any(word in str(caught.value) for word in ("canaryC", "0123456789abcdef", "private", "caused by"))
