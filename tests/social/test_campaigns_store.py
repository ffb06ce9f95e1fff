"""Campaigns in the store: what the Creators app says of them, where they are in their lives, and who takes part."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import DAY, HOUR, Instant, instant, iso
from lahmadaemon.social.campaigns import Campaign, State, read, rules_for
from lahmadaemon.social.creators_app import payload, reading
from lahmadaemon.social.posts import Kind
from lahmadaemon.social.settings import CampaignSettings, SocialSettings
from lahmadaemon.social.store.campaigns import BACKFILL, CampaignStore, Known
from lahmadaemon.social.store.changes import Changes
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.store.database import Store
from tests.fakes.stores import new_store
from tests.samples import sample, told

ZONE = ZoneInfo("Europe/Prague")
SETTINGS = SocialSettings()
SEPTEMBER = date(2026, 9, 1), date(2026, 9, 30)
BEFORE = instant(datetime(2026, 8, 20, 12, tzinfo=UTC))
BEGIN = instant(datetime(2026, 8, 31, 22, tzinfo=UTC))
CLOSE = instant(datetime(2026, 9, 30, 22, tzinfo=UTC))
END = instant(datetime(2026, 10, 14, 22, tzinfo=UTC))


def a_campaign(
    number: int = 101, tags: str | None = "#čajovna", days: tuple[date | None, date | None] = SEPTEMBER,
    platforms: tuple[int, ...] = (1, 3), settings: SocialSettings = SETTINGS,
) -> Campaign:  # fmt: skip
    return read(number, f"Number {number}", tags, *days, platforms, ZONE, rules_for(settings, number))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "x.db") as opened:
        yield opened


@pytest.fixture
def campaigns(store: Store) -> CampaignStore:
    return CampaignStore(store, SETTINGS, ZONE)


async def known(campaigns: CampaignStore, number: int = 101) -> Known:
    found = await campaigns.campaign(number)
    assert found is not None
    return found


async def test_what_the_samples_say_comes_back_as_it_was_read(campaigns: CampaignStore) -> None:
    rows = payload.campaigns(sample("social/creators_app/campaigns.json"))
    listed = reading.campaigns(rows, ZONE, lambda number: rules_for(SETTINGS, number))

    changes = await campaigns.take(listed, BEFORE)

    expected = {each["id"]: each for each in told("social/creators_app/campaigns.expected.json")["campaigns"]}
    assert changes == Changes(0, new=tuple(sorted(expected)))
    stored = await campaigns.campaigns()
    assert [each.campaign for each in stored] == sorted(listed, key=lambda each: each.campaign_id)
    for each in stored:
        wanted = expected[each.campaign.campaign_id]
        assert each.campaign.skipped == wanted.get("skipped")
        assert each.state is State.SKIPPED or "skipped" not in wanted
        assert iso(each.campaign.metrics_until) == wanted.get("metrics_until", iso(each.campaign.metrics_until))
        assert sorted(each.campaign.tags) == sorted(wanted.get("tags", each.campaign.tags))


async def test_campaigns_without_hashtags_or_dates_are_kept_with_the_reason(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign(1, tags=" ,"), a_campaign(2, days=(None, date(2026, 9, 30)))], BEFORE)

    assert [(each.state, each.campaign.skipped) for each in await campaigns.campaigns()] == [
        (State.SKIPPED, "no hashtags"), (State.SKIPPED, "a date is missing"),
    ]  # fmt: skip
    assert await campaigns.to_ask(BEGIN) == []


async def test_a_list_that_says_the_same_changes_nothing(campaigns: CampaignStore) -> None:
    listed = [a_campaign(1), a_campaign(2, platforms=(5, 99)), a_campaign(3, tags=None)]
    await campaigns.take(listed, BEFORE)
    before = await campaigns.campaigns()

    assert await campaigns.take(listed, BEGIN) == Changes(3)
    assert await campaigns.campaigns() == before


async def test_what_changes_is_taken_over_and_when_it_was_first_seen_stays(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign(1), a_campaign(2)], BEFORE)

    changes = await campaigns.take([a_campaign(1, tags="jaro", platforms=(2,)), a_campaign(2)], BEGIN)

    assert changes == Changes(2, changed=(1,))
    found = await known(campaigns, 1)
    assert found.campaign.tags == {"jaro"}
    assert found.campaign.kinds == {Kind.STORY}
    assert found.first_seen_at == BEFORE


async def test_an_empty_list_takes_no_campaign_away(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign()], BEFORE)

    assert await campaigns.take([], BEGIN) == Changes(1, refused=True)
    assert (await known(campaigns)).gone_at is None


async def test_a_campaign_that_leaves_the_list_is_collected_no_more_and_may_return(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign(1), a_campaign(2)], BEFORE)

    assert await campaigns.take([a_campaign(2)], BEGIN) == Changes(2, gone=(1,))
    assert (await known(campaigns, 1)).gone_at == BEGIN
    assert await campaigns.to_ask(BEGIN) == [2]

    assert await campaigns.take([a_campaign(1), a_campaign(2)], CLOSE) == Changes(1, returned=(1,))
    assert await campaigns.to_ask(BEGIN) == [1, 2]


async def test_a_campaign_whose_row_cannot_be_read_stays_as_it_was(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign(1), a_campaign(2)], BEFORE)

    assert await campaigns.take([a_campaign(2)], BEGIN, unread={1}) == Changes(2)
    assert await campaigns.take([a_campaign(2)], BEGIN, whole=False) == Changes(2)
    assert (await known(campaigns, 1)).gone_at is None


async def test_a_campaign_goes_through_its_states_and_each_step_is_told_once(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign()], BEFORE)
    steps = []
    for now in (BEFORE, BEGIN - 1, BEGIN, BEGIN, CLOSE - 1, CLOSE, END - 1, END, END + DAY):
        steps += [(now, each.before, each.after) for each in await campaigns.settle(Instant(now))]

    assert steps == [
        (BEGIN, State.PLANNED, State.RUNNING),
        (CLOSE, State.RUNNING, State.SETTLING),
        (END, State.SETTLING, State.ENDED),
    ]


async def test_the_end_is_noted_once_and_taken_back_when_the_dates_move(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign()], BEFORE)
    await campaigns.settle(Instant(END + 3 * HOUR))
    assert (await known(campaigns)).ended_at == END
    await campaigns.take([a_campaign(days=(date(2026, 9, 1), date(2026, 9, 25)))], Instant(END + DAY))
    await campaigns.settle(Instant(END + DAY))
    assert (await known(campaigns)).ended_at == END, "set once"

    later = Instant(END + 2 * DAY)
    await campaigns.take([a_campaign(days=(date(2026, 9, 1), date(2026, 10, 31)))], later)
    [moved] = await campaigns.settle(later)

    assert (moved.before, moved.after) == (State.ENDED, State.RUNNING)
    assert (await known(campaigns)).ended_at is None


async def test_settings_that_change_are_in_force_without_another_list(store: Store, campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign(platforms=(1, 99))], BEFORE)

    folding = SocialSettings(campaigns={"101": CampaignSettings(fold_diacritics=True, match="any")})
    elsewhere = CampaignStore(store, folding, ZoneInfo("America/New_York"))
    found = (await known(elsewhere)).campaign

    assert found.tags == {"cajovna"}
    assert (found.match, found.fold) == ("any", True)
    assert found.publishing_from == BEGIN + 6 * HOUR
    assert found.warnings == ("platform 99 is unknown: taken for a Facebook post",)
    await elsewhere.settle(BEFORE)
    assert await elsewhere.take([found], BEFORE) == Changes(1)


async def test_creators_are_asked_for_until_the_numbers_are_settled(campaigns: CampaignStore) -> None:
    await campaigns.take([a_campaign()], BEFORE)

    asked = {now: await campaigns.to_ask(Instant(now)) for now in (BEFORE, BEGIN, END - 1, END)}

    assert asked == {BEFORE: [101], BEGIN: [101], END - 1: [101], END: []}


async def test_a_campaign_heard_of_late_is_asked_for_and_collected_for_two_weeks(
    store: Store, campaigns: CampaignStore
) -> None:
    heard = Instant(END + 40 * DAY)
    await CreatorStore(store).take({11: None}, BEFORE)
    await campaigns.take([a_campaign()], heard)
    await campaigns.take_involved({101: {11}})

    assert ((await known(campaigns)).state, (await known(campaigns)).ended_at) == (State.ENDED, END)
    assert await campaigns.to_ask(Instant(heard + BACKFILL - 1)) == [101]
    assert [*await campaigns.live_by_creator(Instant(heard + BACKFILL - 1))] == [11]
    assert await campaigns.to_ask(Instant(heard + BACKFILL)) == []
    assert await campaigns.live_by_creator(Instant(heard + BACKFILL)) == {}


async def test_who_takes_part_is_added_and_taken_away_only_where_it_was_said(campaigns: CampaignStore) -> None:
    assert await campaigns.take_involved({101: {11, 12}, 102: {11, 13}, 108: set()}) == (4, 0)
    assert await campaigns.take_involved({101: {11, 12}, 102: {11, 13}, 108: set()}) == (0, 0)

    assert await campaigns.take_involved({101: {12, 14}}) == (1, 1)
    assert await campaigns.involved() == {101: {12, 14}, 102: {11, 13}}
    assert await campaigns.take_involved({}) == (0, 0)
    assert await campaigns.take_involved({101: set()}) == (0, 2)
    assert await campaigns.involved() == {102: {11, 13}}


async def test_live_is_what_has_begun_and_still_settles_by_creators_who_are_not_gone(
    store: Store, campaigns: CampaignStore
) -> None:
    creators = CreatorStore(store)
    await creators.take({11: None, 12: None, 13: None}, BEFORE)
    await creators.take({11: None, 12: None}, BEFORE)
    later = a_campaign(102, days=(date(2026, 10, 10), date(2026, 10, 20)))
    listed = [a_campaign(101), later, a_campaign(103, tags=None), a_campaign(104)]
    await campaigns.take(listed, BEFORE)
    await campaigns.take(listed[:-1], BEFORE)
    await campaigns.take_involved({101: {11, 12, 13}, 102: {11}, 103: {11}, 104: {11}, 999: {11}})

    async def live(now: int) -> dict[int, list[int]]:
        found = await campaigns.live_by_creator(Instant(now))
        return {creator: [each.campaign_id for each in those] for creator, those in found.items()}

    assert await live(BEGIN - 1) == {}
    assert await live(BEGIN) == {11: [101], 12: [101]}
    assert await live(END - 1) == {11: [101, 102], 12: [101]}
    assert await live(END) == {11: [102]}
