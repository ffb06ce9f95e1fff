"""How creators come in, by every door, and go: against stand-ins of both platforms, over real HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from lahmadaemon.clock import MINUTE
from lahmadaemon.demo.social.graph import Trouble as MetaTrouble
from lahmadaemon.demo.social.tiktok import Trouble as TikTokTrouble
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.leaving import Left
from lahmadaemon.social.meta.connecting import debug
from lahmadaemon.social.not_joined import (
    CodeRefused,
    CreatorUnknown,
    Declined,
    ExchangeFailed,
    LoginUnknown,
    NoPage,
    NotConfigured,
    PagesFailed,
    RequestFailed,
)
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.logins import LoginStore
from tests.social.web.room import INSTAGRAM, OPEN_ID, OTHER_INSTAGRAM, REEL, VIDEO, Room, seeded_room
from tests.social.web.world import Outside, outside

META, TIKTOK = Provider.META, Provider.TIKTOK
REDIRECT = "https://stats.example/connect/{}/callback"
NONE: frozenset[str] = frozenset()


@pytest.fixture
async def outside_(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path) as opened:
        yield opened


async def sent_back(url: str) -> dict[str, str]:
    """What a browser brings that goes where it is sent, as the stand-in's visitor."""
    async with httpx.AsyncClient(timeout=60) as browser:
        answer = await browser.get(url)
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def test_a_short_token_becomes_a_connection_with_all_pages_and_accounts(outside_: Outside) -> None:
    short = SecretStr(outside_.graph.short_token(10))

    made = await outside_.room.doors.joining.meta_token(" Creator10@Creators.example.org", short, "x", NONE)

    person = outside_.world.creators[10]
    assert (made.user_id, made.creator_id) == (person.facebook_id, 10)
    assert made.access != short
    assert made.access_until is not None
    assert made.data_access_until is not None
    assert "instagram_basic" in made.scopes
    found = await outside_.room.doors.connections.accounts([10])
    assert {(each.platform, each.account_id, each.chosen) for each in found} == {
        (Platform.INSTAGRAM, person.instagram_id, True), (Platform.FACEBOOK, person.page_id, True),
    }  # fmt: skip
    assert all(each.token for each in found)


async def test_a_creator_connects_with_meta_by_the_dialog(outside_: Outside) -> None:
    outside_.graph.visitor = 11
    joining = outside_.room.doors.joining

    begun = await joining.start(META, 11, "https://app.example/done")
    back = await sent_back(begun.url)
    outcome = await joining.finish(META, back["state"], back["code"], None)

    assert begun.expires_at == outside_.room.clock.now() + 15 * MINUTE
    assert (outcome.trouble, outcome.creator_id, outcome.back) == (None, 11, "https://app.example/done")
    (held,) = await outside_.room.doors.connections.standings()
    assert (held.creator_id, held.provider, held.user_id) == (11, META, outside_.world.creators[11].facebook_id)


async def test_a_creator_connects_with_tiktok_by_its_page(outside_: Outside) -> None:
    outside_.tiktok.visitor = 12
    joining = outside_.room.doors.joining

    begun = await joining.start(TIKTOK, 12)
    back = await sent_back(begun.url)
    outcome = await joining.finish(TIKTOK, back["state"], back["code"], None)

    assert len(parse_qs(urlsplit(begun.url).query)["code_challenge"][0]) == 64  # hexadecimal, as TikTok has it
    assert outcome.trouble is None
    (held,) = await outside_.room.doors.connections.standings()
    assert (held.creator_id, held.provider, held.user_id) == (12, TIKTOK, outside_.world.creators[12].open_id)


async def test_whoever_collects_hears_at_once_of_who_has_joined_and_not_of_who_has_not(outside_: Outside) -> None:
    """Once a new creator was first looked at up to ten minutes later."""
    joining, heard = outside_.room.doors.joining, []
    joining.on_joined.append(lambda: heard.append("joined"))

    await joining.tiktok_code(10, outside_.tiktok.code(10), "https://app.example/cb")
    await joining.meta_token(10, SecretStr(outside_.graph.short_token(10)), "x", NONE)
    with pytest.raises(CodeRefused):
        await joining.tiktok_code(10, "no code", "https://app.example/cb")

    assert heard == ["joined", "joined"]


async def test_a_code_of_tiktok_may_stand_as_it_does_in_an_address(outside_: Outside) -> None:
    code = outside_.tiktok.code(10)

    made = await outside_.room.doors.joining.tiktok_code(10, quote(code, safe=""), "https://app.example/back")

    assert made.user_id == outside_.world.creators[10].open_id


async def test_a_state_is_good_once_and_for_a_quarter_of_an_hour(outside_: Outside) -> None:
    outside_.graph.visitor = 10
    joining, clock = outside_.room.doors.joining, outside_.room.clock
    back = await sent_back((await joining.start(META, 10)).url)
    late = await sent_back((await joining.start(META, 10)).url)

    first = await joining.finish(META, back["state"], back["code"], None)
    again = await joining.finish(META, back["state"], back["code"], None)
    other = await joining.finish(TIKTOK, late["state"], late["code"], None)
    await clock.advance(15 * 60)
    after = await joining.finish(META, late["state"], late["code"], None)

    assert first.trouble is None
    assert [type(each.trouble) for each in (again, other, after)] == [LoginUnknown] * 3


@pytest.mark.parametrize("provider", Provider)
async def test_a_creator_who_says_no_is_not_connected_and_still_sent_back(
    outside_: Outside, provider: Provider
) -> None:
    outside_.tiktok.login.refuses = True
    joining = outside_.room.doors.joining
    back = await sent_back((await joining.start(provider, 10, "https://app.example/done")).url)

    outcome = await joining.finish(provider, back["state"], back.get("code"), back["error"])

    assert isinstance(outcome.trouble, Declined)
    assert outcome.back == "https://app.example/done"
    assert await outside_.room.doors.connections.standings() == []


async def test_a_code_that_was_used_is_refused_with_the_provider_s_word(outside_: Outside) -> None:
    joining, code = outside_.room.doors.joining, outside_.tiktok.code(10)
    await joining.tiktok_code(10, code, "https://app.example")

    with pytest.raises(CodeRefused) as refused:
        await joining.tiktok_code(10, code, "https://app.example")
    with pytest.raises(CodeRefused):
        await joining.meta_code(10, "AQnone", "https://app.example")

    assert refused.value.code == "invalid_grant"


async def test_a_wrong_secret_is_told_as_what_the_provider_says(outside_: Outside) -> None:
    outside_.tiktok._oauth._client = {"client_key": "key", "client_secret": "another"}

    with pytest.raises(CodeRefused) as refused:
        await outside_.room.doors.joining.tiktok_code(10, outside_.tiktok.code(10), "https://app.example")

    assert refused.value.code == "invalid_client"


async def test_nobody_the_creators_app_does_not_name_may_come(outside_: Outside) -> None:
    joining, creators = outside_.room.doors.joining, outside_.room.doors.creators
    await creators.take({10: "a@b"}, outside_.room.clock.now())

    for whom in (99, 11, "nobody@example.org"):
        with pytest.raises(CreatorUnknown):
            await joining.tiktok_code(whom, "code", "https://app.example")
    with pytest.raises(CreatorUnknown):
        await joining.start(META, 11)


async def test_a_dead_short_token_is_an_exchange_that_failed_not_a_token_none(outside_: Outside) -> None:
    short = SecretStr(outside_.graph.short_token(10))
    outside_.graph.kill(10)

    with pytest.raises(ExchangeFailed) as failed:
        await outside_.room.doors.joining.meta_token(10, short, "x", NONE)

    assert not failed.value.passing
    assert short.get_secret_value() not in str(failed.value)
    assert await outside_.room.doors.connections.standings() == []


async def test_meta_that_fails_for_a_moment_is_worth_another_try(outside_: Outside) -> None:
    short = SecretStr(outside_.graph.short_token(10))
    outside_.graph.trouble(None, MetaTrouble.HTML)

    with pytest.raises(ExchangeFailed) as failed:
        await outside_.room.doors.joining.meta_token(10, short, "x", NONE)

    assert failed.value.passing


async def test_pages_that_cannot_be_listed_are_told_apart_from_no_page(outside_: Outside) -> None:
    short = SecretStr(outside_.graph.short_token(10))
    outside_.graph.trouble(10, MetaTrouble.TRANSIENT)
    with pytest.raises((PagesFailed, ExchangeFailed)) as failed:
        await outside_.room.doors.joining.meta_token(10, short, "x", NONE)
    outside_.world.creators[10].page_id = ""
    with pytest.raises(NoPage):
        await outside_.room.doors.joining.meta_token(10, SecretStr(outside_.graph.short_token(10)), "x", NONE)

    assert isinstance(failed.value, PagesFailed)


async def test_what_meta_does_not_say_of_the_token_is_believed_of_the_client(
    outside_: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside_.graph._login, "debug", lambda *_: {"data": {}})

    made = await outside_.room.doors.joining.meta_token(
        10, SecretStr(outside_.graph.short_token(10)), "900", frozenset({"pages_show_list"})
    )

    assert (made.user_id, made.scopes, made.data_access_until) == (
        "900", frozenset({"pages_show_list"}), None,
    )  # fmt: skip


async def test_tiktok_that_does_not_answer_is_a_request_that_failed(outside_: Outside) -> None:
    outside_.tiktok.troubles.next(TikTokTrouble.PAGE, endpoint="oauth/token")
    code = outside_.tiktok.code(10)

    with pytest.raises(RequestFailed) as failed:
        await outside_.room.doors.joining.tiktok_code(10, code, "https://app.example")

    assert failed.value.passing


async def test_without_its_settings_a_provider_sends_nobody_anywhere(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        for provider in Provider:
            with pytest.raises(NotConfigured):
                await opened.doors.joining.start(provider, 11)
        with pytest.raises(NotConfigured):
            await opened.doors.joining.meta_token(11, SecretStr("x"), "x", NONE)


async def connected(outside_: Outside) -> None:
    """Creator 10, with both providers."""
    joining = outside_.room.doors.joining
    await joining.meta_token(10, SecretStr(outside_.graph.short_token(10)), "x", NONE)
    await joining.tiktok_code(10, outside_.tiktok.code(10), "https://app.example")


async def test_no_code_no_token_and_no_address_is_ever_logged_or_told(outside_: Outside) -> None:
    outside_.graph.visitor = 10
    joining, connections = outside_.room.doors.joining, outside_.room.doors.connections
    code, short = outside_.tiktok.code(10), outside_.graph.short_token(10)
    with capture_logs() as lines:
        await joining.tiktok_code("creator10@creators.example.org", code, "https://app.example")
        await joining.meta_token(10, SecretStr(short), "x", NONE)
        back = await sent_back((await joining.start(META, 10)).url)
        held = [await connections.load(10, provider) for provider in Provider]
        failed = [await joining.finish(META, back["state"], "AQwrong", None)]
        outside_.graph.kill(10)
        with pytest.raises(ExchangeFailed) as refused:
            await joining.meta_token(10, SecretStr(short), "x", NONE)
        await joining.leave(10, META)
        await joining.forget(10)

    told = f"{lines}{failed}{refused.value}"
    secrets = [code, short, back["state"], back["code"], "AQwrong", "app-secret", "creator10@"]
    secrets += [each.access.get_secret_value() for each in held if each]
    assert {line["event"] for line in lines} >= {
        "social.creator_connected", "social.creator_not_connected", "social.creator_left", "social.creator_forgotten",
    }  # fmt: skip
    assert not [secret for secret in secrets if secret in told]


async def test_who_leaves_is_disconnected_there_and_here_and_nowhere_else(outside_: Outside) -> None:
    await connected(outside_)
    connections = outside_.room.doors.connections
    token = await connections.load(10, TIKTOK)

    left = await outside_.room.doors.joining.leave(10, TIKTOK)

    assert left == [Left(TIKTOK, revoked=True)]
    assert token is not None
    assert outside_.tiktok.tokens.bearer(token.access.get_secret_value()) is None
    assert [each.provider for each in await connections.standings()] == [META]
    assert {each.platform for each in await connections.accounts([10])} == {Platform.INSTAGRAM, Platform.FACEBOOK}
    assert await outside_.room.doors.joining.leave(10, TIKTOK) == []


async def test_who_leaves_altogether_has_given_back_what_meta_granted(outside_: Outside) -> None:
    await connected(outside_)
    joining = outside_.room.doors.joining
    held = await outside_.room.doors.connections.load(10, META)

    left = await joining.leave(10)

    assert left == [Left(META, revoked=True), Left(TIKTOK, revoked=True)]
    assert await outside_.room.doors.connections.standings() == []
    assert held is not None
    assert joining._graph is not None
    assert (await debug(joining._graph, held.access)).problem == "app_removed"


async def test_a_login_that_is_dead_already_still_goes(outside_: Outside) -> None:
    await connected(outside_)
    outside_.graph.kill(10, 458)
    await outside_.room.doors.connections.reauth(10, TIKTOK, "refresh_refused", outside_.room.clock.now())

    left = await outside_.room.doors.joining.leave(10)

    assert left == [
        Left(META, revoked=False, reason="token_dead"), Left(TIKTOK, revoked=False, reason="refresh_refused"),
    ]  # fmt: skip
    assert await outside_.room.doors.connections.standings() == []


async def test_who_is_forgotten_is_so_while_the_providers_are_down_and_people_are_told(outside_: Outside) -> None:
    await connected(outside_)
    outside_.graph.trouble(None, MetaTrouble.HTML, times=5)
    outside_.tiktok.troubles.always(TikTokTrouble.BUSY)

    left = await outside_.room.doors.joining.forget(10)

    assert left == [
        Left(META, revoked=False, reason="provider_unreachable"), Left(TIKTOK, revoked=False, reason="provider_unreachable"),
    ]  # fmt: skip
    assert await outside_.room.doors.connections.standings() == []
    assert await outside_.room.doors.creators.by_id(10) is None


async def test_a_forgotten_creator_leaves_nothing_behind(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as opened:
        await LoginStore(opened.store, opened.vault).begin_login(META, 11, opened.clock.now())
        assert 0 not in (await rows_of_11(opened)).values()

        left = await opened.doors.joining.forget(11)

        assert {each.provider: each.revoked for each in left} == {META: False, TIKTOK: False}
        assert all(each.reason for each in left)
        assert set((await rows_of_11(opened)).values()) == {0}
        assert await opened.doors.joining.forget(11) == []
        assert [each.id for each in await opened.doors.creators.all()] == [12, 13, 14]
        assert [each.creator_id for each in await opened.doors.connections.standings()] == [13]


async def rows_of_11(opened: Room) -> dict[str, int]:
    """How many of the creator's rows lie in each table."""
    async with opened.store.read() as connection:
        return {
            table: (await connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {its}")).scalar_one()
            for table, its in EVERYWHERE.items()
        }


_OURS = "creator_id = 11"
_READ = f"account_id IN ('{INSTAGRAM}', '{OTHER_INSTAGRAM}', '{OPEN_ID}')"
_CAPTURED = f"platform_id IN ('{REEL.platform_id}', '{VIDEO.platform_id}')"
EVERYWHERE = {
    "social_creators": _OURS, "social_involved": _OURS, "social_connections": _OURS, "social_accounts": _OURS,
    "social_posts": _OURS, "social_links": _OURS, "social_results": _OURS, "social_logins": _OURS,
    "social_profiles": _READ, "social_captures": _CAPTURED,
}  # fmt: skip
"""Where a creator's data lie, and how to find them."""
