"""Logins are sealed, replaced only by whom they name, chosen accounts stay chosen, states are good once; on both engines."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.errors import HopelessError
from lahmadaemon.social.connections import Account, Checked, Connection, Pair, Provider, State
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.logins import LoginStore
from lahmadaemon.social.store.tables import accounts, connections
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store

NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
OLD, NEW = b"an old secret of the house", b"a new secret of the house"
IG, FB = Platform.INSTAGRAM, Platform.FACEBOOK


def login(creator: int = 11, provider: Provider = Provider.TIKTOK, **changed: Any) -> Connection:
    made = Connection(
        creator_id=creator, provider=provider, user_id=f"user-{creator}", username="mila.example",
        avatar_url="https://cdn.example.net/mila.jpg", scopes=frozenset({"video.list", "user.info.basic"}),
        access=SecretStr("act.one"), refresh=SecretStr("rft.one"), access_until=Instant(NOW + 2 * HOUR),
        refresh_until=Instant(NOW + 180 * DAY), issued_at=NOW, state_since=NOW,
    )  # fmt: skip
    return replace(made, **changed)


def account(number: str = "open-11", platform: Platform = Platform.TIKTOK, **more: Any) -> Account:
    return Account(creator_id=11, platform=platform, account_id=number, **more)


def pair(number: int = 2, **changed: Any) -> Pair:
    made = Pair(
        access=SecretStr(f"act.{number}"), refresh=SecretStr(f"rft.{number}"), access_until=Instant(NOW + 5 * HOUR),
        refresh_until=Instant(NOW + 190 * DAY), scopes=frozenset({"video.list"}), issued_at=Instant(NOW + 3 * HOUR),
    )  # fmt: skip
    return replace(made, **changed)


@pytest.fixture
def kept(store: Store) -> ConnectionStore:
    return ConnectionStore(store, Vault([OLD]))


async def loaded(kept: ConnectionStore, creator: int = 11, provider: Provider = Provider.TIKTOK) -> Connection:
    found = await kept.load(creator, provider)
    assert found is not None
    return found


async def test_a_login_comes_back_as_it_was_made(kept: ConnectionStore) -> None:
    await kept.connect(login(), [account()])

    assert await loaded(kept) == login(generation=1, checked_at=NOW)
    assert await kept.load(12, Provider.TIKTOK) is None
    assert await kept.load(11, Provider.META) is None


async def test_tokens_lie_sealed_and_do_not_show(kept: ConnectionStore, store: Store) -> None:
    await kept.connect(login(), [account()])
    await kept.connect(login(provider=Provider.META), [account("1", IG, token=SecretStr("page.one"))])

    async with store.read() as db:
        rows = [*await db.execute(select(connections)), *await db.execute(select(accounts))]
    assert not any(secret in repr(rows) for secret in ("act.one", "rft.one", "page.one"))
    shown = f"{await loaded(kept)} {await kept.accounts()} {await kept.standings()} {pair()}"
    assert not any(secret in shown for secret in ("act.one", "rft.one", "page.one", "act.2"))


async def test_how_logins_stand_is_read_for_many_at_once_and_without_their_keys(store: Store) -> None:
    for creator in (13, 11, 12):
        await ConnectionStore(store, Vault([OLD])).connect(login(creator), [])

    without_the_key = ConnectionStore(store, Vault([NEW]))
    assert [each.creator_id for each in await without_the_key.standings()] == [11, 12, 13]
    assert [each.creator_id for each in await without_the_key.standings([13, 12, 99])] == [12, 13]
    assert await without_the_key.standings([]) == []


async def test_a_pair_is_replaced_by_the_one_that_names_it(kept: ConnectionStore) -> None:
    await kept.connect(login(), [])
    held = await loaded(kept)
    assert await kept.begin_refresh(held, Instant(NOW + HOUR))
    assert (await loaded(kept)).refreshing_at == NOW + HOUR

    assert await kept.replace_pair(held, pair())

    new = await loaded(kept)
    assert (new.access.get_secret_value(), new.refresh and new.refresh.get_secret_value()) == ("act.2", "rft.2")
    assert (new.generation, new.refreshing_at, new.issued_at) == (2, None, NOW + 3 * HOUR)
    assert (new.access_until, new.refresh_until, new.scopes) == (
        NOW + 5 * HOUR,
        NOW + 190 * DAY,
        frozenset({"video.list"}),
    )


async def test_of_two_refreshes_of_one_pair_the_first_to_come_stays(kept: ConnectionStore) -> None:
    await kept.connect(login(), [])
    held = await loaded(kept)

    assert await kept.replace_pair(held, pair(2))
    assert not await kept.replace_pair(held, pair(3))
    assert not await kept.begin_refresh(held, NOW)
    assert (await loaded(kept)).access.get_secret_value() == "act.2"


async def test_a_refresh_under_way_does_not_undo_a_new_login(kept: ConnectionStore) -> None:
    await kept.connect(login(), [])
    held = await loaded(kept)
    await kept.begin_refresh(held, NOW)
    await kept.connect(login(access=SecretStr("act.fresh")), [])

    assert not await kept.replace_pair(held, pair())
    assert not await kept.reauth(11, Provider.TIKTOK, "refresh_refused", NOW, generation=held.generation)

    new = await loaded(kept)
    assert (new.access.get_secret_value(), new.state, new.refreshing_at) == ("act.fresh", State.OK, None)


async def test_the_mark_of_a_lost_answer_stays_until_the_pair_is_replaced_or_the_refresh_surely_did_not_happen(
    kept: ConnectionStore,
) -> None:
    await kept.connect(login(), [])
    await kept.begin_refresh(await loaded(kept), NOW)
    await kept.begin_refresh(await loaded(kept), Instant(NOW + HOUR))
    assert (await loaded(kept)).refreshing_at == NOW

    await kept.end_refresh(await loaded(kept))
    assert (await loaded(kept)).refreshing_at is None


async def test_a_dead_login_keeps_its_first_reason_and_comes_alive_with_the_next_one(kept: ConnectionStore) -> None:
    await kept.connect(login(), [])

    assert await kept.reauth(11, Provider.TIKTOK, "refresh_refused", Instant(NOW + HOUR))
    assert not await kept.reauth(11, Provider.TIKTOK, "something_else", Instant(NOW + 2 * HOUR))
    dead = await loaded(kept)
    assert (dead.state, dead.reason, dead.state_since) == (State.REAUTH_REQUIRED, "refresh_refused", NOW + HOUR)

    await kept.connect(login(issued_at=Instant(NOW + DAY)), [])
    alive = await loaded(kept)
    assert (alive.ok, alive.reason, alive.state_since, alive.generation) == (True, None, NOW + DAY, 2)


async def test_what_the_provider_says_of_a_token_is_noted(kept: ConnectionStore) -> None:
    await kept.connect(login(provider=Provider.META), [])
    held = await loaded(kept, provider=Provider.META)
    said = Checked(problem=None, data_access_until=Instant(NOW + 80 * DAY), scopes=frozenset({"instagram_basic"}))

    assert await kept.checked(held, Instant(NOW + HOUR), said)
    assert not await kept.checked(replace(held, generation=9), Instant(NOW + 2 * HOUR), said)

    found = await loaded(kept, provider=Provider.META)
    assert (found.data_access_until, found.checked_at) == (NOW + 80 * DAY, NOW + HOUR)
    assert found.scopes == {"instagram_basic"}


# Accounts


async def chosen(kept: ConnectionStore) -> dict[Platform, str]:
    return {each.platform: each.account_id for each in await kept.accounts(chosen_only=True)}


TWO_PAGES = [
    account("page-1", FB, name="without Instagram"),
    account("page-2", FB),
    account("ig-2", IG, page_id="page-2", token=SecretStr("page.two")),
    account("page-3", FB),
    account("ig-3", IG, page_id="page-3"),
]


async def test_of_several_pages_the_first_with_an_instagram_account_is_chosen(kept: ConnectionStore) -> None:
    await kept.connect(login(provider=Provider.META), TWO_PAGES)

    assert await chosen(kept) == {IG: "ig-2", FB: "page-2"}
    tokens = {each.account_id: each.token for each in await kept.accounts([11])}
    assert tokens == {"page-1": None, "page-2": None, "page-3": None, "ig-3": None, "ig-2": SecretStr("page.two")}


async def test_a_choice_is_kept_over_reconnects_while_its_account_is_there(kept: ConnectionStore) -> None:
    await kept.connect(login(provider=Provider.META), TWO_PAGES)
    assert await kept.choose(11, IG, "ig-3")
    assert not await kept.choose(11, IG, "ig-9")

    await kept.connect(login(provider=Provider.META), TWO_PAGES)
    assert await chosen(kept) == {IG: "ig-3", FB: "page-2"}

    await kept.connect(login(provider=Provider.META), TWO_PAGES[:3])
    assert await chosen(kept) == {IG: "ig-2", FB: "page-2"}
    assert len(await kept.accounts([11])) == 3


async def test_a_choice_that_comes_with_the_login_is_taken(kept: ConnectionStore) -> None:
    await kept.connect(login(provider=Provider.META), TWO_PAGES)
    await kept.connect(
        login(provider=Provider.META), [*TWO_PAGES[:4], account("ig-3", IG, page_id="page-3", chosen=True)]
    )

    assert (await chosen(kept))[IG] == "ig-3"


async def test_a_login_leaves_what_was_learnt_and_the_other_provider_s_accounts_alone(
    kept: ConnectionStore, store: Store
) -> None:
    await kept.connect(login(), [account()])
    await kept.connect(login(provider=Provider.META), TWO_PAGES)
    async with store.write() as db:
        await db.execute(update(accounts).values(page_size=12, looked_at=NOW, walked_from=NOW))

    await kept.connect(login(provider=Provider.META), [replace(TWO_PAGES[2], username="new.name")])

    found = {each.account_id: each for each in await kept.accounts()}
    assert found.keys() == {"open-11", "ig-2"}
    assert (found["ig-2"].username, found["ig-2"].page_size) == ("new.name", 12)
    assert (found["ig-2"].looked_at, found["ig-2"].walked_from) == (NOW, NOW)


async def test_an_account_of_somebody_else_is_no_part_of_a_login(kept: ConnectionStore) -> None:
    with pytest.raises(ValueError, match="ig-2"):
        await kept.connect(login(), [TWO_PAGES[2]])
    with pytest.raises(ValueError, match="open-11"):
        await kept.connect(login(12), [account()])


# Keys


async def test_resealed_tokens_need_the_new_secret_only(store: Store) -> None:
    await ConnectionStore(store, Vault([OLD])).connect(login(), [account()])
    await ConnectionStore(store, Vault([OLD])).connect(
        login(provider=Provider.META, refresh=None), [replace(TWO_PAGES[2])]
    )

    both = ConnectionStore(store, Vault([NEW, OLD]))
    first, again = await both.reseal_all(), await both.reseal_all()

    assert (first.tokens, first.changed, first.lost) == (4, 4, frozenset())
    assert (again.tokens, again.changed) == (4, 0)
    alone = ConnectionStore(store, Vault([NEW]))
    assert (await loaded(alone)).access.get_secret_value() == "act.one"
    assert [each.token for each in await alone.accounts() if each.token] == [SecretStr("page.two")]


async def test_a_lost_key_costs_those_it_sealed_and_nobody_else(store: Store) -> None:
    await ConnectionStore(store, Vault([OLD])).connect(login(provider=Provider.META), [TWO_PAGES[2]])
    new = ConnectionStore(store, Vault([NEW]))
    assert (await new.reseal_all()).hopeless
    await new.connect(login(12), [])

    resealed = await new.reseal_all()

    assert not resealed.hopeless
    assert resealed.lost == {(11, Provider.META)}
    assert [each.token for each in await new.accounts()] == [None]
    assert (await loaded(new, 12)).ok
    with pytest.raises(HopelessError, match="LAHMA_SECRET_KEY"):
        await new.load(11, Provider.META)


async def test_an_empty_store_is_not_hopeless(kept: ConnectionStore) -> None:
    assert not (await kept.reseal_all()).hopeless


# Forgetting, and logging in


async def test_a_forgotten_creator_leaves_nothing_here(kept: ConnectionStore, store: Store) -> None:
    await kept.connect(login(), [account()])
    await kept.connect(login(12), [])
    await LoginStore(store, Vault([OLD])).begin_login(Provider.TIKTOK, 11, NOW)

    await kept.forget(11)

    assert [each.creator_id for each in await kept.standings()] == [12]
    assert await kept.accounts() == []
    async with store.read() as db:
        assert (await db.execute(text("SELECT * FROM social_logins"))).first() is None


async def test_a_state_is_good_once(store: Store) -> None:
    logins = LoginStore(store, Vault([OLD]))
    state = await logins.begin_login(
        Provider.TIKTOK, 11, NOW, verifier=SecretStr("verifier"), back="https://agency.example/thanks"
    )

    back = await logins.finish_login(Provider.TIKTOK, state.get_secret_value(), NOW)
    assert back is not None
    assert (back.creator_id, back.verifier, back.back) == (11, SecretStr("verifier"), "https://agency.example/thanks")
    assert await logins.finish_login(Provider.TIKTOK, state.get_secret_value(), NOW) is None


async def test_a_state_is_of_one_provider_and_does_not_last(store: Store) -> None:
    logins = LoginStore(store, Vault([OLD]))
    of_meta = (await logins.begin_login(Provider.META, 11, NOW)).get_secret_value()
    late = (await logins.begin_login(Provider.META, 11, NOW)).get_secret_value()

    assert await logins.finish_login(Provider.TIKTOK, of_meta, NOW) is None
    assert await logins.finish_login(Provider.META, "made up", NOW) is None
    assert await logins.finish_login(Provider.META, late, Instant(NOW + 15 * MINUTE)) is None
    assert await logins.finish_login(Provider.META, of_meta, NOW) is not None


async def test_the_store_holds_no_state_that_could_be_used_and_forgets_old_ones(store: Store) -> None:
    logins = LoginStore(store, Vault([OLD]))
    state = (await logins.begin_login(Provider.TIKTOK, 11, NOW, verifier=SecretStr("verifier"))).get_secret_value()
    async with store.read() as db:
        (row,) = await db.execute(text("SELECT * FROM social_logins"))
    assert state not in repr(row)
    assert "verifier" not in repr(row)

    await logins.begin_login(Provider.TIKTOK, 12, Instant(NOW + HOUR))
    async with store.read() as db:
        assert [row.creator_id for row in await db.execute(text("SELECT * FROM social_logins"))] == [12]
