"""A cross-section regression: what units sell, by their circumstances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms, count, exact, label, percent
from salesanalysis.results import Result
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.base_cleaning.log import node_names
from salesanalysis.targets.words import MOST_NAMES, listing

Floats = npt.NDArray[np.float64]
#: Rows a coefficient has to rest on.
ROWS_PER_COEFFICIENT = 5
#: Where Huber's weight starts to fall: 95 % efficient under normal errors (Huber, 1964).
_HUBER = 1.345
_NORMAL_MAD = 0.6744897501960817


@dataclass(frozen=True, eq=False)
class Regression(Result):
    """What a unit sells by what stands beside it: ``b_0 + sum b_k x_k``.

    Attributes
    ----------
    frame : DataFrame, one row per unit
        Level columns, ``base`` (currency), ``fitted`` (currency), ``leverage`` (0..1: how much
        the unit decides its own fitted value), ``weight`` (1, less where Huber holds a unit back)
        and ``status`` (``ok``, ``high_leverage``, ``fitted_below_zero``).
    coefficients : DataFrame
        ``name`` (``constant`` first) and ``coefficient``, in currency per unit of the column.
    r2 : float
        Part of the variance of the bases that the fitted values explain.
    fit : {"ols", "huber"}
    """

    frame: pd.DataFrame
    coefficients: pd.DataFrame
    r2: float
    fit: str
    by: tuple[str, ...]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep copies."""
        for name in ("frame", "coefficients"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        parts = label("targets.comma", lang).join(
            f"{exact(row['coefficient'])} × {row['name']}"
            for row in self.coefficients.to_dict("records")[1:]
        )
        constant = exact(float(self.coefficients["coefficient"].iloc[0]))
        said = [
            label("regress.headline", lang, r2=percent(self.r2), n=count(len(self.frame))),
            label("regress.formula", lang, constant=constant, parts=parts),
        ]
        for status in ("high_leverage", "fitted_below_zero"):
            part = self.frame[self.frame["status"] == status]
            if len(part):
                names = node_names(part, self.by).tolist()
                nodes = listing(names[:MOST_NAMES], lang, n=len(names))
                said.append(label(f"regress.{status}", lang, nodes=nodes))
        return said


def regress(
    table: pd.DataFrame,
    *,
    by: Sequence[str],
    columns: Sequence[str],
    fit: str = "ols",
) -> Regression:
    r"""Regress ``base`` on columns, over units.

    Parameters
    ----------
    table : DataFrame, one row per unit
        Level columns, ``base`` (currency) and `columns`.
    columns : sequence of str
    fit : {"ols", "huber"}
        Least squares, or Huber's M-estimate, which holds back units far off the line.

    Raises
    ------
    ContractError
        Fewer than five units per coefficient, columns that say the same, empty values.

    Notes
    -----
    Leverage is the diagonal of :math:`H = X (X^T X)^{-1} X^T`; above twice its mean a unit is
    ``high_leverage``. Huber's weights are :math:`\min(1, 1.345 s / |r|)` with :math:`s` the
    median absolute residual over 0.6745, repeated until the coefficients stand still.

    References
    ----------
    Huber, P. J. (1964). Annals of Mathematical Statistics 35(1), 73-101.

    Examples
    --------
    >>> units = pd.DataFrame({"region": list("abcdefghij"), "shops": range(10)})
    >>> fit = regress(units.assign(base=5.0 + 2.0 * units["shops"]), by=["region"],
    ...               columns=["shops"])
    >>> [round(float(b), 6) for b in fit.coefficients["coefficient"]]
    [5.0, 2.0]
    """
    if fit not in ("ols", "huber"):
        where = "regress(fit=...)"
        raise unknown_name(fit, ("ols", "huber"), kind="fit", where=where, error=ContractError)
    names = [str(c) for c in columns]
    require_columns(table, [*by, "base", *names], name="table")
    table = table.reset_index(drop=True)
    x = np.column_stack([np.ones(len(table)), *(numbers(table, c, "table") for c in names)])
    y = numbers(table, "base", "table").to_numpy("float64")
    _check(table, x, y, names)
    weight = np.ones(len(y)) if fit == "ols" else _huber_weights(x, y)
    b = _solve(x, y, weight)
    leverage: Floats = np.einsum("ij,jk,ik->i", x, np.linalg.pinv(x.T @ x), x)
    fitted = x @ b
    spread = float(((y - y.mean()) ** 2).sum())
    r2 = 1 - float(((y - fitted) ** 2).sum()) / spread if spread > 0 else 1.0
    heavy = leverage > 2 * x.shape[1] / len(y)
    status = np.select([fitted <= 0, heavy], ["fitted_below_zero", "high_leverage"], "ok")
    frame = table[list(by)].assign(base=y, fitted=fitted, leverage=leverage, weight=weight)
    frame["status"] = pd.array(status, dtype="str")
    listed = pd.DataFrame({"name": ["constant", *names], "coefficient": b})
    return Regression(frame, listed, r2, fit, tuple(by))


def _solve(x: Floats, y: Floats, weight: Floats) -> Floats:
    root = np.sqrt(weight)
    found = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    solved: Floats = found.astype("float64")
    return solved


def _huber_weights(x: Floats, y: Floats) -> Floats:
    """Return the weights at which Huber's estimate stands still."""
    weight: Floats = np.ones(len(y))
    b = _solve(x, y, weight)
    for _ in range(200):
        rest = np.abs(y - x @ b)
        scale = float(np.median(rest)) / _NORMAL_MAD
        if scale <= 1e-12 * float(np.abs(y).max()):
            return weight
        weight = np.minimum(1.0, _HUBER * scale / np.maximum(rest, 1e-300)).astype("float64")
        before, b = b, _solve(x, y, weight)
        if np.abs(b - before).max() <= 1e-10 * np.abs(b).max():
            break
    return weight


def _check(table: pd.DataFrame, x: Floats, y: Floats, names: Sequence[str]) -> None:
    """Refuse tables no line can be drawn through."""
    empty = table[np.isnan(x).any(axis=1) | np.isnan(y)]
    if len(empty):
        raise ContractError(
            f"{len(empty)} of {len(table)} units have an empty figure.",
            where=f"table, first rows {empty.index[:5].tolist()}, see .rows",
            fix="give every unit a figure, or leave those units out",
            rows=empty,
        )
    need = ROWS_PER_COEFFICIENT * x.shape[1]
    if len(y) < need:
        raise ContractError(
            f"{len(y)} units are too few for {x.shape[1]} coefficients, which need {need}.",
            where=f"regression on {list(names)}",
            fix="use fewer columns, or a lower level with more units",
        )
    scaled = x / np.maximum(np.abs(x).max(axis=0), 1e-300)
    if np.linalg.matrix_rank(scaled) < x.shape[1]:
        raise ContractError(
            f"The columns {list(names)} say the same of every unit, or are constant.",
            where="regression",
            fix="leave one of them out",
        )
