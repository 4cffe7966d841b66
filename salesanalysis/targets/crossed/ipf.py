"""Proportional fitting: a table that meets every margin and keeps the cross ratios of its base."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_unique,
)
from salesanalysis.targets.crossed.fitted import Fitted
from salesanalysis.targets.crossed.inputs import require_weights
from salesanalysis.targets.crossed.whole import whole_cells
from salesanalysis.targets.steps import Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: A fit is done where no margin is further off than this, relative to it.
TOLERANCE = 1e-9
ROUNDS = 1000


@dataclass(frozen=True, eq=False)
class Margin:
    """One set of totals: its keys, the total of each group in steps, the group of each cell."""

    keys: tuple[str, ...]
    names: pd.DataFrame
    steps: Ints
    group: Ints

    @property
    def title(self) -> str:
        """Return the keys in words."""
        return " x ".join(self.keys)

    def sums(self, x: Floats) -> Floats:
        """Add up cells by group."""
        added: Floats = np.bincount(self.group, x, minlength=len(self.steps)).astype("float64")
        return added

    def error(self, x: Floats) -> Floats:
        """Return how far each total is off, relative to it."""
        wanted = self.steps.astype("float64")
        off: Floats = np.abs(self.sums(x) - wanted) / np.maximum(wanted, 1.0)
        return off


def fit_margins(
    base: pd.DataFrame,
    margins: Sequence[pd.DataFrame],
    *,
    step: Decimal | int | float | str = 1,
    seed: float = 0.0,
    tolerance: float = TOLERANCE,
    rounds: int = ROUNDS,
) -> Fitted:
    r"""Fit crossed cells (rep x region x product) to every margin asked for, in whole steps.

    Parameters
    ----------
    base : DataFrame, one row per cell
        Key columns and ``value`` (zero or more, any unit): its cross ratios are kept.
    margins : sequence of DataFrame
        Each with one or more of the key columns and ``value`` (currency, whole steps): totals by
        region, by product, by region and product ... All have the same grand total.
    step : amount, smallest amount a cell moves by
    seed : float
        Weight given to cells of `base` that are 0, in its unit; 0 leaves them zero.
    tolerance : float, largest relative error of any margin
    rounds : int, after which a fit that has not converged is an error

    Returns
    -------
    Fitted
        The fitted cells and their whole amounts; every margin exact.

    Raises
    ------
    ContractError
        Different grand totals, a total over cells that are all zero, a group without a total,
        no convergence, or margins no whole table has.

    Notes
    -----
    Repeats :math:`x \leftarrow x \cdot \text{margin} / \text{current margin}` over the
    margins (Deming and Stephan, 1940). With one or two margins a whole table within one step of
    every cell always exists; with three or more the nearest is looked for by integer programming.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics 11(4).

    Examples
    --------
    >>> cells = pd.DataFrame({"product": list("AABBCC"), "region": ["N", "E"] * 3, "value": 1.0})
    >>> products = pd.DataFrame({"product": list("ABC"), "value": [300, 500, 200]})
    >>> regions = pd.DataFrame({"region": ["N", "E"], "value": [400, 600]})
    >>> fit_margins(cells, [products, regions]).to_frame()["value"].tolist()
    [180.0, 120.0, 300.0, 200.0, 120.0, 80.0]
    """
    size = Step.of(step)
    keys = [str(c) for c in base.columns if c not in ("value", "base")]
    cells = _cells(base, keys, seed)
    read = [_margin(m, cells, keys, size, i) for i, m in enumerate(margins)]
    _check_totals(read, size)
    start = cells["weight"].to_numpy("float64")
    for margin in read:
        _check_support(margin, start, size)
    fitted, n_rounds = _fit(start, read, tolerance, rounds, size)
    steps = whole_cells(fitted, [(m.group, m.steps) for m in read])
    scale = float(size.size)
    frame = cells[keys].assign(
        base=cells["value"], fitted=fitted * scale, value=size.amounts(steps)
    )
    totals = [
        # pandas 2 cannot add two columns of text by reindex
        m.names.assign(
            **{k: "" for k in keys if k not in m.names.columns},
            margin=m.title,
            value=size.amounts(m.steps),
        )[["margin", *keys, "value"]]
        for m in read
    ]
    worst = max(float(m.error(fitted).max(initial=0.0)) for m in read)
    return Fitted(
        frame, pd.concat(totals, ignore_index=True), tuple(keys), str(size).replace(",", ""),
        n_rounds, worst,
    )  # fmt: skip


def _cells(base: pd.DataFrame, keys: list[str], seed: float) -> pd.DataFrame:
    """Return the cells in order of their names, with the weight each starts from."""
    require_weights(
        base, keys, name="base", unit="cell", what="cells of base",
        fix="net returns against sales first, or leave out cells without a figure",
    )  # fmt: skip
    if not 0 <= seed < np.inf:
        raise ContractError(
            f"seed must be zero or more, got {seed!r}.",
            where="fit_margins(seed=...)",
            fix="write a small weight in the unit of base, such as 1",
            code="bad-choice",
        )
    cells = base[[*keys, "value"]].astype({**dict.fromkeys(keys, "str"), "value": "float64"})
    cells = cells.sort_values(keys, kind="stable", ignore_index=True)
    return cells.assign(weight=cells["value"].where(cells["value"] > 0, float(seed)))


def _margin(
    table: pd.DataFrame, cells: pd.DataFrame, keys: list[str], size: Step, i: int
) -> Margin:
    """Read one table of totals and match it to the cells."""
    name = f"margins[{i}]"
    own = [c for c in keys if c in table.columns]
    require_columns(table, ["value"], name=name)
    strange = [str(c) for c in table.columns if c not in (*own, "value")]
    if strange or not own:
        raise ContractError(
            f"{name} must have key columns of base and 'value', got {list(table.columns)}.",
            where=f"base has the keys {keys}",
            fix=f"leave out {', '.join(map(repr, strange)) or 'nothing'}, name a key of base",
            code="missing-column",
        )
    require_unique(table, own, name=name, what="name the same total")
    names = table[own].astype("str").reset_index(drop=True)
    order = names.sort_values(own, kind="stable").index
    names = names.loc[order].reset_index(drop=True)
    amounts = table["value"].reset_index(drop=True).loc[order]
    steps = np.array([size.count(v, name="value", where=name) for v in amounts], dtype="int64")
    index = pd.MultiIndex.from_frame(names)
    group = index.get_indexer(pd.MultiIndex.from_frame(cells[own])).astype("int64")
    if (group < 0).any():
        lost = cells.loc[group < 0, own].drop_duplicates()
        raise ContractError(
            f"{name} has no total for {len(lost)} of its groups: {_names(lost)}.",
            where=f"{name}, keys {own}",
            fix="give a total, 0 where nothing is wanted",
            code="unknown-name",
            rows=lost,
        )
    return Margin(tuple(own), names, steps, group)


def _names(table: pd.DataFrame) -> str:
    rows = [" / ".join(row) for row in table.head(5).itertuples(index=False, name=None)]
    return ", ".join(rows) + (", ..." if len(table) > 5 else "")


def _check_totals(margins: Sequence[Margin], size: Step) -> None:
    """Refuse margins with different grand totals, naming both."""
    if not margins:
        raise ContractError(
            "There is no margin to fit to.",
            where="fit_margins(margins=[])",
            fix="give at least one table of totals",
            code="empty-table",
        )
    first = margins[0]
    for other in margins[1:]:
        a, b = int(first.steps.sum()), int(other.steps.sum())
        if a != b:
            raise ContractError(
                f"Margins have different grand totals: {first.title} {size.text(a * size.size)}, "
                f"{other.title} {size.text(b * size.size)}.",
                where="fit_margins(margins=...)",
                fix=f"make them equal: the difference is {size.text(abs(a - b) * size.size)}",
                code="does-not-add-up",
            )


def _check_support(margin: Margin, start: Floats, size: Step) -> None:
    """Refuse a total above zero over cells that are all zero, or that there are none of."""
    empty = (margin.steps > 0) & (margin.sums(start) <= 0)
    if empty.any():
        lost = margin.names[empty]
        amount = size.text(int(margin.steps[empty].sum()) * size.size)
        raise ContractError(
            f"The {margin.title} totals of {_names(lost)} ({amount}) lie over cells that are all "
            "zero.",
            where=f"base, keys {list(margin.keys)}, see .rows",
            fix="allow them a weight with seed=, add cells to base, or set the total to 0",
            rows=lost,
        )


def _fit(
    start: Floats, margins: Sequence[Margin], tolerance: float, rounds: int, size: Step
) -> tuple[Floats, int]:
    """Repeat the proportional step until every margin holds; return cells in steps."""
    total = float(margins[0].steps.sum())
    scale = float(size.size)
    same = start / scale
    if max(m.error(same).max() for m in margins) < tolerance:
        return same, 0
    x = start * (total / start.sum())
    last = np.inf
    for n in range(1, rounds + 1):
        for margin in margins:
            now = margin.sums(x)
            factor = np.divide(margin.steps, now, out=np.zeros(len(now)), where=now > 0)
            x = x * factor[margin.group]
        worst = max(float(m.error(x).max()) for m in margins)
        # past the tolerance on purpose: whole cells need totals right to far below one step
        if worst < 1e-13 or (worst < tolerance and worst > 0.5 * last):
            return x, n
        last = worst
    if last < tolerance:
        return x, rounds
    raise _not_converged(x, margins, rounds, size)


def _not_converged(x: Floats, margins: Sequence[Margin], rounds: int, size: Step) -> ContractError:
    """Build the error that names the worst margin."""
    worst = max(margins, key=lambda m: float(m.error(x).max()))
    at = int(worst.error(x).argmax())
    wanted = size.text(int(worst.steps[at]) * size.size)
    got = float(worst.sums(x)[at]) * float(size.size)
    return ContractError(
        f"The margins were not met in {rounds:,} rounds: worst is {worst.title} "
        f"{_names(worst.names.iloc[[at]])}, {got:,.2f} for {wanted}.",
        where="fit_margins(rounds=...)",
        fix="the zero cells of base leave no table with these totals: allow some with seed=, or "
        "change the totals",
        code="does-not-add-up",
    )
