"""Which folders lie on a network drive, by invented lists of mounts."""

import os
from pathlib import Path

import pytest

from lahmadaemon.visitors.intake.mounts import is_remote

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
30 22 0:40 / /mnt/camera rw,relatime shared:9 - cifs //nas/camera rw,vers=3.1.1
31 22 0:41 / /mnt/my\040camera\011\134x rw,relatime - nfs4 nas:/export rw
32 22 0:42 / /srv rw - fuse.sshfs guest@nas:/srv rw
33 32 8:2 / /srv/local rw - xfs /dev/sdb1 rw
34 22 0:43 / /twice rw - ext4 /dev/sdc1 rw
35 34 0:44 / /twice rw - nfs nas:/twice rw
36 22 0:45 / /back rw - nfs nas:/back rw
37 36 8:3 / /back rw - ext4 /dev/sdd1 rw
38 22 0:46 / /host rw shared:4 master:2 propagate_from:1 - 9p host rw
39 22 0:47 / /tmp rw - tmpfs tmpfs rw
40 22 0:48 / /odd rw - fusectl fusectl rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("/", False),
        ("/home/camera", False),
        ("/mnt/camera", True),
        ("/mnt/camera/one/two", True),
        ("/mnt/camera2", False),
        ("/mnt", False),
        ("/mnt/my camera\t\\x", True),
        ("/mnt/my camera\t\\x/in", True),
        ("/mnt/my camera", False),
        ("/srv/camera", True),
        ("/srv/local", False),
        ("/srv/local/in", False),
        ("/twice/in", True),
        ("/back/in", False),
        ("/host", True),
        ("/tmp/in", False),
        ("/odd", False),
    ],
)
def test_the_nearest_mount_decides_and_of_two_on_one_place_the_later(mounts: Path, path: str, remote: bool) -> None:
    assert is_remote(Path(path), mounts) is remote


@pytest.mark.parametrize(
    "name",
    ["Kamera\u2028drive", "Kamera\u0085drive", "form\ffeed", "carriage\rreturn", os.fsdecode(b"no\xffutf8")],
)
def test_a_mount_of_an_odd_name_is_one_line_as_any_other(tmp_path: Path, name: str) -> None:
    """The kernel escapes only space, tab, newline and backslash; other line breaks once ended the service of the hints."""
    path = tmp_path / "mountinfo"
    path.write_bytes(os.fsencode(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / /mnt/{name} rw - cifs //nas rw\n"))

    assert is_remote(Path(f"/mnt/{name}/in"), path)
    assert not is_remote(Path("/mnt/other"), path)


@pytest.mark.parametrize("text", ["", "\n\n", "nonsense", "1 2 3 - nfs", "22 1 8:1 / / rw -", "22 1 8:1 / / rw - "])
def test_a_list_that_cannot_be_understood_makes_a_folder_local(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mountinfo"
    path.write_text(text)

    assert not is_remote(Path("/mnt"), path)


def test_a_list_that_is_not_there_makes_a_folder_local(tmp_path: Path) -> None:
    assert not is_remote(Path("/mnt"), tmp_path / "mountinfo")


def test_this_machine_s_own_list_is_understood(tmp_path: Path) -> None:
    assert is_remote(tmp_path) in (True, False)
    assert not is_remote(Path("/proc"))
