"""Whether a folder lies on a network drive, where the kernel hears nothing of what others write."""

import os
import re
from pathlib import Path

REMOTE = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|virtiofs|vboxsf|fuse\..*|fuse|ceph|glusterfs|afs|davfs")
MOUNTS = Path("/proc/self/mountinfo")


def is_remote(path: Path, mounts: Path = MOUNTS) -> bool:
    """By the type of the mount it lies on (proc(5), mountinfo); where that cannot be known, it counts as local."""
    try:
        lines = os.fsdecode(mounts.read_bytes()).split("\n")
    except OSError:
        return False
    best, kind = "", ""
    for line in lines:
        mount, _, tail = line.partition(" - ")
        fields = mount.split(" ")  # only of spaces and newlines can one be sure that no name has them
        if not tail or len(fields) < 5:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if Path(point) in (path, *path.parents) and len(point) >= len(best):
            best, kind = point, tail.split(" ")[0]
    return REMOTE.fullmatch(kind) is not None
