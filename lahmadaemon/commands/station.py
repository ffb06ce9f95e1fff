"""`lahmadaemon radio …`: what one asks of a station besides its figures."""

from typing import TYPE_CHECKING

from lahmadaemon.commands import backfill, family, grid, listeners

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs


def add_to(verbs: "Verbs") -> None:
    """radio listeners, grid, backfill"""
    own = family(verbs, "radio", "a station's listeners by class, its programme, its past")
    for commands in (listeners, grid, backfill):
        commands.add_to(own)
