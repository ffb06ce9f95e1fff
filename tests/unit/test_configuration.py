"""How `LAHMA_…` names become settings, and which place wins."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from lahmadaemon.configuration import SECRET_FILE_LIMIT, Given, default_env_file, gather, seconds, settings_of
from tests.fakes.settings import MAIN, Radio, SmallHouse, Web, settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("250ms", 0.25), ("1.5h", 5400), ("1h30m", 5400),
        (" 30s ", 30), ("0", 0), ("0.0", 0), ("0d", 0), (45.0, 45),
    ],
)  # fmt: skip
def test_a_duration_is_a_number_with_its_unit(text: object, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["30", "s", "", "-5s", "5 minutes", "5m!", "m5", "1,5h", "1h 30m", "1e3s", "∞"])
def test_anything_else_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="write a duration with its unit, such as 30s, 5m, 24h or 7d"):
        seconds(text)


@given(st.integers(0, 365), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_units_add_up(days: int, hours: int, minutes: int, rest: int) -> None:
    assert seconds(f"{days}d{hours}h{minutes}m{rest}s") == ((days * 24 + hours) * 60 + minutes) * 60 + rest


def test_without_any_names_the_defaults_hold() -> None:
    house = settings({})

    assert (house.timezone, house.radio, house.web) == (ZoneInfo("Europe/Budapest"), Radio(), Web())


def test_two_underscores_lead_from_group_to_group() -> None:
    house = settings(
        {
            "LAHMA_TIMEZONE": "Europe/Prague",
            "LAHMA_RADIO__EVERY": "5m",
            "LAHMA_RADIO__STATIONS__BIG_HOUSE__URL": "https://radio.example",
            "LAHMA_RADIO__STATIONS__BIG_HOUSE__API_KEY": "0123456789",
            "LAHMA_RADIO__STATIONS__BIG_HOUSE__MOUNTS": "/live.mp3, /hq.mp3,",
            "LAHMA_WEB__PORT": "0",
        }
    )

    station = house.radio.stations["big_house"]
    assert (house.timezone.key, house.radio.every, house.web.port) == ("Europe/Prague", 300.0, 0)
    assert (station.mounts, station.kind) == (("/live.mp3", "/hq.mp3"), "azuracast")
    assert station.api_key == SecretStr("0123456789")


@pytest.mark.parametrize("key", ["12345", "null", "true", '"quoted"', '{"a": 1}', "[1]", "1e5", "007", "a=b#c"])
def test_a_secret_is_taken_as_it_is_written_whatever_it_looks_like(key: str, tmp_path: Path) -> None:
    in_environment = settings(MAIN | {"LAHMA_RADIO__STATIONS__MAIN__API_KEY": key})
    (tmp_path / "key").write_text(f"{key}\n")
    in_file = settings(MAIN | {"LAHMA_RADIO__STATIONS__MAIN__API_KEY_FILE": str(tmp_path / "key")})

    assert in_environment.radio.stations["main"].api_key == SecretStr(key)
    assert in_file.radio == in_environment.radio


def test_names_are_read_in_any_case_and_foreign_ones_are_none_of_our_business() -> None:
    assert settings({"lahma_web__port": "99", "PATH": "/bin", "LAHMADAEMON": "x"}).web.port == 99


def test_an_empty_value_is_none_at_all() -> None:
    assert settings({"LAHMA_WEB__PORT": "", "LAHMA_WEB__TOKEN": ""}).web == Web()


def test_settings_do_not_change_once_read() -> None:
    house = settings({})

    with pytest.raises(ValueError, match="frozen"):
        house.web.port = 1  # type: ignore[misc]  # that is the point


def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The same secret in a `.env` file, as a systemd credential and in a file of its own."""
    env_file, credentials, own = tmp_path / ".env", tmp_path / "credentials", tmp_path / "token"
    env_file.write_text("LAHMA_WEB__TOKEN=from-env-file\n")
    credentials.mkdir()
    (credentials / "lahma_web__token").write_text("from-credential\n")
    (credentials / "somebody-elses").write_text("x")
    own.write_text("from-own-file\n")
    return env_file, credentials, own


@pytest.mark.parametrize(
    ("given_in", "value", "origin"),
    [
        ({"environment", "file", "credential"}, "from-environment", "environment"),
        ({"file", "credential"}, "from-own-file", "file {own}"),
        ({"file"}, "from-own-file", "file {own}"),
        ({"credential"}, "from-credential", "systemd credential"),
        (set(), "from-env-file", "{env_file}"),
    ],
)
def test_the_environment_comes_before_a_file_before_a_credential_before_the_env_file(
    tmp_path: Path, given_in: set[str], value: str, origin: str
) -> None:
    env_file, credentials, own = places(tmp_path)
    environ = {
        "environment": {"LAHMA_WEB__TOKEN": "from-environment"},
        "file": {"LAHMA_WEB__TOKEN_FILE": str(own)},
        "credential": {"CREDENTIALS_DIRECTORY": str(credentials)},
    }

    found = gather(SmallHouse, {k: v for place in given_in for k, v in environ[place].items()}, env_file)

    assert found == {"LAHMA_WEB__TOKEN": Given(value, origin.format(own=own, env_file=env_file))}


def test_the_env_file_may_point_to_a_secret_s_file(tmp_path: Path) -> None:
    env_file, _, own = places(tmp_path)
    env_file.write_text(f"LAHMA_WEB__TOKEN_FILE={own}\n")

    assert settings({}, env_file).web.token == SecretStr("from-own-file")


def test_foreign_keys_in_the_env_file_are_ignored_and_dollars_are_only_dollars(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "# a comment\nCOMPOSE_PROJECT=x\nexport LAHMA_WEB__PORT=99\nLAHMA_WEB__TOKEN='pa${HOME}ss$word'\n"
    )

    web = settings({"HOME": "/home"}, env_file).web

    assert (web.port, web.token) == (99, SecretStr("pa${HOME}ss$word"))


def test_the_largest_secret_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x" * SECRET_FILE_LIMIT)

    token = settings({"LAHMA_WEB__TOKEN_FILE": str(tmp_path / "token")}).web.token

    assert token is not None
    assert len(token.get_secret_value()) == SECRET_FILE_LIMIT


def test_every_setting_can_be_listed_with_its_default_as_one_would_write_it() -> None:
    listed = {setting.name: setting for setting in settings_of(SmallHouse)}

    assert {name: setting.default for name, setting in listed.items()} == {
        "LAHMA_TIMEZONE": "Europe/Budapest",
        "LAHMA_STORE": "",
        "LAHMA_RADIO__STATIONS__<NAME>__URL": "",
        "LAHMA_RADIO__STATIONS__<NAME>__KIND": "azuracast",
        "LAHMA_RADIO__STATIONS__<NAME>__API_KEY": "",
        "LAHMA_RADIO__STATIONS__<NAME>__MOUNTS": "",
        "LAHMA_RADIO__EVERY": "30s",
        "LAHMA_WEB__PORT": "8710",
        "LAHMA_WEB__TOKEN": "",
        "LAHMA_WEB__ORIGINS": "https://a.example",
    }
    key = listed["LAHMA_RADIO__STATIONS__<NAME>__API_KEY"]
    assert (key.description, key.secret, key.required) == ("Opens the reports", True, False)
    assert listed["LAHMA_RADIO__STATIONS__<NAME>__URL"].required


def test_the_env_file_of_the_working_directory_is_found_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_env_file() is None

    (tmp_path / ".env").touch()

    assert default_env_file() == Path(".env")
