"""Connecting and logging in: what a bot does by itself, what it leaves to a human, and how long anything may take."""

import asyncio
import gc
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telethon import TelegramClient
from telethon.sessions import StringSession
from telethon.tl import functions

from lahmadaemon import atomic
from lahmadaemon.alerts.telegram.channel import CONNECT_DEADLINE, SEND_DEADLINE, TelegramChannel
from lahmadaemon.alerts.telegram.client import let_go, make_client
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.errors import HopelessError, UpstreamError
from tests.alerts_telegram.conftest import ACCOUNT, BOT, Stage, disconnected
from tests.fakes.clock import settled, until
from tests.fakes.telegram_server import Trouble


async def complaint(channel: TelegramChannel, kind: type[Exception] = HopelessError) -> str:
    with pytest.raises(kind) as caught:
        await channel.open()
    assert type(caught.value).__mro__.index(kind) <= 1
    return str(caught.value)


async def test_a_bot_logs_in_by_itself_and_keeps_its_login_to_itself(stage: Stage) -> None:
    with capture_logs() as logs:
        channel = stage.channel()
        await channel.open()
    await channel.send("@anna", "first", 1)

    assert stage.texts == ["first"]
    assert logs == [{"event": "alert.telegram_logged_in", "log_level": "info", "name": "lahma_bot"}]
    assert stat.S_IMODE(stage.session_path.stat().st_mode) == 0o600
    assert len(stage.session_path.read_text()) == 353


@pytest.mark.slow
async def test_a_second_start_uses_the_login_of_the_first(stage: Stage) -> None:
    first = stage.channel()
    await first.open()
    await first.close()
    stage.server.requests.clear()

    second = stage.channel()
    await second.open()
    await second.send("@anna", "second", 2)

    assert stage.texts == ["second"]
    assert stage.server.handshakes == 1
    assert "ImportBotAuthorization" not in stage.server.requests


async def test_opening_what_is_open_does_nothing(stage: Stage, open_channel: TelegramChannel) -> None:
    before = list(stage.server.requests)

    await open_channel.open()
    await asyncio.gather(open_channel.open(), open_channel.open())

    assert stage.server.requests == before


async def test_two_who_open_at_once_make_one_connection(stage: Stage) -> None:
    stage.logged_in()
    channel = stage.channel()

    await asyncio.gather(channel.open(), channel.open())

    assert stage.server.requests.count("GetConfig") == 1


async def test_telegram_sees_our_name_and_version_not_the_machine_s(
    stage: Stage, open_channel: TelegramChannel
) -> None:
    assert [version.split()[0] for version in stage.server.versions] == ["lahmadaemon"]


async def test_a_connection_that_was_hung_up_is_opened_anew(stage: Stage, open_channel: TelegramChannel) -> None:
    stage.server.hang_up()
    await disconnected(open_channel)

    with pytest.raises(UpstreamError, match="no connection"):
        await open_channel.send("@anna", "lost?", 1)
    await open_channel.open()
    await open_channel.send("@anna", "lost?", 1)

    assert stage.texts == ["lost?"]


async def test_a_server_that_is_down_and_comes_back_on_the_same_port_is_reached_again(
    stage: Stage, open_channel: TelegramChannel
) -> None:
    await stage.server.stop()
    await disconnected(open_channel)
    for _ in range(3):
        assert await complaint(open_channel, UpstreamError) == "Telegram is unreachable: Connection to Telegram failed"

    await stage.server.start()
    await open_channel.open()
    await open_channel.send("@anna", "back", 1)

    assert stage.texts == ["back"]


@pytest.mark.parametrize("request_", [functions.help.GetConfigRequest, functions.users.GetUsersRequest])
async def test_a_silent_server_is_left_at_the_deadline(stage: Stage, request_: type) -> None:
    stage.logged_in()
    channel = stage.channel(connect_deadline=1.5)
    stage.server.will(request_, Trouble.LOST_AND_SILENT)

    assert await complaint(channel, UpstreamError) == "Telegram did not answer within 1.5 s"
    await channel.open()
    await channel.send("@anna", "after all", 1)

    assert stage.texts == ["after all"]


async def test_something_else_that_accepts_and_says_nothing_is_left_at_the_deadline(stage: Stage) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    await stage.server.stop()
    other = await asyncio.start_server(silent, "127.0.0.1", stage.server.port)
    channel = stage.channel(connect_deadline=1.5)

    assert "did not answer" in await complaint(channel, UpstreamError)

    other.close()
    await settled()


async def test_something_else_that_hangs_up_within_the_handshake_is_a_broken_connection(stage: Stage) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    await stage.server.stop()
    other = await asyncio.start_server(rude, "127.0.0.1", stage.server.port)
    channel = stage.channel()

    assert "Telegram is unreachable: 0 bytes read" in await complaint(channel, UpstreamError)

    other.close()
    await settled()


async def test_a_stop_while_connecting_is_a_stop_and_leaves_nothing_open(stage: Stage) -> None:
    stage.logged_in()
    stage.server.will(functions.help.GetConfigRequest, Trouble.LOST_AND_SILENT)
    opening = asyncio.create_task(stage.channel().open())
    await until(lambda: not stage.server.to_come(functions.help.GetConfigRequest))

    opening.cancel()

    with pytest.raises(asyncio.CancelledError):
        await opening


@pytest.mark.parametrize(
    "error", ["SESSION_REVOKED", "SESSION_EXPIRED", "AUTH_KEY_UNREGISTERED", "AUTH_KEY_DUPLICATED", "FORGOTTEN"]
)
async def test_a_bot_whose_login_has_ended_logs_in_again(stage: Stage, error: str) -> None:
    stage.logged_in()
    stage.server.end_logins(error)

    with capture_logs() as logs:
        channel = stage.channel()
        await channel.open()
    await channel.send("@anna", "again", 1)

    assert stage.texts == ["again"]
    assert [line["event"] for line in logs] == ["alert.telegram_login_lost", "alert.telegram_logged_in"]


@pytest.mark.parametrize("error", ["SESSION_REVOKED", "AUTH_KEY_UNREGISTERED", "AUTH_KEY_DUPLICATED", "FORGOTTEN"])
async def test_an_account_whose_login_has_ended_needs_a_human(stage: Stage, error: str) -> None:
    stage.logged_in(stage.me)
    stage.server.end_logins(error)

    told = await complaint(stage.channel(ACCOUNT))

    assert "run `lahmadaemon telegram login`, then restart" in told


async def test_an_account_that_never_logged_in_needs_a_human_and_asks_nobody(stage: Stage) -> None:
    told = await complaint(stage.channel(ACCOUNT))

    assert told == "nobody has logged in yet; run `lahmadaemon telegram login`, then restart"
    assert stage.server.requests == []


async def test_the_login_of_another_bot_is_not_used(stage: Stage) -> None:
    other = stage.server.bot("987654321:" + "B" * 35, "Other_bot")
    before = stage.logged_in(other)

    channel = stage.channel()
    await channel.open()
    await channel.send("@anna", "from whom?", 1)

    assert stage.server.messages[0].sender == stage.bot.id
    assert stage.session_path.read_text() != before


@pytest.mark.parametrize("who", ["bot", "anna"])
async def test_the_login_of_somebody_else_is_not_used_for_an_account(stage: Stage, who: str) -> None:
    stage.anna.phone = "4912345678"
    stage.logged_in(getattr(stage, who))

    assert "belongs to somebody else; run `lahmadaemon telegram login`" in await complaint(stage.channel(ACCOUNT))


async def test_a_login_that_was_given_is_used_and_no_file_made(stage: Stage) -> None:
    channel = stage.channel(session=stage.server.session_for(stage.bot))
    await channel.open()

    assert not stage.session_path.exists()
    assert stage.server.handshakes == 0


async def test_a_login_that_was_given_and_has_ended_is_not_replaced_behind_anybody_s_back(stage: Stage) -> None:
    channel = stage.channel(session=stage.server.session_for(None))

    assert "LAHMA_TELEGRAM__SESSION is of no use: replace it" in await complaint(channel)
    assert "ImportBotAuthorization" not in stage.server.requests


@pytest.mark.parametrize("text", ["garbage", "1short", "1" + "A" * 351, "2" + "A" * 352])
async def test_a_damaged_file_does_not_stop_a_bot(stage: Stage, text: str) -> None:
    stage.session_path.write_text(text)

    await stage.channel().open()

    assert len(stage.session_path.read_text()) == 353


async def test_a_damaged_file_is_told_to_an_account_s_human(stage: Stage) -> None:
    stage.session_path.write_text("garbage")

    assert "the session string is damaged; run" in await complaint(stage.channel(ACCOUNT))


async def test_a_login_that_cannot_be_kept_is_used_all_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes, *, mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "write", full)
    channel = stage.channel()
    with capture_logs() as logs:
        await channel.open()
    await channel.send("@anna", "the disk is full", 1)

    assert stage.texts == ["the disk is full"]
    assert logs[0]["event"] == "alert.telegram_session_not_kept"


async def test_a_file_that_cannot_be_read_is_told_with_its_name(stage: Stage) -> None:
    stage.session_path.mkdir()

    assert f"{stage.session_path} cannot be read" in await complaint(stage.channel())


async def test_a_wrong_token_needs_a_human(stage: Stage) -> None:
    stage.server.tokens.clear()

    told = await complaint(stage.channel())

    assert "correct LAHMA_TELEGRAM__" in told
    assert "canary" not in told


@pytest.mark.parametrize("error", ["API_ID_INVALID", "CONNECTION_API_ID_INVALID", "API_ID_PUBLISHED_FLOOD"])
async def test_a_wrong_application_needs_a_human(stage: Stage, error: str) -> None:
    stage.server.will(functions.auth.ImportBotAuthorizationRequest, error)

    assert "correct LAHMA_TELEGRAM__" in await complaint(stage.channel())


async def test_a_login_refused_for_a_time_is_tried_later(stage: Stage) -> None:
    stage.server.will(functions.auth.ImportBotAuthorizationRequest, "FLOOD_WAIT_900")

    with pytest.raises(UpstreamError) as caught:
        await stage.channel().open()

    assert (caught.value.retry_after, caught.value.outcome) == (900.0, "flood")


async def test_a_bot_that_lives_in_another_data_centre_is_followed_there(stage: Stage, no_pause: None) -> None:
    TelegramClient._config = None  # Telethon keeps the list of data centres for the whole process
    stage.server.will(functions.auth.ImportBotAuthorizationRequest, "USER_MIGRATE_2")

    channel = stage.channel()
    await channel.open()
    await channel.send("@anna", "moved house", 1)

    assert stage.texts == ["moved house"]
    assert stage.server.handshakes == 2


async def test_closing_what_was_never_open_or_is_dead_raises_nothing(
    stage: Stage, open_channel: TelegramChannel
) -> None:
    await stage.channel().close()
    stage.server.hang_up()
    await open_channel.close()
    await open_channel.close()


async def test_an_account_s_own_login_is_used(stage: Stage) -> None:
    stage.logged_in(stage.me)
    channel = stage.channel(ACCOUNT)
    await channel.open()

    await channel.send("me", "to myself", 1)

    assert [(message.to, message.text) for message in stage.server.messages] == [(stage.me, "to myself")]


async def test_a_connection_that_breaks_while_it_begins_leaves_no_complaint(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Telethon keeps the reason in a future that nobody looks at; asyncio would call that an error in the log."""
    stage.logged_in()
    channel = stage.channel()
    stage.server.will(functions.help.GetConfigRequest, Trouble.LOST_AND_HUNG_UP)

    await complaint(channel, UpstreamError)
    gc.collect()

    assert caplog.records == []


async def test_a_login_over_ipv6_is_kept_where_it_is(stage: Stage) -> None:
    """Told otherwise, Telethon goes to another address with a key that is unknown there."""
    session = StringSession(stage.server.session_for(stage.bot))
    session.set_dc(2, "2001:db8::2", 443)
    client = make_client(TelegramSettings.model_validate(BOT), session.save())

    assert (client._use_ipv6, client.session.server_address) == (True, "2001:db8::2")
    await let_go(client)


def test_the_deadlines_are_those_of_the_house() -> None:
    assert (CONNECT_DEADLINE, SEND_DEADLINE) == (15.0, 20.0)
