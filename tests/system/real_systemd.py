"""A real systemd as process 1 of namespaces of its own: what it starts, stops and kills is ours alone, and gone with it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
MANAGER = Path("/usr/lib/systemd/systemd")
TARGETS = "basic sysinit shutdown multi-user network-online time-sync nss-lookup sockets local-fs final umount rescue emergency"
ARRANGE = """
set -e
mount --make-rprivate /
mount -t proc proc /proc
for place in etc var opt; do
    mkdir -p "$HERE/$place/up" "$HERE/$place/work"
    mount -t overlay overlay -o "lowerdir=/$place,upperdir=$HERE/$place/up,workdir=$HERE/$place/work" "/$place"
done
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir -p /opt/lahmadaemon/bin /opt/python /opt/source /opt/packages
mount --bind "$BASE" /opt/python
mount --bind "$SOURCE" /opt/source
mount --bind "$PACKAGES" /opt/packages
install -m 755 "$HERE/lahmadaemon" /opt/lahmadaemon/bin/lahmadaemon
rm -rf /etc/systemd/system /etc/lahmadaemon /var/log/journal
mkdir -p /etc/systemd/system /var/log/journal /var/lib/systemd
cp "$UNITS/lahmadaemon.service" "$HERE"/units/* /etc/systemd/system/
echo "$MACHINE" > /etc/machine-id
for number in 1 2; do umount -R /sys/fs/cgroup 2>/dev/null || true; done
if [ "$UNIFIED" = 1 ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
else
    mount -t tmpfs tmpfs /sys/fs/cgroup
    mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd,xattr cgroup /sys/fs/cgroup/systemd
    mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
fi
systemd-sysusers "$UNITS/sysusers.d/lahmadaemon.conf"
systemd-tmpfiles --create "$UNITS/tmpfiles.d/lahmadaemon.conf"
mount --make-rshared /
mkdir -p /etc/systemd/journald.conf.d; printf "[Journal]\\nReadKMsg=no\\n" > /etc/systemd/journald.conf.d/own.conf
exec env -i PATH="$PATH" container=test SYSTEMD_UNIT_PATH=/etc/systemd/system SYSTEMD_LOG_TARGET=journal \
    "$MANAGER" --system --unit=multi-user.target
"""
LAUNCHER = """#!/bin/sh
export LD_LIBRARY_PATH=/opt/python/lib PYTHONPATH=/opt/source:/opt/packages PYTHONDONTWRITEBYTECODE=1
exec /opt/python/bin/python{version} -m lahmadaemon "$@"
"""


class Machine:
    """Commands in it, its journal."""

    def __init__(self, pid: int) -> None:
        self.since = 0.0
        """Of the journal only what is younger is read; seconds of the epoch."""
        self._inside = ["nsenter", f"--target={pid}", "--mount", "--pid", "--cgroup", "--uts", "--ipc"]

    def run(self, *command: str, within: float = 60.0, wrong: bool = False) -> str:
        """Its output. `wrong`: it may fail."""
        done = subprocess.run(
            [*self._inside, *command], capture_output=True, text=True, timeout=within, check=False, stdin=subprocess.DEVNULL
        )  # fmt: skip
        assert wrong or done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + (done.stderr if wrong else "")

    def write(self, path: str, text: str) -> None:
        done = subprocess.run([*self._inside, "tee", path], input=text.encode(), capture_output=True, check=True)
        assert done.stdout == text.encode()

    def shows(self, name: str, unit: str = "lahmadaemon.service") -> str:
        """A property of the unit."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def journal(self, *arguments: str) -> list[dict[str, Any]]:
        text = self.run("journalctl", "--output=json", "--no-pager", f"--since=@{self.since:.6f}", *arguments)
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the daemon logged by this name."""
        lines = [str(each.get("MESSAGE")) for each in self.journal("--unit=lahmadaemon")]
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [each for each in found if each["event"] == name]


def _units(folder: Path) -> None:
    """As few as a manager needs to live; the journal is the machine's own."""
    folder.mkdir()
    for name in TARGETS.split():
        (folder / f"{name}.target").write_text(f"[Unit]\nDescription={name}\nDefaultDependencies=no\n")
    (folder / "multi-user.target").write_text(
        "[Unit]\nDescription=all\nDefaultDependencies=no\nWants=systemd-journald.service\nAfter=systemd-journald.service\n"
    )
    own = MANAGER.parent / "system"
    for name in ("systemd-journald.service", "systemd-journald.socket", "systemd-journald-dev-log.socket"):
        shutil.copy(own / name, folder)
    for bus in own.glob("dbus.s*"):
        if bus.is_file():
            shutil.copy(bus, folder)


def _groups() -> list[Path]:
    """The control groups of ours alone, below those this process is in."""
    roots = [Path("/sys/fs/cgroup/systemd"), Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup")]
    return [root / f"lahmadaemon-test-{os.getpid()}" for root in roots if (root / "cgroup.procs").exists()]


def missing() -> str | None:
    """Why no systemd can be started here; None where it may be tried."""
    if os.geteuid() != 0:
        return "only root may start a systemd of its own"
    tools = [
        tool for tool in ("unshare", "nsenter", "systemctl", "journalctl", "systemd-sysusers") if not shutil.which(tool)
    ]
    if tools or not MANAGER.exists():
        return f"not installed: {', '.join(tools) or MANAGER}"
    return None if _groups() else "there are no control groups here"


@contextmanager
def booted(here: Path) -> Iterator[Machine]:
    """It, and its end. Raises OSError where the machine does not allow it."""
    _units(here / "units")
    (here / "lahmadaemon").write_text(LAUNCHER.format(version=f"{sys.version_info.major}.{sys.version_info.minor}"))
    scratch = here / "scratch"
    scratch.mkdir()
    groups = _groups()
    for group in groups:
        group.mkdir()
    environ = os.environ | {
        "HERE": str(here), "BASE": sys.base_prefix, "SOURCE": str(ROOT), "PACKAGES": sysconfig.get_path("purelib"),
        "UNITS": str(UNITS), "MANAGER": str(MANAGER), "MACHINE": "0123456789abcdef0123456789abcdef",
        "UNIFIED": "1" if groups[0].parent == Path("/sys/fs/cgroup") else "0",
    }  # fmt: skip
    joining = "".join(f"echo $$ > {group}/cgroup.procs; " for group in groups)
    unshare = "exec unshare --pid --fork --mount --cgroup --uts --ipc --kill-child bash -c"
    with (here / "boot.log").open("w") as log:
        process = subprocess.Popen(
            ["bash", "-c", f'{joining}{unshare} "$ARRANGE"'],
            env=environ | {"ARRANGE": ARRANGE}, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    try:
        yield Machine(_up(process, here / "boot.log"))
    finally:
        process.kill()
        process.wait()
        for group in groups:
            _remove(group)


def _up(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """Process 1, once it answers."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(100):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
            raise OSError(f"systemd could not be started here: {log.read_text().strip()[-300:]}")
        if pids := children.read_text().split():
            said = Machine(int(pids[0])).run("systemctl", "is-system-running", wrong=True)
            if said.split()[:1] in (["running"], ["degraded"]):
                return int(pids[0])
    raise OSError(f"systemd does not come up here: {log.read_text().strip()[-300:]}")


def _remove(group: Path) -> None:
    for _ in range(50):
        with suppress(OSError):
            for folder in sorted(group.rglob("*/"), reverse=True):
                folder.rmdir()
            group.rmdir()
            return
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(["sleep", "0.1"], timeout=1, check=False)
