"""Crossed cascades: fitted margins, territories, roles, bounds and edits that survive a re-run."""

from salesanalysis.targets.crossed.bounded import Bounded
from salesanalysis.targets.crossed.bounds import apply_bounds, capacity
from salesanalysis.targets.crossed.edits import (
    Edited,
    apply_edits,
    customer_shares,
    pins_from_card,
    undo,
)
from salesanalysis.targets.crossed.fitted import Fitted
from salesanalysis.targets.crossed.ipf import fit_margins
from salesanalysis.targets.crossed.outside import TerritoryLines, territory_lines
from salesanalysis.targets.crossed.roles import manager_rows

__all__ = [
    "Bounded",
    "Edited",
    "Fitted",
    "TerritoryLines",
    "apply_bounds",
    "apply_edits",
    "capacity",
    "customer_shares",
    "fit_margins",
    "manager_rows",
    "pins_from_card",
    "territory_lines",
    "undo",
]
