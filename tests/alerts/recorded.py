"""A channel that remembers what it was given, once for each random_id as the server would, and fails on demand."""

from dataclasses import dataclass, field

from lahmadaemon.errors import LahmaError, Refused, UpstreamError


@dataclass
class RecordedChannel:
    """`down`: it cannot be opened. `troubles`: what the next sends meet. `drops`: accepted, but never answered."""

    down: bool = False
    drops: int = 0
    refuses: set[str] = field(default_factory=set)
    troubles: list[LahmaError] = field(default_factory=list)
    shown: dict[tuple[str, int], str] = field(default_factory=dict)
    sends: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    opened: int = 0
    asked_to_wait: float | None = None
    closed: int = 0

    async def open(self) -> None:
        self.opened += 1
        if self.down:
            raise UpstreamError("Telegram is unreachable", retry_after=self.asked_to_wait)

    async def send(self, recipient: str, text: str, random_id: int, picture: bytes | None = None) -> None:
        if self.down:
            raise UpstreamError("the connection is gone")
        self.sends.append((recipient, text))
        if recipient in self.refuses:
            raise Refused(f"{recipient} has blocked us")
        if self.troubles:
            raise self.troubles.pop(0)
        if picture and (recipient, random_id) not in self.shown:
            self.pictures.append(picture)
        self.shown.setdefault((recipient, random_id), text)
        if self.drops:
            self.drops -= 1
            raise UpstreamError("no answer within 20 s", outcome="timeout")

    async def close(self) -> None:
        self.closed += 1

    def messages(self, recipient: str = "@ann") -> list[str]:
        """What the recipient sees, in order."""
        return [text for (who, _), text in self.shown.items() if who == recipient]
