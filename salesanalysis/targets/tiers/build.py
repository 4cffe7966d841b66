"""Three targets from one plan: quantiles of the forecast, uplifts, or totals of your own."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.panel import Panel
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.outlook import Outlook
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tiers.handed import around_plan, months_upwards, upwards
from salesanalysis.targets.tiers.result import TIERS, Tiers

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: The chance each tier is meant to be reached with.
ATTAINABILITY = {"base": 0.8, "average": 0.5, "challenge": 0.2}


def tiers(
    plan: Plan,
    forecast: Any = None,
    *,
    attainability: Mapping[str, float] | None = None,
    uplifts: Mapping[str, float] | None = None,
    totals: Mapping[str, Any] | None = None,
    correlation: float | None = None,
    sold: Panel | None = None,
) -> Tiers:
    """Set base, average and challenge targets side by side for every unit of a plan.

    With a forecast the company's three totals are quantiles of the *company's* own distribution:
    quantiles do not add, so they are handed down exactly, and each unit's own quantile stands in
    a column beside what it is given. Without one the tiers are `uplifts` of the plan, or `totals`.

    Parameters
    ----------
    plan : Plan, whose units, months and step are kept
    forecast : object with ``quantiles(year=...)``, or DataFrame, optional
        See `Outlook.of`: draws, or ``mean`` and ``sd``, per unit.
    attainability : mapping, optional
        Chance of reaching each tier; default base 0.8, average 0.5, challenge 0.2.
    uplifts : mapping, optional
        Change of each tier against the plan, 0.15 = 15 % above it; 0 where not named.
    totals : mapping, optional
        Company total of all three tiers, currency.
    correlation : float, optional
        Builds the units above a table of leaves with ``mean`` and ``sd``.
    sold : Panel, optional
        Sales of the closed months, for draws by month of a year in progress: they count as they
        are, and only the months after them are drawn. Sales in `Plan.currency`, with the levels
        the draws name.

    Returns
    -------
    Tiers
        Each tier adds up in whole steps over units and months; base <= average <= challenge in
        every single cell.

    Raises
    ------
    ContractError
        Tiers that cross, both or neither of forecast and uplifts, a forecast without the company;
        draws and `sold` that do not meet, or sales in another currency.

    Notes
    -----
    The base is handed down first, then what the average adds to it, then what the challenge adds:
    parts of additions cannot be negative, so no cell can cross. A family whose units all have a
    forecast is divided by their quantiles, any other by the plan.

    Examples
    --------
    >>> from salesanalysis.targets import cascade
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> plan = cascade(1_000, shares, levels=["region"], year=2024)
    >>> three = tiers(plan, uplifts={"base": -0.1, "challenge": 0.15})
    >>> three.to_frame()[["target_base", "target_average", "target_challenge"]].values.tolist()
    [[900.0, 1000.0, 1150.0], [360.0, 400.0, 460.0], [540.0, 600.0, 690.0]]
    """
    _check_way(forecast, uplifts, totals, attainability)
    _check_sold(sold, forecast, plan)
    step, keys = Step.of(plan.step), list(plan.levels)
    leaves, months = _leaves(plan, step)
    units = plan.nodes()[["level", *keys]] if keys else plan.tree[["level"]]
    outlook = None
    if forecast is not None:
        year = plan.calendar.months(plan.year)
        outlook = Outlook.of(
            forecast, keys, year=plan.year, months=year, correlation=correlation, sold=sold
        )
    chances = _named(attainability, ATTAINABILITY) if outlook else {}
    quantiles = _quantiles(units, keys, outlook, chances)
    wanted = _totals(plan, step, uplifts, totals, quantiles)
    nest = Nest.of(leaves, keys)
    if outlook is None:
        yearly, monthly = around_plan(months, wanted, nest)
    else:
        yearly = upwards(wanted, nest, leaves, quantiles, plan)
        monthly = months_upwards(yearly, months)
    table = _table(plan, units, yearly, nest, step)
    table = _beside(table, keys, quantiles, outlook, nest)
    shown = dict.fromkeys(TIERS, 0.0) | dict(uplifts) if uplifts is not None else {}
    frame = plan.frame[[*keys, "period"]].copy()
    for tier, value in zip(TIERS, monthly, strict=True):
        frame[f"target_{tier}"] = step.amounts(value.ravel())
    return Tiers(
        frame, table, plan.levels, plan.year, plan.step, chances, shown,
        calendar=plan.calendar, currency=plan.currency, terms=plan.terms,
        sold_through=outlook.sold_through if outlook else "",
        unsold=outlook.unsold if outlook else (),
    )  # fmt: skip


def _check_way(forecast: Any, uplifts: Any, totals: Any, attainability: Any) -> None:
    """Refuse a call without, or with two, ways to set the tiers."""
    if forecast is None and attainability is not None:
        raise ContractError(
            "attainability needs a forecast to take quantiles of.",
            where="tiers(attainability=..., forecast=None)",
            fix="pass forecast=, or write uplifts=",
            code="bad-choice",
        )
    if (forecast is None and uplifts is None and totals is None) or (
        uplifts is not None and (forecast is not None or totals is not None)
    ):
        raise ContractError(
            "Tiers need one source: a forecast, uplifts or totals.",
            where="tiers(forecast=..., uplifts=..., totals=...)",
            fix='pass forecast=, or write uplifts={"base": -0.1, "challenge": 0.15}',
            code="bad-choice",
        )
    for given, name in ((uplifts, "uplifts"), (totals, "totals"), (attainability, "attainability")):
        for tier in given or ():
            if tier not in TIERS:
                raise unknown_name(
                    tier, TIERS, kind="tier", where=f"tiers({name}=...)", error=ContractError
                )


def _check_sold(sold: Panel | None, forecast: Any, plan: Plan) -> None:
    """Refuse closed months without draws to go before, or in another currency."""
    if sold is None:
        return
    if forecast is None or sold.currency != plan.currency:
        what = (
            "sold belongs to draws of a forecast"
            if forecast is None
            else (f"The sales are in {sold.currency}, the plan is in {plan.currency}")
        )
        raise ContractError(
            f"{what}.",
            where="tiers(sold=...)",
            fix="pass forecast=draws, and sales in the currency of the plan",
            code="bad-choice",
        )


def _named(given: Mapping[str, float] | None, default: dict[str, float]) -> dict[str, float]:
    """Return the chance of every tier, refusing chances that cross."""
    out = {**default, **(given or {})}
    if not 1 > out["base"] >= out["average"] >= out["challenge"] > 0:
        raise ContractError(
            f"attainability must fall from base to challenge between 1 and 0, got {out!r}.",
            where="tiers(attainability=...)",
            fix='write {"base": 0.8, "average": 0.5, "challenge": 0.2}',
            code="bad-choice",
        )
    return out


def _leaves(plan: Plan, step: Step) -> tuple[pd.DataFrame, Ints]:
    """Return the leaves and their months in steps, shape (leaves, 12)."""
    keys = list(plan.levels)
    months = step.counts(plan.frame["value"]).reshape(-1, 12)
    return plan.frame[keys].iloc[::12].reset_index(drop=True), months


def _quantiles(
    units: pd.DataFrame, keys: list[str], outlook: Outlook | None, chances: dict[str, float]
) -> Floats:
    """Return each unit's own quantile of every tier, shape (units, 3), empty where unknown."""
    out = np.full((len(units), len(TIERS)), np.nan)
    if outlook is not None:
        at = outlook.place(units, keys)
        for column, tier in enumerate(TIERS):
            own = outlook.quantile(chances[tier]).to_numpy("float64")
            out[at >= 0, column] = own[at[at >= 0]]
    return out


def _totals(
    plan: Plan, step: Step, uplifts: Any, totals: Mapping[str, Any] | None, quantiles: Floats
) -> list[int]:
    """Return the company total of every tier in steps, refusing tiers that cross."""
    if totals is not None:
        lost = [tier for tier in TIERS if tier not in totals]
        if lost:
            raise ContractError(
                f"totals has no {', '.join(lost)}.",
                where="tiers(totals=...)",
                fix="give all three, in currency",
                code="bad-choice",
            )
        out = [step.count(totals[t], name=f"totals[{t!r}]", where="tiers") for t in TIERS]
    elif uplifts is not None:
        whole = step.count(plan.total, name="total", where="tiers")
        out = [_half_up(whole * (1 + Fraction(str(uplifts.get(t, 0))))) for t in TIERS]
    else:
        if not np.isfinite(quantiles[0]).all():
            raise ContractError(
                "The forecast has no row for the company, and quantiles of its parts do not add.",
                where="tiers(forecast=...)",
                fix="add a row with empty level columns, or give correlation= or totals=",
                code="unknown-name",
            )
        out = [max(0, _half_up(Fraction(q) / step.size)) for q in quantiles[0].tolist()]
    if not 0 <= out[0] <= out[1] <= out[2]:
        said = ", ".join(f"{t} {step.text(n * step.size)}" for t, n in zip(TIERS, out, strict=True))
        raise ContractError(
            f"Tiers must be 0 <= base <= average <= challenge, got {said}.",
            where="tiers",
            fix="order them from the lowest to the highest",
            code="bad-choice",
        )
    return out


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _table(
    plan: Plan, units: pd.DataFrame, yearly: list[Ints], nest: Nest, step: Step
) -> pd.DataFrame:
    """Return one row per unit with its three targets, the company first."""
    out = units.reset_index(drop=True).copy()
    for tier, leaf in zip(TIERS, yearly, strict=True):
        sums = [nest.sums(leaf, depth) for depth in range(len(nest.unit))]
        parts = [leaf.sum(keepdims=True), *sums] if plan.levels else [leaf]
        out[f"target_{tier}"] = step.amounts(np.concatenate(parts))
    return out


def _beside(
    table: pd.DataFrame, keys: list[str], quantiles: Floats, outlook: Outlook | None, nest: Nest
) -> pd.DataFrame:
    """Set each unit's own quantiles, their difference and the chances beside its targets."""
    below = _below(quantiles, nest)
    for column, tier in enumerate(TIERS):
        target = table[f"target_{tier}"]
        table[f"{tier}_quantile"] = quantiles[:, column]
        table[f"{tier}_gap"] = target - quantiles[:, column]
        table[f"{tier}_below"] = below[:, column]
        asked = table[keys].assign(target=target)
        none = pd.Series(np.nan, index=table.index)
        table[f"{tier}_probability"] = outlook.chance(asked, keys) if outlook else none
    known = np.isfinite(quantiles).all(axis=1)
    table["status"] = pd.Series(np.where(known, "ok", "no_forecast"), dtype="str")
    return table


def _below(quantiles: Floats, nest: Nest) -> Floats:
    """Return the sum of the quantiles directly below each unit; empty where one is unknown."""
    out = np.full(quantiles.shape, np.nan)
    start, above = 1, slice(0, 1)
    for depth in range(len(nest.unit)):
        size = len(nest.first[depth])
        rows = quantiles[start : start + size]
        sums = np.zeros((above.stop - above.start, rows.shape[1]))
        np.add.at(sums, nest.parent(depth), rows)
        out[above] = sums
        above, start = slice(start, start + size), start + size
    return out
