"""What a station has to tell us, and how we measure it."""

import re
from pathlib import Path
from typing import Literal

import httpx
from pydantic import Field, SecretStr, field_validator

from lahmadaemon.configuration import Duration, Group, Listed, Zone
from lahmadaemon.http import is_address

FORMATS = ("csv", "parquet", "legacy")


class StationSettings(Group):
    """`LAHMA_RADIO__STATIONS__<NAME>__…`: one station of an AzuraCast server."""

    kind: Literal["azuracast"] = Field("azuracast", description="What answers at the URL")
    url: str = Field(description="The server's address, such as https://radio.example.org")
    api_key: SecretStr = Field(description="An API key whose user may view station reports, and nothing else")
    station: str = Field("1", description="The station's number or short name on that server")
    timezone: Zone | None = Field(None, description="The station's time zone (default: LAHMA_TIMEZONE)")

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not is_address(url) or any((httpx.URL(url).userinfo, httpx.URL(url).query, httpx.URL(url).fragment)):
            raise ValueError("write an address such as https://radio.example.org, without user, password or query")
        return url.rstrip("/").removesuffix("/api")

    @field_validator("station", mode="before")
    @classmethod
    def _plain(cls, station: object) -> str:
        if not str(station).replace("_", "").replace("-", "").isalnum():
            raise ValueError("write the station's number or its short name")
        return str(station)

    @field_validator("api_key")
    @classmethod
    def _bare_key(cls, key: SecretStr) -> SecretStr:
        # The older script of the station took "Bearer KEY"; people will copy that line.
        bare = re.sub(r"^Bearer\b", "", key.get_secret_value().strip()).strip()
        if not bare or not bare.isascii() or not bare.isprintable():
            raise ValueError("write the key as AzuraCast showed it, in plain characters")
        return SecretStr(bare)


class RadioSettings(Group):
    """`LAHMA_RADIO__…`"""

    stations: dict[str, StationSettings] = Field(default_factory=dict)
    snapshot_every: Duration = Field(30.0, description="How often a station's listeners are read", gt=0)
    export_every: Duration = Field(86400.0, description="How often files are written; 0 for never", ge=0)
    export_folder: Path | None = Field(
        None, description="Where files are written (default: exports in the state folder)"
    )
    export_formats: Listed = Field(("csv", "parquet"), description="Which files: csv, parquet, legacy")
    raw_ip_retention: Duration = Field(0.0, description="How long full IP addresses are kept; 0 for never stored", ge=0)
    long_listener: Duration = Field(
        300.0, description="From which length of a session its listener counts as long", gt=0
    )
    minimum_session: Duration = Field(60.0, description="Shorter sessions count for nothing but the short ones", ge=0)
    session_gap: Duration = Field(
        120.0, description="A listener who is back within this time is still in the same session", ge=0
    )

    @field_validator("export_formats")
    @classmethod
    def _known_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in formats if name not in FORMATS]:
            raise ValueError(f"{wrong[0]!r} is not one of {', '.join(FORMATS)}")
        return formats
