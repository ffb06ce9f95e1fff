"""The edge cases of time, 9 to 12, by their numbers: days of a zone, windows, months, clocks that differ or are set."""

from datetime import date

import pytest

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.demo.social.world import Campaign, Product
from tests.social.cases.agency import Agency

pytestmark = pytest.mark.asyncio(loop_scope="module")
MIDNIGHT = Instant(1_792_620_000_000)  # 2026-10-21T22:00:00Z, where the 22nd begins in Prague


async def test_edge_case_09_days_are_local_from_00_00_to_24_00_and_fourteen_of_them_are_not_336_hours(
    agency: Agency,
) -> None:
    agency.world.campaigns[101] = Campaign(101, "", "a", date(2026, 10, 20), date(2026, 10, 21))
    agency.world.involved[101] = [10]
    before = agency.post("#a", age=1, views=1)
    agency.post("#a", age=1, views=2).published_at = MIDNIGHT
    before.published_at = Instant(MIDNIGHT - 1000)
    await agency.later(6)
    await agency.begin()

    [told] = (await agency.get("/campaigns"))["items"]
    assert (told["publishing_from"], told["publishing_until"]) == ("2026-10-19T22:00:00Z", "2026-10-21T22:00:00Z")
    assert told["metrics_until"] == "2026-11-04T23:00:00Z", "the clock was set back on the 25th: 337 hours"
    [post] = (await agency.get("/campaigns/101/posts"))["items"]
    assert (post["views"], post["published_at"]) == (1, "2026-10-21T21:59:59Z")


async def test_edge_case_10_publishing_ends_before_the_numbers_do_and_the_end_is_told_once(agency: Agency) -> None:
    campaign = agency.campaign(101, "a", days=(1, 2))
    seen = []
    for day in (1, 1, 1, 13, 1, 5):
        await agency.sync()
        told = await agency.get("/campaigns/101")
        seen.append((told["state"], told["ended_at"]))
        await agency.days(day)
    end = "2026-11-06T23:00:00Z"
    assert seen == [("planned", None), *2 * [("running", None)], *2 * [("settling", None)], ("ended", end)]

    campaign.ends_on = agency.today
    await agency.sync()
    told = await agency.get("/campaigns/101")
    assert (told["state"], told["ended_at"]) == ("running", None)


async def test_edge_case_10_a_campaign_heard_of_after_its_end_still_finds_its_posts(agency: Agency) -> None:
    agency.campaign(101, "a", days=(-40, -30))
    agency.post("#a", age=35 * 24)
    await agency.begin()

    assert (await agency.get("/campaigns/101"))["state"] == "ended"
    assert await agency.belongs() == ["#a"]


async def test_edge_case_11_a_campaign_over_two_months_counts_in_both_and_months_have_their_year(
    agency: Agency,
) -> None:
    agency.campaign(101, "a", days=(-30, 7))
    agency.post("#a", age=24, views=10)
    agency.post("#a", age=25 * 24, views=7)
    await agency.begin()

    months = (await agency.get("/creators/10/months"))["months"]
    assert {month: told["instagram"]["total_views"] for month, told in months.items()} == {"2026-09": 7, "2026-10": 10}


async def test_edge_case_12_a_token_is_renewed_some_time_before_its_end_since_clocks_differ(agency: Agency) -> None:
    agency.post("#a", Product.VIDEO)
    await agency.begin(tiktok=True)
    life = agency.tiktok.tokens.access_life
    for rest, refreshes in ((life / 10 + 60, 0), (life / 10 - 60, 1)):
        await agency.clock.advance(life - rest - agency.clock.monotonic())
        await agency.collect()
        assert agency.tiktok.refreshes == refreshes


async def test_edge_case_12_a_clock_set_back_repeats_nothing_and_one_that_was_ahead_stalls_nothing(
    agency: Agency,
) -> None:
    agency.campaign(101, "a", days=(-7, 60))
    await agency.begin()
    await agency.look()
    await agency.logins.turn()
    asked = agency.graph.logical_calls
    agency.clock._start -= HOUR
    for turn in (agency.look, agency.logins.turn):
        await turn()
    assert agency.graph.logical_calls == asked

    agency.clock._start += 30 * DAY
    limits = agency.collecting._office.limits
    limits.pause("meta.app", 3600, "when the clock was wrong")
    await agency.logins.turn()
    agency.clock._start -= 28 * DAY
    asked = agency.graph.logical_calls
    for turn in (agency.look, agency.logins.turn):
        await turn()
        assert agency.graph.logical_calls > asked
        asked = agency.graph.logical_calls
