"""Base, average and challenge targets, their SMART check, and over-assignment by level."""

from salesanalysis.targets.outlook import Outlook
from salesanalysis.targets.tiers.build import ATTAINABILITY, tiers
from salesanalysis.targets.tiers.chance import plan_chance
from salesanalysis.targets.tiers.over import over_assignment
from salesanalysis.targets.tiers.over_result import OverAssigned
from salesanalysis.targets.tiers.result import TIERS, Tiers
from salesanalysis.targets.tiers.smart import BANDS, smart_check
from salesanalysis.targets.tiers.smart_result import LETTERS, SmartCheck

__all__ = [
    "ATTAINABILITY",
    "BANDS",
    "LETTERS",
    "TIERS",
    "Outlook",
    "OverAssigned",
    "SmartCheck",
    "Tiers",
    "over_assignment",
    "plan_chance",
    "smart_check",
    "tiers",
]
