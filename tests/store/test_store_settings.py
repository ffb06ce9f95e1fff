"""Which addresses of a store are taken, and which are refused before anything is opened."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from lahmadaemon.store.settings import StoreSettings


def test_without_an_address_the_store_is_a_file_in_the_state_folder(tmp_path: Path) -> None:
    url = StoreSettings().resolved(tmp_path)

    assert (url.drivername, url.database) == ("sqlite", str(tmp_path / "lahmadaemon.db"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sqlite:////var/lib/lahma/store.db", "sqlite:////var/lib/lahma/store.db"),
        ("sqlite+aiosqlite:///store.db", "sqlite:///store.db"),
        ("postgresql+asyncpg://u@h/d?sslmode=require", "postgresql://u@h/d?sslmode=require"),
    ],
)
def test_a_driver_is_ours_to_choose(given: str, kept: str) -> None:
    assert StoreSettings(url=given).resolved(Path()).render_as_string() == kept


@pytest.mark.parametrize(
    "given",
    ["mysql://u@h/d", "/var/lib/store.db", "", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://store.db",
     "sqlite://var/store.db", "sqlite:///file:store.db?uri=true"],
)  # fmt: skip
def test_an_address_of_no_file_and_no_server_is_refused_with_what_would_be_right(given: str) -> None:
    with pytest.raises(ValidationError, match="write sqlite:///"):
        StoreSettings(url=given)
