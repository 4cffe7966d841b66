"""Every outcome the past makes thinkable for one node, beside its target."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.sums import draw_sums
from salesanalysis.forecast.wording import FLOOR
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.periods import month_range
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast


@dataclass(frozen=True, eq=False)
class Outcomes(Result):
    """The outcomes behind one node's landing, from the lowest to the highest.

    Attributes
    ----------
    frame : DataFrame, one row per past error vector laid over the forecast
        ``value`` (currency), ascending.
    landing : Landing
        Of this node alone.
    """

    frame: pd.DataFrame
    landing: Landing
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse outcomes out of order or a chance they do not give."""
        object.__setattr__(self, "frame", self.frame.copy())
        values = self.frame["value"].to_numpy(dtype="float64")
        ordered = bool((np.diff(values) >= 0).all())
        chance, n = self.landing.nodes["n_draws"].iloc[0], len(values)
        if not ordered or (chance and chance != n):
            raise ReconciliationError(
                f"{n} outcomes are out of order or not the {int(chance)} of the landing.",
                where="Outcomes",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return the outcomes, ascending; a copy."""
        return self.frame.copy()

    @property
    def target(self) -> float | None:
        """The node's target; None where it has none."""
        row = self.landing.nodes.iloc[0]
        given = self.landing.has_target and row["target_status"] == "given"
        return float(row["target"]) if given else None

    def _sentences(self, lang: str) -> list[str]:
        said = [self.landing.headline(lang)]
        values = self.frame["value"]
        if len(values) > 1:
            low, high = (money(values.iloc[i], lang, self.currency) for i in (0, -1))
            key = "outcomes.range" + ("_floor" if self.landing.method == FLOOR else "")
            said.append(label(key, lang, n=count(len(values)), lo=low, hi=high))
        if self.target is not None and len(values) > 1:
            above = int((values >= self.target - 0.005).sum())
            target = money(self.target, lang, self.currency)
            said.append(
                label("outcomes.above", lang, n=count(len(values)), k=count(above), target=target)
            )
        return said


def outcomes(forecast: "Forecast", landing: Landing) -> Outcomes:
    """Return the outcomes of the top node of `forecast` over the months of `landing`."""
    months = month_range(landing.first, landing.last)
    one = replace(landing, nodes=landing.nodes.head(1).reset_index(drop=True))
    values = np.array([float(one.nodes["landing"].iloc[0])])
    if landing.n_open:
        values = next(d.sums[d.rows == 0][0] for d in draw_sums(forecast, months) if 0 in d.rows)
    return Outcomes(
        frame=pd.DataFrame({"value": np.sort(values)}), landing=one, currency=forecast.currency,
        terms=forecast.terms,
    )  # fmt: skip
