"""What goes wrong on the tour, in words and deeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.demo.faults import Fault
from lahmadaemon.demo.partner import Trouble
from lahmadaemon.demo.stage import Outdoors


@dataclass(frozen=True)
class Act:
    """One fault. `happens`, `meanwhile`, `look`: what people read when it begins; `mended` when it ends; `page` of the window
    shows it. The alarm it must raise is `condition`, of a subject that begins so. `held`: nobody can be told before it ends."""

    name: str
    happens: str
    meanwhile: str
    look: str
    page: str
    mended: str
    condition: Condition
    subject: str
    begin: Callable[[], None]
    end: Callable[[], None]
    held: bool = False


def acts(world: Outdoors) -> Sequence[Act]:
    """In the order of the tour."""
    return [*_of_the_radio(world), *_of_the_cameras(world), *_of_the_partner(world), *_of_people(world)]


def _of_the_radio(world: Outdoors) -> Sequence[Act]:
    def answers(fault: Fault | None) -> Callable[[], None]:
        return lambda: setattr(world.station.faults, "always", fault)

    return [
        Act(
            "The station's API dies",
            "Every question for listeners is answered with error 500 from now on.",
            "The daemon keeps asking, counts the time as not measured rather than as nobody listening, and speaks up after "
            "five minutes: a hiccup is no alarm.",
            "the gap in the curve, and the day's coverage", "/radio",
            "AzuraCast is up again. Its own history fills the gap.",
            Condition.SERVICE_STUMBLING, "radio.snapshot.", answers(Fault.SERVER_ERROR), answers(None),
        )
    ]  # fmt: skip


def _of_the_cameras(world: Outdoors) -> Sequence[Act]:
    silent, garbled = world.cameras.silent, world.cameras.garbled
    return [
        Act(
            "A camera falls silent",
            "The camera in the lobby loses its power.",
            "Within opening hours a folder without a new file for five minutes is an alarm; the others count on.",
            "the lobby's last file grows old", "/visitors",
            "Somebody plugs it in again.",
            Condition.NO_FILES, "visitors.intake.lobby", lambda: silent.add("lobby"), lambda: silent.discard("lobby"),
        ),
        Act(
            "A camera writes garbage",
            "Files from the garage are cut off, or not even JSON.",
            "Each is put into failed/ with the reason beside it and counts for nothing; what is whole counts on. "
            "Mended by hand, `visitors retry` takes it in, and nothing counts twice.",
            "the garage's refused files", "/visitors",
            "Its disk is replaced. Ten minutes without a bad file end the alarm.",
            Condition.BAD_FILES, "visitors.intake.garage", lambda: garbled.add("garage"), lambda: garbled.discard("garage"),
        ),
    ]  # fmt: skip


def _of_the_partner(world: Outdoors) -> Sequence[Act]:
    def takes(trouble: Trouble | None) -> Callable[[], None]:
        return lambda: setattr(world.partner, "always", trouble)

    return [
        Act(
            "The partner refuses",
            "The partner's API answers 403: our address is not on its list any more.",
            "Trying harder would not help, so reports are kept, one every five minutes, and the door is tried now and then.",
            "how many reports are owed", "/visitors",
            "Somebody has put us on the list again. Every kept report is sent, in order.",
            Condition.PUSH_BLOCKED, "visitors.push.", takes(Trouble.NOT_ALLOWED), takes(None),
        )
    ]  # fmt: skip


def _of_people(world: Outdoors) -> Sequence[Act]:
    messenger, silent = world.messenger, world.cameras.silent

    def flood() -> None:
        messenger.flooded = True
        silent.add("entrance")

    def dry_up() -> None:
        messenger.flooded = False
        silent.discard("entrance")

    return [
        Act(
            "A creator's login dies",
            "A creator changes her password, and Meta ends all her logins.",
            "Her token is used no more and her figures stay as they are. Whoever cares for creators is asked to send her a new "
            "link; everybody else's posts are followed as ever.",
            "the creator who must connect again", "/social",
            "She logs in again through her link.",
            Condition.CREATOR_LOGIN_DEAD, "meta.", world.creators.change_password, world.creators.log_in_again,
        ),
        Act(
            "The messenger is flooded",
            "The messenger says 429, too many messages, and just now the camera at the entrance falls silent.",
            "The alarm is written into the database before anything is sent, so it waits there, and is not lost by a restart "
            "either.",
            "the alarm, though nobody has been told", "/house",
            "The messenger takes messages again: people hear of it late, but once and with its times. The camera is back, too.",
            Condition.NO_FILES, "visitors.intake.entrance", flood, dry_up, held=True,
        ),
    ]  # fmt: skip
