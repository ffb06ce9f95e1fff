"""Hashtags as the platforms read them: those a campaign wants, and those a post carries, in one spelling. Pure.

A tag is letters, digits, their marks, underscores and emoji (the hashtag profile of UAX #31); one of digits alone is a tag,
for Instagram links #2026.
"""

import re
import unicodedata
from collections.abc import Iterator

_INVISIBLE = re.compile(  # Default_Ignorable_Code_Point: zero-width, direction, fillers, variation selectors, tags of flags
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_TRADE_MARKS = str.maketrans(dict.fromkeys("™℠©®℗", " "))
"""NFKC would make `brandtm` of #Brand™."""
_DOTTED = re.compile("i\u0307+")
"""What casefolding leaves of the Turkish capital İ."""
_LONGEST = 65_536
"""Characters; the longest posts are Facebook's, 63,206."""
_MOST_MARKS = 30
_PILE = re.compile(rf"(?:[^\w\s\x00-\x7f]|[\uff9e\uff9f]){{{_MOST_MARKS + 1},}}")
_DIACRITICS = re.compile("[\u0300-\u036f]+")
"""Those of Latin, Greek and Cyrillic letters; marks of other scripts are vowels, or make another letter."""
_STROKES = str.maketrans("łđøħŧı", "ldohti")
"""Letters that no normalisation takes apart."""
_SEPARATORS = re.compile(r"[\s,;、،؛#]+")
_EMOJI = (  # Extended_Pictographic without © ® and what NFKC replaces, regional indicators, skin tones
    "\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf\u23e9-\u23f3\u23f8-\u23fa\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe"
    "\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747"
    "\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50"
    "\u2b55\u3030\u303d\U0001f000-\U0001f0ff\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001f53d\U0001f546-\U0001f64f\U0001f680-\U0001f6ff\U0001f7d5-\U0001f7ff"
    "\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001faff"
)
_LETTERS = re.compile(rf"[\w{_EMOJI}]+")


def normal(tag: str, *, fold: bool = False) -> str:
    """The one spelling of a tag, without number signs: NFKC, casefolded, nothing invisible; NFD and NFC are the same.

    `fold` drops diacritics as well. Normalising twice changes nothing.
    """
    return _plain(tag, fold=fold).strip("# \t\r\n")


def wanted(text: str | None, *, fold: bool = False) -> frozenset[str]:
    """The tags of a campaign's list: between commas, semicolons, blanks or lines, with number signs or without."""
    return frozenset(tag for _, tag in entries(text, fold=fold))


def entries(text: str | None, *, fold: bool = False) -> Iterator[tuple[str, str]]:
    """Each entry of a campaign's list and the tag it is read as: `jaro-léto` is the tag jaro, as it would be in a caption."""
    for entry in _SEPARATORS.split(_plain(text or "", fold=fold)):
        if first := _LETTERS.search(entry):
            yield entry, _tag_at(entry, first.start())


def tags_in(*texts: str | None, fold: bool = False) -> frozenset[str]:
    """All tags of the texts, such as a caption and a title."""
    return frozenset(tag for text in texts if text for tag in _tags(_plain(text, fold=fold)))


def _tags(text: str) -> Iterator[str]:
    """foo#bar holds none, ##x holds x, and #a#b both, as on Instagram: the second number sign ends a tag, not a word."""
    head, *parts = text.split("#")
    stuck = _sticks(head)
    for part in filter(None, parts):  # nothing between two number signs: as before the first
        tag = "" if stuck else _tag_at(part, 0)
        if tag:
            yield tag
        stuck = len(tag) < len(part) and _sticks(part)


def _tag_at(text: str, begin: int) -> str:
    """The tag that begins there, if any. No mark begins one: the keycap #️⃣ is an emoji, no number sign."""
    end = begin
    while run := _LETTERS.match(text, end):
        end = run.end()
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
    return text[begin:end]


def _sticks(text: str) -> bool:
    """Whether a number sign right behind it begins no tag: behind a word, and in &#39; which is an apostrophe."""
    last = text[-1:]
    return last.isalnum() or last in {"_", "&"} or (last != "" and unicodedata.category(last) in {"Mn", "Mc"})


def _plain(text: str, *, fold: bool) -> str:
    text = _PILE.sub(_levelled, _INVISIBLE.sub("", text[:_LONGEST]).translate(_TRADE_MARKS))
    for _ in range(2):  # folding case may bring letters to light that come apart again
        text = unicodedata.normalize("NFKC", text)[:_LONGEST].casefold()  # one letter may become eighteen
    text = _DOTTED.sub("i", text)
    if fold:
        text = _DIACRITICS.sub("", unicodedata.normalize("NFD", text)).translate(_STROKES)
    return unicodedata.normalize("NFKC", text)


def _levelled(pile: re.Match[str]) -> str:
    """At most 30 marks in a row (UAX #15's stream-safe text): putting marks in order takes the square of their number."""
    kept, height = [], 0
    for letter in pile[0]:
        height = height + 1 if unicodedata.category(letter)[0] == "M" or letter in "\uff9e\uff9f" else 0
        if height <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)
