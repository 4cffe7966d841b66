"""Factors of both sides as arrays of one shape, checked."""

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError

Floats = npt.NDArray[np.float64]


def both_sides(x0: npt.ArrayLike, x1: npt.ArrayLike, where: str) -> tuple[Floats, Floats]:
    """Return base and actual factors, shape (n factors, ...), undefined ones filled.

    A ratio that does not exist on one side takes the other side's value, and 1 where it
    exists on neither: it did not move.
    """
    a, b = np.array(x0, dtype="float64"), np.array(x1, dtype="float64")
    if a.shape != b.shape or not a.ndim:
        raise ContractError(
            f"Factors of base and actual differ in shape: {a.shape} and {b.shape}.",
            where=f"{where}(x0, x1)",
            fix="give one row per factor and one column per cell, the same on both sides",
        )
    for name, values in (("x0", a), ("x1", b)):
        if np.isinf(values).any():
            raise ContractError(
                f"{int(np.isinf(values).sum())} of {values.size} factors are infinite.",
                where=f"{where}({name}=...)",
                fix="leave a ratio without a denominator empty (nan)",
            )
    return (
        np.where(np.isnan(a), np.where(np.isnan(b), 1.0, b), a),
        np.where(np.isnan(b), np.where(np.isnan(a), 1.0, a), b),
    )


def not_negative(values: Floats, where: str, fix: str = "take returns out first") -> None:
    """Refuse numbers that have no logarithm: negative, empty or infinite."""
    bad = ~((values >= 0) & np.isfinite(values))
    if bad.any():
        raise ContractError(
            f"{int(bad.sum())} of {values.size} values are negative, empty or infinite.",
            where=f"{where}, first at {np.argwhere(np.atleast_1d(bad))[:3].tolist()}",
            fix=fix,
        )
