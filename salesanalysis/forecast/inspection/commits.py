"""Who commits too high, who too low: people's own forecasts beside what came."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.forecast.inspection import people
from salesanalysis.forecast.inspection.leaning import BiasReport
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel

#: Columns of a commit that name no person and no level.
_OWN = ("period", "value", "made_on")


def bias(
    commits: pd.DataFrame,
    actuals: Any,
    *,
    by: Sequence[str] | None = None,
    forecast: pd.DataFrame | None = None,
    lead: int | None = None,
    season: int = 12,
    currency: str | None = None,
) -> BiasReport:
    """Compare what people committed to with what came, person by person.

    Parameters
    ----------
    commits : DataFrame
        Columns that name person or levels, ``period`` (the month forecast for), ``value``
        (currency) and, where known, ``made_on`` (day of the commit). Of several commits for one
        person and month the last one made counts.
    actuals : Panel or DataFrame
        The same names, ``period``, ``value``; a panel is rolled up to them.
    by : sequence of str, optional
        The naming columns; those that both tables have by default.
    forecast : DataFrame, optional
        A model's forecast for the same people and months: ``value`` by ``period``.
    lead : int, months, optional
        Only commits made so many months before their month; needs ``made_on``.
    season : int, months
        How far back the naive forecast looks.
    currency : str, optional
        That of the panel, else CNY.

    Returns
    -------
    BiasReport
        Every commit is in exactly one group: used, replaced by a later one, of another lead,
        made after its month was over, or without an actual.

    Raises
    ------
    ContractError
        Missing columns, empty names or values, a period that is no month start, the same
        person and month twice without ``made_on``, nothing that matches.

    References
    ----------
    Gilliland, M. (2010). The Business Forecasting Deal. Wiley (forecast value added).

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=8, freq="MS")
    >>> came = pd.DataFrame({"salesperson": "Li", "period": months, "value": 100.0})
    >>> report = bias(came.assign(value=110.0), came)
    >>> report.people["over_growth"].tolist(), report.people["verdict"].tolist()
    ([0.1], ['optimist'])
    """
    names = _names(commits, actuals, by)
    said = _commits(commits, names)
    came = _values(_actual_frame(actuals, names), names, "actuals")
    model = None if forecast is None else _values(forecast, names, "forecast")
    state = _states(said, came, names, lead)
    timely = said.assign(state=state)[state.isin(["used", "replaced"])]
    matched = timely.merge(came, on=[*names, "period"], suffixes=("", "_actual"))
    if matched.empty:
        raise ContractError(
            f"None of the {len(said)} commits has an actual to compare with.",
            where=f"bias(commits, actuals), matched by {[*names, 'period']}",
            fix="check that names and months are written alike in both tables",
            rows=said,
        )
    every = people.with_rivals(matched, came, model, names, season)
    full = every[every["state"] == "used"].drop(columns="state")
    panel = actuals if isinstance(actuals, Panel) else None
    return BiasReport(
        people=people.people(full, names),
        overall=people.overall(full),
        leads=people.leads(every),
        left_out=said.assign(reason=state)[state != "used"].reset_index(drop=True),
        by=names,
        n_commits=len(said),
        n_used=len(full),
        n_without=_without(said, came, names),
        currency=currency or (panel.currency if panel else "CNY"),
        terms=panel.terms if panel else Terms(),
    )


def _names(commits: pd.DataFrame, actuals: Any, by: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns that name whose commit it is."""
    have = actuals.by if isinstance(actuals, Panel) else getattr(actuals, "columns", ())
    names = tuple(by) if by else tuple(c for c in commits.columns if c in have and c not in _OWN)
    if not names:
        raise ContractError(
            "commits and actuals share no column that names a person or a unit.",
            where=f"commits columns are {[str(c) for c in commits.columns]}, "
            f"actuals have {[str(c) for c in have]}",
            fix="name it alike in both, such as salesperson, or pass by=[...]",
            code="missing-column",
        )
    return names


def _commits(commits: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return checked commits with ``made_on`` and ``lead`` (months, empty where unknown)."""
    extra = ["made_on"] if "made_on" in commits.columns else []
    table = _values(commits, names, "commits", extra)
    if not extra:
        _once(table, names, "commits")
        return table.assign(made_on=pd.NaT, lead=np.nan)
    made = pd.to_datetime(table["made_on"])
    if made.isna().any():
        raise ContractError(
            f"{int(made.isna().sum())} of {len(table)} commits have no made_on.",
            where=f"first rows {table.index[made.isna()][:3].tolist()}, see .rows",
            fix="fill in the day, or leave the column out",
            rows=table[made.isna()],
        )
    ahead = table["period"].dt.year * 12 + table["period"].dt.month
    table = table.assign(made_on=made, lead=(ahead - made.dt.year * 12 - made.dt.month) * 1.0)
    _once(table, (*names, "made_on"), "commits")
    return table


def _values(
    table: pd.DataFrame, names: tuple[str, ...], name: str, extra: Sequence[str] = ()
) -> pd.DataFrame:
    """Return names, period and value, checked, in order of the names."""
    require_columns(table, [*names, "period", "value", *extra], name=name)
    require_rows(table, name=name)
    tidy = table[[*names, "period", "value", *extra]].reset_index(drop=True)
    require_named(tidy, names, name=name)
    period = dates_of(tidy["period"], name=name)
    value = pd.to_numeric(tidy["value"], errors="coerce").astype("float64")
    wrong = {
        "no month start": ~period.dt.is_month_start.fillna(value=False),
        "no number": ~np.isfinite(value),
    }
    for what, bad in wrong.items():
        if bad.any():
            raise ContractError(
                f"{int(bad.sum())} of {len(tidy)} rows of {name} have {what}.",
                where=f"first rows {tidy.index[bad][:3].tolist()}, see .rows",
                fix="write month starts such as 2024-03-01, and amounts as numbers",
                rows=tidy[bad],
            )
    tidy = tidy.assign(period=period, value=value)
    if name != "commits":
        _once(tidy, names, name)
    return tidy.sort_values([*names, "period", *extra], kind="stable", ignore_index=True)


def _once(table: pd.DataFrame, names: tuple[str, ...], name: str) -> None:
    """Refuse the same name and month twice."""
    twice = table[table.duplicated([*names, "period"], keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of {name} share {', '.join([*names, 'period'])}.",
            where=f"first rows {twice.index[:3].tolist()}, see .rows",
            fix="add made_on, so that the last commit counts" if name == "commits"
            else "sum them first",
            code="duplicate-key",
            rows=twice,
        )  # fmt: skip


def _actual_frame(actuals: Any, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the actuals as a table; a panel summed to the names."""
    if isinstance(actuals, Panel):
        return actuals.roll_up(names).frame
    if not isinstance(actuals, pd.DataFrame):
        raise ContractError(
            f"actuals must be a Panel or a table, got {type(actuals).__name__}.",
            where="bias(commits, actuals)",
            fix='pass data.panel(by=["salesperson"])',
        )
    return actuals


def _states(
    said: pd.DataFrame, came: pd.DataFrame, names: tuple[str, ...], lead: int | None
) -> pd.Series:
    """Say of each commit whether it is used, and if not, why."""
    keys = [*names, "period"]
    known = pd.MultiIndex.from_frame(came[keys])
    has_actual = pd.MultiIndex.from_frame(said[keys]).isin(known)
    late, other = said["lead"] < 0, pd.Series(data=False, index=said.index)
    if lead is not None:
        if said["lead"].isna().all():
            raise ContractError(
                f"lead={lead!r} asks when commits were made; commits have no made_on.",
                where="bias(lead=...)",
                fix="add the column made_on, or leave lead out",
                code="missing-column",
            )
        other = said["lead"] != lead
    usable = has_actual & ~late & ~other
    # sorted by name, month and day: the last usable one stands last
    last = ~said[usable].duplicated(keys, keep="last").reindex(said.index, fill_value=False)
    reasons = [~has_actual, late, other, usable & ~last]
    words = np.select(reasons, ["no_actual", "too_late", "other_lead", "replaced"], default="used")
    return pd.Series(words, index=said.index, dtype="str")


def _without(said: pd.DataFrame, came: pd.DataFrame, names: tuple[str, ...]) -> int:
    """Count months with an actual but no commit, within each one's first to last commit."""
    span = said.groupby(list(names))["period"].agg(["min", "max"]).reset_index()
    inside = came.merge(span, on=list(names))
    inside = inside[inside["period"].between(inside["min"], inside["max"])]
    keys = [*names, "period"]
    committed = pd.MultiIndex.from_frame(said[keys])
    return int((~pd.MultiIndex.from_frame(inside[keys]).isin(committed)).sum())
