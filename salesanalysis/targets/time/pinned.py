"""Months fixed by hand: they stay, and the other months of the same year make room."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.rounding import split_within
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def pin_months(plan: Plan, pins: pd.DataFrame) -> Plan:
    """Return the plan with months fixed by hand; every year and every sum above stays exact.

    Parameters
    ----------
    plan : Plan
    pins : DataFrame, one row per fixed month
        Any of the level columns of the plan (empty where not named; none: the whole plan),
        ``period`` (any day of the month) and ``value`` (currency, zero or more).

    Returns
    -------
    Plan
        Fixed months of a unit are spread over its leaves by their month so far; the other
        months of each leaf share what is left of its year as they did before. Their status
        is ``pinned``.

    Raises
    ------
    ContractError
        A month outside the plan, a unit that is not in it, two pins for the same leaf and month,
        an amount between two steps, or months above a leaf's year.

    Examples
    --------
    >>> from salesanalysis.targets import Basis, cascade
    >>> shares = pd.DataFrame({"region": ["East"], "value": [1.0]})
    >>> plan = cascade(1_200, Basis.of(shares, by=["region"], year=2024))
    >>> fixed = pin_months(plan, pd.DataFrame({"period": ["2024-02-01"], "value": [210]}))
    >>> fixed.months()["value"].tolist()[:3]
    [90.0, 210.0, 90.0]
    """
    require_columns(pins, ["period", "value"], name="pins")
    require_rows(pins, name="pins")
    step = Step.of(plan.step)
    levels = list(plan.levels)
    months = plan.calendar.months(plan.year)
    frame = plan.frame.sort_values([*levels, "period"], kind="stable")
    leaves = frame[levels].iloc[::12].reset_index(drop=True)
    whole = step.counts(frame["value"]).reshape(-1, 12)
    fixed = np.full(whole.shape, -1, dtype="int64")
    for number, pin in enumerate(pins.to_dict("records")):
        _fix(pin, number, fixed, whole, leaves=leaves, months=months, step=step)
    out = _make_room(fixed, whole, leaves, step)
    status = frame["status"].mask(pd.Series((fixed >= 0).ravel(), index=frame.index), "pinned")
    amounts = step.amounts(out).ravel()
    return replace(plan, frame=frame.assign(value=amounts, status=status).sort_index())


def _fix(
    pin: dict[str, object],
    number: int,
    fixed: Ints,
    whole: Ints,
    *,
    leaves: pd.DataFrame,
    months: pd.DatetimeIndex,
    step: Step,
) -> None:
    """Write one pin into `fixed`, spread over its leaves."""
    where = f"pins, row {number}"
    named = {level: pin[level] for level in leaves.columns if _is_named(pin.get(level))}
    inside = np.ones(len(leaves), dtype=bool)
    for level, name in named.items():
        inside &= (leaves[level] == name).to_numpy()
    when = months == pd.Timestamp(str(pin["period"])).to_period("M").to_timestamp()
    if not inside.any() or not when.any():
        raise ContractError(
            f"The plan has no {'unit ' + repr(named) if not inside.any() else 'such month'}: "
            f"{pin['period']}.",
            where=where,
            fix="name a unit of the plan and a month of its year",
            code="unknown-name",
        )
    rows, month = np.flatnonzero(inside), int(np.argmax(when))
    if (fixed[rows, month] >= 0).any():
        raise ContractError(
            f"Two pins fix the same month {months[month]:%Y-%m} of the same unit.",
            where=where,
            fix="keep one of them, or pin the parts and not the whole",
            code="duplicate-key",
        )
    n_steps = step.count(str(pin["value"]), name="value", where=where)
    fixed[rows, month] = _spread(n_steps, whole[rows, month], whole[rows].sum(axis=1))


def _is_named(name: object) -> bool:
    return name is not None and name == name and str(name) != ""  # noqa: PLR0124  NaN


def _spread(total: int, month: Ints, year: Ints) -> Ints:
    """Split a fixed month over leaves by what they had in it, else by their year."""
    weight = month if month.any() else year if year.any() else np.ones(len(month), dtype="int64")
    family = pd.Series("", index=range(len(month)))
    key = pd.Series(np.arange(len(month)))
    return split_within(pd.Series({"": total}), family, pd.Series(weight.astype("float64")), key)


def _make_room(fixed: Ints, whole: Ints, leaves: pd.DataFrame, step: Step) -> Ints:
    """Spread what is left of each year over the months that are free."""
    free = fixed < 0
    year = whole.sum(axis=1)
    left = year - np.where(free, 0, fixed).sum(axis=1)
    full = ~free.any(axis=1)
    bad = np.flatnonzero((left < 0) | (full & (left != 0)))
    if len(bad):
        row = int(bad[0])
        names = " / ".join(leaves.iloc[row]) or "the company"
        pinned = step.text(int(year[row] - left[row]) * step.size)
        raise ContractError(
            f"The fixed months of {names} come to {pinned}, its year is "
            f"{step.text(int(year[row]) * step.size)}.",
            where=f"pin_months: {len(bad)} units",
            fix="lower the fixed months, or raise the year first",
            rows=leaves.iloc[bad],
        )
    touched = np.flatnonzero(~free.all(axis=1) & ~full)
    out = np.where(free, whole, fixed)
    leaf, month = np.nonzero(free[touched])
    weight = whole[touched][leaf, month].astype("float64")
    empty = np.bincount(leaf, weight, minlength=len(touched))[leaf] == 0
    parts = split_within(
        pd.Series(left[touched]),
        pd.Series(leaf),
        pd.Series(np.where(empty, 1.0, weight)),
        pd.Series(month),
    )
    out[touched[leaf], month] = parts
    return out
