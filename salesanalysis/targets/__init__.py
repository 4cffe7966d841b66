"""Targets: a proposal per unit from its own history, and a hand-down that adds up everywhere.

`growth` turns a panel into a `Basis` (base, growth, proposed value, and the reason for each);
`cascade` hands a total down by it, over levels, people and months, to a `Plan`;
``plan.quality(forecast)`` sets the chance of reaching it beside every target.
"""

from salesanalysis.targets.basis import Basis
from salesanalysis.targets.cascade import cascade
from salesanalysis.targets.growth import growth
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.quality import PlanQuality

__all__ = ["Basis", "Plan", "PlanQuality", "cascade", "growth"]
