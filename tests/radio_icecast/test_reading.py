"""The same elements as XML and as 2.5's experimental JSON, of which two forms stand in its source."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast.listclients import listing
from lahmadaemon.radio.icecast.statistics import statistics
from tests.samples import sample


def as_element(node: ElementTree.Element) -> dict[str, Any]:
    """As 2.5 writes what it has no names for."""
    made: dict[str, Any] = {"type": "element", "name": node.tag, "ns": None}
    if node.attrib:
        made["properties"] = dict(node.attrib)
    children: list[dict[str, Any]] = [as_element(child) for child in node]
    if node.text:
        children = [{"type": "text", "text": node.text, "ns": None}, *children]
    return made | ({"children": children} if children else {})


def as_fields(node: ElementTree.Element) -> dict[str, Any]:
    """As a later build writes statistics: fields by their names, mounts by theirs, the rest as elements."""
    simple = {child.tag: child.text for child in node if len(child) == 0 and child.text}
    made: dict[str, Any] = {name: int(text) if name == "listeners" else text for name, text in simple.items()}
    if sources := node.findall("source"):
        made["source"] = {source.get("mount"): as_fields(source) for source in sources}
    rest = [child for child in node if child.tag not in simple and child.tag != "source"]
    return made | ({"unhandled-child": [as_element(child) for child in rest]} if rest else {})


def told_as(form: str, file: str) -> bytes:
    root = ElementTree.fromstring(sample(f"icecast/{file}"))
    return json.dumps(as_element(root) if form == "elements" else [as_fields(root)]).encode()


FORMS = ["elements", "fields"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file", ["listclients_2.5.xml", "listclients_2.5_legacy.xml", "listclients_2.4.4_nobody.xml"])
def test_a_list_of_listeners_is_the_same_in_json(form: str, file: str) -> None:
    assert listing(told_as(form, file)) == listing(sample(f"icecast/{file}"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file", ["stats_2.4.4.xml", "stats_2.4.4_no_source.xml"])
def test_statistics_are_the_same_in_json(form: str, file: str) -> None:
    assert statistics(told_as(form, file)) == statistics(sample(f"icecast/{file}"))


@pytest.mark.parametrize("form", FORMS)
def test_statistics_are_no_list_of_listeners_in_json_either(form: str) -> None:
    with pytest.raises(UpstreamError, match="statistics"):
        listing(told_as(form, "stats_2.4.4.xml"))


@pytest.mark.parametrize(
    "body",
    [
        b"[", b"[]", b"{}", b"[3]", b"[null]", b"[" * 200_000, b'{"type":"element"}', b'{"type":"element","name":3}',
        b'{"type":"element","name":"icestats","children":{},"properties":[]}', b'[{"source":[],"unhandled-child":3}]',
        b'[{"source":{"/a":{"listeners":3}}}]', b'[{"source":{"/a":3}}]', b'\n {"icestats":\xff}',
    ],
)  # fmt: skip
def test_json_that_is_no_list_is_invalid_and_never_nobody(body: bytes) -> None:
    with pytest.raises(UpstreamError) as trouble:
        listing(body)

    assert trouble.value.outcome == "invalid"
