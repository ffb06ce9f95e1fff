"""What a list from the Creators app changes in what is known. An empty or half-read list takes nobody away. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Changes:
    """By id, sorted; who returned may have changed as well. `before`: how many were there until then."""

    before: int
    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    refused: bool = False
    """The list was empty, though some were there: nothing is changed."""


def compare(
    known: Mapping[int, bool], listed: Mapping[int, bool], *, unread: Collection[int] = (), whole: bool = True
) -> Changes:
    """`known`: whether each of them is there, or gone; `listed`: whether each says something else than is known of it.

    `unread`: ids on the list of which nothing else is known; they stay as they are. Not `whole`: something on it could not
    be made out at all, so nobody is called gone. An empty list says that the other side is broken, not that all have left.
    """
    there = {number for number, is_there in known.items() if is_there}
    if there and not listed:
        return Changes(len(there), refused=True)
    both = listed.keys() & known.keys()
    gone = there - listed.keys() - set(unread) if whole else set[int]()
    return Changes(
        len(there),
        new=tuple(sorted(listed.keys() - known.keys())),
        changed=tuple(sorted(number for number in both if listed[number])),
        gone=tuple(sorted(gone)),
        returned=tuple(sorted(both - there)),
    )
