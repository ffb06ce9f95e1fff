"""Allowances, troubles on demand, and what the stand-in notes of who asks."""

import asyncio
import json
from collections import deque
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from lahmadaemon.demo.social.graph import Graph, Trouble
from lahmadaemon.demo.social.graph.ledger import REMEMBERED
from lahmadaemon.demo.social.world import Size, invent
from tests.fakes.clock import FakeClock, until
from tests.samples import told
from tests.social.fronting import Front
from tests.social.graph_stand_in.asking import House, error_of, inner, url

pytestmark = pytest.mark.asyncio(loop_scope="module")


def sampled(name: str) -> Any:
    return told(f"social/meta/{name}")


def app_usage(answer: httpx.Response) -> dict[str, int]:
    usage: dict[str, int] = json.loads(answer.headers["x-app-usage"])
    return usage


def usage_of(answer: httpx.Response, account: str) -> dict[str, Any]:
    (row,) = json.loads(answer.headers["x-business-use-case-usage"])[account]
    assert isinstance(row, dict)
    return row


# Allowances


async def test_little_use_is_not_told(house: House) -> None:
    answer = await house.get(house.ig)

    assert not {"x-app-usage", "x-business-use-case-usage"} & answer.headers.keys()


async def test_an_account_that_is_asked_too_often_is_refused_until_it_says(house: House) -> None:
    house.graph.account_allowance = 4
    other = house.graph.page_token(11)
    good = [await house.get(house.ig) for _ in range(4)]

    refused = await house.get(house.ig)

    assert [usage_of(answer, house.ig)["call_count"] for answer in good] == [25, 50, 75, 100]
    assert error_of(refused) == (400, 80002, 2446079)
    assert refused.json()["error"].keys() == sampled("error_80002_instagram_limit.json")["error"].keys()
    headers = sampled("error_80002_instagram_limit.headers.json")["headers"]
    sample = json.loads(headers["X-Business-Use-Case-Usage"])["17841400000000011"][0]
    usage = usage_of(refused, house.ig)
    assert usage.keys() == sample.keys()
    assert (usage["type"], usage["estimated_time_to_regain_access"]) == ("instagram", 17)
    assert usage["call_count"] > 100
    assert (await house.get(house.world.creators[11].instagram_id, other)).status_code == 200

    await house.clock.advance(10 * 60)
    again = await house.get(house.ig)
    assert error_of(again) == (400, 80002, 2446079)
    assert usage_of(again, house.ig)["estimated_time_to_regain_access"] == 7
    await house.clock.advance(7 * 60)
    assert usage_of(await house.get(house.ig), house.ig)["call_count"] == 25


async def test_a_pages_own_token_uses_the_pages_allowance(house: House) -> None:
    house.graph.account_allowance = 2
    page = house.creator.page_id

    answers = [await house.get(f"{page}/published_posts") for _ in range(3)]

    assert usage_of(answers[0], page)["type"] == "pages"
    assert error_of(answers[2]) == (400, 80001, 2446079)


async def test_the_apps_refusal_is_everybodys(house: House) -> None:
    house.graph.app_allowance = 2
    user = house.graph.long_token(10)
    assert [(await house.get("me/accounts", user)).status_code for _ in range(2)] == [200, 200]

    refused = await house.get("me/accounts", user)

    assert error_of(refused) == (403, 4, 1504022)
    assert refused.json()["error"].keys() == sampled("error_4_app_limit.json")["error"].keys()
    sample = json.loads(sampled("error_4_app_limit.headers.json")["headers"]["X-App-Usage"])
    assert app_usage(refused).keys() == sample.keys()
    assert app_usage(refused)["call_count"] > 100
    assert error_of(await house.get(house.ig)) == (403, 4, 1504022)
    await house.clock.advance(15 * 60)
    assert (await house.get(house.ig)).status_code == 200


async def test_calls_for_an_account_are_not_charged_to_the_app(house: House) -> None:
    house.graph.app_allowance = 1

    assert [(await house.get(house.ig)).status_code for _ in range(3)] == [200] * 3


async def test_an_allowance_comes_back_with_time(house: House) -> None:
    house.graph.spend(house.ig, 96)
    house.graph.spend(None, 96)
    before = await house.get(house.ig)
    await house.clock.advance(1800)
    after = await house.get(house.ig)

    assert (usage_of(before, house.ig)["call_count"], app_usage(before)["call_count"]) == (96, 96)
    assert (usage_of(after, house.ig)["call_count"], app_usage(after)["call_count"]) == (93, 46)


async def test_usage_comes_with_every_operation_of_a_batch(house: House) -> None:
    house.graph.account_allowance = 2
    (good, _, refused) = (await house.batch([house.ig] * 3)).json()

    names = [{header["name"] for header in row["headers"]} for row in (good, refused)]
    assert all("X-Business-Use-Case-Usage" in row for row in names)
    assert inner(refused)["error"]["code"] == 80002


# Who comes too early


async def test_a_call_that_comes_before_its_time_is_counted_once_the_refusal_was_answered(house: House) -> None:
    house.graph.account_allowance = 1
    other = house.graph.page_token(11)
    await house.batch([house.ig] * 3)  # the second is refused; who asked for the third did not know
    assert house.graph.calls_while_throttled == 0

    await house.get(house.world.creators[11].instagram_id, other)
    assert house.graph.calls_while_throttled == 0
    await house.get(house.ig)
    assert house.graph.calls_while_throttled == 1

    await house.clock.advance(17 * 60)
    await house.get(house.ig)
    assert house.graph.calls_while_throttled == 1


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [(Trouble.APP_LIMIT, 60), (Trouble.USER_LIMIT, 60), (Trouble.BURST, 60), (Trouble.INSTAGRAM_LIMIT, 1020),
     (Trouble.BLOCKED, 3600)],
)  # fmt: skip
async def test_a_refusal_on_demand_asks_for_patience_too(house: House, kind: Trouble, seconds: float) -> None:
    house.graph.trouble(10, kind)
    await house.get(house.ig)

    await house.clock.advance(seconds - 1)
    await house.get(house.ig)
    assert house.graph.calls_while_throttled == 1
    await house.clock.advance(1)
    await house.get(house.ig)
    assert house.graph.calls_while_throttled == 1


async def test_the_apps_limit_on_demand_concerns_whoever_asks(house: House) -> None:
    other = house.graph.page_token(11)
    house.graph.trouble(None, Trouble.APP_LIMIT)
    answer = await house.batch([house.ig])
    assert error_of(answer) == (403, 4, 1504022)
    assert app_usage(answer)["call_count"] > 100

    await house.get("me", other)

    assert house.graph.calls_while_throttled == 1


# Troubles


@pytest.mark.parametrize(
    ("kind", "error", "sample"),
    [
        (Trouble.REDUCE, (500, 1, None), "error_1_reduce_data.json"),
        (Trouble.TRANSIENT, (500, 2, None), "error_2_transient.json"),
        (Trouble.APP_LIMIT, (403, 4, 1504022), "error_4_app_limit.json"),
        (Trouble.PERMISSION, (403, 10, None), "error_10_permission.json"),
        (Trouble.USER_LIMIT, (400, 17, 2446079), "error_17_user_limit.json"),
        (Trouble.DEAD, (400, 190, None), "error_190_no_subcode.json"),
        (Trouble.BLOCKED, (400, 368, None), "error_368_blocked.json"),
        (Trouble.BURST, (400, 613, 1996), "error_613_burst.json"),
        (Trouble.INSTAGRAM_LIMIT, (400, 80002, 2446079), "error_80002_instagram_limit.json"),
    ],
)
async def test_troubles_come_as_sampled_and_so_often_as_asked_for(
    house: House, kind: Trouble, error: object, sample: str
) -> None:
    house.graph.trouble(10, kind, times=2)

    first, second, third = [await house.get(house.ig) for _ in range(3)]

    assert error_of(first) == error_of(second) == error
    assert first.json()["error"].keys() == sampled(sample)["error"].keys()
    assert first.json()["error"]["type"] == sampled(sample)["error"]["type"]
    assert third.status_code == 200


async def test_a_limit_on_demand_tells_when_access_comes_back(house: House) -> None:
    house.graph.regain_minutes = 5
    house.graph.trouble(10, Trouble.INSTAGRAM_LIMIT)

    usage = usage_of(await house.get(house.ig), house.ig)

    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (101, 5)


async def test_one_creators_trouble_is_nobody_elses(house: House) -> None:
    other = house.graph.page_token(11)
    house.graph.trouble(11, Trouble.TRANSIENT)

    rows = (await house.batch(["me", url("me", access_token=other), "me"])).json()

    assert [row["code"] for row in rows] == [200, 500, 200]


async def test_a_page_in_html_comes_instead_of_the_whole_answer_or_of_one_operations(house: House) -> None:
    sample = sampled("error_500_html.headers.json")["headers"]
    house.graph.trouble(None, Trouble.HTML)
    house.graph.trouble(10, Trouble.HTML)

    whole, within = await house.batch(["me"]), await house.batch(["me", "me"])

    assert (whole.status_code, whole.headers["content-type"]) == (500, sample["Content-Type"])
    assert whole.text.startswith("<!DOCTYPE html>")
    assert [row["code"] for row in within.json()] == [500, 200]
    assert within.json()[0]["body"].startswith("<!DOCTYPE html>")


async def test_a_limit_above_what_is_too_much_is_answered_by_asking_for_less(house: House) -> None:
    house.graph.too_much_above = 10

    assert error_of(await house.get(f"{house.ig}/media", limit=11)) == (500, 1, None)
    assert error_of(await house.get(house.ig, fields="media.limit(25){id}")) == (500, 1, None)
    assert (await house.get(f"{house.ig}/media", limit=10)).status_code == 200


# The ledger


async def test_what_was_asked_is_noted_without_its_token(house: House) -> None:
    proof = house.graph.proof(house.token)
    await house.get(f"{house.ig}/media", fields="id,insights.metric(views){name}", limit=2, appsecret_proof=proof)
    await house.batch([url("v23.0/me", access_token=house.token, fields="nonsense")], house.graph.app_token)
    await house.http.get("/v23.0/me", params={"access_token": "nonsense"})

    media, me, stranger = house.graph.seen
    assert media.url == f"/{house.ig}/media?fields=id,insights.metric(views){{name}}&limit=2"
    assert (media.method, media.creator_id, media.status, media.code, media.batched) == ("GET", 10, 200, None, False)
    assert media.at == house.clock.now()
    assert (me.url, me.status, me.code, me.batched) == ("/me?fields=nonsense", 400, 100, True)
    assert (stranger.creator_id, stranger.code) == (None, 190)
    assert not any(secret in str(house.graph.seen) for secret in (house.token, proof, house.graph.app_token))
    assert (house.graph.http_requests, house.graph.logical_calls) == (3, 3)


async def test_secrets_of_the_login_are_not_noted_either(house: House) -> None:
    token = house.graph.short_token(10)
    form = {
        "client_id": "app", "client_secret": "app-secret", "grant_type": "fb_exchange_token", "fb_exchange_token": token,
    }  # fmt: skip
    await house.http.post("/oauth/access_token", data=form)
    await house.get("debug_token", house.graph.app_token, input_token=token)

    assert [call.url for call in house.graph.seen] == [
        "/oauth/access_token?client_id=app&grant_type=fb_exchange_token", "/debug_token",
    ]  # fmt: skip


async def test_duplicates_are_what_one_creator_was_answered_well_twice_in_a_cycle(house: House) -> None:
    await house.get("me")
    house.graph.begin_cycle()
    house.graph.trouble(10, Trouble.TRANSIENT)
    house.graph.nulls(1)
    await house.get("me", fields="id")
    await house.batch(["me?fields=id", "me"])
    await house.get("me", house.graph.page_token(11))
    await house.get("me", fields="id")
    assert house.graph.duplicates() == []

    await house.get("me")

    assert house.graph.duplicates() == ["GET /me"]
    house.graph.begin_cycle()
    assert house.graph.duplicates() == []


async def test_the_ledger_forgets_the_oldest_and_still_finds_duplicates(house: House) -> None:
    assert house.graph.seen.maxlen == REMEMBERED
    house.graph.seen = deque(maxlen=100)
    house.graph.begin_cycle()
    await house.get("me")
    call = house.graph.seen[-1]
    for number in range(120):
        house.graph.note(call._replace(url=f"/{number}"))
    await house.get("me")
    assert (len(house.graph.seen), house.graph.duplicates()) == (100, [])

    await house.get("me")

    assert house.graph.duplicates() == ["GET /me"]


async def test_answers_take_as_long_as_they_should(house: House) -> None:
    house.graph.latency = 0.05
    asking = asyncio.create_task(house.get("me"))
    await until(lambda: house.graph.logical_calls)
    await house.clock.settle()
    assert not asking.done()

    await house.clock.advance(0.05)

    assert (await asking).status_code == 200


async def test_a_refusal_under_way_is_not_known_yet(house: House) -> None:
    house.graph.account_allowance, house.graph.latency = 1, 0.05
    asking = []
    for _ in range(3):
        asking.append(asyncio.create_task(house.get(house.ig)))
        await until(lambda: house.graph.logical_calls == len(asking))
    await house.clock.advance(0.05)
    assert sorted([(await answer).status_code for answer in asking]) == [200, 400, 400]
    assert house.graph.calls_while_throttled == 0


async def test_the_same_seed_gives_the_same_answers(front: Front, clock: FakeClock) -> None:
    bodies = []
    for _ in range(2):
        world = invent(3, clock.now(), ZoneInfo("Europe/Prague"), Size(2))
        front.app = graph = Graph(world, clock)
        asked = {
            "access_token": graph.page_token(10),
            "fields": "media{id,caption,like_count,insights.metric(views,reach)}",
        }
        bodies.append(
            (await front.http.get(f"/v23.0/{world.creators[10].instagram_id}", params=asked)).json()["media"]["data"]
        )

    assert bodies[0] == bodies[1]
