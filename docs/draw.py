"""Draws a terminal screen as SVG: `tmux capture-pane -e -p -t demo | python docs/draw.py docs/demo.svg`."""

import re
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

screen = sys.stdin.read().rstrip("\n")
console = Console(
    record=True,
    width=max(len(Text.from_ansi(line)) for line in screen.splitlines()),
    file=StringIO(),
    force_terminal=True,
)
console.print(Text.from_ansi(screen), soft_wrap=True)
svg = console.export_svg(title="lahmadaemon demo")
# The picture must not fetch fonts from anywhere: any monospaced one will do.
Path(sys.argv[1]).write_text(re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL))
