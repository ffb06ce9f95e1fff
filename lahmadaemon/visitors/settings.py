"""Which folders the visitors room watches, and to whom it reports."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from lahmadaemon.configuration import Duration, Group, Zone
from lahmadaemon.visitors.intake.opening import Hours, OpeningHours
from lahmadaemon.visitors.push.settings import PushSettings


class FolderSettings(Group):
    """`LAHMA_VISITORS__FOLDERS__<NAME>__…`: one folder, one camera."""

    path: Path = Field(description="The folder into which the camera's files are dropped")
    camera: str | None = Field(None, description="The camera's name in counts and reports (default: the folder's)")
    quiet_after: Duration = Field(300.0, description="After how long without a new file people are told", gt=0)
    empty_after: Duration = Field(
        86400.0, description="After how long of empty lists people are told; 0 for never", ge=0
    )
    hours: Hours = Field(
        OpeningHours(), description="When it is watched, such as mon-fri 08:00-20:00, sat 10:00-02:00 (default: always)"
    )
    timezone: Zone | None = Field(None, description="The camera's time zone (default: LAHMA_TIMEZONE)")
    archive: Path | None = Field(None, description="Where processed/ and failed/ are (default: in the folder itself)")

    @field_validator("path", "archive")
    @classmethod
    def _whole(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()


class VisitorsSettings(Group):
    """`LAHMA_VISITORS__…`"""

    folders: dict[str, FolderSettings] = Field(default_factory=dict)
    pushes: dict[str, PushSettings] = Field(default_factory=dict)
    scan_every: Duration = Field(10.0, description="How often a folder is looked through, whatever else is heard", gt=0)
    incomplete_after: Duration = Field(60.0, description="How long a half-written file is waited for", gt=0)
    max_age: Duration = Field(400 * 86400.0, description="Crossings longer ago are refused; 0 for none", ge=0)
    crossing_retention: Duration | None = Field(
        None, description="How long single crossings are kept; counts stay; 0 for ever (default: MAX_AGE)", ge=0
    )
    report_retention: Duration = Field(
        400 * 86400.0, description="How long sent reports and refused records are kept; 0 for ever. Counts stay", ge=0
    )
    max_file_size: int = Field(8 * 1024 * 1024, description="Bytes; larger files are refused unread", gt=0)

    @property
    def crossings_kept(self) -> float:
        """Seconds; 0: for ever."""
        return self.max_age if self.crossing_retention is None else self.crossing_retention

    @model_validator(mode="after")
    def _counted_once(self) -> "VisitorsSettings":
        """A crossing that is known no more would count again if another file brought it."""
        if self.crossings_kept and (not self.max_age or self.crossings_kept < self.max_age):
            raise ValueError(
                "CROSSING_RETENTION is shorter than MAX_AGE, the age up to which crossings are accepted: what is forgotten would"
                " count twice if it came again; make it as long, or 0 for ever"
            )
        return self

    @model_validator(mode="after")
    def _each_its_own(self) -> "VisitorsSettings":
        """Two services on one folder would count each file for both; two folders of one camera would share its silence."""
        cameras = [camera_of(name, folder) for name, folder in self.folders.items()]
        if twice := [camera for camera in cameras if cameras.count(camera) > 1]:
            raise ValueError(f"two folders have the same CAMERA, {twice[0]}; give each its own")
        _each_its_own_places(self.folders)
        for name, push in self.pushes.items():
            if not cameras:
                raise ValueError(
                    f"PUSHES__{name.upper()} has nothing to report; set LAHMA_VISITORS__FOLDERS__<NAME>__PATH, or take it out"
                )
            if unknown := [camera for camera in push.chosen or () if camera not in cameras]:
                raise ValueError(
                    f"PUSHES__{name.upper()}__CAMERAS: no camera is called {unknown[0]}; there are: {', '.join(cameras)}"
                )
        return self


def camera_of(name: str, folder: FolderSettings) -> str:
    """The camera's name in counts: its own, or the folder's."""
    return folder.camera or name


def _each_its_own_places(folders: Mapping[str, FolderSettings]) -> None:
    """No folder and no archive is another's, however they are written. Raises ValueError, in the words of whoever wrote it.

    Links are followed for the comparison only: the daemon goes where it was told to, and a link may be led elsewhere later.
    """
    taken: dict[str, str] = {}
    for name, folder in folders.items():
        own = {}
        for kind, path in (("PATH", folder.path), ("ARCHIVE", folder.archive)):
            if path is None:
                continue
            where, place = f"FOLDERS__{name.upper()}__{kind}={path}", os.path.realpath(path)
            if place in taken:
                raise ValueError(f"{taken[place]} and {where} are one folder; give each camera its own")
            own[place] = where
        taken |= own
