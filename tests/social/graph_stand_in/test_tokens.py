"""Tokens: how one comes by them, how long they live, what they may do."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lahmadaemon.clock import DAY
from lahmadaemon.demo.social.graph.tokens import LONG, SCOPES
from tests.samples import told
from tests.social.graph_stand_in.asking import House, bearer, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACK = "https://agency.example/back"
APP = {"client_id": "app", "client_secret": "app-secret"}


def sampled(name: str) -> Any:
    return told(f"social/meta/{name}")


async def dialog(house: House, **query: str) -> dict[str, str]:
    """What the browser brings back to the app."""
    asked = {
        "client_id": "app",
        "redirect_uri": BACK,
        "state": "s&1",
        "scope": "instagram_basic,pages_show_list",
        **query,
    }
    answer = await house.http.get("/v23.0/dialog/oauth", params=asked)
    assert answer.status_code == 302
    address = urlsplit(answer.headers["location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == BACK
    assert address.fragment == "_=_"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


async def access_token(house: House, **query: str) -> httpx.Response:
    return await house.http.get("/v23.0/oauth/access_token", params={**APP, **query})


async def exchanged(house: House, token: str) -> httpx.Response:
    return await access_token(house, grant_type="fb_exchange_token", fb_exchange_token=token)


async def redeemed(house: House, code: str, **query: str) -> httpx.Response:
    return await access_token(house, code=code, **{"redirect_uri": BACK, **query})


async def debugged(house: House, token: str) -> dict[str, Any]:
    answer = await house.get("debug_token", house.graph.app_token, input_token=token)
    assert answer.json().keys() == {"data"}
    data: dict[str, Any] = answer.json()["data"]
    return data


# Exchange


async def test_a_short_token_becomes_a_long_one(house: House) -> None:
    answer = await exchanged(house, house.graph.short_token(10))

    assert answer.json().keys() == sampled("token_exchange.json").keys()
    assert answer.json()["expires_in"] == sampled("token_exchange.json")["expires_in"]
    assert (await house.get("me", answer.json()["access_token"])).json()["id"] == house.creator.facebook_id


async def test_the_exchange_may_keep_the_expiry_to_itself(house: House) -> None:
    house.graph.tells_expiry = False

    answer = await exchanged(house, house.graph.short_token(10))

    assert answer.json().keys() == sampled("token_exchange_no_expiry.json").keys()


async def test_a_long_token_is_prolonged_or_not(house: House) -> None:
    token = house.graph.long_token(10)
    await house.clock.advance(10 * 86_400)

    assert (await exchanged(house, token)).json()["expires_in"] == LONG // 1000
    house.graph.extends_long = False
    assert (await exchanged(house, token)).json()["expires_in"] == LONG // 1000 - 10 * 86_400


async def test_short_tokens_die_within_hours_and_long_ones_after_sixty_days(house: House) -> None:
    short, long = house.graph.short_token(10), house.graph.long_token(10)
    await house.clock.advance(3 * 3600)

    dead = await house.get("me", short)
    assert error_of(dead) == (400, 190, 463)
    assert dead.json()["error"].keys() == sampled("error_190_463_expired.json")["error"].keys()
    sample = sampled("error_190_463_expired.headers.json")["headers"]
    assert dead.headers["www-authenticate"] == sample["WWW-Authenticate"]
    refused = await exchanged(house, short)
    assert error_of(refused) == (400, 190, 463)
    assert refused.json()["error"].keys() == sampled("token_exchange_error.json")["error"].keys()

    assert (await house.get("me", long)).status_code == 200
    await house.clock.advance(60 * 86_400)
    assert error_of(await house.get("me", long)) == (400, 190, 463)


async def test_the_exchange_is_for_the_app_alone(house: House) -> None:
    short = {"grant_type": "fb_exchange_token", "fb_exchange_token": house.graph.short_token(10)}

    assert error_of(await access_token(house, **short, client_secret="guess")) == (400, 1, None)
    assert error_of(await access_token(house, **short, client_id="other")) == (400, 101, None)
    assert error_of(await access_token(house, grant_type="password")) == (400, 100, None)
    assert error_of(await exchanged(house, house.token)) == (400, 100, None)
    posted = await house.http.post("/v23.0/oauth/access_token", data={**APP, **short})
    assert posted.status_code == 200


async def test_a_token_that_cannot_be_read_is_repeated_in_the_error(house: House) -> None:
    answer = await house.get("me", "EXAMPLE-NONSENSE")

    assert error_of(answer) == (400, 190, None)
    assert answer.json()["error"].keys() == sampled("error_190_no_subcode.json")["error"].keys()
    assert "EXAMPLE-NONSENSE" in answer.json()["error"]["message"]
    assert error_of(await house.http.get("/v23.0/me")) == (400, 104, None)


# Page tokens


async def test_page_tokens_of_a_long_token_never_expire_and_those_of_a_short_one_do(house: House) -> None:
    tokens = []
    for user in (house.graph.long_token(10), house.graph.short_token(10)):
        rows = (await house.get("me/accounts", user, fields="access_token")).json()["data"]
        assert (await house.get("me/accounts", user, fields="access_token")).json()["data"] == rows
        tokens.append(rows[0]["access_token"])
    lasting, passing = tokens
    await house.clock.advance(80 * 86_400)

    assert (await house.get(house.ig, lasting)).status_code == 200
    assert error_of(await house.get(house.ig, passing)) == (400, 190, 463)


async def test_data_access_ends_ninety_days_after_the_last_login_whatever_the_token(house: House) -> None:
    before = (await debugged(house, house.token))["data_access_expires_at"]
    assert before == (house.clock.now() + 90 * DAY) // 1000

    await house.clock.advance(90 * 86_400)

    assert error_of(await house.get(house.ig)) == (400, 190, None)
    house.graph.short_token(10)
    assert (await house.get(house.ig)).status_code == 200


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492, None])
async def test_a_killed_creator_is_dead_with_the_sub_code_and_comes_back_by_logging_in(
    house: House, subcode: int | None
) -> None:
    user = house.graph.long_token(10)
    other = house.graph.page_token(11)

    house.graph.kill(10, subcode)

    for token in (user, house.token):
        assert error_of(await house.get("me", token)) == (400, 190, subcode)
    assert error_of(await exchanged(house, user)) == (400, 190, subcode)
    assert (await house.get("me", other)).status_code == 200
    assert (await house.get("me", house.graph.page_token(10))).status_code == 200


async def test_the_token_may_come_in_the_header_or_in_the_query(house: House) -> None:
    asked = await house.http.get(f"/v23.0/{house.ig}", params={"access_token": house.token})

    assert asked.json() == (await house.http.get(f"/v23.0/{house.ig}", headers=bearer(house.token))).json()


async def test_a_proof_is_checked_where_it_is_given_and_missed_where_it_is_required(house: House) -> None:
    right = house.graph.proof(house.token)
    assert (await house.get("me", appsecret_proof=right)).status_code == 200
    assert error_of(await house.get("me", appsecret_proof=house.graph.proof("other"))) == (400, 100, None)
    assert (await house.get("me")).status_code == 200

    house.graph.require_proof = True

    assert error_of(await house.get("me")) == (400, 100, None)
    assert (await house.get("me", appsecret_proof=right)).status_code == 200


# Debug


async def test_a_page_token_is_described_as_sampled(house: House) -> None:
    data = await debugged(house, house.token)

    sample = sampled("debug_token_page.json")["data"]
    assert data.keys() == sample.keys()
    assert (data["is_valid"], data["expires_at"], data["type"]) == (True, 0, "PAGE")
    assert (data["profile_id"], data["user_id"]) == (house.creator.page_id, house.creator.facebook_id)
    granular = {row["scope"]: row.get("target_ids") for row in data["granular_scopes"]}
    assert granular["instagram_basic"] == [house.ig]
    assert granular["pages_read_engagement"] == [house.creator.page_id]
    assert granular["pages_show_list"] is None


async def test_a_user_token_is_described_with_what_was_granted(house: House) -> None:
    token = house.graph.long_token(10)
    house.graph.grant(10, "instagram_basic", "pages_show_list")

    data = await debugged(house, token)

    assert data.keys() == sampled("debug_token_user.json")["data"].keys()
    assert data["scopes"] == sampled("debug_token_user.json")["data"]["scopes"]
    assert data["expires_at"] == (house.clock.now() + LONG) // 1000


async def test_a_dead_token_is_described_with_the_reason(house: House) -> None:
    token = house.graph.short_token(10)
    await house.clock.advance(86_400)

    data = await debugged(house, token)

    assert data.keys() - {"type", "granular_scopes"} == sampled("debug_token_invalid.json")["data"].keys()
    assert (data["is_valid"], data["error"]["code"], data["error"]["subcode"]) == (False, 190, 463)
    assert (await debugged(house, "nonsense"))["is_valid"] is False


async def test_only_the_app_may_have_a_token_described(house: House) -> None:
    assert error_of(await house.get("debug_token", input_token=house.token)) == (400, 100, None)


# Dialog


async def test_who_agrees_comes_back_with_a_code_that_is_good_once(house: House) -> None:
    house.graph.visitor = 11
    back = await dialog(house)

    answer = await redeemed(house, back["code"])

    assert back.keys() == {"code", "state"}
    assert back["state"] == "s&1"
    assert answer.json().keys() == {"access_token", "token_type", "expires_in"}
    assert answer.json()["expires_in"] == 7200
    me = (await house.get("me", answer.json()["access_token"])).json()
    assert me["id"] == house.world.creators[11].facebook_id
    assert error_of(await redeemed(house, back["code"])) == (400, 100, 36009)


async def test_only_what_was_asked_for_and_not_declined_is_granted(house: House) -> None:
    house.graph.visitor, house.graph.declines = 11, frozenset({"pages_show_list"})
    token = (await redeemed(house, (await dialog(house))["code"])).json()["access_token"]

    rows = (await house.get("me/permissions", token)).json()["data"]

    assert {row["permission"] for row in rows} == {"instagram_basic", "public_profile"}
    assert (await house.get("me/accounts", token)).json() == {"data": []}


async def test_who_declines_comes_back_with_an_error(house: House) -> None:
    back = await dialog(house)

    assert (back["error"], back["error_reason"], back["state"]) == ("access_denied", "user_denied", "s&1")


async def test_a_code_is_bound_to_its_redirect_its_challenge_and_ten_minutes(house: House) -> None:
    house.graph.visitor = 11
    challenge = urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).decode().rstrip("=")
    bound = (await dialog(house, code_challenge=challenge, code_challenge_method="S256"))["code"]
    late = (await dialog(house))["code"]

    assert error_of(await redeemed(house, bound, redirect_uri=f"{BACK}/")) == (400, 100, 36008)
    assert error_of(await redeemed(house, bound)) == (400, 100, None)
    assert error_of(await redeemed(house, "AQguess")) == (400, 100, None)
    assert (await redeemed(house, bound, code_verifier="verifier")).status_code == 200
    await house.clock.advance(600)
    assert error_of(await redeemed(house, late)) == (400, 100, 36007)


async def test_a_dialog_of_an_unknown_app_goes_nowhere(house: House) -> None:
    answer = await house.http.get("/v23.0/dialog/oauth", params={"client_id": "other", "redirect_uri": BACK})

    assert answer.status_code == 400
    assert "html" in answer.headers["content-type"]


# Permissions


async def test_instagram_needs_its_basic_permission(house: House) -> None:
    house.graph.grant(10, *(SCOPES - {"instagram_basic"}))

    for path in (house.ig, f"{house.ig}/media", house.creator.media[0].id):
        assert error_of(await house.get(path)) == (403, 10, None)
    page = (await house.get("me", fields="id,instagram_business_account")).json()
    assert page == {"id": house.creator.page_id}


async def test_revoking_ends_every_token_and_one_permission_alone_does_not(house: House) -> None:
    user = house.graph.long_token(10)
    me = house.creator.facebook_id
    one = await house.http.delete(f"/v23.0/{me}/permissions/read_insights", headers=bearer(user))
    assert one.json() == {"success": True}
    rows = (await house.get("me/permissions", user)).json()["data"]
    assert "read_insights" not in {row["permission"] for row in rows}

    assert (await house.http.delete(f"/v23.0/{me}/permissions", headers=bearer(user))).json() == {"success": True}

    assert error_of(await house.get("me", user)) == (400, 190, 458)
    assert error_of(await house.get(house.ig)) == (400, 190, 458)


async def test_the_app_itself_can_give_permissions_back_and_sees_nobody(house: House) -> None:
    app = house.graph.app_token
    assert error_of(await house.get(house.ig, app)) == (400, 100, 33)

    done = await house.http.delete(f"/v23.0/{house.creator.facebook_id}/permissions", headers=bearer(app))

    assert done.json() == {"success": True}
    assert error_of(await house.get(house.ig)) == (400, 190, 458)
