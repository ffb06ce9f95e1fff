"""Tokens that rotate: kept before they are used, refreshed by one at a time, and whatever fails, nobody is disconnected by us."""

import asyncio
import random
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.demo.social.tiktok import Trouble
from lahmadaemon.errors import ConfigurationError, HopelessError, Refused, UpstreamError
from lahmadaemon.social.connections import Connection, LoginLost, Provider, State
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.settings import TikTokSettings
from lahmadaemon.social.tiktok.oauth import address
from lahmadaemon.social.tiktok.tokens import TikTokTokens, due
from tests.fakes.clock import START, settled, until
from tests.social.tiktok.house import BACK, House, KilledError, passing

WHO = 10
STEPS: dict[str, tuple[Any, ...]] = {
    "the mark cannot be written": ("store", "begin_refresh", "fails before"),
    "the mark is written and that is not heard": ("store", "begin_refresh", "fails after"),
    "nobody listens": ("wire", "oauth/token/", "unreachable"),
    "the answer is lost": ("tiktok", Trouble.LOST, Trouble.LOST),
    "the answer is a page": ("tiktok", Trouble.PAGE, Trouble.PAGE),
    "the server fails": ("tiktok", Trouble.INTERNAL_ERROR, Trouble.INTERNAL_ERROR),
    "the server is busy": ("tiktok", Trouble.BUSY),
    "the pair cannot be written": ("store", "replace_pair", "fails before"),
    "the pair is written and that is not heard": ("store", "replace_pair", "fails after"),
    "killed before the mark": ("store", "begin_refresh", "killed before"),
    "killed after the mark": ("store", "begin_refresh", "killed after"),
    "killed before it is sent": ("wire", "oauth/token/", "killed before"),
    "killed after it was sent": ("wire", "oauth/token/", "killed after"),
    "killed before the pair is written": ("store", "replace_pair", "killed before"),
    "killed after the pair is written": ("store", "replace_pair", "killed after"),
}
COSTS_THE_LOGIN = {"the answer is lost", "killed after it was sent", "killed before the pair is written"}
"""With a provider that gives no second chance: what it gave never came to us."""


def befall(house: House, step: str) -> None:
    """The next refresh goes wrong there."""
    match STEPS[step]:
        case ("tiktok", *troubles):
            house.tiktok.troubles.next(*troubles, endpoint="oauth/token")
        case ("wire", path, trouble):
            house.wire.coming.append((path, trouble))
        case (_, write, trouble):
            house.connections.coming.append((write, trouble))


async def attempt(house: House) -> SecretStr | None:
    """A token, if there is one; after a kill another process goes on."""
    try:
        return await passing(house.clock, house.tokens.fresh(WHO))
    except KilledError:
        house.reborn()
    except UpstreamError:
        await house.clock.advance(60)
    return None


async def old(house: House) -> None:
    """The creator is connected, and the access token has run out."""
    await house.connect(WHO)
    await house.clock.advance(2 * 3600)


# Refreshing


async def test_a_young_token_is_lent_as_it_is(house: House) -> None:
    await house.connect(WHO)

    token = await house.tokens.fresh(WHO)

    assert token == (await house.held()).access
    assert (house.tiktok.refreshes, house.tiktok.http_requests) == (0, 1)


@pytest.mark.parametrize(
    ("life", "left", "expected"),
    [(2 * HOUR, 13 * MINUTE, False), (2 * HOUR, 12 * MINUTE, True), (24 * HOUR, 3 * HOUR, False),
     (24 * HOUR, 2 * HOUR, True), (20 * MINUTE, 6 * MINUTE, False), (20 * MINUTE, 5 * MINUTE, True),
     (4 * MINUTE, 3 * MINUTE, False), (4 * MINUTE, 2 * MINUTE, True), (0, 0, True)],
)  # fmt: skip
def test_clocks_differ_so_a_token_is_renewed_some_time_before_its_end(life: int, left: int, expected: bool) -> None:
    held = Connection(
        creator_id=WHO, provider=Provider.TIKTOK, user_id="open", access=SecretStr("act"), issued_at=START,
        access_until=Instant(START + life),
    )  # fmt: skip

    assert due(held, Instant(START + life - left)) is expected
    assert not due(replace(held, access_until=None), Instant(START + life - left))


async def test_a_new_pair_is_kept_with_the_lifetimes_of_the_answer(house: House) -> None:
    await old(house)
    house.tiktok.tokens.access_life, house.tiktok.tokens.refresh_life = 86_400, 365 * 86_400
    before = await house.held()

    token = await house.tokens.fresh(WHO)

    held, now = await house.held(), house.clock.now()
    assert held.access == token != before.access
    assert held.refresh != before.refresh
    assert (held.access_until, held.refresh_until) == (now + DAY, now + 365 * DAY)
    assert (held.generation, held.refreshing_at, held.state) == (before.generation + 1, None, State.OK)
    assert await house.works(token)


async def test_many_who_want_a_token_at_once_cause_one_refresh(house: House) -> None:
    await old(house)

    tokens = await asyncio.gather(*(house.tokens.fresh(WHO) for _ in range(10)))

    assert len({token.get_secret_value() for token in tokens}) == 1
    assert house.tiktok.refreshes == 1


async def test_nobody_renews_a_token_while_it_is_lent(house: House) -> None:
    await house.connect(WHO)
    async with house.tokens.lent(WHO) as token:
        renewing = asyncio.create_task(house.tokens.fresh(WHO, rejected=token))
        await settled()
        assert house.tiktok.refreshes == 0
        assert await house.works(token)
    await renewing

    assert (house.tiktok.refreshes, house.tiktok.used_after_rotation) == (1, 0)


async def test_a_token_that_was_rejected_is_renewed_once_for_all_who_had_it(house: House) -> None:
    await house.connect(WHO)
    rejected = await house.tokens.fresh(WHO)

    first, second = await asyncio.gather(*(house.tokens.fresh(WHO, rejected=rejected) for _ in range(2)))

    assert first == second != rejected
    assert house.tiktok.refreshes == 1


async def test_a_refresh_token_that_does_not_rotate_stays(house: House) -> None:
    house.tiktok.tokens.rotates = False
    await old(house)
    before = await house.held()

    await house.tokens.fresh(WHO)

    assert (await house.held()).refresh == before.refresh


async def test_a_long_unused_pair_is_looked_after_at_half_its_life(house: House) -> None:
    await house.connect(WHO)
    await house.clock.advance(89 * 86_400)
    assert not await house.tokens.look_after(WHO)
    await house.clock.advance(2 * 86_400)

    assert await house.tokens.look_after(WHO)
    held = await house.held()
    assert held.refresh_until == house.clock.now() + 180 * DAY


async def test_without_a_refresh_token_the_creator_is_needed_once_the_access_token_is_over(house: House) -> None:
    await house.connect(WHO)
    held = await house.held()
    await house.connections.connect(replace(held, refresh=None), await house.connections.accounts([WHO]))
    assert await house.works(await house.tokens.fresh(WHO))
    await house.clock.advance(2 * 3600)

    with pytest.raises(LoginLost, match="no_refresh_token"):
        await house.tokens.fresh(WHO)


async def test_who_comes_back_while_a_refresh_is_under_way_has_the_new_login(house: House) -> None:
    await old(house)
    other = TikTokTokens(house.connections, house.settings, house.client, house.clock)
    house.tiktok.latency = 1.0
    asking = asyncio.create_task(house.tokens.fresh(WHO))
    await until(lambda: house.tiktok.refreshes)
    house.tiktok.latency = 0.0
    await other.connect(WHO, house.tiktok.code(WHO), BACK)
    await house.clock.advance(1)

    token = await asking

    assert token == (await house.held()).access
    assert await house.works(token)


# Whatever fails


@pytest.mark.parametrize("step", STEPS)
async def test_wherever_a_refresh_fails_the_next_attempt_finds_the_creator_connected(house: House, step: str) -> None:
    await old(house)
    befall(house, step)
    await attempt(house)

    token = await attempt(house)

    assert token is not None
    assert await house.works(token)
    assert (await house.held()).state is State.OK
    assert house.tiktok.used_after_rotation == 0


@pytest.mark.parametrize("step", STEPS)
async def test_with_a_provider_without_grace_only_a_lost_answer_costs_the_login(strict: House, step: str) -> None:
    await old(strict)
    befall(strict, step)

    if step in COSTS_THE_LOGIN:
        with pytest.raises(LoginLost, match="refresh_answer_lost"):
            await attempt(strict) or await attempt(strict)
        held = await strict.held()
        assert (held.state, held.reason) == (State.REAUTH_REQUIRED, "refresh_answer_lost")
        assert held.refresh is not None
    else:
        token = await attempt(strict) or await attempt(strict)
        assert token is not None
        assert await strict.works(token)


@pytest.mark.parametrize("seed", range(4))
async def test_a_series_of_misfortunes_disconnects_nobody(house: House, seed: int) -> None:
    chance = random.Random(seed)
    await old(house)
    for step in chance.choices(list(STEPS), k=12):
        befall(house, step)
        await attempt(house)
        house.wire.coming.clear()
        house.connections.coming.clear()
        if chance.random() < 0.4:
            await house.clock.advance(2 * 3600)

    house.tiktok.troubles.next(*[None] * 30, endpoint="oauth/token")
    while (token := await attempt(house)) is None:
        pass
    assert await house.works(token)
    assert (await house.held()).state is State.OK


async def test_a_pair_whose_answer_was_lost_long_ago_may_be_over_when_it_is_given_again(house: House) -> None:
    await old(house)
    befall(house, "the answer is lost")
    await attempt(house)
    await house.clock.advance(3 * 3600)

    assert await house.works(await house.tokens.fresh(WHO))


async def test_a_pair_that_the_store_did_not_take_is_kept_before_anything_else_is_done(strict: House) -> None:
    await old(strict)
    strict.connections.coming.extend([("replace_pair", "fails before")] * 2)
    for _ in range(2):
        assert await attempt(strict) is None

    token = await attempt(strict)

    assert token is not None
    assert await strict.works(token)
    assert strict.tiktok.refreshes == 1


async def test_a_pair_of_which_nobody_knows_whether_it_lives_is_not_used(strict: House) -> None:
    await strict.connect(WHO)
    befall(strict, "killed after it was sent")
    with pytest.raises(KilledError):
        await strict.tokens.fresh(WHO, rejected=(await strict.held()).access)
    strict.reborn()
    before = strict.tiktok.http_requests

    with pytest.raises(LoginLost):
        await strict.tokens.fresh(WHO)
    assert [call.url for call in strict.tiktok.seen][before:] == ["/v2/oauth/token/"]


async def test_who_is_cancelled_while_the_answer_comes_is_cancelled_when_the_pair_is_kept(strict: House) -> None:
    await old(strict)
    strict.tiktok.latency = 1.0
    asking = asyncio.create_task(strict.tokens.fresh(WHO))
    await until(lambda: strict.tiktok.refreshes)
    asking.cancel()
    await settled()
    assert not asking.done()
    await strict.clock.advance(1)

    with pytest.raises(asyncio.CancelledError):
        await asking
    strict.tiktok.latency = 0.0
    assert await strict.works(await strict.tokens.fresh(WHO))
    assert strict.tiktok.refreshes == 1


async def test_an_answer_without_tokens_overwrites_nothing(house: House) -> None:
    await old(house)
    before = await house.held()
    house.tiktok.oauth_errors_with_200 = True
    house.tiktok.troubles.next(Trouble.BUSY, endpoint="oauth/token")

    with pytest.raises(UpstreamError):
        await house.tokens.fresh(WHO)

    assert await house.held() == before


async def test_a_refusal_keeps_the_tokens_and_says_since_when_and_why(house: House) -> None:
    await old(house)
    before = await house.held()
    house.tiktok.kill(WHO)

    with pytest.raises(LoginLost, match="refresh_refused"):
        await house.tokens.fresh(WHO)

    held = await house.held()
    assert (held.access, held.refresh) == (before.access, before.refresh)
    assert (held.state, held.reason, held.state_since) == (
        State.REAUTH_REQUIRED, "refresh_refused", house.clock.now(),
    )  # fmt: skip
    asked = house.tiktok.http_requests
    with pytest.raises(LoginLost, match="refresh_refused"):
        await house.tokens.fresh(WHO)
    assert house.tiktok.http_requests == asked


async def test_a_busy_token_endpoint_is_left_alone_by_everybody_for_a_minute(house: House) -> None:
    await house.connect()
    await house.clock.advance(2 * 3600)
    house.tiktok.troubles.next(Trouble.LIMITED, endpoint="oauth/token")
    before = house.tiktok.http_requests

    for creator in house.world.creators:
        with pytest.raises(UpstreamError):
            await house.tokens.fresh(creator)
    assert house.tiktok.http_requests == before + 1

    await house.clock.advance(61)
    for creator in house.world.creators:
        assert await house.works(await house.tokens.fresh(creator))


async def test_one_creator_s_trouble_with_tokens_is_nobody_else_s(house: House) -> None:
    await house.connect()
    await house.clock.advance(2 * 3600)
    house.tiktok.troubles.always(Trouble.TOKEN_INVALID, endpoint="oauth/token", creator=WHO)

    with pytest.raises(LoginLost):
        await house.tokens.fresh(WHO)
    assert await house.works(await house.tokens.fresh(11))


async def test_wrong_settings_are_told_as_such_and_cost_no_login(house: House) -> None:
    await old(house)
    wrong = house.settings.model_copy(update={"client_secret": SecretStr("wrong")})
    tokens = TikTokTokens(house.connections, wrong, house.client, house.clock)

    with pytest.raises(HopelessError, match="LAHMA_SOCIAL__TIKTOK__CLIENT_KEY"):
        await tokens.fresh(WHO)

    assert (await house.held()).state is State.OK
    assert await house.works(await house.tokens.fresh(WHO))


async def test_without_key_or_secret_it_is_said_which_settings_are_missing(house: House) -> None:
    with pytest.raises(ConfigurationError, match="CLIENT_KEY"):
        TikTokTokens(house.connections, TikTokSettings(), house.client, house.clock)


async def test_who_never_connected_has_no_token(house: House) -> None:
    with pytest.raises(LoginLost, match="not_connected"):
        await house.tokens.fresh(WHO)
    assert house.tiktok.http_requests == 0


async def test_no_token_code_or_secret_is_logged_or_told(house: House) -> None:
    with capture_logs() as events:
        await house.connect(WHO)
        first = await house.held()
        await house.clock.advance(2 * 3600)
        house.tiktok.troubles.next(Trouble.LOST, Trouble.INTERNAL_ERROR, endpoint="oauth/token")
        with pytest.raises(UpstreamError) as failed:
            await house.tokens.fresh(WHO)
        house.tiktok.kill(WHO)
        with pytest.raises(LoginLost) as lost:
            await house.tokens.fresh(WHO)

    assert first.refresh is not None
    told = f"{events} {failed.value!r} {lost.value!r}"
    assert "social.token_answer_lost" in told
    for secret in (first.access, first.refresh, SecretStr("code0001"), SecretStr("client_secret")):
        assert secret.get_secret_value() not in told


# Logging in and out


async def test_a_code_becomes_a_connection_with_its_account(house: House) -> None:
    made = await house.tokens.connect(WHO, house.tiktok.code(WHO, redirect_uri=BACK), BACK)

    held = await house.held()
    assert (held.user_id, held.scopes) == (house.world.creators[WHO].open_id, made.scopes)
    assert held.access_until == house.clock.now() + 7200 * SECOND
    (account,) = await house.connections.accounts([WHO])
    assert (account.platform, account.account_id, account.chosen) == (Platform.TIKTOK, held.user_id, True)


async def test_a_code_that_comes_as_it_stood_in_an_address_is_understood(house: House) -> None:
    code = house.tiktok.code(WHO)
    assert "*" in code

    await house.tokens.connect(WHO, code.replace("*", "%2A").replace("!", "%21"), BACK)

    assert (await house.held()).ok


async def test_a_code_that_is_no_good_is_refused_and_costs_nothing(house: House) -> None:
    await house.connect(WHO)
    code = house.tiktok.code(WHO)
    await house.tokens.exchange_code(code, BACK)
    before = await house.held()

    with pytest.raises(Refused):
        await house.tokens.connect(WHO, code, BACK)
    assert await house.held() == before


async def test_the_address_for_logging_in_is_accepted_and_its_verifier_with_it(house: House) -> None:
    house.tiktok.visitor = WHO
    verifier = SecretStr("v" * 43)
    settings = house.settings.model_copy(update={"authorize_url": f"{house.settings.url}/auth/authorize"})

    answer = await house.client.get(address(settings, BACK, SecretStr("s&1"), verifier))

    assert answer.status_code == 302
    back = dict(answer.next_request.url.params) if answer.next_request else {}
    assert back["state"] == "s&1"
    with pytest.raises(HopelessError):
        await house.tokens.connect(WHO, back["code"], BACK)
    await house.tokens.connect(WHO, back["code"], BACK, verifier)
    assert (await house.held()).ok


async def test_a_new_login_is_a_new_pair_and_the_old_one_s_death_is_forgotten(house: House) -> None:
    await old(house)
    house.tiktok.kill(WHO)
    with pytest.raises(LoginLost):
        await house.tokens.fresh(WHO)

    await house.connect(WHO)

    assert await house.works(await house.tokens.fresh(WHO))


async def test_a_revoked_token_is_no_good_and_revoking_it_again_is_no_trouble(house: House) -> None:
    await house.connect(WHO)
    token = (await house.held()).access

    for _ in range(2):
        await house.tokens.revoke(token)

    assert not await house.works(token)
    house.tiktok.troubles.next(Trouble.BUSY, endpoint="oauth/revoke")
    with pytest.raises(UpstreamError):
        await house.tokens.revoke(token)


async def test_a_login_through_another_provider_is_not_touched(house: House) -> None:
    await house.connect(WHO)

    assert await house.connections.load(WHO, Provider.META) is None
