"""What a dearer plan has to bring in: extra sales that pay for it, and what a further unit pays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.outlook.moved import fewer_draws, scaled, with_model
from salesanalysis.incentives.outlook.tables import (
    Floats,
    Simulated,
    about,
    apart_from,
    column,
    require_amount,
    same_rows,
)
from salesanalysis.incentives.simulate import World, simulate
from salesanalysis.labels import Terms, label, money, percent
from salesanalysis.results import Result, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("level", "region", "pay_change", "extra_sales_amount", "extra_share",
           "net_sales_amount", "status")  # fmt: skip
#: One percent more sales: what it adds to pay is the pay for a further unit.
STEP = 0.01
BINS = 12


@dataclass(frozen=True, eq=False)
class BreakEven(Result):
    """Extra sales whose margin pays for the change of plan.

    Attributes
    ----------
    frame : DataFrame, the company first, then regions by name
        ``level``, ``region``, ``pay_change`` (expected, new less old, currency),
        ``extra_sales_amount`` (pay change / margin rate), ``extra_share`` (of expected sales),
        ``net_sales_amount`` (pay change / (margin rate - pay for a further unit): the extra sales
        are paid on as well), ``status``: dearer, cheaper (nothing to earn back), unchanged,
        never (a further unit pays its whole margin away; no net figure), no_sales.
    slopes : DataFrame, bars: ``start_rate``, ``end_rate``, ``people_share``
        Pay for a further unit of sales, over people and years: what one percent more sales adds
        to their pay, over those sales; jumps that are crossed count. Last bar open above.
    margin_rate : float
    marginal_rate : float or None, of everybody together; None where sales cannot be moved
    old_title : dict, language -> title; empty where the plan is compared with no pay at all
    """

    frame: pd.DataFrame
    slopes: pd.DataFrame
    margin_rate: float
    marginal_rate: float | None
    old_title: dict[str, str]
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse regions that do not add up."""
        require_columns(self.frame, list(COLUMNS), name="break-even")
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "slopes", self.slopes.copy())
        if len(self.frame) > 1:
            total = float(self.frame["pay_change"].iloc[0])
            unit = max(0.01, 1e-9 * abs(total))  # sums in another order
            parts = self.frame["pay_change"].iloc[1:]
            require_adds_up(parts, total, what="Pay of regions", unit=unit)
        if len(self.slopes):
            require_adds_up(self.slopes["people_share"], 1.0, what="Bars", unit=1e-6)

    def to_frame(self) -> pd.DataFrame:
        """Return the company and its regions."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        whole = self.frame.iloc[0]
        change = float(whole["pay_change"])
        texts = {
            "title": self.plan_title[lang],
            "old": self.old_title.get(lang, ""),
            "pay": money(abs(change), lang, self.currency),
            "margin": percent(self.margin_rate),
            "extra": money(abs(float(whole["extra_sales_amount"])), lang, self.currency),
            "share": percent(abs(float(whole["extra_share"])), 2),
        }
        alone = "" if self.old_title or whole["status"] == "no_sales" else ".first"
        said = [label(f"outlook.breakeven.{whole['status']}{alone}", lang, **texts)]
        if self.marginal_rate is None:
            return [*said, label("outlook.breakeven.no_slope", lang)]
        rate = percent(self.marginal_rate, 2)
        said.append(label("outlook.breakeven.slope", lang, rate=rate))
        if whole["status"] == "never":
            said.append(label("outlook.breakeven.why", lang, rate=rate, margin=texts["margin"]))
        elif whole["status"] == "dearer":
            net = money(float(whole["net_sales_amount"]), lang, self.currency)
            said.append(label("outlook.breakeven.net", lang, net=net))
        return said


def break_even(
    plan: "Plan",
    simulation: Simulated,
    world: World,
    margin_rate: float,
    *,
    old: Simulated | None = None,
) -> BreakEven:
    """Return the extra sales that pay for a plan, or for its difference to an old one.

    Parameters
    ----------
    plan : Plan, the new one
    simulation : Simulation of it on `world`
    margin_rate : float, contribution margin per unit of further sales, above 0, at most 1
    old : Simulation of the old plan on the same world; without it the plan is compared with
        paying nothing

    Raises
    ------
    ContractError
        A margin rate of 0 or below, or above 1.
    """
    fix = "give the contribution margin of further sales as a share, such as 0.30"
    require_amount(margin_rate, "margin_rate", zero=False, fix=fix)
    if margin_rate > 1:
        raise ContractError(f"margin_rate is {margin_rate}; it must be at most 1.",
                            where="margin_rate=...", fix=fix)  # fmt: skip
    slopes, marginal = _slopes(plan, world)
    before = None if old is None else old.people
    rows = [_row("company", "", simulation.people, before)]
    if len(set(simulation.people["region"])) > 1:
        for name, part in simulation.people.groupby("region", sort=True):
            other = None if before is None else before[before["region"] == name]
            rows.append(_row("region", str(name), part, other))
    full = [_with_sales(row, margin_rate, marginal) for row in rows]
    frame = pd.DataFrame(full, columns=list(COLUMNS))
    frame = frame.astype(dict.fromkeys(("level", "region", "status"), "str"))
    title = {} if old is None else apart_from(old.plan_title, simulation.plan_title)
    return BreakEven(frame, slopes, float(margin_rate), marginal, title, **about(simulation))


def _row(
    level: str, region: str, new: pd.DataFrame, old: pd.DataFrame | None
) -> tuple[str, str, float, float]:
    """Return the change of expected pay and the expected sales."""
    before = 0.0 if old is None else float(old["pay_mean"].sum())
    change = float(new["pay_mean"].sum()) - before
    return level, region, change, float(new["sales_mean"].sum())


def _with_sales(
    row: tuple[str, str, float, float], margin: float, marginal: float | None
) -> tuple[object, ...]:
    """Return a row with the sales that pay for the change."""
    (level, region, change, sales), nan = row, float("nan")
    flat = abs(change) < 0.005
    extra = 0.0 if flat else change / margin
    status = "unchanged" if flat else "dearer" if change > 0 else "cheaper"
    left = nan if marginal is None else margin - marginal
    net = change / left if left > 0 and status == "dearer" else nan
    if status == "dearer" and left <= 0:
        status = "never"
    if sales <= 0:
        return level, region, change, extra, nan, nan, "no_sales"
    return level, region, change, extra, extra / sales, 0.0 if flat else net, status


def _slopes(plan: "Plan", world: World) -> tuple[pd.DataFrame, float | None]:
    """Return bars of the pay for a further unit of sales, and that of everybody together."""
    few = fewer_draws(plan, world)
    model = scaled(few.model, 1 + STEP)
    if model is None:
        empty = {n: pd.Series(dtype="float64") for n in ("start_rate", "end_rate", "people_share")}
        return pd.DataFrame(empty), None
    here, further = (simulate(plan, w) for w in (few, with_model(few, model)))
    sold, pay = (
        float((column(further.draws, n) - column(here.draws, n)).sum()) for n in ("sales", "pay")
    )
    pair = here.sample, same_rows(here.sample, further.sample)
    more, pays = (column(pair[1], n) - column(pair[0], n) for n in ("sales", "pay"))
    some = more > 0
    rates = pays[some] / more[some]
    return _bars(rates), pay / sold if sold > 0 else None


def _bars(rates: Floats) -> pd.DataFrame:
    """Return bars from the lowest to the 99 % point; what lies above is in the last."""
    if not len(rates):
        empty = {n: pd.Series(dtype="float64") for n in ("start_rate", "end_rate", "people_share")}
        return pd.DataFrame(empty)
    low, high = float(min(rates.min(), 0.0)), float(np.quantile(rates, 0.99))
    high = max(high, low + 1e-4)
    edges = np.linspace(low, high, BINS + 1)
    n, _ = np.histogram(np.clip(rates, low, high), edges)
    return pd.DataFrame(
        {"start_rate": edges[:-1], "end_rate": edges[1:], "people_share": n / n.sum()}
    )
