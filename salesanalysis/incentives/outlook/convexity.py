"""What the spread of results alone costs: expected pay against pay at the expected result."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.incentives.attainment import Attainment
from salesanalysis.incentives.compiled import Compiled, compile_plan
from salesanalysis.incentives.moments import Normal, convexity_cost, expected, pay_at
from salesanalysis.incentives.outlook.coverage import period_attainments
from salesanalysis.incentives.outlook.tables import Floats, Simulated, about
from salesanalysis.incentives.simulate import Simulation, World, simulate
from salesanalysis.labels import Terms, growth, label, money, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("way", "sd_share", "steeper", "expected_amount", "certain_amount", "extra_amount",
           "extra_growth", "status")  # fmt: skip
WAYS = ("accelerator", "pieces", "simulated")


@dataclass(frozen=True, eq=False)
class Convexity(Result):
    """Expected pay against pay of people who always reach the mean.

    Attributes
    ----------
    frame : DataFrame, one row per way to calculate it
        ``way``: ``accelerator`` (C10: 1 + (a - 1) s / sqrt(2 pi), only the bend at 100 %,
        attainment normal), ``pieces`` (every edge of the plan, attainment normal), ``simulated``
        (the model of attainment itself). ``sd_share`` (standard deviation of attainment in one
        period), ``steeper`` (slope above 100 % over the slope below), ``expected_amount``,
        ``certain_amount``, ``extra_amount`` (currency, everybody over the horizon),
        ``extra_growth`` (extra over certain), ``status`` (calculated, no_bend, no_lines,
        pays_nothing).
    """

    frame: pd.DataFrame
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep a copy."""
        require_columns(self.frame, list(COLUMNS), name="convexity")
        object.__setattr__(self, "frame", self.frame.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per way to calculate it."""
        return self.frame.copy()

    def best(self) -> "pd.Series | None":
        """Return the row to believe: simulated before pieces; None where nothing is paid."""
        rows = self.frame.set_index("way")
        for way in ("simulated", "pieces"):
            if rows.loc[way, "status"] == "calculated":
                found: pd.Series = rows.loc[way]
                return found
        return None

    def _sentences(self, lang: str) -> list[str]:
        best, title = self.best(), self.plan_title[lang]
        if best is None:
            return [label("outlook.convexity.none", lang, title=title)]
        amount = float(best["extra_amount"])
        extra = money(abs(amount), lang, self.currency)
        sd, rise = percent(best["sd_share"]), growth(float(best["extra_growth"]))
        texts = {"title": title, "extra": extra, "rise": rise, "sd": sd}
        said = [label(f"outlook.convexity.{'headline' if amount >= 0 else 'saves'}", lang, **texts)]
        amounts = {
            k: money(float(best[f"{k}_amount"]), lang, self.currency)
            for k in ("expected", "certain")
        }
        said.append(label("outlook.convexity.parts", lang, **amounts))
        bend = self.frame.set_index("way").loc["accelerator"]
        if bend["status"] == "calculated":
            a, cost = f"{bend['steeper']:.2f}", growth(float(bend["extra_growth"]))
            said.append(label("outlook.convexity.bend", lang, a=a, rise=cost))
        return said


def convexity(plan: "Plan", simulation: Simulated, world: World) -> Convexity:
    """Return what the spread of results costs, in closed form and simulated.

    Parameters
    ----------
    plan : Plan
    simulation : Simulation of it on `world`

    Notes
    -----
    The mean and the standard deviation are those of attainment in one period, measured on the
    world; C10 is printed for the plan's own bend at 100 % of quota, as a share of the pay there.
    """
    form = compile_plan(plan)
    mean, sd = _spread(world)
    quota, incentive = world.quota / 100, incentives(plan, world)
    n = world.periods
    if form.residual:
        certain = _calm(plan, world, mean).cost
    else:
        certain = n * float(pay_at(form, mean, quota=quota, incentive=incentive).sum())
    rows = [
        _bend(form, sd, quota, incentive, n),
        _pieces(form, mean, sd, certain, (quota, incentive, n)),
        _row("simulated", sd, float(simulation.people["pay_mean"].sum()), certain),
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"way": "str", "status": "str"})
    return Convexity(frame, **about(simulation))


def _calm(plan: "Plan", world: World, mean: float) -> Simulation:
    """Return the pay of everybody where nothing varies, whatever the plan is made of."""
    # a spread far below a cent of any quota; what is never negative, a fast back end can pay
    still = (
        Attainment("lognormal", float(np.log(mean)), 1e-17)
        if mean > 0
        else Attainment("normal", mean, 1e-17)
    )
    level = tuple(replace(one, sd=0.0) for one in world.measures)
    return simulate(plan, replace(world, model=still, measures=level, draws=1, kept={}))


def pay_at_quota(plan: "Plan", world: World) -> pd.Series:
    """Return the pay of everybody at exactly 100 % of quota, over the horizon, by name."""
    names = world.people["salesperson"].astype("str")
    form = compile_plan(plan)
    if form.residual:
        return pd.Series(_calm(plan, world, 1.0).people["pay_mean"].to_numpy(), index=names)
    quota, incentive = world.quota / 100, incentives(plan, world)
    return pd.Series(world.periods * pay_at(form, 1.0, quota=quota, incentive=incentive), names)


def incentives(plan: "Plan", world: World) -> Floats | None:
    """Return target incentives of one period in currency, by person; None where none is known."""
    given = world.people["target_incentive"].to_numpy("float64") / 100
    own = plan.head.target_incentive
    if (given < 0).any() and own is None:
        return None
    return np.where(given < 0, float(own or 0), given)


def slopes_at_quota(
    form: Compiled, quota: Floats, incentive: Floats | None
) -> tuple[float, float, float] | None:
    """Return pay at 100 %, and the slope just below and just above, of everybody together.

    None where pay jumps there or edges are amounts: no bend alone.
    """
    if form.unit != "attainment" or form.residual:
        return None
    step = 1e-6
    low, at, high = (
        float(pay_at(form, 1.0 + k * step, quota=quota, incentive=incentive).sum())
        for k in (-1, 0, 1)
    )
    if abs(at - low) > 1e-3 * max(abs(at), 1e-9) or abs(high - at) > 1e-3 * max(abs(at), 1e-9):
        return None
    return at, (at - low) / step, (high - at) / step


def _bend(
    form: Compiled, sd: float, quota: Floats, incentive: Floats | None, n: int
) -> tuple[object, ...]:
    """Return C10 of the plan's own bend at 100 %: what it adds to pay at target."""
    found = slopes_at_quota(form, quota, incentive)
    if found is None or found[1] <= 0 or abs(found[2] / found[1] - 1) < 1e-6:
        return _none("accelerator", sd, "no_bend")
    at, below, above = (n * v for v in found)
    a = above / below
    # C10 is per unit of the slope below: pay rises by `below` for a whole quota
    extra = below * (float(convexity_cost(sd, a)) - 1.0)
    return _row("accelerator", sd, at + extra, at, steeper=a)


def _pieces(
    form: Compiled,
    mean: float,
    sd: float,
    certain: float,
    people: tuple[Floats, Floats | None, int],
) -> tuple[object, ...]:
    """Return the closed form over every edge, attainment normal."""
    if form.residual:
        return _none("pieces", sd, "no_lines")
    quota, incentive, n = people
    if sd <= 0:
        return _row("pieces", sd, certain, certain)
    total = expected(form, Normal(mean, sd), quota=quota, incentive=incentive).total
    return _row("pieces", sd, n * total, certain)


def _row(
    way: str, sd: float, pay: float, certain: float, *, steeper: float = float("nan")
) -> tuple[object, ...]:
    """Return one row: what is expected, what certainty would cost, and the difference."""
    extra = pay - certain
    rise = extra / certain if certain > 0 else float("nan")
    status = "calculated" if np.isfinite(rise) else "pays_nothing"
    return way, sd, steeper, pay, certain, extra, rise, status


def _none(way: str, sd: float, status: str) -> tuple[object, ...]:
    """Return a row without a figure, with the reason."""
    return way, sd, *[float("nan")] * 5, status


def _spread(world: World) -> tuple[float, float]:
    """Return mean and standard deviation of attainment in one period, measured on the world."""
    attained, _ = period_attainments(world)
    return float(attained.mean()), float(attained.std())
