"""What a setting of behaviour must be: a number in its range, never a default."""

from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError

Floats = npt.NDArray[np.float64]


def above_zero(where: str, fix: str, **given: Any) -> list[Floats]:
    """Return numbers or arrays; each must be finite and above 0."""
    return [_checked(where, fix, name, value, least=0.0, open_end=True) for name, value in
            given.items()]  # fmt: skip


def not_below_zero(where: str, fix: str, **given: Any) -> list[Floats]:
    """Return numbers or arrays; each must be finite and 0 or above."""
    return [_checked(where, fix, name, value, least=0.0, open_end=False) for name, value in
            given.items()]  # fmt: skip


def finite(where: str, fix: str, **given: Any) -> list[Floats]:
    """Return numbers or arrays; each must be finite."""
    return [_checked(where, fix, name, value, least=-np.inf, open_end=False) for name, value in
            given.items()]  # fmt: skip


def _checked(
    where: str, fix: str, name: str, value: Any, least: float, *, open_end: bool
) -> Floats:
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.array(np.nan)
    fine = np.isfinite(numbers) & ((numbers > least) if open_end else (numbers >= least))
    if numbers.size and fine.all():
        return numbers
    rule = "" if least == -np.inf else (" above 0" if open_end else " 0 or above")
    raise ContractError(
        f"{name} must be a finite number{rule}, got {value!r}.",
        where=where,
        fix=fix,
        code="bad-choice",
    )
