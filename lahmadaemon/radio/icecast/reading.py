"""The admin's answers in one manner, whichever they came in: XML, or the JSON into which 2.5 turns the same elements.

XML is what we ask for. 2.5 calls its JSON experimental and has changed it between builds; a server may be set up to give
nothing else. Its two forms here are read in its source: elements as objects, or fields where it knows their names.
"""

import json
from collections.abc import Mapping
from typing import Any

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast import xml
from lahmadaemon.radio.icecast.xml import Visit


def read(body: bytes, visit: Visit) -> None:
    """Call `visit` as `xml.read` does. Raises UpstreamError (`invalid`) for anything that is neither."""
    if body.lstrip()[:1] not in {b"[", b"{"}:
        xml.read(body, visit)
        return
    try:
        tree = json.loads(body)
        for node in tree if isinstance(tree, list) else [tree]:
            if _is_element(node):
                _element(node, "", visit)
            else:
                _fields(node, "icestats", visit)
    except (ValueError, RecursionError) as error:
        raise UpstreamError(f"the answer is not JSON: {error}", outcome="invalid") from error


def _is_element(node: Any) -> bool:
    return isinstance(node, dict) and node.get("type") == "element" and isinstance(node.get("name"), str)


def _element(node: Mapping[str, Any], above: str, visit: Visit) -> None:
    path = f"{above}/{node['name'].lower()}".lstrip("/")
    children, properties = node.get("children"), node.get("properties")
    texts = []
    for child in children if isinstance(children, list) else []:
        if _is_element(child):
            _element(child, path, visit)
        elif isinstance(child, dict) and isinstance(child.get("text"), str):
            texts.append(child["text"])
    told = properties.items() if isinstance(properties, dict) else ()
    visit(path, {name.lower(): str(value) for name, value in told}, "".join(texts))


def _fields(node: Any, path: str, visit: Visit) -> None:
    for name, value in node.items() if isinstance(node, dict) else ():
        if name == "unhandled-child":
            for child in value if isinstance(value, list) else [value]:
                if _is_element(child):
                    _element(child, path, visit)
        elif name == "source" and isinstance(value, dict):
            for mount, fields in value.items():
                _fields(fields, f"{path}/source", visit)
                visit(f"{path}/source", {"mount": mount}, "")
        elif isinstance(value, str | int):
            visit(f"{path}/{name.lower()}", {}, str(value))
