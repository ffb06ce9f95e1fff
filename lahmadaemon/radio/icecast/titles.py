"""Titles as encoders send them and Icecast hands them on: escaped, read in the wrong alphabet, or nothing but a dash."""

import html
import re

LONGEST_TEXT = 300
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});")


def playing(artist: object, title: object) -> tuple[str, str]:
    """Artist and title. A stream with but one field for both (MP3, AAC) has them there as `Artist - Title`."""
    by, what = said(artist), said(title)
    if by:
        return by, what
    before, dash, after = f" {what} ".partition(" - ")
    return (before.strip(), after.strip()) if dash else ("", what)


def said(value: object) -> str:
    """A text field as it was meant; "" for none, and for the dash between nobody and nothing."""
    if value is None:
        return ""
    # In a Latin-1 stream, the default for MP3, what Latin-1 has not is written as HTML references.
    text = "true" if value is True else "false" if value is False else str(value)
    text = _in_its_alphabet(_REFERENCE.sub(lambda found: html.unescape(found[0]), text))
    text = "".join(sign if sign.isprintable() else " " for sign in text).strip()[:LONGEST_TEXT]
    return "" if text == "-" else text


def _in_its_alphabet(text: str) -> str:
    """Encoders send UTF-8 without saying so, and Icecast reads it as Latin-1: `MÅ±hely`. Real Latin-1 is hardly ever UTF-8."""
    try:
        return text if text.isascii() else text.encode("latin-1").decode()
    except UnicodeError:
        return text
