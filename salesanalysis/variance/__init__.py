"""Why actual differs from a base: effects that add up, in one table, picture and text.

`explain` compares; it returns a `Bridge`. `new_business` is the bridge of a unit that had
nothing before. `pvm_effects` is the arithmetic beneath, for arrays.
"""

from salesanalysis.variance.arithmetic import PvmEffects, pvm_effects
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.compare import explain, new_business

__all__ = ["Bridge", "Meta", "PvmEffects", "explain", "new_business", "pvm_effects"]
