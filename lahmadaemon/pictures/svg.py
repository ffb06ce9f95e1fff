"""Finishes an SVG file as matplotlib writes it: says what it shows to who cannot see it, and leaves out what nobody needs."""

import re
import xml.etree.ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
_UNUSED = {f"{{{SVG}}}metadata", f"{{{SVG}}}style"}
_ALL = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What the style sheet said that is left out."""
_NAMES = {"id", "font-family"}
_SPACE = re.compile(r"\s+")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML has no place for (XML 1.0, 2.2), and names of shows may have all the same."""
_FONT = "'DejaVu Sans', sans-serif"
_READERS = "system-ui, 'DejaVu Sans', sans-serif"
"""Letters are the reader's own, which are narrower than those that room was left for; they have all scripts."""


def finished(drawn: bytes, title: str, description: str) -> bytes:
    """The same picture; not for strangers' files."""
    root = ET.fromstring(_NO_XML.sub("", drawn.decode()))  # noqa: S314 - we have written it
    for parent in list(root.iter()):
        for each in list(parent):
            if each.tag in _UNUSED or (each.tag == f"{{{SVG}}}g" and not len(each)):
                parent.remove(each)
    for each in root.iter():
        _tidied(each)
    root.attrib |= {"role": "img", "aria-labelledby": "title desc", **_ALL}
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        said = ET.Element(f"{{{SVG}}}{name}", {"id": name})
        said.text = _NO_XML.sub("", text)
        root.insert(place, said)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return bytes(ET.tostring(root, encoding="utf-8"))


def _tidied(each: ET.Element) -> None:
    """Styles become attributes, which the window's Content Security Policy lets pass; numbers are as long as one can see."""
    if each.tag == f"{{{SVG}}}g":
        each.attrib.pop("id", None)
    for part in filter(None, each.attrib.pop("style", "").split(";")):
        name, _, value = part.partition(":")
        each.set(name.strip(), value.strip().replace(_FONT, _READERS))
    for name, value in each.attrib.items():
        if name not in _NAMES:
            each.set(name, _SPACE.sub(" ", _LONG.sub(_rounded, value)).strip())
    if each.tag != f"{{{SVG}}}text":
        each.text = None
    each.tail = None


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
