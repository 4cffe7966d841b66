"""The assumption register: factors with effect, source, owner and date."""

from salesanalysis.targets.assumptions.bridge import AssumptionBridge
from salesanalysis.targets.assumptions.register import Assumptions, assume

__all__ = ["AssumptionBridge", "Assumptions", "assume"]
