"""Two pictures as SVG: the floors with their parts, and who imports whom, which no upward import may spoil."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from docs.making.house import about, imports, named_floors

PAPER, INK, DIM, LINE = "#fbfaf7", "#22262b", "#6b7178", "#d9d6cf"
TINTS = {
    "roof": "#e7e3f4", "window": "#dcecf7", "rooms": "#dff0e0", "alarm": "#f9e2de", "keepers": "#fdeecf",
    "tools": "#eceae4", "ground": "#e2dbd0",
}  # fmt: skip
PLAIN = "#eeeeee"
FONT = 'font-family="ui-sans-serif, system-ui, sans-serif"'
WIDTH, HEIGHT, GAP, LEFT = 880, 30, 6, 90


def floor_plan() -> str:
    """A row for each layer of the import contract; pointing at a part shows what it says of itself."""
    drawn, top = [], GAP
    for word, rows in groupby(named_floors(), lambda each: each[0]):
        start = top
        for _, modules in rows:
            drawn += _row(modules, word, top)
            top += HEIGHT + GAP
        middle = (start + top - GAP) / 2 + 5
        drawn.append(f'<text x="{LEFT - 14}" y="{middle:g}" text-anchor="end" fill="{DIM}">{word}</text>')
        drawn.append(f'<line x1="0" x2="{WIDTH}" y1="{top}" y2="{top}" stroke="{LINE}"/>')
        top += GAP
    return _svg(WIDTH, top, "The floors of lahmadaemon: what stands above imports what stands below", drawn)


def _row(modules: Sequence[str], word: str, top: int) -> list[str]:
    each = (WIDTH - LEFT - GAP * len(modules)) / len(modules)
    drawn = []
    for number, name in enumerate(modules):
        left = LEFT + number * (each + GAP)
        middle, size = left + each / 2, min(13, each / (0.65 * len(name)))
        drawn += [
            f"<g><title>{escape(about(name))}</title>",
            f'<rect x="{left:.1f}" y="{top}" width="{each:.1f}" height="{HEIGHT}" rx="5" fill="{TINTS.get(word, PLAIN)}"/>',
            f'<text x="{middle:.1f}" y="{top + 20}" font-size="{size:.1f}" text-anchor="middle" fill="{INK}">{name}</text>',
            "</g>",
        ]
    return drawn


CELL, HEAD = 18, 120


def import_matrix() -> str:
    """A row for each part, with a dot under every part it imports; parts run in the same order both ways."""
    parts = [(name, word) for word, modules in named_floors() for name in modules]
    place = {name: number for number, (name, _) in enumerate(parts)}
    size = HEAD + CELL * len(parts) + GAP
    drawn = []
    for number, (name, word) in enumerate(parts):
        at = HEAD + number * CELL
        middle = at + CELL / 2
        drawn += [
            f'<rect x="{HEAD}" y="{at}" width="{CELL * len(parts)}" height="{CELL - 1}" fill="{TINTS.get(word, PLAIN)}"/>',
            f'<text x="{HEAD - 6}" y="{middle + 4:g}" text-anchor="end" fill="{INK}">{name}</text>',
            f'<text transform="translate({middle + 4:g} {HEAD - 6}) rotate(-90)" fill="{INK}">{name}</text>',
            f'<rect x="{at}" y="{at}" width="{CELL - 1}" height="{CELL - 1}" fill="{DIM}" opacity="0.35"/>',
        ]
    for upper, lower in sorted(imports()):
        across, down = (HEAD + place[each] * CELL + CELL / 2 for each in (lower, upper))
        drawn.append(
            f'<circle cx="{across:g}" cy="{down:g}" r="4.5" fill="{INK}"><title>{upper} imports {lower}</title></circle>'
        )
    return _svg(
        size, size, "Who imports whom: every dot lies right of the diagonal, so that nothing imports upwards", drawn
    )


def _svg(width: int, height: int, title: str, drawn: Sequence[str]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" {FONT} font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        *drawn,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
