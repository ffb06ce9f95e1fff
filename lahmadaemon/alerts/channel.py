"""What a channel of messages must do; the sender knows nothing else of it."""

from typing import Protocol


class Channel(Protocol):
    """One way to reach people."""

    async def open(self) -> None:
        """Connect and authorise; nothing happens where it is open already and alive. Bounded in time.

        Raises UpstreamError when trying again may help, HopelessError when a human must act first.
        """
        ...

    async def send(self, recipient: str, text: str, random_id: int, picture: bytes | None = None) -> None:
        """Hand over one message within a deadline of its own. Sending again with the same `random_id` shows it once.
        `picture`: a PNG to show above the text; where it cannot be shown, the text goes alone.

        Raises UpstreamError (`retry_after`: the wait that was asked for; outcome `flood` for that): not known to have
        arrived, send the same again; Refused: this recipient will never get it; HopelessError: nobody will, through here.
        """
        ...

    async def close(self) -> None:
        """Let go; never raises for a connection that is dead already."""
        ...
