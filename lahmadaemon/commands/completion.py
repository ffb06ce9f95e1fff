"""`lahmadaemon completion`: what a shell reads to complete commands and options; docs/generate.py makes it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lahmadaemon.commands import named

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

SCRIPTS = {"bash": "lahmadaemon.bash", "zsh": "_lahmadaemon", "fish": "lahmadaemon.fish"}
FOLDER = Path(__file__).parent / "completions"


def add_to(verbs: "Verbs") -> None:
    """completion"""
    asked = named(verbs, "completion", "print what makes a shell complete commands and options")
    asked.add_argument(
        "shell", choices=list(SCRIPTS), action=Script, help="whose; docs/packaging.md says where it goes"
    )


class Script(argparse.Action):
    """Prints and ends, as --version does: it wants no settings, and works where they are wrong."""

    def __call__(self, parser: argparse.ArgumentParser, *given: Any, **_: Any) -> None:
        """Argparse asks it to; of what it gives only the shell's name counts."""
        print((FOLDER / SCRIPTS[given[1]]).read_text(), end="")
        parser.exit()
