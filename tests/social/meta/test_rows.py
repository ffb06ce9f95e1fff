"""Posts and profiles as Meta tells them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.social.meta.metrics import Product
from lahmadaemon.social.meta.rows import LARGEST_RAW, Row, media, page_post, profile, raw
from lahmadaemon.social.posts import Kind, Platform
from tests.social.meta.walking import instant_text, sample
from tests.social.meta.walking import media as told_media


def row_of(page: str, number: int) -> Row:
    row = media(sample(page)["data"][number])
    assert row is not None
    return row


def test_a_reel_has_its_plain_counts_and_its_insights() -> None:
    row = row_of("media_page1", 0)

    assert (row.post.kind, row.product, row.post.caption) == (Kind.REEL, Product.REELS, "Nový recept! #borůvkovéléto")
    assert row.counts == {"likes": 412, "comments": 37, "shares": 58, "saves": 96, "reposts": 0}
    assert (row.told["views"], row.told["reach"]) == (15230, 12044)
    assert instant_text(row.post.published_at) == "2026-09-09T18:30:00+0000"


def test_hidden_likes_are_not_there_rather_than_none() -> None:
    assert "likes" not in row_of("media_page1", 1).counts


def test_an_album_is_one_post_and_a_still_is_its_own_thumbnail() -> None:
    row = row_of("media_page1", 2)

    assert (row.post.media_type, row.post.thumbnail_url) == ("ALBUM", row.post.media_url)
    assert row.post.media_url is not None


def test_a_post_without_caption_or_file_is_a_post() -> None:
    row = row_of("media_page1", 3)

    assert (row.post.caption, row.post.media_url, row.told) == ("", None, {})
    assert row.post.thumbnail_url


def test_an_advertisement_is_no_reel() -> None:
    assert row_of("media_page2", 1).post.kind is Kind.OTHER


def test_what_has_no_time_or_no_id_is_no_post() -> None:
    whole = told_media(1)

    for missing in ("id", "timestamp"):
        assert media({name: value for name, value in whole.items() if name != missing}) is None
    assert media({**whole, "timestamp": "2026-09-01"}) is None


def test_numbers_may_come_as_text() -> None:
    row = media(told_media(1, like_count="77", comments_count=None, shares_count=[]))

    assert row is not None
    assert row.counts == {"likes": 77, "saves": 1}


def test_a_page_post_without_shares_has_none_yet() -> None:
    first, second = (page_post(row) for row in sample("facebook_published_posts")["data"])

    assert first is not None
    assert second is not None
    assert (first.counts["shares"], first.post.media_type, first.post.kind) == (4, "IMAGE", Kind.FACEBOOK_POST)
    assert (second.counts["shares"], second.post.media_type, second.post.caption) == (0, "VIDEO", "")


def test_a_profile_says_what_is_known() -> None:
    told = profile(sample("profile_expanded"), Platform.INSTAGRAM)

    assert told is not None
    assert (told.account_id, told.username, told.followers, told.follows, told.posts) == (
        "17841400000000011", "mila.example", 20480, 310, 252,
    )  # fmt: skip


def test_no_token_is_kept_with_a_row() -> None:
    row = {"id": "1", "insights": {"data": [], "paging": {"next": "https://graph.example/?access_token=SECRET"}}}

    assert json.loads(raw(row)) == {"id": "1", "insights": {"data": []}}
    assert raw({"id": "1", "odd": "https://graph.example/?access_token=SECRET"}) == ""


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=4000), max_size=6))
def test_what_is_kept_of_a_row_is_json_of_bounded_size(told: dict[str, str]) -> None:
    kept = raw({**told, "long": "á" * 9000})

    assert len(kept.encode()) <= LARGEST_RAW
    assert "long" not in json.loads(kept)


@given(st.dictionaries(
    st.sampled_from(["id", "timestamp", "media_type", "insights", "like_count", "caption", "shares", "attachments",
                     "created_time"]),
    st.none() | st.text(max_size=4) | st.integers() | st.lists(st.integers(), max_size=2) | st.dictionaries(
        st.just("data"), st.lists(st.dictionaries(st.just("media_type"), st.integers()), max_size=1)),
))  # fmt: skip
@pytest.mark.slow
def test_no_row_is_too_strange(told: dict[str, object]) -> None:
    media(told)
    page_post(told)
    profile(told, Platform.INSTAGRAM)
