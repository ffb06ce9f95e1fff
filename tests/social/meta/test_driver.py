"""Many accounts side by side over real HTTP: how few requests they cost, and what goes over the wire."""

import asyncio
import json
from dataclasses import replace
from math import ceil

import pytest

from lahmadaemon.clock import DAY
from lahmadaemon.demo.social.graph.insights import METRICS
from lahmadaemon.demo.social.world import Product
from lahmadaemon.errors import UpstreamError
from lahmadaemon.social.driving import Result
from lahmadaemon.social.meta.discovery import discovery
from lahmadaemon.social.posts import Flag, Platform
from lahmadaemon.social.walk import Ask, Outcome, Walk
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front
from tests.social.meta.house import Memory, new_house, tagged
from tests.social.meta.walking import task

pytestmark = pytest.mark.asyncio(loop_scope="module")
OK = (Result.OK, None)


async def test_many_creators_cost_a_few_http_requests_and_one_call_each(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 23)

    driver = await house.drive(house.errands(), batch_size=5)

    assert set(house.memory.results.values()) == {OK}
    assert (driver.http_requests, driver.logical_calls) == (ceil(23 / 5), 23)
    assert (house.graph.http_requests, house.graph.logical_calls) == (driver.http_requests, driver.logical_calls)
    assert sum(end.asks for end in house.memory.ends.values()) == 23
    assert house.graph.duplicates() == []
    assert len(house.memory.found()) == 23 * (8 + 3)
    assert sum(end.posts for end in house.memory.ends.values()) == 23 * (8 + 3)


async def test_more_pages_are_asked_for_in_full_batches_too(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 20, media=9)

    driver = await house.drive(house.errands(page_size=3), batch_size=10, concurrency=1)

    assert driver.logical_calls == 20 * 3
    assert driver.http_requests <= ceil(1.1 * 20 * 3 / 10)
    assert house.graph.duplicates() == []


async def test_all_pages_of_an_answer_are_kept_together(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 12)

    await house.drive(house.errands(), batch_size=6)

    assert house.memory.batches == [6, 6]


async def test_posts_of_both_platforms_go_in_the_same_batches(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 4)

    driver = await house.drive([*house.errands([10, 11]), *house.errands([12, 13], "facebook")])

    assert set(house.memory.results.values()) == {OK}
    assert driver.http_requests == 2  # the second asks for the numbers of the posts that matter
    post = house.memory.found(12)[house.creator(12).page_posts[0].id]
    assert post.numbers.views == house.creator(12).page_posts[0].views(clock.now())
    assert post.numbers.flags == frozenset()


async def test_a_single_request_is_a_plain_one_with_the_token_in_a_header(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 1)

    await house.drive(house.errands())

    token = house.token(10)
    assert house.wire.headers[0]["authorization"] == f"Bearer {token}"
    assert house.wire.lines[0].startswith(f"GET /v23.0/{house.creator(10).instagram_id}?")
    assert token not in house.wire.lines[0]
    assert f"appsecret_proof={house.graph.proof(token)}" in house.wire.lines[0]


async def test_no_token_is_in_an_address_of_a_batch(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 3)

    await house.drive(house.errands())

    assert house.wire.lines == ["POST /v23.0/?"]
    assert house.wire.headers[0]["authorization"] == f"Bearer {house.graph.app_token}"


async def test_what_is_found_is_what_is_there(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)

    await house.drive(house.errands())

    for creator in house.world.creators.values():
        for item in [*creator.media, *creator.stories]:
            each = house.memory.found()[item.id]
            assert (each.post.published_at, each.post.caption) == (item.published_at, item.caption)
            assert each.numbers.views == item.views(clock.now())
            assert each.numbers.flags == frozenset()
            assert json.loads(each.raw)["id"] == item.id
    profiles = [page.profile for _, page in house.memory.pages if page.profile]
    assert [profile.followers for profile in profiles] == [each.followers for each in house.world.creators.values()]


async def test_spoilt_pages_cost_two_requests_more_and_one_for_fifty_wanted_posts(
    front: Front, clock: FakeClock
) -> None:
    clean = new_house(front, clock, 10, media=20, tracked=4)
    usual = (await clean.drive(clean.errands())).http_requests
    spoilt = new_house(front, clock, 10, media=20, tracked=4)
    for creator in spoilt.world.creators.values():
        creator.media[1].before_conversion = True

    driver = await spoilt.drive(spoilt.errands())

    assert driver.http_requests <= usual + 2 + ceil(10 * 4 / 50)
    assert set(spoilt.memory.results.values()) == {OK}
    assert spoilt.graph.duplicates() == []
    for creator in spoilt.world.creators.values():
        found = spoilt.memory.found(creator.id)
        assert found[creator.media[1].id].numbers.flags == {Flag.INSIGHTS_BEFORE_CONVERSION}
        assert found[creator.media[0].id].numbers.views == creator.media[0].views(clock.now())
        assert found[creator.media[2].id].numbers.likes is not None


async def test_a_story_that_few_have_seen_costs_nobody_anything(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 4)
    house.creator(11).stories[0].few_viewers = True

    await house.drive(house.errands())

    assert set(house.memory.results.values()) == {OK}
    found = house.memory.found(11)
    assert found[house.creator(11).stories[0].id].numbers.flags == {Flag.INSIGHTS_FEW_VIEWERS}
    assert found[house.creator(11).media[0].id].numbers.views is not None


async def test_stories_are_read_by_themselves(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 6)

    driver = await house.drive(house.errands(kind="stories"))

    assert (driver.http_requests, len(house.memory.found())) == (1, 18)


async def test_a_page_size_that_is_too_much_is_learnt_for_the_account(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2, media=20)
    house.graph.too_much_above = 13

    await house.drive(house.errands())

    assert set(house.memory.results.values()) == {OK}
    account = Platform.INSTAGRAM, house.creator(10).instagram_id
    assert house.lessons.sizes[account] == 12
    before = house.graph.logical_calls
    house.memory = Memory()
    await house.drive(house.errands(page_size=12))
    assert house.graph.logical_calls - before == 2 * 2


async def test_a_later_walk_begins_with_what_earlier_ones_have_learnt(
    front: Front, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    house = new_house(front, clock, 12, tracked=3)
    monkeypatch.setitem(METRICS, Product.REEL, METRICS[Product.REEL] - {"total_interactions"})

    await house.drive(house.errands(), batch_size=3, concurrency=1)

    assert set(house.memory.results.values()) == {OK}
    lists = [call for call in house.graph.seen if "/insights" not in call.url]
    assert sum(call.status != 200 for call in lists) == 3  # the first batch
    assert len(lists) == 12 + 3
    assert all(each.numbers.views is not None for each in house.memory.found().values() if tagged(each.post))


async def test_somebody_who_is_not_connected_is_looked_at_through_our_own_account(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 2)
    own, other = house.creator(10), house.creator(11)
    walk = discovery(task(account=f"@{other.handle}", since=clock.now() - 60 * DAY, now=clock.now()), house.lessons,
                     own.instagram_id, other.handle)  # fmt: skip
    errand = house.errand(11, walk=walk)

    await house.drive(
        [replace(errand, token=None)], discovery_account=own.instagram_id, discovery_token=house.token(10)
    )

    assert house.memory.results == {11: OK}
    assert set(house.memory.found()) == {item.id for item in other.media}


async def test_who_has_no_token_is_skipped(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 1)

    await house.drive([replace(house.errand(10), token=None)])

    assert house.memory.results == {10: (Result.SKIPPED, "no_token")}
    assert house.graph.http_requests == 0


async def test_a_walk_that_breaks_costs_its_own_account_only(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 3)

    def breaking(path: str) -> Walk:
        yield Ask("GET", path, {"fields": "id"})
        raise KeyError("a mistake of ours")

    broken = house.errand(11, walk=breaking(house.creator(11).instagram_id))
    await house.drive([house.errand(10), broken, house.errand(12)])

    assert house.memory.results == {10: OK, 11: (Result.SKIPPED, "walk_broke"), 12: OK}


async def test_a_walk_that_asks_nothing_ends_at_once(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 1)

    def idle() -> Walk:
        yield from ()
        return Outcome(complete=True)

    await house.drive([house.errand(10, walk=idle())])

    assert house.memory.results == {10: OK}


async def test_nothing_to_do_is_done(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 1)

    assert (await house.drive([])).http_requests == 0


async def test_what_the_keeper_raises_goes_on_and_ends_everything(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 12)
    house.memory.fails = lambda: UpstreamError("the disk is full", outcome="store")

    with pytest.raises(UpstreamError, match="the disk is full"):
        await house.drive(house.errands(), batch_size=2, concurrency=2)

    assert house.memory.ends == {}
    assert house.graph.http_requests <= 4


# --- Stopping


async def test_who_was_not_begun_when_the_stop_came_is_skipped(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 6)
    house.stops = lambda: house.graph.http_requests > 0

    driver = await house.drive(house.errands(), batch_size=2, concurrency=1)

    assert driver.http_requests == 1
    assert sorted(house.memory.results.values()) == [OK] * 2 + [(Result.SKIPPED, "stopped")] * 4


async def test_a_walk_under_way_ends_before_its_next_request(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)
    house.stops = lambda: house.graph.http_requests > 0

    await house.drive(house.errands(page_size=4))

    assert set(house.memory.results.values()) == {(Result.PARTIAL, "stopped")}
    assert len(house.memory.found()) == 2 * (4 + 3)


async def test_workers_with_nothing_to_do_sleep_until_there_is_news(front: Front) -> None:
    """Once each that looked in vain woke the others, which looked in vain: a core was busy for as long as an answer took."""

    class Counting(FakeClock):
        waits = 0

        async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
            self.waits += 1
            return await super().wait(event, seconds)

    clock = Counting()
    house = new_house(front, clock, 20)
    driver = await house.drive(house.errands(), batch_size=10, concurrency=4)

    assert driver.http_requests == 2
    assert clock.waits <= 4 * (driver.http_requests + 1)
