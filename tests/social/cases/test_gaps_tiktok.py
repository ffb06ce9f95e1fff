"""What the older AnalyticsServer did wrong with TikTok, gaps 17 to 23, by their numbers: it is done right here."""

import json

import pytest

from lahmadaemon.demo.social.tiktok import Trouble
from lahmadaemon.demo.social.world import Product
from lahmadaemon.social.connections import Provider
from tests.social.cases.agency import BACK, Agency

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def connected(agency: Agency) -> None:
    """Creator 10, with a video."""
    agency.campaign(101, "a")
    agency.post("#a", Product.VIDEO)
    await agency.sync()
    await agency.on_tiktok(10)


async def test_gap_17_videos_are_asked_for_by_twenties_until_there_are_no_more(agency: Agency) -> None:
    for hours in range(1, 46):
        agency.post("#a", Product.VIDEO, age=hours)
    await connected(agency)
    await agency.collect()

    lists = [json.loads(call.body) for call in agency.tiktok.seen if "/video/list/" in call.url]
    assert [each["max_count"] for each in lists] == [20, 20, 20]
    assert len(await agency.doors.reader.of_creator(10)) == 46


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.INTERNAL_ERROR, Trouble.PAGE])
async def test_gap_18_a_refresh_that_fails_takes_no_token_away(agency: Agency, trouble: Trouble) -> None:
    await connected(agency)
    await agency.later(3)
    agency.tiktok.troubles.always(trouble, endpoint="oauth/token")
    await agency.patiently(agency.collect())
    assert (await agency.results())[10, "tiktok"][0] == "skipped"

    agency.tiktok.troubles.always(None, endpoint="oauth/token")
    await agency.later(1)
    await agency.patiently(agency.collect())
    assert (await agency.results())[10, "tiktok"] == ("ok", None)
    assert await agency.belongs() == ["#a"]


async def test_gap_19_a_rotated_refresh_token_is_kept_at_once_whatever_comes_after(agency: Agency) -> None:
    await connected(agency)
    await agency.later(3)
    agency.tiktok.troubles.always(Trouble.BUSY, endpoint="video/list")
    await agency.patiently(agency.collect())

    held = await agency.doors.connections.load(10, Provider.TIKTOK)
    newest = agency.tiktok.tokens._of[10][-1]
    assert held
    assert held.refresh
    assert (held.refresh.get_secret_value(), agency.tiktok.refreshes) == (newest.refresh, 1)
    assert await agency.belongs() == []


async def test_gap_20_a_right_that_is_missing_is_told_with_its_name(agency: Agency) -> None:
    await agency.sync()
    await agency.on_tiktok(10, scopes=("user.info.basic", "user.info.stats"))
    await agency.collect()

    assert (await agency.results())[10, "tiktok"] == ("partial", "video_list_not_granted")
    [account] = (await agency.get("/creators/10"))["accounts"]
    assert account["reason"] == "video_list_not_granted"


async def test_gap_21_a_login_of_nobody_is_refused_before_its_code_is_spent(agency: Agency) -> None:
    await agency.sync()
    given = {"code": agency.tiktok.code(10), "redirect_uri": BACK, "tiktok_scopes": "video.list"}
    told = await agency.ask("POST", "/api/tiktok/token", 400, json=given | {"email": "nobody@example.org"})
    assert (told["error"], agency.tiktok.http_requests) == ("user_not_exist", 0)

    await agency.ask("POST", "/api/tiktok/token", json=given | {"email": agency.creator().email})
    assert (await agency.get("/creators/10"))["connections"][1]["state"] == "ok"


async def test_gap_22_a_cover_that_expires_is_fetched_anew_and_what_does_not_expire_is_told_beside_it(
    agency: Agency,
) -> None:
    await connected(agency)
    await agency.collect()
    [before] = (await agency.get("/campaigns/101/posts"))["items"]
    await agency.later(3)
    await agency.look()

    [after] = (await agency.get("/campaigns/101/posts"))["items"]
    assert before["thumbnail_url"] != after["thumbnail_url"]
    assert (before["permalink"], before["media_url"]) == (after["permalink"], after["media_url"])
    assert after["links_at"] == "2026-10-21T20:57:00Z"


async def test_gap_23_name_picture_and_followers_of_a_tiktok_account_are_known(agency: Agency) -> None:
    await connected(agency)
    await agency.collect()

    [account] = (await agency.get("/creators/10"))["accounts"]
    creator = agency.creator()
    assert (account["username"], account["name"]) == (creator.handle, creator.name)
    assert account["avatar_url"].startswith("https://cdn.example.net/tt/")
    months = (await agency.get("/creators/10/months"))["months"]
    assert months["2026-10"]["tiktok"]["followers"] == creator.followers
