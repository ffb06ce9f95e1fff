"""What the sync with the Creators app keeps, on every database."""

from datetime import date
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.campaigns import Rules, State, read
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.changes import Changes
from lahmadaemon.social.store.creators import Creator, CreatorStore
from lahmadaemon.social.store.syncs import Part, Reading, SyncStore
from lahmadaemon.store.database import Store
from tests.fakes.clock import START

ZONE = ZoneInfo("Europe/Prague")
LARGEST = 2**63 - 1
LATER = Instant(START + 60 * DAY)


async def test_creators_come_change_go_return_and_are_forgotten(store: Store) -> None:
    creators = CreatorStore(store)

    assert await creators.take({1: "A@b.example", LARGEST: None}, START) == Changes(0, new=(1, LARGEST))
    assert await creators.take({1: "c@d.example"}, LATER) == Changes(2, changed=(1,), gone=(LARGEST,))
    assert await creators.take({LARGEST: None, 1: "c@d.example"}, LATER) == Changes(1, returned=(LARGEST,))
    assert await creators.take({}, LATER) == Changes(2, refused=True)
    assert await creators.set_handle(1, "@bread.example")
    assert await creators.by_email("C@D.example") == Creator(1, "c@d.example", "bread.example", START, None)
    await creators.forget(1)
    assert [each.id for each in await creators.all()] == [LARGEST]


async def test_campaigns_live_through_their_states_with_those_who_take_part(store: Store) -> None:
    campaigns = CampaignStore(store, SocialSettings(), ZONE)
    days = date(2026, 10, 1), date(2026, 10, 31)
    one, other = (
        read(number, "Čaj", "#čaj", *days, [1, 2, 5, 99], ZONE, Rules()) for number in (1, LARGEST)
    )  # fmt: skip
    await CreatorStore(store).take({11: None, 12: None}, START)

    assert await campaigns.take([one, other], START) == Changes(0, new=(1, LARGEST))
    assert await campaigns.take([one], START) == Changes(2, gone=(LARGEST,))
    assert await campaigns.take_involved({1: {11, 12}, LARGEST: {11}}) == (3, 0)
    assert await campaigns.take_involved({1: {12}}) == (0, 1)
    assert await campaigns.live_by_creator(START) == {12: [one]}
    assert {each.after for each in await campaigns.settle(LATER)} == {State.ENDED}
    assert await campaigns.settle(LATER) == []
    known = await campaigns.campaign(1)
    assert known is not None
    assert (known.campaign, known.ended_at) == (one, one.metrics_until)


async def test_the_newest_reading_of_each_part_is_kept(store: Store) -> None:
    syncs = SyncStore(store)

    await syncs.note(Part.CREATORS, START, good=True, problem=None)
    await syncs.note(Part.CREATORS, LATER, good=False, problem="it is down")
    await syncs.note(Part.INVOLVED, LATER, good=False, problem="it is down")

    assert await syncs.all() == {
        Part.CREATORS: Reading(LATER, START, "it is down"),
        Part.INVOLVED: Reading(LATER, None, "it is down"),
    }
