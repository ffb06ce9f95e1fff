"""How much fits into one message, whatever is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.alerts.telegram.text import LIMIT, cut


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "text", ["", "测试", "árvíztűrő tükörfúrógép", "x" * LIMIT, "😀" * (LIMIT // 2), "  __a__ `b` \n"]
)
def test_what_fits_is_left_as_it_is(text: str) -> None:
    assert cut(text) == text


@pytest.mark.parametrize("text", ["x" * (LIMIT + 1), "😀" * LIMIT, "x" + "😀" * LIMIT, "测" * 2 * LIMIT])
def test_what_does_not_fit_is_cut_and_says_so(text: str) -> None:
    short = cut(text)

    assert units(short) in {LIMIT - 1, LIMIT}
    assert short.endswith("…")
    assert text.startswith(short[:-1])


def test_the_name_of_a_file_in_another_encoding_can_be_told() -> None:
    name = b"f\xfclkebeln.json".decode("utf-8", "surrogateescape")

    assert cut(name) == "f\ufffdlkebeln.json"


def test_the_name_of_a_file_that_our_locale_could_not_read_is_read() -> None:
    assert cut("摄像头".encode().decode("ascii", "surrogateescape") + " 摄像头 😀") == "摄像头 摄像头 😀"


def test_half_a_character_is_no_reason_to_stop() -> None:
    assert cut("a\ud83db\ud83d\ude00") == "a\ufffdb😀"


@given(st.text(st.characters(), max_size=60), st.integers(2, 40))
def test_every_cut_text_fits_and_can_be_written(text: str, limit: int) -> None:
    assert units(cut(text, limit)) <= limit
