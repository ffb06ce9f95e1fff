"""Where the planned programme is to be had, and by which names shows go on air."""

from pathlib import Path
from typing import Literal

import httpx
from pydantic import Field, SecretStr, ValidationInfo, field_validator

from lahmadaemon.configuration import Duration, Group, Listed
from lahmadaemon.http import is_address
from lahmadaemon.radio.shows.matching import OFF_AIR
from lahmadaemon.radio.shows.slug import slug

CALENDAR_ENDINGS = {".ics", ".ical", ".ifb"}


class ShowsSettings(Group):
    """`LAHMA_RADIO__SHOWS__…`"""

    kind: Literal["arcsi", "azuracast", "file"] | None = Field(
        None,
        description="Who knows the programme: arcsi, azuracast (the station's own schedule) or file (default: nobody)",
    )
    stations: Listed = Field((), description="Whose programme it is, by the names of the stations (default: of all)")
    url: str | None = Field(None, description="arcsi's address, such as https://arcsi.example.org/arcsi")
    token: SecretStr | None = Field(None, description="arcsi's token of a user who may read the shows")
    file: Path | None = Field(None, description="A programme written by hand (.toml) or a calendar (.ics)")
    cms_url: str | None = Field(
        None, description="The site's WordPress API, such as https://cms.example.org/wp-json/wp/v2 (default: none)"
    )
    cms_rare_page: int = Field(3721, description="The number of the page that says which rare shows are on", ge=1)
    cms_special_page: int = Field(3679, description="The number of the page that says which day is special", ge=1)
    every: Duration = Field(600.0, description="How often the programme is read", gt=0)
    cms_every: Duration = Field(300.0, description="How often the two pages are read", gt=0)
    aliases: Listed = Field((), description="Names on air that are no show's own: On Air Name=slug, Other Name=slug")
    off_air: Listed = Field(OFF_AIR, description="Playlists that are no show")

    @field_validator("stations")
    @classmethod
    def _as_stations_are_named(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.lower() for name in names)

    @field_validator("url", "cms_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not is_address(url) or any((httpx.URL(url).userinfo, httpx.URL(url).query, httpx.URL(url).fragment)):
            raise ValueError(
                "write an address such as https://arcsi.example.org/arcsi, without user, password or query"
            )
        return url.rstrip("/").removesuffix("/show/schedule").removesuffix("/pages")

    @field_validator("token")
    @classmethod
    def _bare_token(cls, token: SecretStr | None) -> SecretStr | None:
        bare = token.get_secret_value().strip() if token else "-"
        if not bare or not bare.isascii() or not bare.isprintable():
            raise ValueError("write the token as arcsi gave it, in plain characters")
        return SecretStr(bare) if token else None

    @field_validator("url", "token", "file")
    @classmethod
    def _needed(cls, value: object, others: ValidationInfo) -> object:
        kind, field = others.data.get("kind"), others.field_name
        if value is None and field in {"arcsi": {"url", "token"}, "file": {"file"}}.get(kind or "", set()):
            raise ValueError(f"is needed where LAHMA_RADIO__SHOWS__KIND={kind}")
        return value

    @field_validator("file")
    @classmethod
    def _known_ending(cls, path: Path | None) -> Path | None:
        if path is not None and path.suffix.lower() not in {".toml", *CALENDAR_ENDINGS}:
            raise ValueError("name a .toml or an .ics file")
        return path

    @field_validator("aliases")
    @classmethod
    def _pairs(cls, pairs: tuple[str, ...]) -> tuple[str, ...]:
        for pair in pairs:
            name, _, target = pair.rpartition("=")
            if not slug(name) or not target.strip():
                raise ValueError(f"{pair!r}: write a name on air and the show's slug, such as Late Night=night-show")
            if target.strip() != slug(target):
                raise ValueError(f"{pair!r}: a slug is written so: {slug(target)}")
        return pairs

    @property
    def targets(self) -> dict[str, str]:
        """The aliases as name on air to slug."""
        return {name.strip(): target.strip() for name, _, target in (pair.rpartition("=") for pair in self.aliases)}

    @property
    def reading(self) -> float:
        """How often somebody must look, seconds."""
        return min(self.every, self.cms_every) if self.kind == "arcsi" and self.cms_url else self.every
