"""Files that cannot be read yet: perhaps somebody is still writing them. Times are our own, never the file's."""

from dataclasses import dataclass

from lahmadaemon.visitors.intake.folder import Look


@dataclass(frozen=True)
class _Wait:
    look: Look
    since: float


class Waiting:
    """Who is waited for, and since when nothing has changed (monotonic seconds)."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._waits: dict[str, _Wait] = {}

    def __len__(self) -> int:
        return len(self._waits)

    def worth_reading(self, look: Look, now: float) -> bool:
        """New, changed since, or waited for long enough: anything else would be read in vain."""
        wait = self._waits.get(look.name)
        return wait is None or wait.look != look or self.over(look, now)

    def over(self, look: Look, now: float) -> bool:
        """Whether nothing has happened to it for as long as anybody may take."""
        wait = self._waits.get(look.name)
        return wait is not None and wait.look == look and now - wait.since >= self._patience

    def wait(self, look: Look, now: float) -> None:
        """Read in vain; the time counts from the last change."""
        wait = self._waits.get(look.name)
        if wait is None or wait.look != look:
            self._waits[look.name] = _Wait(look, now)

    def forget(self, name: str) -> None:
        """It is done."""
        self._waits.pop(name, None)

    def keep_only(self, names: set[str]) -> None:
        """Whatever else was waited for has gone."""
        self._waits = {name: wait for name, wait in self._waits.items() if name in names}
