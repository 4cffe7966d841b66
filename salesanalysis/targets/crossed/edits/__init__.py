"""Edits made by hand: read, applied in a fixed order, logged, undone."""

from salesanalysis.targets.crossed.edits.apply import apply_edits
from salesanalysis.targets.crossed.edits.read import KINDS, pins_from_card, read_edits, undo
from salesanalysis.targets.crossed.edits.result import Edited
from salesanalysis.targets.crossed.edits.structure import customer_shares

__all__ = [
    "KINDS",
    "Edited",
    "apply_edits",
    "customer_shares",
    "pins_from_card",
    "read_edits",
    "undo",
]
