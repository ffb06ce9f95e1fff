"""Posts and their numbers are kept once, whatever comes how often and in which order; on both engines."""

from dataclasses import replace

import pytest

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.matching import MANUAL, Link
from lahmadaemon.social.posts import Flag, Found, Kind, Numbers, Platform, Post, PostState, Profile
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.links import LinkStore
from lahmadaemon.social.store.over_time import courses
from lahmadaemon.social.store.posts import Arrival, PostStore, Seen
from lahmadaemon.social.store.reading import PostReader, Wish
from lahmadaemon.social.store.summing import SumReader
from lahmadaemon.store.database import Store

NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
MONTH = Instant(NOW - 9 * DAY)
REEL = Post(
    Platform.INSTAGRAM, "179", Kind.REEL, Instant(NOW - DAY), caption="hello #autumnbake", permalink="https://x"
)
NUMBERS = Numbers(views=100, reach=80, likes=7, comments=2, shares=1, saves=0)
ACCOUNT = (Platform.INSTAGRAM, "17841")
AUTUMN = Link(102, "all", frozenset({"autumnbake"}))


def arrival(
    *seen: Seen, creator: int = 11, evaluated: frozenset[int] = frozenset({101, 102}), missing: str = ""
) -> Arrival:
    return Arrival(creator, *ACCOUNT, seen=seen, evaluated=evaluated, missing=tuple(filter(None, [missing])))


def seen(post: Post = REEL, numbers: Numbers = NUMBERS, *links: Link) -> Seen:
    return Seen(Found(post, numbers, "{}"), frozenset({"autumnbake"}), links or (AUTUMN,))


@pytest.fixture(autouse=True)
async def _creators(store: Store) -> None:
    await CreatorStore(store).take({11: None, 12: None, 14: None}, NOW)


async def keep(store: Store, *arrivals: Arrival, at: int = NOW) -> None:
    await PostStore(store).keep(arrivals, Instant(at), Instant(at - at % (5 * MINUTE)), MONTH)


async def campaigns_with_it(store: Store) -> list[int]:
    return [link.campaign_id for link in (await LinkStore(store).of([REEL.key]))[REEL.key]]


async def test_a_page_that_is_kept_twice_is_there_once(store: Store) -> None:
    for _ in range(2):
        await keep(store, arrival(seen()))

    (kept,) = await PostReader(store).of_campaign(102)
    assert (kept.post, kept.creator_id, kept.state) == (REEL, 11, PostState.LIVE)
    assert kept.latest is not None
    assert kept.latest.numbers == NUMBERS
    assert len(await PostReader(store).captures(*REEL.key)) == 1


async def test_readings_are_told_in_the_order_in_which_they_were_taken(store: Store) -> None:
    """A post of no campaign is read into its month's slot, also after it was in one: that reading is the newest all the same."""
    await keep(store, arrival(seen()))
    out = replace(seen(REEL, replace(NUMBERS, views=200)), links=())
    await keep(store, arrival(out), at=NOW + HOUR)
    await keep(store, arrival(replace(out, found=Found(REEL, replace(NUMBERS, views=300), "{}"))), at=NOW + 2 * HOUR)

    captures = await PostReader(store).captures(*REEL.key)
    assert [capture.numbers.views for capture in captures] == [100, 300]
    assert [capture.taken_at for capture in captures] == [NOW, NOW + 2 * HOUR]


async def test_each_reading_of_a_campaign_s_post_is_kept_and_numbers_may_fall(store: Store) -> None:
    await keep(store, arrival(seen()))
    await keep(store, arrival(seen(REEL, replace(NUMBERS, views=90))), at=NOW + 3 * HOUR)

    captures = await PostReader(store).captures(*REEL.key)
    assert [each.numbers.views for each in captures] == [100, 90]
    (kept,) = await PostReader(store).of_campaign(102)
    assert kept.latest is not None
    assert kept.latest.numbers.views == 90


async def test_a_post_of_no_campaign_has_one_reading_a_month(store: Store) -> None:
    stranger = Seen(Found(REEL, NUMBERS), frozenset())
    for hours in (0, 3, 6):
        await keep(store, arrival(stranger), at=NOW + hours * HOUR)

    assert len(await PostReader(store).captures(*REEL.key)) == 1


async def test_what_is_not_ready_yet_replaces_nothing_that_was_known(store: Store) -> None:
    unready = Numbers(likes=9, flags=frozenset({Flag.INSIGHTS_EMPTY}))
    await keep(store, arrival(seen()))
    await keep(store, arrival(seen(REEL, unready)), at=NOW + MINUTE)
    (within_the_slot,) = await PostReader(store).captures(*REEL.key)
    await keep(store, arrival(seen(REEL, unready)), at=NOW + HOUR)

    assert within_the_slot.numbers == replace(NUMBERS, likes=9)
    (kept,) = await PostReader(store).of_campaign(102)
    assert kept.latest is not None
    assert kept.latest.numbers.views == 100


async def test_an_unknown_number_stays_unknown_and_says_why(store: Store) -> None:
    hidden = Numbers(views=5, comments=1, flags=frozenset({Flag.LIKES_HIDDEN}), more={"reposts": 3})
    await keep(store, arrival(seen(REEL, hidden)))

    (capture,) = await PostReader(store).captures(*REEL.key)
    assert capture.numbers == hidden


async def test_a_post_missed_twice_is_gone_keeps_its_numbers_and_may_come_back(store: Store) -> None:
    reader = PostReader(store)

    async def state() -> PostState:
        (kept,) = await reader.of_campaign(102)
        return kept.state_at(NOW)

    await keep(store, arrival(seen()))
    await keep(store, arrival(missing="179"), at=NOW + HOUR)
    await keep(store, arrival(missing="179"), at=NOW + HOUR + MINUTE)  # the same look, written again
    assert await state() is PostState.LIVE

    await keep(store, arrival(missing="179"), at=NOW + DAY)
    assert await state() is PostState.GONE
    assert (await reader.of_campaign(102))[0].latest is not None
    assert (await reader.known([ACCOUNT], Instant(0)))[ACCOUNT] == ({"179"}, {})

    await keep(store, arrival(seen()), at=NOW + 2 * DAY)
    assert await state() is PostState.LIVE


async def test_a_hashtag_that_is_edited_away_takes_the_post_out_of_its_campaign_unless_links_are_sticky(
    store: Store,
) -> None:
    edited = Seen(Found(REEL, NUMBERS), frozenset())
    await keep(store, arrival(seen()))
    await PostStore(store, sticky=True).keep([arrival(edited)], NOW, NOW, MONTH)
    assert await PostReader(store).of_campaign(102)

    await keep(store, arrival(edited, evaluated=frozenset({101})))
    assert await PostReader(store).of_campaign(102), "102 was not looked at: it may be over"

    await keep(store, arrival(edited))
    assert await PostReader(store).of_campaign(102) == []


async def test_what_was_linked_by_hand_no_rule_takes_back(store: Store) -> None:
    await keep(store, arrival(Seen(Found(REEL, NUMBERS), frozenset())))
    for _ in range(2):
        await PostStore(store).link_by_hand(102, 11, REEL, NOW)
    await PostStore(store).relink([arrival(Seen(Found(REEL, Numbers()), frozenset()))], NOW)

    assert [kept.post for kept in await PostReader(store).of_campaign(102)] == [REEL]
    assert await campaigns_with_it(store) == [102]
    assert MANUAL == "manual"


async def test_one_post_belongs_to_two_campaigns_and_to_who_brought_it_first(store: Store) -> None:
    summer = Link(101, "any", frozenset())
    await keep(store, arrival(seen(REEL, NUMBERS, AUTUMN, summer)))
    await keep(
        store, arrival(seen(REEL, NUMBERS, Link(103, "all", frozenset())), creator=14, evaluated=frozenset({103}))
    )

    reader = PostReader(store)
    assert await campaigns_with_it(store) == [101, 102, 103]
    assert [kept.creator_id for kept in await reader.of_campaign(103)] == [14]
    assert len(await reader.of_creator(11)) == 1


async def test_a_relinking_of_one_creator_leaves_the_links_through_another_alone(store: Store) -> None:
    await keep(store, arrival(seen()))
    await keep(
        store, arrival(seen(REEL, NUMBERS, Link(103, "all", frozenset())), creator=14, evaluated=frozenset({103}))
    )
    await PostStore(store).relink([arrival(seen(), evaluated=frozenset({101, 102, 103}))], NOW)

    assert await campaigns_with_it(store) == [102, 103]


async def test_a_campaign_s_posts_are_read_page_by_page_newest_first(store: Store) -> None:
    posts = [replace(REEL, platform_id=str(n), published_at=Instant(NOW - (n // 2) * HOUR)) for n in range(7)]
    await keep(store, arrival(*(seen(post) for post in posts)))
    reader, read, after = PostReader(store), [], None
    while page := await reader.of_campaign(102, Wish(limit=2, after=after)):
        read += [kept.post.platform_id for kept in page]
        last = page[-1].post
        after = (last.published_at, last.platform.value, last.platform_id)

    assert read == ["0", "1", "2", "3", "4", "5", "6"]
    assert [k.post.platform_id for k in await reader.of_campaign(102, Wish(published_from=NOW, kind=Kind.REEL))] == [
        "0",
        "1",
    ]
    assert await reader.of_campaign(102, Wish(platform=Platform.TIKTOK)) == []


async def test_followers_are_kept_over_time_and_known_numbers_stay(store: Store) -> None:
    for at, count in ((NOW, 500), (NOW + MINUTE, None), (NOW + DAY, 510)):
        profile = Profile(*ACCOUNT, followers=count)
        await keep(store, replace(arrival(), profile=profile), at=at)

    followers = (await PostReader(store).followers([ACCOUNT]))[ACCOUNT]
    assert [count for _, count in followers.counts] == [500, 510]
    assert followers.at(Instant(NOW + HOUR)) == (500, True)
    assert followers.at(Instant(NOW - HOUR)) == (500, False)
    assert followers.at(Instant(NOW + 9 * DAY)) == (510, False)
    assert Followers().at(NOW) == (None, False)


@pytest.mark.parametrize("published", [-3 * DAY, -HOUR, 0, HOUR, 3 * DAY, 4 * DAY, 4 * DAY + 1, 30 * DAY])
async def test_a_post_comes_with_the_counts_of_followers_that_lie_next_to_it(store: Store, published: int) -> None:
    """Those by which one reckons are the same as by all that were ever read."""
    other = Profile(Platform.INSTAGRAM, "17842", followers=1)
    for after, count in ((0, 500), (MINUTE, None), (2 * MINUTE, 501), (4 * DAY, 510), (5 * DAY, 520)):
        page = replace(arrival(), profile=Profile(*ACCOUNT, followers=count))
        await keep(store, page, Arrival(12, *ACCOUNT[:1], "17842", (), profile=other), at=NOW + after)
    post = replace(REEL, published_at=Instant(NOW + published))
    await keep(store, arrival(seen(post)), at=NOW + 31 * DAY)

    reader = PostReader(store)
    known = (await reader.followers([ACCOUNT]))[ACCOUNT]
    for kept in (await reader.of_campaign(102), await reader.of_creator(11), [await reader.one(*REEL.key)]):
        assert [each.followers.at(post.published_at) for each in kept if each] == [known.at(post.published_at)]
    (counted,) = await SumReader(store).of_campaign(102)
    assert counted.followers.at(post.published_at) == known.at(post.published_at)
    [(tracked, readings)] = [found async for some in courses(store, 102) for found in some]
    assert tracked.followers.at(post.published_at) == known.at(post.published_at)
    assert [each.values[:6] for each in readings] == [(100, 80, 7, 2, 1, 0)]


async def test_stories_end_after_their_day_and_are_no_tracked_posts(store: Store) -> None:
    story = replace(REEL, kind=Kind.STORY, published_at=Instant(NOW - 23 * HOUR))
    await keep(store, arrival(seen(story)))

    reader = PostReader(store)
    (kept,) = await reader.of_campaign(102)
    assert (kept.state_at(NOW), kept.state_at(Instant(NOW + HOUR))) == (PostState.LIVE, PostState.EXPIRED)
    assert (await reader.known([ACCOUNT], Instant(0)))[ACCOUNT] == (set(), {})
    assert await reader.live_stories(Instant(NOW - DAY)) == {ACCOUNT: [story.published_at]}


async def test_a_forgotten_creator_leaves_nothing(store: Store) -> None:
    other = replace(REEL, platform_id="999")
    await keep(store, replace(arrival(seen()), profile=Profile(*ACCOUNT, followers=3)))
    await keep(store, Arrival(12, Platform.INSTAGRAM, "17842", seen=(seen(other),)))
    for _ in range(2):
        await PostStore(store).forget(11)

    reader = PostReader(store)
    assert await reader.of_creator(11) == []
    assert await reader.captures(*REEL.key) == []
    assert await reader.followers([ACCOUNT]) == {}
    assert [kept.creator_id for kept in await reader.of_campaign(102)] == [12]


async def test_what_a_run_still_brings_of_a_forgotten_creator_is_not_kept(store: Store) -> None:
    await CreatorStore(store).forget(11)
    await keep(
        store, arrival(seen()), Arrival(12, Platform.INSTAGRAM, "17842", seen=(seen(replace(REEL, platform_id="9")),))
    )

    assert [kept.creator_id for kept in await PostReader(store).of_campaign(102)] == [12]
