"""What changes when an input changes: appeals, and a period paid again."""

from salesanalysis.incentives.corrections.appeal import appeal
from salesanalysis.incentives.corrections.difference import Correction, compare_pay

__all__ = ["Correction", "appeal", "compare_pay"]
