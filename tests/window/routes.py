"""Every route of a window, whoever serves it."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path) of all, with names in braces; of a mount, a file below it."""
    return sorted(set(_walk(app.routes)))


def _walk(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/{{file}}"
        elif (inner := getattr(route, "original_router", None)) is not None:  # FastAPI puts them together when asked
            yield from _walk(inner.routes)
        else:
            told: Any = route
            for method in told.methods:
                yield method, told.path
