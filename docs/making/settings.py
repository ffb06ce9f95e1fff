"""docs/settings.md: every setting by room, with its kind in words, its default and its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from lahmadaemon.configuration import DELIMITER, PREFIX, Setting, fields_of, seconds, settings_of
from lahmadaemon.settings import Settings
from lahmadaemon.visitors.intake.opening import OpeningHours

PREFACE = """\
# Settings

Every setting there is: what kind of thing it is, its default, and what it means. This page and
[settings.example.env](../settings.example.env) are made from the code (`python -m docs.generate`), and a test holds them to it.

- A setting is looked for in the environment, then in the file its `…_FILE` names (secrets only), then among systemd's credentials,
  then in the settings file: `.env` where the daemon is started, or `--settings FILE`. The first that has it counts, an empty
  one is not given.
- `<NAME>` is yours to choose: `LAHMA_RADIO__STATIONS__LAHMACUN__URL`. Two underscores part the levels.
- A **duration** carries its unit: `500ms`, `30s`, `5m`, `24h`, `7d`, `1h30m`. A **list** has commas between its words.
- A **secret** is shown as stars wherever it could be seen.
- A name that does not exist, or a value that is none, ends `run` and `check` with exit code 2 and the nearest right name.
- `lahmadaemon check` shows what is in force, and where each comes from.
"""
HEADS = {
    "": "The house", "LOG": "Log", "STORE": "Store", "WEB": "The window", "RADIO": "Radio", "VISITORS": "Visitors",
    "SOCIAL": "Social", "TELEGRAM": "Telegram", "ALERTS": "Alarms", "HEARTBEAT": "Heartbeat",
}  # fmt: skip
"""By the first level of the name; a level without one is shown by its own name."""
WORDS: dict[object, str] = {
    str: "text", int: "whole number", float: "number", bool: "`True` or `False`", Path: "path", SecretStr: "secret",
    ZoneInfo: "time zone", OpeningHours: "opening hours",
}  # fmt: skip


def page() -> str:
    """The whole of docs/settings.md: level by level, a level's own settings before those of its groups."""
    fields = dict(fields_of(Settings))
    groups: dict[str, list[Setting]] = {}
    for setting in settings_of(Settings):
        groups.setdefault(_group(setting.name), []).append(setting)
    firsts = dict.fromkeys(group.split(DELIMITER)[0] for group in groups)
    lines = [PREFACE]
    for first in firsts:
        lines += [f"## {HEADS.get(first, first.capitalize())}", ""]
        for group in sorted(
            (each for each in groups if each.split(DELIMITER)[0] == first), key=lambda each: each != first
        ):
            if group != first:
                lines += [f"### `{PREFIX}{group}{DELIMITER}…`", ""]
            lines += ["| setting | kind | default | meaning |", "|---|---|---|---|"]
            lines += [*(_row(each, fields[each.name]) for each in groups[group]), ""]
    return "\n".join(lines)


def _group(name: str) -> str:
    """What stands before the last level: `RADIO__SHOWS` of LAHMA_RADIO__SHOWS__URL."""
    return name.removeprefix(PREFIX).rpartition(DELIMITER)[0]


def _row(setting: Setting, field: FieldInfo) -> str:
    default = "required" if setting.required else f"`{setting.default}`" if setting.default else ""
    cells = [f"`{setting.name}`", kind(field), default, setting.description]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def kind(field: FieldInfo) -> str:
    """`duration, at least 10s`; a kind that nobody has put into words is written as text, as they all are."""
    annotation, metadata = _bare(field.annotation), list(field.metadata)
    if hasattr(annotation, "__metadata__"):  # Annotated within Optional
        annotation, metadata = annotation.__origin__, [*metadata, *annotation.__metadata__]
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(annotation))
    timed = any(getattr(mark, "func", None) is seconds for mark in metadata)
    word = "duration" if timed else "list" if get_origin(annotation) is tuple else WORDS.get(annotation, "text")
    return ", ".join([word, *_bounds(metadata, timed=timed)])


def _bounds(metadata: list[object], *, timed: bool) -> Iterator[str]:
    for mark in metadata:
        for sign, words in (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below")):
            bound = getattr(mark, sign, None)
            if bound or (bound == 0 and sign == "gt"):
                yield f"{words} {_duration(bound) if timed else f'{bound:g}'}"
        if least := getattr(mark, "min_length", None):
            yield f"{least} signs or more" if least > 1 else "not empty"
        if most := getattr(mark, "max_length", None):
            yield f"{most} signs at most"


def _duration(value: float) -> str:
    """As one would write it."""
    unit = next(unit for unit in (86400, 3600, 60, 1) if value % unit == 0 and (value >= unit or unit == 1))
    return f"{value / unit:g}{dict(zip((86400, 3600, 60, 1), 'dhms', strict=True))[unit]}" if value else "0"


def _bare(annotation: object) -> object:
    """`X | None` as X."""
    kinds = [each for each in get_args(annotation) if each is not type(None)]
    return kinds[0] if type(None) in get_args(annotation) else annotation
