"""Makes every document that is made from the code: `python -m docs.generate`. Tests hold what is committed to it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.making import blocks, command_line, pictures, settings
from lahmadaemon.settings import example

ROOT = Path(__file__).parents[1]


def _architecture() -> str:
    return blocks.filled((ROOT / "docs/architecture.md").read_text())


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "settings.example.env": lambda: "\n".join([*example(), ""]),
    "docs/settings.md": settings.page,
    "docs/architecture.md": _architecture,
    "docs/floors.svg": pictures.floor_plan,
    "docs/imports.svg": pictures.import_matrix,
}
"""By path; the same whatever made them. Those of the command line are as their tools write them."""


def main() -> None:
    made = {path: make() for path, make in DOCUMENTS.items()} | dict(command_line.documents())
    for path, text in made.items():
        (ROOT / path).write_text(text)
        print(path)


if __name__ == "__main__":
    main()
