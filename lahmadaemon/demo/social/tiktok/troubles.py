"""What can go wrong with an answer of TikTok's, once or until taken back, for one endpoint or one creator or all."""

from collections import defaultdict, deque
from enum import Enum

Where = tuple[str | None, int | None]
"""Endpoint and creator; None is any."""


class Trouble(Enum):
    """Named as the answer's code is; where OAuth has another word for it, that is said instead."""

    INTERNAL_ERROR = "internal_error"
    """500; OAuth: server_error."""
    BUSY = "503"
    """503 with a page; OAuth: temporarily_unavailable."""
    LIMITED = "rate_limit_exceeded"
    """429, whatever the allowance."""
    TOKEN_INVALID = "access_token_invalid"  # noqa: S105 - a code, no secret
    """401 for a token that is well; OAuth: invalid_grant."""
    PAGE = "page"
    """200 with a page."""
    LOST = "lost"
    """All is done as asked, but the connection breaks before the answer: a refresh has then happened."""
    HANGS = "hangs"
    """No answer until the caller hangs up."""


class Troubles:
    """Those queued come first, the more particular ones before the others."""

    def __init__(self) -> None:
        self._coming: defaultdict[Where, deque[Trouble | None]] = defaultdict(deque)
        self._lasting: dict[Where, Trouble] = {}

    def next(self, *troubles: Trouble | None, endpoint: str | None = None, creator: int | None = None) -> None:
        """Queue answers for requests to come, such as `endpoint="video/list"`; None is a good one."""
        self._coming[endpoint, creator].extend(troubles)

    def always(self, trouble: Trouble | None, *, endpoint: str | None = None, creator: int | None = None) -> None:
        """From now on; None takes it back."""
        if trouble:
            self._lasting[endpoint, creator] = trouble
        else:
            self._lasting.pop((endpoint, creator), None)

    def take(self, endpoint: str, creator: int | None) -> Trouble | None:
        """What befalls this request."""
        places: list[Where] = [(endpoint, creator), (None, creator), (endpoint, None), (None, None)]
        for place in places:
            if queued := self._coming.get(place):
                return queued.popleft()
        return next((self._lasting[place] for place in places if place in self._lasting), None)
