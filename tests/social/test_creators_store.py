"""Creators in the store: the id is who they are, whatever becomes of their address."""

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.creators_app import payload
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.changes import Changes
from lahmadaemon.social.store.creators import Creator, CreatorStore, email_key
from lahmadaemon.store.database import Store
from tests.fakes.clock import START
from tests.fakes.stores import new_store
from tests.samples import sample

LATER = Instant(START + DAY)


def emails(name: str) -> dict[int, str | None]:
    return {row.id: row.email for row in payload.creators(sample(f"social/creators_app/{name}")).good}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "x.db") as opened:
        yield opened


@pytest.fixture
def creators(store: Store) -> CreatorStore:
    return CreatorStore(store)


async def test_a_first_list_makes_everybody_known(creators: CreatorStore) -> None:
    changes = await creators.take(emails("creators.json"), START)

    assert changes == Changes(0, new=(11, 12, 13, 14, 15, 16))
    assert await creators.by_id(15) == Creator(15, None, None, START, None)


async def test_a_list_that_says_the_same_changes_nothing(creators: CreatorStore) -> None:
    await creators.take(emails("creators.json"), START)
    before = await creators.all()

    assert await creators.take(emails("creators.json"), LATER) == Changes(6)
    assert await creators.all() == before


async def test_an_address_changes_and_the_creator_stays_the_same_one(creators: CreatorStore) -> None:
    await creators.take(emails("creators.json"), START)
    await creators.set_handle(11, "@mila.example")

    changes = await creators.take(emails("creators_changed.json"), LATER)

    assert changes == Changes(6, changed=(11,), gone=(12, 14, 15, 16))
    assert await creators.by_id(11) == Creator(11, "mila.new@creators.example.org", "mila.example", START, None)
    assert await creators.by_email("mila@creators.example.org") is None


async def test_who_leaves_the_creators_app_is_kept_as_gone_and_may_return(creators: CreatorStore) -> None:
    await creators.take(emails("creators.json"), START)
    await creators.take(emails("creators_changed.json"), LATER)
    gone = await creators.by_id(12)

    assert gone is not None
    assert gone.gone_at == LATER
    assert await creators.by_email("boris@creators.example.org") is None

    changes = await creators.take(emails("creators.json"), Instant(LATER + DAY))

    assert changes == Changes(2, changed=(11,), returned=(12, 14, 15, 16))
    assert await creators.by_id(12) == Creator(12, "boris@creators.example.org", None, START, None)


async def test_who_is_gone_stays_gone_since_the_first_time(creators: CreatorStore) -> None:
    await creators.take({1: None, 2: None}, START)
    await creators.take({2: None}, LATER)
    await creators.take({2: None}, Instant(LATER + DAY))

    assert [(each.id, each.gone_at) for each in await creators.all()] == [(1, LATER), (2, None)]


async def test_an_empty_list_never_means_that_everybody_left(creators: CreatorStore) -> None:
    await creators.take(emails("creators.json"), START)
    before = await creators.all()

    assert await creators.take({}, LATER) == Changes(6, refused=True)
    assert await creators.all() == before


async def test_an_empty_list_is_fine_where_nobody_was(creators: CreatorStore) -> None:
    assert await creators.take({}, START) == Changes(0)


async def test_a_row_that_cannot_be_read_leaves_its_creator_as_they_were(creators: CreatorStore) -> None:
    await creators.take({1: "a@b.example", 2: "c@d.example", 3: None}, START)

    changes = await creators.take({3: None}, LATER, unread={1})

    assert changes == Changes(3, gone=(2,))
    assert await creators.by_id(1) == Creator(1, "a@b.example", None, START, None)


async def test_nobody_is_called_gone_by_a_list_on_which_somebody_could_not_be_made_out(creators: CreatorStore) -> None:
    await creators.take({1: None, 2: None}, START)

    assert await creators.take({2: "new@d.example", 3: None}, LATER, whole=False) == Changes(2, new=(3,), changed=(2,))
    assert all(each.here for each in await creators.all())


async def test_of_several_with_one_address_the_lowest_id_that_is_not_gone_is_found(creators: CreatorStore) -> None:
    await creators.take(emails("creators.json"), START)

    found = await creators.by_email(" MILA@creators.EXAMPLE.org ")
    assert found is not None
    assert found.id == 11

    await creators.take({14: "Mila@Creators.example.org"}, LATER)

    found = await creators.by_email("mila@creators.example.org")
    assert found is not None
    assert found.id == 14


async def test_an_address_is_found_however_its_letters_are_composed(creators: CreatorStore) -> None:
    await creators.take(emails("creators.json"), START)

    found = await creators.by_email("nova\u0301@creators.example.org")

    assert found is not None
    assert found.id == 16


@pytest.mark.parametrize("nothing", ["", "  "])
async def test_nobody_is_found_by_an_address_that_is_none(creators: CreatorStore, nothing: str) -> None:
    await creators.take({1: None, 2: ""}, START)

    assert email_key(nothing) is None
    assert await creators.by_email(nothing) is None


async def test_a_handle_is_given_and_taken_back(creators: CreatorStore) -> None:
    await creators.take({1: None}, START)

    assert await creators.set_handle(1, " @bread.example ")
    assert (await creators.all())[0].handle == "bread.example"
    assert await creators.set_handle(1, " ")
    assert (await creators.all())[0].handle is None
    assert not await creators.set_handle(2, "nobody")


async def test_forgetting_a_creator_removes_them_and_whom_they_work_for(store: Store, creators: CreatorStore) -> None:
    campaigns = CampaignStore(store, SocialSettings(), ZoneInfo("Europe/Prague"))
    await creators.take({1: "a@b.example", 2: None}, START)
    await campaigns.take_involved({101: {1, 2}})

    await creators.forget(1)

    assert [each.id for each in await creators.all()] == [2]
    assert await campaigns.involved() == {101: frozenset({2})}
    assert await creators.take({1: "a@b.example", 2: None}, LATER) == Changes(1, new=(1,))
