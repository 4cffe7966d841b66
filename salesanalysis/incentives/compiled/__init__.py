"""The compiled form of a plan: lines with jumps, exact to look at, fast to pay by."""

from salesanalysis.incentives.compiled.form import Compiled, Segment, compile_plan
from salesanalysis.incentives.compiled.vector import payout

__all__ = ["Compiled", "Segment", "compile_plan", "payout"]
