"""A message with a picture: shown once like any other, and where a picture cannot go, its words go alone."""

import pytest
from telethon.tl import functions

from lahmadaemon.alerts.telegram.channel import TelegramChannel
from lahmadaemon.errors import Refused, UpstreamError
from tests.alerts_telegram.conftest import Stage
from tests.fakes.telegram_server import Trouble

MEDIA = functions.messages.SendMediaRequest
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2000  # several parts of an upload


async def test_a_picture_arrives_whole_with_its_words(stage: Stage, open_channel: TelegramChannel) -> None:
    await open_channel.send("@anna", "2026-W47: 812 óra", 7, PICTURE)

    (message,) = stage.server.messages
    assert (message.text, message.picture, message.random_id) == ("2026-W47: 812 óra", PICTURE, 7)


async def test_words_that_are_too_many_for_a_picture_are_cut(stage: Stage, open_channel: TelegramChannel) -> None:
    await open_channel.send("@anna", "a" * 3000, 7, PICTURE)

    assert stage.texts == ["a" * 1023 + "…"]


@pytest.mark.parametrize("refusal", ["CHAT_SEND_PHOTOS_FORBIDDEN", "PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED"])
async def test_where_no_picture_may_go_the_words_go_alone(
    stage: Stage, open_channel: TelegramChannel, no_pause: None, refusal: str
) -> None:
    stage.server.will(MEDIA, refusal)

    await open_channel.send("@anna", "a week", 7, PICTURE)

    (message,) = stage.server.messages
    assert (message.text, message.picture) == ("a week", None)


async def test_a_blocked_bot_is_refused_with_a_picture_too(stage: Stage, open_channel: TelegramChannel) -> None:
    stage.server.will(MEDIA, "USER_IS_BLOCKED")

    with pytest.raises(Refused):
        await open_channel.send("@anna", "a week", 7, PICTURE)


async def test_a_picture_whose_answer_was_lost_is_shown_once(
    stage: Stage, open_channel: TelegramChannel, no_pause: None
) -> None:
    stage.server.will(MEDIA, Trouble.DONE_AND_HUNG_UP)

    with pytest.raises(UpstreamError):
        await open_channel.send("@anna", "once", 7, PICTURE)
    await open_channel.open()
    await open_channel.send("@anna", "once", 7, PICTURE)

    assert stage.texts == ["once"]
