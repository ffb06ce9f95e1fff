"""Under a real systemd: the unit file as it is shipped, with all its walls."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.system.real_systemd import UNITS, Machine, booted, missing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SETTINGS = "LAHMA_WEB__PORT=0\n"
DROP_IN = "/etc/systemd/system/lahmadaemon.service.d/test.conf"
QUICK = "[Service]\nExecStartPre=\nRestartSec=1\n"
"""What `check` says before each start is another test's."""
PATIENCE = 120.0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    if reason := missing():
        pytest.skip(f"no systemd of our own: {reason}")
    boot = booted(tmp_path_factory.mktemp("systemd"))
    try:
        machine = boot.__enter__()
    except OSError as error:
        pytest.skip(f"no systemd of our own: {error}")
    try:
        yield machine
    finally:
        boot.__exit__(None, None, None)


@pytest.fixture
def service(machine: Machine) -> Iterator[Machine]:
    """The service, started with a window and nothing else; afterwards nothing of it is left."""
    arrange(machine)
    machine.run("systemctl", "start", "lahmadaemon")
    yield machine
    machine.run("systemctl", "stop", "lahmadaemon")


def arrange(machine: Machine, settings: str = SETTINGS, drop_in: str = QUICK) -> None:
    machine.run("systemctl", "reset-failed", "lahmadaemon", wrong=True)
    machine.since = time.time()
    machine.run("mkdir", "-p", str(Path(DROP_IN).parent))
    machine.write(DROP_IN, drop_in)
    machine.write("/etc/lahmadaemon/settings.env", settings)
    machine.run("systemctl", "daemon-reload")


def until(look: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < limit, "it never comes"
        time.sleep(0.2)


def restarted(machine: Machine) -> bool:
    return int(machine.shows("NRestarts")) >= 1 and machine.shows("ActiveState") == "active"


def test_it_is_active_once_it_is_ready_says_how_it_is_and_stops_within_its_budget(service: Machine) -> None:
    assert service.shows("ActiveState") == "active"
    until(lambda: service.events("daemon.ready"))
    until(lambda: "services well" in service.shows("StatusText"))
    began = time.monotonic()

    service.run("systemctl", "stop", "lahmadaemon")

    assert time.monotonic() - began < 20
    assert [service.shows("Result"), service.shows("ExecMainStatus")] == ["success", "0"]
    assert service.run("stat", "--format=%a %U", "/var/lib/lahmadaemon").split() == ["700", "lahmadaemon"]


def test_a_killed_process_is_started_again(service: Machine) -> None:
    service.run("kill", "-9", service.shows("MainPID"))

    until(lambda: restarted(service))


def test_a_process_that_hangs_is_aborted_by_the_watchdog_says_where_it_stood_and_is_started_again(
    machine: Machine,
) -> None:
    arrange(machine, drop_in=QUICK + "WatchdogSec=8\n")
    machine.run("systemctl", "start", "lahmadaemon")

    machine.run("kill", "-STOP", machine.shows("MainPID"))

    until(lambda: restarted(machine))
    told = " ".join(str(line.get("MESSAGE")) for line in machine.journal("--unit=lahmadaemon"))
    assert "Watchdog timeout" in told
    assert "Fatal Python error: Aborted" in told
    machine.run("systemctl", "stop", "lahmadaemon")


def test_a_reload_takes_up_a_camera_whose_files_belong_to_others_and_refuses_what_is_wrong(machine: Machine) -> None:
    """The unit's walls let the daemon in by the group and the drop-in of systemd/lahmadaemon.service.d."""
    example = Path(__file__).parents[2] / "systemd/lahmadaemon.service.d/cameras.conf.example"
    arrange(machine, drop_in=QUICK + example.read_text())
    machine.run("install", "-d", "-m", "2770", "-o", "root", "-g", "cameras", "/srv/cameras", "/srv/cameras/lobby")
    machine.run("systemctl", "start", "lahmadaemon")
    process = machine.shows("MainPID")

    machine.write(
        "/etc/lahmadaemon/settings.env", f"{SETTINGS}LAHMA_VISITORS__FOLDERS__LOBBY__PATH=/srv/cameras/lobby\n"
    )
    machine.run("systemctl", "reload", "lahmadaemon")
    machine.write("/srv/cameras/lobby/20261128120000.json", "[]")
    until(lambda: "20261128120000__" in machine.run("ls", "-R", "/srv/cameras/lobby"))

    machine.write(
        "/etc/lahmadaemon/settings.env", f"{SETTINGS}LAHMA_VISITORS__FOLDER__LOBBY__PATH=/srv/cameras/lobby\n"
    )
    machine.run("systemctl", "reload", "lahmadaemon")
    until(lambda: machine.events("daemon.reload_refused"))
    assert [machine.shows("MainPID"), machine.shows("ActiveState")] == [process, "active"]
    machine.run("systemctl", "stop", "lahmadaemon")


def test_a_wrong_setting_ends_the_start_with_2_after_check_has_said_so_and_is_not_tried_again(machine: Machine) -> None:
    arrange(machine, settings="LAHMA_WEB__PROT=1\n", drop_in="[Service]\nRestartSec=1\n")

    machine.run("systemctl", "start", "lahmadaemon", wrong=True)
    time.sleep(3)

    facts = [machine.shows(name) for name in ("ActiveState", "Result", "ExecMainStatus", "NRestarts")]
    assert facts == ["failed", "exit-code", "2", "0"]
    told = [line["MESSAGE"] for line in machine.journal("--unit=lahmadaemon", "--identifier=lahmadaemon")]
    assert told.count("lahmadaemon: LAHMA_WEB__PROT is not a setting; did you mean LAHMA_WEB__PORT?") == 2


def test_a_secret_comes_as_a_credential_that_root_alone_can_read(machine: Machine) -> None:
    machine.write("/etc/lahmadaemon/credentials/web__token", "a long and random token")
    machine.run("chmod", "600", "/etc/lahmadaemon/credentials/web__token")
    arrange(machine)
    machine.run("systemctl", "start", "lahmadaemon")
    [opened] = machine.events("web.window_opened")

    assert "401" in machine.run("curl", "-si", f"{opened['url']}/api/v1/services", wrong=True)
    shown = machine.run(
        "curl", "-si", "-H", "Authorization: Bearer a long and random token", f"{opened['url']}/api/v1/services"
    )
    assert "200" in shown.splitlines()[0]
    machine.run("systemctl", "stop", "lahmadaemon")
    machine.run("rm", "/etc/lahmadaemon/credentials/web__token")


def test_the_journal_knows_the_unit_and_how_grave_each_line_is(service: Machine) -> None:
    service.write("/etc/lahmadaemon/settings.env", "LAHMA_WEB__PROT=1\n")
    service.run("systemctl", "reload", "lahmadaemon")
    until(lambda: service.events("daemon.reload_refused"))

    lines = {
        name: line for line in service.journal("--unit=lahmadaemon") for name in NAMES if name in str(line["MESSAGE"])
    }

    assert {line["_SYSTEMD_UNIT"] for line in lines.values()} == {"lahmadaemon.service"}
    assert {name: line["PRIORITY"] for name, line in lines.items()} == NAMES
    grave = [str(line["MESSAGE"]) for line in service.journal("--unit=lahmadaemon", "--priority=warning")]
    assert not any("daemon.ready" in line for line in grave)
    assert any("daemon.reload_refused" in line for line in grave)


NAMES = {"daemon.ready": "6", "daemon.reload_refused": "3"}


def test_people_s_command_sees_what_the_service_sees(machine: Machine) -> None:
    """systemd-run asks over the system's bus."""
    if "dbus.socket" not in machine.run("systemctl", "list-unit-files", "dbus.socket", wrong=True):
        pytest.skip("there is no D-Bus here")
    arrange(machine)
    machine.write("/etc/lahmadaemon/credentials/web__token", "a long and random token")
    machine.run("systemctl", "start", "dbus.socket", "dbus.service")

    said = json.loads(machine.run(str(UNITS / "lahmadaemon-cli"), "check", "--offline", "--json"))

    assert said["settings"]["LAHMA_WEB__TOKEN"] == {"value": "****", "from": "systemd credential"}
    assert said["settings"]["LAHMA_WEB__PORT"] == {"value": "0", "from": "/etc/lahmadaemon/settings.env"}
    assert not any("root" in finding["said"] for finding in said["findings"])
    machine.run("rm", "/etc/lahmadaemon/credentials/web__token")


def test_pages_and_pictures_are_read_and_drawn_within_its_walls_by_processes_that_are_nice(machine: Machine) -> None:
    """A filter that refused to make them nice once ended each before its first word."""
    arrange(machine, f"{SETTINGS}LAHMA_VISITORS__FOLDERS__LOBBY__PATH=/var/lib/lahmadaemon/lobby\n")
    machine.run("systemctl", "start", "lahmadaemon")
    url = machine.run("cat", "/var/lib/lahmadaemon/window.url")

    def answered(path: str) -> bool:
        return machine.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"{url}{path}", within=120.0) == "200"

    for path in ("/", "/visitors", "/pictures/visitors/lobby/day.svg"):
        until(partial(answered, path))  # the very first picture may take longer than one may
    nice = machine.run("ps", "-e", "-o", "ni=,args=")
    machine.run("systemctl", "stop", "lahmadaemon")
    told = [each for each in machine.journal("-u", "lahmadaemon", "-p", "warning") if "reading_room" in str(each)]

    assert sum("lahmadaemon.web.reading" in line or "lahmadaemon.elsewhere" in line for line in nice.splitlines()) == 2
    assert all(line.split()[0] == "10" for line in nice.splitlines() if " -P -m lahmadaemon." in line)
    assert told == []


def test_how_open_the_service_is(machine: Machine) -> None:
    said = machine.run("systemd-analyze", "security", "--threshold=15", "lahmadaemon.service")

    assert "OK" in said.splitlines()[-1]
