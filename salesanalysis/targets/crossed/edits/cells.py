"""Edits of single months, and transfers: whole steps moved in a table of leaves x months."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.targets.crossed.edits.structure import named
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tiers.handed import split

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(eq=False)
class Cells:
    """Leaves x months in whole steps, and which sets of cells are held by hand.

    Attributes
    ----------
    value : array of int, shape (leaves, 12)
    leaves : DataFrame, level columns
    levels : tuple of str
    months : DatetimeIndex
    step : Step
    held : list of (leaves of the set, its months, is it frozen, how it is called)
    """

    value: Ints
    leaves: pd.DataFrame
    levels: tuple[str, ...]
    months: pd.DatetimeIndex
    step: Step
    held: list[tuple[Bools, Bools, bool, str]]

    @classmethod
    def of(cls, plan: Plan) -> "Cells":
        """Return the cells of a plan, none of them held."""
        step = Step.of(plan.step)
        leaves = plan.frame[list(plan.levels)].iloc[::12].reset_index(drop=True)
        value = step.counts(plan.frame["value"]).reshape(-1, 12)
        return cls(value, leaves, plan.levels, plan.calendar.months(plan.year), step, [])

    @cached_property
    def _codes(self) -> dict[str, tuple[Ints, dict[str, int]]]:
        """The names of each level as numbers: hundreds of edits look for their units in them."""
        coded = {level: pd.factorize(self.leaves[level]) for level in self.levels}
        return {c: (at, {str(n): i for i, n in enumerate(ns)}) for c, (at, ns) in coded.items()}

    def members(self, row: pd.Series, prefix: str = "") -> Bools:
        """Tell which leaves lie in the unit an edit names; a name left empty holds everything."""
        inside = np.ones(len(self.leaves), dtype=bool)
        for level, name in named(row, self.levels, prefix).items():
            at, numbers = self._codes[level]
            inside &= at == numbers.get(name, -1)
        return inside

    def amount(self, row: pd.Series, prefix: str = "") -> float:
        """Return the amount of the unit, and month, an edit names; 0 for a unit there is not."""
        months = self.months == row["period"] if pd.notna(row["period"]) else np.ones(12, bool)
        return self.step.amount(int(self.value[np.ix_(self.members(row, prefix), months)].sum()))

    def inside(self, row: pd.Series, prefix: str = "") -> Bools:
        """Tell which leaves lie in the unit an edit names, refusing a unit without any."""
        found = self.members(row, prefix)
        if not found.any():
            raise ContractError(
                f"No unit has the names {name_of(row, self.levels, prefix)!r}.",
                where=f"edits, row {row['row']} ({row['edit']})",
                fix="write names the plan has",
                code="unknown-name",
            )
        return found

    def month(self, row: pd.Series) -> Bools:
        """Tell which months an edit is about: one, or all."""
        if pd.isna(row["period"]):
            return np.ones(12, dtype=bool)
        there: Bools = np.asarray(self.months == row["period"])
        if not there.any():
            raise ContractError(
                f"{row['period']:%Y-%m} is no month of the plan.",
                where=f"edits, row {row['row']} ({row['edit']})",
                fix=f"write a month from {self.months[0]:%Y-%m} to {self.months[-1]:%Y-%m}",
            )
        return there

    def money(self, steps: int) -> str:
        """Write a number of steps as an amount."""
        return self.step.text(int(steps) * self.step.size)


def name_of(row: pd.Series, levels: Sequence[str], prefix: str = "") -> str:
    """Write the unit an edit names."""
    return " / ".join(row[prefix + level] for level in levels if row[prefix + level])


def pin_months(cells: Cells, pins: pd.DataFrame, frozen: Bools) -> None:
    """Fix the months pinned by hand; the other months of each leaf keep the rest of its year.

    Narrow pins come first; a wider one divides what they leave over the other leaves.
    """
    calculated = cells.value.copy()
    year = calculated.sum(axis=1)
    pinned = np.zeros(cells.value.shape, dtype=bool)
    pinned[frozen] = True
    sized = [(int(cells.inside(row).sum()), i) for i, row in pins.iterrows()]
    for _, i in sorted(sized):
        row = pins.loc[i]
        inside, at = cells.inside(row), int(np.flatnonzero(cells.month(row))[0])
        free = inside & ~pinned[:, at]
        wanted = cells.step.count(row["value"], name="value", where=f"edits, row {row['row']}")
        rest = wanted - int(cells.value[inside & ~free, at].sum())
        if rest < 0 or (rest and not free.any()):
            raise ContractError(
                f"The pin of {name_of(row, cells.levels)} in {row['period']:%Y-%m} is "
                f"{cells.money(wanted)}; what is held below it adds up to "
                f"{cells.money(wanted - rest)}.",
                where=f"edits, row {row['row']} (pin)",
                fix="change one of the two",
            )
        cells.value[free, at] = _spread(rest, calculated[free, at], year[free])
        pinned[free, at] = True
        cells.held.append((inside, cells.month(row), False, name_of(row, cells.levels)))
    _fill_years(cells, np.flatnonzero(pinned.any(axis=1) & ~frozen), pinned, year)


def _spread(total: int, weight: Ints, year: Ints) -> Ints:
    """Divide a total by the month, or by the year where the month has nothing."""
    if not len(weight):
        return weight
    basis = weight if weight.sum() else year
    return split(
        np.array([total], dtype="int64"),
        np.zeros(len(basis), dtype="int64"),
        basis.astype("float64"),
    )


def _fill_years(cells: Cells, rows: Ints, pinned: Bools, year: Ints) -> None:
    """Give the months that are not pinned what is left of each year, by their calculated shares."""
    left = year[rows] - np.where(pinned[rows], cells.value[rows], 0).sum(axis=1)
    bad = (left < 0) | ((left > 0) & pinned[rows].all(axis=1))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        name, own = " / ".join(cells.leaves.iloc[rows[at]]), int(year[rows[at]])
        raise ContractError(
            f"The pinned months of {name} come to {cells.money(own - int(left[at]))}, its year is "
            f"{cells.money(own)}.",
            where="edits, pins with a period",
            fix="lower the months, or pin the year of the unit as well",
        )
    leaf, month = np.nonzero(~pinned[rows])
    weight = cells.value[rows[leaf], month].astype("float64")
    cells.value[rows[leaf], month] = split(left, leaf, weight)


def transfer(cells: Cells, row: pd.Series) -> None:
    """Move an amount from one unit to another, month by month, leaving what is held untouched."""
    source, target = cells.inside(row), cells.inside(row, "to_")
    names = name_of(row, cells.levels), name_of(row, cells.levels, "to_")
    if (source & target).any():
        raise ContractError(
            f"A transfer from {names[0]} to {names[1]} stays inside one unit.",
            where=f"edits, row {row['row']} (transfer)",
            fix="name two units of which neither holds the other",
        )
    amount = cells.step.count(row["value"], name="value", where=f"edits, row {row['row']}")
    locked = _locked(cells, source | target)
    months = cells.month(row)
    give = source[:, None] & months & ~locked
    able = int(cells.value[give].sum())
    if amount > able:
        held = " that is not pinned or frozen" if (locked & source[:, None] & months).any() else ""
        raise ContractError(
            f"{names[0]} has {cells.money(able)}{held}; {cells.money(amount)} cannot be moved to "
            f"{names[1]}.",
            where=f"edits, row {row['row']} (transfer)",
            fix=f"move at most {cells.money(able)}",
        )
    taken = np.zeros_like(cells.value)
    taken[give] = _spread(amount, cells.value[give], cells.value[give])
    moved = taken.sum(axis=0)
    year = cells.value.sum(axis=1)
    cells.value -= taken
    for at in np.flatnonzero(moved):
        open_ = target & ~locked[:, at]
        if not open_.any():
            raise ContractError(
                f"{names[1]} is pinned or frozen, so nothing can be moved to it.",
                where=f"edits, row {row['row']} (transfer)",
                fix="undo the pin, or change its value instead",
            )
        cells.value[open_, at] += _spread(int(moved[at]), cells.value[open_, at], year[open_])


def _locked(cells: Cells, both: Bools) -> Bools:
    """Tell which cells must not change: those of a held set that does not hold both units."""
    out = np.zeros(cells.value.shape, dtype=bool)
    for inside, months, frozen, _ in cells.held:
        if frozen or not inside[both].all():
            out |= inside[:, None] & months
    return out
