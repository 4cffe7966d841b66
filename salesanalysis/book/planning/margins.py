"""Totals by several dimensions at once: the leaves of a plan fitted to every one of them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from salesanalysis import targets
from salesanalysis.book.planning.choices import Choices
from salesanalysis.book.planning.ground import Ground
from salesanalysis.errors import ContractError

_REST = "\x1frest"


def with_margins(ground: Ground, choices: Choices, *, is_given: bool) -> Ground:
    """Return the ground whose leaves add up to every total of the choices, pins included.

    Parameters
    ----------
    ground : Ground
    choices : Choices
        Section ``margins``: ``table`` (level columns and ``value``; the filled columns of a row say
        which dimension it is a total of) and ``seed`` (weight of leaves that have none).
    is_given : bool
        The total of the ground was decided on; else it is the sum of the first dimension.

    Raises
    ------
    ContractError
        Dimensions with different totals, or another one than the plan's; and what
        `targets.fit_margins` refuses.
    """
    table = choices.table("margins")
    if table is None:
        return ground
    levels = list(ground.leaves.by)
    margins = _by_dimension(table, levels, choices)
    total = Decimal(ground.total)
    asked = _exact(margins[0]["value"])
    if is_given and asked != total:
        raise ContractError(
            f"The totals by {' x '.join(c for c in margins[0].columns if c != 'value')} add up to "
            f"{asked:,}, the plan is for {total:,}.",
            where=f"{choices.file or 'choices'}: margins",
            fix="make them agree, or leave out total",
            code="does-not-add-up",
        )
    cells = ground.leaves.frame[[*levels, "value"]]
    pins = ground.pins[[c for c in (*levels, "value") if c in ground.pins.columns]]
    cells, more = _pinned(cells, pins, levels, asked)
    fitted = targets.fit_margins(
        cells,
        [*margins, *more],
        step=ground.step,
        seed=float(choices.section("margins").get("seed", 0)),
    )
    values = ground.leaves.frame[levels].merge(fitted.frame[[*levels, "value"]], on=levels)
    leaves = ground.leaves.frame.assign(
        value=values["value"].to_numpy(), carried_amount=0.0, left_out_amount=0.0
    )
    basis = targets.Basis.of(
        leaves[[*levels, "base", "value"]], by=levels, year=ground.leaves.year,
        calendar=ground.leaves.calendar, currency=ground.leaves.currency, terms=ground.leaves.terms,
    )  # fmt: skip
    return replace(ground, leaves=basis, total=f"{asked:f}")


def _exact(values: pd.Series) -> Decimal:
    """Add amounts up without the noise of floats, 1000.0 read as 1000."""
    return sum((Decimal(str(v).removesuffix(".0")) for v in values), Decimal(0))


def _by_dimension(
    table: pd.DataFrame, levels: Sequence[str], choices: Choices
) -> list[pd.DataFrame]:
    """Return one table of totals per set of filled level columns, in the order first named."""
    keys = [level for level in levels if level in table.columns]
    filled = [tuple(k for k in keys if row[k] != "") for row in table.to_dict("records")]
    if not keys or not all(filled) or table["value"].isna().any():
        raise ContractError(
            "Every total needs a level column that is filled, and a value.",
            where=f"{choices.file or 'choices'}: margins.table, columns {list(table.columns)}",
            fix="write rows such as {product_line: Drives, value: 3000000}",
            code="bad-value",
        )
    which = pd.Series(filled, index=table.index)
    return [table.loc[which == own, [*own, "value"]] for own in dict.fromkeys(filled)]


def _pinned(
    cells: pd.DataFrame, pins: pd.DataFrame, levels: Sequence[str], total: Decimal
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the cells with a column per dimension that is pinned, and the totals of these columns.

    Pinned units keep their value; whatever is not pinned has what is left of the total.
    """
    out, more = cells, []
    filled = [tuple(k for k in levels if row.get(k)) for row in pins.to_dict("records")]
    for i, own in enumerate(dict.fromkeys(filled)):
        here = pins[[f == own for f in filled]]
        names = [" / ".join(row) for row in here[list(own)].itertuples(index=False, name=None)]
        mine = pd.Series(_REST, index=cells.index, dtype="str")
        for name, row in zip(names, here.to_dict("records"), strict=True):
            inside = pd.Series(data=True, index=cells.index)
            for level in own:
                inside &= cells[level] == row[level]
            mine = mine.mask(inside, name)
        left = total - _exact(here["value"])
        column = f"pinned_{i}"
        out = out.assign(**{column: mine})
        values = [*map(str, here["value"]), *([str(left)] if (mine == _REST).any() else [])]
        more.append(pd.DataFrame({column: [*names, _REST][: len(values)], "value": values}))
    return out, more
