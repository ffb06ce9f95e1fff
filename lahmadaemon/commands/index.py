"""What commands there are and whose module has each: the help need not import what only one of them uses.

A command's line stands here and in its module; a test holds them together.
"""

from collections.abc import Container, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "house": {
        "run": "measure until asked to stop (this is what systemd runs)",
        "once": "do one turn of one service, now",
    },
    "demo": {"demo": "watch the whole thing work on an invented station, cameras and creators"},
    "check": {"check": "show the settings in force, and try whether everything they name works"},
    "status": {"status": "ask the running daemon how it is"},
    "alarms": {"alarms": "open alarms; exit code 1 where there are any"},
    "radio": {
        "report": "listener figures of days, weeks or months; of a week's shows",
        "export": "write a day's files, or a week's of its shows",
    },
    "station": {"radio": "a station's listeners by class, its programme, its past"},
    "importing": {"import": "make the older script's lahma_*.csv files history"},
    "visitors": {"visitors": "counts of days, and the cameras' files that were refused"},
    "push": {"push": "reports owed to partners, and what became of them"},
    "social": {"social": "creators, campaigns, their posts, and logins"},
    "telegram": {"telegram": "log in to Telegram, and try whether messages arrive"},
    "upkeep": {
        "backup": "copy the store, also while the daemon runs, and look the copy through",
        "restore": "put a backup in the store's place; what is there now is kept aside",
    },
    "doctor": {"doctor": "look through a store that seems broken, and help it"},
    "forgetting": {"forget": "what a person may ask for: their data are found, and made nobody's"},
    "secret": {"secret": "the key that listener identities and stored logins hang on"},
    "completion": {"completion": "print what makes a shell complete commands and options"},
}
"""By module, in the order of the help."""


def add_commands(verbs: "Verbs", asked: Container[str] | None) -> None:
    """Every command by name and line; with its arguments where its name is among `asked`, all where that is None."""
    for module, lines in COMMANDS.items():
        if asked is None or any(name in asked for name in lines):
            import_module(f"{__package__}.{module}").add_to(verbs)
            continue
        for name, line in lines.items():
            verbs.add_parser(name, help=line)
