"""Classes of listening that is none: tagged, never deleted; net figures leave them out, gross ones do not.

What a connection says of itself is judged here; what only days of listening can tell, in `tagging`.
"""

import re
from functools import cache, lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

BOT, RELAY, PROBE, ALWAYS_ON, INTERNAL = NAMES = ("bot", "relay", "probe", "always_on", "internal")

_RELAY = re.compile(r"^(icecast|libshout|liquidsoap)\b", re.IGNORECASE)
_BOT = re.compile(r"\b(?!cubot\b)\w*(bot|crawler|spider)\b", re.IGNORECASE)  # Cubot makes telephones
_NO_BOTS = {"http-library", "feed-reader", "social-preview"}
"""What the list of crawlers also has: libraries that players are made of, podcast apps, apps with a browser inside."""


def classes_of(user_agent: str, *, is_bot: bool) -> frozenset[str]:
    """`bot`: the server's device detection or the User-Agent says so; `relay`: another streaming server.

    Unknown players are no bots: car radios and kitchen radios call themselves anything.
    """
    found = _by_name(user_agent)
    return found | {BOT} if is_bot else found


@lru_cache(maxsize=10_000)  # a stranger may call itself something else each time
def _by_name(user_agent: str) -> frozenset[str]:
    found = set()
    if bot_word(user_agent):
        found.add(BOT)
    if _RELAY.match(user_agent):
        found.add(RELAY)
    return frozenset(found)


def bot_word(user_agent: str) -> str | None:
    """The part of a User-Agent that a bot, a crawler or a monitoring service has in its name."""
    found = _BOT.search(user_agent) or _crawlers().search(user_agent)
    return found[0] if found else None


@cache  # compiling takes 30 ms, which only whoever classes somebody should pay
def _crawlers() -> re.Pattern[str]:
    known = (each["pattern"] for each in CRAWLER_USER_AGENTS_DATA if not _NO_BOTS & set(each.get("tags", ())))
    return re.compile("|".join(f"(?:{pattern})" for pattern in known))
