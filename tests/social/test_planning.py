"""Who is looked at, how far back, and when nobody is."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.social import campaigns
from lahmadaemon.social.campaigns import Campaign, Rules
from lahmadaemon.social.collecting import planning
from lahmadaemon.social.collecting.keeping import month_of
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.collectable import Collectable

PRAGUE = ZoneInfo("Europe/Prague")
NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
MONTH = month_of(NOW, PRAGUE)
SETTINGS = SocialSettings()
INSTAGRAM = Collectable(11, Platform.INSTAGRAM, "17841", "mila", connected=True)


def campaign(*platforms: int) -> Campaign:
    days = date(2026, 8, 24), date(2026, 9, 20)
    return campaigns.read(101, "Summer", "#a", *days, platforms, PRAGUE, Rules())


SUMMER = campaign(1, 2, 3)
assert SUMMER.publishing_from is not None
BEGAN = Instant(SUMMER.publishing_from - DAY)
LIVE = {11: [SUMMER]}


def looks(*accounts: Collectable, live: planning.Live = LIVE, only: set[int] | None = None) -> list[tuple[str, int]]:
    planned = planning.looks(accounts, live, MONTH, SETTINGS, NOW, only=only)
    return [(each.account.platform.value, each.look.horizon) for each in planned]


def test_the_month_begins_at_local_midnight() -> None:
    assert MONTH == 1_788_213_600_000  # 2026-08-31T22:00:00Z


def test_an_account_is_looked_through_to_the_day_before_its_oldest_campaign_began() -> None:
    assert looks(INSTAGRAM) == [("instagram", BEGAN)]


def test_who_has_no_campaign_is_looked_through_to_the_beginning_of_the_month_for_the_month_s_figures() -> None:
    assert looks(INSTAGRAM, live={}) == [("instagram", MONTH - DAY)]


def test_a_page_on_facebook_is_gone_through_only_where_a_campaign_wants_its_posts() -> None:
    page = replace(INSTAGRAM, platform=Platform.FACEBOOK)
    assert looks(page) == []
    assert looks(page, live={11: [campaign(5)]}) == [("facebook", BEGAN)]


def test_who_is_not_connected_is_looked_at_from_outside_only_for_a_campaign() -> None:
    outsider = replace(INSTAGRAM, connected=False)
    assert looks(outsider) == [("instagram", BEGAN)]
    assert looks(outsider, live={}) == []


def test_who_was_looked_through_today_is_left_in_peace_until_tomorrow() -> None:
    done = replace(INSTAGRAM, walked_at=Instant(NOW - HOUR), walked_from=BEGAN, looked_at=Instant(NOW - HOUR))
    assert looks(done) == []
    assert looks(replace(done, walked_at=Instant(NOW - DAY), looked_at=Instant(NOW - DAY))) != []


def test_a_campaign_that_reaches_further_back_than_the_last_look_wants_a_new_one() -> None:
    shallow = replace(
        INSTAGRAM, walked_at=Instant(NOW - 2 * HOUR), walked_from=MONTH, looked_at=Instant(NOW - 2 * HOUR)
    )
    assert looks(shallow) == [("instagram", BEGAN)]


def test_young_posts_are_read_again_after_three_hours_and_only_they() -> None:
    young = replace(
        INSTAGRAM, walked_at=Instant(NOW - 4 * HOUR), walked_from=BEGAN,
        looked_at=Instant(NOW - 4 * HOUR), youngest_tracked=Instant(NOW - 30 * HOUR),
    )  # fmt: skip
    assert looks(young) == [("instagram", NOW - 2 * DAY)]


def test_who_asks_gets_everybody_he_names_but_nobody_whom_a_platform_holds_back() -> None:
    done = replace(INSTAGRAM, walked_at=NOW, walked_from=BEGAN, looked_at=NOW)
    held = replace(INSTAGRAM, creator_id=12, held_until=Instant(NOW + HOUR))
    other = replace(INSTAGRAM, creator_id=13)
    assert looks(done, held, other, only={11, 12}) == [("instagram", BEGAN)]


def test_the_next_look_is_when_somebody_is_due_and_never_long_away() -> None:
    done = replace(INSTAGRAM, walked_at=NOW, walked_from=BEGAN, looked_at=NOW)
    soon = replace(done, walked_at=Instant(NOW - DAY + 60_000), looked_at=Instant(NOW - DAY + 60_000))

    assert planning.rest([done], LIVE, MONTH, SETTINGS, NOW) == planning.LOOK_AGAIN
    assert planning.rest([done, soon], LIVE, MONTH, SETTINGS, NOW) == 60
    assert planning.rest([], {}, MONTH, SETTINGS, NOW) == planning.LOOK_AGAIN


def test_stories_are_read_of_creators_with_a_campaign_that_wants_them_and_once_more_before_they_end() -> None:
    def due(account: Collectable, live: planning.Live = LIVE, published: int = NOW) -> bool:
        known = {account.key: [Instant(published)]}
        return bool(planning.stories([account], live, known, SETTINGS, NOW))

    lately = replace(INSTAGRAM, stories_at=Instant(NOW - HOUR))
    assert due(INSTAGRAM)
    assert not due(lately)
    assert due(lately, published=NOW - 23 * HOUR - HOUR // 2)
    assert not due(INSTAGRAM, live={11: [campaign(1)]})
