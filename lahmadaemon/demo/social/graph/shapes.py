"""What nodes have: their fields and edges, who may read them, and how an answer is put together from what was asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from lahmadaemon.clock import Instant
from lahmadaemon.demo.social.graph.errors import GraphError, bad_parameter, no_permission, no_such_field, no_such_path
from lahmadaemon.demo.social.graph.fields import Field, parse
from lahmadaemon.demo.social.graph.tokens import Token, Tokens
from lahmadaemon.demo.social.world import Creator, World

OMITTED = object()
"""A field that is not in the answer, since it has no value: what Meta does instead of null."""


@dataclass(frozen=True)
class Look:
    """Who looks, when, and from where: `base` is the address with the version."""

    now: Instant
    world: World
    tokens: Tokens
    creator: Creator
    token: Token
    base: str
    zone: tzinfo
    too_much_above: int | None = None

    @property
    def scopes(self) -> frozenset[str]:
        """What the creator has granted: to the app, not to the token."""
        return self.tokens.granted.get(self.creator.id, frozenset())

    def need(self, *scopes: str) -> None:
        """Raises GraphError 10 where one of them is missing."""
        for scope in scopes:
            if scope not in self.scopes:
                raise no_permission(scope)


@dataclass(frozen=True)
class Reader:
    """How one field is read: from the node alone where it is `simple`, else from node, field and look.

    `nests`: fields of it may be asked; `edge`: it also has an address of its own, where `path_modifiers` are understood
    besides; `scopes`: what the creator must have granted; `refusal`: it never is.
    """

    read: Callable[..., object]
    modifiers: frozenset[str] = frozenset()
    nests: bool = False
    edge: bool = False
    path_modifiers: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    refusal: Callable[[], GraphError] | None = None
    simple: bool = False


@dataclass(frozen=True, eq=False)
class Shape:
    """A kind of node, by its name in error messages. `usual`: the fields of one nobody asked particular fields of."""

    name: str
    readers: Mapping[str, Reader]
    usual: tuple[Field, ...] = (Field("id"),)


def plain(read: Callable[[Any], object]) -> Reader:
    """A field that depends on nothing but the node."""
    return Reader(read, simple=True)


def show_all(shape: Shape, nodes: Iterable[object], fields: Sequence[Field], look: Look) -> list[dict[str, object]]:
    """The nodes with these fields. `id` always comes along. Raises GraphError where one of them may not be asked."""
    readers = [(field, _reader(shape, field, look)) for field in fields or shape.usual]
    steps = [(field.name, reader.read, None if reader.simple else field) for field, reader in readers]
    if not any(name == "id" for name, _, _ in steps):
        steps.append(("id", shape.readers["id"].read, None))
    return [
        {
            name: value
            for name, read, field in steps
            if (value := read(node, field, look) if field else read(node)) is not OMITTED
        }
        for node in nodes
    ]


def show(shape: Shape, node: object, fields: Sequence[Field], look: Look) -> dict[str, object]:
    """One node, as `show_all`."""
    return show_all(shape, [node], fields, look)[0]


def walk_edge(shape: Shape, node: object, edge: str, query: Mapping[str, str], look: Look) -> object:
    """What `/{node}/{edge}` answers; modifiers come from the query."""
    reader = shape.readers.get(edge)
    if reader is None or not reader.edge:
        raise no_such_path(edge)
    known = reader.modifiers | reader.path_modifiers
    text = query.get("fields", "")
    field = Field(edge, {name: value for name, value in query.items() if name in known}, parse(text), text)
    look.need(*reader.scopes)
    return reader.read(node, field, look)


def _reader(shape: Shape, field: Field, look: Look) -> Reader:
    reader = shape.readers.get(field.name)
    if reader is None:
        raise no_such_field(field.name, shape.name)
    if reader.refusal is not None:
        raise reader.refusal()
    if unknown := field.modifiers.keys() - reader.modifiers:
        raise bad_parameter(f"{field.name} does not take {', '.join(sorted(unknown))}")
    if field.fields and not reader.nests:
        raise bad_parameter(f"Subfields are not supported by {field.name}")
    look.need(*reader.scopes)
    return reader
