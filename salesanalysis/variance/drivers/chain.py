"""Driver trees: a total told as headcount times activity times conversion times ticket."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES, Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.drivers.cells import cells_of
from salesanalysis.variance.drivers.method import chosen, effects, undefined
from salesanalysis.variance.drivers.rows import bridge_rows, items_of
from salesanalysis.variance.drivers.shape import CALL, Shape, shape_of
from salesanalysis.variance.drivers.tree import Tree, of_chain, of_factors, with_structure
from salesanalysis.variance.drivers.window import (
    LINK,
    closed_only,
    comparable,
    last_month,
    linked,
    one_after_another,
    said,
)
from salesanalysis.variance.effects import Place
from salesanalysis.variance.names import effect_name
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.tables import common_key, some_base, spelt_apart, two_tables

#: Rows beside the factors.
UNLINKED: Place = (150, "gap", "unassigned")
#: Factors stand before what is new and lost.
FIRST_STEP = 10


def explain_chain(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    by: Sequence[str],
    chain: Sequence[str] | Mapping[str, str] | None = None,
    factors: Sequence[str] | None = None,
    value: str | None = None,
    dims: Sequence[str] = (),
    structure: str | None = None,
    method: Literal["auto", "lmdi", "shapley", "sequential"] = "auto",
    new_lost: Literal["separate", "merge"] = "separate",
    returns: Literal["separate", "net"] = "separate",
    unlinked: Literal["refuse", "separate"] = "refuse",
    on_zero: Literal["limit", "refuse"] = "limit",
    chained: bool = False,
    period: str | None = None,
    closed_through: object = None,
    kind: Literal["money", "count"] = "money",
    origin: Mapping[str, str] | Origins | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Split a difference among the factors of a driver tree, without a remainder.

    Parameters
    ----------
    actual, base : DataFrame
        Rows, or sums of them: the columns of `by` and `dims` and those of `chain` or `factors`.
        Rows of one cell are summed (`chain`) or refused (`factors`, which cannot be summed).
    by : sequence of str
        Columns that name a cell; ``[]`` for the total alone.
    chain : sequence of str, or mapping of total to the name of its factor
        Running totals from the first driver to the value, such as ``["visits", "leads",
        "deals", "revenue"]``. The first is a factor, the ratios of neighbours are the others,
        called ``leads/visits`` unless named. Safer than `factors`: ratios of sums add up.
    factors : sequence of str
        Columns of given ratios whose product is the value.
    value : str, optional
        What the factors multiply to, checked within 1e-6; of a chain it is the last total.
    dims : sequence of str
        Further columns cells are divided by.
    structure : str, optional
        A column, such as ``source``: the first total becomes the total of all its members times
        each member's share of it, a factor called ``source_share``.
    method : {"auto", "lmdi", "shapley", "sequential"}
        ``auto`` is LMDI where every factor of every cell is above 0 on both sides, new and lost
        cells apart, else Shapley for the whole result; ``meta.fallback`` says why.
        ``sequential`` depends on the order of the factors, which is printed.
    new_lost : {"separate", "merge"}
        Cells with nothing on one side as rows of their own, or placed by the method.
    returns : {"separate", "net"}
        Rows marked ``is_return`` as a line of their own, or inside the totals.
    unlinked : {"refuse", "separate"}
        What to do with a total after a total of 0, such as revenue without deals.
    on_zero : {"limit", "refuse"}
        Under LMDI: the analytical limit, or an error.
    chained : bool
        Month by month, summed: each month of `actual` with the one at the same place in `base`;
        where `base` is one month before several, each month with the month before it (then the
        bridge leads from `base` to the last month). Differs from comparing whole windows.
    period : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.
    closed_through : date, optional
        Last closed month; later rows of both sides are left out and counted.
    kind : {"money", "count"}
        What the value is.
    origin, names, base_name, window, fiscal, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        One row per cell and factor. A ratio that does not exist on one side takes the other
        side's value, its effect is 0 and ``note`` says so.

    Raises
    ------
    ContractError
        Columns, keys or values that do not fit; a broken chain; factors that do not multiply;
        a negative factor under explicit LMDI; no common key; an empty base.

    References
    ----------
    Ang (2005, 2015) and Ang and Liu (2007), see `lmdi`; Shorrocks (2013), see `shapley`.

    Examples
    --------
    >>> plan = pd.DataFrame({"team": ["A", "B"], "visits": [100, 200], "deals": [10, 20],
    ...                      "revenue": [1000.0, 1600.0]})
    >>> done = pd.DataFrame({"team": ["A", "B"], "visits": [120, 200], "deals": [12, 30],
    ...                      "revenue": [1200.0, 2400.0]})
    >>> bridge = explain_chain(done, plan, by=["team"], chain=["visits", "deals", "revenue"])
    >>> bridge.by_effect()[["effect", "amount"]].round(6).to_numpy().tolist()
    [['visits', 200.0], ['deals/visits', 800.0], ['revenue/deals', 0.0]]
    >>> bridge.meta.method
    'lmdi'
    """
    shape = shape_of(
        by=by, dims=dims, structure=structure, chain=chain, factors=factors, value=value,
        new_lost=new_lost, returns=returns, unlinked=unlinked, on_zero=on_zero,
        kind=kind, favourable=favourable, sides=names,
    )  # fmt: skip
    two_tables(actual, base, names, CALL)
    path = chained and one_after_another(actual, base, period)
    if path:
        sides = closed_only(actual, base, period, closed_through, shape.measure)
        cells = cells_of(last_month(sides.actual, period), sides.base, shape)
    else:
        sides = comparable(
            actual, base, shape.keys, value=shape.measure, currency=currency, names=names,
            period=period, closed_through=closed_through, window=window,
        )  # fmt: skip
        cells = cells_of(sides.actual, sides.base, shape)
    if shape.keys:
        common_key(cells, shape.keys, CALL)
    items = items_of(cells, shape)
    some_base(items["base"], f"{CALL}(actual, base)")
    step = cells
    if chained:
        step = cells_of(*linked(sides.actual, sides.base, period, path=path), shape.by_link(LINK))
    tree = _tree(step, shape)
    used, fallback, n_cells = chosen(method, tree)
    rows = bridge_rows(step, tree, effects(used, tree, step, on_zero), undefined(tree), shape)
    places: dict[str, Place] = {
        **{name: (FIRST_STEP + k, "gap", "internal") for k, name in enumerate(tree.names)},
        "unlinked": UNLINKED,
    }
    meta = Meta(
        method=used,
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(shape.keys),
        measure=shape.measure,
        convention=used,
        new_lost=new_lost,
        returns=returns if shape.has_returns(cells) else "",
        favourable=favourable,
        window=said(window, sides),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin, places),
        kind=kind,
        fallback=fallback,
        left_out=sides.left_out,
        details=(
            *_details(tree, used, n_cells, step, chained=chained),
            *spelt_apart(cells[list(shape.keys)], *(cells[f"in{i}"] > 0 for i in (0, 1))),
            *sides.details,
        ),
    )
    return Bridge.of(
        rows, items, by=shape.keys, meta=meta, places=places, currency=currency,
        terms=_with_names(terms or Terms(), tree.names),
    )  # fmt: skip


def _tree(cells: pd.DataFrame, shape: Shape) -> Tree:
    """Return the factors of each cell; a broken chain is refused unless it was asked for."""
    merge = shape.new_lost == "merge"
    if shape.chain:
        tree = of_chain(cells, shape.chain, shape.names, merge=merge)
    else:
        tree = of_factors(cells, shape.names, shape.value, merge=merge)
    if tree.unlinked.any() and shape.unlinked == "refuse":
        raise ContractError(
            f"{int(tree.unlinked.sum())} of {len(cells)} cells have a total after a total of 0, "
            "so the chain is broken.",
            where=f"chain {list(shape.chain)}, see .rows",
            fix='check the totals, or book those cells apart with unlinked="separate"',
            rows=cells[tree.unlinked],
        )
    if shape.structure is None:
        return tree
    others = [c for c in cells.columns if c in (*shape.keys, LINK) and c != shape.structure]
    return with_structure(tree, cells, shape.structure, others)


def _with_names(terms: Terms, names: Sequence[str]) -> Terms:
    """Add what the factors are called, so that tables say it as well; given names stay."""
    given = terms.names.get("effect", {})
    built = {n: {lang: effect_name(n, lang, terms=terms) for lang in LANGUAGES} for n in names}
    return Terms({**terms.names, "effect": {**built, **given}})


def _details(
    tree: Tree, used: str, n_cells: int, cells: pd.DataFrame, *, chained: bool
) -> tuple[tuple[str, str], ...]:
    """Note what has to be said beside the numbers."""
    missing0, missing1 = undefined(tree)
    n_undefined = int((missing0 | missing1).sum())
    notes: list[tuple[str, Any]] = [("tree", " x ".join(tree.names))]
    notes += [("order", " > ".join(tree.names))] if used == "sequential" else []
    notes += [("fallback_cells", n_cells)] if n_cells else []
    notes += [("undefined", n_undefined)] if n_undefined else []
    notes += [("chained", cells[LINK].nunique())] if chained else []
    return tuple((name, str(text)) for name, text in notes)
