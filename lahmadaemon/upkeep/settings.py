"""How the store is kept safe, and how much room its disk must have."""

from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from lahmadaemon.configuration import Duration, Group


class BackupSettings(Group):
    """`LAHMA_BACKUP__…`"""

    every: Duration = Field(86400.0, description="How often the SQLite store is copied; 0 for never", ge=0)
    folder: Path | None = Field(None, description="Where backups are kept (default: backups in the state folder)")
    keep: int = Field(7, description="So many of the newest backups are kept", ge=1)
    keep_weekly: int = Field(4, description="... and the newest of each of so many weeks", ge=0)
    within: Duration = Field(3600.0, description="A backup that takes longer is given up", gt=0)

    @field_validator("folder")
    @classmethod
    def _whole(cls, folder: Path | None) -> Path | None:
        return folder and folder.expanduser().absolute()


class DiskSettings(Group):
    """`LAHMA_DISK__…`"""

    low: float = Field(10.0, description="Less free of the store's disk than so many percent is an alarm", ge=0, le=50)
    full: float = Field(5.0, description="... and than so many: the ballast is given up, collectors pause", ge=0, le=50)
    enough: float = Field(
        20.0, description="So many GiB are room enough, however large the disk; 0: only percents count", ge=0
    )
    ballast: int = Field(64, description="MiB set aside for the day the disk is full; 0 for none", ge=0)

    @field_validator("full")
    @classmethod
    def _below(cls, full: float, others: ValidationInfo) -> float:
        if full > others.data.get("low", full):
            raise ValueError("write no more than LAHMA_DISK__LOW, which comes first")
        return full
