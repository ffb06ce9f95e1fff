"""Snapshots fold into connections: nobody is closed by trouble, and everybody's end lies where it must."""

import pytest

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.folding import Closing, Fold, Outcome, Standing, fold, judge
from lahmadaemon.radio.snapshot import Connection
from tests.radio.builders import connection, digest, snapshot

EVERY = 30 * SECOND
ANNA, BELA, CILI = connection("anna", 10), connection("bela", 20), connection("cili", 40)


def after(*polls: tuple[float, list[Connection]], standing: Standing | None = None) -> Fold:
    """The last of several folds, each going on from the one before."""
    folded = Fold(Outcome.VALID, (), (), 0, standing or Standing())
    for at, connections in polls:
        folded = fold(folded.standing, snapshot(at, connections, total=len(connections)), EVERY)
    return folded


def closing(who: Connection, last_seen: float, missed: float, ended: float) -> Closing:
    return Closing(who.key, *(Instant(round(moment * SECOND)) for moment in (last_seen, missed, ended)))


def test_the_first_snapshot_opens_everybody() -> None:
    folded = after((60, [ANNA, BELA]))

    assert set(folded.opened) == {ANNA, BELA}
    assert (folded.closed, folded.continued, folded.outcome) == ((), 0, Outcome.VALID)
    assert folded.standing == Standing({ANNA.key, BELA.key}, Instant(60_000))


def test_a_steady_listener_changes_nothing() -> None:
    folded = after((60, [ANNA]), (90, [ANNA]))

    assert (folded.opened, folded.closed, folded.continued) == ((), (), 1)
    assert folded.standing.last_valid_at == 90_000


def test_who_is_gone_ended_half_an_interval_after_they_were_last_seen() -> None:
    folded = after((60, [ANNA, BELA]), (90, [BELA, CILI]))

    assert folded.closed == (closing(ANNA, 60, 90, 75),)
    assert folded.opened == (CILI,)
    assert folded.continued == 1


@pytest.mark.parametrize(
    ("missed", "ended"),
    [(60.001, 60), (61, 60.5), (80, 70), (90, 75), (91, 75), (120, 75), (3600, 75)],
)
def test_the_end_is_in_the_middle_and_never_later_than_half_an_interval(missed: float, ended: float) -> None:
    assert after((60, [ANNA, BELA]), (missed, [BELA])).closed == (closing(ANNA, 60, missed, ended),)


def test_case_5_while_we_were_down_everybody_who_stayed_goes_on() -> None:
    before = after((60, [ANNA, BELA]))
    folded = after((7260, [BELA, CILI]), standing=before.standing)

    assert folded.continued == 1
    assert folded.closed == (closing(ANNA, 60, 7260, 75),)


def test_case_5_a_restart_goes_on_from_what_the_store_holds() -> None:
    stored = Standing(frozenset({(digest("anna"), Instant(10_000))}), Instant(60_000))
    folded = after((90, [BELA]), standing=stored)

    assert folded.closed == (closing(ANNA, 60, 90, 75),)


def test_case_6_a_failed_poll_is_no_fold_and_only_widens_the_bounds_of_the_next() -> None:
    folded = after((60, [ANNA, BELA]), (150, [BELA]))

    assert folded.closed == (closing(ANNA, 60, 150, 75),)


@pytest.mark.parametrize(
    ("rows", "total", "is_open", "before", "outcome"),
    [
        (1, 1, True, False, Outcome.VALID),
        (1, 0, True, False, Outcome.VALID),
        (1, None, True, True, Outcome.VALID),
        (0, 14, True, False, Outcome.SUSPICIOUS),
        (0, 14, True, True, Outcome.SUSPICIOUS),
        (0, 14, False, False, Outcome.SUSPICIOUS),
        (0, 0, True, False, Outcome.EMPTY),
        (0, 0, True, True, Outcome.VALID),
        (0, 0, False, False, Outcome.VALID),
        (0, None, True, False, Outcome.EMPTY),
        (0, None, True, True, Outcome.VALID),
        (0, None, False, False, Outcome.VALID),
    ],
)
def test_case_7_when_an_empty_list_is_believed(
    rows: int, total: int | None, is_open: bool, before: bool, outcome: Outcome
) -> None:
    standing = Standing({ANNA.key} if is_open else frozenset(), Instant(60_000), before)

    assert judge(standing, snapshot(90, [BELA][:rows], total)) is outcome


def test_case_7_the_first_empty_list_is_held_and_the_second_closes_everybody() -> None:
    held = after((60, [ANNA]), (90, []))
    believed = after((120, []), standing=held.standing)

    assert (held.outcome, held.closed, held.continued) == (Outcome.EMPTY, (), 1)
    assert held.standing == Standing({ANNA.key}, Instant(60_000), empty_before=True)
    assert believed.outcome is Outcome.VALID
    assert believed.closed == (closing(ANNA, 60, 120, 75),)
    assert believed.standing == Standing(frozenset(), Instant(120_000))


def test_case_7_after_one_empty_list_everybody_is_back_as_if_nothing_had_been() -> None:
    folded = after((60, [ANNA]), (90, []), (120, [ANNA]))

    assert (folded.opened, folded.closed, folded.continued) == ((), (), 1)
    assert folded.standing == Standing({ANNA.key}, Instant(120_000))


def test_case_7_an_empty_list_that_the_totals_deny_closes_nobody_however_long_it_lasts() -> None:
    standing = after((60, [ANNA])).standing
    for at in range(90, 3600, 30):
        folded = fold(standing, snapshot(at, [], total=14), EVERY)
        assert (folded.outcome, folded.closed) == (Outcome.SUSPICIOUS, ())
        standing = folded.standing

    assert standing == Standing({ANNA.key}, Instant(60_000))


def test_case_7_two_empty_lists_with_a_denied_one_between_are_not_two_in_a_row() -> None:
    standing = after((60, [ANNA]), (90, [])).standing
    denied = fold(standing, snapshot(120, [], total=1), EVERY)

    assert after((150, []), standing=denied.standing).outcome is Outcome.EMPTY


def test_case_8_when_most_are_gone_at_once_the_others_and_the_new_beginnings_are_believed() -> None:
    people = [connection(name, 10) for name in "abcd"]
    again = [connection(name, 85) for name in "abc"]

    dropped = after((60, people), (90, people[3:]))
    back = after((120, [*people[3:], *again]), standing=dropped.standing)

    assert {each.key for each in dropped.closed} == {each.key for each in people[:3]}
    assert {each.ended_at for each in dropped.closed} == {75_000}
    assert set(back.opened) == set(again)


def test_case_13_only_the_beginning_tells_a_new_connection_lengths_are_not_looked_at() -> None:
    folded = after((60, [connection("anna", 10)]), (90, [connection("anna", 11)]))

    assert [each.key for each in folded.opened] == [(digest("anna"), 11_000)]
    assert [each.key for each in folded.closed] == [(digest("anna"), 10_000)]


@pytest.mark.parametrize(
    ("again", "ended"),
    [(89, 75), (75, 75), (74, 74), (61, 61), (60, 60), (59, 60), (11, 60)],
)
def test_case_14_who_reconnects_between_two_polls_ended_before_beginning_anew(again: float, ended: float) -> None:
    folded = after((60, [ANNA]), (90, [connection("anna", again)]))

    assert folded.closed == (closing(ANNA, 60, 90, ended),)
    assert folded.opened == (connection("anna", again),)


def test_case_14_of_several_new_beginnings_the_first_counts_and_others_do_not_matter() -> None:
    folded = after((60, [ANNA]), (90, [connection("anna", 80), connection("anna", 70), connection("bela", 61)]))

    assert folded.closed == (closing(ANNA, 60, 90, 70),)


def test_case_15_a_reconnect_the_server_did_not_see_changes_nothing() -> None:
    folded = after((60, [ANNA]), (90, [ANNA]), (120, [ANNA]))

    assert (folded.opened, folded.closed) == ((), ())


def test_case_16_a_short_listen_seen_once_is_kept_with_its_beginning() -> None:
    short = connection("short", 59)
    folded = after((60, [ANNA, short]), (90, [ANNA]))

    assert folded.closed == (closing(short, 60, 90, 75),)


def test_case_16_a_short_listen_between_two_polls_is_nobody() -> None:
    assert after((60, [ANNA]), (90, [ANNA])).opened == ()


def test_case_21_a_second_row_of_one_client_is_a_second_connection_and_the_first_stays_open() -> None:
    folded = after((60, [ANNA]), (90, [ANNA, connection("anna", 70)]))

    assert (folded.closed, folded.continued) == ((), 1)
    assert folded.opened == (connection("anna", 70),)


def test_case_21_one_row_twice_is_one_connection() -> None:
    assert len(after((60, [ANNA, connection("anna", 10)])).opened) == 1


def test_case_23_who_was_there_for_days_keeps_the_true_beginning() -> None:
    old = connection("always", -3 * 86400)
    folded = after((60, [old]), (90, []), (120, []))

    assert old.started_at == -3 * 86400 * SECOND
    assert folded.closed == (closing(old, 60, 120, 75),)


def test_case_24_a_clock_set_back_moves_nothing_that_is_known() -> None:
    folded = after((60, [ANNA]), (20, [ANNA, BELA]))

    assert folded.standing.last_valid_at == 60_000
    assert folded.continued == 1
    gone = after((50, [BELA]), standing=folded.standing)
    assert gone.closed == (closing(ANNA, 60, 60, 60),)


def test_case_24_a_clock_that_was_an_hour_ahead_does_not_hold_everybody_in_that_hour() -> None:
    """Story: one poll stamped an hour ahead pinned the last valid poll there, and whoever left in the next hour ended then."""
    ahead = after((60, [ANNA, BELA]), (3690, [ANNA, BELA]))
    right_again = after((120, [ANNA, BELA]), standing=ahead.standing)
    gone = after((150, [BELA]), standing=right_again.standing)

    assert right_again.standing.last_valid_at == 120_000
    assert gone.closed == (closing(ANNA, 120, 150, 135),)


def test_case_24_who_leaves_at_the_very_poll_that_puts_the_clock_right_ends_by_the_right_clock() -> None:
    ahead = after((60, [ANNA, BELA]), (3690, [ANNA, BELA]))

    assert after((120, [BELA]), standing=ahead.standing).closed == (closing(ANNA, 120, 120, 120),)


def test_case_24_nobody_ends_before_they_began_whatever_the_clocks_say() -> None:
    late = connection("late", 97)
    folded = after((90, [late]), (100, [ANNA]))

    assert folded.closed == (closing(late, 90, 100, 97),)


def test_a_connection_that_returns_under_its_key_is_opened_again() -> None:
    folded = after((60, [ANNA, BELA]), (90, [BELA]), (120, [ANNA, BELA]))

    assert folded.opened == (ANNA,)


def test_the_same_snapshot_twice_changes_nothing() -> None:
    once = after((60, [ANNA, BELA]), (90, [BELA, CILI]))
    twice = after((90, [BELA, CILI]), standing=once.standing)

    assert (twice.opened, twice.closed, twice.continued) == ((), (), 2)
    assert twice.standing == once.standing


def test_the_very_first_poll_may_be_empty() -> None:
    folded = after((60, []))

    assert folded.outcome is Outcome.VALID
    assert folded.standing == Standing(frozenset(), Instant(60_000))
