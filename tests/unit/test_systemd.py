"""The notify protocol, spoken to a real datagram socket."""

import os
import socket
import uuid
from pathlib import Path

import pytest

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.systemd import Notifier
from tests.fakes.house import Systemd

SOMEBODY_ELSE = str(os.getpid() + 1)


def test_a_message_is_one_datagram_of_assignments(tmp_path: Path) -> None:
    with Systemd(tmp_path / "notify") as systemd:
        Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}).notify(READY="1", STATUS="2 services well – mind")

        assert systemd.hear() == [{"READY": "1", "STATUS": "2 services well – mind"}]


def test_an_abstract_socket_is_reached_too() -> None:
    name = f"lahmadaemon-{uuid.uuid4()}"
    with Systemd(f"\0{name}") as systemd:
        Notifier({"NOTIFY_SOCKET": f"@{name}"}).notify(READY="1")

        assert systemd.hear() == [{"READY": "1"}]


def test_a_status_of_several_lines_cannot_smuggle_in_an_assignment(tmp_path: Path) -> None:
    with Systemd(tmp_path / "notify") as systemd:
        Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}).notify(STATUS="unwell: radio\nREADY=1\r\nSTOPPING=1")

        assert systemd.hear() == [{"STATUS": "unwell: radio READY=1 STOPPING=1"}]


def test_without_systemd_nothing_is_said_and_nothing_is_owed() -> None:
    assert Notifier({}).notify(READY="1")


def test_nobody_listening_is_harmless_and_known(tmp_path: Path) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    assert not notifier.notify(READY="1")

    with Systemd(tmp_path / "notify"):
        assert notifier.notify(READY="1")
    assert not notifier.notify(READY="1")  # the file is there still, its owner is not


def test_a_listener_too_busy_to_read_is_harmless_and_known(tmp_path: Path) -> None:
    with Systemd(tmp_path / "notify") as systemd:
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})

        taken = sum(notifier.notify(STATUS="x" * 1000) for _ in range(5000))

        assert 0 < taken < 5000
        assert len(systemd.hear()) == taken


def test_an_address_of_another_family_is_refused_with_its_value() -> None:
    with pytest.raises(ConfigurationError, match="NOTIFY_SOCKET='vsock:2:1234'"):
        Notifier({"NOTIFY_SOCKET": "vsock:2:1234"})


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "500000"}, 0.5),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": SOMEBODY_ELSE}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": ""}, None),
        ({"WATCHDOG_USEC": "infinity"}, None),
    ],
)
def test_the_watchdog_is_ours_only_where_it_names_us_or_nobody(environ: dict[str, str], seconds: float | None) -> None:
    assert Notifier(environ).watchdog_seconds == seconds


def test_the_socket_is_closed_after_every_message(tmp_path: Path) -> None:
    with Systemd(tmp_path / "notify"):
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        with socket.socket(socket.AF_UNIX) as probe:
            lowest = probe.fileno()
        for _ in range(10):
            notifier.notify(WATCHDOG="1")

        with socket.socket(socket.AF_UNIX) as probe:
            assert probe.fileno() == lowest
