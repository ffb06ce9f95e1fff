"""What an answer's headers say of time, however strange they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.http import Answer


def answer(**headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


NOON = "Wed, 21 Oct 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry_after": "120"}, 120.0),
        ({"retry_after": " 0 "}, 0.0),
        ({"retry_after": "Wed, 21 Oct 2026 12:02:00 GMT", "date": NOON}, 120.0),
        ({"retry_after": "Wed, 21 Oct 2026 14:02:00 +0200", "date": NOON}, 120.0),
        ({"retry_after": "Wed, 21 Oct 2026 11:00:00 GMT", "date": NOON}, 0.0),
        ({"retry_after": "Wed, 21 Oct 2026 12:02:00 GMT"}, None),
        ({"retry_after": "soon", "date": NOON}, None),
        ({"retry_after": "-5", "date": NOON}, None),
        ({"retry_after": "1.5", "date": NOON}, None),
        ({"retry_after": "²", "date": NOON}, None),
        ({"retry_after": "Wed, 21 Oct 2026 12:02:00 GMT", "date": "yesterday"}, None),
        ({"retry_after": "Wed, 21 Oct 2026 12:00:00 +99999999999", "date": NOON}, None),
    ],
)
def test_the_wait_a_server_asks_for_is_in_seconds_or_a_date_by_its_own_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert answer(**headers).retry_after == seconds


WORDS = st.sampled_from(
    [
        "Mon,",
        "Wed,",
        "21",
        "Oct",
        "2026",
        "17:57:00",
        "GMT",
        "+0200",
        "-9999",
        "+99999999999",
        "25:61:61",
        "99999",
        "(",
        ",",
        "-",
        "1",
    ]
)


@given(st.text() | st.lists(WORDS).map(" ".join), st.text() | st.lists(WORDS).map(" ".join))
def test_nonsense_in_headers_is_no_wish_and_no_crash(retry_after: str, date: str) -> None:
    strange = answer(retry_after=retry_after, date=date)

    assert strange.retry_after is None or strange.retry_after >= 0
    assert strange.served_at is None or strange.served_at.tzinfo is not None
