"""What goes wrong within the thirty days of the soak: the acts of the tour and two more, seeded, each for some steps; and what must
be told of it."""

import random
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from lahmadaemon.demo.faults import Fault, Faults
from lahmadaemon.demo.partner import Partner, Trouble
from lahmadaemon.demo.stage import Outdoors
from lahmadaemon.demo.tour.acts import acts

SEED = 7
ADAY = 4
"""Steps."""
FIRST, LAST = 2, 24
"""Days on which something may begin."""
FIRED = Counter({
    ("service_stumbling", "radio.snapshot.demo"): 2, ("service_stumbling", "radio.reconcile.demo"): 2,
    ("service_stumbling", "alerts.webhook"): 1, ("no_files", "visitors.intake.lobby"): 1,
    ("no_files", "visitors.intake.entrance"): 1, ("bad_files", "visitors.intake.garage"): 1,
    ("only_invalid", "visitors.intake.garage"): 1,
    ("push_failing", "visitors.push.mall"): 1, ("push_blocked", "visitors.push.mall"): 1,
    ("creator_login_dead", "meta.10"): 1,
})  # fmt: skip
"""How often each alarm must fire; the resets that hours between two polls look like come besides."""
SAID_BY_ANOTHER = {"bad_files"}
"""Not told while the alarm that no file is usable says it."""


class Kind(NamedTuple):
    """For how many steps, and what is turned."""

    lasts: int
    begin: Callable[[], object]
    end: Callable[[], object]


class Troubles:
    """Begins and ends what is due at a step; one trouble at a time and one a day at most."""

    def __init__(self, world: Outdoors) -> None:
        chance = random.Random(SEED)
        api, silent, garbled, refuses, login, flooded = acts(world)
        kinds = [
            Kind(3, api.begin, api.end),
            _switched(3, world.station.faults, Fault.HTML),
            Kind(2, silent.begin, silent.end),
            Kind(3, garbled.begin, garbled.end),
            _switched(6, world.partner, Trouble.SERVER_ERROR),
            Kind(3, refuses.begin, refuses.end),
            Kind(4, flooded.begin, flooded.end),
            Kind(4 * ADAY, login.begin, login.end),
        ]
        chance.shuffle(kinds)
        begins, self._due = FIRST * ADAY, list[tuple[int, Callable[[], object]]]()
        room = (LAST - FIRST) * ADAY - sum(each.lasts + ADAY for each in kinds)
        for kind in kinds:
            begins += chance.randrange(1 + room // len(kinds))
            self._due += [(begins, kind.begin), (begins + kind.lasts, kind.end)]
            begins += kind.lasts + ADAY

    def at(self, step: int) -> None:
        for due, turn in self._due:
            if due == step:
                turn()


def _switched(lasts: int, thing: Faults | Partner, on: object) -> Kind:
    return Kind(lasts, lambda: setattr(thing, "always", on), lambda: setattr(thing, "always", None))
