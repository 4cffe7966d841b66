"""Which of the three methods: chosen once for all cells, with the reason where it is not LMDI."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.variance.drivers.factors import Floats
from salesanalysis.variance.drivers.logmean import lmdi
from salesanalysis.variance.drivers.orderings import sequential, shapley_product
from salesanalysis.variance.drivers.tree import Mask, Tree

METHODS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "lmdi": lmdi,
    "shapley": shapley_product,
    "sequential": sequential,
}


def chosen(method: str, tree: Tree) -> tuple[str, str, int]:
    """Return the method, why it is not LMDI, and how many cells stand in its way.

    ``auto`` takes LMDI where every factor of every cell is above 0 on both sides; one that is
    not turns the whole result to Shapley, or the parts would not add up.
    """
    if method not in ("auto", *METHODS):
        raise unknown_name(
            method, ("auto", *METHODS), kind="method", where="explain_chain(method=...)",
            error=ContractError,
        )  # fmt: skip
    if method != "auto":
        return method, "", 0
    kinds = (("negative_factors", _any(tree, "negative")), ("zero_factors", _any(tree, "zero")))
    for reason, cells in kinds:
        if cells.any():
            return "shapley", reason, int(cells.sum())
    return "lmdi", "", 0


def _any(tree: Tree, what: str) -> Mask:
    """Tell which factored cells have a factor that is negative, or 0 or undefined."""
    found = np.zeros(len(tree.v0), dtype=bool)
    for x in (tree.x0, tree.x1):
        bad = x < 0 if what == "negative" else (x == 0) | np.isnan(x)
        found |= bad.any(axis=0)
    return found & tree.whole


def effects(method: str, tree: Tree, cells: pd.DataFrame, on_zero: str) -> Floats:
    """Return the effects of the factored cells, shape (n factors, n cells); 0 elsewhere."""
    x0, x1 = (np.where(tree.whole, x, 0.0) for x in (tree.x0, tree.x1))
    if method == "lmdi":
        _possible(tree, cells, on_zero)
    return METHODS[method](x0, x1)


def _possible(tree: Tree, cells: pd.DataFrame, on_zero: str) -> None:
    """Refuse negative factors under LMDI, and zeros where they are not wanted."""
    for what, refused in (("negative", True), ("zero", on_zero == "refuse")):
        bad = _any(tree, what)
        if not (refused and bad.any()):
            continue
        first = [tree.names[k] for k in np.flatnonzero(_worst(tree, what))]
        raise ContractError(
            f"{int(bad.sum())} of {len(cells)} cells have a {what} factor, which has no logarithm.",
            where=f"factors {first}, see .rows",
            fix='use method="shapley"' + (', or returns="separate"' if what == "negative" else ""),
            rows=cells[bad],
        )


def _worst(tree: Tree, what: str) -> Mask:
    """Tell which factors are concerned."""
    found = np.zeros(len(tree.names), dtype=bool)
    for x in (tree.x0, tree.x1):
        kept = x[:, tree.whole]
        found |= ((kept < 0) if what == "negative" else ~(kept > 0)).any(axis=1)
    return found


def undefined(tree: Tree) -> tuple[Mask, Mask]:
    """Tell which ratios do not exist in base and in actual, shape (n factors, n cells)."""
    return np.isnan(tree.x0) & tree.whole, np.isnan(tree.x1) & tree.whole
