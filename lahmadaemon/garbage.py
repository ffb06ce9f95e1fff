"""Spells in which Python does not look for garbage, for what is made in them stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from gc import disable, enable, freeze


@contextmanager
def unsearched() -> Iterator[None]:
    """For a while that makes a hundred thousand little things which all stay: looking among them takes a third of the time."""
    disable()
    try:
        yield
    finally:
        enable()


@contextmanager
def beginning() -> Iterator[None]:
    """While modules are imported, and what lives as long as the process is made of them. All that stays: Python, which else takes
    a fifth of that time and more to look for garbage among it, looks there neither now nor later. Not for what is made again and
    again: nothing that is there at the end of it, nor what refers to itself among that, is ever given back."""
    with unsearched():
        try:
            yield
        finally:
            freeze()
