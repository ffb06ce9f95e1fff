"""The verbs behind the commands: each opens what it needs, asks one thing and shows the answer.

What only one verb needs is imported there: `report` should not wait for a web server it does not use.
"""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

WELL, UNWELL = 0, 1

if TYPE_CHECKING:
    from lahmadaemon.settings import Loaded

    Verb = Callable[[Loaded, argparse.Namespace], int]
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the one name argparse has for it


def add(verbs: "Verbs", name: str, verb: "Verb", text: str) -> argparse.ArgumentParser:
    """One more command; `text` is its line in the help."""
    added = named(verbs, name, text)
    added.set_defaults(verb=verb)
    return added


def family(verbs: "Verbs", name: str, text: str) -> "Verbs":
    """A command that has commands of its own."""
    return named(verbs, name, text).add_subparsers(title="commands", required=True, metavar="COMMAND")


def named(verbs: "Verbs", name: str, text: str) -> argparse.ArgumentParser:
    """A command's name and line, and nothing that it does."""
    return verbs.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
