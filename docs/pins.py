"""Writes constraints.txt: the exact versions of all that lahmadaemon needs, as they are installed here and were tested.

.venv/bin/python -m docs.pins
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILE = Path(__file__).parents[1] / "constraints.txt"
HEAD = """\
# The versions lahmadaemon was tested with, of all that it needs and that its tests need. For the same again:
#   pip install -c constraints.txt .
# Made by `python -m docs.pins` from what is installed; where it is fetched from is your pip's affair.
"""


def pins(name: str, extras: frozenset[str], found: dict[str, str]) -> dict[str, str]:
    """Name and version of all that a distribution needs, directly or not, and is installed; `found` grows."""
    for text in distribution(name).requires or []:
        needed = Requirement(text)
        own = canonicalize_name(needed.name)
        wanted = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in {*extras, ""})
        if not wanted or (own in found and not needed.extras):
            continue
        try:
            version = distribution(own).version
        except PackageNotFoundError:  # an extra of an extra that nobody asked for
            continue
        found[own] = version
        if own != name or needed.extras - extras:
            pins(own, frozenset(needed.extras), found)
    return found


def main() -> None:
    found = pins("lahmadaemon", frozenset({"dev", "postgresql", "proxy"}), {})
    found.pop("lahmadaemon", None)
    FILE.write_text(HEAD + "".join(f"{name}=={version}\n" for name, version in sorted(found.items())))
    print(f"{FILE.name}: {len(found)}")


if __name__ == "__main__":
    main()
