"""How far each errand has come: what it waits for, what was answered, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import SecretStr

from lahmadaemon.clock import Instant
from lahmadaemon.http import Answer
from lahmadaemon.social.driving import Ended, Errand, Result
from lahmadaemon.social.walk import Ask, Asks, Outcome, Page, Step

log = structlog.get_logger()

UNANSWERED = Answer(504, {}, b"")
"""What a walk is told of a request that was tried as often as is reasonable."""


@dataclass(frozen=True)
class Cut:
    """Why an errand does not go on."""

    reason: str
    held_until: Instant | None = None
    reauth: str | None = None


@dataclass(eq=False)
class Pending:
    """One request that is to be made for a trip. `alone`: not within a batch; `late`: how often that took too long; `counted`:
    it was told as a sign that Meta may be away."""

    trip: "Trip"
    place: int
    ask: Ask
    tries: int = 0
    alone: bool = False
    late: int = 0
    counted: bool = False


@dataclass(eq=False)
class Trip:
    """One errand under way. `scopes`: whose pauses hold it: the app's, the account's, the token's. `own`: it has a token of
    its own, and should that be dead, its creator must know."""

    errand: Errand
    token: SecretStr
    scopes: tuple[str, str, str]
    own: bool = True
    asks: int = 0
    proved: bool = False
    """Its token has worked."""
    over: bool = False
    """Its walk is asked nothing more: it has ended, or is about to."""
    _cut: Cut | None = None
    _posts: int = 0
    _kept: bool = False
    _single: bool = True
    _answers: list[Answer | None] = field(default_factory=list)

    def step(self, told: Any) -> Step | Ended:
        """Let the walk go on: what it wants to know next, what it found, or how it ended."""
        try:
            step = self.errand.walk.send(told)
        except StopIteration as end:
            return self._ended(end.value)
        except (ValueError, TypeError, LookupError, AttributeError):  # a mistake of ours costs this account only
            log.exception("social.walk_broke", creator=self.errand.creator_id, platform=self.errand.platform.value)
            return self.cut(Cut("walk_broke"))
        if self._cut and not isinstance(step, Page):
            return self.cut(self._cut)
        return step

    def kept(self, page: Page) -> None:
        """What it found is durable."""
        self._posts += len(page.found)
        self._kept = True

    def waits_for(self, step: Ask | Asks) -> list[Pending]:
        """What is to be asked now."""
        self._single = isinstance(step, Ask)
        asks: Sequence[Ask] = (step,) if isinstance(step, Ask) else step.asks
        self._answers = [None] * len(asks)
        return [Pending(self, place, ask) for place, ask in enumerate(asks)]

    def answered(self, place: int, answer: Answer) -> bool:
        """Whether that was the last answer it waited for."""
        self._answers[place] = answer
        return None not in self._answers

    @property
    def told(self) -> Any:
        """The answers, as the walk expects them."""
        return self._answers[0] if self._single else list(self._answers)

    def give_up(self, cut: Cut, answer: Answer) -> bool:
        """It goes no further. Of several things asked at once, those that were answered must not be lost: the rest is told
        `answer`, and the walk hands on what it has. False: there is nothing to hand on."""
        self.over, self._cut = True, cut
        self._answers = [each or answer for each in self._answers]
        return not self._single

    def cut(self, cut: Cut) -> Ended:
        """Ends it here."""
        self.over = True
        self.errand.walk.close()
        result = Result.PARTIAL if self._kept else Result.SKIPPED
        return Ended(
            result, reason=cut.reason, posts=self._posts, asks=self.asks, held_until=cut.held_until, reauth=cut.reauth
        )

    def _ended(self, outcome: Outcome) -> Ended:
        if self._cut:
            return self.cut(self._cut)
        self.over = True
        whole = outcome.complete and not outcome.reasons
        result = Result.OK if whole else Result.PARTIAL if self._kept or outcome.complete else Result.SKIPPED
        return Ended(result, outcome.complete, ", ".join(outcome.reasons) or None, self._posts, self.asks)
