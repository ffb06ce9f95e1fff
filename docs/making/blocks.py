"""Parts of hand-written pages that are made from the code: what stands between `<!-- made: NAME -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs.making.house import about, named_floors, parts_of, services
from lahmadaemon.building.radio import SOURCES
from lahmadaemon.social.connections import Provider

DOCS = Path(__file__).parents[1]
MARK = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    """The page with every block made anew. KeyError for a block nobody makes."""
    return MARK.sub(lambda found: "\n".join([found[1] + "\n".join(BLOCKS[found[2]]()), found[3]]), page)


def _floors() -> Iterator[str]:
    yield "| floor | part | what it is |"
    yield "|---|---|---|"
    for word, modules in named_floors():
        for name in modules:
            yield f"| {word} | `{name}` | {about(name)} |"


def _rooms() -> Iterator[str]:
    yield "| part | what it is |"
    yield "|---|---|"
    for room in ("radio", "visitors", "social", "alerts", "web"):
        for part in parts_of(room):
            yield f"| `{part}/` | {about(part)} |"


def _services() -> Iterator[str]:
    yield "| service | lives in | what it is |"
    yield "|---|---|---|"
    for name, service in services():
        module = service.__module__.removeprefix("lahmadaemon.").replace(".", "/")
        essential = " **Essential.**" if service.essential else ""
        yield f"| `{name}` | `{module}.py` | {about(module)}{essential} |"


def _doors() -> Iterator[str]:
    platforms = [f"`{each}` ({', '.join(own.value for own in each.platforms)})" for each in Provider]
    yield f"- Sources of the radio room: {', '.join(f'`{kind}`' for kind in SOURCES)}."
    yield f"- Providers of the social room: {', '.join(platforms)}."
    yield f"- Languages of alarms: {', '.join(sorted(f'`{path.stem}`' for path in _wordings()))}."


def _wordings() -> Iterator[Path]:
    return (path for path in (DOCS.parent / "lahmadaemon" / "alerts" / "wordings").glob("??.py"))


BLOCKS: Mapping[str, Callable[[], Iterator[str]]] = {
    "floors": _floors, "rooms": _rooms, "services": _services, "doors": _doors,
}  # fmt: skip
