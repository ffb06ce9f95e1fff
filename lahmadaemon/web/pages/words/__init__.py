"""What the pages say, in every language they speak."""

from collections.abc import Mapping

from lahmadaemon.web.pages.words import en, hu

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": en.WORDS, "hu": hu.WORDS}
NAMES = {"en": "English", "hu": "Magyar"}


def said(language: str, key: str, values: Mapping[str, object]) -> str:
    """The sentence with its values. Raises KeyError where there is none."""
    sentence = LANGUAGES[language][key]
    return sentence.format_map(values) if values else sentence
