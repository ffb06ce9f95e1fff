"""Files that were refused, or read, where they lie: finds them, and puts them back for another try. Blocking."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lahmadaemon.errors import Refused
from lahmadaemon.visitors.intake.folder import FAILED, REASON, shown
from lahmadaemon.visitors.intake.moving import fitting, move
from lahmadaemon.visitors.settings import VisitorsSettings, camera_of

_PUT_AWAY = re.compile(r"(.*)__([0-9a-f]{12})(\.[^.]*)", re.DOTALL)


@dataclass(frozen=True)
class FailedFile:
    """One file in a `failed` or `processed` folder; `fingerprint`: how its content's digest begins, in hex."""

    camera: str
    path: Path
    home: Path
    """The watched folder it came from."""
    name: str
    """What it was called there."""
    fingerprint: str

    @property
    def reason(self) -> str:
        """What was written beside it, fit to be shown; empty where nothing is."""
        try:
            written = self._beside.read_text("utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(map(shown, written.splitlines()))

    def is_called(self, asked: str) -> bool:
        """By the name it had or has, as it is or as it is shown, or by its fingerprint."""
        return shown(asked) in {shown(self.name), shown(self.path.name), self.fingerprint}

    @property
    def _beside(self) -> Path:
        return self.path.with_name(fitting(self.path.name, REASON))

    def put_back(self) -> Path:
        """Into its folder again, under its own name. Raises Refused where that cannot be, as when another has that name."""
        target = self.home / self.name
        try:
            move(str(self.path), str(target))
            self._beside.unlink(missing_ok=True)
        except FileExistsError as error:
            raise Refused(f"{shown(str(target))} is there already; move one of the two away first") from error
        except OSError as error:
            raise Refused(
                f"cannot put {shown(str(self.path))} back into {shown(str(self.home))}: {error.strerror or error}"
            ) from error
        return target


def failed_files(settings: VisitorsSettings, where: str = FAILED) -> Iterator[FailedFile]:
    """Every refused file of every folder in the settings, by camera and name; `where`: of another shelf of theirs."""
    for name, folder in settings.folders.items():
        found = []
        for path in ((folder.archive or folder.path) / where).glob("*/*"):
            if (parts := _PUT_AWAY.fullmatch(path.name)) and path.is_file():
                home = FailedFile(camera_of(name, folder), path, folder.path, parts[1] + parts[3], parts[2])
                found.append(home)
        yield from sorted(found, key=lambda file: (file.name, file.path))
