"""XML from a stranger: it may be anything, and must cost neither the memory nor a file of this machine."""

import tracemalloc
from collections.abc import Mapping

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast import xml
from lahmadaemon.radio.icecast.listclients import listing

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE icestats [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<icestats><source mount="/a"><listener><ID>1</ID><IP>&c;</IP></listener></source></icestats>"""
FILE = b"""<!DOCTYPE icestats [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<icestats><source mount="/a"><listener><ID>1</ID><IP>&a;</IP></listener></source></icestats>"""


def refusal(body: bytes) -> str:
    with pytest.raises(UpstreamError) as trouble:
        listing(body)
    assert trouble.value.outcome == "invalid"
    return str(trouble.value)


@pytest.mark.parametrize("bomb", [LAUGHS, FILE, b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>'])
def test_a_document_type_is_refused_before_anything_it_declares_can_go_off(bomb: bytes) -> None:
    assert "document type" in refusal(bomb)


def test_an_entity_nobody_declared_is_no_xml() -> None:
    assert "undefined entity" in refusal(b"<icestats><source>&a;</source></icestats>")


def test_elements_within_elements_end_somewhere() -> None:
    assert "nests deeper" in refusal(b"<icestats>" * 1_000_000)


@pytest.mark.parametrize("encoding", [b"utf-7", b"nonsense", b"utf-8\xff"])
def test_an_alphabet_nobody_knows_is_no_xml(encoding: bytes) -> None:
    assert "not XML" in refusal(b'<?xml version="1.0" encoding="' + encoding + b'"?><icestats/>')


def test_an_older_alphabet_is_read() -> None:
    said = []

    def visit(path: str, attributes: Mapping[str, str], text: str) -> None:
        said.append((path, dict(attributes), text))

    xml.read(
        '<?xml version="1.0" encoding="ISO-8859-1"?><A B="ő&#x151;">rádió</A>'.replace("ő", "é").encode("latin-1"),
        visit,
    )

    assert said == [("a", {"b": "éő"}, "rádió")]


@pytest.mark.slow
def test_elements_without_end_take_no_memory() -> None:
    """As a tree, 100,000 empty elements would be more than 5 MB."""
    body = b'<icestats><source mount="/a"><Listeners>0</Listeners>' + b"<a/>" * 100_000 + b"</source></icestats>"
    tracemalloc.start()
    try:
        listing(body)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 3_000_000
