"""The patterns mistyped targets make: each finds its cells in a tidy table."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
#: How far the logarithm of a factor may lie from a whole number.
NEAR = 0.15
#: Fewest neighbours to compare with, and fewest months that make a pattern.
FEWEST = 3
#: Half a decade below a thousand: what is so far off is another unit.
UNIT = 2.5
_RUN = 4


def neighbours(rows: pd.DataFrame, by: list[str], window: int) -> dict[str, pd.Series]:
    """Return the median of the rows around each row of the same unit, positive ones only."""
    values = rows.groupby(by)["value"]
    around = pd.concat([values.shift(k) for k in range(-window, window + 1) if k], axis=1)
    around = around.where(around > 0)
    enough = around.notna().sum(axis=1) >= FEWEST
    return {"expected_amount": around.median(axis=1).where(enough)}


def power_of_ten(ratio: pd.Series) -> Floats:
    """Return the whole power of ten a ratio is close to, 0 where it is close to none.

    Examples
    --------
    >>> power_of_ten(pd.Series([10.0, 12.4, 0.2, 0.1, 1.0])).tolist()
    [1.0, 1.0, 0.0, -1.0, 0.0]
    """
    size = np.log10(ratio.where(ratio > 0).to_numpy("float64"))
    whole = np.rint(size)
    near: Floats = np.where(np.abs(size - whole) <= NEAR, whole, 0.0)
    return near


def standing_out(rows: pd.DataFrame, times: float) -> tuple[pd.DataFrame, int]:
    """Return cells many times their neighbours, and how many of them are a season."""
    value, expected = rows["value"], rows["expected_amount"]
    high, low = value >= times * expected, (value * times <= expected) & (value > 0)
    # multiplied, not divided: a fifth is not exact in binary
    power = pd.Series(power_of_ten(value / expected), index=rows.index)
    side = pd.Series(np.select([high, low], [1, -1], 0), index=rows.index)
    compared = expected.notna().groupby(rows["period"]).transform("sum")
    together = (side != 0).groupby([rows["period"], side]).transform("sum")
    crowd = (together >= FEWEST) & (together * 2 >= compared)
    same_power = power.groupby([rows["period"], side]).transform("median")
    seasonal = (side != 0) & crowd & (same_power == 0)
    out = rows[(side != 0) & ~seasonal]
    power = power.loc[out.index]
    kind = np.where(power != 0, "factor_of_ten", "outlying")
    meant = (out["value"] / 10.0**power).round(6).where(power != 0)
    return out.assign(kind=kind, proposed_amount=meant), int(seasonal.sum())


def negative(rows: pd.DataFrame) -> pd.DataFrame:
    """Return targets below zero."""
    out = rows[rows["value"] < 0]
    return out.assign(kind="negative_target", proposed_amount=-out["value"])


def unit_mix(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return runs of months, whole units and whole months written in thousands or ten thousands.

    A unit is compared with the middle of its own months, its own middle with those of the other
    units of its level; a unit far from all the others only counts where it is far from each.
    """
    size = np.log10(rows["value"].where(rows["value"] > 0))
    own = size.groupby([rows[c] for c in by]).transform("median")
    shift = np.asarray(_unit_power((size - own).to_numpy("float64")))
    run = pd.Series(shift, index=rows.index)
    in_run = run.ne(0) & (run.groupby([rows[c] for c in by]).transform(_longest_run) >= FEWEST)
    filled = (rows[by] != "").sum(axis=1)
    far = _far_units(rows, by, own, filled)
    power = run.where(in_run, 0.0).where(far == 0, far)
    out = rows[power != 0]
    meant = (out["value"] / 10.0 ** power[power != 0]).round(6)
    # months in another unit are compared with what the month would be
    return out.assign(kind="unit_mix", expected_amount=meant, proposed_amount=meant)


def _unit_power(gap: Floats) -> Floats:
    """Return 3 or 4 with its sign where a gap of decades is one of units, else 0."""
    steps = np.where(np.abs(gap) >= (3 + 4) / 2, 4.0, 3.0)
    power: Floats = np.where(np.abs(gap) >= UNIT, np.sign(gap) * steps, 0.0)
    return power


def _longest_run(values: pd.Series) -> int:
    """Return the length of the longest run of one value other than 0."""
    change = (values != values.shift()).cumsum()
    lengths = values.ne(0).groupby(change).sum()
    return int(lengths.max())


def _far_units(rows: pd.DataFrame, by: list[str], own: pd.Series, filled: pd.Series) -> pd.Series:
    """Return the unit power of units far from every other unit of their level, else 0."""
    units = rows[by].assign(own=own, filled=filled).drop_duplicates(by).dropna(subset="own")
    units = units.sort_values(["filled", "own", *by], ignore_index=True)
    level = units.groupby("filled")["own"]
    gap = units["own"] - level.transform("median")
    step = pd.concat([units["own"] - level.shift(1), level.shift(-1) - units["own"]], axis=1).min(
        axis=1
    )
    alone = (step >= UNIT - 1) & (level.transform("size") > FEWEST)
    power = pd.Series(np.where(alone, _unit_power(gap.to_numpy("float64")), 0.0))
    table = units[by].assign(power=power)
    found = rows[by].merge(table, on=by, how="left")["power"].fillna(0.0)
    return pd.Series(found.to_numpy("float64"), index=rows.index)


def lone_zero(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return zeros right between two months above zero."""
    values = rows.groupby(by)["value"]
    lone = (rows["value"] == 0) & (values.shift(1) > 0) & (values.shift(-1) > 0)
    return rows[lone & rows["expected_amount"].notna()].assign(
        kind="lone_zero", proposed_amount=np.nan
    )


def parents(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return parents that are a power of ten times the sum of their children."""
    filled = (rows[by] != "").sum(axis=1)
    parts = []
    for depth in range(1, len(by)):
        keys = [*by[:depth], "period"]
        sums = rows[filled == depth + 1].groupby(keys)["value"].sum().rename("children")
        above = rows[filled == depth].join(sums, on=keys)
        power = pd.Series(power_of_ten(above["value"] / above["children"]), index=above.index)
        out = above[power != 0]
        # an empty table would take over the rows of the column it is given
        sums = out["children"]
        out = out.assign(expected_amount=sums, proposed_amount=sums, kind="parent_factor")
        parts.append(out.drop(columns="children"))
    return pd.concat(parts) if parts else rows.head(0).assign(kind="", proposed_amount=np.nan)


def roll_ups(rows: pd.DataFrame, by: list[str], reports_to: pd.DataFrame | None) -> pd.DataFrame:
    """Return rows that repeat the sum of the rows beside them, or of those who report to them.

    One month may fit by chance; three do not.
    """
    filled = (rows[by] != "").sum(axis=1)
    family = [filled, *[rows[c].where(filled > depth + 1, "") for depth, c in enumerate(by)]]
    beside = rows["value"].groupby([*family, rows["period"]])
    others = beside.transform("sum") - rows["value"]
    expected = others.where(beside.transform("size") > FEWEST - 1)
    # half a thousandth: sums of rounded figures
    exact = (expected - rows["value"]).abs() <= 0.0005 * rows["value"].abs()
    if reports_to is not None:
        own = _reports(rows, by, reports_to)
        expected = own.where(own.notna(), expected)
        exact = exact | ((own - rows["value"]).abs() <= 0.1 * rows["value"].abs())
    units = [rows[c] for c in by]
    n = exact.groupby(units).transform("sum")
    compared = expected.notna().groupby(units).transform("sum")
    out = rows[exact & (rows["value"] > 0) & (n >= FEWEST) & (2 * n >= compared)]
    return out.assign(
        expected_amount=expected.loc[out.index], kind="roll_up", proposed_amount=np.nan
    )


def _reports(rows: pd.DataFrame, by: list[str], reports_to: pd.DataFrame) -> pd.Series:
    """Return the sum of the rows of those who report to the unit of each row."""
    last = by[-1]
    links = reports_to[["node", "parent"]].astype("str").drop_duplicates()
    below = links.merge(rows, left_on="node", right_on=last)
    sums = below.groupby([*by[:-1], "parent", "period"])["value"].sum().rename("below")
    found = rows.join(sums, on=[*by[:-1], last, "period"])["below"]
    return pd.Series(found, index=rows.index)


def copied(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return values repeated month after month, or year after year, where nothing else repeats."""
    units = [rows[c] for c in by]
    value, grouped = rows["value"], rows.groupby(by)["value"]
    # a round figure may be meant month after month; four digits do not repeat by chance
    digits = 10.0 ** (np.floor(np.log10(value.where(value > 0))) - 2)
    odd = np.abs(value / digits - np.rint(value / digits)) > 1e-9
    same = (value == grouped.shift(1)) & (value > 0) & odd
    start = (~same).groupby(units).cumsum()
    length = same.groupby([*units, start]).transform("sum") + 1
    in_run = length >= _RUN
    rest = (~in_run).groupby(units).transform("sum")
    # parts of a year split equally differ by a rounding step only
    close = (value - grouped.shift(1)).abs() <= 0.01 * value.abs()
    repeats = (close & ~in_run).groupby(units).transform("sum")
    forward = in_run & same & (rest >= 6) & (repeats * 10 <= rest)
    years = _copied_years(rows, by)
    out = rows[forward | years]
    before = grouped.shift(1).loc[out.index]
    kind = np.where(years.loc[out.index], "copied_year", "copied_forward")
    return out.assign(
        kind=kind,
        expected_amount=before.where(kind == "copied_forward", out["value"]),
        proposed_amount=np.nan,
    )


def _copied_years(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    """Tell the months of years that repeat six months or more of the year before, none aside."""
    earlier = rows[[*by, "period", "value"]].assign(period=rows["period"] + pd.DateOffset(years=1))
    found = rows.merge(earlier, on=[*by, "period"], how="left", suffixes=("", "_before"))
    found.index = rows.index
    both = found["value_before"].notna()
    same = both & (found["value"] == found["value_before"])
    year = [*[rows[c] for c in by], rows["period"].dt.year]
    n_same, n_both = (flag.groupby(year).transform("sum") for flag in (same, both))
    various = rows["value"].where(same).groupby(year).transform("nunique")
    return same & (n_same >= 6) & (n_same == n_both) & (various >= 4)
