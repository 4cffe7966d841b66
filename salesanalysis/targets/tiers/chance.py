"""The chance that a company makes its plan when people are given more than it adds up to."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.targets.outlook import normal_chance

#: How strongly sales follow a larger card: not at all, half, fully.
ELASTICITIES = (0.0, 0.5, 1.0)


def plan_chance(
    over: float | Sequence[float],
    *,
    n: int,
    sd: float,
    correlation: float,
    mean: float = 1.0,
    elasticity: Sequence[float] = ELASTICITIES,
) -> pd.DataFrame:
    r"""Return P(company plan) for over-assignments and elasticities, with what it costs in pay.

    Parameters
    ----------
    over : float or sequence of float
        Over-assignment from company to person, 0.10 = cards add up to 110 % of the plan.
    n : int, people
    sd, mean : float
        Of one person's attainment, 1 = the whole target.
    correlation : float, between the attainments of two people
    elasticity : sequence of float
        0: people sell the same whatever the card says; 1: they attain the same part of a larger
        card. The usual argument for over-assignment silently takes 1.

    Returns
    -------
    DataFrame, one row per over-assignment and elasticity
        ``buffer_growth``, ``elasticity``, ``probability`` (of the company's plan),
        ``attainment_share`` (expected, of the larger card), ``pay_growth`` (of pay in proportion
        to attainment, against cards without over-assignment), ``pay_cost_growth`` (what the
        company must pay on top to hold people harmless, of today's variable pay).

    Raises
    ------
    ContractError
        No people, a spread or correlation outside its range, an over-assignment of -100 %.

    Notes
    -----
    :math:`P = 1 - \Phi(((1+O)^{-e} - m) / s_c)` with
    :math:`s_c = s \sqrt{\rho + (1-\rho)/n}`; the attainment of the card is :math:`m (1+O)^{e-1}`.

    Examples
    --------
    >>> table = plan_chance([0.05, 0.10], n=200, sd=0.3, correlation=0.1, elasticity=[1.0])
    >>> [round(p, 3) for p in table["probability"]]
    [0.688, 0.826]
    """
    overs = [float(o) for o in np.atleast_1d(np.asarray(over, dtype="float64"))]
    _check_people(n, sd, correlation, mean, overs)
    spread = sd * math.sqrt(correlation + (1 - correlation) / n)
    grid = pd.MultiIndex.from_product(
        [overs, list(elasticity)], names=["buffer_growth", "elasticity"]
    )
    table = grid.to_frame(index=False)
    factor, power = 1 + table["buffer_growth"], table["elasticity"]
    needed = (factor**-power).to_numpy("float64")
    width = len(table)
    table["probability"] = normal_chance(needed, np.full(width, mean), np.full(width, spread))
    table["attainment_share"] = mean * factor ** (power - 1)
    table["pay_growth"] = factor ** (power - 1) - 1
    table["pay_cost_growth"] = factor ** (1 - power) - 1
    return table


def _check_people(n: int, sd: float, rho: float, mean: float, overs: list[float]) -> None:
    fine = n >= 1 and 0 <= sd < math.inf and 0 <= rho <= 1 and math.isfinite(mean)
    if not fine or not all(-1 < o < math.inf for o in overs):
        raise ContractError(
            f"P(plan) needs people >= 1, a spread >= 0, a correlation from 0 to 1 and "
            f"over-assignments above -100 %, got n={n!r}, sd={sd!r}, correlation={rho!r}, "
            f"mean={mean!r}, over={overs!r}.",
            where="plan_chance(...)",
            fix="write plan_chance(0.10, n=200, sd=0.3, correlation=0.1)",
            code="bad-choice",
        )
