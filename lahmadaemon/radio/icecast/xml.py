"""Icecast's XML in one pass: no tree that could fill the memory, no document type, hence no entities that could blow up."""

from collections.abc import Callable, Mapping
from xml.parsers import expat

from lahmadaemon.errors import UpstreamError

DEEPEST = 32
Visit = Callable[[str, Mapping[str, str], str], None]


def read(body: bytes, visit: Visit) -> None:
    """Call `visit(path, attributes, text)` at each element's end; names in lower case, as `icestats/source/title`.

    Raises UpstreamError (`invalid`) for anything that is no whole, plain XML.
    """
    pass_ = _Pass(visit)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = pass_.start
    parser.EndElementHandler = pass_.end
    parser.CharacterDataHandler = pass_.hear
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        parser.Parse(body, True)  # noqa: FBT003 - it takes no keywords; this is all there is
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding nobody knows
        raise UpstreamError(f"the answer is not XML: {error}", outcome="invalid") from error


class _Pass:
    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._open: list[tuple[str, Mapping[str, str], list[str]]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) == DEEPEST:
            raise UpstreamError(f"the answer nests deeper than {DEEPEST} elements", outcome="invalid")
        path = f"{self._open[-1][0]}/{name.lower()}" if self._open else name.lower()
        self._open.append((path, {name.lower(): value for name, value in attributes.items()}, []))

    def hear(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, _: str) -> None:
        path, attributes, texts = self._open.pop()
        self._visit(path, attributes, "".join(texts))


def _no_document_type(*_: object) -> None:
    raise UpstreamError("the answer declares a document type, which Icecast never does", outcome="invalid")
