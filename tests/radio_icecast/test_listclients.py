"""Lists of listeners of every Icecast, as written on the wire."""

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast.listclients import Listener, listing
from tests.samples import names, sample

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Safari/605.1.15"
)
NINE = [
    (5120, "192.0.2.77", "Lavf/58.76.100", 234196),
    (88013, "203.0.113.11", "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", 6238),
    (88240, "192.0.2.150", CHROME, 1668),
    (88251, "192.0.2.150", CHROME, 1580),
    (88390, "198.51.100.24", PHONE, 231),
    (88402, "2001:db8:51a:7c00:c8e0:51ff:2b9d:803a", SAFARI, 149),
    (88411, "203.0.113.250", "Icecast 2.4.4", 58),
    (88420, "198.51.100.80", "", 19),
    (88422, "203.0.113.99", 'Rádió<lejátszó> & "Társa"/1.0', 2),
]


def people(file: str) -> list[tuple[int, str, str, int | None]]:
    return [
        (each.id, each.ip, each.user_agent, each.connected) for each in listing(sample(f"icecast/{file}")).listeners
    ]


@pytest.mark.parametrize("file", ["listclients_2.4.4.xml", "listclients_2.5.xml", "listclients_2.5_legacy.xml"])
def test_the_same_nine_are_read_from_every_version_s_list(file: str) -> None:
    assert people(file) == NINE


def test_kh_leaves_out_how_long_the_newest_has_been_there() -> None:
    assert people("listclients_kh.xml") == [*NINE[:-1], (*NINE[-1][:3], None)]


@pytest.mark.parametrize("file", [file for file in names("icecast", "listclients_*.xml") if "no_mount" not in file])
def test_a_list_counts_those_it_names_and_drops_nobody(file: str) -> None:
    found = listing(sample(file))

    assert (found.count, found.dropped) == (len(found.listeners), 0)
    assert found.count == (0 if "nobody" in file else 9)


def test_a_country_is_told_by_2_5_only_and_its_summary_is_no_listener() -> None:
    countries = [each.country for each in listing(sample("icecast/listclients_2.5.xml")).listeners]

    assert countries == ["US", "HU", None, None, "HU", "AT", None, None, None]


def one(body: str) -> Listener:
    [listener] = listing(f'<icestats><source mount="/a">{body}</source></icestats>'.encode()).listeners
    return listener


@pytest.mark.parametrize("connected", ["", "<Connected/>", "<Connected>soon</Connected>", "<Connected>-3</Connected>"])
def test_who_has_been_there_for_an_unknown_time_is_there_all_the_same(connected: str) -> None:
    assert one(f"<listener><IP>203.0.113.7</IP>{connected}<ID>5</ID></listener>").connected is None


def test_a_beginning_in_the_server_s_future_is_none() -> None:
    """Story: the clock of a 2.4 was set back; it wrote lengths below zero as 18446744073709548016 seconds."""
    assert one("<listener><ID>5</ID><Connected>18446744073709548016</Connected></listener>").connected is None


@pytest.mark.parametrize(
    ("listener", "known"),
    [
        ("<listener><ID>5</ID></listener>", Listener(5, "", "", None)),
        ('<listener id="5"/>', Listener(5, "", "", None)),
        ('<listener id="9"><ID> 5 </ID></listener>', Listener(5, "", "", None)),
        ("<Listener><Id>5</Id><iP>::1</iP><USERAGENT>A</USERAGENT></Listener>", Listener(5, "::1", "A", None)),
        ("<listener><ID>5</ID><UserAgent>Unknown</UserAgent></listener>", Listener(5, "", "", None)),
        (
            "<listener><ID>5</ID><UserAgent> </UserAgent><who><IP>1.2.3.4</IP></who></listener>",
            Listener(5, "", "", None),
        ),
    ],
)
def test_all_but_the_id_may_be_missing_and_case_does_not_matter(listener: str, known: Listener) -> None:
    assert one(listener) == known


@pytest.mark.parametrize("listener", ["<listener/>", "<listener><ID>five</ID></listener>", '<listener id="-5"/>'])
def test_a_listener_without_an_id_is_dropped_and_counted(listener: str) -> None:
    both = f'<icestats><source mount="/a">{listener}<listener><ID>5</ID></listener></source></icestats>'

    found = listing(both.encode())

    assert (len(found.listeners), found.count, found.dropped) == (1, 2, 1)


@pytest.mark.parametrize(
    "body",
    [
        sample("icecast/listclients_kh_no_mount.xml"),
        sample("icecast/stats_2.4.4.xml"),
        sample("icecast/stats_2.4.4_no_source.xml"),
        sample("icecast/error_400_mount_down_2.5.xml"),
        sample("icecast/error_404_2.4.4.html"),
        sample("icecast/status_one_source.json"),
        sample("icecast/listclients_2.4.4.xml")[:-30],
        b"",
        b"<icestats/>",
        b'<icestats><source mount="/a"/></icestats>',
        b'<icestats><source mount="/a"><Listeners>3</Listeners></source></icestats>',
        b'<icestats><source mount="/a"><Listeners>many</Listeners></source></icestats>',
        b'<icestats><source mount="/a"><Listeners>0</Listeners></source><source/></icestats>',
        b"<other><source><Listeners>0</Listeners></source></other>",
    ],
    ids=range(14),
)
def test_what_is_no_list_of_listeners_is_invalid_and_never_nobody(body: bytes) -> None:
    with pytest.raises(UpstreamError) as trouble:
        listing(body)

    assert trouble.value.outcome == "invalid"
