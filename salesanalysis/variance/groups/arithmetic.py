"""The difference of two means, divided by a linear fit of each group: plain arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.results import require_adds_up

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Split:
    """Parts of a difference of means, actual minus base.

    Attributes
    ----------
    effects : dict of effect to amount, in order
        ``endowments``, ``coefficients``, ``interaction``; or ``explained``, ``unexplained``.
    detail : array (p,)
        The first effect by column of x, without the constant; adds up to it.
    start, end : float
        Means of the base group and of the actual group.
    """

    effects: dict[str, float]
    detail: Floats
    start: float
    end: float


def split_means(y1: Floats, x1: Floats, y0: Floats, x0: Floats, *, fold: int = 3) -> Split:
    """Divide the difference of two means, actual (1) minus base (0).

    Parameters
    ----------
    y1, y0 : array (n1,), (n0,)
        The figure of the actual and of the base group.
    x1, x0 : array (n1, p), (n0, p)
        What the groups have, without a constant.
    fold : {3, 2}
        Three parts, or explained and unexplained by the coefficients of all rows together with
        an indicator of the group.

    Returns
    -------
    Split

    Raises
    ------
    ReconciliationError
        Where the parts do not add up to the difference.

    Notes
    -----
    The class of ``statsmodels`` turns the groups by default so that the difference is positive;
    here it never does: the sign is always actual minus base, and which group it took first is
    checked against the means.

    References
    ----------
    Oaxaca (1973), International Economic Review 14:693; Blinder (1973), Journal of Human
    Resources 8:436; Jann (2008), Stata Journal 8:453, for the pooled coefficients.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x0, x1 = rng.normal(5, 1, (40, 1)), rng.normal(6, 1, (40, 1))
    >>> split = split_means(3 * x1[:, 0], x1, 2 * x0[:, 0], x0)
    >>> {name: round(amount, 6) for name, amount in split.effects.items()} == {
    ...     "endowments": round(2 * float(x1.mean() - x0.mean()), 6),
    ...     "coefficients": round(float(x0.mean()), 6),
    ...     "interaction": round(float(x1.mean() - x0.mean()), 6)}
    True
    """
    end, start = float(np.mean(y1)), float(np.mean(y0))
    model = _model(y1, x1, y0, x0)
    gap = end - start
    size = max(abs(end), abs(start), float(np.abs(np.concatenate([y1, y0])).max()))
    # the first group of the class has to be ours
    require_adds_up(pd.Series([float(model.gap)]), gap, what="Group means", unit=1e-8 * size)
    distance = x1.mean(axis=0) - x0.mean(axis=0)
    if fold == 2:
        told = model.two_fold(two_fold_type="pooled")
        unexplained, explained = (float(v) for v in told.params[:2])
        effects = {"explained": explained, "unexplained": unexplained}
        weights = _pooled(y1, x1, y0, x0)
    else:
        told = model.three_fold()
        names = ("endowments", "coefficients", "interaction")
        effects = dict(zip(names, (float(v) for v in told.params[:3]), strict=True))
        weights = np.asarray(model._s_model.params)[:-1]
    detail = distance * weights
    first = next(iter(effects.values()))
    parts = float(np.abs(detail).sum())
    unit = 1e-8 * max(size, parts)
    require_adds_up(pd.Series(detail), first, what="Factors", unit=unit)
    require_adds_up(pd.Series(effects.values()), gap, what="Effects", unit=unit)
    return Split(effects, detail, start, end)


def _model(y1: Floats, x1: Floats, y0: Floats, x0: Floats) -> Any:
    """Return the decomposition of statsmodels, the actual group first."""
    from statsmodels.stats.oaxaca import OaxacaBlinder  # noqa: PLC0415

    # the class sorts the two codes and takes the smaller first: 0 is the actual group
    code = np.concatenate([np.zeros(len(y1)), np.ones(len(y0))])
    x = np.column_stack([code, np.vstack([x1, x0])])
    return OaxacaBlinder(np.concatenate([y1, y0]), x, 0, hasconst=False, swap=False, rng=0)


def _pooled(y1: Floats, x1: Floats, y0: Floats, x0: Floats) -> Floats:
    """Return coefficients of all rows together, the group being one of the columns."""
    code = np.concatenate([np.zeros(len(y1)), np.ones(len(y0))])
    x = np.column_stack([np.ones(len(code)), code, np.vstack([x1, x0])])
    fitted: Floats = np.linalg.pinv(x) @ np.concatenate([y1, y0])
    return fitted[2:]
