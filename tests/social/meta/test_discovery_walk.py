"""The walk over somebody's account who is not connected."""

from typing import Any

import pytest

from lahmadaemon.http import Answer
from lahmadaemon.social.meta.discovery import discovery
from lahmadaemon.social.posts import Flag, Kind
from lahmadaemon.social.walk import Ask
from tests.social.meta.walking import Walked, bad, good, new_lessons, refused, sample, task, walked

OWN = "17841400000000099"
REEL = "17900000000000502"


def meta(ask: Ask) -> Answer:
    told = sample("business_discovery")
    if ".after(" in ask.query["fields"]:
        told["business_discovery"]["media"] = {"data": []}
    return good(told)


def walk(answer: Any = meta, handle: str = "boris_example", **more: Any) -> Walked:
    return walked(discovery(task(account="@boris_example", **more), new_lessons(), OWN, handle), answer)


def test_an_account_is_seen_through_our_own_page_by_page() -> None:
    told = walk()

    assert told.paths == [OWN, OWN]
    assert "business_discovery.username(boris_example){" in told.asks[0].query["fields"]
    assert "media.limit(50).after(RVhBTVBMRS1iZDE){" in told.asks[1].query["fields"]
    assert told.pages[0].profile is not None
    assert (told.pages[0].profile.account_id, told.pages[0].profile.followers) == ("17841400000000012", 5000)
    assert told.outcome.complete
    assert told.outcome.reasons == ()


def test_reels_have_views_and_nobody_has_reach() -> None:
    told = walk()

    reel, still = told.found[REEL], told.found["17900000000000501"]
    assert (reel.post.kind, reel.numbers.views, reel.numbers.likes) == (Kind.REEL, 2222, 602)
    assert (still.numbers.views, still.numbers.comments) == (None, 4)
    assert reel.numbers.flags == still.numbers.flags == {Flag.INSIGHTS_FORBIDDEN}


def test_what_others_may_not_see_is_not_asked_for() -> None:
    asked = walk().asks[0].query["fields"]

    assert not any(name in asked for name in ("insights", "stories", "saved_count", "shares_count"))


@pytest.mark.parametrize("answer", [refused("error_110_not_professional"), bad(100, 2207013)])
def test_a_personal_or_renamed_account_is_no_trouble_of_the_token(answer: Answer) -> None:
    told = walk(lambda _: answer)

    assert (told.outcome.complete, told.outcome.reasons) == (False, ("not_professional_or_renamed",))
    assert len(told.asks) == 1


@pytest.mark.parametrize("handle", ["", "x){id}", "name surname", "náš.účet", "a" * 31])
def test_what_can_be_no_name_is_not_asked_for(handle: str) -> None:
    told = walk(handle=handle)

    assert (told.asks, told.outcome.reasons) == ([], ("not_professional_or_renamed",))


def test_a_name_may_be_written_with_its_sign() -> None:
    assert "username(boris_example)" in walk(handle=" @boris_example").asks[0].query["fields"]


def test_a_field_that_is_refused_is_done_without() -> None:
    told = walk(lambda ask: refused("error_36104_view_count") if "view_count" in ask.query["fields"] else meta(ask))

    assert told.outcome.complete
    assert told.found[REEL].numbers.likes == 602


def test_a_list_that_is_too_long_is_halved() -> None:
    told = walk(lambda ask: refused("error_1_reduce_data") if "limit(50)" in ask.query["fields"] else meta(ask))

    assert "media.limit(25){" in told.asks[1].query["fields"]
    assert told.outcome.complete


def test_a_list_that_turns_in_circles_is_left() -> None:
    told = walk(lambda _: good(sample("business_discovery")))

    assert len(told.asks) == 2
    assert told.outcome.reasons == ("paging_lost",)
