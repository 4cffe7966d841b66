"""The line above all units: their sum."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.tracking.completion import completion


def with_sum(units: pd.DataFrame, by: Sequence[str], scope: dict[str, str]) -> pd.DataFrame:
    """Put the sum of all units above them; a single unit is its own sum.

    Sales without a target count in the sum of actuals: leaving them out would hide them.
    """
    if len(units) == 1:
        return units
    open_months = units["status"] == "not_closed"
    actual = units["actual"].sum() if not open_months.all() else np.nan
    target = units["target"].sum(min_count=1)
    new = bool((units["status"] == "new_business").all())
    line = completion([actual], [target], new_business=[new])
    level = list(scope)[-1] if scope else "company"
    node = " / ".join(scope.values())
    top = line.assign(level=level, node=node, **dict.fromkeys(by, ""))
    return pd.concat([top[units.columns], units], ignore_index=True)
