"""What the older AnalyticsServer did wrong altogether, gaps 24 to 37, by their numbers: it is done right here."""

import asyncio
import unicodedata
from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from lahmadaemon.demo.social.creators_app import Trouble as AppTrouble
from lahmadaemon.demo.social.graph import Trouble
from lahmadaemon.demo.social.tiktok import Trouble as TikTokTrouble
from lahmadaemon.demo.social.world import Product
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.tables import captures, links, posts
from lahmadaemon.store.database import open_store
from lahmadaemon.supervision.health import State
from tests.fakes.clock import until
from tests.fakes.house import keeping
from tests.social.cases.agency import API, Agency
from tests.social.cases.staging import Stage, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_gap_24_a_failure_is_logged_counted_and_shown(agency: Agency) -> None:
    agency.campaign(101, "a", platforms=(1, 3))
    await agency.sync()
    await agency.meta(10)
    agency.graph.trouble(10, Trouble.PERMISSION, times=50)
    with capture_logs() as logs:
        await agency.collect()

    told = next(line for line in logs if line["event"] == "social.account_incomplete")
    assert (told["creator"], told["platform"], told["reason"]) == (10, "instagram", "permission")
    assert (await agency.results())[10, "instagram"] == ("skipped", "permission")
    account = next(e for e in (await agency.get("/creators/10"))["accounts"] if e["platform"] == "instagram")
    assert (account["result"], account["reason"]) == ("skipped", "permission")


@pytest.mark.slow
async def test_gap_25_a_server_that_hangs_is_given_up_and_the_others_are_collected_meanwhile(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.social.tiktok.asking.DEADLINE", 1.0)
    agency.campaign(101, "a")
    agency.post("#a reel")
    agency.post("#a 11", Product.VIDEO, creator=11)
    await agency.sync()
    await agency.meta(10)
    await agency.on_tiktok(10, 11)
    agency.tiktok.troubles.always(TikTokTrouble.HANGS, creator=10)
    await agency.patiently(agency.collect())

    assert sorted(await agency.belongs()) == ["#a 11", "#a reel"]
    fared = await agency.results()
    assert (fared[10, "tiktok"], fared[11, "tiktok"]) == (("skipped", "unavailable"), ("ok", None))
    assert agency.tiktok.codes["hangs"] == 5, "tried again, and not for ever"


async def test_gap_26_a_start_while_the_creators_app_is_down_serves_what_is_known(agency: Agency) -> None:
    agency.campaign(101, "a")
    await agency.begin()
    agency.app.troubles = dict.fromkeys(("creators", "campaigns", "involved"), AppTrouble.BAD_GATEWAY)
    async with keeping(agency.clock, *agency.services.values()) as house:
        await agency.clock.advance(1)
        await until(lambda: house.state("social.sync") is not State.STARTING)  # a real socket takes its time
        assert {name: house.state(name) for name in agency.services} == {
            "social.sync": State.DEGRADED, "social.collect": State.RUNNING, "social.stories": State.RUNNING,
            "social.tokens": State.RUNNING,
        }  # fmt: skip
        assert [each["id"] for each in (await agency.get("/campaigns"))["items"]] == [101]


async def test_gap_27_a_second_process_on_the_same_store_is_refused(agency: Agency, stage: Stage) -> None:
    url = URL.create("sqlite", database=str(stage.folder / "house.db"))
    with pytest.raises(ConfigurationError):
        async with open_store(url):
            pass
    assert await agency.doors.creators.all() == [], "the first goes on"


async def test_gap_28_a_list_with_number_signs_capitals_and_a_comma_too_many_matches_decomposed_captions(
    agency: Agency,
) -> None:
    agency.campaign(101, "#Soutěž, ＃हिन्दी,")
    agency.post(unicodedata.normalize("NFD", "＃SOUTĚŽ #हिन्दी."), age=1)
    agency.post("me#soutěž #हिन्दी", age=2)
    await agency.begin()

    assert [each["views"] for each in (await agency.get("/campaigns/101/posts"))["items"]] == [1000]
    assert (await agency.get("/campaigns/101"))["warnings"] == []


async def test_gap_29_times_are_utc_and_say_so_on_every_platform(agency: Agency) -> None:
    agency.campaign(101, "a", platforms=(2, 3, 4, 5))
    for product in (Product.REEL, Product.STORY, Product.VIDEO, Product.PAGE_POST):
        agency.post("#a", product, age=2)
    await agency.begin(tiktok=True)

    told = await agency.get("/campaigns/101/posts")
    legacy = await agency.ask("GET", "/api/metrics/post?campaign_id=101")
    assert {each["published_at"] for each in (*told["items"], *legacy["posts"])} == {"2026-10-21T15:57:00Z"}
    assert len(told["items"]) == 4


async def test_gap_30_a_campaign_ends_by_itself_and_one_that_is_entered_late_is_collected_all_the_same(
    agency: Agency,
) -> None:
    agency.campaign(101, "a", days=(-20, -14))
    agency.campaign(102, "b", days=(-40, -20))
    agency.post("#b", age=22 * 24)
    await agency.begin()
    assert [(each["state"], each["ended_at"]) for each in (await agency.get("/campaigns"))["items"]] == [
        ("settling", None), ("ended", "2026-10-15T22:00:00Z"),
    ]  # fmt: skip
    assert await agency.belongs(102) == ["#b"]
    await agency.days(1)
    await agency.sync()

    assert (await agency.get("/campaigns/101"))["ended_at"] == "2026-10-21T22:00:00Z"


async def test_gap_31_months_have_their_year_and_growth_is_known_from_one_reading_to_the_next(agency: Agency) -> None:
    agency.campaign(101, "a", days=(-400, 7))
    agency.post("#a", age=370 * 24, views=3)
    post = agency.post("#a", age=24, views=100)
    await agency.begin()
    post.exact["views"] = 160
    await agency.later(2)
    await agency.collect()

    months = (await agency.get("/creators/10/months"))["months"]
    views = {month: told["instagram"]["total_views"] for month, told in months.items()}
    assert views == {"2025-10": 3, "2026-10": 160}
    growth = (await agency.get(f"/posts/instagram/{post.id}/captures"))["items"][1]["growth"]
    assert (growth["gained"]["views"], growth["per_hour"]["views"]) == (60, 30.0)


async def test_gap_32_who_takes_part_no_more_is_taken_out_and_a_new_address_is_no_new_creator(agency: Agency) -> None:
    agency.campaign(101, "a")
    await agency.sync()
    agency.world.involved[101] = [11]
    agency.creator().email = "other@example.org"
    await agency.sync()

    assert (await agency.get("/campaigns/101"))["creators"] == [11]
    assert [each["id"] for each in (await agency.get("/creators"))["items"]] == [10, 11]
    assert (await agency.get("/creators?email=Other@example.org"))["items"][0]["id"] == 10


async def test_gap_33_two_who_collect_at_the_same_moment_keep_everything_once(agency: Agency) -> None:
    agency.campaign(101, "a")
    for product in (Product.REEL, Product.STORY, Product.IMAGE):
        agency.post("#a", product, age=2)
    await agency.sync()
    await agency.meta(10)
    await asyncio.gather(agency.collect(), agency.stories.turn(), agency.collect())

    async with agency.store.read() as connection:
        for table in (posts, links, captures):
            assert await connection.scalar(select(func.count()).select_from(table)) == 3, table.name


async def test_gap_34_no_views_no_engagement_and_nothing_known_are_three_things(stage: Stage) -> None:
    async with opened(stage, LEGACY__ZERO_RATES="false") as agency:
        agency.campaign(101, "a")
        nothing = {"likes": 0, "comments": 0, "shares": 0, "saved": 0}
        agency.post("#a nobody reacted", age=1, exact=nothing)
        agency.post("#a nobody saw it", age=2, views=0, exact=nothing)
        agency.post("#a nobody knows", age=3, insights_ready=False)
        agency.post("#a cannot be", age=4, views=0, exact={"likes": 7})
        await agency.begin()

        told = (await agency.get("/campaigns/101/posts"))["items"]
        assert [(each["interactions"], each["er_views"]) for each in told] == [
            (0, 0.0), (0, None), (64, None), (7, None),
        ]  # fmt: skip
        assert ["interactions_without_views" in each["flags"] for each in told] == [False, False, False, True]
        legacy = await agency.ask("GET", "/api/metrics/post?campaign_id=101")
        assert [each["engagement_rate"] for each in legacy["posts"]] == [0.0, None, None, None]


async def test_gap_35_no_token_is_given_out_nothing_is_asked_for_without_one_and_settings_show_stars(
    agency: Agency,
) -> None:
    await agency.sync()
    given = {
        "meta_token": agency.graph.short_token(10), "facebook_user_id": "1", "meta_scopes": "instagram_basic",
        "email": agency.creator().email,
    }  # fmt: skip
    assert await agency.ask("POST", "/api/facebook/token", json=given) == {"token": None}
    for path in ("users", "posts", "campaigns", "now"):
        await agency.ask("GET", f"/dev/{path}?password=x", 404)
    asked = list(agency.outside.lines)
    agency.web.state.token = "open sesame"
    await agency.ask("GET", "/api/metrics/posts/refresh/all", 401)
    await agency.ask("POST", f"{API}/refresh", 401)

    assert agency.outside.lines == asked
    settings = SocialSettings.model_validate({"meta": {"app_secret": "s3cret"}, "tiktok": {"client_secret": "s3cret"}})
    assert "s3cret" not in f"{settings!r} {settings}"


async def test_gap_36_the_old_routes_keep_their_odd_codes_and_the_new_ones_have_none(agency: Agency) -> None:
    await agency.sync()
    body = {"code": "x", "redirect_uri": "https://x.example", "email": agency.creator().email, "tiktok_scopes": "x"}
    code = await agency.ask("POST", "/api/tiktok/token", 400, json=body)
    assert (code["error"], code["original_error"]) == ("expired_code", "invalid_grant"), "only where it is the code"
    agency.tiktok.troubles.next(TikTokTrouble.BUSY, endpoint="oauth/token")
    busy = await agency.ask("POST", "/api/tiktok/token", 400, json=body)
    assert busy["error"] == "tiktok_token_request_failed"

    await agency.ask("GET", "/api/metrics/profile?id=99", 400)
    await agency.get("/creators/99/months", 404)
    for method in ("GET", "POST"):
        told = (await agency.ask(method, "/api/metrics/posts/refresh/all"))["refresh"]
        assert parsedate_to_datetime(told["started_at"]).isoformat() == "2026-10-21T17:57:00+00:00"
    new = await agency.ask("POST", f"{API}/refresh", 202)
    assert (new["started_at"], new["id"]) == ("2026-10-21T17:57:00Z", told["job"])


async def test_gap_37_posts_of_facebook_pages_are_collected_with_their_numbers(agency: Agency) -> None:
    agency.campaign(101, "a", platforms=(5,))
    post = agency.post("#a", Product.PAGE_POST, views=200, exact={"reactions": 20, "comments": 3, "shares": 2})
    agency.post("nothing", Product.PAGE_POST)
    await agency.begin()

    told = await agency.told(post)
    names = ("views", "reach", "likes", "comments", "shares", "saves", "er_views")
    assert [told[name] for name in names] == [200, 162, 20, 3, 2, None, 12.5]
    [legacy] = (await agency.ask("GET", "/api/metrics/post?campaign_id=101"))["posts"]
    assert legacy["platform_type_id"] == 5
