"""What an operator asks of all creators at once, on either engine."""

import pytest

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.social.driving import Ended, Errand, Result
from lahmadaemon.social.posts import Found, Kind, Numbers, Platform, Post
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.overview import AllPosts, posts_at, posts_by_creator, posts_called, results_of
from lahmadaemon.social.store.posts import Arrival, PostStore, Seen
from lahmadaemon.social.store.reading import Wish
from lahmadaemon.social.store.runs import Run, RunStore
from lahmadaemon.store.database import Store
from tests.fakes.clock import START

REEL = Post(Platform.INSTAGRAM, "1", Kind.REEL, Instant(START - 2 * DAY), permalink="https://ig.example/reel/A_1/")
VIDEO = Post(Platform.TIKTOK, "2", Kind.VIDEO, Instant(START - DAY), permalink="https://tt.example/@a/video/2?utm=x")
NAMELESS = Post(Platform.TIKTOK, "1", Kind.VIDEO, Instant(START - 3 * DAY))


@pytest.fixture
async def kept(store: Store) -> Store:
    """Two posts of creator 11, one of 12."""
    await CreatorStore(store).take({11: None, 12: None}, START)
    posts = PostStore(store)
    for creator, found in ((11, (REEL, NAMELESS)), (12, (VIDEO,))):
        for post in found:
            seen = Seen(Found(post, Numbers(views=5)), frozenset())
            arrival = Arrival(creator, post.platform, f"account of {creator}", (seen,))
            await posts.keep([arrival], START, START, Instant(START - 20 * DAY))
    return store


async def test_posts_are_counted_by_creator_and_platform(kept: Store) -> None:
    assert await posts_by_creator(kept) == {
        11: {Platform.INSTAGRAM: 1, Platform.TIKTOK: 1}, 12: {Platform.TIKTOK: 1},
    }  # fmt: skip


async def test_all_posts_come_newest_first_and_by_pages(kept: Store) -> None:
    reader = AllPosts(kept)
    first = await reader.newest(Wish(limit=2))
    last = first[-1].post
    rest = await reader.newest(Wish(after=(last.published_at, last.platform.value, last.platform_id)))

    assert [each.post.key for each in (*first, *rest)] == [VIDEO.key, REEL.key, NAMELESS.key]
    assert [each.creator_id for each in await reader.newest(Wish(creator_id=12))] == [12]
    assert first[0].latest is not None


async def test_a_post_is_found_by_its_id_on_whichever_platform(kept: Store) -> None:
    assert sorted(await posts_called(kept, "1")) == [REEL.key, NAMELESS.key]
    assert await posts_called(kept, "3") == []


@pytest.mark.parametrize(
    ("address", "post"),
    [
        ("https://ig.example/reel/A_1", REEL), ("https://ig.example/reel/A_1/?igsh=1", REEL),
        ("https://ig.example/reel/A_1/#here", REEL), ("https://tt.example/@a/video/2", VIDEO),
        ("https://tt.example/@a/video/2/?utm=y", VIDEO), ("https://ig.example/reel/AB1", None),
        ("https://ig.example/reel/A", None), ("https://tt.example/@a/video/%", None), ("", None), ("/", None), ("?x", None),
    ],
)  # fmt: skip
async def test_a_post_is_found_by_its_address_whatever_hangs_on_it(
    kept: Store, address: str, post: Post | None
) -> None:
    assert await posts_at(kept, address) == ([post.key] if post else [])


async def test_results_of_a_creator_come_newest_first(store: Store) -> None:
    await CreatorStore(store).take({11: None, 12: None}, START)
    runs = RunStore(store)
    for number, result in enumerate((Result.OK, Result.PARTIAL, Result.SKIPPED)):
        run = Run(f"run {number}", "collect", Instant(START + number * HOUR), accounts=1, done=1)
        await runs.begin(run)
        for creator in (11, 12):
            errand = Errand(creator, Platform.TIKTOK, "open", iter(()))  # type: ignore[arg-type]  # nobody walks it
            await runs.fared(run, [(errand, Ended(result, posts=number))], run.started_at, {})

    found = await results_of(store, 11, 2)

    assert [(each.creator_id, each.result, each.posts) for each in found] == [
        (11, Result.SKIPPED, 2), (11, Result.PARTIAL, 1),
    ]  # fmt: skip
    assert found[0].run_id == "run 2"
