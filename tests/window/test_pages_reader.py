"""Who reads: their language, and how numbers, days and times are written for them."""

from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import Instant
from lahmadaemon.web.pages.reader import Reader, reader
from tests.fakes.clock import START

BUDAPEST = ZoneInfo("Europe/Budapest")


def of(accepted: str = "", asked: str | None = None, cookie: str | None = None) -> Reader:
    query = {"lang": asked} if asked else {}
    return reader(query, {"lahma_language": cookie} if cookie else {}, accepted, BUDAPEST)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en_GB"),
        ("hu", "hu_HU"),
        ("hu-HU,hu;q=0.9,en;q=0.8", "hu_HU"),
        ("en-US,en;q=0.9,hu;q=0.8", "en_US"),
        ("en;q=0.2, hu;q=0.9", "hu_HU"),
        ("de-AT,de;q=0.9,hu;q=0.3", "hu_HU"),
        ("en-ZA", "en_GB"),
        ("fr,*;q=0.1", "en_GB"),
        ("hu;q=0, en", "en_GB"),
        (";;;q=,,=;q=hu", "en_GB"),
    ],
)
def test_the_best_liked_language_that_is_spoken_is_taken(accepted: str, expected: str) -> None:
    assert str(of(accepted).locale) == expected


def test_what_is_asked_for_goes_before_what_is_remembered_and_that_before_the_browsers_wish() -> None:
    assert of("en-US", cookie="hu").language == "hu"
    assert of("hu", asked="en", cookie="hu").language == "en"
    assert of("hu", asked="xx").language == "hu"
    assert str(of("hu,en-US;q=0.5", asked="en").locale) == "en_US"


@pytest.mark.parametrize(
    ("accepted", "number", "percent", "almost", "rate", "clock", "day"),
    [
        ("en-GB", "1,234.5", "97%", "99.9%", "3.08%", "19:57", "Wednesday 21 October"),
        ("en-US", "1,234.5", "97%", "99.9%", "3.08%", "7:57\u202fPM", "Wednesday, October 21"),
        ("hu", "1\xa0234,5", "97%", "99,9%", "3,08%", "19:57", "október 21., szerda"),
    ],
)
def test_figures_are_written_as_the_reader_writes_them(
    accepted: str, number: str, percent: str, almost: str, rate: str, clock: str, day: str
) -> None:
    who = of(accepted)

    assert (who.number(1234.5, 1), who.percent(0.97), who.percent(0.999)) == (number, percent, almost)
    assert (who.rate(3.0769), who.clock(START), who.day("2026-10-21")) == (rate, clock, day)


def test_times_are_those_of_the_place_that_is_read_about() -> None:
    who = of("en")

    assert who.clock("2026-10-21T17:57:00Z") == "19:57"
    assert who.within(ZoneInfo("Europe/London")).clock(START) == "18:57"


@pytest.mark.parametrize(
    ("first", "last", "english", "hungarian"),
    [
        ("2026-10-01", "2026-10-31", "1 Oct–31 Oct", "okt. 1.–okt. 31."),
        ("2025-11-29", "2026-12-29", "29 Nov 2025–29 Dec 2026", "2025. nov. 29.–2026. dec. 29."),
        ("2025-03-01", "2025-04-05", "1 Mar 2025–5 Apr 2025", "2025. márc. 1.–2025. ápr. 5."),
        ("2025-03-01", None, "1 Mar 2025–", "2025. márc. 1.–"), (None, "2026-01-31", "–31 Jan", "–jan. 31."),
    ],
)  # fmt: skip
def test_days_of_another_year_have_their_year(
    first: str | None, last: str | None, english: str, hungarian: str
) -> None:
    assert of("en").span(first, last, START) == english
    assert of("hu").span(first, last, START) == hungarian


def test_a_time_of_another_year_has_its_year() -> None:
    assert of("en").when("2025-10-21T12:00:00Z", START) == "21 Oct 2025 14:00"


def test_a_time_of_another_day_has_its_day() -> None:
    who = of("en")

    assert who.when(START, START) == "19:57"
    assert who.when(Instant(START - 24 * 3_600_000), START) == "20 Oct 19:57"


@pytest.mark.parametrize("accepted", ["en", "hu"])
def test_what_is_unknown_is_no_nought(accepted: str) -> None:
    who = of(accepted)

    assert {who.number(None), who.percent(None), who.rate(None), who.clock(None), who.ago(None, START)} == {"–"}


def test_lengths_and_distances_in_time_are_words() -> None:
    assert of("en").ago(Instant(START - 180_000), START) == "3 minutes ago"
    assert of("hu").ago(Instant(START - 180_000), START) == "3 perccel ezelőtt"
    assert of("hu").lasting(3600) == "1 óra"


def test_a_name_without_a_word_stays_as_it_is() -> None:
    assert of("hu").word("flags", "no_data") == "nincs adat"
    assert of("hu").word("flags", "something_new") == "something new"
