"""Looking: `lahmadaemon social creators, campaigns, posts, tokens` say what the API says, and people can read it."""

import asyncio
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Incident, State
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.clock import DAY, Instant, iso
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.cells import Look
from lahmadaemon.commands.social.posts_view import posts_view
from lahmadaemon.errors import ConfigurationError, HopelessError
from lahmadaemon.social.campaigns import Rules, read
from lahmadaemon.social.connections import KEY_LOST
from lahmadaemon.social.engagement import rates
from lahmadaemon.social.expiring import DATA_ACCESS_ENDS, LOGIN_ENDS
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.meta import errors
from lahmadaemon.social.posts import Flag, Numbers, PostState
from lahmadaemon.social.rollups import Capture
from lahmadaemon.social.store.posts import Arrival
from lahmadaemon.social.store.reading import Kept
from lahmadaemon.social.tiktok.tokens import ANSWER_LOST, NO_REFRESH, REFRESH_REFUSED, REJECTED
from lahmadaemon.web.social.figures import Figured
from lahmadaemon.web.social.looking import Closed
from lahmadaemon.web.social.shapes import posts as shapes
from tests.fakes.clock import START
from tests.social.commanding import API, Typist
from tests.social.web.room import (
    INSTAGRAM,
    OPEN_ID,
    OTHER_INSTAGRAM,
    PHOTO,
    REEL,
    SECRETS,
    STORY,
    VIDEO,
    WALL,
    ZONE,
    keep,
    room,
    seeded_room,
    seen,
)

ADDRESSES = (
    "creators?limit=200", "creators/11", "creators/11/months", "campaigns?limit=200", "campaigns?state=skipped",
    "campaigns/101/posts?limit=50", "campaigns/101/posts?limit=2", "creators/11/posts", "campaigns/101/posts.csv",
    "creators/11/posts?platform=instagram", f"posts/instagram/{REEL.platform_id}",
    f"posts/instagram/{REEL.platform_id}/captures",
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A room's folder, and what its API answers."""
    folder = tmp_path_factory.mktemp("room")

    async def ask() -> dict[str, Any]:
        answers: dict[str, Any] = {}
        async with seeded_room(folder) as opened, opened.visitor() as visitor:
            for address in ADDRESSES:
                answer = await visitor.get(f"{API}/{address}")
                assert answer.status_code == 200, answer.text
                answers[address] = answer.text if address.endswith("csv") else answer.json()
        return answers

    return folder, asyncio.run(ask())


@pytest.fixture
def answers(told: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return told[1]


@pytest.fixture
def typist(
    told: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typist:
    return Typist(told[0], capsys, monkeypatch)


def without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def test_creators_are_told_to_programs_as_the_api_tells_them_with_how_many_posts(
    typist: Typist, answers: dict[str, Any]
) -> None:
    found = typist.say("creators", "--json").json

    assert found["next"] is None
    assert [without(each, "posts") for each in found["items"]] == answers["creators?limit=200"]["items"]
    assert [each["posts"] for each in found["items"]] == [{"facebook": 1, "instagram": 3, "tiktok": 1}, {}, {}, {}]


@pytest.mark.parametrize("called", ["11", "alma@example.ORG"])
def test_one_creator_is_told_whole(typist: Typist, answers: dict[str, Any], called: str) -> None:
    found = typist.say("creators", called, "--json").json

    assert without(found, "posts", "results", "months") == answers["creators/11"]
    assert found["months"] == answers["creators/11/months"]["months"]
    assert [(each["account_id"], each["result"], each["reason"], each["posts"]) for each in found["results"]] == [
        (INSTAGRAM, "partial", "insights_failed", 3)
    ]


@pytest.mark.parametrize(
    ("state", "address"), [((), "campaigns?limit=200"), (("--state", "skipped"), "campaigns?state=skipped")]
)
def test_campaigns_are_told_to_programs_as_the_api_tells_them(
    typist: Typist, answers: dict[str, Any], state: tuple[str, ...], address: str
) -> None:
    assert typist.say("campaigns", *state, "--json").json == answers[address]


@pytest.mark.parametrize(
    ("options", "address"),
    [
        (("--campaign", "101"), "campaigns/101/posts?limit=50"),
        (("--campaign", "101", "--limit", "2"), "campaigns/101/posts?limit=2"),
        (("--creator", "alma@example.org"), "creators/11/posts"),
        (("--creator", "11", "--platform", "instagram"), "creators/11/posts?platform=instagram"),
        ((), "creators/11/posts"),  # nobody else has any
    ],
)
def test_posts_are_told_to_programs_as_the_api_tells_them(
    typist: Typist, answers: dict[str, Any], options: tuple[str, ...], address: str
) -> None:
    assert typist.say("posts", *options, "--json").json == answers[address]


@pytest.mark.parametrize(
    "named",
    [
        REEL.platform_id, f"instagram:{REEL.platform_id}", f"IG:{REEL.platform_id}", "https://instagram.example/reel/1",
        "https://instagram.example/reel/1/?igsh=of-somebody#comments",
    ],
)  # fmt: skip
def test_one_post_is_told_with_its_captures_however_it_is_named(
    typist: Typist, answers: dict[str, Any], named: str
) -> None:
    found = typist.say("posts", named, "--json").json

    assert without(found, "captures", "heights", "creator_email") == answers[f"posts/instagram/{REEL.platform_id}"]
    readings = answers[f"posts/instagram/{REEL.platform_id}/captures"]
    assert (found["captures"], found["heights"]) == (readings["items"], readings["heights"])
    assert found["creator_email"] == "Alma@Example.org"


def test_a_campaign_s_table_for_spreadsheets_is_the_very_one_of_the_api(
    typist: Typist, answers: dict[str, Any]
) -> None:
    said = typist.say("posts", "--campaign", "101", "--csv")

    assert said.out.replace("\r\n", "\n") == answers["campaigns/101/posts.csv"].replace("\r\n", "\n")


def test_a_table_of_all_posts_has_the_same_columns_but_those_of_one_campaign(
    typist: Typist, answers: dict[str, Any]
) -> None:
    one = list(csv.DictReader(io.StringIO(answers["campaigns/101/posts.csv"].lstrip("\ufeff"))))
    rows = list(csv.DictReader(io.StringIO(typist.say("posts", "--csv").out.lstrip("\ufeff"))))

    assert {row["platform_id"] for row in rows} == {each.platform_id for each in (REEL, PHOTO, STORY, VIDEO, WALL)}
    by_id = {row["platform_id"]: row for row in rows}
    for row in one:
        own = without(row, "campaign_id", "campaign", "rule", "matched")
        assert own | {"campaigns": "101"} == by_id[row["platform_id"]]
    assert by_id[WALL.platform_id]["campaigns"] == ""
    assert by_id[WALL.platform_id]["views"] == ""  # unknown is no 0


def test_every_login_is_told_the_most_urgent_first_and_the_exit_code_says_that_somebody_is_wanted(
    typist: Typist,
) -> None:
    said = typist.say("tokens", "--json")

    assert [(each["creator_id"], each["provider"], each["state"], each["reason"]) for each in said.json["items"]] == [
        (13, "tiktok", "reauth_required", "refresh_refused"), (11, "tiktok", "ok", "login_ends"), (11, "meta", "ok", None),
    ]  # fmt: skip
    assert said.json["items"][2]["ends_at"] == iso(START + 50 * DAY)
    assert said.code == 1


def test_when_all_logins_last_the_exit_code_is_good(tmp_path: Path, typist: Typist) -> None:
    async def made() -> None:
        async with seeded_room(tmp_path) as opened:
            for creator in (11, 13):
                await opened.doors.joining.leave(creator)

    asyncio.run(made())
    typist.folder = tmp_path

    assert typist.say("tokens").code == 0
    assert "connect" in typist.say("tokens").out


def test_a_login_that_no_key_opens_is_dead_since_the_daemon_has_said_so(tmp_path: Path, typist: Typist) -> None:
    """The command line opens no token, and so cannot find out."""

    async def made() -> None:
        async with seeded_room(tmp_path) as opened:
            lost = Incident(1, Condition.CREATOR_LOGIN_DEAD, "meta.11", State.FIRING, START, {"reason": KEY_LOST})
            over = replace(lost, number=2, subject="tiktok.11", state=State.RESOLVED, resolved_at=START)
            await AlertStore(opened.store).save([lost, over])

    asyncio.run(made())
    typist.folder = tmp_path
    found = typist.say("tokens", "--json").json["items"]

    states = {(each["creator_id"], each["provider"]): (each["state"], each["reason"]) for each in found}
    assert states[11, "meta"] == ("reauth_required", KEY_LOST)
    assert states[11, "tiktok"] == ("ok", "login_ends")
    assert "no key opens the stored login" in typist.say("tokens").words


def test_what_looks_opens_no_token() -> None:
    for act in (lambda: Closed().open(b""), lambda: Closed().seal(""), lambda: Closed().reseal(b"")):
        with pytest.raises(HopelessError):
            act()


COMMANDS = (
    ("creators",), ("creators", "11"), ("campaigns",), ("posts",), ("posts", REEL.platform_id), ("tokens",),
)  # fmt: skip


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_that_is_shown_is_wider_than_the_screen(typist: Typist, command: tuple[str, ...], columns: int) -> None:
    said = typist.say(*command, columns=columns)

    assert max(map(cell_len, said.out.splitlines())) <= columns
    assert "\x1b" not in said.out


def test_nothing_that_is_told_is_a_secret(typist: Typist) -> None:
    for command in (*COMMANDS, *((*each, "--json") for each in COMMANDS), ("posts", "--csv")):
        out = typist.say(*command).out
        assert not [secret for secret in SECRETS if secret in out]


@pytest.mark.parametrize("columns", [80, 120])
def test_creators_are_shown_with_their_accounts_and_how_they_stand(typist: Typist, columns: int) -> None:
    told = typist.say("creators", columns=columns).words

    assert "partial, 60 min ago" not in told
    assert "partial, 1 h ago" in told
    assert "ends in 3 days" in told
    assert "not connected" in told
    assert "3 creators, 1 more that have left; logins: 1 ok, 1 ending, 1 dead" in told


def test_a_dead_login_is_told_in_words(typist: Typist) -> None:
    assert "dead: TikTok refuses to renew the login" in typist.say("creators").words
    assert "dead since 2026-10-20: TikTok refuses to renew the login 24 h ago" in typist.say("tokens").words
    assert "refresh_refused" not in typist.say("creators", "13").out


def test_of_several_accounts_it_is_shown_which_is_collected_and_how_another_is(typist: Typist) -> None:
    told = typist.say("creators", "11").words

    assert f"IG @alma.bakes {INSTAGRAM} yes partial, 1 h ago" in told
    assert f"IG @alma.sings {OTHER_INSTAGRAM} no" in told
    assert f"lahmadaemon social choose 11 instagram {OTHER_INSTAGRAM}" in told
    assert "2026-10 IG 3 12,500 1,890 69 29 4.58% 6.17%" in told


@pytest.mark.parametrize("columns", [80, 120])
def test_a_campaign_is_shown_with_who_takes_part_and_what_its_posts_add_up_to(typist: Typist, columns: int) -> None:
    told = typist.say("campaigns", columns=columns).words

    assert "1 of 2 3 4,000,001,800 161 3.05%" in told


def test_a_campaign_that_cannot_be_collected_is_shown_with_the_reason(typist: Typist) -> None:
    told = typist.say("campaigns").words

    assert "nothing is collected: no hashtags" in told
    assert "! 6 required tags, Instagram captions hold 5: can never match there in mode all" in told
    assert typist.say("campaigns", "--state", "planned").out == "No campaign is planned.\n"


@pytest.mark.parametrize("columns", [80, 120])
def test_what_is_not_known_of_a_post_is_a_dash_and_the_reason_stands_below_in_words(
    typist: Typist, columns: int
) -> None:
    said = typist.say("posts", "--campaign", "101", columns=columns)

    if columns == 120:
        row = next(line.split() for line in said.out.splitlines() if PHOTO.platform_id in line)
        assert row[-9:] == ["500", "–", "–", "4", "1", "1", "1.00%", "–", "ab"]
    else:
        upper, lower = next(
            (before.split(), line.split())
            for before, line in pairwise(said.out.splitlines())
            if PHOTO.platform_id in line
        )
        assert (upper[-5:], lower[-4:]) == (["500", "–", "4", "1.00%", "ab"], ["–", "1", "1", "–"])
    assert "a older than two years: no insights any more" in said.words
    assert "b the creator hides the likes; rates are without them" in said.words
    assert not [flag for flag in Flag if flag in said.out]


def test_every_short_name_of_the_room_has_words() -> None:
    assert {*Flag} <= words.FLAGS.keys()
    assert {*errors._DEAD.values()} <= words.REASONS.keys()
    assert {
        ANSWER_LOST,
        REFRESH_REFUSED,
        REJECTED,
        NO_REFRESH,
        KEY_LOST,
        LOGIN_ENDS,
        DATA_ACCESS_ENDS,
    } <= words.REASONS.keys()
    assert words.reasons("syntax_2500, something_new") == ["Meta refused: syntax (its error 2500)", "something new"]
    assert words.reasons(None) == []


def test_times_are_those_of_the_zone(typist: Typist) -> None:
    assert REEL.published_at == START - 3 * DAY  # 2026-10-18T17:57:00Z
    assert "10-18 19:57" in typist.say("posts").out
    assert "10-18 17:57" in typist.say("posts", LAHMA_SOCIAL__TIMEZONE="UTC").out


def test_a_post_over_time_is_shown_with_what_it_gained_and_lost(typist: Typist) -> None:
    told = typist.say("posts", f"ig:{REEL.platform_id}").words

    assert "IG reel by Alma@Example.org (11), published 2026-10-18 19:57, now live" in told
    assert "campaigns: 101 (by #autumnbake)" in told
    assert "2026-10-18 20:57 1 h 1,000 800 70 20 10 5 10.00% 13.12%" in told
    assert "+300 +100 -1 +5 +2 +1" in told
    assert "most likes: 70 on 2026-10-18 20:57" in told


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("creators", "99"), "there is no creator 99"),
        (("creators", "nobody@example.org"), "there is no creator nobody@example.org"),
        (("posts", "--campaign", "999"), "there is no campaign 999"),
        (("posts", "--creator", "99"), "there is no creator 99"),
        (("posts", "12345"), "12345 was never collected"),
        (("posts", "tt:17900000000000001"), "tt:17900000000000001 was never collected"),
        (("posts", "https://elsewhere.example/"), "was never collected"),
        (("posts", "://"), "was never collected"),
        (("posts", "a b"), "a b names no post; write instagram:ID"),
        (("posts", REEL.platform_id, "--campaign", "101"), "--campaign does not go with one post"),
        (("posts", "--csv", "--limit", "3"), "leave --limit out"),
    ],
)
def test_what_is_not_there_is_answered_with_where_to_look(
    typist: Typist, arguments: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(problem)):
        typist.say(*arguments)


@pytest.mark.parametrize(
    "arguments", [("--campaign", "x"), ("--campaign", "-1"), ("--campaign", str(2**63)), ("--limit", "0")]
)
def test_what_is_no_number_is_refused(typist: Typist, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        typist.say("posts", *arguments)

    assert ended.value.code == 2


@pytest.mark.parametrize("what", ["creators", "campaigns", "posts", "tokens"])
def test_an_empty_list_says_what_to_do(tmp_path: Path, typist: Typist, what: str) -> None:
    async def made() -> None:
        async with room(tmp_path):
            pass

    asyncio.run(made())
    typist.folder = tmp_path

    assert "lahmadaemon" in typist.say(what).out
    assert (
        "the social room is off: set LAHMA_SOCIAL__CREATORS__URL"
        in typist.say(what, LAHMA_SOCIAL__CREATORS__URL="").out
    )
    assert typist.say(what, "--json").json.get("items") == []


def test_what_a_stranger_wrote_moves_no_cursor_and_is_no_markup(tmp_path: Path, typist: Typist) -> None:
    """Names and captions come from whoever posts."""
    evil = "[red]\x1b[2Jx\u202e"

    async def made() -> None:
        async with seeded_room(tmp_path) as opened:
            await opened.doors.creators.take({11: evil, 12: None, 13: None}, Instant(START))
            known = read(101, evil, "#autumnbake", date(2026, 10, 1), date(2026, 10, 31), [1], ZONE, Rules())
            await opened.doors.campaigns.take([known], Instant(START))
            await keep(
                opened, START, Arrival(11, REEL.platform, INSTAGRAM, (seen(replace(REEL, caption=evil), Numbers()),))
            )

    asyncio.run(made())
    typist.folder = tmp_path

    for command in (
        ("creators",),
        ("creators", "11"),
        ("campaigns",),
        ("posts",),
        ("posts", REEL.platform_id),
        ("tokens",),
    ):
        said = typist.say(*command)
        assert not {"\x1b", "\u202e"} & set(said.out)
        assert "[red]" in said.out


@pytest.fixture(scope="module", autouse=True)
def _drawn_once() -> None:
    """What drawing imports is there before Hypothesis begins: it takes examples from all modules there are, and calls a test
    flaky when others come between two runs of it."""
    drawn(80, [(1,) * 6])


def drawn(columns: int, numbers: Sequence[tuple[int | None, ...]]) -> str:
    posts = [post_with(number, *each) for number, each in enumerate(numbers)]
    page = Console(width=columns, record=True, file=io.StringIO(), color_system=None)
    page.print(posts_view(posts, {}, Look(ZONE, START, columns), more=False))
    return page.export_text()


@given(
    st.lists(st.tuples(*[st.none() | st.integers(0, 9_999_999_999)] * 6), min_size=1, max_size=4),
    st.sampled_from([80, 120]),
)
@example([(1, None, None, None, 10_000_001, None), (100_000_000, 1, None, 10_000_000, None, 1_000_000)], 120)
@example([(9_999_999_999,) * 6], 80)
@hypothesis.settings(max_examples=30)
def test_no_number_is_ever_cut(numbers: list[tuple[int | None, ...]], columns: int) -> None:
    shown = drawn(columns, numbers).split()

    for each in numbers:
        assert all(f"{value:,}" in shown for value in each if value is not None)


def post_with(number: int, *numbers: int | None) -> shapes.Post:
    views, reach, likes, comments, shares, saves = numbers
    known = Numbers(views=views, reach=reach, likes=likes, comments=comments, shares=shares, saves=saves)
    kept = Kept(
        replace(REEL, platform_id=str(number)), INSTAGRAM, 11, None, frozenset(), PostState.LIVE, START, START, START,
        Capture(START, known), Followers(),
    )  # fmt: skip
    return shapes.post(Figured(kept, rates(REEL.kind, known, None, followers_at_publish=False)), [], START)


def test_more_creators_than_a_page_holds_and_posts_of_one_name(tmp_path: Path, typist: Typist) -> None:
    async def made() -> None:
        async with seeded_room(tmp_path) as opened:
            everybody = {number: f"{number}@example.org" for number in range(11, 431)}
            await opened.doors.creators.take(everybody, Instant(START))
            twin = replace(VIDEO, platform_id=REEL.platform_id)
            await keep(opened, START, Arrival(11, VIDEO.platform, OPEN_ID, (seen(twin, Numbers(views=7)),)))

    asyncio.run(made())
    typist.folder = tmp_path

    assert [each["id"] for each in typist.say("creators", "--json").json["items"]] == list(range(11, 431))
    with pytest.raises(ConfigurationError, match=f"several posts: .*tiktok:{REEL.platform_id}"):
        typist.say("posts", REEL.platform_id)
    assert typist.say("posts", f"tt:{REEL.platform_id}", "--json").json["views"] == 7
