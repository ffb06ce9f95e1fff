"""An alarm desk that only remembers: what holds now, with which details, and when that began and ended."""

from lahmadaemon.alerts.conditions import Condition


class FakeAlarms:
    """Edges are told apart from repetitions, as a desk must."""

    def __init__(self) -> None:
        self.holding: dict[tuple[Condition, str], dict[str, str | float]] = {}
        self.cleared: dict[tuple[Condition, str], dict[str, str | float]] = {}
        self.edges: list[tuple[str, Condition]] = []

    def raise_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        if (condition, subject) not in self.holding:
            self.edges.append(("raised", condition))
        self.holding[condition, subject] = detail

    def clear_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        if self.holding.pop((condition, subject), None) is not None:
            self.edges.append(("cleared", condition))
        self.cleared[condition, subject] = detail

    @property
    def now(self) -> set[Condition]:
        """What holds, whoever it is about."""
        return {condition for condition, _ in self.holding}

    def detail(self, condition: Condition) -> dict[str, str | float]:
        """Of the one subject with whom it holds."""
        [found] = [detail for (held, _), detail in self.holding.items() if held is condition]
        return found

    def story(self, condition: Condition) -> list[str]:
        """`raised` and `cleared`, in the order in which they happened."""
        return [edge for edge, about in self.edges if about is condition]
