"""Every machine the settings name is asked, over real HTTP; nothing is changed there, no secret is told."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, Response

from lahmadaemon.checking.asking import Question, Told, door
from lahmadaemon.checking.finding import Finding
from lahmadaemon.checking.remotes import get_me, questions
from lahmadaemon.clock import SystemClock
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.serving import bind
from tests.checking.settings import STATION, loaded
from tests.fakes.scripted_azuracast import Poll, Reply, ScriptedStation
from tests.social.test_sync_client import Other

LONG_AGO = {"Content-Type": "application/json", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"}
NOBODY = Poll(Reply(b"[]", headers=LONG_AGO), Reply(b'{"listeners": {"total": 0, "unique": 0}}'))
TOKEN = "12345:AAF0123456789abcdef0123456789abcdef"


async def answers(folder: Path, **settings: str) -> dict[str, Finding]:
    """What each question finds."""
    given = (await asyncio.to_thread(loaded, folder, **settings)).settings
    async with open_client() as client:
        asked = questions(given, client, SystemClock())
        return {question.about: (await question.answered())[0] for question in asked}


async def test_without_settings_nobody_is_asked(tmp_path: Path) -> None:
    assert await answers(tmp_path) == {}


async def test_a_station_that_answers_is_well_and_says_what_its_clock_shows(tmp_path: Path) -> None:
    async with standing_in(ScriptedStation([NOBODY])) as url, open_client() as client:
        settings = loaded(tmp_path, **STATION | {"LAHMA_RADIO__STATIONS__ONE__URL": url}).settings
        [question] = questions(settings, client, SystemClock())
        finding, skew = await question.answered()

    assert (finding.level, "0 connections now" in finding.said) == ("ok", True)
    assert skew is not None
    assert skew < -3600


async def test_a_station_that_refuses_the_key_says_how_to_get_another(tmp_path: Path) -> None:
    refusing = ScriptedStation([Poll(Reply(b'{"type": "x"}', 401), NOBODY.now_playing)])
    async with standing_in(refusing) as url:
        found = await answers(tmp_path, **STATION | {"LAHMA_RADIO__STATIONS__ONE__URL": url})

    assert (found["radio one"].level, found["radio one"].todo.startswith("create a key")) == ("broken", True)


async def test_what_is_down_says_where_to_look(tmp_path: Path) -> None:
    finding = (await answers(tmp_path, **STATION))["radio one"]

    assert (finding.level, finding.todo) == (
        "broken",
        "is the address right, is it up, does a firewall let us through?",
    )


async def test_partner_webhook_and_heartbeat_hear_a_knock_and_not_a_word(tmp_path: Path) -> None:
    """A request would be a report, an alarm, a sign of life."""
    other = Other(Response())
    async with standing_in(other) as url:
        found = await answers(
            tmp_path,
            LAHMA_VISITORS__FOLDERS__A__PATH="/nowhere",
            LAHMA_VISITORS__PUSHES__MALL__URL=f"{url}/report?key=s3cret",
            LAHMA_ALERTS__WEBHOOK=f"{url}/hook-s3cret",
            LAHMA_HEARTBEAT__URL=f"{url}/ping-s3cret",
        )

    assert {about: finding.level.value for about, finding in found.items()} == {
        "push mall": "ok", "webhook": "ok", "heartbeat": "ok",
    }  # fmt: skip
    assert other.asked == []
    assert "s3cret" not in str(found)


async def test_a_door_that_is_closed_is_unreachable() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UpstreamError, match="unreachable"):
        await door("127.0.0.1", port, tls=False)


async def test_the_creators_app_is_asked_for_its_creators(tmp_path: Path) -> None:
    other = Other(JSONResponse([]))
    async with standing_in(other) as url:
        finding = (await answers(tmp_path, LAHMA_SOCIAL__CREATORS__URL=url))["creators app"]

    assert other.asked == ["GET /api-influencers/creators/"]
    assert finding.level in {"ok", "broken"}


@pytest.mark.parametrize(("status", "level"), [(200, "ok"), (400, "broken"), (500, "broken")])
async def test_meta_is_asked_whether_it_knows_the_app_and_the_secret_stays_out_of_it(
    tmp_path: Path, status: int, level: str
) -> None:
    other = Other(JSONResponse({"id": "77"}, status))
    async with standing_in(other) as url:
        found = await answers(
            tmp_path, LAHMA_SOCIAL__CREATORS__URL=url, LAHMA_SOCIAL__META__URL=url, LAHMA_SOCIAL__META__APP_ID="77",
            LAHMA_SOCIAL__META__APP_SECRET="the-app-s-secret",
        )  # fmt: skip

    assert found["Instagram and Facebook"].level == level
    assert any(line.startswith("GET /v23.0/77") for line in other.asked)
    assert "the-app-s-secret" not in str(found) + str(other.asked)


async def asked_telegram(other: Other) -> Told:
    async with standing_in(other) as url, open_client() as client:
        return await get_me(client, SystemClock(), TOKEN, at=url)


async def test_the_bot_tells_its_name() -> None:
    told = await asked_telegram(Other(JSONResponse({"ok": True, "result": {"username": "lahma_bot"}})))

    assert told.said == "the bot is @lahma_bot"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (JSONResponse({"ok": False}, 401), HopelessError),
        (JSONResponse({}, 502), UpstreamError),
        (Response("<html>"), UpstreamError),
        (JSONResponse([1]), UpstreamError),
    ],
)
async def test_a_token_nobody_knows_and_answers_that_are_none_are_told_apart(
    answer: Response, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await asked_telegram(Other(answer))


async def test_a_secret_in_an_address_is_never_told() -> None:
    async def ask() -> Told:
        raise UpstreamError(f"https://api.telegram.org/bot{TOKEN}/getMe is unreachable")

    finding, _ = await Question("Telegram", ask, hidden=TOKEN).answered()
    assert finding.said == "https://api.telegram.org/bot****/getMe is unreachable"


def test_each_kind_of_remote_has_its_question(tmp_path: Path) -> None:
    everything = STATION | {
        "LAHMA_RADIO__SHOWS__KIND": "azuracast",
        "LAHMA_VISITORS__FOLDERS__A__PATH": "/nowhere",
        "LAHMA_VISITORS__PUSHES__MALL__URL": "https://partner.example",
        "LAHMA_SOCIAL__CREATORS__URL": "https://creators.example",
        "LAHMA_SOCIAL__META__APP_ID": "77",
        "LAHMA_SOCIAL__TIKTOK__CLIENT_KEY": "aw",
        "LAHMA_SOCIAL__TIKTOK__CLIENT_SECRET": "xyz12345",
        "LAHMA_TELEGRAM__API_ID": "12345",
        "LAHMA_TELEGRAM__API_HASH": "0123456789abcdef0123456789abcdef",
        "LAHMA_TELEGRAM__BOT_TOKEN": TOKEN,
        "LAHMA_TELEGRAM__RECIPIENTS": "@anna",
        "LAHMA_ALERTS__WEBHOOK": "https://hooks.example/x",
        "LAHMA_HEARTBEAT__URL": "https://hc.example/x",
    }
    client = open_client()
    found: Sequence[Question] = list(questions(loaded(tmp_path, **everything).settings, client, SystemClock()))

    assert [each.about for each in found] == [
        "radio one", "programme of one", "push mall", "creators app", "Instagram and Facebook", "TikTok", "Telegram",
        "webhook", "heartbeat",
    ]  # fmt: skip
    assert json.dumps([each.hidden for each in found]).count(TOKEN) == 1
