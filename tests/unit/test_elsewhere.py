"""Work in a process of its own."""

import os
from fractions import Fraction

import pytest

from lahmadaemon.elsewhere import elsewhere

pytestmark = pytest.mark.slow


async def test_what_is_done_elsewhere_is_done_in_another_process() -> None:
    assert await elsewhere(os.getpid) != os.getpid()


async def test_its_errors_are_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        await elsewhere(Fraction, 1, 0)
