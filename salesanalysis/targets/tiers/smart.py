"""The SMART check with numbers: five letters per target, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, unknown_name
from salesanalysis.targets.outlook import Outlook
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.tiers.result import TIERS
from salesanalysis.targets.tiers.smart_result import LETTERS, SmartCheck

#: Chances between which a target of each tier is attainable, both included.
BANDS = {"base": (0.70, 0.90), "average": (0.30, 0.85), "challenge": (0.10, 0.30)}
#: Share of the last periods that must have data.
DATA_SHARE = 0.90
#: What a reason weighs: a fault fails the letter, a doubt warns.
_FAULT, _DOUBT = "fail", "warn"
Rules = dict[str, tuple[str, "pd.Series"]]


def smart_check(
    targets: Plan | pd.DataFrame,
    forecast: Any = None,
    *,
    as_of: Any,
    by: Sequence[str] | None = None,
    level: str | None = None,
    about: pd.DataFrame | None = None,
    tier: str = "average",
    bands: Mapping[str, tuple[float, float]] | None = None,
) -> SmartCheck:
    """Judge every target by the five SMART letters, each pass, warn or fail with its reason.

    Parameters
    ----------
    targets : Plan, or DataFrame with level columns and ``target`` (currency)
        Columns read where they are there: ``metric``, ``unit``, ``owner``, ``start``, ``end``,
        ``owner_from``, ``owner_to`` (dates), ``tier``; ``probability`` (in place of that of
        `forecast`); ``kpi``, ``source``, ``data_share`` (of
        the last 12 periods that have data), ``control_gap`` (source less control total);
        ``capacity_share`` (1 = all there is); ``weight`` (in the scorecard), ``parent_share`` (of
        the parent's target), ``parent_correlation``; ``n_checkpoints``, ``months_total``
        (currency), ``due``. A plan brings metric, unit, dates, months and parents itself.
    forecast : object with ``quantiles``, table of draws or of ``mean`` and ``sd``, optional
        See `Outlook.of`. Without one, "attainable" is a warning, never a pass.
    as_of : date, today for the check
    by : sequence of str, level columns; a plan brings its own
    level : str, optional
        Level of a plan to check, ``company``, or ``all`` of them; default its lowest.
    about : DataFrame, optional
        Level columns and any of the columns above, merged onto the targets.
    tier : {"base", "average", "challenge"}
        Tier of targets that do not name their own.
    bands : mapping of tier to (low, high), optional

    Returns
    -------
    SmartCheck

    Raises
    ------
    ContractError
        Missing columns, no rows, an unknown tier or level, a band that is none.

    References
    ----------
    Doran, G. T. (1981). There's a S.M.A.R.T. way to write management's goals and objectives.
    Management Review 70(11).

    Examples
    --------
    >>> row = {"region": "East", "target": 105.0, "metric": "sales", "unit": "CNY",
    ...        "start": "2024-04-01", "end": "2024-06-30"}
    >>> may = pd.DataFrame({"region": ["East"], "mean": [100.0], "sd": [10.0]})
    >>> check = smart_check(pd.DataFrame([row]), may, as_of="2024-03-31", by=["region"])
    >>> check.to_frame()[["specific", "specific_reason", "attainable"]].values.tolist()
    [['fail', 'no_owner', 'pass']]
    """
    keys = list(targets.levels) if isinstance(targets, Plan) else list(by or [])
    table = of_plan(targets, level) if isinstance(targets, Plan) else targets.copy()
    require_columns(table, [*keys, "target"], name="targets")
    require_rows(table, name="targets")
    table = _with_about(table, about, keys).reset_index(drop=True)
    for key in keys:
        table[key] = table[key].astype("object").where(table[key].notna(), "").astype("str")
    table["tier"] = _tiers(table, tier)
    limits = _bands(bands)
    today = pd.Timestamp(as_of)
    if "probability" not in table.columns:
        table["probability"] = _probability(table, forecast, keys, targets)
    judged = {
        "specific": _judge(_specific(table, keys)),
        "measurable": _judge(_measurable(table)),
        "attainable": _judge(_attainable(table, limits)),
        "relevant": _judge(_relevant(table)),
        "time_bound": _judge(_time_bound(table, today)),
    }
    out = table[[*keys, "tier", "target", "probability"]].copy()
    out["status"] = pd.Series(
        np.where(table["probability"].notna(), "ok", "no_forecast"), dtype="str"
    )
    for letter in LETTERS:
        out[letter], out[f"{letter}_reason"] = judged[letter]
    told = ("level", "parent_share", "parent_correlation", "owner")
    shown = [c for c in told if c in table.columns]
    out = out.assign(**{c: table[c] for c in shown})
    check = SmartCheck(out, tuple(keys), {t: limits[t] for t in TIERS})
    if not isinstance(targets, Plan):
        return check
    return replace(check, currency=targets.currency, terms=targets.terms)


def of_plan(plan: Plan, level: str | None = None) -> pd.DataFrame:
    """Return the units of one level of a plan, or of all, as targets to be checked."""
    keys = list(plan.levels)
    if level == "all":
        every = (["company"] if not plan.scope else []) + keys
        return pd.concat([of_plan(plan, one) for one in every], ignore_index=True)
    nodes = plan.nodes()
    wanted = level or (keys[-1] if keys else "company")
    if wanted not in ("company", *keys):
        raise unknown_name(wanted, keys, kind="level", where="smart_check", error=ContractError)
    depth = 0 if wanted == "company" else keys.index(wanted) + 1
    table = nodes[nodes["level"] == wanted] if keys else nodes
    months = plan.calendar.months(plan.year)
    out = table[keys].assign(
        level=wanted,
        target=table["value"].to_numpy("float64"),
        metric="revenue",
        unit=plan.currency,
        start=months[0],
        end=months[-1] + pd.offsets.MonthEnd(0),
        n_checkpoints=12,
    )
    above = keys[: max(depth - 1, 0)]
    sums = plan.frame.groupby(keys[:depth])["value"].sum() if depth else None
    own = table["value"].to_numpy("float64")
    out["months_total"] = sums.to_numpy() if sums is not None else own
    total = table.groupby(above)["value"].transform("sum") if above else table["value"].sum()
    parent = np.asarray(total, dtype="float64") * np.ones(len(own))
    out["parent_share"] = np.divide(own, parent, out=np.zeros(len(own)), where=parent > 0)
    return out.reset_index(drop=True)


def _with_about(table: pd.DataFrame, about: pd.DataFrame | None, keys: list[str]) -> pd.DataFrame:
    """Merge what is known about the targets onto them."""
    if about is None:
        return table
    on = [key for key in keys if key in about.columns]
    new = [c for c in about.columns if c not in table.columns]
    if not on:
        return table.assign(**{c: about[c].iloc[0] for c in new})
    merged: pd.DataFrame = table.merge(
        about[[*on, *new]], on=on, how="left", validate="many_to_one"
    )
    return merged


def _tiers(table: pd.DataFrame, tier: str) -> pd.Series:
    """Return the tier of every target, refusing unknown ones."""
    own = table["tier"] if "tier" in table.columns else pd.Series(tier, index=table.index)
    own = own.where(own.notna(), tier).astype("str")
    bad = own[~own.isin(TIERS)]
    if len(bad):
        raise unknown_name(
            bad.iloc[0], TIERS, kind="tier", where="smart_check", error=ContractError
        )
    return own


def _bands(
    given: Mapping[str, tuple[float, float]] | None,
) -> dict[str, tuple[float, float]]:
    out = {**BANDS, **{k: (float(v[0]), float(v[1])) for k, v in (given or {}).items()}}
    for name, (low, high) in out.items():
        if name not in TIERS or not 0 <= low < high <= 1:
            raise ContractError(
                f"The band of {name!r} must be 0 <= low < high <= 1 of a tier, "
                f"got {low!r}, {high!r}.",
                where="smart_check(bands=...)",
                fix='write {"average": (0.30, 0.85)}',
                code="bad-choice",
            )
    return out


def _probability(table: pd.DataFrame, forecast: Any, keys: list[str], targets: Any) -> pd.Series:
    """Return P(actual >= target): of a forecast's draws, or of a table; empty where unknown."""
    if forecast is None:
        return pd.Series(np.nan, index=table.index)
    if not isinstance(targets, Plan):
        return Outlook.of(forecast, keys).chance(table, keys)
    months = targets.calendar.months(targets.year)
    return Outlook.of(forecast, keys, year=targets.year, months=months).chance(table, keys)


def _judge(rules: Rules) -> tuple[pd.Series, pd.Series]:
    """Return the verdict and the reasons, ``+`` between them, of one letter."""
    index = next(iter(rules.values()))[1].index
    reason = pd.Series("", index=index, dtype="str")
    verdict = pd.Series("pass", index=index, dtype="str")
    for code, (kind, hit) in rules.items():
        joined = reason.where(reason == "", reason + "+") + code
        reason = reason.where(~hit, joined)
        verdict = verdict.where(~hit | (verdict == _FAULT), kind)
    return verdict, reason


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, empty where there is none."""
    if name in table.columns:
        return table[name]
    return pd.Series([None] * len(table), index=table.index, dtype="object")


def _missing(table: pd.DataFrame, name: str) -> pd.Series:
    """Tell which rows have nothing in a column; blank text is nothing."""
    values = _column(table, name)
    blank = values.astype("object").map(lambda v: isinstance(v, str) and not v.strip())
    empty: pd.Series = values.isna() | blank.astype(bool)
    return empty


def _number(table: pd.DataFrame, name: str) -> pd.Series:
    return pd.to_numeric(_column(table, name), errors="coerce").astype("float64")


def _date(table: pd.DataFrame, name: str) -> pd.Series:
    return pd.to_datetime(_column(table, name))


def _specific(table: pd.DataFrame, keys: list[str]) -> Rules:
    start, end = _date(table, "start"), _date(table, "end")
    since, until = _date(table, "owner_from"), _date(table, "owner_to")
    gone = (since > end) | (until < start)
    part = ~gone & ((since > start) | (until < end))
    named = (table[keys] != "").any(axis=1) if keys else pd.Series(True, index=table.index)  # noqa: FBT003
    # the company is a unit of its own: nobody has to name it
    named |= _column(table, "level") == "company"
    return {
        "no_metric": (_FAULT, _missing(table, "metric")),
        "no_unit": (_FAULT, _missing(table, "unit")),
        "no_node": (_FAULT, ~named),
        "no_owner": (_FAULT, _missing(table, "owner")),
        "no_period": (_FAULT, start.isna() | end.isna()),
        "owner_not_active": (_FAULT, gone),
        "owner_part": (_DOUBT, part),
    }


def _measurable(table: pd.DataFrame) -> Rules:
    data, gap = _number(table, "data_share"), _number(table, "control_gap")
    return {
        "no_kpi": (_FAULT, _missing(table, "kpi")),
        "no_source": (_FAULT, _missing(table, "source")),
        "few_data": (_FAULT, data < DATA_SHARE),
        "data_unknown": (_DOUBT, data.isna()),
        "control_gap": (_FAULT, gap.abs() >= 0.005),
        "control_unknown": (_DOUBT, gap.isna()),
    }


def _attainable(table: pd.DataFrame, bands: dict[str, tuple[float, float]]) -> Rules:
    p = table["probability"]
    low = table["tier"].map({t: b[0] for t, b in bands.items()}).astype("float64")
    high = table["tier"].map({t: b[1] for t, b in bands.items()}).astype("float64")
    return {
        "unrealistic": (_FAULT, p < low),
        "too_easy": (_DOUBT, p > high),
        "no_forecast": (_DOUBT, p.isna()),
        "over_capacity": (_FAULT, _number(table, "capacity_share") > 1),
    }


def _relevant(table: pd.DataFrame) -> Rules:
    weight, share = _number(table, "weight"), _number(table, "parent_share")
    return {
        "no_weight": (_FAULT, weight <= 0),
        "weight_unknown": (_DOUBT, weight.isna()),
        "no_path": (_FAULT, share <= 0),
        "path_unknown": (_DOUBT, share.isna()),
    }


def _time_bound(table: pd.DataFrame, today: pd.Timestamp) -> Rules:
    start, end, due = (_date(table, c) for c in ("start", "end", "due"))
    months = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month + 1
    quarters = np.ceil(months / 3)
    checks, total = _number(table, "n_checkpoints"), _number(table, "months_total")
    last = due.where(due.notna(), end)
    return {
        "no_dates": (_FAULT, start.isna() | end.isna()),
        "ends_before_start": (_FAULT, end < start),
        "few_checkpoints": (_FAULT, checks < quarters),
        "checkpoints_unknown": (_DOUBT, checks.isna()),
        "months_gap": (_FAULT, (total - table["target"]).abs() >= 0.005),
        "overdue": (_FAULT, last < today),
    }
