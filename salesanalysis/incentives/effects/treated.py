"""Who was changed, and from which month: names, dates by name, or a column that says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.periods import month_start

Ints = npt.NDArray[np.int64]
#: Who was changed: nobody apart, names, dates by name, or a column.
Treated = Sequence[str] | Mapping[str, Any] | str | None


@dataclass(frozen=True)
class Asked:
    """What the caller asked for, checked as far as it needs no table."""

    change: object
    treated: Treated
    outcome: str
    unit: str
    cluster: str | None
    days: str | None
    gaps: str


def dates_of(tidy: pd.DataFrame, asked: Asked) -> dict[str, pd.Timestamp]:
    """Return the day from which each changed unit is changed; empty where nobody is apart."""
    units = sorted(tidy["unit"].unique())
    if asked.change is None and not isinstance(asked.treated, str | Mapping):
        raise nobody()
    if asked.treated is None:
        return dict.fromkeys(units, _day(asked.change))
    if isinstance(asked.treated, str):
        by_name: dict[str, Any] = _from_column(tidy, asked)
    elif isinstance(asked.treated, Mapping):
        by_name = {str(k): v for k, v in asked.treated.items() if not pd.isna(v)}
    else:
        by_name = dict.fromkeys(map(str, asked.treated), asked.change)
    if not by_name:
        raise nobody()
    dates = _by_unit(tidy, {name: _day(day) for name, day in by_name.items()})
    first = min(dates.values())
    if asked.change is not None and _day(asked.change) != first:
        raise ContractError(
            f"the change is dated {_day(asked.change):%Y-%m-%d}, and the first of the dates given "
            f"is {first:%Y-%m-%d}.",
            where="evaluate_change(change_date=..., treated=...)",
            fix="pass change_date=None where `treated` holds the dates",
            code="bad-choice",
        )
    return dates


def _day(day: object) -> pd.Timestamp:
    """Return a date; the check of `month_start` refuses what is none."""
    month_start(day)
    return pd.Timestamp(day).normalize().tz_localize(None)


def _by_unit(tidy: pd.DataFrame, dates: dict[str, pd.Timestamp]) -> dict[str, pd.Timestamp]:
    """Spread names of units or of clusters over the units they stand for."""
    units = set(tidy["unit"])
    home = tidy.drop_duplicates("unit").set_index("unit")["cluster"]
    out: dict[str, pd.Timestamp] = {}
    for name, day in dates.items():
        members = [name] if name in units else home.index[home == name].tolist()
        if not members:
            known = sorted({*home, *units})
            raise unknown_name(
                name, known, kind="unit or cluster", where="evaluate_change(treated=...)",
                error=ContractError,
            )  # fmt: skip
        out.update(dict.fromkeys(members, day))
    return out


def _from_column(tidy: pd.DataFrame, asked: Asked) -> dict[str, Any]:
    """Return the dates a column says: yes or no by unit, yes from a month on, or dates."""
    column = tidy["treated"]
    dated = pd.api.types.is_datetime64_any_dtype(column)
    if column.isna().any() and not dated:
        column = column.where(column.notna(), None)
    # pandas 2 cannot ask whether days are flags
    flags = not dated and column.isin([True, False]).all() and column.notna().all()
    if not flags:
        first = tidy.assign(day=column).dropna(subset="day").groupby("unit")["day"]
        if (first.min() != first.max()).any():
            raise _mixed(asked, "more than one date")
        return dict(first.first())
    on = tidy.assign(on=column.astype("bool"))
    switches = on.groupby("unit")["on"].agg(lambda s: bool((s.astype(int).diff() < 0).any()))
    if switches.any():
        raise _mixed(asked, "an end")
    always = on.groupby("unit")["on"].all()
    began = on[on["on"]].groupby("unit")["period"].min()
    fixed = always.all() or always[began.index].all()
    return dict.fromkeys(began.index, asked.change) if fixed else began.to_dict()


def _mixed(asked: Asked, what: str) -> ContractError:
    return ContractError(
        f"the column {asked.treated!r} gives {what} for one unit.",
        where="evaluate_change(treated=...)",
        fix="give each unit one date from which the new scheme holds, or none",
        code="bad-choice",
    )


def nobody() -> ContractError:
    """Build the error of a change that is said to be nobody's, or of no date."""
    return ContractError(
        "nobody is named to whom the new scheme applies, or no date from which it does.",
        where="evaluate_change(change_date=..., treated=...)",
        fix="give the date; leave `treated` out where it applies to everybody",
        code="bad-choice",
    )


def starts_of(
    units: list[str], dates: dict[str, pd.Timestamp], months: pd.DatetimeIndex
) -> tuple[Ints, list[int]]:
    """Return the month each unit is changed from, and the months in which a change came midway."""
    never = len(months)
    start = np.full(len(units), never, dtype="int64")
    partial: set[int] = set()
    for i, name in enumerate(units):
        if name in dates and month_start(dates[name]) <= months[-1]:
            start[i] = int(np.searchsorted(months.to_numpy(), month_start(dates[name]).to_numpy()))
            if dates[name].day > 1:
                partial.add(int(start[i]))
    return start, sorted(partial)


def n_moved(tidy: pd.DataFrame) -> int:
    """Return how many units are seen in more than one cluster."""
    pairs = tidy[["unit", "cluster"]].drop_duplicates()
    return int(pairs.loc[pairs["unit"].duplicated(), "unit"].nunique())
