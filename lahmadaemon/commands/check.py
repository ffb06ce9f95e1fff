"""`lahmadaemon check`: the settings in force, and whether the daemon can do its work with them."""

import argparse
import asyncio
import json
from typing import TYPE_CHECKING

from rich.text import Text

from lahmadaemon import terminal
from lahmadaemon.checking.finding import Finding, Level, all_well
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.configuration import settings_of
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

STYLES = {Level.WELL: "green", Level.PLAIN: "dim", Level.WARNING: "yellow", Level.BROKEN: "bold red"}


def add_to(verbs: "Verbs") -> None:
    """check"""
    checking = add(verbs, "check", check, "show the settings in force, and try whether everything they name works")
    checking.add_argument("--offline", action="store_true", help="ask no other machine")
    checking.add_argument("--quiet", action="store_true", help="only what is doubtful or broken")
    checking.add_argument("--json", action="store_true", help="settings and findings for machines")


def check(loaded: Loaded, options: argparse.Namespace) -> int:
    """0 well, or only doubtful; 1 something is broken. That settings are right is known, or we would not be here."""
    from lahmadaemon.checking.whole import checked

    findings = asyncio.run(checked(loaded, SystemClock(), offline=options.offline))
    well = all_well(findings)
    if options.json:
        document = {"well": well, "settings": _settings(loaded), "findings": [each.as_json() for each in findings]}
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return WELL if well else UNWELL
    screen = terminal.console()
    if not options.quiet:
        screen.print(terminal.settings_table(settings_of(Settings), loaded.given))
    for finding in findings:
        if not options.quiet or finding.level in {Level.WARNING, Level.BROKEN}:
            screen.print(_line(finding), soft_wrap=True)
    return WELL if well else UNWELL


def _line(finding: Finding) -> Text:
    line = Text(f"{finding.level.value:<8} ", STYLES[finding.level])
    line.append(f"{finding.about}: {finding.said}", "default")
    if finding.todo:
        line.append(f"\n{'':<8} → {finding.todo}", "default")
    return line


def _settings(loaded: Loaded) -> dict[str, dict[str, str]]:
    rows = terminal.settings_rows(settings_of(Settings), loaded.given)
    return {row.name: {"value": row.value, "from": row.origin} for row in rows}
