"""The log of what was on air: changes, gaps, and what a server's own number of a play can vouch for."""

from dataclasses import replace

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.on_air import on_air as read_on_air
from lahmadaemon.radio.shows.log.entries import HEARD_LATER, Entry, Play, filling, follow, gaps
from lahmadaemon.radio.snapshot import OnAir
from tests.samples import sample, told

EVERY = 30 * SECOND
HALF = EVERY // 2
START = Instant(1_792_605_420_000)
SHOW = OnAir(online=True, artist="Kőbányai Műhely", playlist="Kobanyai Muhely", play=90400)
LIVE = OnAir(online=True, live=True, streamer="Űrhajó Klub", play=90402)
TITLE = OnAir(online=True, title="Űrhajó Klub")


def moment(seconds: float) -> Instant:
    return Instant(round(START + seconds * SECOND))


def polled(*sights: tuple[float, OnAir]) -> list[tuple[float, float, OnAir]]:
    """The log after sights at these seconds, as (since, until, what), in seconds."""
    kept: dict[int, Entry] = {}
    last = None
    for seconds, on_air in sights:
        for made in follow(last, moment(seconds), on_air, EVERY):
            kept[made.since] = last = made
    return [((e.since - START) / SECOND, (e.until - START) / SECOND, e.on_air) for e in kept.values()]


def test_a_play_seen_again_and_again_is_one_entry_that_reaches_half_an_interval_on() -> None:
    assert polled((0, SHOW), (30, SHOW), (60, SHOW)) == [(0, 75, SHOW)]


def test_what_follows_ends_what_was_and_begins_when_the_server_says() -> None:
    at = replace(LIVE, played_at=Instant(moment(47) + HEARD_LATER))

    assert polled((0, SHOW), (30, SHOW), (60, at)) == [(0, 47, SHOW), (47, 75, LIVE)]


def test_without_a_beginning_a_change_is_halfway_between_the_two_sights() -> None:
    assert polled((0, TITLE), (30, replace(TITLE, title="Más"))) == [
        (0, 15, TITLE),
        (15, 45, replace(TITLE, title="Más")),
    ]


def test_a_beginning_before_the_last_sight_is_not_believed() -> None:
    """A host takes over within a play: the server's row, and its beginning, stay those of the play."""
    taken = replace(SHOW, live=True, streamer="Űrhajó Klub")

    assert polled((0, SHOW), (30, replace(taken, played_at=moment(-600)))) == [(0, 15, SHOW), (15, 45, taken)]


def test_the_first_sight_of_a_play_knows_when_it_began() -> None:
    assert polled((0, replace(SHOW, played_at=Instant(moment(-900) + HEARD_LATER)))) == [(-900, 15, SHOW)]


def test_failed_polls_leave_a_gap_where_nobody_can_vouch_for_the_time_between() -> None:
    assert polled((0, TITLE), (600, TITLE)) == [(0, 15, TITLE), (585, 615, TITLE)]


def test_the_same_play_before_and_after_failed_polls_went_on_between_them() -> None:
    assert polled((0, SHOW), (600, SHOW)) == [(0, 615, SHOW)]


def test_after_a_gap_a_play_reaches_back_to_its_own_beginning() -> None:
    assert polled((0, SHOW), (600, replace(LIVE, played_at=Instant(moment(100) + HEARD_LATER)))) == [
        (0, 15, SHOW),
        (100, 615, LIVE),
    ]


def test_one_missed_poll_is_a_gap_of_half_an_interval_each() -> None:
    assert polled((0, TITLE), (60, TITLE)) == [(0, 15, TITLE), (45, 75, TITLE)]


def test_a_poll_noted_twice_changes_nothing() -> None:
    assert polled((0, SHOW), (30, LIVE), (30, LIVE)) == polled((0, SHOW), (30, LIVE))


def test_the_length_of_a_play_is_not_what_tells_two_sights_apart() -> None:
    assert len(polled((0, replace(SHOW, length=3600)), (30, SHOW))) == 1


def test_a_clock_set_back_far_begins_anew_and_a_little_is_no_matter() -> None:
    assert polled((0, TITLE), (-2, TITLE)) == [(0, 15, TITLE)]
    assert polled((0, TITLE), (-1200, TITLE)) == [(0, 15, TITLE), (-1200, -1185, TITLE)]


def test_gaps_are_what_no_entry_reaches_and_short_ones_are_let_be() -> None:
    entries = [
        Entry(moment(100), moment(200), moment(200), TITLE),
        Entry(moment(250), moment(300), moment(300), TITLE),
        Entry(moment(120), moment(130), moment(130), TITLE),
    ]

    assert gaps(entries, moment(0), moment(600)) == [(moment(0), moment(100)), (moment(300), moment(600))]
    assert gaps([], moment(0), moment(60)) == []


def test_history_fills_a_gap_and_nothing_beside_it() -> None:
    plays = [Play(SHOW, moment(0), 0), Play(LIVE, moment(500), 0), Play(TITLE, moment(900), 0)]

    found = filling(plays, (moment(100), moment(800)))

    assert [(e.since, e.until, e.on_air, e.origin) for e in found] == [
        (moment(100), moment(500), SHOW, "history"),
        (moment(500), moment(800), LIVE, "history"),
    ]


def test_a_file_ends_when_it_ends_even_if_nothing_follows_it() -> None:
    """The stream was silent: the next row comes an hour later."""
    plays = [Play(SHOW, moment(0), 600 * SECOND), Play(LIVE, moment(4000), 0)]

    first, second = filling(plays, (moment(0), moment(5000)))

    assert (first.until, second.since) == (moment(600), moment(4000))
    assert filling([plays[0]], (moment(0), moment(600 + 4 * 60)))[0].until == Instant(moment(600) + 4 * MINUTE)


def test_the_evening_of_the_twelve_polls_is_two_entries_that_meet_where_the_server_says() -> None:
    """Polls 4 and 6 fail; a jingle of 26 seconds between two polls is nobody's, and a host follows."""
    manifest = told("azuracast/polls/manifest.json")["polls"]
    kept: dict[int, Entry] = {}
    last = None
    for number, poll in enumerate(manifest, 1):
        if number not in {4, 6}:
            seen = read_on_air(payload.now_playing(sample(f"azuracast/polls/{number:02}_nowplaying.json")))
            assert seen is not None
            for made in follow(last, Instant(poll["server_epoch"] * SECOND), seen, EVERY):
                kept[made.since] = last = made

    workshop, rocket = kept.values()
    assert (workshop.on_air.artist, rocket.on_air.streamer) == ("Kőbányai Műhely", "Űrhajó Klub")
    assert workshop.since == 1_792_602_008_000 - HEARD_LATER
    assert (workshop.until, rocket.since) == (1_792_605_646_000 - HEARD_LATER,) * 2
