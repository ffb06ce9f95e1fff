"""The time line of what was on air: each entry of the log named, silence filled from the plan. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.shows.airing import OFF_AIR, UNKNOWN, Stretch, Why
from lahmadaemon.radio.shows.grid import Planned
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.matching import Match, Matcher, Reason, bucket
from lahmadaemon.radio.shows.slug import slug
from lahmadaemon.radio.snapshot import OnAir

SHORT_BREAK = 5 * MINUTE
"""A host who drops out, jingles, advertisements: a show goes on after so long."""
LONGEST_SILENCE = HOUR
"""A show heard before and after a gap went on in it, up to this long; beyond that we ask the plan."""

_WHY = {
    Reason.STREAMER: Why.STREAMER,
    Reason.ARTIST: Why.ARTIST,
    Reason.PLAYLIST: Why.PLAYLIST,
    Reason.ALIAS: Why.ALIAS,
    Reason.UNMATCHED: Why.UNMATCHED,
}


def timeline(
    entries: Iterable[Entry], matcher: Matcher, planned: Sequence[Planned], start: Instant, end: Instant
) -> list[Stretch]:
    """[start, end) without holes or overlaps, by what was heard; by the plan where nothing usable was."""
    stretches = _carried(list(_named(entries, matcher, start, end)))
    return [piece for stretch in stretches for piece in _by_plan(stretch, planned)]


def _named(entries: Iterable[Entry], matcher: Matcher, start: Instant, end: Instant) -> Iterator[Stretch]:
    """Entries one after the other. Where two overlap, as a play that was filled in while we were away and then seen again,
    the one that began last is right, and after it the other goes on."""
    touching = sorted((e for e in entries if e.since < end and e.until > start), key=lambda entry: entry.since)
    open_ones: list[Entry] = []
    reached = start
    for entry in [*touching, None]:
        upto = end if entry is None else max(entry.since, start)
        while reached < upto:
            while open_ones and open_ones[-1].until <= reached:
                open_ones.pop()
            until = min(open_ones[-1].until, upto) if open_ones else upto
            if open_ones:
                yield _as_stretch(reached, until, open_ones[-1].on_air, matcher)
            else:
                yield Stretch(reached, until, UNKNOWN, "", Why.NO_LOG)
            reached = until
        if entry is not None:
            open_ones.append(entry)


def _as_stretch(since: Instant, until: Instant, on_air: OnAir, matcher: Matcher) -> Stretch:
    found = matcher.match(on_air)
    if found.reason in {Reason.OFF_AIR, Reason.SILENT}:
        return Stretch(since, until, OFF_AIR, "", Why.OFF_AIR)
    # A title alone may be "Show - Episode": servers without an artist tell it so.
    if found.slug is None and not on_air.live and not on_air.artist and " - " in on_air.title:
        head, _, tail = on_air.title.partition(" - ")
        told = matcher.match(replace(on_air, artist=head))
        if told.slug:
            return Stretch(since, until, told.slug, head, Why.TITLE, tail)
    if found.slug is None and not on_air.live and not on_air.artist and on_air.title:
        told = matcher.match(replace(on_air, artist=on_air.title))
        if told.slug:
            return Stretch(since, until, told.slug, on_air.title, Why.TITLE)
    if found.slug is None and not on_air.live and not on_air.playlist:
        return Stretch(since, until, UNKNOWN, "", Why.NO_METADATA, stopgap=found.name.strip())
    name = found.name.strip() or "no name"
    return Stretch(since, until, bucket(found.slug, name), name, _WHY[found.reason], _episode(on_air, found))


def _episode(on_air: OnAir, found: Match) -> str:
    """The title, unless it is that of a track which a live host plays."""
    return on_air.title if not on_air.live or slug(on_air.artist) in {"", slug(found.name)} else ""


def _carried(stretches: list[Stretch]) -> list[Stretch]:
    """Silence between two parts of the same is the same."""
    for i in range(1, len(stretches) - 1):
        before, gap, after = stretches[i - 1 : i + 2]
        same = before.key == after.key != UNKNOWN and before.episode == after.episode
        longest = LONGEST_SILENCE if before.is_show else SHORT_BREAK
        if gap.key == UNKNOWN and same and gap.end - gap.start <= longest:
            why = Why.AROUND if before.is_show else Why.OFF_AIR
            stretches[i] = replace(gap, key=before.key, name=before.name, why=why, episode=before.episode)
    return stretches


def _by_plan(stretch: Stretch, planned: Sequence[Planned]) -> Iterator[Stretch]:
    """Silence cut along the plan. Where two are planned at once, the one that began last is the exception to the other."""
    if stretch.key != UNKNOWN:
        yield stretch
        return
    near = [each for each in planned if each.start < stretch.end and each.end > stretch.start]
    inside = {moment for each in near for moment in (each.start, each.end) if stretch.start < moment < stretch.end}
    cuts = [stretch.start, *sorted(inside), stretch.end]
    for since, until in pairwise(cuts):
        over = [each for each in near if each.start <= since and each.end >= until]
        chosen = max(over, key=lambda each: (each.start, -each.end, each.name), default=None)
        piece = replace(stretch, start=since, end=until)
        if chosen:
            yield replace(piece, key=bucket(chosen.slug, chosen.name), name=chosen.name)
        elif stretch.stopgap:
            name = stretch.stopgap
            yield replace(piece, key=bucket(None, name), name=name, why=Why.UNMATCHED)
        else:
            yield replace(piece, why=Why.UNKNOWN)
