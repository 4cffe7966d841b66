"""Why actual differs from a base: effects that add up, in one table, picture and text.

`explain` compares; it returns a `Bridge`. `Convention` holds every choice an item row depends on;
`baseline` builds the base (last year, an earlier window, peers), `rank_bases` says which one the
sales repeat; `new_business` is the bridge of a unit that had nothing before. `pvm_effects` is the
arithmetic beneath, for arrays.
"""

from salesanalysis.doors import guard
from salesanalysis.variance.arithmetic import PvmEffects, pvm_effects
from salesanalysis.variance.baseline import BaseRanking, baseline, rank_bases, split_scenario
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.compare import explain
from salesanalysis.variance.components import Components, ComponentsMeta, components
from salesanalysis.variance.convention import Convention
from salesanalysis.variance.drivers import (
    as_ratios,
    explain_chain,
    lmdi,
    log_mean,
    ratio_form,
    sequential,
    shapley,
    shapley_product,
)
from salesanalysis.variance.groups import oaxaca
from salesanalysis.variance.newbusiness import new_business
from salesanalysis.variance.origins import Origins, read_origins
from salesanalysis.variance.places import DimRanking, Heat, heat, rank_dims, root_causes
from salesanalysis.variance.rates import RateEffects, explain_rate, rate_mix
from salesanalysis.variance.screening import Screen, ScreenMeta, screen
from salesanalysis.variance.surprise import (
    count_days,
    explain_days,
    surprise,
    trend_season,
    weekday_weights,
)

__all__ = [
    "BaseRanking",
    "Bridge",
    "Components",
    "ComponentsMeta",
    "Convention",
    "DimRanking",
    "Heat",
    "Meta",
    "Origins",
    "PvmEffects",
    "RateEffects",
    "Screen",
    "ScreenMeta",
    "as_ratios",
    "baseline",
    "components",
    "count_days",
    "explain",
    "explain_chain",
    "explain_days",
    "explain_rate",
    "heat",
    "lmdi",
    "log_mean",
    "new_business",
    "oaxaca",
    "pvm_effects",
    "rank_bases",
    "rank_dims",
    "rate_mix",
    "ratio_form",
    "read_origins",
    "root_causes",
    "screen",
    "sequential",
    "shapley",
    "shapley_product",
    "split_scenario",
    "surprise",
    "trend_season",
    "weekday_weights",
]

guard(globals(), __all__)
