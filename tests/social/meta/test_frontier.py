"""What waits to be asked."""

from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.social.meta.frontier import Frontier
from lahmadaemon.social.meta.trips import Pending, Trip
from lahmadaemon.social.walk import Ask


@given(st.lists(st.tuples(st.sampled_from(["add", "later", "take", "back"]), st.integers(0, 5), st.booleans())))
def test_what_goes_into_the_frontier_comes_out_once(steps: list[tuple[str, int, bool]]) -> None:
    frontier, made, out, now = Frontier(), 0, [], 0.0
    trip = Trip.__new__(Trip)
    trip.over = False
    held: list[Pending] = []
    for step, number, alone in steps:
        now += 1
        if step == "add":
            held_back = [Pending(trip, made + place, Ask("GET", "x")) for place in range(number)]
            made += number
            frontier.add(held_back)
        elif step == "later":
            frontier.later(Pending(trip, made, Ask("GET", "x"), alone=alone), now + number)
            made += 1
        elif step == "take":
            held = frontier.take(max(1, number), now, partly=alone, single=lambda _: False)
            out += held
            assert len(held) <= max(1, number)
            assert len(held) < 2 or not any(each.alone for each in held)
        else:
            frontier.back(held)
            out = [each for each in out if each not in held]
            held = []
    while not frontier.empty:
        out += frontier.take(4, float("inf"), partly=True, single=lambda _: False)

    assert sorted(each.place for each in out) == list(range(made))
