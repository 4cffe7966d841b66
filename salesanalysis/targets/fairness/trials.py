"""Several growth methods on years that are over: which would have asked the right units."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.targets.base_cleaning import clean_base
from salesanalysis.targets.fairness.backtest import judged, known_before, yearly_sales
from salesanalysis.targets.fairness.report import BIAS, QualityReport
from salesanalysis.targets.fairness.tried import Trials
from salesanalysis.targets.growth import growth
from salesanalysis.targets.history import monthly, year_values

_JUDGED = (*BIAS, "top_middle_bottom")
#: What is tried where nothing is named: it needs nothing but history.
USUAL: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "weighted_years": {},
        "cagr": {},
        "robust": {},
        "half_way": {"method": "weighted_years", "pull": 0.5},
    }
)


def try_methods(
    panel: Panel,
    methods: Sequence[str] | Mapping[str, Mapping[str, Any]] = USUAL,
    *,
    years: Sequence[int] | int = 3,
    seed: int = 1,
) -> Trials:
    """Set targets by several methods for years that are over, and compare them with what came.

    Parameters
    ----------
    panel : Panel
        Sales per unit and month.
    methods : sequence of str, or mapping of a name to the options of `growth`
        ``{"five percent": {"method": "constant", "rate": 0.05}, "cagr": {}}``; without
        ``method`` the name is the method. Last year's sales are always tried beside them.
    years : sequence of int, or int
        Fiscal years, all of them closed and with a complete year before; a number: so many of
        the last ones.
    seed : int, of the bootstrap behind the tests of bias

    Returns
    -------
    Trials
        One row per year and method.

    Raises
    ------
    ContractError
        No such year, unknown methods or options.

    Notes
    -----
    ``misplaced_share`` is half the sum of :math:`|t_i / T - a_i / A|` over units: the part of the
    total that was asked of the wrong units, whatever the total. Sales of units that were not
    there before the year count in A. Every method sees the months before the year, nothing else.

    Examples
    --------
    >>> months = pd.date_range("2019-01-01", "2023-12-01", freq="MS")
    >>> frame = pd.concat([pd.DataFrame({"region": name, "period": months,
    ...     "value": [100.0 * (1 + k / 10) ** (m.year - 2019) for m in months]})
    ...     for k, name in enumerate("AB")])
    >>> tried = try_methods(Panel.of(frame, by=["region"]), ["cagr"], years=1)
    >>> tried.frame[["method", "misplaced_share"]].round(4).values.tolist()
    [['cagr', 0.0], ['last_year', 0.0232]]
    """
    chosen = _options(methods)
    wanted = _years(panel, years)
    if panel.by == ():
        raise ContractError(
            "One unit alone has no shares to compare.",
            where="try_methods(panel)",
            fix='use a panel with levels, such as data.panel(by=["region"])',
            code="bad-choice",
        )
    wide, sold = monthly(panel), yearly_sales(panel)
    rows = []
    for year in wanted:
        came = pd.Series(np.nansum(year_values(wide, panel, year), axis=1), index=wide.index)
        before = known_before(panel, year)
        clean = clean_base(before, year=year)
        for name, options in chosen.items():
            # years ahead start from another base year than the last
            history = before if "horizon" in options else clean
            report = judged(growth(history, year=year, **options), panel, sold, year, seed=seed)
            rows.append({"year": year, "method": name, **_compared(report, came)})
    frame = pd.DataFrame(rows).astype({"method": "str", "biased_by": "str"})
    return Trials(frame, panel.by, panel.calendar, panel.currency, panel.terms)


def _options(
    methods: Sequence[str] | Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Return the options of every method by its name, last year's sales at the end."""
    if isinstance(methods, str) or not len(methods):
        raise ContractError(
            f"methods must be names or a mapping of names to options, got {methods!r}.",
            where="try_methods(methods=...)",
            fix='write ["weighted_years", "cagr"]',
            code="bad-choice",
        )
    named = methods if isinstance(methods, Mapping) else {name: {} for name in methods}
    out = {str(name): {"method": str(name), **given} for name, given in named.items()}
    return out | {"last_year": {"method": "constant", "rate": 0.0}}


def _years(panel: Panel, years: Sequence[int] | int) -> list[int]:
    """Return the years to try, refused where nothing complete lies before one of them."""
    whole = yearly_sales(panel)["year"]
    known = sorted(int(y) for y in whole.unique())
    able = [y for y in known if y - 1 in known]
    wanted = able[-years:] if isinstance(years, int) else [int(y) for y in years]
    bad = [y for y in wanted if y not in able]
    if bad or not wanted:
        what = f"The year {bad[0]} is not over, or has" if bad else "No year is over that has"
        raise ContractError(
            f"{what} {'no' if bad else 'a'} complete year before it.",
            where=f"try_methods(years={years!r}), years that can be tried: {able}",
            fix=f"write years={able[-3:]}" if able else "use a longer history",
            code="bad-choice",
        )
    return wanted


def _compared(report: QualityReport, came: pd.Series) -> dict[str, Any]:
    """Return what was asked beside what came."""
    by = list(report.by)
    # an index of one level meets none of several under pandas 2
    units = came.index.to_frame(index=False).set_axis(by, axis=1)
    found = units.merge(report.frame[[*by, "target"]], on=by, how="left")
    asked = found["target"].set_axis(came.index)
    new = asked.isna()
    target, actual = float(asked.sum()), float(came.sum())
    gap = (asked.fillna(0.0) / target - came / actual).abs() if target and actual else came * 0
    reached = report.frame["attainment"].dropna()
    quarter = reached.quantile([0.25, 0.5, 0.75]).to_numpy()
    return {
        "n_units": len(report.frame), "target": target, "actual": actual,
        "total_rate": actual / target if target else np.nan,
        "misplaced_share": float(gap.sum()) / 2,
        "middle_rate": float(quarter[1]), "spread_pp": 100 * float(quarter[2] - quarter[0]),
        "attained_share": float((reached >= 1).mean()), "untargeted_amount": float(came[new].sum()),
        "biased_by": ",".join(_biases(report)),
    }  # fmt: skip


def _biases(report: QualityReport) -> list[str]:
    return [test for test in _JUDGED if report.verdict(test) == "unfair"]
