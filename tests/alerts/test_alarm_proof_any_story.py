"""Stories made by chance: raise, clear, outages, drops, floods, restarts; what people see stays in order, and is said once."""

import random
import re

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.errors import UpstreamError
from tests.alerts.house import AlarmHouse

pytestmark = pytest.mark.slow

SUBJECTS = ("visitors.lobby", "visitors.garden")
CONDITIONS = (Condition.NO_FILES, Condition.FILES_UNREADABLE)
ALLOWED = re.compile(r"(W|[AU][SU]*O)*([AU][SU]*)?")
"""Of one condition: was; or an alarm, perhaps reminders, an end."""
SIGNS = {"ALARM": "A", "STILL,": "S", "UNSTABLE:": "U", "OVER": "O", "It": "W"}


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_it_is_told_in_order_and_once(house: AlarmHouse, seed: int) -> None:
    chance = random.Random(seed)
    house.recipients = ["@ann", "@bob"]
    raised = {(condition, subject): False for condition in CONDITIONS for subject in SUBJECTS}
    for _life in range(5):
        async with house.started() as desk:
            for _ in range(chance.randrange(1, 8)):
                key = chance.choice(list(raised))
                raised[key] = not raised[key]
                for (condition, subject), there in raised.items():
                    (desk.raise_alarm if there else desk.clear_alarm)(condition, subject, camera=subject[9:])
                house.channel.down = chance.random() < 0.3
                house.channel.drops = chance.choice([0, 0, 1, 2])
                if chance.random() < 0.2:
                    house.channel.troubles.append(UpstreamError("wait", retry_after=90.0, outcome="flood"))
                await house.pass_time(chance.choice([0.5, 5, 25, 70, 400, 4000]))
    house.channel.down, house.channel.drops = False, 0
    async with house.started() as desk:
        for condition, subject in raised:
            desk.clear_alarm(condition, subject)
        await house.pass_time(1500)
        assert desk.open_incidents() == []

    for recipient in house.recipients:
        lines = [line for message in house.channel.messages(recipient) for line in message.splitlines()]
        for what in ("no files from camera", "cannot be read"):
            for camera in ("lobby", "garden"):
                about = [line for line in lines if what in line and camera in line]
                story = "".join(SIGNS[line.split()[0]] for line in about)
                assert ALLOWED.fullmatch(story), f"{recipient}: {about}"
                assert not story or story[-1] in "OW", "the end is told"
