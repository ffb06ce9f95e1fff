"""Asks the one at the terminal before something cannot be undone."""

import sys

from lahmadaemon.errors import ConfigurationError


def sure(question: str) -> bool:
    """Whether they say yes, in full. Raises ConfigurationError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise ConfigurationError("nobody is there to be asked whether that is meant; say --yes")
    try:
        return input(question).strip().lower() == "yes"
    except EOFError:
        return False
