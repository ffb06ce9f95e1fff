"""Listening that is none is recognised; players nobody has heard of are listeners."""

import pytest

from lahmadaemon.radio.classes import classes_of

PLAYERS = (
    "mpv 0.38.0",
    "libmpv",
    "Lavf53.32.100",
    "CarRadio/3.2 (Android Automotive 12)",
    "GStreamer souphttpsrc 1.20.3 libsoup/2.74.2",
    "Winamp/2.81",
    "WinampMPEG/5.66, Ultravox/2.1",
    "foobar2000/2.1",
    "Linux UPnP/1.0 Sonos/80.1-55014 (ZPS27)",
    "AppleCoreMedia/1.0.0.22A3354 (iPhone; U; CPU OS 18_0 like Mac OS X; hu_hu)",
    "Dalvik/2.1.0 (Linux; U; Android 9; CUBOT_X19 Build/PPR1)",
    "stagefright/1.2 (Linux;Android 5.0)",
    "RadioDroid2/0.84",
    "TuneIn Radio/24.3; iPhone14,5; iOS/17.2",
    "NSPlayer/12.00.19041.4717 WMFSDK/12.00.19041.4717",
    "Music Player Daemon 0.23.12",
    "Roku/DVP-12.5 (12.5.0.4178-88)",
    "Kodi/20.2 (Linux; Android 11) Android/11",
    "Bose/27.0.6",
    "iTunes/12.12 (Windows; Microsoft Windows 10 x64)",
    "QuickTime/7.6.6 (qtver=7.6.6;os=Windows NT 5.1)",
    "curl/8.1.2",
    "Wget/1.21.3",
    "python-requests/2.31",
    "Go-http-client/1.1",
    "okhttp/4.9.3",
    "ExoPlayerLib/2.18.1",
    "Radio/1.0 (Linux; Android 13) ExoPlayerLib/2.19",
    "Streamripper/1.64.6",
    "radio.net/5.3 (Android)",
    "HomeAssistant/2024.5.3",
    "AlexaMediaPlayer/2.1.0.0 (Linux;Android 7.1.2)",
    "AlexaMediaPlayer/1.0 (Linux;Android 5.1.1) ExoPlayerLib/1.5.9",
    "Mozilla/5.0 (Linux; Android 12; M2101K6G) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Snapchat/12.70",
    "Mozilla/5.0 (Linux; Android 13) Telegram-Android/10.9.1",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 SamsungBrowser/4.0 TV Safari/537.36",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/94 Safari/537.36 WebAppManager",
    "Mozilla/5.0 (PlayStation 4 3.11) AppleWebKit/537.73",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/129 Safari/537.36",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)",
    "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
    "RealtekVOD neutron player",
    "Rhythmbox/3.4.4",
    "Clementine 1.3.1",
    "Audacious/4.0.5 neon/0.31.2",
    "FreeRadioPlayer",
    "SimpleRadio/5 CFNetwork/1490.0.4 Darwin/23.2.0",
    "iHeartRadio/10",
    "MPlayer 1.4",
    "ffmpeg",
    "xine/1.2.9",
    "Replaio Radio/3.0",
    "BBC Sounds/2",
    "Overcast/3.0 (+http://overcast.fm/; iOS podcast app)",
    "Podcasts/1650.20 CFNetwork",
    "Spotify/8.8 Android",
    "Squeezebox iTunes/7.10",
    "Logitech Media Server (8.3.1)",
    "Volumio/3",
    "ESP32 Web Radio",
    "Arduino ESP8266 HTTPClient",
    "Frontier Silicon/3.0",
    "vTuner",
    "DLNADOC/1.50",
    "Yamaha R-N803D",
    "Denon HEOS",
    "Pioneer NSP",
    "Grundig",
    "Teufel Radio",
    "mpg123/1.31.2",
    "mpg321",
    "madplay",
    "XMMS/1.2.11",
    "Nullsoft Winamp3 version 3.0d build 488",
    "Screamer Radio",
    "Tapinradio",
    "Radio Garden",
    "OnlineRadioBox",
    "myTuner/8",
    "NightRide/1.0",
    "Jetpack Radio",
    "Uptown Radio/2",
)
"""Of the wild: cars, kitchens, televisions, apps, browsers inside apps, and what programmers listen with."""


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
        ("Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", {"bot"}),
        ("Blackbox Exporter/0.24.0", {"bot"}),
        ("check_http/v2.3.3 (monitoring-plugins 2.3.3)", {"bot"}),
        ("Uptime-Kuma/1.23", {"bot"}),
        ("Site24x7", {"bot"}),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0", {"bot"}),
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
        *PLAYERS,
    ],
)
def test_players_nobody_has_heard_of_are_listeners(user_agent: str) -> None:
    assert classes_of(user_agent, is_bot=False) == frozenset()


def test_the_servers_own_device_detection_is_believed() -> None:
    assert classes_of("Anything/1.0", is_bot=True) == {"bot"}
    assert classes_of("Icecast 2.4.4", is_bot=True) == {"bot", "relay"}
