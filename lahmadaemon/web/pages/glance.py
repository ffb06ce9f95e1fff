"""What a glance at the campaigns wants of the social room."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lahmadaemon.social.store.campaigns import CampaignStore
    from lahmadaemon.social.sums import Sums


@dataclass(frozen=True)
class Glance:
    """Two stores that are only read."""

    campaigns: "CampaignStore"
    sums: "Sums"
