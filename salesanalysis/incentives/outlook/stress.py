"""What bad years cost: a weak market, lost customers, misjudged quotas, a poor forecast."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.outlook.moved import fewer_draws, misjudged, scaled, with_model
from salesanalysis.incentives.outlook.tables import Floats, Simulated, about, column, quantile
from salesanalysis.incentives.simulate import World, simulate
from salesanalysis.labels import Terms, growth, label, money, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("scenario", "sold", "sales_growth", "amount", "change_amount", "change_growth",
           "p95_amount", "cost_share", "status")  # fmt: skip
SCENARIOS = ("base", "market", "customers", "quota_error", "poor_year")
MARKET, QUOTA_ERROR, CUSTOMERS, POOR = 0.8, 0.10, 5, 0.10


@dataclass(frozen=True, eq=False)
class Stress(Result):
    """Cost and sales of bad years beside the year expected.

    Attributes
    ----------
    frame : DataFrame, one row per scenario
        ``scenario``: base, market (everybody sells 20 % less), customers (the five largest
        customers are lost, by who sells to them), quota_error (every quota is off by an error of
        its own, standard deviation 10 %; sales as they are), poor_year (the company lands at the
        P10 of its own distribution). ``sold``, ``amount`` (expected sales and cost, currency),
        ``sales_growth``, ``change_amount``, ``change_growth`` (against base), ``p95_amount``,
        ``cost_share`` (cost over sales), ``status``: simulated, needs_model, not_given (no
        customers in the deals), needs_everybody (pay depends on other people).
    lost : DataFrame, the customers of that scenario: ``customer``, ``amount`` (currency)
    n_draws : int
    """

    frame: pd.DataFrame
    lost: pd.DataFrame
    n_draws: int
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep copies."""
        require_columns(self.frame, list(COLUMNS), name="stress")
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "lost", self.lost.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per scenario."""
        return self.frame.copy()

    def simulated(self) -> pd.DataFrame:
        """Return the scenarios there are figures for, base first."""
        return self.frame[self.frame["status"] == "simulated"].reset_index(drop=True)

    def _sentences(self, lang: str) -> list[str]:
        rows, title = self.simulated(), self.plan_title[lang]
        others = rows[rows["scenario"] != "base"]
        base = money(float(rows["amount"].iloc[0]), lang, self.currency)
        if others.empty:
            said = [label("outlook.stress.none", lang, title=title, base=base)]
        else:
            worst = others.loc[others["change_amount"].abs().idxmax()]
            texts = self._texts(worst, lang)
            said = [label("outlook.stress.headline", lang, title=title, base=base, **texts)]
            said += [
                label("outlook.stress.line", lang, **self._texts(row, lang))
                for _, row in others.iterrows()
            ]
        for status in ("needs_model", "not_given", "needs_everybody"):
            part = self.frame[self.frame["status"] == status]
            if len(part):
                comma = ", " if lang == "en" else "、"
                names = comma.join(label(f"scenario.{s}", lang) for s in part["scenario"])
                said.append(label(f"outlook.stress.{status}", lang, names=names))
        if len(self.lost):
            comma = ", " if lang == "en" else "、"
            names = comma.join(self.terms.show("customer", c, lang) for c in self.lost["customer"])
            said.append(label("outlook.stress.lost", lang, names=names))
        return said

    def _texts(self, row: pd.Series, lang: str) -> dict[str, str]:
        """Write one scenario."""
        return {
            "name": label(f"scenario.{row['scenario']}", lang),
            "cost": money(float(row["amount"]), lang, self.currency),
            "change": growth(float(row["change_growth"])),
            "sales": growth(float(row["sales_growth"])),
            "share": percent(float(row["cost_share"]), 2),
        }


def stress(plan: "Plan", world: World, *, deals: pd.DataFrame | None = None) -> Stress:
    """Return what bad years cost, on the random numbers of the year expected.

    Parameters
    ----------
    plan : Plan
    world : World
    deals : DataFrame, optional, one row per deal of a past year
        ``salesperson``, ``customer``, ``amount`` or ``revenue`` (currency): who loses how much
        where the five largest customers go.
    """
    few = fewer_draws(plan, world)
    base = simulate(plan, few)
    rows = [_figures("base", column(base.draws, "sales"), column(base.draws, "pay"), None)]
    start = rows[0]
    for name, made in _worlds(few, base):
        if made is None:
            rows.append(_none(name, "needs_model"))
            continue
        paid = simulate(plan, made)
        figures = column(paid.draws, "sales"), column(paid.draws, "pay")
        rows.append(_figures(name, *figures, start))
    lost = largest_customers(deals)
    rows.append(_customers(plan, few, deals, lost, start))
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"scenario": "str", "status": "str"})
    order = frame["scenario"].map({name: i for i, name in enumerate(SCENARIOS)})
    frame = frame.iloc[order.argsort()].reset_index(drop=True)
    return Stress(frame, lost, len(base.draws), **about(base))


def _worlds(world: World, base: Simulated) -> Iterator[tuple[str, World | None]]:
    """Return the scenarios that move the model of everybody alike."""
    attained = column(base.draws, "attainment")
    poor = quantile(attained, POOR) / float(attained.mean()) if attained.mean() > 0 else 0.0
    models = {
        "market": scaled(world.model, MARKET),
        "quota_error": misjudged(world.model, QUOTA_ERROR),
        "poor_year": scaled(world.model, poor),
    }
    for name, model in models.items():
        yield name, None if model is None else with_model(world, model)


def _figures(
    name: str, sales: Floats, pay: Floats, base: tuple[object, ...] | None
) -> tuple[object, ...]:
    """Return one row from sales and pay by draw."""
    sold, cost = float(sales.mean()), float(pay.mean())
    sold0, cost0 = (float(base[i]) for i in (1, 3)) if base else (sold, cost)  # type: ignore[arg-type]
    nan = float("nan")
    return (
        name,
        sold,
        sold / sold0 - 1 if sold0 > 0 else nan,
        cost,
        cost - cost0,
        cost / cost0 - 1 if cost0 > 0 else nan,
        quantile(pay, 0.95),
        cost / sold if sold > 0 else nan,
        "simulated",
    )


def _none(name: str, status: str) -> tuple[object, ...]:
    return name, *[float("nan")] * 7, status


def largest_customers(deals: pd.DataFrame | None) -> pd.DataFrame:
    """Return the five customers with the largest sales: ``customer``, ``amount``; ties by name."""
    empty = pd.DataFrame({"customer": pd.Series(dtype="str"), "amount": pd.Series(dtype="float64")})
    if deals is None or "customer" not in deals.columns:
        return empty
    require_rows(deals, name="deals")
    money_column = _amount(deals)
    named = deals[deals["customer"].notna()].astype({"customer": "str"})
    sums = named.groupby("customer", as_index=False)[money_column].sum()
    sums = sums.rename(columns={money_column: "amount"})
    sums = sums[sums["amount"] > 0].sort_values(["amount", "customer"], ascending=[False, True])
    return sums.head(CUSTOMERS).reset_index(drop=True)


def _amount(deals: pd.DataFrame) -> str:
    """Return the column of money."""
    found = [c for c in ("amount", "revenue", "sales") if c in deals.columns]
    if not found:
        require_columns(deals, ["amount"], name="deals")
    return found[0]


def kept_shares(deals: pd.DataFrame, lost: pd.DataFrame) -> pd.Series:
    """Return the share of sales that stays with every salesperson, from 0 to 1."""
    require_columns(deals, ["salesperson"], name="deals")
    amount = _amount(deals)
    who = deals["salesperson"].astype("str")
    gone = deals[amount].where(deals["customer"].astype("str").isin(set(lost["customer"])), 0.0)
    whole = deals[amount].groupby(who).sum()
    return (1 - gone.groupby(who).sum() / whole.where(whole > 0)).fillna(1.0).clip(0.0, 1.0)


def _customers(
    plan: "Plan",
    world: World,
    deals: pd.DataFrame | None,
    lost: pd.DataFrame,
    base: tuple[object, ...],
) -> tuple[object, ...]:
    """Price people by how much of their sales stays: groups of one share, summed by draw."""
    if deals is None or lost.empty:
        return _none("customers", "not_given")
    if _needs_others(plan):
        return _none("customers", "needs_everybody")
    kept = world.people["salesperson"].map(kept_shares(deals, lost)).fillna(1.0)
    kept = kept.round(2 if kept.nunique() > 30 else 9)
    sales, pay = np.zeros(world.draws), np.zeros(world.draws)
    for share, rows in world.people.groupby(kept.to_numpy()):
        if share <= 0:
            share = 1e-6  # noqa: PLW2901  nothing left: a model cannot be at exactly 0
        model = scaled(world.model, float(share))
        if model is None:
            return _none("customers", "needs_model")
        part = replace(world, people=rows.reset_index(drop=True), model=model, kept={})
        paid = simulate(plan, part)
        sales += column(paid.draws, "sales")
        pay += column(paid.draws, "pay")
    return _figures("customers", sales, pay, base)


def _needs_others(plan: "Plan") -> bool:
    """Tell whether somebody's pay depends on what others sell."""
    return any(type(part).__name__ in ("Pool", "Override", "Spif") for part in plan.components)
