"""What history changes: who is added, whose end is corrected, what is vouched for; told case by case."""

from collections.abc import Iterable

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.source import History, Remembered
from lahmadaemon.radio.truth.reconciling import (
    Added,
    Corrected,
    Reconciled,
    Stored,
    beginnings,
    reconcile,
    touched,
    wanted,
)
from tests.radio.builders import connection, digest

START, END = 10 * 3600, 12 * 3600
"""Seconds: two hours of history."""
LATE = 13 * 3600


def at(seconds: float) -> Instant:
    return Instant(round(seconds * SECOND))


def row(name: str, start: float, end: float) -> Remembered:
    """A row as the server gives it, cut at the edges of the two hours."""
    begun, until = max(start, START), min(end, END - 1)
    return Remembered(connection(name, begun), at(until), begun == START, until == END - 1)


def history(*rows: Remembered) -> History:
    return History(at(START), at(END), rows)


def stored(name: str, start: float, end: float | None, *, seen: bool = True) -> Stored:
    return Stored((digest(name), at(start)), None if end is None else at(end), seen)


def found(
    known: Iterable[Stored], *rows: Remembered, last_poll: float = LATE, older: dict[bytes, Instant] | None = None
) -> Reconciled:
    return reconcile(list(known), history(*rows), at(last_poll), older)


def added(found: Reconciled) -> list[tuple[bytes, int, int]]:
    return [(a.connection.digest, a.connection.started_at // SECOND, a.ended_at // SECOND) for a in found.added]


def corrected(found: Reconciled) -> list[tuple[bytes, int, int]]:
    return [(each.key[0], each.key[1] // SECOND, each.ended_at // SECOND) for each in found.corrected]


def test_who_came_and_went_in_an_outage_is_added() -> None:
    one = found([stored("béla", START - 60, END + 60)], row("anna", 36_100, 36_200), row("béla", START - 60, END + 60))

    assert added(one) == [(digest("anna"), 36_100, 36_200)]
    assert one.corrected == ()


def test_case_5_an_end_that_was_only_estimated_becomes_the_server_s() -> None:
    one = found([stored("anna", START + 10, START + 25)], row("anna", START + 10, START + 5000))

    assert corrected(one) == [(digest("anna"), START + 10, START + 5000)]
    assert one.corrected[0].was == at(START + 25)


def test_an_end_estimated_too_late_is_corrected_as_well() -> None:
    one = found([stored("anna", START + 10, START + 800)], row("anna", START + 10, START + 790))

    assert corrected(one) == [(digest("anna"), START + 10, START + 790)]


def test_a_connection_open_here_that_the_server_saw_ending_is_closed() -> None:
    one = found([stored("anna", START + 10, None)], row("anna", START + 10, START + 900), last_poll=START + 880)

    assert corrected(one) == [(digest("anna"), START + 10, START + 900)]
    assert one.corrected[0].was is None


def test_a_poll_that_saw_it_after_its_end_in_the_history_is_believed_while_it_is_open() -> None:
    one = found([stored("anna", START + 10, None)], row("anna", START + 10, START + 900), last_poll=START + 961)

    assert one.corrected == ()


def test_one_open_on_both_sides_is_left_alone() -> None:
    assert found([stored("anna", START + 10, None)], row("anna", START + 10, END + 900)).corrected == ()


def test_one_that_we_closed_wrongly_lasts_at_least_as_far_as_the_history_reaches() -> None:
    one = found([stored("anna", START + 10, START + 900)], row("anna", START + 10, END + 900))

    assert corrected(one) == [(digest("anna"), START + 10, END - 1)]


def test_case_22_an_end_at_the_edge_of_the_range_takes_nothing_from_a_later_one() -> None:
    assert found([stored("anna", START + 10, END + 300)], row("anna", START + 10, END + 300)).corrected == ()


def test_case_22_a_beginning_at_the_edge_is_matched_with_what_was_there_before() -> None:
    one = found([stored("anna", START - 9000, START + 40)], row("anna", START - 9000, START + 60))

    assert added(one) == []
    assert corrected(one) == [(digest("anna"), START - 9000, START + 60)]


def test_case_23_a_beginning_days_ago_that_older_history_told_is_kept() -> None:
    days_ago = at(START - 5 * 86_400)
    one = found([], row("anna", 0, START + 60), older={digest("anna"): days_ago})

    assert [(each.connection.started_at, each.ended_at) for each in one.added] == [(days_ago, at(START + 60))]


def test_older_history_goes_before_what_we_take_for_open() -> None:
    """We saw anna before our outage; she left, and came back an hour before the range: another connection."""
    one = found(
        [stored("anna", START - 9000, None)], row("anna", 0, START + 60), older={digest("anna"): at(START - 3600)}
    )

    assert added(one) == [(digest("anna"), START - 3600, START + 60)]
    assert one.corrected == ()


def test_a_beginning_nobody_knows_is_left_out_and_counted() -> None:
    one = found([], row("anna", 0, START + 60), row("béla", START + 5, START + 60))

    assert added(one) == [(digest("béla"), START + 5, START + 60)]
    assert one.unplaced == 1


def test_a_connection_that_began_with_the_range_and_is_known_is_no_riddle() -> None:
    one = found([stored("anna", START, START + 50)], row("anna", START, START + 60))

    assert corrected(one) == [(digest("anna"), START, START + 60)]
    assert one.unplaced == 0


def test_case_14_a_reconnect_between_two_polls_becomes_two_exact_connections() -> None:
    one = found(
        [stored("anna", START + 10, START + 115), stored("anna", START + 115, None)],
        row("anna", START + 10, START + 101),
        row("anna", START + 115, END + 5),
    )

    assert corrected(one) == [(digest("anna"), START + 10, START + 101)]


def test_case_16_a_listen_too_short_for_any_poll_is_recovered() -> None:
    assert added(found([], row("anna", START + 70, START + 81))) == [(digest("anna"), START + 70, START + 81)]


def test_a_row_of_no_length_is_a_connection_too() -> None:
    assert added(found([], row("anna", START + 70, START + 70))) == [(digest("anna"), START + 70, START + 70)]


def test_case_21_several_rows_under_one_key_are_one_connection_as_long_as_the_longest() -> None:
    rows = [
        row("anna", START + 10, START + 60),
        row("anna", START + 10, START + 90),
        row("anna", START + 10, START + 20),
    ]

    assert added(found([], *rows)) == [(digest("anna"), START + 10, START + 90)]
    assert added(found([], *reversed(rows))) == [(digest("anna"), START + 10, START + 90)]


def test_case_37_an_empty_history_deletes_nobody_and_is_not_believed() -> None:
    one = found([stored("anna", START + 10, START + 3000)])

    assert one == Reconciled((), (), None, forgotten=1)


def test_an_empty_history_of_a_time_we_know_nothing_of_vouches_for_nothing() -> None:
    assert found([]).vouched_from is None


def test_an_empty_history_is_believed_where_the_server_has_just_told_of_the_time_before() -> None:
    assert reconcile([], history(), None, remembers_before=True).vouched_from == START * SECOND


def test_a_server_that_knows_whom_we_know_is_believed_for_the_whole_range() -> None:
    one = found([stored("anna", START + 900, START + 3000)], row("anna", START + 900, START + 3000))

    assert (one.vouched_from, one.forgotten) == (START * SECOND, 0)


def test_a_memory_that_was_wiped_vouches_from_its_first_row_on() -> None:
    """`no_ip`: the table is emptied every hour, and everybody has a new row a moment later."""
    before = [stored(name, START - 60, START + 3600 + 240) for name in ("anna", "béla", "cili")]
    rows = [row(name, START + 3600 + 250, END + 60) for name in ("anna", "béla", "cili")]
    one = found([*before, *(stored(name, START + 3600 + 250, None) for name in ("anna", "béla", "cili"))], *rows)

    assert one.vouched_from == (START + 3850) * SECOND
    assert one.forgotten == 3


def test_a_few_that_are_missing_among_many_are_no_loss_of_memory() -> None:
    many = [(f"guest {number}", START + 600 + number, START + 4000 + number) for number in range(30)]
    one = found([stored(*each) for each in many], *(row(*each) for each in many[3:]))

    assert (one.vouched_from, one.forgotten) == (START * SECOND, 3)


def test_what_polls_never_saw_cannot_be_missed_by_the_server() -> None:
    one = found([stored("anna", START + 10, START + 3000, seen=False)])

    assert one.forgotten == 0


def test_the_beginning_of_who_was_there_is_read_out_of_older_history() -> None:
    later = history(row("anna", 0, END), row("béla", START, END), row("cili", 0, END), row("dóri", START + 4, END))
    cut = wanted(later, [])
    earlier = History(
        at(START - 7200),
        at(START),
        [
            Remembered(connection("anna", START - 7000), at(START - 5000), False, False),
            Remembered(connection("anna", START - 4000), at(START - 1), False, True),
            Remembered(connection("cili", START - 7200), at(START - 1), True, True),
            Remembered(connection("dóri", START - 100), at(START - 50), False, False),
        ],
    )

    assert cut == {digest("anna"), digest("béla"), digest("cili")}
    known, older = beginnings(cut, earlier)
    assert known == {digest("anna"): at(START - 4000), digest("béla"): at(START)}
    assert older == {digest("cili")}


def test_the_hours_that_changes_change_are_named() -> None:
    lasted = Added(connection("anna", START - 60), at(START + 60))
    cut = Corrected((digest("béla"), at(START - 5 * 3600)), at(END - 10), at(END + 10))
    hours = touched(Reconciled((lasted,), (cut,), None), None)

    assert sorted(hours) == [(hour * HOUR) for hour in (5, 9, 10, 11, 12)]


def test_closing_an_open_one_changes_the_hours_it_was_counted_in_until_now() -> None:
    gone = Corrected((digest("béla"), at(START)), None, at(START + 60))

    assert sorted(touched(Reconciled((), (gone,), None), Instant(12 * HOUR + MINUTE))) == [
        10 * HOUR,
        11 * HOUR,
        12 * HOUR,
    ]
