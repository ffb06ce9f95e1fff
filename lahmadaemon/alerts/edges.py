"""What the log hears of an incident, at its edges: the alarm itself where nobody else is told."""

import structlog

from lahmadaemon.alerts.conditions import RULES
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.alerts.judging import Reason
from lahmadaemon.clock import SECOND

log = structlog.get_logger()


def tell(was: Incident | None, now: Incident, reason: Reason) -> None:
    """Log what has changed between two looks."""
    fields = {
        "number": now.number, "condition": now.condition.value, "subject": now.subject,
        "severity": RULES[now.condition].severity.value,
    }  # fmt: skip
    if now.fired_at is not None and (was is None or was.fired_at is None):
        log.warning("alert.fired", **fields, detail=dict(now.detail))
    if now.unstable_at is not None and (was is None or was.unstable_at is None):
        log.warning("alert.unstable", **fields, changes=len(now.changes))
    if not now.open and was is not None and was.open:
        lasted = ((now.cleared_at or now.raised_at) - now.raised_at) / SECOND
        log.info("alert.resolved", **fields, lasted_seconds=lasted, told=bool(now.owed), because=reason.value)
