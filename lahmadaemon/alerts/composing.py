"""What a recipient is to be told: the difference between what they have heard and what is true. Pure."""

from collections.abc import Collection, Sequence

from lahmadaemon.alerts.conditions import RULES
from lahmadaemon.alerts.deliveries import Line
from lahmadaemon.alerts.incidents import Incident, Notice
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import Instant

MOST_KEPT = 200
"""Lines of one message; of those that tell of something that is over, the oldest give way."""
_HEARD_FIRST = {Notice.RESOLVED: Notice.WAS, Notice.REMINDER: Notice.FIRING}


def merged(
    earlier: Sequence[Line], owing: Sequence[Incident], told: Collection[int], words: Wording, now: Instant
) -> tuple[Line, ...]:
    """The lines nobody has seen yet with what is owed now: of every incident one line, the latest word."""
    lines = {line.incident: line for line in earlier}
    for incident in owing:
        if incident.owed is None or incident.number in told:
            continue
        unseen = lines.pop(incident.number, None)
        if incident.owed is Notice.WITHDRAWN:
            continue
        first = incident.notices == 0 or (unseen is not None and unseen.first)
        notice = _HEARD_FIRST.get(incident.owed, incident.owed) if first else incident.owed
        lines[incident.number] = Line(
            incident.number, incident.condition.value, incident.subject, RULES[incident.condition].severity.value,
            notice, first, words.line(incident, notice, now),
        )  # fmt: skip
    over = [number for number, line in lines.items() if line.notice in {Notice.WAS, Notice.RESOLVED}]
    for number in over[: max(0, len(lines) - MOST_KEPT)]:
        del lines[number]
    return tuple(lines.values())
