"""Which show is meant by what a server says is on air. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lahmadaemon.radio.shows.grid import Show
from lahmadaemon.radio.shows.slug import slug
from lahmadaemon.radio.snapshot import OnAir

OFF_AIR = ("OFF AIR", "Off Air Ambient", "Jingle Donate", "Jingle Station ID")


class Reason(StrEnum):
    """How a show was found, or why there is none."""

    STREAMER = "streamer"
    ARTIST = "artist"
    PLAYLIST = "playlist"
    ALIAS = "alias"
    UNMATCHED = "unmatched"
    OFF_AIR = "off_air"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Match:
    """`slug` is None without a known show; `name` is the text that was looked up, as it was heard."""

    slug: str | None
    name: str
    reason: Reason

    @property
    def bucket(self) -> str | None:
        """What its listening is counted under; None where nothing is on air that could be a show."""
        return None if self.reason in {Reason.OFF_AIR, Reason.SILENT} else bucket(self.slug, self.name)


def bucket(slug: str | None, name: str) -> str:
    """The slug; without one the name under a common head, so that nothing is dropped and no show's slug is hit."""
    return slug or f"unmatched: {name}"


class Matcher:
    """The shows of one grid, by every name they go by."""

    def __init__(
        self, shows: Iterable[Show], aliases: Mapping[str, str] | None = None, off_air: Collection[str] = OFF_AIR
    ) -> None:
        """`aliases`: on-air name to slug, above everything else."""
        self._off_air = {slug(name) for name in off_air}
        self._aliases = {slug(name): target for name, target in (aliases or {}).items()}
        self._names: dict[str, tuple[str, bool]] = {}
        present, former = _parted(shows)
        for group in (
            present,
            former,
        ):  # a name of one's own goes before another's former one, the present before the past
            for show in group:
                self._names.setdefault(slug(show.name), (show.slug, False))
            for show in group:
                for name in (show.slug, *show.aliases, *show.former):
                    self._names.setdefault(slug(name), (show.slug, name != show.slug))
        # A playlist that several shows share names none of them.
        self._playlists = _playlists(former) | _playlists(present)

    def match(self, on_air: OnAir) -> Match:
        """Live: the streamer alone. Else the artist, which is the show here, then the playlist."""
        if not on_air.online:
            return Match(None, "", Reason.SILENT)
        if on_air.live and on_air.streamer.strip():
            return self._named(on_air.streamer, Reason.STREAMER) or Match(None, on_air.streamer, Reason.UNMATCHED)
        if not on_air.live and slug(on_air.playlist) in self._off_air:
            return Match(None, on_air.playlist, Reason.OFF_AIR)
        found = self._named(on_air.artist, Reason.ARTIST) or self._of_playlist(on_air.playlist)
        name = next((text for text in (on_air.artist, on_air.playlist, on_air.title) if text.strip()), "")
        return found or Match(None, name, Reason.UNMATCHED)

    def _named(self, name: str, reason: Reason) -> Match | None:
        key = slug(name)
        if key in self._aliases:
            return Match(self._aliases[key], name, Reason.ALIAS)
        if key in self._off_air:
            return Match(None, name, Reason.OFF_AIR)
        if key not in self._names or not key:
            return None
        found, other = self._names[key]
        return Match(found, name, Reason.ALIAS if other else reason)

    def _of_playlist(self, playlist: str) -> Match | None:
        key = slug(playlist)
        if target := self._aliases.get(key):
            return Match(target, playlist, Reason.ALIAS)
        found = self._playlists.get(key) if key else None
        return Match(found, playlist, Reason.PLAYLIST) if found else None


def _parted(shows: Iterable[Show]) -> tuple[list[Show], list[Show]]:
    known = list(shows)
    return [show for show in known if not show.retired], [show for show in known if show.retired]


def _playlists(shows: Iterable[Show]) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for show in shows:
        owners.setdefault(slug(show.playlist), set()).add(show.slug)
    return {name: next(iter(found)) for name, found in owners.items() if len(found) == 1}
