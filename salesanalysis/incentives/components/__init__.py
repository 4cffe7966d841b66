"""The components of a plan as frozen choices: each turns what was credited into exact lines."""

from salesanalysis.incentives.components.curves import AverageRate, Curve, Matrix
from salesanalysis.incentives.components.factors import Bands, Gate, Multiplier
from salesanalysis.incentives.components.kpi import Kpi, KpiWeighted
from salesanalysis.incentives.components.steps import Interpolated, Package, Spif, Step
from salesanalysis.incentives.components.team import Override, Pool
from salesanalysis.incentives.components.tiers import Threshold, Tier, Tiers

Factor = Bands | Multiplier | Gate
Earning = (
    Tiers
    | Step
    | Interpolated
    | Curve
    | AverageRate
    | Matrix
    | KpiWeighted
    | Package
    | Spif
    | Pool
    | Override
)
Component = Earning | Factor
FACTORS = (Bands, Multiplier, Gate)
#: Paid once for a period, whatever its pieces: what a team brings, prizes, units.
WHOLE = (Override, Pool, Spif)

__all__ = [
    "FACTORS",
    "WHOLE",
    "AverageRate",
    "Bands",
    "Component",
    "Curve",
    "Earning",
    "Factor",
    "Gate",
    "Interpolated",
    "Kpi",
    "KpiWeighted",
    "Matrix",
    "Multiplier",
    "Override",
    "Package",
    "Pool",
    "Spif",
    "Step",
    "Threshold",
    "Tier",
    "Tiers",
]
