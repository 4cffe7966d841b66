"""What a plan provokes: effort, giving up, games with edges and dates, quotas that run ahead.

Nothing here is on by default. Every result says "with effort response" and its parameters.
"""

from salesanalysis.incentives.behaviour.bonus import BonusEffort, bonus_effort, quota_bonus
from salesanalysis.incentives.behaviour.bunching import Bunching, bunching
from salesanalysis.incentives.behaviour.effort import PlanEffort, plan_effort
from salesanalysis.incentives.behaviour.gaming import GamingExposure, gaming_exposure, moved_deal
from salesanalysis.incentives.behaviour.linear import LinearPay, linear_optimum
from salesanalysis.incentives.behaviour.ranges import Studies, studies
from salesanalysis.incentives.behaviour.ratchet import Ratchet, ratchet
from salesanalysis.incentives.behaviour.response import EffortCost, cost_with_effort

__all__ = [
    "BonusEffort",
    "Bunching",
    "EffortCost",
    "GamingExposure",
    "LinearPay",
    "PlanEffort",
    "Ratchet",
    "Studies",
    "bonus_effort",
    "bunching",
    "cost_with_effort",
    "gaming_exposure",
    "linear_optimum",
    "moved_deal",
    "plan_effort",
    "quota_bonus",
    "ratchet",
    "studies",
]
