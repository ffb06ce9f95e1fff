"""What rows mean: who takes part, what is left out, and which answers are doubted."""

from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.social.campaigns import Rules, read
from lahmadaemon.social.creators_app import payload, reading
from lahmadaemon.social.creators_app.payload import CreatorRow, InvolvedRow, Rows
from lahmadaemon.social.creators_app.reading import Named
from tests.samples import sample
from tests.social.test_campaigns_store import SEPTEMBER

KNOWN = {11, 12, 13}


def rows(*pairs: tuple[int, tuple[int, ...]], unread: frozenset[int] = frozenset()) -> Rows[InvolvedRow]:
    return Rows(tuple(InvolvedRow(campaign_id=campaign, creator_ids=who) for campaign, who in pairs), unread)


def test_unknown_campaigns_and_creators_are_left_out_and_counted_and_doubles_count_once() -> None:
    answer = payload.involved(sample("social/creators_app/involved.json"))

    assert reading.named(answer, {101, 102, 108, 109}, KNOWN) == Named(
        {101: frozenset({11, 12}), 102: frozenset({11, 13}), 108: frozenset(), 109: frozenset({12})},
        unknown_campaigns=1,
        unknown_creators=1,
    )


def test_a_campaign_named_twice_has_the_creators_of_both_rows() -> None:
    assert reading.named(rows((1, (11,)), (1, (12,))), [1], KNOWN).creators == {1: {11, 12}}


def test_a_campaign_that_is_not_named_or_cannot_be_read_has_not_been_answered() -> None:
    answer = rows((1, (11,)), (2, (12,)), unread=frozenset({2}))

    assert reading.named(answer, [1, 2, 3], KNOWN).creators == {1: {11}}


def test_of_two_rows_of_one_creator_the_last_one_counts() -> None:
    both = Rows((CreatorRow(id=1, email="a@b.example"), CreatorRow(id=1, email="c@d.example")))

    assert reading.emails(both) == {1: "c@d.example"}


@pytest.mark.parametrize(
    ("before", "gone", "refused", "doubted"),
    [
        (6, 0, False, False),
        (6, 3, False, False),
        (6, 4, False, True),
        (1, 1, False, True),
        (0, 0, False, False),
        (6, 0, True, True),
    ],
)
def test_a_list_is_doubted_when_it_is_empty_or_half_of_it_is_gone(
    before: int, gone: int, refused: bool, doubted: bool
) -> None:
    assert bool(reading.doubt("creators", before=before, gone=gone, refused=refused)) is doubted


@pytest.mark.parametrize(
    ("tags", "rules", "never"),
    [
        ("jedna,dvě,tři,čtyři,pět,šest", Rules(), True),
        ("jedna,dvě,tři,čtyři,pět,šest", Rules(match="any"), False),
        ("jaro", Rules(match="min_k", min_k=2), True),
        ("jaro", Rules(), False),
        ("jaro-léto", Rules(), False),
    ],
)
def test_a_campaign_that_can_never_match_is_told_from_one_that_is_merely_odd(
    tags: str, rules: Rules, never: bool
) -> None:
    campaign = read(1, "One", tags, *SEPTEMBER, [1], ZoneInfo("Europe/Prague"), rules)

    assert bool(reading.unmatchable(campaign.warnings)) is never
