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
        Condition.SETTINGS_REFUSED: "the new settings are wrong, the old ones stay in force|[: {error}]",
        Condition.DISK_LOW: "the disk of the store has little room left|[: {free_mib} MiB free, {free_percent} %][ ({folder})]",
        Condition.DISK_FULL: "the disk of the store is nearly full, stations and creators are not read meanwhile"
        "|[: {free_mib} MiB free, {free_percent} %][ ({folder})]",
        Condition.SERVICE_FAILED: "service {service} has given up|[: {error}]; do what it says, then restart",
        Condition.SERVICE_CRASHING: "service {service} keeps crashing|[: {error}]",
        Condition.SERVICE_STUMBLING: "service {service} is in trouble|[: {error}]",
        Condition.DATA_SUSPICIOUS: "the data of {station} look wrong|[: {why}]",
        Condition.RADIO_FROZEN: "the server of {station} shows an old picture of who listens"
        "|[, since {since_at}]; nothing is counted meanwhile: restart AzuraCast",
        Condition.RADIO_COUNTS_ONLY: "the server of {station} tells how many listen, but not who"
        "|[, since {since_at}]: set its analytics to collect everything",
        Condition.RADIO_HOURLY_RESET: "the server of {station} forgets everybody once an hour"
        "|[, since {since_at}]: set its analytics to collect everything",
        Condition.RADIO_PROXY: "most listeners of {station} seem to come from one address"
        "|[: {count} of {rows}]; a proxy hides who they are, let it forward their addresses",
        Condition.RADIO_OFF_AIR: "{station} is off air|[, since {since_at}]",
        Condition.RADIO_CLOCK: "the clock of the server of {station} differs from ours|[ by {ahead_seconds}]",
        Condition.RADIO_RESET: "everybody's connection to {station} began anew|[ at {since_at}]; sessions go on where they can",
        Condition.RADIO_REMARK: "the figures of {station} are to be read with care|[: {why}]",
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
        Condition.CREATOR_LOGIN_ENDING: "creator {creator}'s login at {provider} ends soon"
        "|[: {until_at}]; ask them to connect again",
        Condition.CREATOR_LOGIN_DEAD: "creator {creator} is not connected to {provider} any more"
        "|[: {reason}]; ask them to connect again",
        Condition.CREATORS_APP_SUSPICIOUS: "the Creators app gives no sensible answer"
        "|[: {why}]; what was known is kept",
        Condition.CAMPAIGN_UNMATCHABLE: "campaign {campaign} can never match|[: {why}]",
        Condition.PLATFORM_LIMIT: "the allowance of {platform} is used up|[ until {until_at}]; collecting waits",
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
        "weekly": "{station}, week {week}: {hours} listened hours, listeners: {listeners}, {share} measured",
        "show": "{name}: {hours} h, listeners: {listeners}",
        "others": "and {count} more: lahmadaemon report shows",
        "axis": "listened hours",
        "people": "listeners",
        "unsure": "not measured whole",
    },
)
