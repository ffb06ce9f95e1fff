"""What the demo's picture is told of a room that has collected something."""

import sqlite3
from contextlib import closing
from pathlib import Path

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.demo.social.looking import Onlooker
from lahmadaemon.demo.social.pane import Agency, RunNow
from lahmadaemon.social.posts import Numbers, Platform
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.posts import Arrival
from lahmadaemon.social.store.runs import STORIES, Run
from tests.fakes.clock import START
from tests.social.web.room import AUTUMN, FILE, OPEN_ID, VIDEO, ZONE, Room, keep, room, seeded_room, seen


def onlooker(opened: Room) -> Onlooker:
    return Onlooker(opened.store, SocialSettings(), ZONE)


async def test_campaigns_are_told_with_their_sums_and_the_post_that_was_viewed_most(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        autumn, nameless, summer = (await onlooker(opened).look()).campaigns

    assert (autumn.name, autumn.state, autumn.posts) == ("Autumn bake", "running", 3)
    assert autumn.views == 1300 + 500 + 4_000_000_000
    assert autumn.er_views is not None
    assert 0 < autumn.er_views < 1
    assert autumn.best is not None
    assert (autumn.best.views, autumn.best.kind, autumn.best.creator) == (4_000_000_000, "video", "alma.bakes")
    assert (nameless.state, nameless.views, nameless.best) == ("skipped", None, None)
    assert (summer.state, summer.posts) == ("ended", 0)


async def test_a_creator_with_one_dead_login_must_come_back_and_one_without_any_is_just_not_connected(
    tmp_path: Path,
) -> None:
    async with seeded_room(tmp_path) as opened:
        agency = await onlooker(opened).look()

    assert (agency.creators, agency.connected, agency.lost) == (3, 1, ("refresh_refused",))


async def test_new_numbers_show_at_the_next_look(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        looking = onlooker(opened)
        before = await looking.look()
        more = Numbers(views=5_000_000_000, likes=41)
        await keep(
            opened, START + 10 * MINUTE,
            Arrival(11, Platform.TIKTOK, OPEN_ID, (seen(VIDEO, more, AUTUMN),), frozenset({101})),
        )  # fmt: skip
        after = await looking.look()

    assert before.campaigns[0].best
    assert after.campaigns[0].best
    assert after.campaigns[0].best.views - before.campaigns[0].best.views == 1_000_000_000
    assert (after.campaigns[0].views or 0) - (before.campaigns[0].views or 0) == 1_000_000_000


async def test_the_newest_run_is_told_of_whatever_kind_with_how_far_it_is(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        assert (await onlooker(opened).look()).run == RunNow("collect", "18:57", 1, 1, over=True)
        run = Run("run-9", STORIES, Instant(START + MINUTE), accounts=8, done=5)
        await opened.doors.runs.begin(run)

        assert (await onlooker(opened).look()).run == RunNow("stories", "19:58", 5, 8, over=False)


async def test_tokens_that_rotated_are_counted_and_other_logins_are_not(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        with closing(sqlite3.connect(tmp_path / FILE)) as behind:
            behind.execute("update social_connections set generation = 4 where provider = 'tiktok' and creator_id = 11")
            behind.execute("update social_connections set generation = 9 where provider = 'meta'")
            behind.commit()

        assert (await onlooker(opened).look()).rotated == 3


async def test_before_anything_is_known_there_is_nothing_to_tell(tmp_path: Path) -> None:
    async with room(tmp_path) as opened:
        assert await onlooker(opened).look() == Agency([], 0, 0)
