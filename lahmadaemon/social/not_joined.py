"""Why a creator has not joined. `reason` is the name for programs; none of the messages repeats a code or a token."""

from typing import ClassVar

from lahmadaemon.errors import Refused


class NotJoined(Refused):
    """`passing`: to come again may help."""

    reason: ClassVar[str] = "not_joined"

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class CreatorUnknown(NotJoined):
    """The Creators app names nobody such."""

    reason = "creator_unknown"


class NotConfigured(NotJoined):
    """A setting is missing."""

    reason = "not_configured"


class LoginUnknown(NotJoined):
    """Nobody was sent to the provider lately with that state, or they are back already."""

    reason = "login_unknown"


class Declined(NotJoined):
    """The creator said no, over there."""

    reason = "declined"


class RequestFailed(NotJoined):
    """The provider could not be asked, or did not answer as it should."""

    reason = "request_failed"


class CodeRefused(NotJoined):
    """The provider does not take the code; `code`: its own word for why."""

    reason = "code_refused"

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class ExchangeFailed(NotJoined):
    """Meta did not give a long-lived token."""

    reason = "exchange_failed"


class PagesFailed(NotJoined):
    """Meta did not say which pages the creator has."""

    reason = "pages_failed"


class NoPage(NotJoined):
    """The creator has no page that they let us see."""

    reason = "no_page"
