"""Rates: collection rate, margin, conversion; rates that moved against members that moved.

`explain_rate` takes tables and returns a bridge; `rate_mix` and `reversal` (Simpson's paradox)
are the arithmetic beneath, for arrays.
"""

from salesanalysis.variance.rates.arithmetic import REFERENCES, RULES, RateEffects, rate_mix
from salesanalysis.variance.rates.explain import explain_rate
from salesanalysis.variance.rates.simpson import Reversal, reversal

__all__ = ["REFERENCES", "RULES", "RateEffects", "Reversal", "explain_rate", "rate_mix", "reversal"]
