"""Growth of each unit from its own complete years."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.targets.base_cleaning import CleanBase
from salesanalysis.targets.base_cleaning.log import node_names
from salesanalysis.targets.growth_methods.choices import Choice
from salesanalysis.targets.growth_methods.proposed import Rise

Floats = npt.NDArray[np.float64]
_THIRDS = (1 / 3, 1 / 3, 1 / 3)


def rise_of(clean: CleanBase, choice: Choice) -> Rise:
    """Return the growth of every unit by the method chosen.

    Raises
    ------
    ContractError
        Years of zero or net returns the method cannot divide by, unless ``fallback="borrow"``.
    """
    return _WAYS[choice.method](clean, choice)


def mean_growth(after: Floats, before: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean of the yearly growths there are, and how many there are."""
    there = before > 0
    each = np.where(there, after / np.where(there, before, 1.0) - 1, 0.0)
    share = there * weights
    total = share.sum(axis=1)
    mean = (each * share).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, mean, np.nan), there.sum(axis=1)


def pairs(history: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return year and year before of every usable yearly growth, 0 where there is none."""
    before, after = history[:, 1:], history[:, :-1]
    usable = (before > 0) & (after >= 0) & (weights > 0)  # empty years compare as False
    return np.where(usable, after, 0.0), np.where(usable, before, 0.0)


def _weighted(clean: CleanBase, choice: Choice) -> Rise:
    strict = choice.method != "weighted_years"
    return _mean_of(clean, choice, choice.weights, "full_years", strict=strict)


def _moving(clean: CleanBase, choice: Choice) -> Rise:
    return _mean_of(clean, choice, _THIRDS, "full_years", strict=True)


def _mean_of(
    clean: CleanBase, choice: Choice, weights: tuple[float, ...], reason: str, *, strict: bool
) -> Rise:
    """Return the weighted mean of the yearly growths."""
    scale = np.array(weights)
    history = clean.history(len(weights) + 1)
    if strict:
        _require_positive(clean, history[:, 1:], choice)
    after, before = pairs(history, scale)
    own, n = mean_growth(after, before, scale)
    there = before > 0
    share = there * scale
    share = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
    items = {}
    for k in range(len(weights)):
        each = after[:, k] / np.where(there[:, k], before[:, k], 1.0) - 1
        items[f"part_{k + 1}"] = np.where(there[:, k], each, np.nan)
        items[f"weight_{k + 1}"] = np.where(there[:, k], share[:, k], np.nan)
    few = n < (scale > 0).sum()
    reasons = np.where(few, "fewer_years", reason)
    return Rise(own, n, few, reasons, items)


def _cagr(clean: CleanBase, choice: Choice) -> Rise:
    """Return the yearly rate that leads from the oldest year to the newest."""
    wanted = choice.n_years or max(clean.yearly["year"].nunique() - 1, 1)
    history = clean.history(wanted + 1)
    # without a break from the base year back
    unbroken = np.logical_and.accumulate(~np.isnan(history), axis=1)
    n = np.maximum(unbroken.sum(axis=1) - 1, 0)
    first = np.take_along_axis(history, n[:, None], axis=1)[:, 0]
    _require_positive(clean, np.where(n > 0, first, np.nan)[:, None], choice)
    last = history[:, 0]
    known = (n > 0) & (first > 0) & (last >= 0)
    safe = np.where(known, first, 1.0)
    rate = (np.where(known, last, 1.0) / safe) ** (1 / np.maximum(n, 1)) - 1
    few = (n < wanted) if choice.n_years else np.zeros(len(n), dtype=bool)
    reasons = np.where(few, "cagr_fewer", "by_cagr")
    items = {"first": first, "last": last, "n_span": n.astype("float64")}
    return Rise(np.where(known, rate, np.nan), np.where(known, n, 0), few, reasons, items)


def _robust(clean: CleanBase, choice: Choice) -> Rise:
    """Return the median of all growths between two years; Theil-Sen on logs."""
    wanted = choice.n_years or max(clean.yearly["year"].nunique() - 1, 1)
    history = clean.history(wanted + 1)
    known = ~np.isnan(history)
    positive = np.where(history > 0, history, np.nan)
    logs = np.log(positive)
    slopes = [(logs[:, i] - logs[:, j]) / (j - i) for i, j in combinations(range(wanted + 1), 2)]
    theil_sen = np.exp(_median(np.column_stack(slopes))) - 1
    # a year of zero or net returns has no log: the median of the yearly growths needs none
    broken = (known & ~(history > 0)).any(axis=1)
    after, before = pairs(history, np.ones(wanted))
    there = before > 0
    yearly = np.where(there, after / np.where(there, before, 1.0) - 1, np.nan)
    own = np.where(broken, _median(yearly), theil_sen)
    n = np.where(broken, there.sum(axis=1), np.maximum(known.sum(axis=1) - 1, 0))
    reasons = np.where(broken, "by_median", "by_theil_sen")
    n_pairs = np.isfinite(np.column_stack(slopes)).sum(axis=1).astype("float64")
    return Rise(own, n, np.zeros(len(n), dtype=bool), reasons, {"n_pairs": n_pairs})


def _median(block: Floats) -> Floats:
    """Return the median of each row, empty where the row is empty."""
    ordered = np.sort(block, axis=1)  # empty values last
    n = np.isfinite(ordered).sum(axis=1)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0)[:, None], axis=1)[:, 0]
    high = np.take_along_axis(ordered, np.minimum(n // 2, block.shape[1] - 1)[:, None], axis=1)
    return np.where(n > 0, (low + high[:, 0]) / 2, np.nan)


def _damped(clean: CleanBase, choice: Choice) -> Rise:
    """Return the growth over `horizon` years that fades by `phi` a year."""
    if choice.rate is None:
        once = _mean_of(clean, choice, choice.weights, "by_damped", strict=True)
    else:
        n = np.zeros(len(clean.units))
        rate = np.full(len(n), choice.rate)
        once = Rise(rate, n, np.zeros(len(n), dtype=bool), np.full(len(n), "by_damped"))
    phi, years = choice.phi or 0.9, choice.horizon or 1
    steps = phi ** np.arange(years)
    own = np.prod(1 + once.own[:, None] * steps, axis=1) - 1
    items = {
        "own_growth": once.own,
        "phi": np.full(len(own), phi),
        "n_span": np.full(len(own), float(years)),
    }
    reasons = np.where(once.few, "damped_fewer", "by_damped")
    return Rise(own, once.n, once.few, reasons, items)


def _require_positive(clean: CleanBase, before: Floats, choice: Choice) -> None:
    """Refuse years of zero or net returns where a growth has to divide by them."""
    bad = ((before <= 0).any(axis=1)) & (clean.units["base"] > 0).to_numpy()
    if not bad.any() or choice.fallback == "borrow":
        return
    names = node_names(clean.units, clean.by)[bad]
    listed = ", ".join(names.head(5)) + (", ..." if len(names) > 5 else "")
    raise ContractError(
        f"{int(bad.sum())} of {len(bad)} units have a year of zero sales or net returns that "
        f"growth would be divided by: {listed}.",
        where=f"growth(method={choice.method!r}), see .rows",
        fix='write fallback="borrow", or method="robust", or shorten the years',
        rows=pd.DataFrame(clean.units[bad]),
    )


_WAYS: dict[str, Callable[[CleanBase, Choice], Rise]] = {
    "weighted_years": _weighted,
    "weighted3": _weighted,
    "moving3": _moving,
    "cagr": _cagr,
    "robust": _robust,
    "damped": _damped,
}
