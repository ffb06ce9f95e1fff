"""How much text one message holds. Pure."""

from contextlib import suppress

LIMIT = 4096
"""UTF-16 units: Telegram counts as its first programs did, an emoji twice."""
_MORE = "…"


def cut(text: str, limit: int = LIMIT) -> str:
    """The text as far as one message holds it, and always something that can be written as UTF-8.

    The name of a file that our locale could not read is read as UTF-8; what is no text even then becomes the mark for it.
    """
    with suppress(UnicodeEncodeError):  # half characters of another origin
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * limit:
        return units.decode("utf-16-le", "replace")
    kept = units[: 2 * (limit - 1)].decode("utf-16-le", "ignore")  # the last character may have been cut in two
    return kept + _MORE
