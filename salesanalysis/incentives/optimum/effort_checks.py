"""What a search with effort response refuses: settings that are none, numbers too many."""

from typing import Any

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.woven import CORNERS

#: By how much everybody may cost more than the typical people that were searched with.
OFF = 0.005


def check(margin_rate: Any, budget: Any, starts: Any) -> None:
    """Refuse a margin, a budget and starts that are none."""
    number = isinstance(margin_rate, int | float) and not isinstance(margin_rate, bool)
    if not (number and 0 < margin_rate <= 1):
        raise ContractError(
            f"margin_rate is {margin_rate!r}.",
            where="optimise_effort(margin_rate=...)",
            fix="write a margin of 30 % as 0.30",
            code="bad-choice",
        )
    if budget is not None and not (np.isfinite(budget) and budget > 0):
        raise ContractError(
            f"budget is {budget!r}.",
            where="optimise_effort(budget=...)",
            fix="give the most that everybody together may be paid in one period, or None",
            code="bad-choice",
        )
    if not (isinstance(starts, int) and 1 <= starts <= 200):
        raise ContractError(
            f"starts is {starts!r}.",
            where="optimise_effort(starts=...)",
            fix="give a whole number from 1 to 200",
            code="bad-choice",
        )


def too_many(count: int) -> ContractError:
    """Return the error of more numbers than can be looked at together."""
    return ContractError(
        f"{count} numbers are free: their products are more than {CORNERS} plans, or pay is more "
        "than products of them.",
        where="optimise_effort(free=...)",
        fix="free fewer of them, such as rates or coefficients alone",
        code="bad-choice",
    )


def require_kept(budget: float | None, paid: float) -> None:
    """Refuse a search that found no plan within the budget; typical people are off by a little."""
    if budget is not None and paid > budget * (1 + OFF):
        raise ContractError(
            f"no plan that pays {budget:,.2f} or less was found; what was found pays {paid:,.2f}.",
            where="optimise_effort(budget=...)",
            fix="give a larger budget, a wider shape, or keep_worth=False",
            code="infeasible",
        )
