"""Over-assignment: cards that add up to more than the plan, by an explicit rate per level."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.pins import read_pins
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tiers.handed import split, split_rows
from salesanalysis.targets.tiers.over_result import OverAssigned

Ints = npt.NDArray[np.int64]


def over_assignment(
    plan: Plan, rates: float | Mapping[str, float], *, pins: pd.DataFrame | None = None
) -> OverAssigned:
    """Give every unit more than its plan, so that the children of each parent add up to (1 + O).

    Parameters
    ----------
    plan : Plan
        The layer ``plan``: what was handed down, unchanged.
    rates : float or mapping
        Rate per level, 0.05 = the units of the level add up to 105 % of what their parent was
        assigned; a level not named gets none, a single number stands for every level.
    pins : DataFrame, optional
        Level columns, ``layer`` and ``value``; those of layer ``assigned`` are exact here. A pin
        of layer ``plan`` belongs to `cascade` or `apply_edits`.

    Returns
    -------
    OverAssigned
        Both layers, side by side, for every unit, leaf and month.

    Raises
    ------
    ContractError
        A rate below 0 or above 1, an unknown level, pins of another layer, pins above what
        their parent was assigned.

    Notes
    -----
    Rounded half up, once per parent: its units then add up to that whole number of steps.

    Examples
    --------
    >>> from salesanalysis.targets import cascade
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [52.0, 78.0]})
    >>> plan = cascade(130_000_000, shares, levels=["region"], year=2024)
    >>> over = over_assignment(plan, {"region": 0.05})
    >>> over.to_frame()["assigned_value"].tolist()
    [130000000.0, 54600000.0, 81900000.0]
    """
    named = _rates(rates, plan)
    step, keys = Step.of(plan.step), list(plan.levels)
    months = step.counts(plan.frame["value"]).reshape(-1, 12)
    leaves = plan.frame[keys].iloc[::12].reset_index(drop=True)
    nest = Nest.of(leaves, keys)
    fixed = _fixed(pins, leaves, plan, nest)
    value = np.array([step.count(plan.total, name="total")], dtype="int64")
    parts = [value]
    for depth, level in enumerate(keys):
        total = _times(value, 1 + named[level])
        weight = nest.sums(months.sum(axis=1), depth).astype("float64")
        value = _share(total, nest.parent(depth), weight, fixed[depth], plan=plan, level=level)
        parts.append(value)
    frame = plan.frame[[*keys, "period", "value"]].rename(columns={"value": "plan_value"})
    frame["assigned_value"] = step.amounts(split_rows(value, months).ravel())
    units = plan.nodes()[["level", *keys, "value"]].rename(columns={"value": "plan_value"})
    units["assigned_value"] = step.amounts(np.concatenate(parts if keys else [value]))
    return OverAssigned(
        frame, units, plan.levels, plan.year, plan.step, {k: float(v) for k, v in named.items()},
        calendar=plan.calendar, currency=plan.currency, terms=plan.terms,
    )  # fmt: skip


def _rates(rates: float | Mapping[str, float], plan: Plan) -> dict[str, Fraction]:
    """Return the rate of every level, exactly as written."""
    if isinstance(rates, Mapping):
        for level in rates:
            if level not in plan.levels:
                raise unknown_name(
                    level,
                    plan.levels,
                    kind="level",
                    where="over_assignment(rates=...)",
                    error=ContractError,
                )
        given = {level: rates.get(level, 0.0) for level in plan.levels}
    else:
        given = dict.fromkeys(plan.levels, rates)
    bad = {level: rate for level, rate in given.items() if not 0 <= rate <= 1}
    if bad:
        level, rate = next(iter(bad.items()))
        raise ContractError(
            f"The over-assignment of {level} must be from 0 to 1, got {rate!r}.",
            where="over_assignment(rates=...)",
            fix="write 5 % as 0.05",
            code="bad-choice",
        )
    return {level: Fraction(str(rate)) for level, rate in given.items()}


def _times(value: Ints, factor: Fraction) -> Ints:
    """Multiply whole steps by an exact factor, half up."""
    top, bottom = factor.numerator, factor.denominator
    return ((2 * value.astype(object) * top + bottom) // (2 * bottom)).astype("int64")


def _fixed(pins: pd.DataFrame | None, leaves: pd.DataFrame, plan: Plan, nest: Nest) -> list[Ints]:
    """Return the pinned steps of every unit of every level, -1 where there is no pin."""
    out = [np.full(len(first), -1, dtype="int64") for first in nest.first]
    if pins is None or not len(pins):
        return out
    require_columns(pins, ["layer"], name="pins")
    other = pins[pins["layer"] != "assigned"]
    if len(other):
        raise ContractError(
            f"{len(other)} of {len(pins)} pins are of layer {other['layer'].iloc[0]!r}, not "
            "'assigned'.",
            where=f"rows {other.index[:3].tolist()} of pins, see .rows",
            fix="give them to cascade(pins=...), whose layer is the plan",
            code="bad-choice",
            rows=other,
        )
    read = read_pins(pins.drop(columns="layer"), leaves, plan.levels, Step.of(plan.step))
    for slot in range(read.chain.shape[1]):
        for leaf in np.unique(read.chain[:, slot], return_index=True)[1]:
            _place(int(leaf), slot, read, nest, out)
    return out


def _place(leaf: int, slot: int, read: object, nest: Nest, out: list[Ints]) -> None:
    """Write the pin a leaf lies in at its unit."""
    pin, steps, table = read.chain[leaf, slot], read.steps, read.table  # type: ignore[attr-defined]
    if pin < 0:
        return
    levels = [c for c in table.columns if c != "value"]
    named = [bool(v) for v in (table.loc[pin, levels] != "")]
    depth = sum(named) - 1
    if not all(named[: depth + 1]):
        raise ContractError(
            f"A pin of layer 'assigned' names {read.text(int(pin))} without every level above.",  # type: ignore[attr-defined]
            where="pins",
            fix="name the levels from the top down",
            rows=table.loc[[pin]],
        )
    out[depth][nest.unit[depth][leaf]] = steps[pin]


def _share(
    total: Ints,
    parent: Ints,
    weight: npt.NDArray[np.float64],
    fixed: Ints,
    *,
    plan: Plan,
    level: str,
) -> Ints:
    """Split what each parent hands on around the pins of its units."""
    pinned = fixed >= 0
    if not pinned.any():
        return split(total, parent, weight)
    taken = np.zeros_like(total)
    np.add.at(taken, parent[pinned], fixed[pinned])
    rest, free = total - taken, np.bincount(parent[~pinned], minlength=len(total))
    bad = np.flatnonzero((rest < 0) | ((rest > 0) & (free == 0)))
    if len(bad):
        step, at = Step.of(plan.step), int(bad[0])
        own, above = (step.text(int(v) * step.size) for v in (total[at], taken[at]))
        raise ContractError(
            f"Pins of layer 'assigned' in {level} add up to {above}; their parent hands on {own}.",
            where="over_assignment(pins=...)",
            fix="change the pins, or the rate of the level",
        )
    out = fixed.copy()
    out[~pinned] = split(rest, parent[~pinned], weight[~pinned])
    return out
