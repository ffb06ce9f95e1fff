"""The service that looks after logins: who is renewed, who is told about, and what goes wrong for one costs nobody else."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.demo.social.tiktok import Trouble
from lahmadaemon.demo.social.world import Size
from lahmadaemon.errors import ConfigurationError, HopelessError, Refused, UpstreamError
from lahmadaemon.social.connections import Account, Checked, Connection, Provider, Standing, State
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.renewing import MetaRenewal, renewal_at
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.tokens import ENOUGH, TokenService
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import State as Health
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock, until
from tests.fakes.house import keeping
from tests.fakes.stores import new_store
from tests.social.tiktok.house import House, opened, passing

SECRET, OTHER = b"a secret of the house", b"another secret of the house"
WEEK = 7 * 86_400.0
SIXTY = 60 * DAY
ENDING, DEAD = Condition.CREATOR_LOGIN_ENDING, Condition.CREATOR_LOGIN_DEAD


@dataclass
class Meta:
    """What Meta says, and what it was asked."""

    clock: FakeClock
    exchanged: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    problem: str | None = None
    data_access: int = 90 * DAY
    exchanging: deque[Exception | None] = field(default_factory=deque)
    looking: deque[Exception | None] = field(default_factory=deque)

    async def exchange(self, token: SecretStr) -> tuple[SecretStr, Instant | None]:
        self.exchanged.append(token.get_secret_value())
        if self.exchanging and (error := self.exchanging.popleft()):
            raise error
        return SecretStr(f"{token.get_secret_value()}+"), Instant(self.clock.now() + SIXTY)

    async def debug(self, token: SecretStr) -> Checked:
        self.looked_at.append(token.get_secret_value())
        if self.looking and (error := self.looking.popleft()):
            raise error
        until = Instant(self.clock.now() + self.data_access)
        return Checked(problem=self.problem, data_access_until=until, scopes=frozenset({"instagram_basic"}))


@dataclass
class Logins:
    """A store with logins, and the service over it."""

    clock: FakeClock
    store: Store
    connections: ConnectionStore
    meta: Meta
    alarms: FakeAlarms = field(default_factory=FakeAlarms)

    def service(self, **changed: Any) -> TokenService:
        renewal = MetaRenewal(self.connections, self.clock, self.meta.exchange, self.meta.debug)
        return TokenService(self.connections, self.clock, self.alarms, WEEK, **{"meta": renewal} | changed)

    async def connect(
        self, creator: int = 11, provider: Provider = Provider.META, page: str | None = None, **changed: Any
    ) -> None:
        now = self.clock.now()
        made = Connection(
            creator_id=creator, provider=provider, user_id=f"user-{creator}", access=SecretStr(f"long-{creator}"),
            issued_at=now, access_until=Instant(now + SIXTY),
        )  # fmt: skip
        account = Account(
            creator_id=creator, platform=Platform.INSTAGRAM, account_id=f"ig-{creator}", token=SecretStr(page or "-")
        )
        await self.connections.connect(replace(made, **changed), [account] if page else [])

    async def held(self, creator: int = 11, provider: Provider = Provider.META) -> Connection:
        found = await self.connections.load(creator, provider)
        assert found is not None
        return found

    async def days(self, count: float) -> None:
        await self.clock.advance(count * 86_400)


@pytest.fixture
async def logins(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Logins]:
    async with new_store(tmp_path / "x.db") as store:
        yield Logins(clock, store, ConnectionStore(store, Vault([SECRET])), Meta(clock))


# Meta


def test_renewals_are_spread_over_the_third_fifth_to_the_fourth() -> None:
    def share(creator: int) -> float:
        at = renewal_at(
            Standing(
                creator_id=creator,
                provider=Provider.META,
                user_id="u",
                issued_at=Instant(0),
                access_until=Instant(SIXTY),
            )
        )
        assert at is not None
        return at / SIXTY

    shares = [share(creator) for creator in range(500)]
    assert 0.5 <= min(shares) < 0.51
    assert 0.79 < max(shares) <= 0.8
    assert share(7) == share(7)


async def test_a_long_token_is_exchanged_in_the_second_half_of_its_life_and_lasts_as_it_is_told(logins: Logins) -> None:
    await logins.connect()
    service = logins.service()
    await logins.days(29)
    await service.turn()
    assert logins.meta.exchanged == []
    await logins.days(20)

    await service.turn()

    held = await logins.held()
    assert held.access == SecretStr("long-11+")
    assert (held.issued_at, held.access_until) == (logins.clock.now(), logins.clock.now() + SIXTY)
    assert logins.meta.exchanged == ["long-11"]
    assert logins.meta.looked_at == ["long-11", "long-11+"]


async def test_a_token_that_has_ended_is_not_exchanged_any_more(logins: Logins) -> None:
    await logins.connect()
    await logins.days(61)

    await logins.service().turn()

    assert logins.meta.exchanged == []


async def test_each_login_is_looked_at_once_a_day_also_over_restarts(logins: Logins) -> None:
    await logins.connect(page="page-11")
    await logins.days(1)
    for _ in range(3):
        await logins.service().turn()
    assert logins.meta.looked_at == ["page-11"]

    await logins.days(1)
    await logins.service().turn()

    held = await logins.held()
    assert logins.meta.looked_at == ["page-11"] * 2
    assert (held.data_access_until, held.scopes) == (logins.clock.now() + 90 * DAY, frozenset({"instagram_basic"}))
    assert held.access_until == held.issued_at + SIXTY


async def test_a_token_that_meta_calls_dead_is_a_dead_login(logins: Logins) -> None:
    await logins.connect()
    await logins.days(1)
    logins.meta.problem = "password_changed"

    await logins.service().turn()

    held = await logins.held()
    assert (held.state, held.reason, held.state_since) == (
        State.REAUTH_REQUIRED,
        "password_changed",
        logins.clock.now(),
    )
    assert logins.alarms.detail(DEAD)["reason"] == "password_changed"
    await logins.days(1)
    await logins.service().turn()
    assert len(logins.meta.looked_at) == 1


async def test_an_exchange_that_is_refused_does_not_end_what_the_page_s_token_still_opens(logins: Logins) -> None:
    await logins.connect(page="page-11")
    await logins.days(50)
    logins.meta.exchanging.append(Refused("the token is dead"))

    await logins.service().turn()

    assert (await logins.held()).ok
    assert logins.meta.looked_at == ["page-11"]


async def test_a_creator_who_comes_back_while_the_old_token_is_found_dead_stays_connected(logins: Logins) -> None:
    await logins.connect()
    await logins.days(1)
    logins.meta.problem = "expired"
    service = logins.service()
    debug = logins.meta.debug

    async def meanwhile(token: SecretStr) -> Checked:
        await logins.connect(access=SecretStr("fresh"))
        return await debug(token)

    service._meta = MetaRenewal(logins.connections, logins.clock, logins.meta.exchange, meanwhile)
    await service.turn()

    assert (await logins.held()).ok


# Troubles


async def test_one_login_s_trouble_is_told_and_costs_nobody_else(logins: Logins) -> None:
    for creator in (11, 12, 13):
        await logins.connect(creator)
    await logins.days(1)
    logins.meta.looking.append(UpstreamError("Meta does not answer"))

    with capture_logs() as events, pytest.raises(UpstreamError, match="does not answer"):
        await logins.service().turn()

    assert len(logins.meta.looked_at) == 3
    (told,) = [event for event in events if event["event"] == "social.token_not_renewed"]
    assert told["creator"] == 11
    await logins.service().turn()
    assert logins.meta.looked_at[3:] == ["long-11"]


async def test_a_provider_that_does_not_answer_is_not_asked_for_everybody(logins: Logins) -> None:
    for creator in range(20):
        await logins.connect(creator)
    await logins.days(1)
    logins.meta.looking.extend([UpstreamError("Meta does not answer")] * 20)

    with pytest.raises(UpstreamError):
        await logins.service().turn()

    assert len(logins.meta.looked_at) == ENOUGH


@pytest.mark.parametrize("error", [HopelessError("the app is refused"), ConfigurationError("set the app's secret")])
async def test_an_app_that_is_refused_does_not_silence_the_warnings(logins: Logins, error: Exception) -> None:
    await logins.connect()
    await logins.days(58)
    logins.meta.exchanging.append(error)

    with pytest.raises(UpstreamError, match="app"):
        await logins.service().turn()

    assert logins.alarms.now == {ENDING}


async def test_a_provider_that_is_not_configured_is_not_asked_and_still_warned_of(logins: Logins) -> None:
    await logins.connect()
    await logins.days(58)

    await logins.service(meta=None).turn()

    assert logins.meta.looked_at == []
    assert logins.alarms.now == {ENDING}


# Telling


async def test_people_are_warned_a_week_before_and_it_is_over_when_the_creator_comes_back(logins: Logins) -> None:
    await logins.connect()
    service = logins.service(meta=None)
    await logins.days(52)
    await service.turn()
    assert logins.alarms.now == set()

    await logins.days(1)
    await service.turn()
    assert logins.alarms.holding == {
        (ENDING, "meta.11"): {
            "creator": "11", "provider": "meta", "reason": "login_ends", "until_at": logins.clock.now() + 7 * DAY,
        }
    }  # fmt: skip

    await logins.connect()
    await service.turn()
    assert logins.alarms.story(ENDING) == ["raised", "cleared"]


async def test_the_logins_of_one_creator_are_told_apart(logins: Logins) -> None:
    await logins.connect()
    await logins.connect(provider=Provider.TIKTOK, access=SecretStr("act"))
    await logins.connections.reauth(11, Provider.TIKTOK, "refresh_refused", logins.clock.now())
    await logins.days(58)

    await logins.service(meta=None).turn()

    assert logins.alarms.holding.keys() == {(ENDING, "meta.11"), (DEAD, "tiktok.11")}


async def test_of_a_creator_who_is_gone_nothing_more_is_said(logins: Logins) -> None:
    await logins.connect()
    await logins.connections.reauth(11, Provider.META, "expired", logins.clock.now())
    service = logins.service()
    await service.turn()
    assert logins.alarms.now == {DEAD}

    await logins.connections.forget(11)
    await service.turn()

    assert logins.alarms.now == set()


async def test_no_token_is_told_or_logged(logins: Logins) -> None:
    await logins.connect(page="page-11")
    await logins.days(50)
    logins.meta.problem = "expired"

    with capture_logs() as events:
        await logins.service().turn()

    assert {"social.login_lost"} <= {event["event"] for event in events}
    assert not any(secret in f"{events} {logins.alarms.holding}" for secret in ("long-11", "page-11"))


# Keys


async def test_tokens_are_resealed_under_the_newest_key_once(logins: Logins) -> None:
    await logins.connect(page="page-11")
    logins.connections = ConnectionStore(logins.store, Vault([OTHER, SECRET]))

    with capture_logs() as events:
        await logins.service().turn()
        await logins.service().turn()

    assert [event["tokens"] for event in events if event["event"] == "social.tokens_resealed"] == [2]
    logins.connections = ConnectionStore(logins.store, Vault([OTHER]))
    assert (await logins.held()).access == SecretStr("long-11")


async def test_a_wrong_key_for_everything_is_hopeless_and_says_what_to_do(logins: Logins) -> None:
    await logins.connect()
    logins.connections = ConnectionStore(logins.store, Vault([OTHER]))

    with pytest.raises(HopelessError, match="LAHMA_SECRET_KEY"):
        await logins.service().turn()


async def test_a_login_whose_key_is_lost_is_told_until_its_creator_comes_back(logins: Logins) -> None:
    await logins.connect(11)
    logins.connections = ConnectionStore(logins.store, Vault([OTHER]))
    await logins.connect(12)
    await logins.days(1)
    service = logins.service()

    await service.turn()

    assert service.lost == {(11, Provider.META)}
    assert logins.alarms.holding == {(DEAD, "meta.11"): {"creator": "11", "provider": "meta", "reason": "key_lost"}}
    assert logins.meta.looked_at == ["long-12"]

    await logins.connect(11)
    await service.turn()
    assert (service.lost, logins.alarms.now) == (frozenset(), set())


# TikTok, and the service at work


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    async with opened(tmp_path, clock, Size(2, media=0, stories=0, page_posts=0, videos=1)) as made:
        yield made


async def test_tiktok_s_pairs_are_renewed_where_nobody_collects(house: House) -> None:
    await house.connect()
    service = TokenService(house.connections, house.clock, FakeAlarms(), WEEK, tiktok=house.tokens)
    await house.clock.advance(89 * 86_400)
    await service.turn()
    assert house.tiktok.refreshes == 0
    await house.clock.advance(2 * 86_400)

    await passing(house.clock, service.turn())

    assert house.tiktok.refreshes == 2
    assert (await house.held()).refresh_until == house.clock.now() + 180 * DAY


async def test_a_tiktok_login_that_is_found_dead_is_told_and_the_next_one_renewed(house: House) -> None:
    await house.connect()
    alarms = FakeAlarms()
    service = TokenService(house.connections, house.clock, alarms, WEEK, tiktok=house.tokens)
    await house.clock.advance(91 * 86_400)
    house.tiktok.troubles.always(Trouble.TOKEN_INVALID, endpoint="oauth/token", creator=10)

    await passing(house.clock, service.turn())

    assert alarms.holding.keys() == {(DEAD, "tiktok.10")}
    assert house.tiktok.refreshes == 1


async def test_at_work_it_looks_every_ten_minutes_and_trouble_is_a_stumble(logins: Logins) -> None:
    await logins.connect(issued_at=Instant(logins.clock.now() - 23 * HOUR))
    logins.meta.looking.append(UpstreamError("Meta does not answer"))
    service = logins.service()

    async with keeping(logins.clock, service) as kept:
        await until(lambda: kept.state(service.name) is Health.DEGRADED)
        await logins.clock.advance(600)
        await until(lambda: kept.state(service.name) is Health.RUNNING)
        assert len(logins.meta.looked_at) == 2
        await logins.connections.reauth(11, Provider.META, "expired", logins.clock.now())
        await logins.clock.advance(600)
        await until(lambda: logins.alarms.now == {DEAD})

    assert len(logins.meta.looked_at) == 2
