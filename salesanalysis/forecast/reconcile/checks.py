"""What reconciliation cannot work with, said before it tries."""

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.forecast.tree import Floats

WHERE = "reconcile("
NO_HISTORY = "leave a node without history out of the tree, or give it a forecast of 0"
NO_ERRORS = "take variances(), which has a fallback, or 0 for a node that never errs"


def missing(name: str, method: str, what: str) -> ContractError:
    """Return the error for an argument a method needs."""
    return ContractError(
        f"method {method!r} needs {name}.",
        where=WHERE + f"{name}=...)",
        fix=f"pass {what}; or method='structural', which needs no errors",
        code="bad-choice",
    )


def require_rows(given: Floats, n: int, what: str) -> None:
    """Refuse arrays that do not have one row per node."""
    if given.shape[:1] != (n,):
        raise ContractError(
            f"{what} have shape {given.shape}, the tree has {n} nodes.",
            where=WHERE + "...)",
            fix="one row per node in the order of summing.table: aggregates, then leaves",
        )


def require_finite(given: Floats, n: int, what: str, fix: str, *, least: float = -np.inf) -> None:
    """Refuse rows missing, and numbers nobody can add."""
    require_rows(given, n, what)
    bad = ~(np.isfinite(given) & (given >= least))
    if bad.any():
        first = np.flatnonzero(bad.reshape(len(given), -1).any(axis=1))[:3].tolist()
        words = "empty" if least == -np.inf else "empty, negative"
        raise ContractError(
            f"{int(bad.sum())} of {bad.size} {what} are {words} or infinite.",
            where=f"first nodes {first} of summing.table",
            fix=fix,
        )


def floor(lower: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the lower bounds of all leaves and months, or refuse them."""
    fits = lower.ndim == len(shape) and lower.shape[0] == shape[0]
    if not fits or lower.shape[1] not in (1, shape[1]) or not (lower < np.inf).all():
        raise ContractError(
            f"Lower bounds of shape {lower.shape} are empty, infinite or do not fit {shape}.",
            where=WHERE + "lower=...)",
            fix="one row per leaf, one column per month or one for all; -inf where none is meant",
        )
    return np.broadcast_to(lower, shape)
