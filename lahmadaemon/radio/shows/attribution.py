"""From the time line to airings: short breaks spanned, each airing beside the one that was planned. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant, local
from lahmadaemon.radio import periods
from lahmadaemon.radio.shows.airing import Aired, Airing, Stretch, Why
from lahmadaemon.radio.shows.grid import Planned, Show, order
from lahmadaemon.radio.shows.hearing import SHORT_BREAK, timeline
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.matching import Matcher, bucket
from lahmadaemon.radio.shows.slug import slug

MOVED_AT_MOST = 3 * HOUR
"""A show heard this near its slot is the planned one, earlier or later."""
LONGEST_AIRING = DAY
"""What goes on for longer is cut at midnights: it would belong to no week otherwise."""
MARGIN = DAY
"""Read so much around a period: an airing belongs to the week of its start, which may be before."""


@dataclass(frozen=True)
class Plan:
    """What one must know to name what was heard."""

    shows: Sequence[Show]
    planned: Sequence[Planned]
    matcher: Matcher


def aired(entries: Iterable[Entry], plan: Plan, zone: ZoneInfo, start: Instant, end: Instant) -> Aired:
    """Everything that was on air in [start, end); the plan of what had ended by then and was not heard."""
    stretches = timeline(entries, plan.matcher, plan.planned, start, end)
    blocks = _spanned(_blocks(_one_spelling(stretches)), plan.planned)
    names = {show.slug: show.name for show in plan.shows}
    found = [airing for block in blocks if block.is_show for airing in _airings(block, names, zone)]
    slots = _by_key(plan.planned)
    airings = _with_plan([_at_the_edge(airing, start, end) for airing in found], slots)
    met = {airing.planned for airing in airings}
    met |= {each for airing in airings for each in slots.get(airing.key, ()) if _meet(airing, each)}
    missing = [each for each in plan.planned if start <= each.start and each.end <= end and each not in met]
    return Aired(airings, [part for block in blocks if not block.is_show for part in block.parts], missing)


def _at_the_edge(airing: Airing, start: Instant, end: Instant) -> Airing:
    """What is cut where our knowledge begins or ends has no beginning, or no end, to be told."""
    return replace(airing, begun_before=airing.start <= start, goes_on=airing.end > end - MINUTE)


def _key(planned: Planned) -> str:
    return bucket(planned.slug, planned.name)


def _by_key(planned: Iterable[Planned]) -> dict[str, list[Planned]]:
    """Where every song is a name of its own, a month has ten thousand airings: they are not held against every slot."""
    found: dict[str, list[Planned]] = {}
    for each in planned:
        found.setdefault(_key(each), []).append(each)
    return found


def _meet(one: "Airing | _Block", other: Planned) -> bool:
    return one.start < other.end and one.end > other.start


@dataclass(frozen=True, slots=True)
class _Block:
    """Stretches one after the other that are counted as the same."""

    key: str
    parts: tuple[Stretch, ...]

    @property
    def start(self) -> Instant:
        return self.parts[0].start

    @property
    def end(self) -> Instant:
        return self.parts[-1].end

    @property
    def is_show(self) -> bool:
        return self.parts[0].is_show

    @property
    def is_matched(self) -> bool:
        return self.is_show and not self.key.startswith("unmatched:")


def _one_spelling(stretches: list[Stretch]) -> list[Stretch]:
    """An unmatched name is the same however it is spelt."""
    first: dict[str, str] = {}
    return [
        replace(each, key=first.setdefault(slug(each.name) or each.name, each.key))
        if each.key.startswith("unmatched:")
        else each
        for each in stretches
    ]


def _blocks(stretches: Iterable[Stretch]) -> list[_Block]:
    return [_Block(key, tuple(parts)) for key, parts in groupby(stretches, key=attrgetter("key"))]


def _spanned(blocks: list[_Block], planned: Sequence[Planned]) -> list[_Block]:
    """The blocks with what interrupts a show for a short time counted as that show."""
    found: list[_Block] = []
    i = 0
    while i < len(blocks):
        block = blocks[i]
        while block.is_show and (j := _goes_on(blocks, i, block, planned)):
            within = [
                replace(part, key=block.key, why=Why.BREAK, episode="") for b in blocks[i + 1 : j] for part in b.parts
            ]
            block = _Block(block.key, (*block.parts, *within, *blocks[j].parts))
            i = j
        found.append(block)
        i += 1
    return found


def _goes_on(blocks: Sequence[_Block], i: int, block: _Block, planned: Sequence[Planned]) -> int | None:
    """Where the same show goes on after the block at `i`, if that is soon."""
    for j in range(i + 1, len(blocks)):
        if blocks[j].key == block.key:
            return j
        if blocks[j].end - block.end > SHORT_BREAK or not _may_interrupt(blocks[j], block, planned):
            return None
    return None


def _may_interrupt(other: _Block, block: _Block, planned: Sequence[Planned]) -> bool:
    """Nothing on air always; another show only where it was not planned to be."""
    if not other.is_show:
        return True
    if not block.is_matched:
        return False
    return not any(_key(each) == other.key and _meet(other, each) for each in planned)


def _airings(block: _Block, names: dict[str, str], zone: ZoneInfo) -> Iterator[Airing]:
    cuts = [block.start, block.end]
    if block.end - block.start > LONGEST_AIRING:
        cuts = [block.start, *_midnights(block.start, block.end, zone), block.end]
    for start, end in pairwise(cuts):
        reasons: Counter[Why] = Counter()
        episodes: Counter[str] = Counter()
        for part in block.parts:
            inside = min(part.end, end) - max(part.start, start)
            if inside > 0:
                reasons[part.why] += inside
                episodes[part.episode] += inside if part.episode else 0
        episode = max(episodes, key=lambda each: (episodes[each], each), default="")
        name = names.get(block.key, block.parts[0].name)
        yield Airing(block.key, name, start, end, episode, tuple(reasons.most_common()))


def _midnights(start: Instant, end: Instant, zone: ZoneInfo) -> Iterator[Instant]:
    day = periods.day(local(start, zone).date(), zone)
    while day.end < end:
        yield day.end
        day = periods.day(local(day.end, zone).date(), zone)


def _with_plan(airings: list[Airing], slots: Mapping[str, Sequence[Planned]]) -> list[Airing]:
    """Each airing beside the planned one of its show that it overlaps most, else the nearest; none twice."""
    pairs = []
    for i, airing in enumerate(airings):
        for each in slots.get(airing.key, ()):
            overlap = min(airing.end, each.end) - max(airing.start, each.start)
            away = abs(airing.start - each.start)
            if overlap > 0 or away <= MOVED_AT_MOST:
                pairs.append((-max(overlap, 0), away, i, order(each), each))
    chosen: dict[int, Planned] = {}
    taken: set[Planned] = set()
    for *_, i, _, each in sorted(pairs, key=itemgetter(0, 1, 2, 3)):
        if i not in chosen and each not in taken:
            chosen[i] = each
            taken.add(each)
    return [replace(airing, planned=chosen.get(i)) for i, airing in enumerate(airings)]
