"""What a distribution may be made of: finite numbers, a spread above 0, ratios not percent."""

from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError

#: A share asked of a quantile stays inside: at 0 and at 1 a normal is infinite.
ZERO_TO_NINE = (1e-300, 1 - 1e-16)


def check_values(
    given: Any, name: str, where: str, *, limit: float = np.inf
) -> npt.NDArray[np.float64]:
    """Return numbers as an array; empty, infinite and unthinkable ones are refused."""
    values = np.asarray(given, dtype=np.float64)
    bad = ~(np.abs(values) <= limit) | ~np.isfinite(values)
    if bad.any():
        first = values.reshape(-1)[int(np.flatnonzero(bad.reshape(-1))[0])]
        raise ContractError(
            f"{int(bad.sum())} of {values.size} numbers of {name} are empty, infinite or beyond "
            f"{limit:g}, first {first:g}.",
            where=f"{where}({name})",
            fix="give ratios: 1 for exactly the quota; m of a lognormal is the mean of logarithms",
        )
    return values


def check_spread(given: Any, where: str, *, limit: float = np.inf) -> npt.NDArray[np.float64]:
    """Return standard deviations as an array; each must be above 0."""
    spread = check_values(given, "s", where, limit=limit)
    if not (spread > 0).all():
        raise ContractError(
            f"the standard deviation is {float(spread.min()):g}.",
            where=f"{where}(s)",
            fix="give a spread above 0; attainments that are known are Empirical([...])",
            code="bad-choice",
        )
    return spread


def check_ratios(values: npt.NDArray[np.float64]) -> None:
    """Refuse attainments whose middle is above 10: they look like percent."""
    if np.median(values) > 10:
        raise ContractError(
            f"the middle of {values.size} attainments is {np.median(values):g}: this looks like "
            "percent.",
            where="Empirical(values)",
            fix="give ratios: 0.95 for 95 %",
            code="bad-choice",
        )
