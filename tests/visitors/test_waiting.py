"""Files that are not whole yet: waited for by our own clock, from their last change on."""

from lahmadaemon.visitors.intake.folder import Look
from lahmadaemon.visitors.intake.waiting import Waiting

HALF = Look("20260318103005.json", inode=7, size=100, mtime_ns=1, ctime_ns=1)


def test_what_is_new_is_worth_reading_and_what_did_not_change_is_not() -> None:
    waiting = Waiting(60.0)

    assert waiting.worth_reading(HALF, 0.0)
    waiting.wait(HALF, 0.0)
    assert not waiting.worth_reading(HALF, 59.9)


def test_any_change_makes_it_worth_reading() -> None:
    waiting = Waiting(60.0)
    waiting.wait(HALF, 0.0)

    for changed in (
        HALF._replace(size=101),
        HALF._replace(inode=8),
        HALF._replace(mtime_ns=2),
        HALF._replace(ctime_ns=2),
    ):
        assert waiting.worth_reading(changed, 1.0)


def test_patience_is_over_exactly_at_its_end_and_then_it_is_read_once_more() -> None:
    waiting = Waiting(60.0)
    waiting.wait(HALF, 100.0)

    assert not waiting.over(HALF, 159.9)
    assert waiting.over(HALF, 160.0)
    assert waiting.worth_reading(HALF, 160.0)


def test_patience_begins_anew_with_every_change() -> None:
    waiting = Waiting(60.0)
    grown = HALF._replace(size=200)
    waiting.wait(HALF, 0.0)
    waiting.wait(grown, 50.0)

    assert not waiting.over(grown, 100.0)
    assert not waiting.over(HALF, 1000.0)
    assert waiting.over(grown, 110.0)


def test_waiting_again_for_the_same_does_not_prolong_it() -> None:
    waiting = Waiting(60.0)
    waiting.wait(HALF, 0.0)
    waiting.wait(HALF, 59.0)

    assert waiting.over(HALF, 60.0)


def test_what_is_new_is_not_over() -> None:
    assert not Waiting(60.0).over(HALF, 1e9)


def test_what_is_done_or_gone_is_forgotten() -> None:
    waiting = Waiting(60.0)
    other, third = HALF._replace(name="b.json"), HALF._replace(name="c.json")
    for look in (HALF, other, third):
        waiting.wait(look, 0.0)

    waiting.forget(HALF.name)
    waiting.forget("never heard of")
    waiting.keep_only({"b.json"})

    assert len(waiting) == 1
    assert waiting.worth_reading(HALF, 1.0)
    assert waiting.worth_reading(third, 1.0)
    assert not waiting.worth_reading(other, 1.0)
