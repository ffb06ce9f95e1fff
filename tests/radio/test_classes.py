"""Listening that is none is recognised; players nobody has heard of are listeners."""

import pytest

from lahmadaemon.radio.classes import classes_of


@pytest.mark.parametrize(
    ("user_agent", "classes"),
    [
        ("Icecast 2.4.4", {"relay"}),
        ("icecast/2.5", {"relay"}),
        ("Liquidsoap/2.2.5 (Unix; OCaml 4.14)", {"relay"}),
        ("libshout/2.4.6", {"relay"}),
        ("Mozilla/5.0 (compatible; ExampleBot/2.1; +http://bot.example.net/about)", {"bot"}),
        ("ExampleBot", {"bot"}),
        ("some-crawler/1.0", {"bot"}),
        ("Web Spider", {"bot"}),
        ("TelegramBot (like TwitterBot)", {"bot"}),
        ("Icecast bot", {"bot", "relay"}),
    ],
)
def test_bots_and_relays_are_known_by_what_they_call_themselves(user_agent: str, classes: set[str]) -> None:
    assert classes_of(user_agent, is_bot=False) == classes


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "-",
        "VLC/3.0.20 LibVLC/3.0.20",
        "Lavf/58.76.100",
        "mpv 0.38",
        "KitchenRadio/1.0",
        "My Icecast Player",
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36",
        "Mozilla/5.0 (Linux; Android 13; CUBOT_X70) AppleWebKit/537.36",
        "Robotic Radio/2.0",
        "Bottle/0.12",
    ],
)
def test_players_nobody_has_heard_of_are_listeners(user_agent: str) -> None:
    assert classes_of(user_agent, is_bot=False) == frozenset()


def test_the_servers_own_device_detection_is_believed() -> None:
    assert classes_of("Anything/1.0", is_bot=True) == {"bot"}
    assert classes_of("Icecast 2.4.4", is_bot=True) == {"bot", "relay"}
