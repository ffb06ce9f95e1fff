"""An incident as the window and the command line show it."""

from typing import Any

from lahmadaemon.alerts.conditions import RULES
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import Instant, iso


def as_json(incident: Incident, words: Wording, now: Instant) -> dict[str, Any]:
    """Instants as ISO 8601 UTC; `text`: what it is about, in the house's language."""
    facts = words.facts(incident, now)
    times = {name: iso(getattr(incident, name)) for name in ("raised_at", "fired_at", "cleared_at", "acked_at")}
    return {
        "number": incident.number,
        "condition": incident.condition.value,
        "subject": incident.subject,
        "severity": RULES[incident.condition].severity.value,
        "state": incident.state.value,
        **times,
        "acked_by": incident.acked_by,
        "unstable": incident.unstable_at is not None,
        "text": facts["what"] + facts["details"],
        "detail": dict(incident.detail),
    }
