"""What two tables may not be: summed twice, in two currencies, in boxes and in pieces."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, nearest
from salesanalysis.variance.sides.calendar import NAMES, month_codes, month_column, written

#: Columns that say in what units are counted.
MEASURES = ("uom", "unit_of_measure", "measure_unit", "unit")
PERSONS = ("salesperson", "person", "rep", "sales_rep", "employee")
#: Numbers that name a line of sale.
_ID = re.compile(r"(^|_)(id|no|nr|number|line|order|invoice)(_|$)|号|单", re.IGNORECASE)
LEADERS = ("manager", "team_leader", "supervisor", "leader")


def check_sides(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    keys: Sequence[str],
    *,
    value: str,
    units: str | None,
    cost: str | None,
    currency: str,
    with_rates: bool,
    aggregate: bool,
    period: str | None = None,
) -> None:
    """Refuse two tables that cannot be compared as they are.

    Raises
    ------
    ContractError
        Keys missing on one side, several currencies without rates, units in several measures,
        a person under two managers in one month, a key twice in a table that is summed already.
    """
    sides = ((base, "base"), (actual, "actual"))
    _same_grain(actual, base, keys)
    if not with_rates:
        _one_currency(sides, currency)
    if units:
        _one_measure(sides, keys, units)
    for frame, name in sides:
        _one_manager(frame, name, keys, period)
    if not aggregate:
        _once(sides, keys, value=value, units=units, cost=cost)


def _same_grain(actual: pd.DataFrame, base: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse sides of different grain; a name that is only misspelt is told apart elsewhere."""
    sides = {"base": base, "actual": actual}
    coarse = [n for n, f in sides.items() if any(k not in f.columns for k in keys)]
    if len(coarse) != 1 or not len(actual) or not len(base):
        return
    names = {n: [str(c) for c in f.columns if f[c].dtype.kind not in "iufb"]
             for n, f in sides.items()}  # fmt: skip
    missing = [k for k in keys if k not in sides[coarse[0]].columns]
    spare = [c for c in names[coarse[0]] if c not in keys]
    if not names[coarse[0]] or any(nearest(k, spare) for k in missing):
        return
    grain = {n: [k for k in keys if k in sides[n].columns] or names[n] for n in sides}
    common = [c for c in names["base"] if c in names["actual"]]
    finer = "cascade the target first" if coarse[0] == "base" else "keep that column in actual"
    raise ContractError(
        f"Grains differ: base is by {grain['base']}, actual by {grain['actual']}.",
        where=f"{coarse[0]} has no {' / '.join(missing)}",
        fix=f"use the common grain, by={common}, or {finer}" if common else finer,
        code="missing-column",
    )


def _one_currency(sides: Sequence[tuple[pd.DataFrame, str]], currency: str) -> None:
    """Refuse amounts in several currencies, or in another than the one they would be shown in."""
    found: dict[str, None] = {}
    for frame, _ in sides:
        if "currency" in frame.columns:
            found |= dict.fromkeys(frame["currency"].dropna().astype("str").unique())
    names = sorted(found)
    if len(names) > 1:
        raise ContractError(
            f"Amounts are in {len(names)} currencies: {', '.join(names)}.",
            where="column 'currency' of base and actual",
            fix="pass rates: fx=table of currency, base, actual",
            code="bad-choice",
        )
    if names and names[0] != currency:
        raise ContractError(
            f"Amounts are in {names[0]}, but would be shown as {currency}.",
            where="column 'currency' of base and actual",
            fix=f'set currency="{names[0]}", or pass rates: fx=',
            code="bad-choice",
        )


def _one_measure(
    sides: Sequence[tuple[pd.DataFrame, str]], keys: Sequence[str], units: str
) -> None:
    """Refuse units in boxes beside units in pieces: their sum means nothing."""
    column = next((c for c in MEASURES if any(c in f.columns for f, _ in sides)), None)
    if column is None or column == units or not all(column in f.columns for f, _ in sides):
        return
    kinds = pd.concat([f[[*keys, column]] for f, _ in sides]).drop_duplicates()
    measures = sorted(kinds[column].dropna().astype("str").unique())
    if len(measures) < 2:
        return
    rare = kinds[column].astype("str").value_counts().sort_index().idxmin()
    items = kinds[kinds[column].astype("str") == rare]
    named = [" / ".join(map(str, row)) for row in items[list(keys)].head(3).to_numpy()]
    raise ContractError(
        f"Units are counted in {len(measures)} measures: {', '.join(measures)}.",
        where=f"column {column!r}; in {rare}: {', '.join(named)}, see .rows",
        fix="convert them to one measure, or compare each measure apart",
        code="bad-choice",
        rows=items,
    )


def _one_manager(frame: pd.DataFrame, name: str, keys: Sequence[str], period: str | None) -> None:
    """Refuse a person who has two managers in one month."""
    person = next((c for c in PERSONS if c in keys), None)
    leader = next((c for c in LEADERS if c in keys), None)
    if not (person and leader) or {person, leader} - set(frame.columns):
        return
    column = month_column(frame, period, name)
    if column is None:
        return
    months = frame[[person, leader]].assign(_month=month_codes(frame, column, name))
    pairs = months.drop_duplicates()
    twice = pairs[pairs.duplicated([person, "_month"], keep=False)]
    if len(twice):
        first = twice.sort_values(["_month", person, leader]).iloc[0]
        when = written(int(first["_month"]), int(first["_month"]))
        raise ContractError(
            f"{first[person]} has two managers in {when} in {name}.",
            where=f"{name} by {person}, {leader} and month, see .rows",
            fix="give the assignment its dates, so that each month has one manager",
            code="duplicate-key",
            rows=twice.drop(columns="_month"),
        )


def _once(
    sides: Sequence[tuple[pd.DataFrame, str]], keys: Sequence[str], *, value: str,
    units: str | None, cost: str | None,
) -> None:  # fmt: skip
    """Refuse a key that stands twice in a table that looks summed already.

    Lines of sale have further columns, or most of their keys several times, or both sides repeat
    keys: they are summed. Where only `actual` repeats, lines against a target, a row that is
    the copy of another is refused.
    """
    measures = [c for c in (value, units, cost, "is_return", "currency") if c]
    found = [_again(frame, keys, measures) for frame, _ in sides]
    repeats = [identity for identity in found if identity]
    if len(repeats) != 1:
        return
    frame, name = next(side for side, identity in zip(sides, found, strict=True) if identity)
    identity, again = repeats[0][0], repeats[0][1]
    if name == "actual" and not frame[again].duplicated().any():
        return
    rows = frame[again]
    n = len(rows[identity].drop_duplicates())
    first = " / ".join(str(rows[k].iloc[0]) for k in identity)
    raise ContractError(
        f"{n} {'key occurs' if n == 1 else 'keys occur'} twice in {name}.",
        where=f"{name} by {identity}, first {first}, see .rows",
        fix="sum them first, or pass aggregate=True",
        code="duplicate-key",
        rows=rows,
    )


def _again(
    frame: pd.DataFrame, keys: Sequence[str], measures: Sequence[str]
) -> tuple[list[str], npt.NDArray[np.bool_]] | None:
    """Return the columns that name a row and the rows that share a name, if a few do."""
    more = [c for c in frame.columns if c not in {*keys, *measures} and _names_rows(frame[c])]
    months = [c for c in more if c in NAMES and _first_days(frame[c])]
    identity = [*keys, *(["currency"] if "currency" in frame.columns else []), *months]
    if set(more) - set(months) or not len(frame) or any(k not in frame.columns for k in keys):
        return None
    rows = frame[identity].assign(**_kinds(frame, measures))
    n_again = int(rows.duplicated().sum())
    if not n_again or len(rows) >= 2 * (len(rows) - n_again):
        return None
    return identity, rows.duplicated(keep=False).to_numpy()


def _kinds(frame: pd.DataFrame, measures: Sequence[str]) -> dict[str, Any]:
    """Tell sales, returns and value without units apart: sums keep them on rows of their own."""
    there = [c for c in measures if c in frame.columns and c != "currency"]
    signs = (pd.to_numeric(frame[c], errors="coerce").to_numpy("float64") for c in there)
    return {f"_sign_{c}": np.sign(s) for c, s in zip(there, signs, strict=True)}


def _names_rows(column: pd.Series) -> bool:
    """Tell whether a column tells rows apart: text, dates and numbers that are ids do."""
    return column.dtype.kind not in "iufb" or bool(_ID.search(str(column.name)))


def _first_days(column: pd.Series) -> bool:
    """Tell whether dates are months: all of them the first day of one."""
    return column.dtype.kind == "M" and bool((column.dt.day == 1).all())
