"""The best commission rate where people choose their effort: the linear model (LEN)."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.behaviour.checks import above_zero, finite, not_below_zero
from salesanalysis.labels import Terms, exact, label, percent
from salesanalysis.results import Result

#: Parameters whose squares and products are still numbers one can read.
LEAST, MOST = 1e-12, 1e12


@dataclass(frozen=True, eq=False)
class LinearPay(Result):
    """Effort, profit and certainty equivalent at every share of sales paid.

    Attributes
    ----------
    frame : DataFrame, one row per rate
        ``rate`` (share of sales paid), ``effort``, ``sales_gain`` (from effort), ``effort_cost``,
        ``risk_cost`` (what bearing the risk is worth to the person), ``surplus`` (gain less both).
    rate, effort, profit, certainty_equivalent : float, at the best rate
    response, effort_cost, risk_aversion, noise_variance, salary : float, as given
    """

    frame: pd.DataFrame
    rate: float
    effort: float
    profit: float
    certainty_equivalent: float
    response: float
    effort_cost: float
    risk_aversion: float
    noise_variance: float
    salary: float = 0.0
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, ["rate", "effort", "surplus"], name="frame")
        object.__setattr__(self, "frame", self.frame.sort_values("rate", ignore_index=True))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rate; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        flat = self.frame[self.frame["rate"] == 1.0]["surplus"].iloc[0]
        return [
            label("effort.linear_headline", lang, rate=percent(self.rate)),
            label(
                "effort.linear_at", lang, effort=exact(self.effort, 3),
                profit=exact(self.profit, 3), sure=exact(self.certainty_equivalent, 3),
            ),
            label("effort.linear_all", lang, surplus=exact(float(flat), 3)),
            label(
                "effort.linear_given", lang, k=_told(self.response), c=_told(self.effort_cost),
                r=_told(self.risk_aversion), v=_told(self.noise_variance),
            ),
            label("effort.linear_caution", lang),
        ]  # fmt: skip


def _told(value: float) -> str:
    return f"{value:g}"


def linear_optimum(
    *,
    response: float,
    effort_cost: float,
    risk_aversion: float,
    noise_variance: float,
    salary: float = 0.0,
) -> LinearPay:
    """Return the rate that leaves most, where people weigh pay, effort and risk.

    Sales = response x effort + noise, effort costs ``effort_cost x effort^2 / 2``, people dislike
    risk (constant absolute risk aversion). Effort is ``rate x response / effort_cost``; the best
    rate is ``response^2 / (response^2 + risk_aversion x effort_cost x noise_variance)``.

    Parameters
    ----------
    response : float, sales per unit of effort
    effort_cost : float, of the square
    risk_aversion : float, 0 or above, per unit of sales
    noise_variance : float, 0 or above, of sales
    salary : float, fixed pay, moves the certainty equivalent alone

    Returns
    -------
    LinearPay

    Raises
    ------
    ContractError
        A parameter that is no finite number in its range, or beyond 1e12. None has a default.

    References
    ----------
    Holmstrom and Milgrom (1987), Econometrica 55:303-328; Lal and Srinivasan (1993), Management
    Science 39(7):777-793.

    Examples
    --------
    >>> best = linear_optimum(response=1, effort_cost=1, risk_aversion=2, noise_variance=0.5)
    >>> best.rate, best.effort, best.profit
    (0.5, 0.5, 0.25)
    """
    where, fix = "linear_optimum(...)", "give every parameter; none is assumed"
    above_zero(where, fix, response=response, effort_cost=effort_cost)
    not_below_zero(where, fix, risk_aversion=risk_aversion, noise_variance=noise_variance)
    finite(where, fix, salary=salary)
    given = (response, effort_cost, risk_aversion, noise_variance, abs(salary))
    if max(map(float, given)) > MOST or min(float(response), float(effort_cost)) < LEAST:
        raise ContractError(
            f"one of {', '.join(f'{float(v):g}' for v in given)} is too large or too small to be "
            "reckoned with.",
            where=where,
            fix=f"measure sales in other units: numbers from {LEAST:g} to {MOST:g}",
            code="bad-choice",
        )
    k, c, risk = float(response), float(effort_cost), float(risk_aversion) * float(noise_variance)
    best = k**2 / (k**2 + risk * c)
    rates = np.unique(np.append(np.arange(0, 121) / 100, best))
    effort = rates * k / c
    frame = pd.DataFrame(
        {
            "rate": rates, "effort": effort, "sales_gain": k * effort,
            "effort_cost": c * effort**2 / 2, "risk_cost": risk * rates**2 / 2,
        }
    )  # fmt: skip
    frame["surplus"] = frame["sales_gain"] - frame["effort_cost"] - frame["risk_cost"]
    sure = float(salary) + best**2 * k**2 / (2 * c) - risk * best**2 / 2
    return LinearPay(
        frame, best, best * k / c, k**4 / (2 * c * (k**2 + risk * c)), sure, k, c,
        float(risk_aversion), float(noise_variance), float(salary),
    )  # fmt: skip
