"""The few ways in which things go wrong here; third-party errors are translated into these where they enter."""


class LahmaError(Exception):
    """Something went wrong that lahmadaemon knows how to speak about."""


class ConfigurationError(LahmaError):
    """A setting is wrong: names the field, the value and what would be right. Ends the process with exit code 2."""


class UpstreamError(LahmaError):
    """Expected trouble outside (network, a server, a full disk): try again later.

    `retry_after` is the wait in seconds the other side asked for, or None; `outcome` a short name for records.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, outcome: str = "unreachable") -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.outcome = outcome


class HopelessError(LahmaError):
    """Trying again cannot help until a human changes something; the message says what."""

    def __init__(self, message: str, *, outcome: str = "refused") -> None:
        super().__init__(message)
        self.outcome = outcome


class Refused(LahmaError):  # noqa: N818 - the house's word for a permanent no; not every error is called one
    """The other side said no for good to this one thing; others may still pass."""
