"""The demo's invented agency."""

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from lahmadaemon.clock import DAY, MINUTE, Instant
from lahmadaemon.demo.social.agency import SIZE, Posting, agency
from lahmadaemon.demo.social.world import Campaign, Product, World
from lahmadaemon.social.campaigns import Campaign as Read
from lahmadaemon.social.campaigns import Rules, State, read, state
from lahmadaemon.social.matching import tags_of
from lahmadaemon.social.posts import Kind, Platform, Post
from tests.fakes.clock import START

ZONE = ZoneInfo("Europe/Budapest")


def known(campaign: Campaign) -> Read:
    """As the daemon reads it."""
    return read(
        campaign.id, campaign.name, campaign.hashtags, campaign.starts_on, campaign.ends_on, campaign.platforms, ZONE, Rules()
    )  # fmt: skip


def everything(world: World) -> dict[str, tuple[Instant, str | None]]:
    shelves = [
        shelf
        for creator in world.creators.values()
        for shelf in (creator.media, creator.videos, creator.stories, creator.page_posts)
    ]
    return {item.id: (item.published_at, item.caption) for shelf in shelves for item in shelf}


def test_the_same_seed_invents_the_same_agency() -> None:
    assert agency(1, START, ZONE) == agency(1, START, ZONE)
    assert agency(1, START, ZONE) != agency(2, START, ZONE)


def test_two_campaigns_run_and_one_settles_and_each_has_creators_of_its_own() -> None:
    world = agency(1, START, ZONE)

    assert [state(known(each), START) for each in world.campaigns.values()] == [
        State.RUNNING,
        State.RUNNING,
        State.SETTLING,
    ]
    assert len({tuple(creators) for creators in world.involved.values()}) == len(world.campaigns)
    assert set().union(*world.involved.values()) == set(world.creators)
    assert len(world.creators) == SIZE.creators


def test_handles_are_short_plain_and_nobody_elses() -> None:
    handles = [creator.handle for creator in agency(1, START, ZONE).creators.values()]

    assert len(set(handles)) == len(handles)
    assert all(handle.isascii() and handle.isalpha() and len(handle) <= 6 for handle in handles)


@settings(max_examples=20)
@given(some.integers(0, 2**32))
def test_what_is_posted_carries_the_tag_of_a_campaign_the_creator_works_for(seed: int) -> None:
    world = agency(1, START, ZONE)
    creators = {item: creator.id for creator in world.creators.values() for item in (creator.page_id,)}
    item = Posting(world, seed).post(START)

    (creator,) = [
        who.id
        for who in world.creators.values()
        if any(item is each for shelf in (who.media, who.videos, who.stories, who.page_posts) for each in shelf)
    ]
    tags = tags_of(Post(Platform.INSTAGRAM, item.id, Kind.POST, START, item.caption or ""))
    works_for = [known(world.campaigns[number]).tags for number, people in world.involved.items() if creator in people]
    assert any(wanted <= tags for wanted in works_for)
    assert item.product is not Product.PAGE_POST or creators[item.id.partition("_")[0]] == creator


@settings(max_examples=20)
@given(some.integers(0, 2**32))
def test_shelves_stay_newest_first_and_every_id_is_new(seed: int) -> None:
    world = agency(1, START, ZONE)
    before = everything(world)
    posting = Posting(world, seed)

    for minute in range(30):
        posting.post(Instant(START + minute * MINUTE + 17))

    assert len(everything(world)) == len(before) + 30
    for creator in world.creators.values():
        for shelf in (creator.media, creator.videos, creator.stories, creator.page_posts):
            times = [item.published_at for item in shelf]
            assert times == sorted(times, reverse=True)
            assert all(time > START - 30 * DAY and time % 1000 == 0 for time in times)
