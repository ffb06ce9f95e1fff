"""All settings in one place: one line for each room's group. `python -m lahmadaemon.settings` prints the example file."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lahmadaemon.alerts.settings import AlertsSettings, HeartbeatSettings
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.configuration import Given, Zone, gather, load, matches, settings_of
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.logs import LogSettings
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.store.settings import StoreSettings
from lahmadaemon.upkeep.settings import BackupSettings, DiskSettings
from lahmadaemon.visitors.settings import VisitorsSettings, camera_of
from lahmadaemon.web.settings import WebSettings


class Settings(BaseSettings):
    """`LAHMA_…`"""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)

    timezone: Zone = Field(ZoneInfo("Europe/Budapest"), description="The time zone of days and weeks")
    state_folder: Path = Field(Path("state"), description="Where the daemon keeps what it must remember")
    secret_key: SecretStr | None = Field(
        None,
        description="Keys listener identities and seals tokens (default: made once and kept in the state folder)",
        min_length=16,
    )
    secret_key_before: SecretStr | None = Field(
        None,
        description="The key before, while LAHMA_SECRET_KEY is new: what it sealed is opened and sealed anew",
        min_length=16,
    )
    log: LogSettings = Field(default_factory=LogSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    disk: DiskSettings = Field(default_factory=DiskSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    radio: RadioSettings = Field(default_factory=RadioSettings)
    visitors: VisitorsSettings = Field(default_factory=VisitorsSettings)
    social: SocialSettings = Field(default_factory=SocialSettings)
    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    alerts: AlertsSettings = Field(default_factory=AlertsSettings)
    heartbeat: HeartbeatSettings = Field(default_factory=HeartbeatSettings)

    @field_validator("visitors")  # as one of the whole, its complaint would be under no setting's name
    @classmethod
    def _reports_of_one_day(cls, visitors: VisitorsSettings, others: ValidationInfo) -> VisitorsSettings:
        """A report counts the house's day; a camera's totals are of the camera's, so that they must be the same."""
        house: ZoneInfo | None = others.data.get("timezone")
        if house is None:  # it is wrong itself
            return visitors
        for name, folder in visitors.folders.items():
            camera, zone = camera_of(name, folder), folder.timezone or house
            counting = [push for push, its in visitors.pushes.items() if its.chosen is None or camera in its.chosen]
            if zone.key != house.key and counting:
                raise ValueError(
                    f"FOLDERS__{name.upper()}__TIMEZONE={zone.key} is not LAHMA_TIMEZONE={house.key}, but "
                    f"PUSHES__{counting[0].upper()} counts the camera {camera}; leave that TIMEZONE out, "
                    f"or name only other cameras in PUSHES__{counting[0].upper()}__CAMERAS"
                )
        return visitors


def station_zone(settings: Settings, name: str) -> ZoneInfo:
    """The station's time zone; the house's where it has none of its own."""
    station = settings.radio.stations.get(name)
    return (station.timezone if station else None) or settings.timezone


@dataclass(frozen=True)
class Loaded:
    """The settings and, by name, where each was given."""

    settings: Settings
    given: Mapping[str, Given]

    @property
    def secrets(self) -> list[str]:
        """Every secret text, for the log's redactor."""
        patterns = [setting.name for setting in settings_of(Settings) if setting.secret]
        return [item.value for name, item in self.given.items() if any(matches(name, each) for each in patterns)]


def read_settings(env_file: Path | None, environ: Mapping[str, str] = os.environ) -> Loaded:
    """Gather, check and validate everything. Raises ConfigurationError, naming field, value and the nearest right name."""
    if env_file is not None and not env_file.is_file():
        raise ConfigurationError(f"there is no settings file {env_file}")
    given = gather(Settings, environ, env_file)
    return Loaded(load(Settings, given), given)


def example() -> Iterator[str]:
    """The lines of settings.example.env: every setting with its line and its default."""
    yield "# Every setting of lahmadaemon with its default. Copy this file to .env and uncomment what you change."
    yield "# Durations read 30s, 5m, 24h, 7d. Every secret may come from a file instead: NAME_FILE=/path/to/it."
    for setting in settings_of(Settings):
        yield ""
        yield f"# {setting.description}{' (required for each)' if setting.required else ''}"
        yield f"# {setting.name}={setting.default}"


if __name__ == "__main__":
    print("\n".join(example()))  # noqa: T201 - this is what the module does when run
