"""How people name what they mean: an incident's number, a condition, a subject, or `condition:subject`. Pure."""

import difflib
from collections.abc import Collection, Iterable

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Incident, Key


def names(key: Key) -> set[str]:
    """What somebody may write for a condition and a subject; a dotted subject's last part is enough."""
    condition, subject = key[0].value, key[1].lower()
    subjects = {subject, subject.rpartition(".")[2]}
    return {condition} | subjects | {f"{condition}:{each}" for each in subjects}


def means(written: str, key: Key, number: int) -> bool:
    """Whether that incident is meant."""
    wanted = written.strip().lower().removeprefix("#")
    return wanted == str(number) or wanted in names(key)


def lasting(written: str, incidents: Iterable[Incident], subjects: Collection[str]) -> str | None:
    """What is written, as it can be kept; an incident's number stands for its condition and subject. None: it names nothing."""
    wanted = written.strip().lower().removeprefix("#")
    for incident in incidents:
        if wanted == str(incident.number):
            return f"{incident.condition.value}:{incident.subject.lower()}"
    return wanted if wanted in _known(subjects) else None


def nearest(written: str, incidents: Iterable[Incident], subjects: Collection[str]) -> str | None:
    """The name that was probably meant."""
    known = _known(subjects) | {str(incident.number) for incident in incidents}
    return next(iter(difflib.get_close_matches(written.strip().lower(), sorted(known), n=1)), None)


def _known(subjects: Collection[str]) -> set[str]:
    everything = {name for subject in subjects for condition in Condition for name in names((condition, subject))}
    return everything | {condition.value for condition in Condition}
