"""From TikTok's JSON to posts, profiles and tokens: lenient about what is new, strict about what is needed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.social.posts import Flag, Kind, Platform
from lahmadaemon.social.tiktok import payload
from tests.samples import told

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
NAMES = st.sampled_from(["id", "create_time", "title", "video_description", "share_url", "embed_link", "view_count"])


def data(name: str) -> Any:
    return told(f"social/tiktok/{name}.json")["data"]


def video(**changed: Any) -> dict[str, Any]:
    return {"id": "754", "create_time": 1_789_034_400, "view_count": 4000, "like_count": 100, "comment_count": 0,
            "share_count": 2} | changed  # fmt: skip


def one(**changed: Any) -> Any:
    page = payload.listed({"videos": [video(**changed)]})
    assert page is not None
    return page.found[0] if page.found else None


def test_a_video_is_a_post_with_the_numbers_tiktok_gives() -> None:
    page = payload.listed(data("video_list_page1_short"))

    assert page is not None
    assert (len(page.found), page.unreadable, page.cursor, page.has_more) == (13, 0, 1_787_997_600_000, True)
    first = page.found[0]
    assert (first.post.platform, first.post.kind, first.post.media_type) == (Platform.TIKTOK, Kind.VIDEO, "VIDEO")
    assert (first.post.platform_id, first.post.published_at) == ("7540000000000002000", 1_789_034_400_000)
    assert (first.post.caption, first.post.title) == ("Díl 30 #autumnbake", "Díl 30")
    assert first.post.permalink == "https://tiktok.example/@mila.example/video/7540000000000002000"
    assert first.post.media_url == "https://tiktok.example/player/v1/7540000000000002000"
    assert first.post.thumbnail_url == "https://cdn.example.net/tt/2000.jpg?x-expires=1789063200"
    numbers = first.numbers
    assert (numbers.views, numbers.likes, numbers.comments, numbers.shares) == (4000, 100, 0, 0)
    assert (numbers.reach, numbers.saves, numbers.flags) == (None, None, frozenset())
    assert json.loads(first.raw)["id"] == "7540000000000002000"


def test_a_description_of_just_the_documented_length_may_be_cut() -> None:
    page = payload.listed(data("video_list_page1_short"))

    assert page is not None
    cut = [each for each in page.found if each.post.cut]
    assert [(each.post.platform_id, each.post.title) for each in cut] == [
        ("7540000000000002003", "Celý název #autumnbake")
    ]
    assert cut[0].numbers.flags == {Flag.DESCRIPTION_MAY_BE_CUT}


@pytest.mark.parametrize(
    ("text", "cut"),
    [("x" * 150, True), ("x" * 149, False), ("x" * 151, False), ("x" * 148 + "🫐", True), ("🫐" * 150, True)],
)
def test_the_length_is_counted_as_python_and_as_javascript_do(text: str, cut: bool) -> None:
    assert one(video_description=text).post.cut is cut


def test_views_are_wider_than_31_bits() -> None:
    page = payload.listed(data("video_list_page1_short"))

    assert page is not None
    assert max(each.numbers.views or 0 for each in page.found) > 2**31


def test_an_unknown_number_is_none_with_a_reason_and_never_0() -> None:
    found = one(view_count=None, like_count="many", comment_count=True, share_count=-1)

    assert (found.numbers.views, found.numbers.likes, found.numbers.comments, found.numbers.shares) == (None,) * 4
    assert found.numbers.flags == {Flag.METRIC_UNSUPPORTED}
    assert one(view_count=0).numbers.views == 0


def test_numbers_may_come_as_texts_and_ids_as_numbers() -> None:
    found = one(id=7_540_000_000_000_002_000, create_time="1789034400", view_count="12", like_count=3.0)

    assert found.post.platform_id == "7540000000000002000"
    assert found.post.published_at == 1_789_034_400_000
    assert (found.numbers.views, found.numbers.likes) == (12, 3)


@pytest.mark.parametrize(
    "changed",
    [{"id": None}, {"id": ""}, {"id": True}, {"create_time": None}, {"create_time": 0}, {"create_time": 1.5},
     {"create_time": 1_789_034_400_000}],
)  # fmt: skip
def test_one_video_that_cannot_be_made_out_costs_only_itself(changed: dict[str, Any]) -> None:
    page = payload.listed({"videos": [video(**changed), video(id="755"), "not a video"], "has_more": True})

    assert page is not None
    assert [each.post.platform_id for each in page.found] == ["755"]
    assert page.unreadable == 2


def test_a_caption_cut_in_the_middle_of_a_sign_can_be_stored() -> None:
    raw = json.loads('{"videos": [{"id": "7", "create_time": 1789034400, "video_description": "a\\ud83e b\\u0000c"}]}')

    page = payload.listed(raw)

    assert page is not None
    assert page.found[0].post.caption == "a\ufffd b\ufffdc"
    page.found[0].raw.encode()


def test_texts_that_are_missing_are_empty_and_links_that_are_none_are_none() -> None:
    found = one(title=None, video_description=7, share_url="javascript:x", embed_link="", cover_image_url=None)

    assert (found.post.caption, found.post.title) == ("", "")
    assert (found.post.permalink, found.post.media_url, found.post.thumbnail_url) == (None, None, None)
    assert one(share_url="https://t.example/1").post.media_url == "https://t.example/1"


def test_what_is_kept_of_the_original_is_bounded() -> None:
    assert one(embed_html="x" * 20_000).raw == ""


@pytest.mark.parametrize("content", [None, {}, {"videos": None}, {"videos": {}}, []])
def test_data_of_another_shape_are_no_page(content: Any) -> None:
    assert payload.listed(content) is None
    assert payload.profile(content, "open") is None


@settings(max_examples=30)
@given(st.lists(JSON | st.dictionaries(NAMES, JSON, max_size=7), max_size=4), JSON, JSON)
def test_whatever_stands_in_a_page_it_is_read_or_it_is_not(videos: Any, cursor: Any, has_more: Any) -> None:
    page = payload.listed({"videos": videos, "cursor": cursor, "has_more": has_more})

    if page is not None:
        assert len(page.found) + page.unreadable == len(videos)
        for each in page.found:
            f"{each.post.caption}{each.post.title}{each.post.permalink}".encode()
            assert "\0" not in each.post.caption


# Profiles


def test_a_profile_has_what_was_granted() -> None:
    whole = payload.profile(data("user_info"), "-000EXAMPLEmila11")
    basic = payload.profile(data("user_info_basic_only"), "-000EXAMPLEmila11")

    assert whole is not None
    assert basic is not None
    assert (whole.username, whole.name, whole.followers, whole.follows, whole.posts) == (
        "mila.example", "Míla 🫐", 8000, 12, 311,
    )  # fmt: skip
    assert (basic.username, basic.name, basic.followers) == (None, "Míla 🫐", None)
    assert whole.account_id == "-000EXAMPLEmila11"
    assert basic.avatar_url == "https://cdn.example.net/tt/mila.jpg"


def test_a_profile_of_somebody_else_is_none() -> None:
    assert payload.profile(data("user_info"), "another-open-id") is None


# Tokens


def test_tokens_come_with_their_lifetimes_and_scopes() -> None:
    granted = payload.grant(told("social/tiktok/token.json"))

    assert granted is not None
    assert granted.access_token.get_secret_value() == "EXAMPLE-ACCESS-1"
    assert (granted.expires_in, granted.refresh_expires_in) == (7200, 15_552_000)
    assert granted.scopes == {"user.info.basic", "user.info.profile", "user.info.stats", "video.list"}
    assert "EXAMPLE" not in repr(granted).replace("EXAMPLEmila", "")


def test_lifetimes_of_the_older_service_are_taken_as_they_are() -> None:
    granted = payload.grant(told("social/tiktok/refresh_same_token_old_lifetimes.json"))

    assert granted is not None
    assert (granted.expires_in, granted.refresh_expires_in) == (86_400, 31_536_000)


@pytest.mark.parametrize(
    "content", [{}, {"access_token": ""}, {"access_token": None}, {"access_token": 7}, None, {"refresh_token": "rft"}]
)
def test_an_answer_without_an_access_token_is_none(content: Any) -> None:
    assert payload.grant(content) is None


def test_an_empty_refresh_token_is_none_at_all() -> None:
    granted = payload.grant({"access_token": "act", "refresh_token": "", "expires_in": "7200", "scope": "a, b"})

    assert granted is not None
    assert (granted.refresh_token, granted.expires_in, granted.scopes) == (None, 7200, frozenset({"a", "b"}))
