"""Finishes an SVG file as matplotlib writes it: says what it shows to who cannot see it, and leaves out what nobody needs."""

import re
import xml.etree.ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
_LONG = re.compile(r"-?\d+\.\d{3,}")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML has no place for (XML 1.0, 2.2), and names of shows may have all the same."""
_FONT = "'DejaVu Sans', sans-serif"
_READERS = "system-ui, 'DejaVu Sans', sans-serif"
"""Letters are the reader's own, which are narrower than those that room was left for; they have all scripts."""


def finished(drawn: bytes, title: str, description: str) -> bytes:
    """The same picture; not for strangers' files."""
    root = ET.fromstring(_NO_XML.sub("", drawn.decode()))  # noqa: S314 - we have written it
    for each in list(root):
        if each.tag == f"{{{SVG}}}metadata":
            root.remove(each)
    for each in root.iter():
        if each.tag == f"{{{SVG}}}g":
            each.attrib.pop("id", None)
        for name in each.attrib:
            if name != "id":
                each.set(name, _LONG.sub(_rounded, each.attrib[name]).replace(_FONT, _READERS))
    root.set("role", "img")
    root.set("aria-labelledby", "title desc")
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        said = ET.Element(f"{{{SVG}}}{name}", {"id": name})
        said.text = _NO_XML.sub("", text)
        root.insert(place, said)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return bytes(ET.tostring(root, encoding="utf-8"))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
