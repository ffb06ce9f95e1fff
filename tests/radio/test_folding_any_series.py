"""Whatever befalls a series of polls, no connection is lost, doubled or shortened below what valid polls saw."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from lahmadaemon.clock import SECOND
from lahmadaemon.radio.folding import CLOCK_SET
from tests.radio.invented_series import AHEAD, Answer, House, Stay, Turn, Write, truths, turns

MANY = settings(max_examples=400)


@MANY
@given(truths, turns(clocks=True))
@pytest.mark.slow
def test_nobody_is_lost_doubled_or_shortened_below_what_valid_polls_saw(truth: list[Stay], series: list[Turn]) -> None:
    assume(-sum(turn.clock_moved for turn in series if turn.clock_moved < 0) * SECOND <= CLOCK_SET)
    house = House(truth).live_through(series)

    assert house.store.connections.keys() == set().union(*(seen for _, seen in house.believed))
    for key, kept in house.store.connections.items():
        last = max(i for i, (_, seen) in enumerate(house.believed) if key in seen)
        if last == len(house.believed) - 1:
            assert kept.ended_at is None  # also when it had been closed before it came back
            continue
        assert kept.last_seen_at == house.believed[last][0]
        assert kept.missed_at == house.believed[last + 1][0]
        assert kept.ended_at is not None
        assert key[1] <= kept.last_seen_at <= kept.ended_at <= kept.missed_at


@MANY
@given(truths, turns(trouble=False))
@pytest.mark.slow
def test_what_is_kept_is_the_truth_as_exactly_as_polls_can_tell_it(truth: list[Stay], series: list[Turn]) -> None:
    house = House(truth).live_through(series)

    seen = {stay for stay in truth if any(stay.start <= moment < stay.end for moment in house.moments)}
    kept = {(key[0][:1].decode(), key[1] // SECOND - AHEAD): end for key, end in house.store.connections.items()}
    # A list that is empty twice is believed: then somebody who was there is closed, and opened again when listed.
    assert kept.keys() <= {(stay.who, stay.start) for stay in truth}
    if any(turn.answer is Answer.EMPTY_UNSURE for turn in series):
        return
    assert kept.keys() == {(stay.who, stay.start) for stay in seen}
    for stay in seen:
        end = kept[stay.who, stay.start]
        if end.ended_at is None or end.last_seen_at is None or end.missed_at is None:
            assert house.moments[-1] < stay.end
            continue
        true_end = (stay.end + AHEAD) * SECOND
        assert end.last_seen_at < true_end <= end.missed_at
        assert abs(end.ended_at - true_end) <= end.missed_at - end.last_seen_at


@given(truths, turns(clocks=True))
def test_a_restart_before_every_poll_changes_nothing(truth: list[Stay], series: list[Turn]) -> None:
    smooth = [replace(turn, write=Write.LANDED) for turn in series]
    restless = [replace(turn, restart=True) for turn in smooth]
    steady = [replace(turn, restart=False) for turn in smooth]

    assert House(truth).live_through(restless).store.connections == House(truth).live_through(steady).store.connections


@given(truths, turns(clocks=True))
def test_failed_polls_and_lost_writes_leave_what_is_known_as_it_was(truth: list[Stay], series: list[Turn]) -> None:
    house = House(truth).live_through(series)
    before = {key: replace(kept) for key, kept in house.store.connections.items()}

    house.live_through([Turn(30, Answer.FAILED), Turn(30, write=Write.LOST), Turn(30, Answer.EMPTY_DENIED)])

    assert house.store.connections == before
