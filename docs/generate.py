"""Makes every document that is made from the code: `python -m docs.generate`. Tests hold what is committed to it."""

from collections.abc import Iterator
from pathlib import Path

from docs.making import blocks, command_line, pictures, settings
from lahmadaemon.settings import example

ROOT = Path(__file__).parents[1]


def documents() -> Iterator[tuple[str, str]]:
    """Path and text of those that are the same whatever made them; the command line's are as their tools write them."""
    yield "settings.example.env", "\n".join(example()) + "\n"
    yield "docs/settings.md", settings.page()
    yield "docs/architecture.md", blocks.filled((ROOT / "docs/architecture.md").read_text())
    yield "docs/floors.svg", pictures.floor_plan()
    yield "docs/imports.svg", pictures.import_matrix()


def main() -> None:
    for path, text in (*documents(), *command_line.documents()):
        (ROOT / path).write_text(text)
        print(path)


if __name__ == "__main__":
    main()
