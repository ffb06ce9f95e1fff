"""`/status-json.xsl`, made of text by a style sheet: it takes what looks like a number for one, so not all of it is JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast.statistics import Mount, Server, mount, server_start

_BARE = re.compile(r'(?<=\w":)([-+.\deE\s]+)(?=[,}])')
"""`"title":-,` and `"title": - ,` and `"title":.5}`: XPath takes each for a number. No text holds `e":` unescaped."""


def status(body: bytes) -> Server:
    """The public statistics. Raises UpstreamError (`invalid`) for anything else."""
    answer = _decoded(body.decode(errors="replace"))
    found = answer.get("icestats") if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        raise UpstreamError("the answer is not Icecast's public statistics", outcome="invalid")
    source = found.get("source")
    sources = source if isinstance(source, list) else [source]
    mounts = dict(_mount(each) for each in sources if isinstance(each, dict))
    return Server(server_start(found), {name: each for name, each in mounts.items() if name}, complete=False)


def _decoded(text: str) -> Any:
    try:
        return _read(text)
    except ValueError:
        pass  # as it is with some titles: mended, once
    except RecursionError as error:
        raise UpstreamError("the answer nests too deep", outcome="invalid") from error
    try:
        return _read(_BARE.sub(lambda found: json.dumps(found[1]), text))
    except (ValueError, RecursionError) as error:
        raise UpstreamError(f"the answer is not JSON, and could not be mended: {error}", outcome="invalid") from error


def _read(text: str) -> Any:
    """Numbers stay the text they were: a title may be 1e3. Titles may hold control characters, too."""
    return json.JSONDecoder(strict=False, parse_float=str, parse_constant=str).decode(text)


def _mount(fields: Mapping[str, object]) -> tuple[str, Mount]:
    try:
        name = urlsplit(str(fields.get("listenurl") or "")).path
    except ValueError:
        name = ""
    return name, mount(fields)
