"""The Creators app's answers as rows: what is bad about one of them is nobody else's affair."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.social.creators_app import payload
from lahmadaemon.social.creators_app.payload import Rows, WrongShapeError
from tests.samples import sample


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def creators(*rows: Any) -> Rows[payload.CreatorRow]:
    return payload.creators(body({"creators": rows}))


def campaigns(*rows: Any) -> Rows[payload.CampaignRow]:
    return payload.campaigns(body({"campaigns": rows}))


def test_creators_are_read_with_their_addresses_shared_or_missing() -> None:
    rows = payload.creators(sample("social/creators_app/creators.json"))

    assert [(row.id, row.email) for row in rows.good] == [
        (11, "mila@creators.example.org"),
        (12, "boris@creators.example.org"),
        (13, "zuzana@creators.example.org"),
        (14, "Mila@Creators.example.org"),
        (15, None),
        (16, "nová@creators.example.org"),
    ]
    assert rows.dropped == 0


def test_campaigns_without_hashtags_or_dates_are_read_too() -> None:
    rows = payload.campaigns(sample("social/creators_app/campaigns.json"))
    by_id = {row.id: row for row in rows.good}

    assert len(rows.good) == 17
    assert rows.dropped == 0
    assert by_id[103].hashtags is None
    assert by_id[106].publishing_start_date is None
    assert by_id[107].publishing_end_date is None
    assert by_id[115].publishing_end_date == date(2027, 1, 5)
    assert [platform.id for platform in by_id[108].platforms or ()] == [5, 99]
    assert by_id[110].hashtags == "jaro;léto podzim\nzima"


def test_an_empty_list_has_the_right_shape() -> None:
    assert payload.creators(sample("social/creators_app/creators_empty.json")) == Rows(())
    assert payload.involved(b"[]") == Rows(())


@pytest.mark.parametrize(
    "answer",
    [
        sample("social/creators_app/creators_wrong_shape.json"),
        b"", b"null", b"[]", b"7", b'{"creators": null}', b'{"creators": {"11": "a"}}', b'{"creators": [{"id": 11}',
        b"\xff\xfe\x00", b'{"creators": [3, null, {"mail": "a@b.example"}]}', b"[" * 100_000,
        b'{"creators": [{"id": ' + b"9" * 5000 + b"}]}",
    ],
    ids=lambda answer: repr(answer[:30]),
)  # fmt: skip
def test_another_shape_is_an_error_with_a_name_of_its_own(answer: bytes) -> None:
    with pytest.raises(WrongShapeError) as caught:
        payload.creators(answer)

    assert caught.value.outcome == "wrong_shape"


def test_involved_is_a_bare_list_and_a_wrapped_one_is_wrong() -> None:
    assert len(payload.involved(sample("social/creators_app/involved.json")).good) == 5
    with pytest.raises(WrongShapeError):
        payload.involved(body({"involved": []}))


@pytest.mark.parametrize("number", [None, "", "x", True, 0, -3, 1.5, 2**63, [11], "11; drop"])
def test_a_row_without_a_number_is_dropped_and_counted_and_costs_no_other(number: Any) -> None:
    rows = creators({"id": number, "email": "a@b.example"}, {"id": 12, "email": "c@d.example"}, "no row", None)

    assert [row.id for row in rows.good] == [12]
    assert (rows.nameless, rows.unread, rows.dropped) == (3, frozenset(), 3)


def test_a_row_whose_number_alone_can_be_read_is_known_to_be_there() -> None:
    rows = campaigns(
        {"id": 1, "publishing_start_date": "2026-02-30"},
        {"id": "2", "publishing_end_date": "soon"},
        {"id": 3, "hashtags": ["a"]},
        {"id": 4, "platforms": [1]},
        {"id": 5, "publishing_start_date": 1789000000},
        {"id": 6},
    )

    assert [row.id for row in rows.good] == [6]
    assert rows.unread == {1, 2, 3, 4, 5}


def test_numbers_as_text_blanks_and_empty_texts_are_read_leniently() -> None:
    [creator] = creators({"id": "11", "email": "  "}).good
    [campaign] = campaigns(
        {"id": 7.0, "name": " Two\nlines\0 ", "publishing_start_date": "", "platforms": None, "hashtags": "a\0b"}
    ).good

    assert (creator.id, creator.email) == (11, None)
    assert (campaign.id, campaign.name, campaign.publishing_start_date) == (7, "Two lines", None)
    assert campaign.hashtags == "a b"


def test_a_byte_order_mark_and_half_a_letter_cost_nothing_else() -> None:
    rows = payload.creators(
        b'\xef\xbb\xbf{"creators": [{"id": 1, "email": "\\ud800@b.example"}, {"id": 2, "email": "c@d.example"}]}'
    )

    assert [row.id for row in rows.good] == [2]
    assert rows.unread == {1}


def test_a_campaigns_list_of_creators_with_a_hole_in_it_counts_as_unread() -> None:
    rows = payload.involved(
        body([{"campaign_id": 101, "creator_ids": [11, None]}, {"campaign_id": 102, "creator_ids": ["12"]}])
    )

    assert [(row.campaign_id, row.creator_ids) for row in rows.good] == [(102, (12,))]
    assert rows.unread == {101}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("id", "email", "x")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5))
@settings(max_examples=50)
def test_whatever_stands_in_a_list_every_row_is_read_named_or_counted(listed: list[Any]) -> None:
    good = {"id": 11, "email": None}

    rows = payload.creators(body({"creators": [*listed, good]}))

    assert rows.good[-1].id == 11
    assert len(rows.good) + rows.nameless <= len(listed) + 1 <= len(rows.good) + rows.nameless + len(listed)
    assert all(0 < row.id < 2**63 for row in rows.good)
