"""Rows beside price and volume: a plan that was off, open months, fixed cost."""

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.variance.asked import Asked
from salesanalysis.variance.bridge import COUNTS
from salesanalysis.variance.cells import PARTS, read_cells
from salesanalysis.variance.pvm import gap_rows
from salesanalysis.variance.sides import Windowed

#: The item fixed cost is booked on, where it is given for the company as a whole.
FIXED = "(fixed cost)"
_FIXED_TERMS = {"en": "(fixed cost)", "zh": "（固定成本）"}


def with_fixed_terms(asked: Asked) -> Terms:
    """Return the names of the data set, and of the item of fixed cost."""
    terms = asked.terms or Terms()
    if asked.rules.fixed_cost is None:
        return terms
    names = terms.to_dict()
    for key in asked.keys:
        names[key] = {**names.get(key, {}), FIXED: _FIXED_TERMS}
    return Terms(names)


def _extra(
    cells: pd.DataFrame, effect: str, asked: Asked, *, base: str, actual: str
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return rows and items of one further effect: the plain difference of two tables."""
    rows = gap_rows(cells, asked.keys)
    amount = rows.groupby(asked.keys, as_index=False, observed=True)[["amount"]].sum()
    amount = amount[amount["amount"] != 0]
    sides = {s: cells[f"r{s}"] - cells[f"c{s}"] for s in "01"}
    sides["1"] = sides["1"] + cells["fx1"]
    held = {"0": sides["0"], "1": sides["1"], "": 0.0, "-": sides["0"] - sides["1"]}
    items = cells[asked.keys].assign(
        base=held[base], actual=held[actual], **dict.fromkeys(COUNTS, 0)
    )
    return amount.assign(effect=effect, note="")[[*asked.keys, "effect", "amount", "note"]], items


def _money_cells(actual: pd.DataFrame, base: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    return read_cells(
        actual, base, asked.keys, value=asked.value, cost=asked.cost, units=None, returns="net"
    )


def plan_rows(sides: Windowed, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return what the plan was off: revised minus base."""
    if sides.revised is None:
        return None
    cells = _money_cells(sides.revised, sides.base, asked)
    if asked.rules.per_month and sides.base_months:
        for side in "01":
            columns = [f"{part}{side}" for part in (*PARTS, "fx")]
            cells[columns] = cells[columns] / sides.n_months[0]
    return _extra(cells, "plan", asked, base="-", actual="")


def open_rows(sides: Windowed, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return actual minus base of the months that are not closed."""
    late, expected = sides.open_actual, sides.open_base
    if late is None or expected is None or not (len(late) or len(expected)):
        return None
    cells = _money_cells(late, expected if len(expected) else late.iloc[:0], asked)
    return _extra(cells, "open", asked, base="0", actual="1")


def fixed_rows(asked: Asked, cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return the change of fixed cost, on an item of its own."""
    if asked.rules.fixed_cost is None:
        return None
    text = [c for c in asked.keys if cells[c].dtype.kind in "iufbM"]
    if text:
        raise ContractError(
            f"Fixed cost needs an item of its own, but {text[0]!r} holds no names.",
            where="explain(fixed_cost=...)",
            fix=f'turn it into text first: astype({{"{text[0]}": "str"}})',
            code="bad-choice",
        )
    before, after = asked.rules.fixed_cost
    item = pd.DataFrame({key: [FIXED] for key in asked.keys})
    row = item.assign(effect="fixed_cost", amount=before - after, note="")
    return row, item.assign(base=-before, actual=-after, **dict.fromkeys(COUNTS, 0))
