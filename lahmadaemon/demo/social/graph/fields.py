"""The language of `fields`: names, modifiers, and fields of fields, such as `id,media.limit(50){id,caption}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lahmadaemon.demo.social.graph.errors import GraphError, syntax_error

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, eq=False)
class Field:
    """One field asked for; `text` is what stood between its braces."""

    name: str
    modifiers: Mapping[str, str] = field(default_factory=dict)
    fields: tuple["Field", ...] = ()
    text: str = ""


@lru_cache(maxsize=512)
def parse(text: str) -> tuple[Field, ...]:
    """The fields; none where nothing is asked for. Raises GraphError 2500 where it is no such list."""
    if not text:
        return ()
    reading = _Reading(text)
    fields = reading.fields()
    reading.end()
    return fields


class _Reading:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def fields(self) -> tuple[Field, ...]:
        found: dict[str, Field] = {}
        while True:
            one = self._field()
            if one.name in found:
                raise self._error(
                    f"Field {one.name} specified more than once. This is only possible before version 2.1"
                )
            found[one.name] = one
            if not self._take(","):
                return tuple(found.values())

    def end(self) -> None:
        if self._next():
            raise self._error(f"Expected end of string instead of {self._next()!r}.".replace("'", ""))

    def _field(self) -> Field:
        name = self._name()
        modifiers: dict[str, str] = {}
        while self._take("."):
            modifier = self._name()
            modifiers[modifier] = self._argument()
        if not self._take("{"):
            return Field(name, modifiers)
        begin = self._at
        fields = self.fields()
        text = self._text[begin : self._at].strip()
        self._must("}")
        return Field(name, modifiers, fields, text)

    def _name(self) -> str:
        self._next()
        if not (match := _NAME.match(self._text, self._at)):
            raise self._error("Expected name.")
        self._at = match.end()
        return match[0]

    def _argument(self) -> str:
        """What stands in parentheses, which may have parentheses in it."""
        self._must("(")
        begin, depth = self._at, 1
        while depth:
            if self._at == len(self._text):
                raise self._error("Expected ) instead of the end of the string.")
            depth += {"(": 1, ")": -1}.get(self._text[self._at], 0)
            self._at += 1
        return self._text[begin : self._at - 1].strip()

    def _next(self) -> str:
        """The next sign that is no blank; empty at the end."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> bool:
        if self._next() != sign:
            return False
        self._at += 1
        return True

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise self._error(f"Expected {sign} instead of {self._next() or 'the end of the string'}.")

    def _error(self, what: str) -> GraphError:
        return syntax_error(what, self._at, self._text)
