"""What a plan says beside its components: crediting, quotas, limits, penalties, settlement."""

from salesanalysis.incentives.rules.credit import Credit, QuotaRules, Ramp, Windfall
from salesanalysis.incentives.rules.limits import Cap, Floor, Limits
from salesanalysis.incentives.rules.penalties import Deduct, Penalty, When
from salesanalysis.incentives.rules.settlement import Clawback, Draw, Holdback, Settlement

__all__ = [
    "Cap",
    "Clawback",
    "Credit",
    "Deduct",
    "Draw",
    "Floor",
    "Holdback",
    "Limits",
    "Penalty",
    "QuotaRules",
    "Ramp",
    "Settlement",
    "When",
    "Windfall",
]
