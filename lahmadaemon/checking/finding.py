"""What a check found, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it is. `PLAIN`: a fact that is neither good nor bad, such as a room that is off."""

    PLAIN = "-"
    WELL = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """`about`: a room or a thing, such as `radio one`; `todo`: empty where there is nothing to do."""

    level: Level
    about: str
    said: str
    todo: str = ""

    def as_json(self) -> dict[str, str]:
        return {"level": self.level.value, "about": self.about, "said": self.said, "todo": self.todo}


def all_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is broken; doubts do not count."""
    return all(finding.level is not Level.BROKEN for finding in findings)
