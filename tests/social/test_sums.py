"""Sums of campaigns and of creators' months, from the store; what has not changed is not reckoned again."""

from dataclasses import replace
from pathlib import Path

import pytest

from lahmadaemon.clock import DAY, MINUTE, Instant
from lahmadaemon.social import rollups
from lahmadaemon.social.posts import Numbers, Platform
from lahmadaemon.social.store.links import LinkStore
from lahmadaemon.social.store.posts import Arrival
from tests.fakes.clock import START
from tests.social.web.room import AUTUMN, INSTAGRAM, REEL, STORY, Room, keep, seeded_room, seen


async def views(opened: Room) -> int | None:
    return (await opened.doors.sums.of_campaigns([101]))[101].totals.views.total


async def test_a_campaign_is_reckoned_once_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckoned: list[int] = []

    def count(posts: list[rollups.Measured]) -> rollups.CampaignTotals:
        reckoned.append(len(posts))
        return rollups.campaign_totals(posts)

    monkeypatch.setattr("lahmadaemon.social.sums.campaign_totals", count)
    async with seeded_room(tmp_path) as opened:
        first, again = await views(opened), await views(opened)
        assert (first, reckoned) == (again, [3])

        newer = Arrival(11, Platform.INSTAGRAM, INSTAGRAM, (seen(REEL, Numbers(views=2300), AUTUMN),), frozenset({101}))
        await keep(opened, START, newer)
        assert (await views(opened) or 0) - (first or 0) == 1000

        await opened.doors.posts.link_by_hand(101, 11, STORY, opened.clock.now())
        assert (await views(opened) or 0) - (first or 0) == 1000 + 90
        assert await LinkStore(opened.store).unlink(101, STORY.key)
        assert (await views(opened) or 0) - (first or 0) == 1000

        await opened.doors.joining.forget(11)
        assert await views(opened) is None


async def test_a_campaign_without_posts_is_nothing(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        (nothing,) = (await opened.doors.sums.of_campaigns([103])).values()

    assert (nothing.totals.posts, nothing.totals.views.total, nothing.creators) == (0, None, 0)


async def test_sums_are_those_of_the_posts_as_they_are_told(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        whole = (await opened.doors.sums.of_campaigns([101]))[101].totals
        kept = await opened.doors.reader.of_campaign(101)

    known = [each.latest.numbers for each in kept if each.latest]
    for name in ("views", "reach", "likes", "comments", "shares", "saves"):
        told = [getattr(each, name) for each in known if getattr(each, name) is not None]
        assert (getattr(whole, name).total, getattr(whole, name).known) == (sum(told), len(told)), name


async def test_a_month_counts_followers_of_the_account_that_is_collected(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        of_one = await opened.doors.sums.months_of(11, [(Platform.INSTAGRAM, INSTAGRAM)])
        of_none = await opened.doors.sums.months_of(11, [])
        later = await opened.doors.sums.months_of(11, [(Platform.INSTAGRAM, INSTAGRAM)], Instant(START - 2 * MINUTE))

    told = {(each.platform, each.month): (each.totals.posts, each.followers) for each in of_one}
    assert told == {
        (Platform.FACEBOOK, 9): (1, None), (Platform.INSTAGRAM, 10): (3, 12_500), (Platform.TIKTOK, 10): (1, None),
    }  # fmt: skip
    assert [each.followers for each in of_none] == [None, None, None]
    assert later == []


async def test_a_post_of_midnight_is_of_the_zone_s_month(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        midnight = Instant(1_793_487_600_000)  # 2026-10-31T23:00:00Z, 00:00 of 1 November in Prague
        late = replace(REEL, platform_id="1", published_at=midnight)
        before = replace(REEL, platform_id="2", published_at=Instant(midnight - 1))
        arrival = Arrival(13, Platform.INSTAGRAM, "9", (seen(late, Numbers(views=1)), seen(before, Numbers(views=2))))
        await keep(opened, START + 20 * DAY, arrival)

        months = await opened.doors.sums.months_of(13, [])

    assert [(each.month, each.totals.views.total) for each in months] == [(10, 2), (11, 1)]
