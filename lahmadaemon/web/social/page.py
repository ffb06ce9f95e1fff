"""The page a creator sees when they are back: a few words, nothing that is loaded or run."""

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.joining import Outcome
from lahmadaemon.social.not_joined import Declined, LoginUnknown, NoPage, NotJoined

_NAMES = {Provider.META: "Facebook and Instagram", Provider.TIKTOK: "TikTok"}
_STYLE = ":root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}"
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content Security Policy Level 3: one style sheet, by its digest."""
_WORDS: dict[type[NotJoined], str] = {
    LoginUnknown: "This link was used already, or is too old. Ask for a new one.",
    Declined: "You said no, so nothing is connected. Ask for a new link if that was a mistake.",
    NoPage: "No Facebook page came along. Choose at least one page, with the Instagram account linked to it, and try again.",
}
_PASSING = "It does not answer at the moment. Ask for a new link, and try again later."
_OTHERWISE = "That did not work. Ask for a new link, or tell the people who sent you here."


def page(provider: Provider, outcome: Outcome) -> HTMLResponse:
    """200: joined; 400: not; 502: the provider does not answer."""
    name, trouble = _NAMES[provider], outcome.trouble
    if trouble is None:
        title, words, status = f"{name}: connected", "Thank you. You can close this page.", 200
    else:
        title, status = f"{name}: not connected", 502 if trouble.passing else 400
        words = _WORDS.get(type(trouble), _PASSING if trouble.passing else _OTHERWISE)
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1><p>{escape(words)}</p></html>"
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"})
