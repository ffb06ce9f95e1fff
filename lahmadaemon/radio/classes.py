"""Classes of listening that is none: tagged, never deleted; net figures leave them out, gross ones do not."""

import re

_RELAY = re.compile(r"^(icecast|libshout|liquidsoap)\b", re.IGNORECASE)
_BOT = re.compile(r"\b(?!cubot\b)\w*(bot|crawler|spider)\b", re.IGNORECASE)  # Cubot makes telephones


def classes_of(user_agent: str, *, is_bot: bool) -> frozenset[str]:
    """`bot`: the server's device detection or the User-Agent says so; `relay`: another streaming server.

    Unknown players are no bots: car radios and kitchen radios call themselves anything.
    """
    found = set()
    if is_bot or _BOT.search(user_agent):
        found.add("bot")
    if _RELAY.match(user_agent):
        found.add("relay")
    return frozenset(found)
