"""English."""

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.alerts.wordings.language import Language

ENGLISH = Language(
    frames={
        Notice.FIRING: "ALARM since {since}: {what}{details}",
        Notice.REMINDER: "STILL, for {lasted} (since {since}): {what}{details}",
        Notice.UNSTABLE: "UNSTABLE: {what}{details}; it comes and goes, you will hear of it once an hour",
        Notice.RESOLVED: "OVER after {lasted} ({since}–{until}): {what}",
        Notice.WAS: "It was so for a while: {what}, {since}–{until} ({lasted})",
    },
    closed="NOT WATCHED NOW (closing time), after {lasted} ({since}–{until}): {what}",
    conditions={
        Condition.STORE_FAILING: "the database cannot be written|[: {error}]",
        Condition.SERVICE_FAILED: "service {service} has given up|[: {error}]; do what it says, then restart",
        Condition.SERVICE_CRASHING: "service {service} keeps crashing|[: {error}]",
        Condition.SERVICE_STUMBLING: "service {service} is in trouble|[: {error}]",
        Condition.DATA_SUSPICIOUS: "the data of {station} look wrong|[: {why}]",
        Condition.FOLDER_MISSING: "the folder of camera {camera} cannot be reached|[: {folder}][ ({problem})]",
        Condition.NO_FILES: "no files from camera {camera}|[ for {quiet_seconds}][; last file: {last_file_at}]",
        Condition.ONLY_EMPTY: "only empty files from camera {camera}"
        "|[ for {quiet_seconds}][; last crossings: {last_crossings_at}]",
        Condition.ONLY_INVALID: "only unusable files from camera {camera}"
        "|[ for {quiet_seconds}][; last good file: {last_file_at}][; {file}][: {reason}]",
        Condition.BAD_FILES: "unusable files from camera {camera}|[: {count}][; {file}][: {reason}]",
        Condition.FILES_UNREADABLE: "files of camera {camera} cannot be read|[: {file}][ ({problem})]",
        Condition.FILES_STUCK: "files of camera {camera} cannot be moved away|[: {folder}][ ({problem})]",
        Condition.BACKLOG_GROWING: "files of camera {camera} pile up|[: {files} are waiting]",
        Condition.CAMERA_CLOCK: "the clock of camera {camera} is wrong|[ by {ahead_seconds}]",
        Condition.PUSH_FAILING: "reports do not reach {target}|[; {windows} are waiting][ since {since_at}][: {error}]",
        Condition.PUSH_BLOCKED: "{target} lets us in no more, reports are held|[: {error}]",
        Condition.PUSH_REFUSED: "{target} refuses reports|[: {answer}][; {dead} given up]",
        Condition.PUSH_ANSWER_CHANGED: "{target} answers differently now|[: {answer}][; before: {before}]",
        Condition.PUSH_CLOCK: "the clock of {target} differs from ours|[ by {ahead_seconds}]",
    },
    units=("d", "h", "min", "s"),
    never="never",
    more="and {count} more: lahmadaemon alarms",
    test="A test: messages from lahmadaemon reach you.",
    digest={
        "title": "lahmadaemon, {day}",
        "quiet": "No incidents.",
        "lasting": "Still so: {what}, since {since}",
        "restarts": "Restarts of services since the daemon started: {count}",
        "undelivered": "Messages not delivered: {count}, the oldest from {since}",
        "missing": "A part of this digest is missing: {why}",
    },
)
