"""Puts incidents into words: in the house's language and zone, without markup, whatever the facts hold."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from lahmadaemon.alerts.conditions import Severity
from lahmadaemon.alerts.deliveries import Line
from lahmadaemon.alerts.incidents import Incident, Notice
from lahmadaemon.alerts.wordings.cs import CZECH
from lahmadaemon.alerts.wordings.en import ENGLISH
from lahmadaemon.alerts.wordings.hu import HUNGARIAN
from lahmadaemon.alerts.wordings.language import Language
from lahmadaemon.alerts.wordings.zh import CHINESE
from lahmadaemon.clock import SECOND, Instant, local

LANGUAGES: dict[str, Language] = {"en": ENGLISH, "hu": HUNGARIAN, "zh": CHINESE, "cs": CZECH}
LONGEST_FACT = 200
LONGEST_TEXT = 3500
MOST_LINES = 20
RANK = {severity.value: rank for rank, severity in enumerate(Severity)}
_CHINESE_DIGITS = "〇一二三四五六七八九"


def visible(text: str, longest: int = LONGEST_FACT) -> str:
    """Text from outside: cut, and every sign that would act instead of being seen is written out."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(sign.encode("unicode_escape").decode() if _acts(sign) else sign for sign in cut)


def _acts(sign: str) -> bool:
    """Controls, text direction, halves of characters, line ends."""
    return unicodedata.category(sign)[0] == "C" or unicodedata.category(sign) in {"Zl", "Zp"}


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The template with its facts; a part in brackets only where all its facts are known."""

    def part(found: re.Match[str]) -> str:
        return found[1] if all(name in facts for name in re.findall(r"{(\w+)}", found[1])) else ""

    kept = re.sub(r"\[([^\[\]]*)\]", part, template)
    return re.sub(r"{(\w+)}", lambda found: facts.get(found[1], "?"), kept)


class Wording:
    """One language, one zone."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self.language = LANGUAGES[language]
        self._zone = zone

    def line(self, incident: Incident, notice: Notice, now: Instant) -> str:
        """What is to be said of it."""
        facts = self.facts(incident, now)
        frame = self.language.special.get((incident.condition, notice), self.language.frames[notice])
        if notice in {Notice.RESOLVED, Notice.WAS} and incident.detail.get("because") == "closed":
            frame = self.language.closed
        return fill(frame, facts)

    def what(self, incident: Incident, now: Instant) -> str:
        """What it is about, in a few words."""
        return self.facts(incident, now)["what"]

    def text(self, lines: Sequence[Line]) -> str:
        """A message: the gravest lines first, as many as it can hold, and how many more there are."""
        ordered = sorted(lines, key=lambda line: (RANK.get(line.severity, len(RANK)), line.incident))
        texts = [line.text for line in ordered]
        kept = texts[:MOST_LINES]
        while kept and len(self._joined(kept, len(texts))) > LONGEST_TEXT:
            kept.pop()
        return self._joined(kept, len(texts))

    def _joined(self, kept: Sequence[str], count: int) -> str:
        more = [fill(self.language.more, {"count": str(count - len(kept))})] if count > len(kept) else []
        return "\n".join([*kept, *more])

    def span(self, seconds: float) -> str:
        """A duration in its two largest units; seconds only below a minute."""
        if not math.isfinite(seconds):
            return "?"
        whole = abs(seconds)
        left, parts = (round(whole / 60) * 60 if whole >= 60 else int(whole)), []
        for length, unit in zip((86400, 3600, 60, 1), self.language.units, strict=True):
            count, left = divmod(left, length)
            parts.append((count, unit))
        first = next((place for place, (count, _) in enumerate(parts) if count), 3)
        shown = [part for part in parts[first : first + 2] if part[0]]
        return " ".join(f"{count} {unit}" for count, unit in shown or parts[3:])

    def moment(self, at: float, now: Instant, *, whole: bool = False) -> str:
        """A local time, with its date where that is not today's; 0 is never."""
        if not at:
            return self.language.never
        try:
            then = local(int(at), self._zone)
        except (ValueError, OverflowError, OSError):  # a camera's clock may say anything
            return "?"
        if whole:
            return then.strftime("%Y-%m-%d %H:%M:%S")
        today = then.date() == local(now, self._zone).date()
        return then.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")

    def facts(self, incident: Incident, now: Instant) -> dict[str, str]:
        """Everything a template may ask for."""
        short = visible(incident.subject.rpartition(".")[2])
        facts = dict.fromkeys(("camera", "target", "station", "creator", "campaign", "platform"), short)
        facts |= {"service": visible(incident.subject), "provider": visible(incident.subject.partition(".")[0])}
        facts |= {name: self._fact(name, value, now) for name, value in incident.detail.items()}
        until = incident.cleared_at or now
        quiet = incident.detail.get("quiet_seconds", (now - incident.raised_at) / SECOND)
        facts |= {
            "since": self.moment(incident.raised_at, now),
            "until": self.moment(until, incident.raised_at),
            "lasted": self.span(max(0, until - incident.raised_at) / SECOND),
            "fired": self.moment(incident.fired_at or incident.raised_at, now, whole=True),
            "minutes": _minutes(quiet),
        }
        what, _, details = self.language.conditions[incident.condition].partition("|")
        return facts | {"what": fill(what, facts), "details": fill(details, facts)}

    def _fact(self, name: str, value: object, now: Instant) -> str:
        if isinstance(value, str):
            return visible(value)
        if not isinstance(value, int | float):
            return visible(str(value))
        if name.endswith("_at"):
            return self.moment(value, now)
        if name.endswith("_seconds"):
            sign = ("−" if value < 0 else "+") if name.startswith("ahead") else ""
            return sign + self.span(value)
        return f"{value:g}" if isinstance(value, float) else str(value)


def _minutes(seconds: object) -> str:
    """Whole minutes in Chinese numerals, as the original wrote its five; digits above 99."""
    minutes = int(seconds // 60) if isinstance(seconds, int | float) and math.isfinite(seconds) else 0
    if not 0 < minutes < 100:
        return str(max(minutes, 0))
    tens, ones = divmod(minutes, 10)
    ten = ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十" if tens else ""
    return ten + (_CHINESE_DIGITS[ones] if ones else "")
