"""Whatever happens, in whatever order: every errand ends once, nobody is asked while they are held, nothing is lost."""

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from lahmadaemon.demo.social.graph import Trouble
from lahmadaemon.social.driving import Result
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front
from tests.social.meta.house import new_house

pytestmark = pytest.mark.asyncio(loop_scope="module")
CREATORS = 6
ANY = st.none() | st.integers(10, 9 + CREATORS)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    troubles=st.lists(st.tuples(ANY, st.sampled_from(Trouble), st.integers(1, 3)), max_size=4),
    nulls=st.integers(0, 5),
    spoilt=st.sets(st.integers(10, 9 + CREATORS), max_size=3),
    shape=st.tuples(st.integers(1, 8), st.integers(1, 4), st.sampled_from([3, 50])),
)
async def test_every_storm_passes(
    front: Front,
    troubles: list[tuple[int | None, Trouble, int]],
    nulls: int,
    spoilt: set[int],
    shape: tuple[int, int, int],
) -> None:
    house = new_house(front, FakeClock(), CREATORS, media=7)
    errands = house.errands(page_size=shape[2])
    note(f"{troubles} {nulls} {spoilt} {shape}")
    for creator, trouble, times in troubles:
        house.graph.trouble(creator, trouble, times)
    house.graph.nulls(nulls)
    for number in spoilt:
        house.creator(number).media[1].before_conversion = True

    await house.drive(errands, batch_size=shape[0], concurrency=shape[1])

    assert set(house.memory.ends) == set(house.world.creators)
    under_way = (shape[1] - 1) * shape[0]  # what was sent before the refusal was read
    assert house.graph.calls_while_throttled <= under_way
    for number, end in house.memory.ends.items():
        found = house.memory.found(number)
        assert end.posts == len(found)
        if end.complete:
            there = house.creator(number)
            assert set(found) == {item.id for item in [*there.media, *there.stories]}
        assert end.reason or end.result is Result.OK
    assert house.graph.duplicates() == []
