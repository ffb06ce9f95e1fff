"""What an answer of Icecast's that is not 200 means, and what to do about it."""

from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.radio import refusals
from lahmadaemon.radio.settings import StationSettings

_NOBODY_SENDS = (
    b"Source does not exist",
    b"Source is not available",
    b"mount does not exist",
    b"2f51a026-02e4-4fe4-bf9d-cc16557b3b65",
    b"00b9d977-f41d-455f-820f-6d457dffb246",
)
"""2.4 and KH in words, 2.5 by the ids of its reports as well. A mount that no encoder has does not exist for them."""


def is_silent(answer: Answer) -> bool:
    """Whether the mount asked for has no encoder behind it; any other 400 or 404 is somebody else's word."""
    return answer.status in {400, 404} and any(words in answer.body for words in _NOBODY_SENDS)


def refusal(answer: Answer, url: str, settings: StationSettings, name: str) -> HopelessError | UpstreamError:
    """What to raise."""
    setting = f"LAHMA_RADIO__STATIONS__{name.upper()}"
    if answer.status == 401:
        sentence = f"{url} refused the user {settings.user!r} or the password: correct {setting}__PASSWORD or __USER"
        if not settings.mounts:
            sentence += f"; a source's own password opens only the mounts that {setting}__MOUNTS names"
        return HopelessError(sentence, outcome="password_wrong")
    if answer.status == 403 and b"<report" in answer.body:  # of 2.5; any other page is a guard's in between
        fix = f"let its role see stats and listclients, or name another user in {setting}__USER"
        return HopelessError(f"{url} forbids it to the user {settings.user!r}: {fix}", outcome="permission_missing")
    if 300 <= answer.status < 400:
        return refusals.moved(answer, url, settings.url, setting)
    return refusals.passing(answer, url, f"{setting}__URL")
