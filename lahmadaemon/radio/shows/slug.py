"""A name as the key it is compared by: what people type differently is the same here."""

import html
import re
import unicodedata

# Letters that no normalisation takes apart, as people type them without the key for them.
_WHOLE = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def slug(name: str) -> str:
    """`Kőbányai  Műhely` as `kobanyai-muhely`: no accents, lower case, everything but letters and digits one dash.

    Letters of other scripts stay; "" where there is neither letter nor digit. No library: python-slugify makes `nana-s`
    of one apostrophe and `nanas` of the other.
    """
    # Twice: taking a letter apart may bring a capital to light, and a small letter may come apart again.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", html.unescape(name)).casefold())
    bare = "".join(letter for letter in plain.translate(_WHOLE) if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", bare)).strip("-")
