"""What came with a scheme change: description, series, control group, timing, and the money."""

from salesanalysis.incentives.effects.entry import evaluate_change
from salesanalysis.incentives.effects.outcomes import outcome_frame
from salesanalysis.incentives.effects.result import EffectMeta, SchemeEffect
from salesanalysis.incentives.effects.worth import SchemeMoney, money

__all__ = ["EffectMeta", "SchemeEffect", "SchemeMoney", "evaluate_change", "money", "outcome_frame"]
