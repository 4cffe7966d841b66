"""The same method one year earlier: what it would have asked, beside what came."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import month
from salesanalysis.panel import Panel
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.fairness.report import QualityReport
from salesanalysis.targets.fairness.testing import quality_report
from salesanalysis.targets.growth import growth
from salesanalysis.targets.history import monthly, yearly

Propose = Callable[[Panel, int], Basis]
Expect = Callable[[Panel, int], pd.DataFrame]


def backtest(
    panel: Panel,
    *,
    year: int | None = None,
    propose: Propose | None = None,
    expect: Expect | None = None,
    total: float | None = None,
    territory: str = "",
    seed: int = 1,
) -> QualityReport:
    """Set the targets of a year that is over with what was known before it, and judge them.

    Parameters
    ----------
    panel : Panel
        Sales per unit and month.
    year : int, optional
        Fiscal year, all its months closed; default the last one that is.
    propose : function of panel and year, optional
        Returns the `Basis` of the method on trial; default `growth` as it stands. It is handed
        the months before the year and nothing else.
    expect : function of panel and year, optional
        Returns the levels and ``value``: what a forecast expected of the year. Without one, last
        year's sales stand in.
    total : float, optional
        What the company asked in that year; the proposals are scaled to it. Default: as proposed.
    territory : str, optional
        The level whose effect on attainment is measured.

    Returns
    -------
    QualityReport
        With ``tested`` the name of the method.

    Raises
    ------
    ContractError
        A year that is not over, or with nothing before it.

    Examples
    --------
    >>> months = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
    >>> frame = pd.concat([pd.DataFrame({"region": name, "period": months,
    ...     "value": [100.0 * k * 1.1 ** (m.year - 2020) for m in months]})
    ...     for k, name in enumerate("ABCDEFGH", start=1)])
    >>> report = backtest(Panel.of(frame, by=["region"]))
    >>> report.year, report.frame["attainment"].round(6).unique().tolist()
    (2023, [1.0])
    """
    year = _last_year(panel) if year is None else year
    before = known_before(panel, year)
    basis = growth(before, year=year) if propose is None else propose(before, year)
    answer = None if expect is None else expect(before, year)
    return judged(
        basis, panel, yearly_sales(panel), year,
        expected=answer, total=total, territory=territory, seed=seed,
    )  # fmt: skip


def judged(
    basis: Basis,
    panel: Panel,
    sold: pd.DataFrame,
    year: int,
    *,
    expected: pd.DataFrame | None = None,
    total: float | None = None,
    territory: str = "",
    seed: int = 1,
) -> QualityReport:
    """Set proposals for `year` beside what came; `sold` is the result of `yearly_sales`."""
    keys = list(panel.by)
    units = basis.to_frame()[[*keys, "value", "base", "status"]].rename(columns={"value": "target"})
    if total is not None:
        units["target"] = units["target"] * total / units["target"].sum()
    actual = sold[sold["year"] == year].rename(columns={"value": "actual"})[[*keys, "actual"]]
    if expected is None:
        units["expected"] = units["base"].where(units["base"] > 0)
    else:
        require_columns(expected, [*keys, "value"], name="expect(...)")
        answer = expected[[*keys, "value"]].rename(columns={"value": "expected"})
        units = _beside(units, answer, keys)
    units = _beside(units, actual, keys)
    if territory:
        require_columns(units, [territory], name="panel")
        units["territory"] = units[territory]
    return quality_report(
        units, by=keys, year=year, history=sold, seed=seed, tested=basis.method,
        calendar=panel.calendar, currency=panel.currency, terms=panel.terms,
    )  # fmt: skip


def known_before(panel: Panel, year: int) -> Panel:
    """Return the panel as it stood on the evening before a fiscal year.

    Raises
    ------
    ContractError
        The year is not over yet, or nothing was sold before it.
    """
    months = panel.calendar.months(year)
    if panel.closed_through < months[-1]:
        raise ContractError(
            f"The year {panel.calendar.name(year)} is not over.",
            where=f"backtest(year={year}), data closed through {month(panel.closed_through)}",
            fix=f"write year={_last_year(panel)}",
            code="bad-choice",
        )
    past = panel.frame[panel.frame["period"] < months[0]]
    if not len(past):
        raise ContractError(
            f"Nothing was sold before {panel.calendar.name(year)}.",
            where=f"backtest(year={year})",
            fix="choose a later year",
            code="bad-choice",
        )
    return replace(panel, frame=past, closed_through=months[0] - pd.DateOffset(months=1))


def yearly_sales(panel: Panel) -> pd.DataFrame:
    """Return sales per unit and complete fiscal year: levels, ``year``, ``value``.

    A year that began before the unit did is not complete.
    """
    first, last = panel.calendar.year_of(panel.months()[0]), _last_year(panel)
    years = list(range(first, last + 1))
    wide = monthly(panel)
    table = pd.DataFrame(yearly(wide, panel, years), index=wide.index, columns=years)
    # long with the empty ones left out: a year that began before the unit did
    long = table.stack().rename("value").reset_index()  # noqa: PD013
    long.columns = [*(panel.by or ("node",)), "year", "value"]
    return long[[*panel.by, "year", "value"]]


def _last_year(panel: Panel) -> int:
    """Return the last fiscal year all of whose months are closed."""
    year = panel.calendar.year_of(panel.closed_through)
    over = panel.closed_through >= panel.calendar.months(year)[-1]
    return year if over else year - 1


def _beside(units: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    if keys:
        return units.merge(other, on=keys, how="left", validate="one_to_one")
    return units.assign(**{c: other[c].to_numpy() for c in other.columns if c not in keys})
