"""Who reads a page: in which words, and how numbers, days and times are written for them (CLDR, by Babel)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent, parse_pattern

from lahmadaemon.clock import Instant, iso, local
from lahmadaemon.web.pages.words import LANGUAGES, said

LOCALES = {
    tag.lower().replace("_", "-"): tag for tag in ("en_GB", "en_US", "en_IE", "en_AU", "en_CA", "hu_HU")
} | {"en": "en_GB", "hu": "hu_HU"}  # fmt: skip
UNKNOWN = "–"
_FORMS = {
    "whole": {"en": "EEEE d MMMM", "en_US": "EEEE, MMMM d", "en_CA": "EEEE, MMMM d", "hu": "MMMM d., EEEE"},
    "plain": {"en": "MMMd", "hu": "MMM d."},
    "dated": {"en": "yMMMd", "hu": "y. MMM d."},
    "short": {"en": "MMMEd", "hu": "MMM d., EEE"},
    "weekday": {"en": "EEEE", "hu": "EEEE"},
}
"""Of days, in Unicode's letters (UTS 35): bare letters are put in the reader's order, patterns are taken as they are."""
COOKIE = "lahma_language"
_LARGE = 100_000
_ALMOST = 0.995
"""Shares above this are told with a decimal: 99.9 % is not all."""


_pattern = cache(parse_pattern)
"""A page has a thousand numbers, and a handful of patterns."""


@dataclass(frozen=True)
class Reader:
    """One reader; `zone` is that of what they read about."""

    language: str
    locale: Locale
    zone: ZoneInfo

    def within(self, zone: ZoneInfo) -> "Reader":
        """The same reader, of another place."""
        return replace(self, zone=zone)

    def say(self, key: str, /, **values: object) -> str:
        """A sentence. Raises KeyError for one that nobody wrote."""
        return said(self.language, key, values)

    def count(self, key: str, number: int) -> str:
        """So many of something: `key.one`, `key.other`; Hungarian needs no plural after a number."""
        return self.say(f"{key}.{self.locale.plural_form(number)}", number=self.number(number))

    def word(self, family: str, name: object) -> str:
        """What a name of the house's is called; a name that has no word stays as it is."""
        text = str(name)
        try:
            return self.say(f"{family}.{text}")
        except KeyError:
            return text.replace("_", " ")

    def number(self, value: float | None, digits: int = 0) -> str:
        if value is None:
            return UNKNOWN
        pattern = _pattern("#,##0" + (f".{'0' * digits}" if digits else ""))
        return str(format_decimal(value, pattern, locale=self.locale))

    def short(self, value: float | None) -> str:
        """A large number as its first digits."""
        if value is None or abs(value) < _LARGE:
            return self.number(value)
        return str(format_compact_decimal(value, fraction_digits=1, locale=self.locale))

    def signed(self, value: float) -> str:
        """What was gained or lost."""
        return ("+" if value > 0 else "") + self.number(value)

    def percent(self, share: float | None) -> str:
        """Of 0 to 1, as hundredths."""
        if share is None:
            return UNKNOWN
        pattern = _pattern("#,##0.0%" if _ALMOST <= share < 1 else "#,##0%")
        return str(format_percent(share, pattern, locale=self.locale))

    def rate(self, percent: float | None) -> str:
        """Of what is percent already."""
        return UNKNOWN if percent is None else str(format_percent(percent / 100, "#,##0.00%", locale=self.locale))

    def clock(self, moment: Instant | str | datetime | None) -> str:
        """The time of day in the zone."""
        at = self.local(moment)
        return UNKNOWN if at is None else str(format_time(at, "short", locale=self.locale))

    def when(self, moment: Instant | str | datetime | None, now: Instant) -> str:
        """The time of day, with the day where it is not today, and the year where it is another."""
        at = self.local(moment)
        if at is None:
            return UNKNOWN
        today = local(now, self.zone).date()
        form = "plain" if at.year == today.year else "dated"
        return self.clock(at) if at.date() == today else f"{self.day(at, form)} {self.clock(at)}"

    def span(self, first: str | None, last: str | None, now: Instant) -> str:
        """From a day to another, either of which may be unknown; with their years where they are not both this one."""
        years = {day[:4] for day in (first, last) if day}
        form = "plain" if years <= {f"{local(now, self.zone):%Y}"} else "dated"
        return "–".join(self.day(day, form) if day else "" for day in (first, last))

    def day(self, day: date | str, form: str = "whole") -> str:
        """A day, as its form has it: `whole` with the weekday, `plain`, `dated` with the year, `short` for tables, `weekday`."""
        told = date.fromisoformat(day) if isinstance(day, str) else day
        forms = _FORMS[form]
        pattern = forms.get(str(self.locale)) or forms[self.language]
        if pattern.isalpha() and form != "weekday":
            moment = datetime(told.year, told.month, told.day)  # noqa: DTZ001 - a day has no zone
            return str(format_skeleton(pattern, moment, locale=self.locale))
        return str(format_date(told, pattern, locale=self.locale))

    def ago(self, moment: Instant | str | None, now: Instant) -> str:
        """How long it is since then."""
        at = self.local(moment)
        if at is None:
            return UNKNOWN
        return str(format_timedelta(at - local(now, self.zone), add_direction=True, locale=self.locale))

    def lasting(self, seconds: float) -> str:
        """A length of time, in its largest unit."""
        return str(format_timedelta(timedelta(seconds=seconds), locale=self.locale))

    def iso(self, moment: Instant | str) -> str:
        """For machines: in UTC."""
        return moment if isinstance(moment, str) else iso(moment) or ""

    def local(self, moment: Instant | str | datetime | None) -> datetime | None:
        """Of an instant, or of ISO 8601 with its zone."""
        if moment is None or moment == "":
            return None
        if isinstance(moment, int):
            return local(moment, self.zone)
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return at.astimezone(self.zone)


def reader(query: Mapping[str, str], cookies: Mapping[str, str], accepted: str, zone: ZoneInfo) -> Reader:
    """By what they asked for (`?lang=`, remembered in a cookie), or else by what their browser asks for."""
    tags = _by_preference(accepted)
    asked = next((each for each in (query.get("lang"), cookies.get(COOKIE)) if each in LANGUAGES), None)
    known = [LOCALES.get(tag) or LOCALES.get(tag.partition("-")[0]) for tag in tags]
    fitting = (each for each in known if each and asked in (None, each[:2]))
    tag = next(fitting, None) or LOCALES[asked or "en"]
    return Reader(tag[:2], Locale.parse(tag), zone)


def load_locales() -> None:
    """Reads from disk what formatting needs, so that nothing does while somebody waits."""
    at = datetime(2026, 10, 21, 12)  # noqa: DTZ001 - any day
    for tag in LOCALES.values():
        one = Reader(tag[:2], Locale.parse(tag), ZoneInfo("UTC"))
        for form in _FORMS:
            one.day(at, form)
        one.clock(Instant(0)), one.lasting(60), one.percent(0.5), one.short(10**6), one.locale.plural_form(1)


def _by_preference(accepted: str) -> list[str]:
    """The header's languages, the best liked first (RFC 9110, 12.5.4)."""
    ranked = []
    for place, part in enumerate(accepted[:1000].split(",")):
        tag, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=") or "1"
        liked = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
        if tag and liked > 0:
            ranked.append((-liked, place, tag.strip().lower()))
    return [tag for _, _, tag in sorted(ranked)]
