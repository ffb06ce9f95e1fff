"""What goes wrong within the thirty days of the soak: seeded, each for some steps, and what must be told of it."""

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from lahmadaemon.demo.faults import Fault
from lahmadaemon.demo.partner import Trouble
from lahmadaemon.demo.stage import Outdoors

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
        cameras, creators = world.cameras, world.creators
        kinds = [
            _switched(3, world.station.faults, "always", Fault.SERVER_ERROR, None),
            _switched(3, world.station.faults, "always", Fault.HTML, None),
            Kind(2, lambda: cameras.silent.add("lobby"), lambda: cameras.silent.discard("lobby")),
            Kind(3, lambda: cameras.garbled.add("garage"), lambda: cameras.garbled.discard("garage")),
            _switched(6, world.partner, "always", Trouble.SERVER_ERROR, None),
            _switched(3, world.partner, "always", Trouble.NOT_ALLOWED, None),
            Kind(4, partial(_flooded, world, over=True), partial(_flooded, world, over=False)),
            Kind(4 * ADAY, creators.change_password, creators.log_in_again),
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


def _flooded(world: Outdoors, *, over: bool) -> None:
    """There must be something to tell: a camera falls silent with it."""
    world.messenger.flooded = over
    (world.cameras.silent.add if over else world.cameras.silent.discard)("entrance")


def _switched(lasts: int, thing: Any, name: str, on: object, off: object) -> Kind:
    return Kind(lasts, lambda: setattr(thing, name, on), lambda: setattr(thing, name, off))
