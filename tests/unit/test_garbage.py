"""When garbage is not looked for."""

import gc

import pytest

from lahmadaemon.garbage import beginning


def test_while_modules_are_imported_nobody_looks_for_garbage_and_later_not_among_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lahmadaemon.garbage.freeze", gc.freeze)
    with beginning():
        during = gc.isenabled()
        imported = [[]]  # type: ignore[var-annotated]  # anything that refers to something

    assert (during, gc.isenabled()) == (False, True)
    assert all(each is not imported for each in gc.get_objects()), "only what is not frozen is listed"


def test_garbage_is_looked_for_again_also_where_importing_fails() -> None:
    with pytest.raises(ImportError), beginning():
        raise ImportError

    assert gc.isenabled()
