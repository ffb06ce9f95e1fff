"""The house as its code has it: floors of the import contract, who imports whom, what lives where, and the services."""

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp

from lahmadaemon import building, daemon  # noqa: F401 - the daemon knows the services that belong to no room
from lahmadaemon.supervision.service import Service

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "lahmadaemon"
FLOORS = {
    "web": "window",
    "radio": "rooms",
    "alerts": "alarm",
    "supervision": "keepers",
    "atomic": "tools",
    "clock": "ground",
}
"""What a floor is called, by the first of its modules; all above the window is the roof."""


def floors() -> list[list[str]]:
    """The modules of each floor, the uppermost first, as import-linter is told to keep them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    return [re.split(r" [|:] ", layer) for layer in layers]


def named_floors() -> Iterator[tuple[str, list[str]]]:
    """Each with what it is called: `roof` for all of those above the window."""
    word = "roof"
    for modules in floors():
        word = FLOORS.get(modules[0], word)
        yield word, modules


def imports() -> set[tuple[str, str]]:
    """Who imports whom, of the parts on the floors."""
    graph = grimp.build_graph("lahmadaemon", cache_dir=None)
    pairs = {
        (importer.split(".")[1], imported.split(".")[1])
        for importer in graph.modules - {"lahmadaemon"}
        for imported in graph.find_modules_directly_imported_by(importer) - {"lahmadaemon"}
    }
    return {(upper, lower) for upper, lower in pairs if upper != lower}


def about(part: str) -> str:
    """The first line of what a module or a package, such as `radio/shows`, says of itself."""
    path = PACKAGE / part / "__init__.py" if (PACKAGE / part).is_dir() else PACKAGE / f"{part}.py"
    return (ast.get_docstring(ast.parse(path.read_text())) or "").splitlines()[0]


def parts_of(room: str) -> list[str]:
    """The packages of a room that say what they are, `radio/shows` among them."""
    found = sorted(path.parent.relative_to(PACKAGE).as_posix() for path in (PACKAGE / room).glob("*/__init__.py"))
    return [part for part in found if (PACKAGE / part / "__init__.py").read_text()]


def services() -> list[tuple[str, type[Service]]]:
    """Every service that building/ and daemon.py know, by its name (`radio.snapshot.…`: one for each)."""
    for module in pkgutil.iter_modules(building.__path__, f"{building.__name__}."):
        importlib.import_module(module.name)
    ours = [each for each in _below(Service) if each.__module__.startswith("lahmadaemon.")]
    bases = {base for each in ours for base in each.__mro__[1:]}
    known = [each for each in ours if each not in bases and ".demo." not in each.__module__]
    return sorted(((_name_of(each), each) for each in known), key=lambda pair: pair[0])


def _below(kind: type[Service]) -> Iterator[type[Service]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _name_of(service: type[Service]) -> str:
    own = getattr(service, "name", None)
    written = own or re.findall(r'self\.name = f?"([^"]+)"', inspect.getsource(service))[0]
    return re.sub(r"\{[^}]+\}", "…", str(written))
