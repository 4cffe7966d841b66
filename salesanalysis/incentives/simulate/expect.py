"""Expected pay: in closed form where the plan allows it, else from a simulation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.incentives.moments import expected
from salesanalysis.incentives.pay.paying import titles
from salesanalysis.incentives.simulate.backends import Why, choose, require_period
from salesanalysis.incentives.simulate.engine import simulate
from salesanalysis.incentives.simulate.forms import Form, form_of
from salesanalysis.incentives.simulate.led import led_pay
from salesanalysis.incentives.simulate.naming import because, of_sales, with_titles
from salesanalysis.incentives.simulate.world import World
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.results import Result, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True, eq=False)
class ExpectedPay(Result):
    """What everybody may expect to be paid over the horizon of a world.

    Attributes
    ----------
    people : DataFrame, one row per person, by name
        ``salesperson``, ``region``, ``team``, ``quota``, ``incentive``, ``sales_mean``,
        ``pay_mean`` (currency, sums over the horizon, not rounded).
    cost : float, currency, their sum
    backend : {"analytic", "ledger", "vector", "exact"}
    why : tuple of (back end, component, reason), what the faster ones could not pay
    """

    people: pd.DataFrame
    cost: float
    backend: str
    why: Why
    model: Any
    n_periods: int
    plan_id: str
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse people who do not add up to the cost."""
        require_columns(self.people, ["salesperson", "pay_mean"], name="people")
        require_rows(self.people, name="people")
        require_adds_up(self.people["pay_mean"], self.cost, what="Expected pay", unit=1e-9)
        object.__setattr__(self, "people", self.people.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person."""
        return self.people.copy()

    def _sentences(self, lang: str) -> list[str]:
        sales = float(self.people["sales_mean"].sum())
        return [
            label(
                "simulation.expected",
                lang,
                title=self.plan_title[lang],
                cost=money(self.cost, lang, self.currency),
                people=count(len(self.people)),
                periods=count(self.n_periods),
            ),
            *of_sales(self.cost, sales, lang),
            *self.model.explain(lang).split("\n"),
            label(f"simulation.backend.{self.backend}", lang),
            *because(self.backend, self.why, self.terms, lang),
        ]


def expected_pay(plan: "Plan", world: World, *, backend: str = "auto") -> ExpectedPay:
    """Return the expected pay of everybody, without draws where the plan allows it.

    Parameters
    ----------
    plan : Plan
    world : World, of `draw_world`; the closed form needs its people and model, nothing is drawn
    backend : {"auto", "analytic", "ledger", "vector", "exact"}

    Raises
    ------
    BackendNotValid
        The back end asked for cannot pay the plan; the component is named.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> from salesanalysis.incentives.simulate.drawing import draw_world
    >>> people = pd.DataFrame({"salesperson": ["Li"], "quota": [100000.0]})
    >>> found = expected_pay(Plan.from_text(EXAMPLE), draw_world(people))
    >>> found.backend, round(found.cost, 2)
    ('analytic', 27700.24)
    """
    require_period(plan, world)
    world = world.for_plan(plan)
    form = form_of(plan, world)
    used, why = choose(backend, form, world, draws=False)
    if used == "analytic":
        people = _closed(form, world)
    else:
        run = simulate(plan, world, backend=used)
        people = run.people.drop(columns="attainment_mean")
    return ExpectedPay(
        people,
        float(people["pay_mean"].sum()),
        used,
        why,
        world.model,
        world.periods,
        plan.head.id,
        titles(plan),
        plan.head.currency,
        with_titles(plan, world.terms),
    )


def _closed(form: Form, world: World) -> pd.DataFrame:
    """Return expected pay from the moments of one period, times the periods."""
    model: Attainment = world.model.of_period(world.per_year)
    quota = world.quota / 100
    incentive = np.maximum(form.incentive, 0) / 100
    one = expected(form.compiled, model, quota=quota, incentive=incentive)
    people = world.people[["salesperson", "region", "team"]].copy()
    people["quota"] = quota * world.periods
    people["incentive"] = incentive * world.periods
    people["sales_mean"] = people["quota"] * model.mean
    cents = 100 * people["sales_mean"].to_numpy()
    people["pay_mean"] = np.asarray(one.mean) * world.periods + led_pay(form.led, cents)
    return people
