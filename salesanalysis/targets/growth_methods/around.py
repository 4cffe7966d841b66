"""Growth of the units around: borrowed where a unit has none, a pull or a cap on its own."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.targets.base_cleaning import CleanBase
from salesanalysis.targets.growth_methods.choices import Choice
from salesanalysis.targets.growth_methods.proposed import Rise
from salesanalysis.targets.growth_methods.rates import mean_growth, pairs

Floats = npt.NDArray[np.float64]


def own_or_borrowed(clean: CleanBase, rise: Rise, choice: Choice) -> pd.DataFrame:
    """Return growth, number of growths, status, reason and growth ``around`` of every unit."""
    weights = np.array(choice.weights)
    after, before = pairs(clean.history(len(weights) + 1), weights)
    own, n = rise.own, rise.n
    large = own > choice.limit
    after, before = (np.where(large[:, None], 0.0, block) for block in (after, before))
    around = _pooled(clean.units[list(clean.by)], after, before, weights)
    around = np.where(around > choice.limit, np.nan, around)
    lacking = np.isnan(own) | large
    unknown = lacking & np.isnan(around)
    status = np.select([unknown, lacking, rise.few], ["flat", "borrowed", "few_years"], "ok")
    why = ["no_growth", "too_large", "one_year"]
    reason = np.select([unknown, large, lacking], why, rise.reason)
    around = np.nan_to_num(around)
    grown = {"growth": np.where(lacking, around, own), "n_years": np.where(lacking, 0, n)}
    return pd.DataFrame({**grown, "status": status, "reason": reason, "around": around})


def _pooled(nodes: pd.DataFrame, after: Floats, before: Floats, weights: Floats) -> Floats:
    """Return the pooled growth of the closest parent that has one, per unit."""
    levels = list(nodes.columns)
    found = np.full(len(nodes), np.nan)
    for depth in range(max(len(levels) - 1, 0), -1, -1):
        keys = levels[:depth]
        family = nodes.groupby(keys).ngroup().to_numpy() if keys else np.zeros(len(nodes), int)
        mean, _ = mean_growth(_sums(family, after), _sums(family, before), weights)
        found = np.where(np.isnan(found), mean[family], found)
    return found


def _sums(family: npt.NDArray[Any], block: Floats) -> Floats:
    """Sum the rows of every family."""
    sums: Floats = np.zeros((int(family.max()) + 1, block.shape[1]))
    np.add.at(sums, family, block)
    return sums


def pulled(rise: pd.DataFrame, part: float) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Move every own growth a part of the way to the pooled one, and return both for the formula.

    Examples
    --------
    >>> rise = pd.DataFrame({"growth": [0.2], "around": [0.1], "status": ["ok"]})
    >>> pulled(rise, 0.5)[0][["growth", "status"]].round(6).values.tolist()
    [[0.15, 'pulled']]
    """
    own = rise["status"].isin(["ok", "few_years"])
    growth = rise["growth"] + part * (rise["around"] - rise["growth"]).where(own, 0.0)
    items = {"before_growth": rise["growth"], "around_growth": rise["around"], "pull": part}
    return rise.assign(growth=growth, status=rise["status"].where(~own, "pulled")), items


def capped(rise: pd.DataFrame, cap: float) -> pd.DataFrame:
    """Hold growth at the cap either way, and say so."""
    beyond = rise["growth"].abs() > cap
    held = rise.assign(growth=rise["growth"].clip(-cap, cap), around=rise["around"].clip(-cap, cap))
    return held.assign(
        status=held["status"].where(~beyond, "capped"),
        reason=held["reason"].where(~beyond, "capped"),
    )
