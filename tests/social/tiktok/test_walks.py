"""Which questions a walk asks, when it stops, and what it says was found and what is missing. No network, no clock."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, SECOND, Instant
from lahmadaemon.http import Answer
from lahmadaemon.social.posts import Platform, Profile
from lahmadaemon.social.tiktok.fields import SCOPES
from lahmadaemon.social.tiktok.walks import videos
from lahmadaemon.social.walk import Ask, Outcome, Page, Task
from tests.samples import sample, told

NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
EVER = Instant(0)
MILA = "-000EXAMPLEmila11"


def task(**changed: Any) -> Task:
    settings: dict[str, Any] = {
        "scopes": frozenset(SCOPES),
        "with_profile": False,
        "horizon": EVER,
        "now": NOW,
    } | changed
    return Task(11, Platform.TIKTOK, MILA, wanted=lambda _: True, **settings)


@dataclass
class Story:
    """What a walk asked, and what came of it."""

    asks: list[Ask] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome(complete=False))

    @property
    def asked(self) -> list[tuple[str, Any]]:
        """Path and body, or the fields where there is none."""
        return [(ask.path, ask.body or ask.query["fields"]) for ask in self.asks]

    @property
    def found(self) -> list[str]:
        return [each.post.platform_id for page in self.pages for each in page.found]

    @property
    def missing(self) -> set[str]:
        return {number for page in self.pages for number in page.missing}

    @property
    def profile(self) -> Profile | None:
        return next((page.profile for page in self.pages if page.profile), None)


def walked(task: Task, answer: Callable[[Ask], Answer]) -> Story:
    story, walk, given = Story(), videos(task), None
    while True:
        try:
            step = walk.send(given)
        except StopIteration as end:
            story.outcome = end.value
            return story
        given = None
        if isinstance(step, Page):
            story.pages.append(step)
        else:
            assert isinstance(step, Ask)
            story.asks.append(step)
            given = answer(step)
        assert len(story.asks) < 200, "it never ends"


def replayed(*answers: str | Answer) -> Callable[[Ask], Answer]:
    """Recorded answers, one after another."""
    coming = iter(answers)

    def answer(_: Ask) -> Answer:
        given = next(coming)
        return given if isinstance(given, Answer) else Answer(200, {}, sample(f"social/tiktok/{given}.json"))

    return answer


def error(code: str, status: int = 400) -> Answer:
    return Answer(status, {}, json.dumps({"data": {}, "error": {"code": code, "log_id": "EXAMPLE"}}).encode())


@dataclass
class Shelf:
    """A creator's videos, newest first: id by time, with gaps or without; pages as TikTok cuts them."""

    times: Sequence[int]
    """Unix seconds, falling."""
    size: int = 20
    deleted: set[str] = field(default_factory=set)
    empty_first: bool = False

    @property
    def ids(self) -> list[str]:
        return [str(at) for at in self.times]

    def answer(self, ask: Ask) -> Answer:
        assert ask.body is not None
        if ask.path == "video/query/":
            asked = ask.body["filters"]["video_ids"]
            assert 0 < len(asked) <= 20
            return self._told([at for at in self.times if str(at) in asked])
        assert ask.body["max_count"] == 20
        cursor = ask.body.get("cursor")
        if self.empty_first and cursor is None:
            return self._told([], NOW + 1, more=True)
        older = [at for at in self.times if cursor is None or at * SECOND < cursor]
        cut = older[: self.size]
        return self._told(cut, cut[-1] * SECOND if cut else 0, more=len(older) > len(cut))

    def _told(self, times: Sequence[int], cursor: int = 0, *, more: bool = False) -> Answer:
        there = [{"id": str(at), "create_time": at} for at in times if str(at) not in self.deleted]
        content = {"data": {"videos": there, "cursor": cursor, "has_more": more}, "error": {"code": "ok"}}
        return Answer(200, {}, json.dumps(content).encode())


def shelf(count: int, **more: Any) -> Shelf:
    """One video an hour."""
    return Shelf([NOW // SECOND - 3600 * number for number in range(count)], **more)


# Listing


def test_a_short_page_and_an_empty_one_are_not_the_end_while_there_is_more() -> None:
    pages = ("video_list_page1_short", "video_list_page2_empty", "video_list_page3_last")

    story = walked(task(), replayed(*pages))

    assert len(story.found) == 25
    assert story.outcome == Outcome(complete=True)
    assert [body for _, body in story.asked] == [
        {"max_count": 20},
        {"max_count": 20, "cursor": 1_787_997_600_000},
        {"max_count": 20, "cursor": 1_787_954_400_000},
    ]
    assert all(ask.method == "POST" and "embed_html" not in ask.query["fields"] for ask in story.asks)


def test_a_cursor_that_does_not_move_ends_the_walk_as_incomplete() -> None:
    story = walked(task(), replayed("video_list_page1_short", "video_list_stuck_cursor", "video_list_stuck_cursor"))

    assert len(story.asks) == 2
    assert len(story.found) == len(set(story.found)) == 13
    assert story.outcome == Outcome(complete=False, reasons=("cursor_stuck",))


@pytest.mark.parametrize("cursor", [0, None, NOW + DAY, "soon"])
def test_nor_does_one_that_goes_back_or_is_none(cursor: Any) -> None:
    def answer(ask: Ask) -> Answer:
        given = NOW if ask.body == {"max_count": 20} else cursor
        content = {"data": {"videos": [], "cursor": given, "has_more": True}, "error": {"code": "ok"}}
        return Answer(200, {}, json.dumps(content).encode())

    story = walked(task(), answer)

    assert len(story.asks) == 2
    assert story.outcome.reasons == ("cursor_stuck",)


def test_empty_pages_for_ever_are_not_followed_for_ever() -> None:
    def answer(ask: Ask) -> Answer:
        cursor = (ask.body or {}).get("cursor", NOW) - 1
        content = {"data": {"videos": [], "cursor": cursor, "has_more": True}, "error": {"code": "ok"}}
        return Answer(200, {}, json.dumps(content).encode())

    story = walked(task(), answer)

    assert not story.outcome.complete
    assert len(story.asks) == 25


def test_a_creator_without_videos_is_complete() -> None:
    story = walked(task(), replayed("video_list_none"))

    assert (story.pages, story.outcome) == ([], Outcome(complete=True))


def test_it_stops_at_the_horizon_and_hands_on_nothing_older() -> None:
    videos_there = shelf(70)
    horizon = Instant(videos_there.times[29] * SECOND)

    story = walked(task(horizon=horizon), videos_there.answer)

    assert len(story.asks) == 2
    assert story.found == videos_there.ids[:30]
    assert story.outcome.complete


def test_an_empty_page_whose_cursor_is_past_the_horizon_is_the_end_too() -> None:
    story = walked(
        task(horizon=Instant(1_787_990_000_000)), replayed("video_list_page1_short", "video_list_page2_empty")
    )

    assert (len(story.asks), story.outcome.complete) == (2, True)


def test_a_pinned_old_video_at_the_top_is_not_the_end() -> None:
    videos_there = shelf(50)
    pinned = Shelf([videos_there.times[0] - 90 * 86_400, *videos_there.times], size=20)

    story = walked(task(horizon=Instant(videos_there.times[-1] * SECOND)), pinned.answer)

    assert story.found == videos_there.ids


def test_a_video_that_comes_twice_while_paging_is_found_once() -> None:
    again = Shelf([NOW // SECOND - 3600 * (number - number // 20) for number in range(40)])

    story = walked(task(), again.answer)

    assert len(story.found) == len(set(story.found)) == 39


def test_a_page_with_a_video_nobody_can_make_out_is_kept_and_ends_the_look() -> None:
    content = {
        "data": {"videos": [{"id": "1", "create_time": 5}, {"id": "2"}], "has_more": True},
        "error": {"code": "ok"},
    }

    story = walked(
        task(tracked={"2": NOW}), replayed(Answer(200, {}, json.dumps(content).encode()), error("invalid_params"))
    )

    assert story.found == ["1"]
    assert story.missing == set()
    assert story.outcome == Outcome(complete=False, reasons=("video_unreadable", "invalid_params"))


@pytest.mark.parametrize(("creator", "pages"), [(11, 1), (13, 3)])
def test_the_recorded_world_s_videos_come_with_their_numbers(creator: int, pages: int) -> None:
    files = [f"tiktok_{creator}_videos_{number + 1}" for number in range(pages)]
    expected = {
        each["platform_id"]: each
        for each in told("social/world/expected_posts.json")["posts"]
        if each["platform"] == "tiktok" and each["creator_id"] == creator
    }

    story = walked(task(), replayed(*(Answer(200, {}, sample(f"social/world/{file}.json")) for file in files)))

    found = {each.post.platform_id: each for page in story.pages for each in page.found}
    assert story.outcome == Outcome(complete=True)
    assert found.keys() == expected.keys()
    for number, each in found.items():
        for name in ("views", "reach", "likes", "comments", "shares", "saves"):
            assert getattr(each.numbers, name) == expected[number][name]
        assert each.post.cut is ("description_may_be_cut" in expected[number]["flags"])


def test_data_that_are_no_page_end_the_look() -> None:
    story = walked(task(), replayed(Answer(200, {}, b'{"data": {"videos": 7}, "error": {"code": "ok"}}')))

    assert story.outcome == Outcome(complete=False, reasons=("unreadable",))


def test_a_profile_that_is_somebody_else_s_is_not_kept() -> None:
    profile = Answer(200, {}, sample("social/tiktok/user_info.json").replace(b"EXAMPLEmila11", b"EXAMPLEother"))

    story = walked(task(with_profile=True), replayed(profile, "video_list_none"))

    assert story.profile is None
    assert story.outcome == Outcome(complete=True, reasons=("profile_unreadable",))


# What is known, tracked, missing


def test_a_page_of_known_videos_ends_the_listing_and_tracked_ones_beyond_are_asked_for_by_id() -> None:
    there = shelf(100)
    tracked = {number: Instant(int(number) * SECOND) for number in there.ids[10:70:2]}

    story = walked(task(known=frozenset(there.ids), tracked=tracked), there.answer)

    assert [path for path, _ in story.asked] == ["video/list/", "video/query/", "video/query/"]
    assert set(story.found) == {*there.ids[:20], *tracked}
    assert story.missing == set()
    assert story.outcome == Outcome(complete=True)


def test_one_new_video_is_enough_to_look_at_the_next_page() -> None:
    there = shelf(60)

    story = walked(task(known=frozenset(there.ids[1:])), there.answer)

    assert [path for path, _ in story.asked] == ["video/list/"] * 2


def test_an_empty_page_says_nothing_about_what_is_known() -> None:
    there = shelf(30, empty_first=True)

    story = walked(task(known=frozenset(there.ids)), there.answer)

    assert story.found == there.ids[:20]


def test_tracked_videos_that_a_whole_look_did_not_find_are_missing() -> None:
    there = shelf(30, deleted={"gone"})
    tracked = {there.ids[3]: Instant(NOW), "gone": Instant(NOW - DAY)}

    story = walked(task(tracked=tracked, horizon=Instant(NOW - 5 * DAY)), there.answer)

    assert story.missing == {"gone"}
    assert [path for path, _ in story.asked] == ["video/list/"] * 2


def test_of_tracked_videos_asked_for_by_id_those_not_answered_are_missing() -> None:
    there = shelf(60)
    there.deleted = {there.ids[40]}
    tracked = {number: Instant(int(number) * SECOND) for number in there.ids[35:45]}

    story = walked(task(known=frozenset(there.ids), tracked=tracked), there.answer)

    assert story.missing == {there.ids[40]}
    assert set(story.found) >= tracked.keys() - there.deleted


def test_the_recorded_query_misses_the_third() -> None:
    asked = ["7540000000000002000", "7540000000000002001", "7540000000000002002"]
    known = replayed("video_list_stuck_cursor", "video_query")
    seen = {"7540000000000002011", "7540000000000002012"}

    story = walked(task(known=seen, tracked=dict.fromkeys(asked, NOW)), known)

    assert story.missing == {asked[1]}


def test_a_look_that_broke_off_calls_nobody_missing_but_still_asks_for_the_tracked_ones() -> None:
    there = shelf(60)

    def answer(ask: Ask) -> Answer:
        return error("internal_error", 500) if (ask.body or {}).get("cursor") else there.answer(ask)

    story = walked(task(tracked={there.ids[50]: NOW, there.ids[2]: NOW}), answer)

    assert [path for path, _ in story.asked] == ["video/list/", "video/list/", "video/query/"]
    assert (story.found, story.missing) == ([*there.ids[:20], there.ids[50]], set())
    assert story.outcome == Outcome(complete=False, reasons=("internal_error",))


@settings(max_examples=40)
@given(
    count=st.integers(0, 90), size=st.integers(1, 20), known=st.sets(st.integers(0, 89)), days=st.integers(0, 5),
    tracked=st.sets(st.integers(0, 89)), deleted=st.sets(st.integers(0, 89)),
)  # fmt: skip
def test_whatever_is_known_every_new_and_every_tracked_video_is_found_or_missing_and_none_twice(
    count: int, size: int, known: set[int], days: int, tracked: set[int], deleted: set[int]
) -> None:
    there = shelf(count, size=size)
    horizon = NOW - days * DAY
    since = [number for number in there.ids if int(number) * SECOND >= horizon]
    # what `known` promises: an earlier look saw everything down to the horizon, so all but the newest are known
    newest = min(known, default=0)
    old = frozenset(since[newest:])
    follow = {number: Instant(int(number) * SECOND) for place, number in enumerate(since) if place in tracked}
    there.deleted = {number for place, number in enumerate(there.ids) if place in deleted}

    story = walked(task(known=old, tracked=follow, horizon=Instant(horizon)), there.answer)

    assert story.outcome == Outcome(complete=True)
    assert len(story.found) == len(set(story.found))
    assert story.missing == follow.keys() & there.deleted
    assert set(story.found) >= (set(since) - old | follow.keys()) - there.deleted
    assert set(story.found) <= set(since)


# Profiles and scopes


def test_the_profile_is_asked_for_when_it_is_wanted_with_all_that_was_granted() -> None:
    story = walked(task(with_profile=True), replayed("user_info", "video_list_none"))

    assert story.asked[0] == (
        "user/info/",
        "open_id,avatar_url,display_name,username,follower_count,following_count,video_count",
    )
    assert story.profile is not None
    assert (story.profile.username, story.profile.followers) == ("mila.example", 8000)
    assert story.outcome == Outcome(complete=True)


def test_a_scope_that_was_not_granted_is_not_asked_for_and_told() -> None:
    granted = frozenset({"user.info.basic", "video.list"})

    story = walked(task(with_profile=True, scopes=granted), replayed("user_info_basic_only", "video_list_none"))

    assert story.asked[0] == ("user/info/", "open_id,avatar_url,display_name")
    assert story.profile is not None
    assert story.outcome == Outcome(complete=True, reasons=("stats_not_granted",))


def test_fields_that_need_another_scope_after_all_are_dropped() -> None:
    answers = replayed("error_scope_permission_missed", "user_info_basic_only", "video_list_none")

    story = walked(task(with_profile=True), answers)

    assert [body for path, body in story.asked if path == "user/info/"][1] == "open_id,avatar_url,display_name"
    assert story.outcome.reasons == ("stats_not_granted",)


def test_a_profile_that_fails_does_not_cost_the_videos() -> None:
    story = walked(task(with_profile=True), replayed(error("invalid_params"), "video_list_page3_last"))

    assert len(story.found) == 12
    assert story.outcome == Outcome(complete=True, reasons=("profile_invalid_params",))


def test_without_the_scope_for_videos_none_are_asked_for() -> None:
    story = walked(task(scopes=frozenset({"user.info.basic"}), tracked={"1": NOW}), replayed())

    assert story.asks == []
    assert story.outcome == Outcome(complete=False, reasons=("video_list_not_granted",))


@pytest.mark.parametrize("code", ["scope_not_authorized", "scope_permission_missed"])
def test_a_scope_that_was_taken_back_ends_the_walk(code: str) -> None:
    story = walked(task(tracked={"1": NOW}), replayed(error(code, 401)))

    assert len(story.asks) == 1
    assert story.outcome == Outcome(complete=False, reasons=("video_list_not_granted",))


def test_nothing_granted_is_nothing_asked() -> None:
    story = walked(task(scopes=frozenset(), with_profile=True), replayed())

    assert story.outcome == Outcome(complete=False, reasons=("profile_not_granted", "video_list_not_granted"))
