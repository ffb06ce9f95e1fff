"""What a house was built of: a part whose settings are the same stays the very same object when the house is built anew."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from lahmadaemon.configuration import Group
from lahmadaemon.settings import Settings

PartT = TypeVar("PartT")


class Parts:
    """All parts of one building, by name. Building has no effect outside: nothing runs, nothing is listened to."""

    def __init__(self, before: "Parts | None" = None) -> None:
        """`before`: those of the house that stands."""
        self._before = before.built if before else {}
        self.built: dict[str, tuple[object, object]] = {}

    def part(self, name: str, made_of: object, make: Callable[[], PartT]) -> PartT:
        """The part that stands, where it is made of the same; else a new one."""
        return self._put(name, made_of, self._same(name, made_of) or make())

    async def opened(self, name: str, made_of: object, make: Callable[[], Awaitable[PartT]]) -> PartT:
        """As `part`, of what is made with some waiting."""
        return self._put(name, made_of, self._same(name, made_of) or await make())

    def _same(self, name: str, made_of: object) -> Any:
        before, built = self._before.get(name, (None, None))
        return built if before == made_of else None

    def _put(self, name: str, made_of: object, built: PartT) -> PartT:
        self.built[name] = made_of, built
        return built


def only(settings: Settings, **groups: Group) -> Settings:
    """The settings as if nothing were set but these groups and what belongs to none: who is built of them cannot hang
    on anything else, and needs to be built anew exactly when they differ."""
    fields = dict(settings)
    blank = {name: type(group)() for name, group in fields.items() if isinstance(group, Group) and name != "store"}
    return Settings.model_construct(**fields | blank | groups)
