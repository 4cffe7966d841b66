"""Bottom-up: what units propose themselves, the gap to the top-down plan, and one agreed figure."""

from salesanalysis.targets.bottomup.gaps import GapTable, gap_table
from salesanalysis.targets.bottomup.parents import ParentCheck, at_least_parent
from salesanalysis.targets.bottomup.proposals import Proposals
from salesanalysis.targets.bottomup.reconcile import reconcile
from salesanalysis.targets.bottomup.reconciled import Reconciled

__all__ = [
    "GapTable",
    "ParentCheck",
    "Proposals",
    "Reconciled",
    "at_least_parent",
    "gap_table",
    "reconcile",
]
