"""The stand-in for TikTok, over real HTTP: what the documentation says it does, it does, and what it refuses, it refuses."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio

from lahmadaemon.clock import DAY, HOUR, SECOND, Instant
from lahmadaemon.demo.social.tiktok import SCOPES, TikTok, Trouble
from lahmadaemon.demo.social.tiktok.accounting import REMEMBERED
from lahmadaemon.demo.social.tiktok.figures import USER, VIDEO
from lahmadaemon.demo.social.world import Item, Product, Size, World, invent
from tests.fakes.clock import FakeClock, until
from tests.samples import told
from tests.social.fronting import Front, fronting

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLIENT = {"client_key": "key", "client_secret": "secret"}
BACK = "https://agency.example/tiktok/callback"
ALL_USER = ",".join(name for account in USER.values() for name in account)
ALL_VIDEO = ",".join(VIDEO)
VERIFIER = "v" * 43
HEX = hashlib.sha256(VERIFIER.encode()).hexdigest()


@dataclass
class House:
    """The stand-in and somebody who asks it."""

    tiktok: TikTok
    world: World
    clock: FakeClock
    http: httpx.AsyncClient

    async def token(self, **form: str) -> httpx.Response:
        return await self.http.post("/v2/oauth/token/", data={**CLIENT, **form})

    async def refresh(self, pair: dict[str, Any]) -> httpx.Response:
        return await self.token(grant_type="refresh_token", refresh_token=pair["refresh_token"])

    async def redeem(self, code: str, **form: str) -> httpx.Response:
        return await self.token(**{"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **form})

    async def user(self, pair: dict[str, Any], fields: str | None = "open_id") -> httpx.Response:
        return await self.http.get("/v2/user/info/", params=fields and {"fields": fields}, headers=bearer(pair))

    async def videos(self, pair: dict[str, Any], body: Any = None, fields: str = "id,create_time") -> httpx.Response:
        return await self._post("list", pair, body, fields)

    async def query(self, pair: dict[str, Any], body: Any, fields: str = "id") -> httpx.Response:
        return await self._post("query", pair, body, fields)

    async def _post(self, which: str, pair: dict[str, Any], body: Any, fields: str) -> httpx.Response:
        sent = {} if body is None else {"json": body}
        return await self.http.post(f"/v2/video/{which}/?fields={fields}", headers=bearer(pair), **sent)

    async def walked(self, pair: dict[str, Any], size: int = 20) -> list[list[str]]:
        """Page by page to the end."""
        pages, cursor, more = [], None, True
        while more:
            body = {"max_count": size} | ({} if cursor is None else {"cursor": cursor})
            data = (await self.videos(pair, body)).json()["data"]
            pages.append([video["id"] for video in data["videos"]])
            cursor, more = data["cursor"], data["has_more"]
        return pages

    async def authorize(self, **changed: str | None) -> httpx.Response:
        asked = {
            "client_key": "key", "response_type": "code", "scope": ",".join(SCOPES), "redirect_uri": BACK, "state": "s&1",
        }  # fmt: skip
        sent = {name: value for name, value in {**asked, **changed}.items() if value is not None}
        return await self.http.get("/v2/auth/authorize/", params=sent)


def bearer(pair: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"}


def code_of(answer: httpx.Response) -> str:
    """Of an error of the Display API, after a look at its form."""
    error = answer.json()["error"]
    assert answer.json().keys() == {"data", "error"}
    assert error.keys() == {"code", "message", "log_id"}
    return str(error["code"])


def back(answer: httpx.Response) -> dict[str, str]:
    """What the browser brings back to the app."""
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def front() -> AsyncIterator[Front]:
    async with fronting() as served:
        yield served


@pytest.fixture
def house(front: Front, clock: FakeClock) -> House:
    world = invent(7, clock.now(), ZoneInfo("Europe/Prague"), Size(3, videos=25))
    front.app = tiktok = TikTok(world, clock)
    return House(tiktok, world, clock, front.http)


@pytest.fixture
def strict(house: House) -> House:
    house.tiktok.tokens.grace = False
    return house


# Codes


async def test_a_code_becomes_a_pair_of_the_documented_form(house: House) -> None:
    answer = await house.redeem(house.tiktok.code(11))

    assert answer.status_code == 200
    sample = told("social/tiktok/token.json")
    assert answer.json().keys() == sample.keys()
    assert {name: type(value) for name, value in answer.json().items()} == {n: type(v) for n, v in sample.items()}
    assert answer.json()["open_id"] == house.world.creators[11].open_id
    assert (answer.json()["expires_in"], answer.json()["refresh_expires_in"]) == (7200, 15_552_000)
    assert (await house.user(answer.json())).status_code == 200


async def test_a_code_is_good_once(house: House) -> None:
    code = house.tiktok.code(11)
    await house.redeem(code)

    assert (await house.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_code_is_good_for_ten_minutes(house: House) -> None:
    code = house.tiktok.code(11)
    await house.clock.advance(600)

    assert (await house.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_code_as_it_stands_in_the_address_is_not_the_code(house: House) -> None:
    code = house.tiktok.code(11)

    assert (await house.redeem(quote(code, safe=""))).json()["error"] == "invalid_grant"
    assert (await house.redeem(code)).status_code == 200


async def test_a_code_is_given_only_to_the_address_it_was_sent_to(house: House) -> None:
    code = house.tiktok.code(11, redirect_uri=BACK)

    assert (await house.redeem(code, redirect_uri=f"{BACK}/")).json()["error"] == "invalid_grant"
    assert (await house.redeem(code)).status_code == 200


async def test_the_challenge_is_the_hash_of_the_verifier_in_hexadecimal(house: House) -> None:
    answer = await house.redeem(house.tiktok.code(11, challenge=HEX), code_verifier=VERIFIER)

    assert answer.status_code == 200


async def test_a_verifier_that_does_not_fit_the_challenge_is_refused(house: House) -> None:
    usual = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    cases: dict[str, tuple[str, dict[str, str]]] = {
        "without verifier": (HEX, {}),
        "another verifier": (HEX, {"code_verifier": "w" * 43}),
        "too short": (hashlib.sha256(b"short").hexdigest(), {"code_verifier": "short"}),
        "base64url, as everywhere else": (usual, {"code_verifier": VERIFIER}),
    }
    for name, (challenge, form) in cases.items():
        answer = await house.redeem(house.tiktok.code(11, challenge=challenge), **form)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), name


# Rotation


async def test_lifetimes_names_and_grace_are_as_the_stand_in_was_built(front: Front, house: House) -> None:
    other = TikTok(
        house.world, house.clock, client_key="k", client_secret="s", access_life=60, refresh_life=120, grace=False
    )
    pair = other.connect(11, ["video.list"])

    assert (pair["expires_in"], pair["refresh_expires_in"], pair["scope"]) == (60, 120, "video.list")
    form = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    front.app = other
    assert (await house.token(**form)).status_code == 401
    form |= {"client_key": "k", "client_secret": "s"}
    assert [(await house.token(**form)).status_code for _ in range(2)] == [200, 400]


async def test_a_refresh_gives_a_new_pair_and_the_old_refresh_token_is_dead_at_once(strict: House) -> None:
    old = strict.tiktok.connect(11)
    new = (await strict.refresh(old)).json()

    assert new.keys() == old.keys()
    assert not {new["access_token"], new["refresh_token"]} & {old["access_token"], old["refresh_token"]}
    again = await strict.refresh(old)
    assert (again.status_code, again.json().keys()) == (400, told("social/tiktok/error_invalid_grant.json").keys())
    assert again.json()["error"] == "invalid_grant"
    assert (strict.tiktok.refreshes, strict.tiktok.used_after_rotation) == (1, 1)
    assert (await strict.refresh(new)).status_code == 200


async def test_the_old_access_token_is_dead_after_a_refresh_and_its_use_is_counted(strict: House) -> None:
    old = strict.tiktok.connect(11)
    await strict.refresh(old)

    assert (await strict.user(old)).status_code == 401
    assert strict.tiktok.used_after_rotation == 1


async def test_within_the_grace_the_same_new_pair_is_given_again_until_it_is_used(house: House) -> None:
    old = house.tiktok.connect(11)
    new = (await house.refresh(old)).json()

    assert (await house.refresh(old)).json() == new
    assert (await house.user(old)).status_code == 200
    assert (house.tiktok.refreshes, house.tiktok.used_after_rotation) == (1, 0)

    await house.user(new)
    assert (await house.refresh(old)).json()["error"] == "invalid_grant"
    assert (await house.user(old)).status_code == 401
    assert house.tiktok.used_after_rotation == 2


async def test_a_refresh_with_the_new_pair_is_its_first_use_too(house: House) -> None:
    old = house.tiktok.connect(11)
    new = (await house.refresh(old)).json()
    await house.refresh(new)

    assert (await house.refresh(old)).json()["error"] == "invalid_grant"


async def test_a_lost_answer_has_rotated_all_the_same_and_the_grace_mends_it(house: House) -> None:
    old = house.tiktok.connect(11)
    house.tiktok.troubles.next(Trouble.LOST)

    with pytest.raises(httpx.TransportError):
        await house.refresh(old)

    assert house.tiktok.refreshes == 1
    assert (await house.user((await house.refresh(old)).json())).status_code == 200
    assert house.tiktok.used_after_rotation == 0


async def test_without_grace_a_lost_answer_disconnects_the_creator(strict: House) -> None:
    old = strict.tiktok.connect(11)
    strict.tiktok.troubles.next(Trouble.LOST)
    with pytest.raises(httpx.TransportError):
        await strict.refresh(old)

    assert (await strict.refresh(old)).json()["error"] == "invalid_grant"


async def test_an_older_service_gives_the_same_refresh_token_again(house: House) -> None:
    house.tiktok.tokens.rotates = False
    house.tiktok.tokens.access_life, house.tiktok.tokens.refresh_life = 86_400, 31_536_000
    old = house.tiktok.connect(11)
    new = (await house.refresh(old)).json()

    assert new["refresh_token"] == old["refresh_token"]
    assert new["access_token"] != old["access_token"]
    assert (new["expires_in"], new["refresh_expires_in"]) == (86_400, 31_536_000)
    assert (await house.user(old)).status_code == 200
    assert (await house.refresh(old)).status_code == 200


async def test_lifetimes_are_what_is_left_of_them(house: House) -> None:
    old = house.tiktok.connect(11)
    await house.refresh(old)
    await house.clock.advance(100)

    assert (await house.refresh(old)).json()["expires_in"] == 7100


async def test_an_access_token_lives_two_hours_and_a_refresh_token_half_a_year(house: House) -> None:
    pair = house.tiktok.connect(11)
    await house.clock.advance(7199)
    assert (await house.user(pair)).status_code == 200
    await house.clock.advance(1)
    assert code_of(await house.user(pair)) == "access_token_invalid"
    await house.clock.advance(180 * 86_400 - 7200)

    assert (await house.refresh(pair)).json()["error"] == "invalid_grant"
    assert house.tiktok.used_after_rotation == 0


async def test_who_connects_again_gets_a_new_pair_in_place_of_the_old_one(house: House) -> None:
    old, new = house.tiktok.connect(11), house.tiktok.connect(11)

    assert (await house.user(old)).status_code == 401
    assert (await house.user(new)).status_code == 200


async def test_a_killed_access_token_can_be_refreshed_and_a_killed_pair_cannot(house: House) -> None:
    pair = house.tiktok.connect(11)
    house.tiktok.kill(11, refresh=False)
    assert (await house.user(pair)).status_code == 401
    new = (await house.refresh(pair)).json()
    assert (await house.user(new)).status_code == 200

    house.tiktok.kill(11)
    assert (await house.user(new)).status_code == 401
    assert (await house.refresh(new)).json()["error"] == "invalid_grant"


async def test_revoking_an_access_token_disconnects_its_creator(house: House) -> None:
    pair = house.tiktok.connect(11)
    other = house.tiktok.connect(12)
    revoked = await house.http.post("/v2/oauth/revoke/", data={**CLIENT, "token": pair["access_token"]})

    assert (revoked.status_code, revoked.json()) == (200, {})
    assert (await house.user(pair)).status_code == 401
    assert (await house.refresh(pair)).json()["error"] == "invalid_grant"
    assert (await house.user(other)).status_code == 200
    again = await house.http.post("/v2/oauth/revoke/", data={**CLIENT, "token": pair["access_token"]})
    assert again.json()["error"] == "invalid_grant"


# What the token endpoint refuses


async def test_the_token_endpoint_says_what_is_wrong(house: House) -> None:
    cases: list[tuple[dict[str, str], int, str]] = [
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"client_key": "other"}, 401, "invalid_client"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"refresh_token": "never given"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "c"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "redirect_uri": BACK}, 400, "invalid_request"),
    ]
    right = {"grant_type": "refresh_token", "refresh_token": house.tiktok.connect(11)["refresh_token"]}
    for form, status, error in cases:
        answer = await house.token(**{**right, **form})
        assert (answer.status_code, answer.json()["error"]) == (status, error), form
        assert answer.json().keys() == {"error", "error_description", "log_id"}
    assert house.tiktok.refreshes == 0


async def test_parameters_belong_into_a_form_and_not_into_json_or_the_address(house: House) -> None:
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": house.tiktok.connect(11)["refresh_token"]}

    for answer in (
        await house.http.post("/v2/oauth/token/", json=form),
        await house.http.post("/v2/oauth/token/", params=form),
        await house.http.post("/v2/oauth/token/", data=form, params={"client_key": "key"}),
    ):
        assert answer.json()["error"] == "invalid_request"


async def test_oauth_errors_may_come_with_200(house: House) -> None:
    house.tiktok.oauth_errors_with_200 = True

    answer = await house.token(grant_type="refresh_token", refresh_token="never given")

    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_grant")
    assert house.tiktok.codes == {"invalid_grant": 1}


# The page on which creators agree


async def test_who_sits_at_the_browser_agrees_at_once(house: House) -> None:
    house.tiktok.visitor = 12
    brought = back(await house.authorize(code_challenge=HEX, code_challenge_method="S256"))

    assert brought.keys() == {"code", "scopes", "state"}
    assert (brought["scopes"], brought["state"]) == (",".join(SCOPES), "s&1")
    pair = await house.redeem(brought["code"], code_verifier=VERIFIER)
    assert pair.json()["open_id"] == house.world.creators[12].open_id
    assert house.tiktok.http_requests == 1


async def test_who_agrees_to_a_part_gives_that_part(house: House) -> None:
    house.tiktok.visitor, house.tiktok.login.grants = 12, frozenset({"user.info.basic", "video.list"})
    brought = back(await house.authorize())

    assert brought["scopes"] == "user.info.basic,video.list"
    assert (await house.redeem(brought["code"])).json()["scope"] == "user.info.basic,video.list"


async def test_who_says_no_is_sent_back_without_a_code(house: House) -> None:
    house.tiktok.visitor, house.tiktok.login.refuses = 12, True

    assert back(await house.authorize()).items() >= {"error": "access_denied", "state": "s&1"}.items()


async def test_where_nobody_sits_a_page_asks_who_it_is(house: House) -> None:
    page = await house.authorize()

    assert page.status_code == 200
    assert all(who.handle in page.text for who in house.world.creators.values())
    assert back(await house.authorize(visitor="11"))["code"].startswith("example11")
    assert back(await house.authorize(visitor="nobody"))["error"] == "access_denied"


async def test_the_page_names_the_parameter_that_is_wrong_and_sends_nobody_back(house: House) -> None:
    cases = [
        ("client_key", "other"),
        ("response_type", "token"),
        ("scope", "video.list,video.upload"),
        ("scope", None),
        ("state", None),
        ("redirect_uri", None),
        ("redirect_uri", "http://agency.example/back"),
        ("redirect_uri", "http://localhost/back"),
        ("redirect_uri", f"{BACK}?id=1"),
        ("redirect_uri", f"{BACK}#here"),
        ("code_challenge", HEX),
        ("visitor", "99"),
    ]
    house.tiktok.visitor = 11
    for name, value in cases:
        answer = await house.authorize(**{name: value})
        assert answer.status_code == 400, (name, value)
        assert answer.text.endswith(f": {name}</p>"), (name, value)


async def test_a_challenge_in_plain_text_is_not_taken(house: House) -> None:
    answer = await house.authorize(code_challenge=VERIFIER, code_challenge_method="plain")

    assert "code_challenge_method" in answer.text


async def test_a_browser_on_this_machine_may_come_back_without_tls(house: House) -> None:
    house.tiktok.visitor = 11

    assert (await house.authorize(redirect_uri="http://127.0.0.1:8710/back")).status_code == 302


# Accounts


async def test_an_account_is_told_in_the_documented_form(house: House) -> None:
    answer = (await house.user(house.tiktok.connect(11), ALL_USER)).json()

    sample = told("social/tiktok/user_info.json")
    assert list(answer["data"]["user"]) == list(sample["data"]["user"])
    assert {n: type(v) for n, v in answer["data"]["user"].items()} == {
        n: type(v) for n, v in sample["data"]["user"].items()
    }
    assert answer["error"].keys() == sample["error"].keys()
    assert answer["error"]["code"] == "ok"
    assert answer["data"]["user"]["follower_count"] == house.world.creators[11].followers


async def test_only_the_fields_that_were_asked_for_are_told(house: House) -> None:
    answer = await house.user(house.tiktok.connect(11, ["user.info.basic"]), "open_id,display_name")

    assert answer.json()["data"]["user"].keys() == {"open_id", "display_name"}


async def test_a_field_that_is_not_granted_or_not_known_fails_the_whole_call(house: House) -> None:
    cases: list[tuple[Sequence[str], str | None, int, str]] = [
        (["user.info.basic"], "open_id,follower_count", 400, "scope_permission_missed"),
        (["user.info.basic", "user.info.stats"], "username", 400, "scope_permission_missed"),
        (["video.list"], "open_id", 401, "scope_not_authorized"),
        (SCOPES, "open_id,email", 400, "invalid_params"),
        (SCOPES, "open_id, username", 400, "invalid_params"),
        (SCOPES, "", 400, "invalid_params"),
        (SCOPES, None, 400, "invalid_params"),
    ]
    for scopes, fields, status, code in cases:
        answer = await house.user(house.tiktok.connect(11, scopes), fields)
        assert (answer.status_code, code_of(answer)) == (status, code), fields
        assert answer.json()["data"] == {}


async def test_who_shows_no_token_of_ours_is_refused(house: House) -> None:
    for headers in ({}, {"Authorization": "Bearer never given"}, {"Authorization": "act.x"}):
        answer = await house.http.get("/v2/user/info/?fields=open_id", headers=headers)
        assert (answer.status_code, code_of(answer)) == (401, "access_token_invalid")


# Lists of videos


async def test_a_video_is_told_in_the_documented_form(house: House) -> None:
    answer = (await house.videos(house.tiktok.connect(11), {"max_count": 1}, ALL_VIDEO)).json()

    sample = told("social/tiktok/video_list_page1_short.json")
    video, like = answer["data"]["videos"][0], sample["data"]["videos"][0]
    assert list(video) == list(like)
    assert {n: type(v) for n, v in video.items()} == {n: type(v) for n, v in like.items()}
    assert answer["data"].keys() == sample["data"].keys()
    assert video["create_time"] * SECOND == house.world.creators[11].videos[0].published_at
    assert f"x-expires={(house.clock.now() + 6 * HOUR) // SECOND}" in video["cover_image_url"]


async def test_ten_videos_are_told_where_no_number_is_asked_for_and_no_body_is_needed(house: House) -> None:
    assert len((await house.videos(house.tiktok.connect(11))).json()["data"]["videos"]) == 10


async def test_the_list_is_walked_newest_first_by_a_cursor_in_milliseconds(house: House) -> None:
    pair, videos = house.tiktok.connect(11), house.world.creators[11].videos
    first = (await house.videos(pair, {"max_count": 20})).json()["data"]

    assert (first["cursor"], first["has_more"]) == (videos[19].published_at, True)
    assert await house.walked(pair) == [[v.id for v in videos[:20]], [v.id for v in videos[20:]]]


async def test_the_last_page_says_so_even_where_it_is_full(house: House) -> None:
    assert [len(page) for page in await house.walked(house.tiktok.connect(11), size=5)] == [5] * 5


async def test_any_time_is_a_cursor(house: House) -> None:
    pair, videos = house.tiktok.connect(11), house.world.creators[11].videos
    answer = await house.videos(pair, {"max_count": 1, "cursor": videos[7].published_at + 1})

    assert answer.json()["data"]["videos"][0]["id"] == videos[7].id


async def test_who_has_no_videos_has_an_empty_list(house: House) -> None:
    house.world.creators[11].videos.clear()

    answer = (await house.videos(house.tiktok.connect(11), {"max_count": 20})).json()

    assert answer["data"] == told("social/tiktok/video_list_none.json")["data"]


async def test_what_is_deleted_or_still_to_come_is_not_shown(house: House) -> None:
    videos = house.world.creators[11].videos
    videos[0].deleted = True
    videos.append(Item("later", Product.VIDEO, Instant(house.clock.now() + DAY), "", 10))

    pages = await house.walked(house.tiktok.connect(11))

    assert [each for page in pages for each in page] == [video.id for video in videos[1:25]]


async def test_texts_are_cut_after_150_characters(house: House) -> None:
    video = house.world.creators[11].videos[0]
    video.caption, video.title = "č" * 145 + " #autumnbake", "t" * 151
    answer = await house.videos(house.tiktok.connect(11), {"max_count": 1}, "video_description,title")

    assert answer.json()["data"]["videos"] == [{"video_description": "č" * 145 + " #aut", "title": "t" * 150}]


async def test_numbers_go_beyond_32_bits(house: House) -> None:
    house.world.creators[11].videos[0].exact = {"views": 3_000_000_001, "likes": 4_200_000}
    answer = await house.videos(house.tiktok.connect(11), {"max_count": 1}, "view_count,like_count")

    assert answer.json()["data"]["videos"] == [{"like_count": 4_200_000, "view_count": 3_000_000_001}]


async def test_a_list_is_asked_for_rightly_or_not_at_all(house: House) -> None:
    sizes = [{"max_count": size} for size in (0, 21, "20", True, None, 1.5)]
    cursors = [{"cursor": cursor} for cursor in ("1", -1, 1.5, None)]
    pair = house.tiktok.connect(11)
    for body in [*sizes, *cursors, {"maxCount": 20}, [20]]:
        answer = await house.videos(pair, body)
        assert (answer.status_code, code_of(answer)) == (400, "invalid_params"), body


async def test_a_body_is_json_and_says_so(house: House) -> None:
    pair = house.tiktok.connect(11)
    as_text = {**bearer(pair), "Content-Type": "text/plain"}

    for headers, body in ((as_text, b'{"max_count":20}'), ({**bearer(pair), "Content-Type": "application/json"}, b"{")):
        answer = await house.http.post("/v2/video/list/?fields=id", headers=headers, content=body)
        assert code_of(answer) == "invalid_params"


async def test_fields_of_videos_must_be_named_and_known(house: House) -> None:
    for fields in ("", "id,reach", "id&fields2=x"):
        answer = await house.videos(house.tiktok.connect(11), {"max_count": 20}, fields)
        assert code_of(answer) == "invalid_params", fields


async def test_videos_need_their_own_scope(house: House) -> None:
    pair = house.tiktok.connect(11, ["user.info.basic"])

    for answer in (await house.videos(pair, {}), await house.query(pair, {"filters": {"video_ids": ["1"]}})):
        assert (answer.status_code, code_of(answer)) == (401, "scope_not_authorized")


async def test_short_and_empty_pages_come_while_there_is_more_and_nothing_is_lost(house: House) -> None:
    house.tiktok.short_pages = True
    videos = [video.id for video in house.world.creators[11].videos]

    pages = await house.walked(house.tiktok.connect(11))

    assert pages == [videos[:13], [], videos[13:]]


async def test_a_stuck_cursor_never_moves_and_only_that_creator_has_it(house: House) -> None:
    house.tiktok.stuck = {11}
    pair, videos = house.tiktok.connect(11), house.world.creators[11].videos
    first = (await house.videos(pair, {"max_count": 20})).json()["data"]
    again = (await house.videos(pair, {"max_count": 20, "cursor": first["cursor"]})).json()["data"]

    assert (again["cursor"], again["has_more"]) == (first["cursor"], True)
    assert [video["id"] for video in again["videos"]] == [videos[18].id, videos[19].id]
    assert len(await house.walked(house.tiktok.connect(12))) == 2


# Queries


async def test_a_query_tells_own_videos_and_leaves_out_what_is_gone_or_others(house: House) -> None:
    own = house.world.creators[11].videos
    own[1].deleted = True
    ids = [own[2].id, own[1].id, house.world.creators[12].videos[0].id, own[0].id]
    answer = (await house.query(house.tiktok.connect(11), {"filters": {"video_ids": ids}}, ALL_VIDEO)).json()

    sample = told("social/tiktok/video_query.json")
    assert answer["data"].keys() == sample["data"].keys()
    assert [video["id"] for video in answer["data"]["videos"]] == [own[2].id, own[0].id]
    assert list(answer["data"]["videos"][0]) == list(sample["data"]["videos"][0])


async def test_a_query_takes_twenty_ids(house: House) -> None:
    pair, ids = house.tiktok.connect(11), [video.id for video in house.world.creators[11].videos]

    assert len((await house.query(pair, {"filters": {"video_ids": ids[:20]}})).json()["data"]["videos"]) == 20
    assert code_of(await house.query(pair, {"filters": {"video_ids": ids[:21]}})) == "invalid_params"


async def test_a_query_is_asked_rightly_or_not_at_all(house: House) -> None:
    filters: list[Any] = [
        {},
        {"video_ids": []},
        {"video_ids": [7]},
        {"video_ids": "7"},
        {"video_ids": ["7"], "since": 1},
    ]
    pair = house.tiktok.connect(11)
    for body in [None, {}, {"video_ids": ["7"]}, *({"filters": each} for each in filters)]:
        assert code_of(await house.query(pair, body)) == "invalid_params", body


# Limits


async def test_an_endpoint_refuses_beyond_its_allowance_until_the_window_has_slid_on(house: House) -> None:
    assert house.tiktok.allowance == 600
    house.tiktok.allowance = 2
    pair = house.tiktok.connect(11)
    await house.user(pair)
    await house.clock.advance(30)
    await house.user(pair)

    refused = await house.user(pair)
    assert (refused.status_code, code_of(refused)) == (429, "rate_limit_exceeded")
    assert (await house.videos(pair)).status_code == 200, "every endpoint has its own"
    await house.clock.advance(30)
    assert (await house.user(pair)).status_code == 200, "the first request has left the window"
    assert (await house.user(pair)).status_code == 429, "the second has not"


async def test_a_call_after_a_refusal_is_counted_until_one_is_let_in(house: House) -> None:
    house.tiktok.throttle("user/info", 60)
    pair = house.tiktok.connect(11)

    assert (await house.user(pair)).status_code == 429
    assert house.tiktok.calls_while_throttled == 0, "nobody could know"
    await house.user(pair)
    await house.videos(pair)
    assert house.tiktok.calls_while_throttled == 1
    await house.clock.advance(60)
    assert (await house.user(pair)).status_code == 200
    assert (house.tiktok.calls_while_throttled, house.tiktok.codes["rate_limit_exceeded"]) == (1, 2)
    house.tiktok.throttle("user/info", 60)
    await house.user(pair)
    assert house.tiktok.calls_while_throttled == 1, "again nobody could know"


async def test_the_token_endpoint_has_no_such_allowance(house: House) -> None:
    house.tiktok.allowance = 1
    pair = house.tiktok.connect(11)

    assert [(await house.refresh(pair)).status_code for _ in range(3)] == [200, 200, 200]


# Troubles


@pytest.mark.parametrize(
    ("trouble", "status", "sample"),
    [
        (Trouble.INTERNAL_ERROR, 500, "error_internal_error.json"),
        (Trouble.LIMITED, 429, "error_rate_limit_exceeded.json"),
        (Trouble.TOKEN_INVALID, 401, "error_access_token_invalid.json"),
    ],
)
async def test_the_display_api_has_its_bad_moments(house: House, trouble: Trouble, status: int, sample: str) -> None:
    pair = house.tiktok.connect(11)
    house.tiktok.troubles.next(trouble)
    answer = await house.user(pair)

    assert (answer.status_code, code_of(answer)) == (status, told(f"social/tiktok/{sample}")["error"]["code"])
    assert house.tiktok.codes[trouble.value] == 1
    assert (await house.user(pair)).status_code == 200


@pytest.mark.parametrize(
    ("trouble", "status", "error"),
    [
        (Trouble.INTERNAL_ERROR, 500, "server_error"),
        (Trouble.BUSY, 503, "temporarily_unavailable"),
        (Trouble.TOKEN_INVALID, 400, "invalid_grant"),
    ],
)
async def test_the_token_endpoint_has_its_own_words_for_them_and_does_nothing(
    strict: House, trouble: Trouble, status: int, error: str
) -> None:
    pair = strict.tiktok.connect(11)
    strict.tiktok.troubles.next(trouble)
    answer = await strict.refresh(pair)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert (await strict.refresh(pair)).status_code == 200


@pytest.mark.parametrize(("trouble", "status"), [(Trouble.BUSY, 503), (Trouble.PAGE, 200)])
async def test_some_answers_are_pages(house: House, trouble: Trouble, status: int) -> None:
    pair = house.tiktok.connect(11)
    house.tiktok.troubles.next(trouble)
    answer = await house.user(pair)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


async def test_some_answers_never_come(house: House) -> None:
    pair = house.tiktok.connect(11)
    house.tiktok.troubles.next(Trouble.HANGS)

    with pytest.raises(httpx.ReadTimeout):
        await house.http.get("/v2/user/info/?fields=open_id", headers=bearer(pair), timeout=httpx.Timeout(60, read=1))
    assert house.tiktok.codes == {"hangs": 1}


async def test_a_trouble_may_be_one_creators_or_one_endpoints_and_last(house: House) -> None:
    one, other = house.tiktok.connect(11), house.tiktok.connect(12)
    house.tiktok.troubles.always(Trouble.INTERNAL_ERROR, creator=11)
    house.tiktok.troubles.next(None, Trouble.BUSY, endpoint="video/list", creator=12)

    assert [(await house.user(one)).status_code for _ in range(2)] == [500, 500]
    assert (await house.refresh(one)).status_code == 500
    assert (await house.user(other)).status_code == 200
    assert [(await house.videos(other)).status_code for _ in range(3)] == [200, 503, 200]
    house.tiktok.troubles.always(None, creator=11)
    assert (await house.user(one)).status_code == 200


async def test_answers_take_their_time_by_the_clock(house: House) -> None:
    pair = house.tiktok.connect(11)
    house.tiktok.latency = 0.05
    asking = asyncio.create_task(house.user(pair))
    await until(lambda: house.tiktok.codes["ok"] == 1)
    await house.clock.settle()

    assert not asking.done()
    await house.clock.advance(0.05)
    assert (await asking).status_code == 200


# Accounting


async def test_every_call_is_remembered_with_whose_it_was_and_how_it_was_answered(house: House) -> None:
    pair = house.tiktok.connect(11)
    await house.videos(pair, {"max_count": 3}, "id")
    await house.user(pair, "nothing")
    new = (await house.refresh(pair)).json()

    first, second, third = house.tiktok.seen
    assert (first.method, first.url, first.creator_id, first.code) == ("POST", "/v2/video/list/?fields=id", 11, "ok")
    assert (json.loads(first.body), first.at) == ({"max_count": 3}, house.clock.now())
    assert (second.url, second.code) == ("/v2/user/info/?fields=nothing", "invalid_params")
    assert (third.url, third.creator_id, third.code) == ("/v2/oauth/token/", 11, "ok")
    assert house.tiktok.http_requests == 3
    assert house.tiktok.seen.maxlen == REMEMBERED
    assert new["access_token"] not in repr(list(house.tiktok.seen))


async def test_the_same_call_answered_well_twice_in_a_cycle_is_a_duplicate(house: House) -> None:
    one, other = house.tiktok.connect(11), house.tiktok.connect(12)
    house.tiktok.begin_cycle()
    house.tiktok.troubles.next(Trouble.INTERNAL_ERROR, Trouble.BUSY)
    await house.videos(one)
    await house.videos(one)
    await house.videos(one)
    await house.videos(other)
    await house.videos(one, {"max_count": 20})
    assert house.tiktok.duplicates() == []

    await house.videos(one)
    assert [call.creator_id for call in house.tiktok.duplicates()] == [11]
    house.tiktok.begin_cycle()
    await house.videos(one)
    assert house.tiktok.duplicates() == []


async def test_paths_and_methods_are_the_documented_ones(house: House) -> None:
    for path in ("/v2/video/list/", "/v2/video/query/", "/v2/oauth/token/", "/v2/oauth/revoke/"):
        assert (await house.http.get(path)).status_code == 405, path
    assert (await house.http.post("/v2/user/info/")).status_code == 405
    for path in ("/v2/user/info", "/v1/user/info/"):
        assert (await house.http.get(path)).status_code == 404, path
