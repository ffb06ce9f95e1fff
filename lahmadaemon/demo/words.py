"""One moment of the demo in words: where nobody can draw, and when it is over. Pure."""

from collections.abc import Iterable, Sequence

from lahmadaemon.demo.social.pane import last_words, words
from lahmadaemon.demo.view import OPENING, Scene
from lahmadaemon.radio.shows.report import Line

MOST_SHOWS = 3


def invitation(scene: Scene) -> str:
    """Where to look."""
    return f"Worth opening: {' and '.join(scene.window + path for path in OPENING)}"


def line(scene: Scene) -> str:
    """The moment where nobody can draw."""
    net = scene.today.net
    now = scene.listening[-1] if scene.listening else 0
    return (
        f"{scene.moment}  {now:3} connections now, today {net.cume} unique listeners, {net.tlh:.1f} hours listened, "
        f"peak {net.peak}; on air: {scene.on_air}; "
        + ", ".join(f"{camera.name} {camera.ins} in {camera.outs} out" for camera in scene.cameras)
        + (f"; {words(scene.agency)}" if scene.agency else "")
        + f"; {scene.health.headline}"
    )


def summary(scene: Scene) -> Iterable[str]:
    """What is left when it is over."""
    net, gross = scene.today.net, scene.today.gross
    yield f"At {scene.moment} the demo had measured, since it began:"
    yield f"  {net.cume} unique listeners ({gross.cume} with bots and probes), {net.tlh:.1f} hours listened,"
    yield f"  {net.active} sessions, {net.long_listeners} long and {net.short_listeners} short listeners,"
    yield f"  at most {net.peak} at once;"
    if scene.shows:
        yield f"  {shows_heard(scene.shows)};"
    for camera in scene.cameras:
        yield f"  {camera.name}: {camera.ins} came, {camera.outs} went, last file {camera.heard};"
    if scene.agency:
        yield from (f"  {told};" for told in last_words(scene.agency))
    if scene.pushes:
        yield f"  {scene.pushes}."
    if scene.told:
        yield "People were told, last:"
        yield from (f"  {line}" for line in scene.told[-1].splitlines())


def shows_heard(shows: Sequence[Line]) -> str:
    """The ones that were listened to most, on one line."""
    heard = [f"{show.name} {show.net.tlh:.1f} h by {show.net.listeners}" for show in shows[:MOST_SHOWS]]
    more = [f"and {len(shows) - MOST_SHOWS} more"] if len(shows) > MOST_SHOWS else []
    return "shows: " + ", ".join([*heard, *more])
