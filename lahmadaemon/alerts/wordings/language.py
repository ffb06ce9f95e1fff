"""What a language must be able to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Notice


@dataclass(frozen=True)
class Language:
    """Templates: `{name}` is a fact, and what stands in `[…]` is left out where a fact in it is not known.

    A condition reads `what|details`: the details are said while it lasts, not when it is over.
    """

    frames: Mapping[Notice, str]
    closed: str
    """In place of the end: it is not watched any more, so nobody knows whether it is over."""
    conditions: Mapping[Condition, str]
    units: tuple[str, str, str, str]
    never: str
    more: str
    test: str
    digest: Mapping[str, str]
    special: Mapping[tuple[Condition, Notice], str] = field(default_factory=dict)
