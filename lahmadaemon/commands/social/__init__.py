"""`lahmadaemon social …`: creators, campaigns, posts and logins, and what people may do about them; also while the daemon runs."""

from typing import TYPE_CHECKING

from lahmadaemon.commands import family
from lahmadaemon.commands.social import campaigns, changing, connecting, creators, forgetting, posts, refreshing, tokens

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs


def add_to(verbs: "Verbs") -> None:
    """social creators, campaigns, posts, tokens, refresh, connect, choose, link, unlink, forget"""
    own = family(verbs, "social", "creators, campaigns, their posts, and logins")
    for each in (creators, campaigns, posts, tokens, refreshing, connecting, changing, forgetting):
        each.add_to(own)
