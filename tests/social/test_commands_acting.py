"""Acting: `lahmadaemon social connect, choose, link, unlink, forget, refresh`, beside a daemon that owns the store."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from lahmadaemon.clock import MINUTE, Instant, iso
from lahmadaemon.commands.social.refreshing import follow
from lahmadaemon.commands.social.summary import newest, summary
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.social.checking import told
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.driving import Result
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.logins import LoginStore
from lahmadaemon.social.store.runs import Fared, Run
from lahmadaemon.web.social.shapes.runs import RunInFull, run_in_full
from tests.fakes.clock import START, FakeClock
from tests.fakes.window import window_app
from tests.social.commanding import Said, Typist
from tests.social.web.room import INSTAGRAM, OTHER_INSTAGRAM, REEL, STORY, TOKEN, Room, seeded_room
from tests.social.web.world import outside

META = {"LAHMA_SOCIAL__META__APP_ID": "app", "LAHMA_SOCIAL__META__APP_SECRET": "app-secret"}
TIKTOK = {"LAHMA_SOCIAL__TIKTOK__CLIENT_KEY": "key", "LAHMA_SOCIAL__TIKTOK__CLIENT_SECRET": "secret"}


@pytest.fixture
async def seeded(tmp_path: Path) -> AsyncIterator[Room]:
    """Its owner is here, as the daemon would be."""
    async with seeded_room(tmp_path) as opened:
        yield opened


@pytest.fixture
def typist(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typist:
    return Typist(tmp_path, capsys, monkeypatch)


async def say(typist: Typist, *arguments: str, **more: str) -> Said:
    """Elsewhere, while this loop goes on."""
    return await asyncio.to_thread(partial(typist.say, *arguments, columns=None, **more))


async def refused(typist: Typist, *arguments: str, **more: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        await say(typist, *arguments, **more)
    return str(caught.value)


@pytest.mark.parametrize(("provider", "settings"), [("meta", META), ("tiktok", TIKTOK)])
async def test_a_link_is_made_for_a_creator_and_stands_alone_on_standard_output(
    seeded: Room, typist: Typist, provider: str, settings: dict[str, str]
) -> None:
    said = await say(typist, "connect", "11", provider, **settings)

    query = {name: values[0] for name, values in parse_qs(urlsplit(said.out.strip()).query).items()}
    assert (said.code, said.out.count("\n")) == (0, 1)
    assert query["redirect_uri"] == f"https://stats.example/connect/{provider}/callback"
    assert said.err == "for creator 11 (Alma@Example.org) alone, good once, until 20:12:\n"
    login = await LoginStore(seeded.store, seeded.vault).finish_login(Provider(provider), query["state"], START)
    assert login is not None
    assert (login.creator_id, login.back) == (11, None)
    assert login.verifier is not None  # sealed with the daemon's key: the daemon can finish what was begun here


async def test_a_link_for_programs_is_told_as_the_api_tells_it(seeded: Room, typist: Typist) -> None:
    told = (await say(typist, "connect", "bence@example.org", "meta", "--json", **META)).json

    assert told.keys() == {"url", "expires_at"}
    assert told["expires_at"] == iso(START + 15 * MINUTE)


@pytest.mark.parametrize(
    ("arguments", "more", "problem"),
    [
        (("11", "meta"), META | {"LAHMA_SOCIAL__PUBLIC_URL": ""}, "LAHMA_SOCIAL__PUBLIC_URL is not set: no creator"),
        (("11", "meta"), {}, "LAHMA_SOCIAL__META__APP_ID and …__APP_SECRET are not set"),
        (("11", "tiktok"), META, "LAHMA_SOCIAL__TIKTOK__CLIENT_KEY and …__CLIENT_SECRET are not set"),
        (("14", "meta"), META, "creator 14 has left the Creators app"),
        (("99", "meta"), META, "there is no creator 99"),
        (("11", "meta"), META | {"LAHMA_SECRET_KEY": ""}, "the key of the running daemon is not here"),
        (("11", "meta"), META | {"LAHMA_SECRET_KEY": "quite another secret"}, "the key here opens no stored login"),
    ],
)
async def test_where_no_link_can_be_made_it_is_said_what_to_set(
    seeded: Room, typist: Typist, arguments: tuple[str, ...], more: dict[str, str], problem: str
) -> None:
    assert problem in await refused(typist, "connect", *arguments, **more)
    assert not (typist.folder / "secret.key").exists()


@pytest.mark.parametrize("account", [OTHER_INSTAGRAM, "@alma.sings", "alma.sings"])
async def test_another_account_is_chosen_by_its_id_or_its_name(seeded: Room, typist: Typist, account: str) -> None:
    said = await say(typist, "choose", "11", "instagram", account)

    assert said.out == f"creator 11: {OTHER_INSTAGRAM} (@alma.sings) is collected on Instagram\n"
    accounts = await seeded.doors.connections.accounts([11], chosen_only=True)
    assert OTHER_INSTAGRAM in {each.account_id for each in accounts}
    assert INSTAGRAM not in {each.account_id for each in accounts}


async def test_an_account_that_is_not_there_is_answered_with_those_that_are(seeded: Room, typist: Typist) -> None:
    problem = await refused(typist, "choose", "11", "instagram", "@alma")

    assert f"there are: {INSTAGRAM} (@alma.bakes), {OTHER_INSTAGRAM} (@alma.sings)" in problem
    assert "there are: none" in await refused(typist, "choose", "12", "tiktok", "x")


async def test_a_story_is_put_into_a_campaign_by_hand_and_taken_out(seeded: Room, typist: Typist) -> None:
    story = f"ig:{STORY.platform_id}"

    assert "belongs to campaign 101" in (await say(typist, "link", "101", story)).out
    assert [each.rule for each in (await seeded.doors.links.of([STORY.key]))[STORY.key]] == ["manual"]
    assert "does not belong to campaign 101 any more" in (await say(typist, "unlink", "101", story)).out
    assert await seeded.doors.links.of([STORY.key]) == {}
    assert "is not in campaign 101" in await refused(typist, "unlink", "101", story)


async def test_what_is_there_by_its_hashtags_cannot_be_taken_out(seeded: Room, typist: Typist) -> None:
    assert "by its hashtags, and would come again" in await refused(typist, "unlink", "101", REEL.platform_id)
    assert "there is no campaign 999" in await refused(typist, "link", "999", REEL.platform_id)


async def test_a_creator_is_forgotten_and_it_is_said_what_could_not_be_ended(seeded: Room, typist: Typist) -> None:
    said = await say(typist, "forget", "11", "--yes")

    lines = said.lines
    assert said.code == 0
    assert lines[0] == "creator 11 (Alma@Example.org) is forgotten, with 5 posts"
    assert [line.partition(":")[0] for line in lines[1:3]] == ["Meta", "TikTok"]
    assert all("not ended there: the app's id and secret are not in the settings" in line for line in lines[1:3])
    assert "the next sync brings them back" in lines[3]
    assert await seeded.doors.creators.by_id(11) is None
    assert await seeded.doors.reader.one(*REEL.key) is None


async def test_logins_are_ended_at_the_providers_too(tmp_path: Path, typist: Typist) -> None:
    async with outside(tmp_path) as outdoors:
        joining, url = outdoors.room.doors.joining, outdoors.room.settings.meta.url
        await joining.meta_token(10, SecretStr(outdoors.graph.short_token(10)), "x", frozenset())
        await joining.tiktok_code(10, outdoors.tiktok.code(10), "https://app.example")
        own = {"LAHMA_SOCIAL__META__URL": url, "LAHMA_SOCIAL__TIKTOK__URL": f"{url}/v2"}

        said = await say(typist, "forget", "10", "--yes", **own, **META, **TIKTOK)

        assert said.lines[1:3] == ["Meta: login ended", "TikTok: login ended"]
        assert await outdoors.room.doors.connections.standings() == []


@pytest.mark.parametrize(("answer", "left"), [("yes\n", 0), ("no\n", 1), ("y\n", 1), ("", 1)])
async def test_nobody_is_forgotten_by_mistake(
    seeded: Room, typist: Typist, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    there = io.StringIO(answer)
    there.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", there)

    said = await say(typist, "forget", "13")

    assert "Remove creator 13 (bence@example.org) with 0 posts" in said.out
    assert said.code == left
    assert (await seeded.doors.creators.by_id(13) is not None) == bool(left)


async def test_where_nobody_can_be_asked_nobody_is_forgotten(
    seeded: Room, typist: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))

    assert "say --yes" in await refused(typist, "forget", "13")
    assert "opens no stored login" in await refused(
        typist, "forget", "13", "--yes", LAHMA_SECRET_KEY="quite another secret"
    )
    assert await seeded.doors.creators.by_id(13) is not None


@asynccontextmanager
async def window(seeded: Room, token: str | None = TOKEN) -> AsyncIterator[dict[str, str]]:
    """The room's window, served; settings with which it is found."""
    async with standing_in(seeded.app(token)) as url:
        yield {"LAHMA_WEB__PORT": str(urlsplit(url).port), "LAHMA_WEB__TOKEN": token or ""}


async def test_the_running_daemon_is_asked_to_collect(seeded: Room, typist: Typist) -> None:
    async with window(seeded) as where:
        everybody = await say(typist, "refresh", **where)
        one = await say(typist, "refresh", "--campaign", "101", "--creator", "alma@example.org", "--json", **where)

    assert seeded.collector.asked == [(None, None), (frozenset({11}), 101)]
    assert everybody.out == "run run-1: asked for; the daemon collects. --wait follows it\n"
    assert (one.json["id"], one.json["status"]) == ("run-1", "running")


async def test_a_refresh_is_followed_to_its_end(seeded: Room, typist: Typist) -> None:
    run = await seeded.doors.refresh()
    await seeded.doors.runs.end(replace(run, ended_at=Instant(START + MINUTE), done=4))
    async with window(seeded, None) as where:
        well = await say(typist, "refresh", "--wait", **where)
        await seeded.doors.runs.end(replace(run, ended_at=Instant(START + MINUTE), problem="it was broken off"))
        broken = await say(typist, "refresh", "--wait", "--json", **where)

    assert (well.code, well.out) == (0, "run run-1: 4 accounts: none done; 0 posts, 0 requests\n")
    assert (broken.code, broken.json["status"], broken.json["results"]) == (1, "broken", [])


class Answering:
    """A window whose run goes on and on."""

    def __init__(self, *runs: Run) -> None:
        self._runs = iter(runs)
        self.asked: list[str] = []

    async def run(self, run_id: str) -> RunInFull:
        self.asked.append(run_id)
        return run_in_full(next(self._runs), [])


async def test_whoever_waits_sees_how_far_it_is() -> None:
    clock, seen = FakeClock(), list[tuple[int, int]]()
    run = Run("r", "refresh", START)
    under_way = [run, replace(run, accounts=4), replace(run, accounts=4, done=3)]
    answering = Answering(*under_way, replace(run, accounts=4, done=4, ended_at=START))

    followed: Any = follow(answering, "r", clock, lambda done, of: seen.append((done, of)))  # type: ignore[arg-type]
    ended, _ = await asyncio.gather(followed, clock.advance(10))

    assert seen == [(0, 4), (3, 4), (4, 4)]
    assert (ended.status, answering.asked) == ("ended", ["r"] * 4)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--campaign", "999"), "there is no such campaign"),
        (("--creator", "99"), "there is no creator 99"),
    ],
)
async def test_a_refresh_of_nobody_is_refused(
    seeded: Room, typist: Typist, arguments: tuple[str, ...], problem: str
) -> None:
    async with window(seeded) as where:
        assert problem in await refused(typist, "refresh", *arguments, **where)


async def test_a_wrong_token_a_closed_room_and_a_stranger_are_told_apart(seeded: Room, typist: Typist) -> None:
    async def stranger(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>"})

    async with window(seeded) as where:
        wrong = await refused(typist, "refresh", **where | {"LAHMA_WEB__TOKEN": "guessed"})
    async with standing_in(window_app(seeded.board)) as url:
        closed = await refused(typist, "refresh", LAHMA_WEB__PORT=str(urlsplit(url).port))
    async with standing_in(stranger) as url:
        with pytest.raises(UpstreamError, match="something else answers"):
            await say(typist, "refresh", LAHMA_WEB__PORT=str(urlsplit(url).port))
    with pytest.raises(UpstreamError, match=r"no lahmadaemon answers at .*; is it running"):
        await say(typist, "refresh", LAHMA_WEB__PORT="1")

    assert "LAHMA_WEB__TOKEN here is not" in wrong
    assert "the running daemon has no social room" in closed


def fared(result: Result, reason: str | None = None) -> Fared:
    return Fared("r", 11, Platform.INSTAGRAM, INSTAGRAM, result, reason, posts=3, asks=2, ended_at=START)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([], "nobody was to be asked"),
        ([fared(Result.OK)], "1 account: 1 ok; 3 posts, 2 requests"),
        (
            [fared(Result.OK), fared(Result.PARTIAL, "insights_failed"), fared(Result.SKIPPED, "token_expired")],
            (
                "3 accounts: 1 ok, 1 partial, 1 skipped; 9 posts, 6 requests; 1x insights failed this time; "
                "1x the login has run out"
            ),
        ),
        (
            [fared(Result.PARTIAL, "paging_lost, insights_forbidden, a_new_one, syntax_2500")] * 2,
            (
                "2 accounts: 2 partial; 6 posts, 4 requests; 2x the list broke off; 2x the right to insights is not granted; "
                "2x a new one; and 1 other"
            ),
        ),
    ],
)
def test_a_run_is_told_in_one_line(results: list[Fared], told: str) -> None:
    run = Run("r", "collect", START, Instant(START + MINUTE), accounts=len(results), done=len(results))

    assert summary(run_in_full(run, results)) == told


async def test_only_services_that_do_runs_have_one_to_tell_of(seeded: Room) -> None:
    collected = await newest(seeded.store, "social.collect")

    assert collected is not None
    assert (collected.id, collected.results[0].reason) == ("run-0", "insights_failed")
    assert await newest(seeded.store, "social.stories") is None
    assert await newest(seeded.store, "radio.export") is None


@pytest.mark.parametrize(
    ("given", "said", "unsaid"),
    [
        ({}, ["CREATORS__URL"], ["META", "TIKTOK", "PUBLIC_URL"]),
        (
            {"creators": {"url": "https://creators.example"}},
            [
                "creators and campaigns of https://creators.example, asked without a token",
                "Instagram and Facebook: off; set LAHMA_SOCIAL__META__APP_ID and __APP_SECRET",
                "TikTok: off; set LAHMA_SOCIAL__TIKTOK__CLIENT_KEY and __CLIENT_SECRET",
                "creators cannot connect by a link; set LAHMA_SOCIAL__PUBLIC_URL",
            ],
            ["callback"],
        ),
        (
            {
                "creators": {"url": "https://creators.example", "token": "hidden"}, "public_url": "https://stats.example",
                "meta": {"app_id": "1", "discovery_account": "2"}, "tiktok": {"client_key": "3", "client_secret": "hidden"},
            },
            [
                "asked with a token", "app 1 at https://graph.facebook.com/v23.0", "set LAHMA_SOCIAL__META__APP_SECRET",
                "set LAHMA_SOCIAL__META__DISCOVERY_TOKEN, too", "app 3 at https://open.tiktokapis.com/v2",
                "https://stats.example/connect/meta/callback, https://stats.example/connect/tiktok/callback",
            ],
            ["off", "hidden", "CLIENT_SECRET"],
        ),
    ],
)  # fmt: skip
def test_check_says_what_is_on_and_what_to_set_for_what_is_not(
    given: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    words = "\n".join(told(SocialSettings.model_validate(given)))

    assert [each for each in said if each not in words] == []
    assert [each for each in unsaid if each in words] == []
