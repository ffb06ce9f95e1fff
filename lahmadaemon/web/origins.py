"""Origins of web pages (RFC 6454): who may read answers, and where browsers may be sent."""

from urllib.parse import urlsplit

from lahmadaemon.http import is_address

_USUAL = {"http": 80, "https": 443}


def origin_of(url: str) -> str | None:
    """Scheme, host and port, as browsers write them; None for what is no plain address of a page."""
    if not is_address(url) or not url.isascii() or not url.isprintable() or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, _USUAL.get(parts.scheme)) else f":{port}")
