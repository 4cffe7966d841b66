"""The company's result: correlation, not head count, decides how far it strays."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError


def company_sd(sd: float, n: int, rho: float) -> float:
    """Return the standard deviation of the attainment of `n` people with equal quotas.

    ``sd sqrt(rho + (1 - rho) / n)`` (C9).

    Parameters
    ----------
    sd : float, of one person
    n : int, people
    rho : float, correlation of any two of them, 0 to 1

    Raises
    ------
    ContractError
        A spread or a correlation that is none, fewer than one person.

    Examples
    --------
    >>> round(company_sd(0.3, 200, 0.1), 3), round(company_sd(0.3, 200, 0.0), 3)
    (0.097, 0.021)
    """
    if not (sd >= 0 and math.isfinite(sd) and n >= 1 and 0 <= rho <= 1):
        raise ContractError(
            f"sd {sd:g}, n {n}, rho {rho:g} are no spread of a company.",
            where="company_sd(sd, n, rho)",
            fix="give sd >= 0, at least one person, rho between 0 and 1",
            code="bad-choice",
        )
    return sd * math.sqrt(rho + (1 - rho) / n)


def plan_met(mean: float, sd: float, over_assignment: Any = 0.0) -> npt.NDArray[np.float64]:
    """Return the chance that the company's plan is met.

    Quotas add up to ``(1 + over_assignment)`` times the plan: ``1 - Phi((1 / (1 + o) - mean) /
    sd)``, attainment of the company being normal (C9).

    Parameters
    ----------
    mean, sd : float, attainment of the company, of the sum of quotas
    over_assignment : float or array-like, 0.05 where quotas are 5 % above the plan

    Raises
    ------
    ContractError
        A spread that is not above 0, quotas that do not add up to more than nothing.

    Examples
    --------
    >>> plan_met(0.95, company_sd(0.3, 200, 0.1), [0, 0.05, 0.10, 0.15, 0.20]).round(3).tolist()
    [0.303, 0.49, 0.663, 0.797, 0.886]
    """
    over = np.atleast_1d(np.asarray(over_assignment, dtype="float64"))
    if not (sd > 0 and math.isfinite(mean) and np.isfinite(over).all() and (over > -1).all()):
        raise ContractError(
            f"mean {mean:g}, sd {sd:g} or an over-assignment of {over.min():g} is none.",
            where="plan_met(mean, sd, over_assignment)",
            fix="give sd > 0 and over-assignments above -1, such as 0.05",
            code="bad-choice",
        )
    z = (1 / (1 + over) - mean) / sd
    return np.array([1 - NormalDist().cdf(float(v)) for v in z])
