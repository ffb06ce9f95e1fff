"""What is taken out of every text before it is logged, and what is left alone."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.logs import Redactor

SECRET = "canary-in-the-coal-mine"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        # addresses of listeners, whole ones never
        ("from 192.0.2.7", "from 192.0.x.x"),
        ("from 192.0.2.7.", "from 192.0.x.x."),
        ("...192.0.2.7, 198.51.100.23:8000", "...192.0.x.x, 198.51.x.x:8000"),
        ("http://192.0.2.7:8000/live", "http://192.0.x.x:8000/live"),
        ("('192.0.2.7', 4711)", "('192.0.x.x', 4711)"),
        ("2001:db8::7", "2001:db8:…"),
        ("2001:db8::7: refused", "2001:db8:…: refused"),
        ("client:2001:db8:0:1:2:3:4:5.", "client:2001:db8:…."),
        ("http://[2001:DB8::7]:8000/live", "http://[2001:DB8:…]:8000/live"),
        ("2a02::abcd:1 left", "2a02::… left"),
        ("fe80::1%eth0", "fe80::…%eth0"),
        ("::ffff:192.0.2.7", "::…"),
        ("2001:db8:1:2::/64", "2001:db8:…/64"),
        # what a URL says to its server only
        ("GET https://radio.example/api?key=abc&x=1 done", "GET https://radio.example/api?… done"),
        ("'https://radio.example/api?key=abc', 'x'", "'https://radio.example/api?…', 'x'"),
        ("https://app.example/#/login?token=abc", "https://app.example/?…"),
        ("GET /api/listeners?token=abc HTTP/1.1", "GET /api/listeners?… HTTP/1.1"),
        ("path=/api?token=abc (/api?token=abc)", "path=/api?… (/api?…"),
        ("https://me:pa@ss@radio.example/x", "https://radio.example/x"),
        ("postgresql+asyncpg://lahma:geheim@db/house", "postgresql+asyncpg://db/house"),
        # known secrets, the longer ones first
        (f"Bearer {SECRET}!", "Bearer ****!"),
        (f"{SECRET}-and-more", "****"),
        ("ab", "ab"),
    ],
)
def test_what_must_not_be_seen_is_taken_out(text: str, clean: str) -> None:
    assert Redactor([SECRET, f"{SECRET}-and-more", "ab", ""]).text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "12:30:45",
        "2026-10-21T19:57:00.123+02:00",
        "at 10:20:30:40",
        "took 0:00:01",
        "127.0.0.1:8710",
        "0.0.0.0",
        "::1",
        "http://[::1]:8710/health",
        "::",
        "lahmadaemon 0.1.0, Python 3.11.7, SQLAlchemy 2.1.9",
        "Chrome/119.0.6045.159 Safari/537.36",
        "1.3.6.1.4.1",
        "aa:bb:cc:dd:ee:ff",
        "sha256:1f2e3d",
        "tests/test_logs.py::test_cafe",
        "std::deque",
        "ratio 3:1, score 2:0",
        "did you mean LAHMA_WEB__PORT?",
        "yes/no? maybe",
        "owner/repo#12",
        "https://www.example/@somebody/video/7",
        "somebody@radio.example",
        "Űrhajó Klub: 20:00–22:00",
    ],
)
def test_ordinary_words_times_and_versions_are_left_alone(text: str) -> None:
    assert Redactor([SECRET]).text(text) == text


@given(
    st.ip_addresses(v=4),
    st.sampled_from(["{}", "[{}]", "({})", "{},", "{}.", "{}:", "'{}'", "={}", "{}:80", "{}/32", "<{}>"]),
)
def test_no_ipv4_address_of_anybody_else_survives(address: IPv4Address, around: str) -> None:
    clean = Redactor([]).text(around.format(address))

    assert (str(address) in clean) == (address.is_loopback or address.is_unspecified)


def has_a_host(address: IPv4Address | IPv6Address) -> bool:
    return int(address) % 2**96 != 0


@given(
    st.ip_addresses(v=6).filter(has_a_host),
    st.sampled_from(["{}", "[{}]", "({})", "{},", "{}.", "{}:", "'{}'", "={}", "[{}]:80", "{}/64", "{}%eth0"]),
)
def test_no_ipv6_address_of_anybody_else_survives(address: IPv6Address, around: str) -> None:
    for written in (str(address), address.exploded, str(address).upper()):
        clean = Redactor([]).text(around.format(written))

        assert (written in clean) == address.is_loopback


@given(st.lists(st.text("abcx-", min_size=4), min_size=1, max_size=3), st.text("abcx-?: /"))
def test_no_known_secret_survives_even_where_one_begins_like_another(secrets: list[str], around: str) -> None:
    clean = Redactor(secrets).text(around.join(["", *secrets, ""]))

    assert [secret for secret in secrets if secret in clean] == []


@given(st.datetimes())
def test_no_time_is_mistaken_for_an_address(moment: datetime) -> None:
    assert Redactor([]).text(moment.isoformat()) == moment.isoformat()
    assert Redactor([]).text(f"{moment:%H:%M:%S.%f}") == f"{moment:%H:%M:%S.%f}"


@pytest.mark.timeout(20)
@pytest.mark.slow
def test_a_long_line_is_cleaned_in_time_that_grows_with_its_length() -> None:
    redactor = Redactor([SECRET])

    for piece in ("a/", "a:", "a.b+", "1.", "::", "http://", "x?", "/a?", "a@", "'/"):
        redactor.text(piece * 100_000)
