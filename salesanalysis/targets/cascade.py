"""From one figure to every unit and month: the cascade."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.panel import Panel
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.handdown import hand_down
from salesanalysis.targets.months import choose, estimated_days, month_weights, split_families
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.pins import Pins, read_pins
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.runs import spread
from salesanalysis.targets.states import NO_BASE
from salesanalysis.targets.steps import Step
from salesanalysis.targets.time.monthshares import MonthShares
from salesanalysis.targets.tree import tree_of

Amount = Decimal | int | float | str


def cascade(
    total: Amount,
    basis: Basis | pd.DataFrame,
    *,
    levels: Sequence[str] | None = None,
    pins: pd.DataFrame | None = None,
    step: Amount = 1,
    months: str | None = None,
    profile: Sequence[float] | Panel | MonthShares | None = None,
    calendar: pd.DataFrame | None = None,
    year: int | None = None,
) -> Plan:
    """Hand `total` down to every unit and month by the shares of a basis, without a remainder.

    Parameters
    ----------
    total : int, str, Decimal or float, currency
        A whole number of steps; floats are read by their shortest text.
    basis : Basis, or DataFrame with level columns and ``value``
        Proposed values whose shares decide; a table also needs `levels` and `year`.
    levels : sequence of str, optional
        Levels from the top down; default those of the basis. Levels left out are summed.
    pins : DataFrame, optional
        Values fixed by hand: any of the level columns, empty where not named, and ``value``
        (currency). A person inside a region is named by region and salesperson even where
        product lines lie between.
    step : amount, currency
        Smallest amount a target moves by; 1 = one yuan, "0.01" = one cent.
    months : {"season", "spring_festival", "working_days", "equal", "4-4-5", "4-5-4", "5-4-4"}
        Default: the season of the basis where it has a complete year, else equal parts.
        ``spring_festival``: season per working day of the target year, January and February
        planned together; it needs the history as `profile`. ``4-4-5``: fiscal months of whole
        weeks, every week alike (the 53rd week of a long year belongs to the last: a `profile`).
    profile : Panel, MonthShares or sequence of 12 float, optional
        Another panel to take the season from, the result of `month_shares`, or month weights in
        fiscal order.
    calendar : DataFrame, optional
        ``date`` and ``is_workday`` for countries and years without published holidays.
    year : int, optional
        Fiscal year; default that of the basis.

    Returns
    -------
    Plan
        Leaves x months; children add up to every parent, months to every year, exactly.

    Raises
    ------
    ContractError
        A total between two steps, unknown levels or pins, pins above their parent, a basis
        without any weight, an unknown month split.

    Notes
    -----
    Every family is split by largest remainder, ties going to the smaller name (months: the
    earlier month); see `rounding.split_within`. The months of a first-level unit are the split
    of its own year, and those of its leaves are rounded to add up to them. A unit without a
    base gets 0 unless it is pinned. One method rounds once at the leaf and sums upwards; here
    each level is rounded in its turn, so that a region's share of the company is exact to the
    step as well.

    Examples
    --------
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> plan = cascade(130_000_000, shares, levels=["region"], year=2024, months="working_days")
    >>> [int(v) for v in plan.select(region="East").months()["value"]][:3]
    [4557769, 3729084, 4350598]
    """
    basis = _as_basis(basis, levels, year)
    size = Step.of(step)
    order = tuple(basis.by if levels is None else levels)
    target_year = basis.year if year is None else year
    leaves = basis.units(order)
    n_steps = size.count(total, name="total")
    pinned = read_pins(pins, leaves, order, size)
    way = choose(months, basis, profile)
    weights = leaves["value"].to_numpy("float64")
    _check_weights(n_steps, weights, pinned, basis)
    nest = Nest.of(leaves, order, ordered=True)
    yearly = hand_down(
        n_steps,
        leaves,
        order,
        weights,
        carried=leaves["carried_amount"].to_numpy("float64"),
        pins=pinned,
        step=size,
        nest=nest,
    )
    shares = month_weights(way, basis, leaves, year=target_year, profile=profile, calendar=calendar)
    family = (nest.unit[0] if nest.unique else leaves[order[0]]) if order else None
    monthly = split_families(yearly, shares, family)
    leaves = _with_status(leaves, pinned, yearly).assign(value=size.amounts(yearly))
    return Plan(
        _leaf_months(
            leaves, order, size.amounts(monthly), basis.calendar.months(target_year), nest
        ),
        tree_of(leaves, order, size, pinned.table, nest=nest),
        order,
        target_year,
        size.amount(n_steps),
        str(size).replace(",", ""),
        way,
        pinned.table,
        estimated_days=estimated_days(way, basis, target_year, profile=profile, calendar=calendar),
        calendar=basis.calendar,
        currency=basis.currency,
        terms=basis.terms,
        nest=nest if order and nest.unique else None,
    )


def _as_basis(basis: Basis | pd.DataFrame, levels: Sequence[str] | None, year: int | None) -> Basis:
    """Return a basis, built from a plain table where one was given."""
    if isinstance(basis, Basis):
        require_columns(basis.frame, levels or (), name="basis")
        return basis
    if levels is None or year is None:
        raise ContractError(
            "A plain table as basis needs levels and year.",
            where="cascade(basis=..., levels=..., year=...)",
            fix='write levels=["region"], year=2024, or pass the result of growth()',
            code="bad-choice",
        )
    return Basis.of(basis, by=levels, year=year)


def _check_weights(
    n_steps: int, weights: npt.NDArray[np.float64], pins: Pins, basis: Basis
) -> None:
    """Refuse a total nobody has a base for."""
    if n_steps and not weights.sum() and not len(pins.steps):
        raise ContractError(
            f"No unit has a base in {basis.calendar.name(basis.year - 1)}, so the total cannot "
            "be handed down.",
            where=f"cascade: {len(weights)} units of the basis",
            fix="pin the units, or pass weights of your own as basis",
            rows=basis.to_frame(),
        )


def _with_status(leaves: pd.DataFrame, pins: Pins, yearly: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return the leaves; one that is pinned itself, or has a value by a pin only, says so."""
    if not len(pins.steps):
        return leaves
    narrow = pins.chain.max(axis=1, initial=-1)
    size = np.bincount(pins.chain[pins.chain >= 0], minlength=len(pins.steps))
    alone = np.zeros(len(leaves), dtype=bool)
    for slot in range(pins.chain.shape[1]):
        pin = pins.chain[:, slot]
        alone |= (pin >= 0) & (size[pin] == 1)
    lifted = leaves["status"].isin(NO_BASE).to_numpy() & (narrow >= 0) & (yearly > 0)
    return leaves.assign(status=leaves["status"].where(~(alone | lifted), "pinned"))


def _leaf_months(
    leaves: pd.DataFrame,
    levels: Sequence[str],
    values: npt.NDArray[np.float64],
    months: pd.DatetimeIndex,
    nest: Nest,
) -> pd.DataFrame:
    """Return one row per leaf and month."""
    n = len(leaves)
    names = {
        level: spread(leaves[level].array, first, 12 * np.append(first[1:], n))
        for level, first in zip(levels, nest.first, strict=True)
    }
    state = leaves["status"].array
    starts = np.append(0, np.flatnonzero(np.asarray(state[1:] != state[:-1])) + 1)[:n]
    status = spread(state, starts, 12 * np.append(starts[1:], n))
    period = np.tile(months.to_numpy(), n)
    columns = {**names, "period": period, "value": values.ravel(), "status": status}
    return pd.DataFrame(columns, copy=False)
