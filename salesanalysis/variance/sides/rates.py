"""Local amounts in the reporting currency: all at base rates, what rates moved apart."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.variance.cells import FX
from salesanalysis.variance.sides.calendar import month_codes, month_column, written

Floats = npt.NDArray[np.float64]
#: (rate in base, rate in actual), two columns of rates in the rows, or a table of rates
Rates: TypeAlias = tuple[float, float] | tuple[str, str] | pd.DataFrame


def in_reporting_currency(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    fx: Rates,
    *,
    amounts: Sequence[str],
    currency: str,
    period: str | None = None,
    shift: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn local amounts of both sides into `currency` at base rates.

    Parameters
    ----------
    actual, base : DataFrame
        Rows with local `amounts`, and a column ``currency`` where `fx` is a table.
    fx : pair or DataFrame
        Reporting currency per unit of local currency: ``(base, actual)`` for one currency; two
        names of columns of rates, the first in both tables and the second in `actual`; or a table
        of ``currency``, ``base``, ``actual`` (and ``period``), or ``currency, period, rate``. Rows
        in the reporting currency need no rate.
    amounts : sequence of str
        Value, and cost where the margin is explained: the second is taken off.
    currency : str
    period : str, optional
        Column of dates, for rates by month.
    shift : int
        Months from a base month to the actual month it is compared with.

    Returns
    -------
    actual, base : DataFrame
        Amounts at base rates; `actual` with the column `FX`, local amount times what its rate
        moved.

    Raises
    ------
    ContractError
        A currency without a rate, a rate that is not above 0.

    Examples
    --------
    >>> sold = pd.DataFrame({"revenue": [1_000_000.0]})
    >>> now, _ = in_reporting_currency(sold, sold, (1.1, 1.2), amounts=["revenue"],
    ...                                currency="USD")
    >>> now.round(2).to_dict("list")
    {'revenue': [1100000.0], '(fx)': [100000.0]}
    """
    (f00, _), (f10, f11) = _rates(actual, base, fx, currency=currency, period=period, shift=shift)
    local = [actual[c].to_numpy(dtype="float64", na_value=np.nan) for c in amounts]
    margin = local[0] - sum(local[1:], np.zeros(len(actual)))
    at_base = {c: v * f10 for c, v in zip(amounts, local, strict=True)}
    before = {c: base[c].to_numpy(dtype="float64", na_value=np.nan) * f00 for c in amounts}
    return actual.assign(**at_base, **{FX: margin * (f11 - f10)}), base.assign(**before)


def _rates(
    actual: pd.DataFrame, base: pd.DataFrame, fx: Rates, *, currency: str,
    period: str | None, shift: int,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:  # fmt: skip
    """Return (base rate, actual rate) of the rows of base, and of those of actual."""
    if isinstance(fx, pd.DataFrame):
        sides = []
        for frame, name in ((base, "base"), (actual, "actual")):
            months = _months(frame, fx, period, name)
            sides.append(_looked_up(frame, fx, name, currency=currency, months=months, shift=shift))
        return sides[0], sides[1]
    first, second = fx
    if isinstance(first, str):
        require_columns(base, [first], name="base")
        require_columns(actual, [first, str(second)], name="actual")
        columns = [(base, first, "base"), (actual, first, "actual"), (actual, second, "actual")]
        found = [_above_0(f[c].to_numpy(dtype="float64", na_value=np.nan), f, f"{n}[{c!r}]")
                 for f, c, n in columns]  # fmt: skip
        return (found[0], found[0]), (found[1], found[2])
    pair = _above_0(np.array([first, second], dtype="float64"), None, "explain(fx=...)")
    return (pair[0], pair[1]), (pair[0], pair[1])


def _months(frame: pd.DataFrame, fx: pd.DataFrame, period: str | None, name: str) -> Any:
    if "period" not in fx.columns:
        return None
    column = month_column(frame, period, name)
    if column is None:
        raise ContractError(
            f"Rates are given by month, but {name} has no column of dates.",
            where="explain(fx=...)",
            fix="keep the column of months, or give one rate per currency",
            code="missing-column",
        )
    return month_codes(frame, column, name)


def _looked_up(
    frame: pd.DataFrame, fx: pd.DataFrame, name: str, *, currency: str, months: Any, shift: int
) -> tuple[Floats, Floats]:
    """Return base rate and actual rate of each row from a table of rates."""
    by_month = "rate" in fx.columns and "base" not in fx.columns
    columns = ["rate"] if by_month else ["base", "actual"]
    require_columns(fx, ["currency", *columns], name="fx")
    require_columns(frame, ["currency"], name=name)
    table = fx.assign(_code=month_codes(fx, "period", "fx")) if months is not None else fx
    keys = ["currency", *(["_code"] if months is not None else [])]
    for column in columns:
        _above_0(table[column].to_numpy(dtype="float64", na_value=np.nan), table, f"fx[{column!r}]")
    twice = table[table.duplicated(keys, keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of fx give a rate for the same currency.",
            where=f"fx by {['currency', 'period'][: len(keys)]}, see .rows",
            fix="keep one rate per currency and month",
            code="duplicate-key",
            rows=twice,
        )
    known = table.set_index(keys)[columns].astype("float64")
    if not by_month:
        at = None if months is None else months + (shift if name == "base" else 0)
        found = _at(frame, known, at, name, currency)
        return found[:, 0], found[:, 1]
    # a base rate of an actual row is that of the month it is compared with
    before = _at(frame, known, months - (0 if name == "base" else shift), name, currency)[:, 0]
    after = before if name == "base" else _at(frame, known, months, name, currency)[:, 0]
    return before, after


def _at(frame: pd.DataFrame, known: pd.DataFrame, months: Any, name: str, currency: str) -> Floats:
    """Return rates of each row, 1 for the reporting currency, refusing rows without one."""
    codes = frame["currency"].astype("str")
    wanted = (
        codes.rename("currency")
        if months is None
        else pd.MultiIndex.from_arrays([codes, months], names=["currency", "_code"])
    )
    rates: Floats = known.reindex(wanted).to_numpy(dtype="float64").copy()
    rates[(codes == currency).to_numpy() & np.isnan(rates).any(axis=1)] = 1.0
    missing = np.isnan(rates).any(axis=1)
    if missing.any():
        first = str(codes[missing].iloc[0])
        when = "" if months is None else f" in {written(*[int(months[missing][0])] * 2)}"
        raise ContractError(
            f"There is no exchange rate for {', '.join(sorted(codes[missing].unique()))}.",
            where=f"{int(missing.sum())} rows of {name}, first {first!r}{when}, see .rows",
            fix="add the rate to fx=",
            code="unknown-name",
            rows=frame[missing],
        )
    return rates


def _above_0(rates: Floats, frame: pd.DataFrame | None, where: str) -> Floats:
    """Refuse rates that are 0, negative, empty or infinite."""
    bad = ~(np.isfinite(rates) & (rates > 0))
    if bad.any():
        raise ContractError(
            f"{int(bad.sum())} of {len(rates)} exchange rates are not above 0.",
            where=where,
            fix="give reporting currency per unit of local currency, such as 7.1",
            rows=None if frame is None else frame[bad],
        )
    return rates
