"""The tests of fairness over the units of a plan."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.targets.fairness import statistics
from salesanalysis.targets.fairness.report import BIAS, FAR, QualityReport


def quality_report(
    units: pd.DataFrame | Any,
    *,
    by: Sequence[str] = (),
    year: int | None = None,
    history: pd.DataFrame | None = None,
    seed: int = 1,
    low: float = 0.30,
    tested: str = "",
    calendar: FiscalCalendar | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> QualityReport:
    """Test whether targets are fair, and name those asked more than their history supports.

    Parameters
    ----------
    units : PlanQuality, or DataFrame with one row per unit
        The columns of `by` and ``target`` (currency); the more of these there are, the more is
        tested: ``base`` (sales of the year before), ``actual`` (sales of the target year),
        ``expected`` (middle of a forecast), ``probability`` (0..1), ``potential`` (currency),
        ``n_heads``, ``territory``. All of them currency where nothing else is said.
    by : sequence of str, levels; those of the PlanQuality where one is given
    year : int, fiscal year of the targets; needed for a table
    history : DataFrame, optional
        `by`, ``year`` (fiscal) and ``value``: yearly sales before the target year, complete years
        only, from which each unit's usual growth and its spread come.
    seed : int
        Of the bootstrap; the same seed gives the same intervals.
    low : float
        A chance below it is asked too much, where no history says otherwise.

    Returns
    -------
    QualityReport

    Raises
    ------
    ContractError
        Missing columns, a unit twice, a target that is empty or negative.

    Notes
    -----
    Attainment is actual / target where there are actuals, else expected / target. Units without a
    target above zero are left out of the tests and keep their status. Fewer than 8 units: the
    test says "too few" and nothing else. A target set too high by chance lowers its own
    attainment, so that a small negative size bias is there even in a fair plan.

    A unit is asked more than its history supports where its growth asked lies two spreads or more
    above its usual growth (the spread is its own from four growths on, else that of all units, and
    never below 5 points), or where its chance is below `low`.

    Examples
    --------
    >>> units = pd.DataFrame({"salesperson": list("ABCDEFGH"),
    ...                       "target": [10.0 * k for k in range(1, 9)],
    ...                       "actual": [11.0, 21, 31, 39, 48, 57, 66, 75]})
    >>> report = quality_report(units, by=["salesperson"], year=2024)
    >>> report.verdict("size_bias")
    'unfair'
    """
    context: dict[str, Any] = {"currency": currency, "calendar": calendar, "terms": terms}
    if not isinstance(units, pd.DataFrame):
        by, year = units.levels, units.year
        context = {k: getattr(units, k) for k in context}
        units = units.to_frame()
    if year is None:
        raise ContractError(
            "A table of units needs the year of its targets.",
            where="quality_report(year=...)",
            fix="write year=2024",
            code="bad-choice",
        )
    keys = list(by)
    frame = _measured(_checked(units, keys))
    frame = _against_history(frame, keys, history, year, low)
    measured = frame.attrs.pop("measured")
    tests = pd.DataFrame(list(_tests(frame[frame["target"] > 0], seed)))
    columns = [
        *keys, "target", "base", "ask_growth", "attainment", "probability", "history_growth",
        "ask_z", "band", "harder", "status",
    ]  # fmt: skip
    return QualityReport(
        tests, frame[columns], tuple(keys), measured, year, tested,
        context["calendar"] or FiscalCalendar(), context["currency"], context["terms"] or Terms(),
    )  # fmt: skip


_OPTIONAL = ("base", "actual", "expected", "probability", "potential", "n_heads")


def _checked(units: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the units with every column the tests know, empty where it is not given."""
    require_columns(units, [*keys, "target"], name="units")
    require_unique(units, keys, name="units", what="name the same unit")
    target = pd.to_numeric(units["target"], errors="coerce")
    bad = units[~((target >= 0) & np.isfinite(target))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(units)} targets are negative, empty or infinite.",
            where=f"units, first rows {bad.index[:3].tolist()}, see .rows",
            fix="leave units without a target out, or write 0",
            rows=bad,
        )
    frame = units.copy().assign(target=target.astype("float64"))
    for column in _OPTIONAL:
        frame[column] = frame[column].astype("float64") if column in frame else np.nan
    if "status" not in frame:
        frame["status"] = pd.Series(np.where(target > 0, "ok", "no_target"), index=frame.index)
    ordered: pd.DataFrame = frame.sort_values(keys or ["target"], ignore_index=True)
    return ordered


def _measured(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the units with attainment, growth asked and band; what was measured is noted."""
    asked = frame["target"].where(frame["target"] > 0)
    has = {name: frame[name].notna().any() for name in ("actual", "expected")}
    kind = "actual" if has["actual"] else ("expected" if has["expected"] else "none")
    reached = frame[kind] / asked if kind != "none" else asked * np.nan
    base = frame["base"].where(frame["base"] > 0)
    order = frame["base"] if frame["base"].notna().any() else frame["target"]
    frame = frame.assign(
        attainment=reached,
        ask_growth=asked / base - 1,
        band=_bands_of(order.fillna(0.0), asked.notna()),
    )
    frame.attrs["measured"] = kind
    return frame


def _bands_of(order: pd.Series, asked: pd.Series) -> pd.Series:
    """Return the band of every unit with a target, empty text for the others."""
    found = statistics.thirds(order[asked]).reindex(order.index)
    return found.where(asked, "").astype("str")


def _against_history(
    frame: pd.DataFrame, keys: list[str], history: pd.DataFrame | None, year: int, low: float
) -> pd.DataFrame:
    """Return the units with their usual growth, and how far the growth asked lies above it."""
    measured = frame.attrs["measured"]
    usual = pd.DataFrame({"history_growth": np.nan, "spread": np.nan}, index=frame.index)
    if history is not None:
        usual = _usual(frame[keys], keys, history, year)
    z = (frame["ask_growth"] - usual["history_growth"]) / usual["spread"]
    unlikely = (frame["probability"] < low) & (frame["target"] > 0)
    frame = frame.assign(
        history_growth=usual["history_growth"], ask_z=z, harder=(z >= FAR) | unlikely
    )
    frame.attrs["measured"] = measured
    return frame


def _usual(units: pd.DataFrame, keys: list[str], history: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return mean and spread of the yearly growths of every unit before `year`."""
    require_columns(history, [*keys, "year", "value"], name="history")
    past = history[history["year"] < year].sort_values([*keys, "year"])
    before = past.groupby(keys or np.zeros(len(past)))[["value", "year"]].shift(1)
    follows = (past["year"] - before["year"] == 1) & (before["value"] > 0) & (past["value"] > 0)
    rises = past[follows].assign(rise=(past["value"] / before["value"] - 1)[follows])
    grouped = rises.groupby(keys or np.zeros(len(rises)))["rise"].agg(["mean", "std", "size"])
    around = _pooled_spread(rises, keys)
    # two growths tell little about a spread: the one of all units stands in
    spread = grouped["std"].where(grouped["size"] >= 4, around).clip(lower=0.05).fillna(0.05)
    table = pd.DataFrame({"history_growth": grouped["mean"], "spread": spread})
    if not keys:
        return table.reset_index(drop=True).reindex(units.index)
    found = units.merge(table.reset_index(), on=keys, how="left")
    return found[["history_growth", "spread"]]


def _pooled_spread(rises: pd.DataFrame, keys: list[str]) -> float:
    """Return the spread of the growths of all units around their own means."""
    own = rises.groupby(keys or np.zeros(len(rises)))["rise"].transform("mean")
    gap = rises["rise"] - own
    return float(gap.std()) if len(gap) > 1 else float("nan")


def _tests(frame: pd.DataFrame, seed: int) -> Any:
    """Yield one row per test."""
    for test, column in zip(BIAS, ("target", "potential", "base", "ask_growth"), strict=True):
        yield _bias(test, frame, column, seed)
    yield _slope(frame, seed)
    yield _bands(frame)
    a = frame["attainment"].dropna()
    yield _figure("share_80_120", a, lambda v: float(((v >= 0.8) & (v <= 1.2)).mean()))
    yield _figure("share_reached", a, lambda v: float((v >= 1).mean()))
    heads = frame["n_heads"].where(frame["n_heads"] > 0, 1.0)
    yield _figure("gini_per_head", (frame["target"] / heads).dropna(), statistics.gini)
    yield _figure("gini_chance", frame["probability"].dropna(), statistics.gini)
    yield _territory(frame)
    yield _errors(frame)
    p = frame["probability"].dropna()
    ends = {"low": float(p.min()), "high": float(p.max())} if len(p) else {}
    yield _figure("chance_spread", p, lambda v: float(v.std(ddof=1)), **ends)


def _state(n: int) -> str:
    return "no_data" if n == 0 else "too_few"


def _bias(test: str, frame: pd.DataFrame, column: str, seed: int) -> Any:
    pairs = frame[["attainment", column]].dropna()
    n = len(pairs)
    if n < statistics.FEWEST:
        return statistics.row(test, n, _state(n))
    x, y = (pairs[c].to_numpy("float64") for c in ("attainment", column))
    value, low, high = statistics.spearman_interval(x, y, seed=seed)
    if not np.isfinite(value):
        return statistics.row(test, n, "constant")
    return statistics.row(test, n, estimate=value, low=low, high=high)


def _slope(frame: pd.DataFrame, seed: int) -> Any:
    """Say how much attainment falls per growth asked, beside the ranks of `ask_bias`."""
    pairs = frame[["ask_growth", "attainment"]].dropna()
    n = len(pairs)
    if n < statistics.FEWEST:
        return statistics.row("ask_slope", n, _state(n))
    x, y = (pairs[c].to_numpy("float64") for c in ("ask_growth", "attainment"))
    value, low, high = statistics.slope_interval(x, y, seed=seed)
    if not np.isfinite(value):
        return statistics.row("ask_slope", n, "constant")
    return statistics.row("ask_slope", n, estimate=value, low=low, high=high)


def _bands(frame: pd.DataFrame) -> Any:
    pairs = frame[["attainment", "band"]].dropna()
    n = len(pairs)
    if n < statistics.FEWEST:
        return statistics.row("top_middle_bottom", n, _state(n))
    _, p = statistics.kruskal(pairs["attainment"], pairs["band"])
    medians = pairs.groupby("band")["attainment"].median()
    gap = float(medians.get("top", np.nan) - medians.get("bottom", np.nan))
    if not np.isfinite(p) or not np.isfinite(gap):
        return statistics.row("top_middle_bottom", n, "constant")
    return statistics.row("top_middle_bottom", n, estimate=gap, p_value=p)


def _figure(test: str, values: pd.Series, of: Any, **ends: float) -> Any:
    n = len(values)
    if n < statistics.FEWEST:
        return statistics.row(test, n, _state(n))
    value = of(values.to_numpy("float64"))
    return statistics.row(
        test, n, "ok" if np.isfinite(value) else "constant", estimate=value, **ends
    )


def _territory(frame: pd.DataFrame) -> Any:
    if "territory" not in frame:
        return statistics.row("territory_effect", 0, "no_data")
    pairs = frame[["attainment", "territory"]].dropna()
    n = len(pairs)
    if n < statistics.FEWEST:
        return statistics.row("territory_effect", n, _state(n))
    value = statistics.omega_squared(
        pairs["attainment"].to_numpy("float64"), list(pairs["territory"])
    )
    state = "ok" if np.isfinite(value) else "constant"
    _, p = statistics.kruskal(pairs["attainment"], pairs["territory"])
    return statistics.row("territory_effect", n, state, estimate=value, p_value=p)


def _errors(frame: pd.DataFrame) -> Any:
    known = frame[["target", "expected", "actual"]].dropna()
    n = len(known)
    if n < statistics.FEWEST:
        return statistics.row("error_ratio", n, _state(n))
    parts = [known[c].to_numpy("float64") for c in ("target", "expected", "actual")]
    value = statistics.error_ratio(*parts)
    return statistics.row(
        "error_ratio", n, "ok" if np.isfinite(value) else "constant", estimate=value
    )
