"""What a station has to tell us, and how we measure it."""

import difflib
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

import httpx
from pydantic import Field, SecretStr, ValidationInfo, field_validator

from lahmadaemon.configuration import Duration, Group, Listed, Zone
from lahmadaemon.http import is_address
from lahmadaemon.radio.identity import Lists
from lahmadaemon.radio.shows.settings import ShowsSettings

FORMATS = ("csv", "parquet", "legacy")


class StationSettings(Group):
    """`LAHMA_RADIO__STATIONS__<NAME>__…`: one station of an AzuraCast server, or a plain Icecast."""

    kind: Literal["azuracast", "icecast"] = Field(
        "azuracast", description="What answers at the URL: azuracast or icecast"
    )
    url: str = Field(description="The server's address, such as https://radio.example.org")
    api_key: SecretStr | None = Field(
        None, description="AzuraCast: an API key whose user may view station reports, and nothing else (required)"
    )
    station: str = Field("1", description="AzuraCast: the station's number or short name on that server")
    user: str = Field("admin", description="Icecast: who may see its listeners")
    password: SecretStr | None = Field(None, description="Icecast: that user's password (required)")
    mounts: Listed = Field((), description="Icecast: the mounts that are measured, such as /radio.mp3 (default: all)")
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
    def _bare_key(cls, key: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if key is None:
            if others.data.get("kind") == "azuracast":
                raise ValueError("an AzuraCast station needs an API key; for a plain Icecast write KIND=icecast")
            return None
        # The older script of the station took "Bearer KEY"; people will copy that line.
        bare = re.sub(r"^Bearer\b", "", key.get_secret_value().strip()).strip()
        if not bare or not bare.isascii() or not bare.isprintable():
            raise ValueError("write the key as AzuraCast showed it, in plain characters")
        return SecretStr(bare)

    @field_validator("user")
    @classmethod
    def _sayable(cls, user: str) -> str:
        if ":" in user:
            raise ValueError("write the user's name alone; its password goes into PASSWORD")
        return user

    @field_validator("password")
    @classmethod
    def _given(cls, password: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if password is None and others.data.get("kind") == "icecast":
            raise ValueError("an Icecast station needs the password of its USER, to ask who listens")
        return password

    @field_validator("mounts")
    @classmethod
    def _paths(cls, mounts: tuple[str, ...], others: ValidationInfo) -> tuple[str, ...]:
        if mounts and others.data.get("kind") == "azuracast":
            raise ValueError("AzuraCast tells of all mounts by itself; leave MOUNTS out, or write KIND=icecast")
        if wrong := [mount for mount in mounts if not mount.startswith("/")]:
            raise ValueError(f"write {wrong[0]!r} with its slash: /{wrong[0]}")
        return tuple(dict.fromkeys(mounts))

    @property
    def secret(self) -> str:
        """What opens this kind of server: the key or the password."""
        given = self.api_key if self.kind == "azuracast" else self.password
        return given.get_secret_value() if given else ""


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
    poll_retention: Duration = Field(
        400 * 86400.0, description="How long every single poll is kept, once all its figures are; 0 for ever", ge=0
    )
    session_retention: Duration = Field(
        800 * 86400.0,
        description="How long single connections (but for imported ones) are kept, once all their figures are; 0 for ever",
        ge=0,
    )
    long_listener: Duration = Field(
        300.0, description="From which length of a session its listener counts as long", gt=0
    )
    minimum_session: Duration = Field(60.0, description="Shorter sessions count for nothing but the short ones", ge=0)
    session_gap: Duration = Field(
        120.0, description="A listener who is back within this time is still in the same session", ge=0
    )
    probe_networks: Listed = Field(
        (), description="Networks of monitoring and data centres, such as 198.51.100.0/24: no listeners (from now on)"
    )
    internal_networks: Listed = Field(
        (), description="Networks of studio and office, beside the private ones: no listeners (from now on)"
    )
    probe_sessions: int = Field(
        6, description="So many visits of one length in a day, one after the other, are a monitoring probe's", ge=3
    )
    probe_spread: float = Field(
        0.1, description="How far a probe's visits may be from their usual length, as a share of it", gt=0, le=0.5
    )
    always_on: Duration = Field(
        72000.0, description="Who listens for so long on a day has forgotten to switch off", ge=43_200, le=86_400
    )
    always_on_days: int = Field(
        2, description="... when it happens on so many days, with at most one other between each", ge=2, le=7
    )

    shows: ShowsSettings = Field(default_factory=ShowsSettings)

    @property
    def lists(self) -> Lists:
        """The named networks."""
        return Lists(*([ip_network(each) for each in names] for names in (self.probe_networks, self.internal_networks)))

    @field_validator("probe_networks", "internal_networks")
    @classmethod
    def _networks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                ip_network(name)
            except ValueError as error:
                raise ValueError(
                    f"{name!r} is no network; write such as 198.51.100.0/24, 2001:db8::/32 or one address ({error})"
                ) from error
        return names

    @field_validator("shows")
    @classmethod
    def _of_these_stations(cls, shows: ShowsSettings, others: ValidationInfo) -> ShowsSettings:
        stations: dict[str, StationSettings] = others.data.get("stations") or {}
        for name in shows.stations:
            if name not in stations and stations:
                near = difflib.get_close_matches(name, stations, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(stations)}"
                raise ValueError(f"STATIONS names {name!r}, which is no station; {hint}")
        for name, station in stations.items():
            if shows.kind == "azuracast" != station.kind and name in (shows.stations or stations):
                raise ValueError(
                    f"KIND=azuracast, but the station {name} is a plain {station.kind}, which plans nothing; "
                    "name the others in LAHMA_RADIO__SHOWS__STATIONS, or choose another KIND"
                )
        return shows

    @field_validator("export_formats")
    @classmethod
    def _known_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in formats if name not in FORMATS]:
            raise ValueError(f"{wrong[0]!r} is not one of {', '.join(FORMATS)}")
        return formats
