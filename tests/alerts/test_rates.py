"""As often as a messenger allows."""

from lahmadaemon.alerts.rates import BURST, EVERY, MINUTE, PER_MINUTE, Rate


def sent_at(rate: Rate, count: int, now: float = 0.0) -> list[float]:
    moments = []
    for _ in range(count):
        now += rate.wait(now)
        rate.take(now)
        moments.append(now)
    return moments


def test_five_go_at_once_and_then_one_every_three_seconds() -> None:
    moments = sent_at(Rate(), BURST + 3)

    assert moments == [0.0] * BURST + [EVERY, 2 * EVERY, 3 * EVERY]


def test_no_minute_sees_more_than_twenty() -> None:
    moments = sent_at(Rate(), 100)

    for first, later in zip(moments, moments[PER_MINUTE:], strict=False):
        assert later - first >= MINUTE - 1e-6


def test_a_silence_allows_a_burst_again() -> None:
    rate = Rate()
    sent_at(rate, 30)

    assert sent_at(rate, BURST, now=1000.0) == [1000.0] * BURST
