"""Whom people are told about: dead logins, and those that will be within the week. Pure."""

from typing import Any

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.social.connections import Provider, Standing, State
from lahmadaemon.social.expiring import Expiring, expiring

NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
WEEK = 7 * 86_400.0


def standing(creator: int = 11, provider: Provider = Provider.TIKTOK, **changed: Any) -> Standing:
    return Standing(creator_id=creator, provider=provider, user_id="user", issued_at=NOW, **changed)


def ends(**changed: int) -> dict[str, Any]:
    return {name: Instant(NOW + change) for name, change in changed.items()}


def test_people_are_told_a_week_before_a_login_ends() -> None:
    soon = standing(11, **ends(refresh_until=7 * DAY))
    later = standing(12, **ends(refresh_until=7 * DAY + 1))

    assert expiring([soon, later], NOW, WEEK) == [
        Expiring(11, Provider.TIKTOK, dead=False, reason="login_ends", at=Instant(NOW + 7 * DAY))
    ]


def test_tiktok_s_access_tokens_end_all_the_time_and_nobody_is_told() -> None:
    assert expiring([standing(**ends(access_until=HOUR, refresh_until=100 * DAY))], NOW, WEEK) == []


def test_meta_s_access_to_data_may_end_before_its_token() -> None:
    held = standing(provider=Provider.META, **ends(access_until=6 * DAY, data_access_until=5 * DAY))

    (told,) = expiring([held], NOW, WEEK)

    assert (told.reason, told.at) == ("data_access_ends", NOW + 5 * DAY)


def test_a_login_without_an_end_is_no_matter() -> None:
    assert expiring([standing(), standing(provider=Provider.META)], NOW, WEEK) == []


def test_that_a_login_is_dead_is_told_when_the_provider_has_said_so_not_by_the_clock() -> None:
    over = standing(**ends(refresh_until=-DAY))
    dead = standing(12, state=State.REAUTH_REQUIRED, reason="refresh_refused", state_since=Instant(NOW - HOUR))

    assert expiring([over, dead], NOW, WEEK) == [
        Expiring(12, Provider.TIKTOK, dead=True, reason="refresh_refused", at=Instant(NOW - HOUR)),
        Expiring(11, Provider.TIKTOK, dead=False, reason="login_ends", at=Instant(NOW - DAY)),
    ]


def test_a_login_whose_key_is_lost_is_dead_for_us() -> None:
    lost = {(11, Provider.META)}

    told = expiring([standing(), standing(provider=Provider.META)], NOW, WEEK, lost)

    assert told == [Expiring(11, Provider.META, dead=True, reason="key_lost", at=None)]
