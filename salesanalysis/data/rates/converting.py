# ruff: noqa: PD003  Ibis calls them isnull, notnull
"""Amounts times rates, in the engine that holds the lines; nothing without a rate passes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from salesanalysis.data.engine import MONEY, fetch, quiet
from salesanalysis.data.fixed import UNITS, WIDE, fetch_fixed
from salesanalysis.data.rates.result import Conversion
from salesanalysis.data.rates.tables import Rates
from salesanalysis.errors import ContractError, nearest, require_columns, unknown_name

#: Currencies named in a message.
_MAX_NAMES = 10


def convert(
    con: Any,
    table: Any,
    rates: Rates,
    *,
    amounts: Sequence[str],
    column: str = "currency",
    date: str = "date",
    name: str = "sales",
    prices: Sequence[str] = (),
    source: str = "",
    where: str = "rates",
) -> tuple[Any, Conversion]:
    """Bring the amounts of a table to one currency, or its quantities to one unit.

    Every amount is multiplied by the rate of its line's currency on its day and rounded half
    up to four decimals. The column that names the currency stays as it was.

    Parameters
    ----------
    con : Ibis backend
    table : Ibis table
    amounts : sequence of str
        Columns that are multiplied; empty values stay empty.
    column : str
        Says which currency or unit a line is in.
    date : str
        The day of a line; needed where rates change.
    prices : sequence of str
        Columns that are divided: what a box costs becomes what a piece costs. Their rates must
        be whole numbers.
    where : str
        The place in the mapping, for messages.

    Returns
    -------
    table : Ibis expression, the same columns and lines
    conversion : Conversion

    Raises
    ------
    ContractError
        A column that is missing or no number, lines without a currency or whose currency has
        no rate on their day, with lines and amounts.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> from salesanalysis.data.rates import read_rates
    >>> con = connect()
    >>> lines = ibis.memtable(pa.table({"currency": ["USD", "CNY"], "revenue": [10.0, 5.0]}))
    >>> rates = read_rates({"USD": 7.1234}, to="CNY")
    >>> done, conversion = convert(con, lines, rates, amounts=["revenue"])
    >>> sorted(fetch(con, done)["revenue"])
    [5.0, 71.234]
    """
    _require_there(table, [column, *amounts, *prices], name, where)
    if rates.kind != "fixed":
        _require_there(table, [date], name, where)
    _require_whole(rates, prices, where)
    joined = _joined(table, rates, column, date)
    day = date if date in table.columns else ""
    _require_rates(con, joined, rates, column=column, date=day, amounts=amounts, where=where)
    changed = {a: _product(joined[a], joined["_rate"]) for a in amounts}
    changed |= {p: _quotient(joined[p], joined["_whole"]) for p in prices}
    done = joined.mutate(**changed).select(*table.columns)
    controls = _controls(con, joined, amounts)
    n_lines = int(fetch(con, table.aggregate(n=table.count()))["n"].iloc[0])
    return done, Conversion(controls, name, rates.to, rates.what, n_lines, source, column)


def _require_there(table: Any, columns: Sequence[str], name: str, where: str) -> None:
    for column in columns:
        if column not in table.columns:
            known = list(table.columns)
            raise unknown_name(
                column, known, kind=f"column of {name}", where=where, error=ContractError
            )


def _require_whole(rates: Rates, prices: Sequence[str], where: str) -> None:
    """Refuse to divide a price by a broken number."""
    broken = rates.frame[rates.frame["rate"].str.contains(".", regex=False)]
    if prices and len(broken):
        row = broken.iloc[0]
        raise ContractError(
            f"Prices cannot be divided by {row['rate']} ({row['currency']}) without a rest.",
            where=f"{where}: prices {list(prices)}",
            fix="choose the smallest unit as the one to convert to, so that factors are whole",
            code="bad-choice",
            rows=broken,
        )


def _joined(table: Any, rates: Rates, column: str, date: str) -> Any:
    """Put the rate of its currency and day beside every line; none where there is none."""
    import ibis  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    frame = rates.frame
    days = {c: pa.array(frame[c].dt.date, pa.date32()) for c in ("start", "end")}
    arrow = pa.table(
        {
            "_currency": pa.array(frame["currency"].tolist(), pa.string()),
            "_text": pa.array(frame["rate"].tolist(), pa.string()),
            "_rate": pa.array([Decimal(r) for r in frame["rate"]], pa.decimal128(18, 8)),
            "_whole": pa.array([int(Decimal(r)) for r in frame["rate"]], pa.int64()),
            "_start": days["start"],
            "_end": days["end"],
        }
    )
    with quiet():
        known = ibis.memtable(arrow)
    on = [table[column].cast("string") == known["_currency"]]
    if rates.kind != "fixed":
        day = table[date].cast("date")
        # the target itself always is 1, whatever the day
        always = known["_start"].isnull()
        if rates.kind == "month":
            on.append(always | (day.truncate("M") == known["_start"]))
        else:
            on.append(always | ((day >= known["_start"]) & (day <= known["_end"])))
    return table.left_join(known, on)


def _product(amount: Any, rate: Any) -> Any:
    """Return amount x rate, rounded half up to four decimals."""
    # wide before the product: 18 digits times 18 digits overflow in the engine
    exact = amount.cast(MONEY).cast(WIDE) * rate.cast("decimal(38, 8)")
    return exact.cast(MONEY)


def _quotient(price: Any, whole: Any) -> Any:
    """Return price / factor, rounded half up to four decimals, in whole numbers."""
    units = (price.cast(MONEY).cast(WIDE) * UNITS).cast("int64")
    size = (2 * units.abs() + whole) // (2 * whole)
    signed = (units < 0).ifelse(-size, size)
    # a product with 0.0001 would be a float
    return (signed.cast(WIDE) * _step()).cast(MONEY)


def _step() -> Any:
    import ibis  # noqa: PLC0415

    return ibis.literal(Decimal("0.0001"), type="decimal(38, 8)")


def _require_rates(
    con: Any,
    joined: Any,
    rates: Rates,
    *,
    column: str,
    date: str,
    amounts: Sequence[str],
    where: str,
) -> None:
    """Refuse lines that have no rate, with their months and amounts."""
    lost = joined.filter(joined["_rate"].isnull())
    keys = {column: lost[column].cast("string")}
    if date and rates.kind != "fixed":
        keys["period"] = lost[date].cast("date").truncate("M")
    sums = {a: lost[a].cast(MONEY).sum() for a in amounts}
    rows = fetch(
        con, lost.group_by(**keys).aggregate(n_lines=lost.count(), **sums).order_by([*keys])
    )
    if not len(rows):
        return
    n, first, name = int(rows["n_lines"].sum()), rows.iloc[0], amounts[0]
    empty = pd.isna(first[column]) or not str(first[column]).strip()
    close = None if empty else nearest(str(first[column]), rates.frame["currency"].unique())
    close = None if close == first[column] else close
    shown = "no name" if empty else repr(first[column])
    month = f" in {first['period']:%Y-%m}" if "period" in rows and pd.notna(first["period"]) else ""
    fix = f"give {rates.name} a rate for {shown}{month}"
    if empty:
        fix = f"fill {column!r}, or map it with a constant; a line without one cannot be converted"
    elif close:
        fix = f"write {close!r} for {shown} with values:, or {fix}"
    raise ContractError(
        f"{n:,} lines ({name} {rows[name].sum():,.2f}) have a {rates.what} without a rate: "
        f"first {shown}{month}, {int(first['n_lines']):,} lines ({name} {first[name]:,.2f}).",
        where=f"{where}; rates are there for {_names(rates)}",
        fix=fix,
        code="unknown-name",
        rows=rows,
    )


def _names(rates: Rates) -> str:
    names = sorted(rates.frame["currency"].unique())
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more


def _controls(con: Any, joined: Any, amounts: Sequence[str]) -> pd.DataFrame:
    """Sum every amount before and after, per rate, in one pass."""
    wide = joined.mutate(
        **{f"_after_{i}": _product(joined[a], joined["_rate"]) for i, a in enumerate(amounts)},
        **{
            f"_exact_{i}": joined[a].cast(MONEY).cast(WIDE) * joined["_rate"].cast("decimal(38, 8)")
            for i, a in enumerate(amounts)
        },
    )
    sums: dict[str, Any] = {"n_lines": wide.count()}
    for i, a in enumerate(amounts):
        sums[f"before_{i}"] = wide[a].cast(MONEY).sum().fill_null(0)
        sums[f"after_{i}"] = wide[f"_after_{i}"].sum().fill_null(0)
        sums[f"n_rounded_{i}"] = (wide[f"_exact_{i}"] != wide[f"_after_{i}"]).sum().fill_null(0)
    keys = {"currency": wide["_currency"], "start": wide["_start"], "rate": wide["_text"]}
    found = fetch_fixed(con, wide.group_by(**keys).aggregate(**sums))
    found = found.sort_values(["currency", "start"], ignore_index=True)
    parts = [
        found[["currency", "start", "rate", "n_lines"]].assign(
            column=a,
            **{c: found[f"{c}_{i}"].astype("int64") for c in ("n_rounded", "before", "after")},
        )
        for i, a in enumerate(amounts)
    ]
    order = ["column", "currency", "start", "rate", "n_lines", "n_rounded", "before", "after"]
    return pd.concat(parts, ignore_index=True)[order]


def require_one_currency(
    con: Any, table: Any, *, to: str, column: str = "currency", name: str = "sales", where: str
) -> None:
    """Refuse a currency column that says anything but `to` while nobody said what it means.

    Raises
    ------
    ContractError
        Other currencies than `to`, or lines without one, with their lines.
    """
    require_columns(_Frame(table.columns), [column], name=name)
    code = table[column].cast("string")
    rows = fetch(con, table.group_by(currency=code).aggregate(n_lines=table.count()))
    rows = rows.sort_values(["n_lines", "currency"], ascending=[False, True], ignore_index=True)
    if set(rows["currency"].fillna("")) <= {to}:
        return
    shown = ", ".join(
        f"{'(none)' if pd.isna(c) else c} {n:,}"
        for c, n in zip(rows["currency"].head(5), rows["n_lines"].head(5), strict=True)
    )
    raise ContractError(
        f"{name}.{column} names {len(rows)} {'currency' if len(rows) == 1 else 'currencies'} "
        f"({shown} lines), but the amounts are summed as {to}.",
        where=where,
        fix=f'add "rates:" to convert the amounts to {to}, or "currency_is_label: true" if they '
        f"are in {to} already",
        code="bad-choice",
        rows=rows,
    )


class _Frame:
    """What has columns, for the check of names."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)


def labelled(
    con: Any,
    table: Any,
    *,
    to: str,
    amounts: Sequence[str],
    column: str = "currency",
    name: str = "sales",
) -> Conversion:
    """Count what a currency column that is only a label stands beside; nothing is converted."""
    _require_there(table, [column, *amounts], name, "currency_is_label")
    sums = {a: table[a].cast(MONEY).sum().fill_null(0) for a in amounts}
    code = table[column].cast("string").fill_null("(none)")
    grouped = table.group_by(currency=code).aggregate(n_lines=table.count(), **sums)
    found = fetch_fixed(con, grouped).sort_values("currency", ignore_index=True)
    start = pd.Series(pd.NaT, index=found.index, dtype="datetime64[us]")
    parts = [
        found[["currency", "n_lines"]].assign(
            column=a, start=start, rate="1", n_rounded=0, before=found[a], after=found[a]
        )
        for a in amounts
    ]
    controls = pd.concat(parts, ignore_index=True)
    return Conversion(controls, name, to, "label", int(found["n_lines"].sum()), "", column)
