"""What targets tell of how they were made: stuck, in equal parts, written after the fact."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, require_unique
from salesanalysis.labels import Terms
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.fairness.splits import SplitCheck
from salesanalysis.targets.plan import Plan

Floats = npt.NDArray[np.float64]
_FEWEST, _FEWEST_PERIODS = 8, 3


def stuck_targets(targets: Plan | pd.DataFrame, *, levels: Sequence[str] = ()) -> pd.DataFrame:
    """Return the units whose target was not handed on to anybody below them.

    Parameters
    ----------
    targets : Plan, or DataFrame with the columns of `levels` and ``value``
        Units of any level: empty below their own, as in `Plan.nodes`.
    levels : sequence of str, from the top down; those of the plan where one is given

    Returns
    -------
    DataFrame
        ``level`` (``company`` above the first), the columns of `levels` and ``value``.

    Examples
    --------
    >>> table = pd.DataFrame({"region": ["E", "W", "W"], "salesperson": ["", "", "Li"],
    ...                       "value": [60.0, 40, 40]})
    >>> stuck_targets(table, levels=["region", "salesperson"])["region"].tolist()
    ['E']
    """
    units, keys = _units(targets, levels)
    return _stuck(units, keys)[["level", *keys, "value"]].reset_index(drop=True)


def split_check(
    targets: Plan | pd.DataFrame,
    *,
    levels: Sequence[str] = (),
    base: pd.DataFrame | None = None,
    actual: pd.DataFrame | None = None,
    times: float = 2.0,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> SplitCheck:
    """Look for targets that stayed half-way, were split equally, or were made from the actuals.

    Parameters
    ----------
    targets : Plan, or DataFrame with the columns of `levels` and ``value``
        Units of any level, empty below their own; with ``period``, one row per unit and period.
    levels : sequence of str, from the top down; those of the plan where one is given
    base : DataFrame, optional
        `levels` (down to the lowest or fewer) and ``value`` or ``base``: sales of the year
        before, currency. Default: the bases of the plan.
    actual : DataFrame, optional
        The columns of `targets`, with the sales of the same periods as ``value``.
    times : float
        A family in equal parts is listed where its largest base is more than `times` its
        smallest; without bases every such family is.

    Returns
    -------
    SplitCheck

    Raises
    ------
    ContractError
        Missing columns, a name below an empty one, a unit twice, values that are no amounts.

    Notes
    -----
    Targets count as made from the actuals where both correlate above .95 over all rows and, where
    the units have three periods or more, above .8 inside the units on logarithms: large units have
    large targets in every fair plan, but nobody knows beforehand which quarter will be the weak
    one. `times` of the result is the middle of target / actual.

    Examples
    --------
    >>> table = pd.DataFrame({"region": ["E", "E"], "salesperson": ["Li", "Wu"], "value": 50.0})
    >>> base = pd.DataFrame({"region": ["E", "E"], "salesperson": ["Li", "Wu"],
    ...                      "value": [20.0, 90.0]})
    >>> check = split_check(table, levels=["region", "salesperson"], base=base)
    >>> check.frame[["kind", "base_ratio"]].values.tolist()
    [['equal_split', 4.5]]
    """
    units, keys = _units(targets, levels)
    if isinstance(targets, Plan):
        currency, terms = targets.currency, terms or targets.terms
        base = _leaf_bases(targets) if base is None else base
    found = [_stuck(units, keys), _equal(units, keys, base, times)]
    frame = pd.concat(found, ignore_index=True)
    columns = ["level", *keys, "kind", "value", "n_children", "base_ratio", "status"]
    facts = {} if actual is None else _likeness(targets, actual, keys)
    return SplitCheck(frame[columns], tuple(keys), len(units), facts, currency, terms or Terms())


def _leaf_bases(plan: Plan) -> pd.DataFrame:
    """Return the bases of the leaves of a plan."""
    keys = list(plan.levels)
    leaves = plan.tree[plan.tree["level"] == keys[-1]] if keys else plan.tree
    return leaves[[*keys, "base"]]


def _units(targets: Plan | pd.DataFrame, levels: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the units with their depth and yearly value."""
    if isinstance(targets, Plan):
        keys = list(targets.levels)
        table = targets.nodes()
        return table[[*keys, "value"]].assign(depth=(table[keys] != "").sum(axis=1)), keys
    keys = list(levels)
    table = _tidy(targets, keys, "targets")
    units = table.groupby([*keys, "depth"], as_index=False, sort=True)["value"].sum()
    return units, keys


def _tidy(table: pd.DataFrame, keys: list[str], name: str) -> pd.DataFrame:
    """Return a table with empty text for empty names, its depth, and values that are amounts."""
    require_columns(table, [*keys, "value"], name=name)
    require_rows(table, name=name)
    tidy = table.reset_index(drop=True)
    for key in keys:
        names = tidy[key].astype("object").where(tidy[key].notna(), "")
        tidy[key] = names.astype("str").str.strip()
    tidy["value"] = numbers(tidy, "value", name)
    filled = tidy[keys] != ""
    holes = tidy[(filled.astype(int).diff(axis=1) > 0).any(axis=1)]
    bad = tidy[~np.isfinite(tidy["value"])]
    for rows, what, fix in (
        (holes, "name a unit below an empty level", "fill the levels from the top down"),
        (bad, "have no amount", "leave rows without a target out, or write 0"),
    ):
        if len(rows):
            raise ContractError(
                f"{len(rows)} of {len(tidy)} rows of {name} {what}.",
                where=f"first rows {rows.index[:3].tolist()}, see .rows",
                fix=fix,
                rows=rows,
            )
    period = ["period"] if "period" in tidy.columns else []
    require_unique(tidy, [*keys, *period], name=name, what="name the same target")
    return tidy.assign(depth=filled.sum(axis=1))


def _level_names(depth: pd.Series, keys: list[str]) -> pd.Series:
    names = pd.Series(["company", *keys], dtype="str")
    return pd.Series(names.take(depth).to_numpy(), index=depth.index, dtype="str")


def _stuck(units: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the units above the last level with a target and nothing below."""
    parts = []
    handed = units[units["value"] > 0]
    for depth in range(len(keys)):
        own = handed[handed["depth"] == depth]
        below = handed[handed["depth"] > depth]
        if depth:
            known = pd.MultiIndex.from_frame(below[keys[:depth]])
            own = own[~pd.MultiIndex.from_frame(own[keys[:depth]]).isin(known)]
        elif len(below):
            own = own.iloc[:0]
        parts.append(own)
    out = pd.concat(parts) if parts else handed.iloc[:0]
    level = _level_names(out["depth"], keys)
    return out.assign(level=level, kind="stuck", n_children=0, base_ratio=np.nan, status="no_parts")


def _equal(
    units: pd.DataFrame, keys: list[str], base: pd.DataFrame | None, times: float
) -> pd.DataFrame:
    """Return the units whose parts all have the same target although they never sold alike."""
    parts = [_equal_at(units, keys, d, base, times) for d in range(1, len(keys) + 1)]
    return pd.concat(parts) if parts else _equal_at(units, ["value"], 1, None, times).iloc[:0]


def _equal_at(
    units: pd.DataFrame, keys: list[str], depth: int, base: pd.DataFrame | None, times: float
) -> pd.DataFrame:
    above, here = keys[: depth - 1], keys[:depth]
    own = units[units["depth"] == depth]
    sold = _sold(own, here, base)
    grouped = own.assign(sold=sold).groupby(above or np.zeros(len(own)), sort=True)
    out = grouped.agg(
        value=("value", "sum"), low=("value", "min"), high=("value", "max"),
        n_children=("value", "size"), least=("sold", "min"), most=("sold", "max"),
        known=("sold", "count"),
    ).reset_index(drop=not above)  # fmt: skip
    same = (out["n_children"] >= 2) & (out["low"] == out["high"]) & (out["low"] > 0)
    whole = out["known"] == out["n_children"]
    apart = (out["most"] > times * out["least"]) | ~whole
    out = out[same & apart].assign(depth=depth - 1, kind="equal_split")
    out["base_ratio"] = out["most"] / out["least"].where(out["least"] > 0)
    out["status"] = pd.array(
        np.select([~whole[out.index], ~(out["least"] > 0)], ["no_data", "zero_base"], "ok"),
        dtype="str",
    )
    out.loc[~whole[out.index], "base_ratio"] = np.nan
    blank = dict.fromkeys(keys[depth - 1 :], "")
    return out.assign(**blank, level=_level_names(out["depth"], keys))


def _sold(own: pd.DataFrame, here: list[str], base: pd.DataFrame | None) -> Floats:
    """Return the base of every unit of a level, empty where it is not given."""
    if base is None or not set(here) <= set(base.columns):
        return np.full(len(own), np.nan)
    column = "base" if "base" in base.columns else "value"
    require_columns(base, [column], name="base")
    given = numbers(base.reset_index(drop=True), column, "base").to_numpy("float64")
    tidy = base[here].astype("str").assign(sold=given)
    sums = tidy.groupby(here, as_index=False)["sold"].sum()
    found: Floats = own[here].merge(sums, on=here, how="left")["sold"].to_numpy("float64")
    return found


def _likeness(
    targets: Plan | pd.DataFrame, actual: pd.DataFrame, keys: list[str]
) -> dict[str, float]:
    """Return how closely targets follow the actuals of the same periods."""
    table = targets.to_frame() if isinstance(targets, Plan) else targets
    own, sold = _tidy(table, keys, "targets"), _tidy(actual, keys, "actual")
    own = own[own["depth"] == own["depth"].max()]
    both_have = "period" in own.columns and "period" in sold.columns
    on = [*keys, *(["period"] if both_have else [])]
    own, sold = (t.groupby(on, as_index=False)["value"].sum() for t in (own, sold))
    pairs = own.merge(sold, on=on, suffixes=("_target", "_actual"))
    pairs = pairs[(pairs["value_target"] > 0) & (pairs["value_actual"] > 0)]
    if len(pairs) < _FEWEST:
        return {"n_pairs": float(len(pairs))}
    asked, came = (pairs[f"value_{side}"] for side in ("target", "actual"))
    facts = {"n_pairs": float(len(pairs)), "correlation": _correlation(asked, came)}
    facts["times"] = float((asked / came).median())
    group = [pairs[k] for k in keys]
    if both_have and keys:
        many = asked.groupby(group).transform("size") >= _FEWEST_PERIODS
        logs = [np.log(side[many]) for side in (asked, came)]
        inner = [v - v.groupby([g[many] for g in group]).transform("mean") for v in logs]
        if many.sum() >= _FEWEST:
            facts["correlation_within"] = _correlation(*inner)
    return facts


def _correlation(x: pd.Series, y: pd.Series) -> float:
    """Return Pearson's correlation; 0 where a side never changes."""
    if float(x.std()) < 1e-12 * float(x.abs().max() or 1) or not float(y.std()):
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])
