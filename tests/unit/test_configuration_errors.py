"""What is said to somebody who misspelt a setting, and what is never said: a secret."""

import os
from pathlib import Path

import pytest

from lahmadaemon.configuration import SECRET_FILE_LIMIT
from lahmadaemon.errors import ConfigurationError
from tests.fakes.settings import MAIN, complaint, settings

CANARY = "canary-in-the-coal-mine"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("LAHMA_WEB__PROT", "LAHMA_WEB__PORT"),
        ("LAHMA_WEB_PORT", "LAHMA_WEB__PORT"),
        ("LAHMA__WEB__PORT", "LAHMA_WEB__PORT"),
        ("LAHMA_RADIO__EVRY", "LAHMA_RADIO__EVERY"),
        ("LAHMA_TIME_ZONE", "LAHMA_TIMEZONE"),
        ("LAHMA_RADIO__STATION__MAIN__URL", "LAHMA_RADIO__STATIONS__MAIN__URL"),
        ("LAHMA_RADIO__STATIONS__MAIN__ULR", "LAHMA_RADIO__STATIONS__MAIN__URL"),
        ("LAHMA_RADIO__STATIONS__MAIN_URL", "LAHMA_RADIO__STATIONS__MAIN__URL"),
        ("LAHMA_RADIO__STATIONS_MAIN__URL", "LAHMA_RADIO__STATIONS__MAIN__URL"),
        ("LAHMA_RADIO_STATIONS_MAIN_URL", "LAHMA_RADIO__STATIONS__MAIN__URL"),
        ("LAHMA_RADIO__STATIONS__BIG_HOUSE_API_KEY", "LAHMA_RADIO__STATIONS__BIG_HOUSE__API_KEY"),
        ("LAHMA_RADIO__STATIONS__MAIN__API__KEY", "LAHMA_RADIO__STATIONS__MAIN__API_KEY"),
        ("LAHMA_RADIO__STATIONS__BIG__HOUSE__URL", "LAHMA_RADIO__STATIONS__BIG_HOUSE__URL"),
        ("LAHMA_RADIO__STATIONS__MAIN__API_KEY_FIEL", "LAHMA_RADIO__STATIONS__MAIN__API_KEY"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_right_one(name: str, nearest: str) -> None:
    assert complaint({name: CANARY}) == f"{name} is not a setting; did you mean {nearest}?"


def test_a_name_like_no_other_is_answered_with_where_to_look() -> None:
    assert complaint({"LAHMA_QQQQQ": "1"}) == "LAHMA_QQQQQ is not a setting; see settings.example.env"


def test_every_unknown_name_is_told_at_once() -> None:
    assert len(complaint({"LAHMA_WEB__PROT": "1", "LAHMA_RADIO__EVRY": "1"}).splitlines()) == 2


def test_a_whole_group_is_not_a_setting() -> None:
    assert complaint({"LAHMA_WEB": '{"port": 1}'}).startswith("LAHMA_WEB is not a setting")


def test_an_unknown_name_in_the_env_file_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LAHMA_WEB__PROT=99\n")

    assert "did you mean LAHMA_WEB__PORT?" in complaint({}, tmp_path / ".env")


def test_an_env_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("LAHMA_TIMEZONE=Európa/Budapest\n".encode("iso8859-2"))

    assert complaint({}, tmp_path / ".env").startswith(f"cannot read {tmp_path / '.env'}: 'utf-8' codec")


def test_only_a_secret_may_come_from_a_file() -> None:
    assert complaint({"LAHMA_WEB__PORT_FILE": "/etc/port"}).startswith("LAHMA_WEB__PORT_FILE is not a setting")


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"x" * (SECRET_FILE_LIMIT + 1), "is larger than a secret can be (65536 bytes)"),
        (b"\xff\xfe\x00", "cannot read"),
        (None, "No such file"),
    ],
)
def test_a_secret_s_file_that_cannot_be_one_is_named_with_its_setting(
    tmp_path: Path, content: bytes | None, trouble: str
) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)

    text = complaint({"LAHMA_WEB__TOKEN_FILE": str(path)})

    assert text.startswith("LAHMA_WEB__TOKEN_FILE: ")
    assert str(path) in text
    assert trouble in text


@pytest.mark.parametrize(
    ("environ", "answer"),
    [
        (
            {"LAHMA_WEB__PORT": "many"},
            "LAHMA_WEB__PORT='many' (environment): input should be a valid integer, unable to parse string as an integer",
        ),
        (
            {"LAHMA_RADIO__EVERY": "5"},
            "LAHMA_RADIO__EVERY='5' (environment): write a duration with its unit, such as 30s, 5m, 24h or 7d",
        ),
        (
            {"LAHMA_TIMEZONE": "Mars/Base"},
            "LAHMA_TIMEZONE='Mars/Base' (environment): write an IANA time zone, such as Europe/Budapest",
        ),
        (
            {**MAIN, "LAHMA_RADIO__STATIONS__MAIN__KIND": "AzureCast"},
            (
                "LAHMA_RADIO__STATIONS__MAIN__KIND='AzureCast' (environment): "
                "input should be 'azuracast' or 'icecast'; did you mean azuracast?"
            ),
        ),
        (
            {**MAIN, "LAHMA_RADIO__STATIONS__MAIN__KIND": "shoutcast-2"},
            "LAHMA_RADIO__STATIONS__MAIN__KIND='shoutcast-2' (environment): input should be 'azuracast' or 'icecast'",
        ),
        ({"LAHMA_RADIO__STATIONS__MAIN__KIND": "icecast"}, "LAHMA_RADIO__STATIONS__MAIN__URL is missing"),
    ],
)
def test_a_wrong_value_is_answered_with_field_value_origin_and_help(environ: dict[str, str], answer: str) -> None:
    assert complaint(environ) == answer


def test_every_wrong_value_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LAHMA_RADIO__EVERY=5\n")

    by_port, by_every = sorted(complaint({"LAHMA_WEB__PORT": "many"}, tmp_path / ".env").splitlines(), reverse=True)

    assert by_port.startswith("LAHMA_WEB__PORT='many' (environment)")
    assert by_every.startswith(f"LAHMA_RADIO__EVERY='5' ({tmp_path / '.env'})")


def test_a_secret_is_never_shown_not_even_a_wrong_one() -> None:
    answer = complaint({"LAHMA_WEB__TOKEN": "2short"})

    assert answer.startswith("LAHMA_WEB__TOKEN=**** (environment): ")
    assert "2short" not in answer


def test_the_password_in_a_wrong_url_is_not_shown() -> None:
    answer = complaint({"LAHMA_STORE": f"mysql://lahma:{CANARY}@db.example/house"})

    assert answer.startswith("LAHMA_STORE='mysql://****@db.example/house' (environment): ")


def test_no_secret_is_shown_by_the_settings_themselves(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CANARY)

    house = settings(
        {
            **MAIN,
            "LAHMA_RADIO__STATIONS__MAIN__API_KEY": CANARY,
            "LAHMA_WEB__TOKEN_FILE": str(tmp_path / "token"),
        }
    )

    assert CANARY not in repr(house) + str(house) + house.model_dump_json()


def test_the_error_carries_no_chain_in_which_values_are_printed() -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings({"LAHMA_WEB__TOKEN": "2short"})

    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("LAHMA_VISITORS__FOLDERS__DOOR__PATH", "'/srv/caf\\udce9'"),
        ("LAHMA_VISITORS__FOLDERS__DOOR__CAMERA", "'/srv/caf\\udce9'"),
        ("LAHMA_RADIO__STATIONS__MAIN__API_KEY", "****"),
    ],
)
def test_what_is_no_utf_8_is_refused_before_somebody_has_to_write_it_down(name: str, shown: str) -> None:
    """Story: a folder of such a name crashed its intake at every scan, in the log's and the store's encoders."""
    assert complaint({name: os.fsdecode(b"/srv/caf\xe9")}) == (
        f"{name}={shown} (environment): this is no UTF-8; write it in UTF-8, "
        "and rename the folder or file that it names, if it names one"
    )
