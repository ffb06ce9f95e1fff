"""What is given out is whole: versions in one place, pins for all that is needed, a wheel with its share, a sane container file."""

import re
import shlex
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from lahmadaemon import __version__, cli
from lahmadaemon.settings import Settings

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
)
CONTAINER = re.sub(r"\\\n\s*", "", (ROOT / "Containerfile").read_text())


def test_the_version_stands_in_one_place_and_the_changelog_tells_of_it() -> None:
    assert "version" in PROJECT["dynamic"]
    assert WheelBuilder(str(ROOT)).metadata.version == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_every_dependency_is_pinned_to_a_version_that_it_allows() -> None:
    own = [*PROJECT["dependencies"], *(each for extra in PROJECT["optional-dependencies"].values() for each in extra)]
    needed = [Requirement(each) for each in own if not each.startswith("lahmadaemon")]

    assert [str(each) for each in needed if canonicalize_name(each.name) not in PINS] == []
    assert [str(each) for each in needed if not each.specifier.contains(PINS[canonicalize_name(each.name)])] == []


def test_pins_are_exact_sorted_and_say_nothing_of_where_from() -> None:
    text = (ROOT / "constraints.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]

    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+]*", line)] == []
    assert list(PINS) == sorted(PINS)
    assert "://" not in text


def test_the_pythons_it_names_are_those_it_allows_and_ci_tries_the_newer_ones() -> None:
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    tried = re.search(r"for minor in ([\d ]+);", (ROOT / ".ci" / "newer-pythons").read_text())

    assert named[0] == "3.11"
    assert [each for each in named if not SpecifierSet(PROJECT["requires-python"]).contains(each)] == []
    assert tried is not None
    assert {f"3.{minor}" for minor in tried[1].split()} >= set(named[1:])


@pytest.mark.slow
def test_the_wheel_brings_the_command_the_manual_page_and_the_completions(tmp_path: Path) -> None:
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        entries = next(packed.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    share = {name.partition(".data/data/share/")[2] for name in names if ".data/data/share/" in name}

    assert share == {
        "man/man1/lahmadaemon.1", "bash-completion/completions/lahmadaemon", "zsh/site-functions/_lahmadaemon",
        "fish/vendor_completions.d/lahmadaemon.fish",
    }  # fmt: skip
    assert "lahmadaemon = lahmadaemon.cli:entry" in entries
    assert f"lahmadaemon-{__version__}.dist-info/licenses/LICENSE" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]


def test_the_source_archive_has_all_that_a_wheel_is_made_of_and_all_that_an_operator_needs() -> None:
    packed = {each.distribution_path for each in SdistBuilder(str(ROOT)).recurse_included_files()}
    share = WheelBuilder(str(ROOT)).config.shared_data

    assert {str(Path(path).relative_to(ROOT)) for path in share} <= packed
    assert {"constraints.txt", "Containerfile", "settings.example.env", "systemd/lahmadaemon.service"} <= packed


def test_the_unit_starts_nothing_that_a_minimal_debian_lacks() -> None:
    """procps, with /bin/kill, is not essential there."""
    unit = (ROOT / "systemd/lahmadaemon.service").read_text()

    started = {Path(each) for each in re.findall(r"^Exec\w+=-?(\S+)", unit, re.MULTILINE)}

    assert started == {Path("/opt/lahmadaemon/bin/lahmadaemon"), Path("/bin/sh")}


def instructions(word: str) -> list[str]:
    """Of the last stage, which is what runs."""
    last = CONTAINER[CONTAINER.rindex("\nFROM ") :]
    return re.findall(rf"^{word} (.+)$", last, re.MULTILINE)


def test_the_container_runs_as_nobody_s_root_and_keeps_its_state_in_a_volume() -> None:
    [user], [volume] = instructions("USER"), instructions("VOLUME")

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert f"LAHMA_STATE_FOLDER={volume}" in CONTAINER
    assert instructions("EXPOSE") == [str(Settings().web.port)]
    assert not re.search(r"(ENV|ARG) .*(TOKEN|KEY|SECRET|PASSWORD)", CONTAINER)


def test_the_container_starts_a_command_there_is_and_looks_whether_it_lives() -> None:
    [entry], [command] = instructions("ENTRYPOINT"), instructions("CMD")
    [health] = instructions("HEALTHCHECK")

    assert shlex.split(entry.strip("[]")) == ["lahmadaemon"]
    assert cli.parser().parse_args(shlex.split(command.strip("[]"))).command == "run"
    assert f"http://127.0.0.1:{Settings().web.port}/health/live" in health


def test_the_container_is_made_of_files_that_are_there_and_of_what_the_wheel_needs() -> None:
    copied = [
        path for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINER, re.MULTILINE) for path in line.split()[:-1]
    ]
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    needed = {str(Path(path).relative_to(ROOT)) for path in WheelBuilder(str(ROOT)).config.shared_data}

    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert set(copied) == let_in
    assert [path for path in needed if not any(path == each or path.startswith(f"{each}/") for each in copied)] == []
    assert "--constraint /source/constraints.txt" in CONTAINER
    assert ":latest" not in CONTAINER
