"""Rate tables: one positive rate per currency and day, or none; never a silent 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows

#: Rates are kept as whole hundred-millionths.
SCALE = 10**8
#: Rates up to this; more is a typing error.
LARGEST = 10**9


@dataclass(frozen=True, eq=False)
class Rates:
    """A checked rate table.

    Attributes
    ----------
    frame : DataFrame, one row per currency and span of days
        ``currency``, ``start``, ``end`` (datetime64, both days included; empty where a rate
        always holds), ``rate`` (text, exact: so many of `to` for one).
    to : str
    kind : {"fixed", "month", "span"}
    what : {"currency", "unit"}
    name : str
        For messages.
    """

    frame: pd.DataFrame
    to: str
    kind: str
    what: str = "currency"
    name: str = "rates"

    def whole(self) -> list[int]:
        """Return the rates as whole hundred-millionths, in the order of the rows."""
        return [int(Decimal(r) * SCALE) for r in self.frame["rate"]]


def read_rates(
    rates: pd.DataFrame | Mapping[str, Any],
    *,
    to: str,
    what: str = "currency",
    name: str = "rates",
    columns: Mapping[str, str] | None = None,
) -> Rates:
    """Check a rate table and bring it into one shape.

    Parameters
    ----------
    rates : DataFrame, or {currency: rate} for rates that always hold
        ``currency``, ``rate`` (so many of `to` for one), and ``period`` (a month) or ``from``
        and ``to`` (days, both included; an empty ``to`` means until further notice).
    columns : dict, ours -> theirs
        How the columns of a frame are called.

    Raises
    ------
    ContractError
        A column that is missing, a rate that is empty, zero, negative, no number or finer than
        eight decimals; two rates for one day; a rate of `to` that is not 1.

    Examples
    --------
    >>> read_rates({"USD": 7.1}, to="CNY").frame[["currency", "rate"]].values.tolist()
    [['CNY', '1'], ['USD', '7.1']]
    """
    if isinstance(rates, Mapping):
        table = pd.DataFrame({"currency": list(rates), "rate": list(rates.values())})
    else:
        table = rates.rename(columns={theirs: ours for ours, theirs in (columns or {}).items()})
    require_columns(table, ["currency", "rate"], name=name)
    require_rows(table, name=name, fix=f"give a rate for every {what}")
    table = table.reset_index(drop=True)
    require_named(table, ["currency"], name=name, fix=f"name the {what} of every rate")
    kind = "month" if "period" in table else "span" if "from" in table else "fixed"
    spans = _spans(table, kind, name)
    frame = spans.assign(currency=table["currency"].astype("str"), rate=_exact(table, name))
    _require_one_of(frame, to, what, name)
    frame = frame[frame["currency"] != to]
    own = pd.DataFrame({"currency": [to], "rate": ["1"]}, dtype="str")
    frame = pd.concat([own, frame], ignore_index=True)[["currency", "start", "end", "rate"]]
    frame = frame.astype({"start": "datetime64[us]", "end": "datetime64[us]"})
    _require_apart(frame, what, name)
    ordered = frame.sort_values(["currency", "start"], ignore_index=True)
    return Rates(ordered, to, kind, what, name)


def _exact(table: pd.DataFrame, name: str) -> pd.Series:
    """Return rates as exact decimal texts."""
    read = [_rate(value) for value in table["rate"]]
    bad = table[[value is None for value in read]]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rates of {name} are no positive numbers with at most "
            f"eight decimals, such as {_shown(bad['rate'].iloc[0])}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="write a rate such as 7.1234, and leave out a rate that is not known",
            rows=bad,
        )
    texts = [f"{value.normalize():f}" for value in read if value is not None]
    return pd.Series(texts, index=table.index, dtype="str")


def _rate(value: Any) -> Decimal | None:
    """Return one rate, or None where it is none."""
    try:
        rate = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if isinstance(value, bool) or not rate.is_finite() or not 0 < rate <= LARGEST:
        return None
    return rate if rate * SCALE == int(rate * SCALE) else None


def _shown(value: Any) -> str:
    return "an empty cell" if pd.isna(value) else repr(str(value))


def _spans(table: pd.DataFrame, kind: str, name: str) -> pd.DataFrame:
    """Return the first and the last day every rate holds for."""
    if kind == "month":
        start = _days(table, "period", name).dt.to_period("M")
        ends = {"start": start.dt.start_time, "end": start.dt.end_time.dt.normalize()}
        return pd.DataFrame(ends).astype("datetime64[us]")
    if kind == "span":
        start = _days(table, "from", name)
        open_end = table if "to" in table else table.assign(to="")
        end = _days(open_end, "to", name, empty=True)
        late = table[end < start]
        if len(late):
            raise ContractError(
                f"{len(late)} of {len(table)} rates of {name} end before they begin.",
                where=f"first rows {late.index[:3].tolist()}, see .rows",
                fix="write from and to as days, the earlier one first",
                rows=late,
            )
        return pd.DataFrame({"start": start, "end": end.fillna(pd.Timestamp("9999-12-31"))})
    empty = pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
    return pd.DataFrame({"start": empty, "end": empty})


def _days(table: pd.DataFrame, column: str, name: str, *, empty: bool = False) -> pd.Series:
    """Read days; months such as 2024-03 are their first day."""
    raw = table[column]
    texts = raw if raw.dtype.kind == "M" else raw.astype("str").str.strip()
    days: pd.Series = pd.to_datetime(texts, format="ISO8601", errors="coerce")
    missing = raw.isna() | (texts.astype("str").str.strip() == "")
    bad = table[days.isna() & ~(missing & empty)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} values of {column!r} in {name} are no days, such as "
            f"{_shown(bad[column].iloc[0])}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix='write days as "2024-03-31" and months as "2024-03"',
            rows=bad,
        )
    return days.astype("datetime64[us]")


def _require_one_of(frame: pd.DataFrame, to: str, what: str, name: str) -> None:
    """Refuse a rate of the target to itself that is not 1."""
    own = frame[(frame["currency"] == to) & (frame["rate"] != "1")]
    if len(own):
        raise ContractError(
            f"One {to} is given as {own['rate'].iloc[0]} {to} in {name}.",
            where=f"first rows {own.index[:3].tolist()}; rates say how many {to} one of each "
            f"{what} is",
            fix=f"leave {to} out, and turn the rates round if they say how much one {to} is",
            rows=own,
        )


def _require_apart(frame: pd.DataFrame, what: str, name: str) -> None:
    """Refuse two rates for one currency and day."""
    ordered = frame.sort_values(["currency", "start", "end"], kind="stable")
    before = ordered.groupby("currency")["end"].shift()
    same = ordered["currency"].duplicated()
    over = ordered[same & ~(ordered["start"] > before)]
    if len(over):
        first = over.iloc[0]
        day = "" if pd.isna(first["start"]) else f" on {first['start']:%Y-%m-%d}"
        raise ContractError(
            f"{name} has two rates for the {what} {first['currency']}{day}.",
            where=f"rows of {first['currency']!r}, see .rows",
            fix="keep one rate per day: let one span end the day before the next begins",
            code="duplicate-key",
            rows=ordered[ordered["currency"].isin(over["currency"])],
        )
