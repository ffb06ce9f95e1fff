"""What is said about settings that make no programme."""

from pathlib import Path

import pytest

from lahmadaemon.configuration import settings_of
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio.shows.settings import ShowsSettings
from lahmadaemon.settings import Settings, read_settings

STATION = {
    "LAHMA_RADIO__STATIONS__LAHMA__URL": "https://radio.example.org",
    "LAHMA_RADIO__STATIONS__LAHMA__API_KEY": "0123456789abcdef:0123456789abcdef",
}
ARCSI = {"KIND": "arcsi", "URL": "https://arcsi.example.org/arcsi/", "TOKEN": " secret-token "}


def shows(**given: str) -> ShowsSettings:
    named = {f"LAHMA_RADIO__SHOWS__{name}": value for name, value in given.items()}
    return read_settings(None, STATION | named).settings.radio.shows


def complaint(**given: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        shows(**given)
    return str(caught.value)


def test_without_a_kind_there_is_no_programme() -> None:
    assert shows().kind is None


def test_arcsis_settings_are_read() -> None:
    found = shows(**ARCSI, CMS_URL="https://cms.example.org/wp-json/wp/v2/", EVERY="20m")

    assert (found.url, found.cms_url) == ("https://arcsi.example.org/arcsi", "https://cms.example.org/wp-json/wp/v2")
    assert found.token is not None
    assert found.token.get_secret_value() == "secret-token"
    assert (found.every, found.reading, shows(**ARCSI).reading) == (1200.0, 300.0, 600.0)


def test_a_token_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret-token\n")
    found = shows(
        **{name: value for name, value in ARCSI.items() if name != "TOKEN"}, TOKEN_FILE=str(tmp_path / "token")
    )

    assert found.token is not None
    assert found.token.get_secret_value() == "secret-token"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KIND": "arsci"}, "KIND='arsci' (environment): input should be 'arcsi', 'azuracast' or 'file'; did you mean arcsi?"),
        ({"KIND": "arcsi", "TOKEN": "x"}, "LAHMA_RADIO__SHOWS__URL: is needed where LAHMA_RADIO__SHOWS__KIND=arcsi"),
        ({"KIND": "arcsi", "URL": "https://a.example"}, "SHOWS__TOKEN: is needed where LAHMA_RADIO__SHOWS__KIND=arcsi"),
        ({"KIND": "file"}, "LAHMA_RADIO__SHOWS__FILE: is needed where LAHMA_RADIO__SHOWS__KIND=file"),
        ({"KIND": "file", "FILE": "programme.csv"}, "SHOWS__FILE='programme.csv' (environment): name a .toml or an .ics file"),
        ({**ARCSI, "URL": "arcsi.example.org"}, "LAHMA_RADIO__SHOWS__URL='arcsi.example.org' (environment): write an address"),
        ({**ARCSI, "CMS_URL": "https://me:pw@cms.example"}, "LAHMA_RADIO__SHOWS__CMS_URL='https://****@cms.example'"),
        ({**ARCSI, "TOKEN": "tökén"}, "LAHMA_RADIO__SHOWS__TOKEN=**** (environment): write the token as arcsi gave it"),
        ({"ALIASES": "Late Night"}, "'Late Night': write a name on air and the show's slug, such as Late Night=night-show"),
        ({"ALIASES": "Late=Night Show"}, "'Late=Night Show': a slug is written so: night-show"),
        ({"STATIONS": "lahme"}, "STATIONS names 'lahme', which is no station; did you mean lahma?"),
        ({"CMS_RARE_PAGE": "0"}, "LAHMA_RADIO__SHOWS__CMS_RARE_PAGE='0'"),
    ],
)  # fmt: skip
def test_a_wrong_setting_names_itself_its_value_and_what_to_do(given: dict[str, str], said: str) -> None:
    assert said in complaint(**given)


def test_a_plain_icecast_has_no_schedule_of_its_own() -> None:
    icecast = {
        "LAHMA_RADIO__STATIONS__ICE__URL": "https://ice.example", "LAHMA_RADIO__STATIONS__ICE__KIND": "icecast",
        "LAHMA_RADIO__STATIONS__ICE__PASSWORD": "hackme",
    }  # fmt: skip
    kind = {"LAHMA_RADIO__SHOWS__KIND": "azuracast"}

    with pytest.raises(ConfigurationError, match="the station ice is a plain icecast, which plans nothing"):
        read_settings(None, STATION | icecast | kind)
    only = read_settings(None, STATION | icecast | kind | {"LAHMA_RADIO__SHOWS__STATIONS": "LAHMA"})
    assert only.settings.radio.shows.stations == ("lahma",)


def test_aliases_are_a_table_from_name_to_slug() -> None:
    found = shows(ALIASES="Late = Night=night-show, Éjjeli=night-show")

    assert found.targets == {"Late = Night": "night-show", "Éjjeli": "night-show"}


def test_every_setting_has_a_line_for_the_example_file() -> None:
    ours = [setting for setting in settings_of(Settings) if "__SHOWS__" in setting.name]

    assert len(ours) == len(ShowsSettings.model_fields)
    assert all(setting.description for setting in ours)
