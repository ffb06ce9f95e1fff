"""The edge cases of the process, 28 to 35, by their numbers: what one trouble costs the others, and what a death leaves."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.demo.social.creators_app import Trouble as AppTrouble
from lahmadaemon.demo.social.graph import Trouble
from lahmadaemon.demo.social.world import Item, Product
from lahmadaemon.errors import UpstreamError
from lahmadaemon.social.meta.rows import media
from lahmadaemon.social.posts import Kind
from lahmadaemon.social.store.tables import captures, links, posts, profiles
from lahmadaemon.social.tiktok.payload import listed
from tests.fakes.clock import until
from tests.fakes.house import keeping
from tests.social.cases.agency import API, Agency
from tests.social.meta import walking

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_edge_case_28_one_post_or_one_creator_that_fails_stops_nobody_and_each_account_s_fate_is_told(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    agency.post("#a spoilt", before_conversion=True, age=1)
    agency.post("#a older", age=2)
    agency.post("#a 11", creator=11)
    await agency.sync()
    await agency.meta(10, 11)
    agency.graph.trouble(11, Trouble.PERMISSION, times=50)
    await agency.collect()

    fared = await agency.results()
    assert (fared[10, "instagram"], fared[11, "instagram"]) == (("ok", None), ("skipped", "permission"))
    views = {each["caption"]: (each["views"], each["insights_status"]) for each in await agency.everything()}
    assert views == {"#a spoilt": (None, "before_conversion"), "#a older": (1000, "ok")}


async def test_edge_case_29_each_page_is_kept_when_it_comes_and_a_later_one_that_fails_takes_nothing_away(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    for hours in range(1, 61):
        agency.post("#a", age=hours)
    await agency.begin()
    assert len(await agency.belongs()) == 50, "so many come by default in an answer"
    assert len(await agency.everything()) == 50
    agency.post("#a new", age=0)
    await agency.days(1)

    async def arrived(path: str) -> None:
        if path.endswith("/media"):
            agency.graph.trouble(10, Trouble.TRANSIENT, times=20)

    agency.outside.arrived = arrived
    await agency.patiently(agency.collect())
    assert (await agency.results())[10, "instagram"] == ("partial", "meta_failing")
    kept = Counter(each.state for each in await agency.doors.reader.of_creator(10))
    assert kept == {"live": 61}


async def test_edge_case_30_what_is_collected_twice_is_kept_once(agency: Agency) -> None:
    agency.campaign(101, "a", platforms=(2, 3, 4, 5))
    for product in (Product.REEL, Product.STORY, Product.VIDEO, Product.PAGE_POST):
        agency.post("#a", product, age=2)
    await agency.begin(tiktok=True)
    before = await everything(agency)
    await agency.sync()
    await agency.collect()
    await agency.stories.turn()

    assert await everything(agency) == before
    assert [len(rows) for rows in before] == [4, 4, 4, 3]


async def everything(agency: Agency) -> list[list[tuple[object, ...]]]:
    """All that is kept of posts."""
    async with agency.store.read() as connection:
        return [
            sorted((tuple(row) for row in await connection.execute(select(table))), key=str)
            for table in (posts, captures, links, profiles)
        ]


async def test_edge_case_31_a_refresh_answers_at_once_and_joins_the_one_that_runs(agency: Agency) -> None:
    agency.campaign(101, "a")
    await agency.sync()
    await agency.meta(10)
    gate = asyncio.Event()

    async def arrived(_: str) -> None:
        await gate.wait()

    agency.outside.arrived = arrived
    async with keeping(agency.clock, agency.collecting):
        jobs = [(await agency.ask("POST", f"{API}/refresh", 202))["id"] for _ in range(2)]
        jobs.append((await agency.ask("GET", "/api/metrics/posts/refresh/all"))["refresh"]["job"])
        gate.set()
        await until(lambda: agency.collecting.idle)

    assert len(set(jobs)) == 1
    assert (await agency.get(f"/runs/{jobs[0]}"))["status"] == "ended"
    assert agency.graph.duplicates() == []


@pytest.mark.parametrize("trouble", [AppTrouble.EMPTY, AppTrouble.WRONG_SHAPE, AppTrouble.BAD_GATEWAY, AppTrouble.PAGE])
async def test_edge_case_32_a_bad_day_of_the_creators_app_deletes_nothing_and_is_told(
    agency: Agency, trouble: AppTrouble
) -> None:
    agency.campaign(101, "a")
    await agency.sync()
    agency.app.troubles = dict.fromkeys(("creators", "campaigns", "involved"), trouble)
    with pytest.raises(UpstreamError):
        await agency.sync()

    campaign = await agency.get("/campaigns/101")
    assert (campaign["gone_at"], campaign["creators"]) == (None, [10, 11])
    assert [each["gone_at"] for each in (await agency.get("/creators"))["items"]] == [None, None]
    assert all(each["problem"] for each in (await agency.get("/sync"))["parts"])
    suspicious = trouble in {AppTrouble.EMPTY, AppTrouble.WRONG_SHAPE}
    assert (Condition.CREATORS_APP_SUSPICIOUS in agency.alarms.now) is suspicious, "else the service is in trouble"


async def test_edge_case_33_a_collection_that_is_cut_off_keeps_whole_pages_and_the_next_one_completes_it(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    for hours in range(1, 61):
        agency.post("#a", age=hours)
    await agency.sync()
    await agency.meta(10)
    at_second_page, never = asyncio.Event(), asyncio.Event()

    async def arrived(path: str) -> None:
        if path.endswith("/media"):
            at_second_page.set()
            await never.wait()

    agency.outside.arrived = arrived
    run = asyncio.create_task(agency.collect())
    await at_second_page.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    never.set()
    assert len(await agency.everything()) == 50
    assert (await agency.get("/runs"))["items"][0]["problem"] == "it was broken off"

    await agency.look()
    assert len(await agency.doors.reader.of_creator(10)) == 60


async def test_edge_case_34_what_is_new_or_strange_in_an_answer_costs_itself_alone() -> None:
    row = media(walking.media(1, product="HOLOGRAM", like_count="12", saved_count=2**62, comments_count=[], mood="new"))
    assert row
    assert (row.post.kind, row.counts) == (Kind.OTHER, {"likes": 12, "saves": 2**62, "shares": 3})
    video = {"id": 7, "create_time": "1792600000", "view_count": 4_000_000_000, "like_count": 1.5, "title": "a\ud83d"}
    found = listed({"videos": [video, {"id": "8"}, "nonsense"], "cursor": "12", "has_more": False, "since": "2027"})
    assert found
    assert (found.unreadable, found.found[0].post.title) == (2, "a\ufffd")
    assert (found.found[0].numbers.views, found.found[0].numbers.likes) == (4_000_000_000, None)


async def test_edge_case_34_pages_of_html_pass_and_a_post_that_comes_twice_while_paging_is_kept_once(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    for hours in range(1, 61):
        agency.post("#a", age=hours)
    await agency.sync()
    await agency.meta(10)
    agency.graph.trouble(10, Trouble.HTML, times=2)
    posted = list[Item]()

    async def arrived(path: str) -> None:
        if path.endswith("/media") and not posted:
            posted.append(agency.post("#a just now", age=0))  # moves the fiftieth to the second page

    agency.outside.arrived = arrived
    await agency.patiently(agency.collect())
    assert (await agency.results())[10, "instagram"] == ("ok", None)
    assert len(await agency.doors.reader.of_creator(10)) == 60


async def test_edge_case_35_no_secret_is_in_a_log_an_address_or_an_answer(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.post("#a")
    agency.post("#a", Product.VIDEO)
    with capture_logs() as logs:
        await agency.begin(tiktok=True, join=True)
        agency.graph.trouble(10, Trouble.DEAD)  # its text repeats the token
        agency.tiktok.kill(10)
        await agency.later(3)
        await agency.collect()
        await agency.logins.turn()
        for path in ("/creators", "/logins", "/runs", "/campaigns/101/posts", "/campaigns/101/posts.csv"):
            await agency.get(path)
        await agency.ask("GET", "/api/user/valid?id=10&email=creator10@creators.example.org")

    issued = [*agency.graph._tokens._issued, *agency.tiktok.tokens._by_access, *agency.tiktok.tokens._by_refresh]
    secrets = [*issued, "app-secret", "app-token", "a secret of the house"]
    addresses = [line for line in agency.outside.lines if "/debug_token?" not in line]
    assert len(issued) >= 5
    for text in (str(logs), *addresses, *agency.answers):
        assert [secret for secret in secrets if secret in text] == []
