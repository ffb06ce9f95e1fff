"""A small house's settings, with one of every kind of field, and how a test reads them."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from lahmadaemon.configuration import Duration, Group, Listed, Zone, gather, load
from lahmadaemon.errors import ConfigurationError


class Station(Group):
    url: str
    kind: Literal["azuracast", "icecast"] = "azuracast"
    api_key: SecretStr | None = Field(None, description="Opens the reports")
    mounts: Listed = ()


class Radio(Group):
    stations: dict[str, Station] = Field(default_factory=dict)
    every: Duration = Field(30.0, description="How often")


class Web(Group):
    port: int = 8710
    token: SecretStr | None = Field(None, min_length=8)
    origins: Listed = ("https://a.example",)


class SmallHouse(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    timezone: Zone = Field("Europe/Budapest", validate_default=True)
    store: str | None = Field(None, pattern="^(sqlite|postgresql):")
    radio: Radio = Radio()
    web: Web = Web()


MAIN = {"LAHMA_RADIO__STATIONS__MAIN__URL": "https://radio.example"}


def settings(environ: dict[str, str], env_file: Path | None = None) -> SmallHouse:
    return load(SmallHouse, gather(SmallHouse, environ, env_file))


def complaint(environ: dict[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        settings(environ, env_file)
    return str(caught.value)
