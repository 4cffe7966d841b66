"""The effort any plan calls forth: expected pay less what effort costs, at its highest point."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, require_unique
from salesanalysis.incentives.behaviour.checks import Floats, above_zero
from salesanalysis.incentives.behaviour.maximum import global_maximum
from salesanalysis.incentives.compiled import Compiled, Segment
from salesanalysis.incentives.moments import Normal, expected
from salesanalysis.incentives.moments.lines import require_incentive, whole_form
from salesanalysis.labels import Terms, count, growth, label, money, percent
from salesanalysis.results import Result, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Efforts tried, as shares of the largest that can pay.
POINTS = 201
#: People per block.
BLOCK = 1000


@dataclass(frozen=True, eq=False)
class PlanEffort(Result):
    """Cost and sales of a plan with effort response, beside the same without.

    Attributes
    ----------
    frame : DataFrame, one row per person
        ``salesperson``, ``quota``, ``expected_rate`` (attainment without the plan's pull),
        ``effort_rate`` (extra attainment, share of quota; less that under the old plan where one
        is given), ``extra_sales``, ``pay_without``, ``pay_with``, ``extra_pay``; currency.
    effort_cost, noise : float, as given
    plan_title : dict, language -> title
    against : dict, title of the old plan; empty where effort is counted from none
    """

    frame: pd.DataFrame
    effort_cost: float
    noise: float
    plan_title: dict[str, str]
    against: dict[str, str] = field(default_factory=dict)
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy; pay with effort is pay without plus what effort adds."""
        needed = ["salesperson", "effort_rate", "extra_sales", "pay_without", "pay_with",
                  "extra_pay"]  # fmt: skip
        require_columns(self.frame, needed, name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())
        parts = self.frame[["pay_without", "extra_pay"]].sum()
        require_adds_up(parts, float(self.frame["pay_with"].sum()), what="Pay without and added")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        sums = self.frame[["quota", "extra_sales", "pay_without", "pay_with", "extra_pay"]].sum()
        told = {k: money(float(v), lang, self.currency) for k, v in sums.items()}
        signed = {
            k: money(float(sums[k]), lang, self.currency, signed=True)
            for k in ("extra_sales", "extra_pay")
        }
        idle = int((self.frame["effort_rate"].abs() < 0.001).sum())
        title = self.plan_title.get(lang, "")
        lines = [
            label(
                "effort.plan_headline", lang, title=title, sales=signed["extra_sales"],
                share=growth(float(sums["extra_sales"] / sums["quota"])), pay=signed["extra_pay"],
            ),
            label(
                "effort.plan_pay", lang, without=told["pay_without"], added=told["pay_with"],
            ),
            label("effort.plan_idle", lang, n=count(idle), total=count(len(self.frame))),
        ]  # fmt: skip
        if self.against:
            lines.append(label("effort.plan_against", lang, title=self.against.get(lang, "")))
        given = {"c": f"{self.effort_cost:g}", "h": percent(self.noise)}
        return [*lines, label("effort.plan_given", lang, **given)]


def plan_effort(
    plan: "Plan",
    people: pd.DataFrame,
    *,
    effort_cost: float,
    noise: float,
    old: "Plan | None" = None,
) -> PlanEffort:
    """Return the effort a plan calls forth and what it then costs, beside no response at all.

    Each person chooses extra sales ``e`` (share of quota) to maximise
    ``E pay(expected + e) - effort_cost x quota x e^2 / 2``.

    Parameters
    ----------
    plan : Plan, with a closed form
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, of the plan's period), ``expected_rate`` (attainment
        expected without extra effort, 1 = quota), and ``target_incentive`` (currency) where
        something is paid on it.
    effort_cost : float, above 0
        A pay slope of b (currency per unit of sales) calls forth b / effort_cost of the quota.
    noise : float, above 0, standard deviation of a person's attainment around what is expected
    old : Plan, optional
        Plan under which the expectation was made: the shift is the effort of `plan` less that of
        `old`, so that a plan compared with itself moves nothing.

    Raises
    ------
    ContractError
        Parts of the plan without a closed form, by name; missing columns; a quota that is not
        above 0; parameters out of range.

    Notes
    -----
    Pay over a normal attainment, in closed form; the highest point over a grid, narrowed down. The
    grid ends where the steepest slope and every jump together cannot pay for the effort. Of two
    equal ones the smaller. A model with given parameters, not a forecast of people.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> plan = Plan.from_text(EXAMPLE)
    >>> people = pd.DataFrame({"salesperson": ["Li"], "quota": [100000.0], "expected_rate": [0.9]})
    >>> found = plan_effort(plan, people, effort_cost=0.5, noise=0.1)
    >>> found.to_frame()[["extra_sales", "pay_without", "pay_with"]].round().values.tolist()
    [[7941.0, 1819.0, 2127.0]]
    """
    from salesanalysis.incentives.pay.paying import titles  # noqa: PLC0415

    people = rated_people(people)
    above_zero("plan_effort(...)", "give every parameter; none is assumed",
               effort_cost=effort_cost, noise=noise)  # fmt: skip
    form = whole_form(plan)
    effort = effort_on(form, people, effort_cost, noise)
    against = {}
    if old is not None:
        effort = effort - effort_on(whole_form(old), people, effort_cost, noise)
        against = titles(old)
    mean, quota = people["expected_rate"].to_numpy(), people["quota"].to_numpy()
    without, with_it = (_pay(form, people, mean + e, noise) for e in (0.0, effort))
    frame = pd.DataFrame(
        {
            "salesperson": people["salesperson"], "quota": quota, "expected_rate": mean,
            "effort_rate": effort, "extra_sales": effort * quota, "pay_without": without,
            "pay_with": with_it, "extra_pay": with_it - without,
        }
    )  # fmt: skip
    return PlanEffort(
        frame, float(effort_cost), float(noise), titles(plan), against, plan.head.currency
    )


def effort_on(
    form: Compiled, people: pd.DataFrame, effort_cost: float, noise: float | Floats
) -> Floats:
    """Return each person's best extra attainment, share of quota; `noise` for all or each."""
    spread = np.broadcast_to(np.asarray(noise, dtype=np.float64), (len(people),))
    blocks = [
        _best(form, people[start : start + BLOCK], effort_cost, spread[start : start + BLOCK])
        for start in range(0, len(people), BLOCK)
    ]
    return np.concatenate(blocks)


def _best(form: Compiled, people: pd.DataFrame, effort_cost: float, noise: Floats) -> Floats:
    """Return the best extra attainment of some people."""
    mean, quota = people["expected_rate"].to_numpy(), people["quota"].to_numpy()

    def height(e: Floats) -> Floats:
        pay = _pay(form, people, mean[:, None] + e, noise)
        return np.asarray(pay - effort_cost * quota[:, None] * e * e / 2)

    return global_maximum(height, _grid(form, people, effort_cost, noise))[0]


def _grid(form: Compiled, people: pd.DataFrame, effort_cost: float, noise: Floats) -> Floats:
    """Return efforts to try: up to where none can pay, finer where an edge comes within reach."""
    mean, quota = people["expected_rate"].to_numpy(), people["quota"].to_numpy()
    slope, jumps, edges = _reach(form, people)
    slope, jumps = slope / quota, jumps / quota
    # a shift e gains at most slope x e and every jump once; its cost grows with the square
    most = (slope + np.sqrt(slope**2 + 2 * effort_cost * jumps)) / effort_cost
    wide = most[:, None] * np.linspace(0, 1, POINTS) ** 1.5
    near = edges[:, :, None] - mean[:, None, None]
    near = near + noise[:, None, None] * np.linspace(-4, 6, 21)
    near = np.clip(near.reshape(len(mean), -1), 0, most[:, None])
    return np.sort(np.concatenate([wide, near], axis=1), axis=1)


def _reach(form: Compiled, people: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return the steepest slope, the sum of upward jumps (currency) and the edges, by person."""
    quota = people["quota"].to_numpy()
    per_x = quota if form.unit == "amount" else np.ones_like(quota)
    sizes = {"quota": quota, "fixed": np.ones_like(quota)}
    if "target_incentive" in people:
        sizes["incentive"] = people["target_incentive"].to_numpy()
    require_incentive(form, sizes.get("incentive"))

    def line(segment: Segment) -> tuple[Floats, Floats]:
        a = sum((sizes[s] * float(v[0]) for s, v in segment.lines.items()), np.zeros_like(quota))
        b = sum((sizes[s] * float(v[1]) for s, v in segment.lines.items()), np.zeros_like(quota))
        return a, b

    lines = [line(segment) for segment in form.segments]
    slope = np.max([np.maximum(b, 0) * per_x for _, b in lines], axis=0)
    jumps, edges = np.zeros_like(quota), []
    for (a0, b0), (a1, b1), high in zip(lines, lines[1:], form.segments[1:], strict=False):
        edge = float(high.lo or 0)
        jumps += np.maximum(a1 + b1 * edge - a0 - b0 * edge, 0)
        edges.append(edge / per_x)
    return slope, jumps, np.array(edges).reshape(len(edges), len(quota)).T


def _pay(form: Compiled, people: pd.DataFrame, mean: Floats, noise: float | Floats) -> Floats:
    """Return expected pay at means of attainment, people or people x points."""
    shape = np.shape(mean)
    columns = (slice(None), *([None] * (len(shape) - 1)))
    quota = np.broadcast_to(people["quota"].to_numpy()[columns], shape).reshape(-1)
    extra = None
    if "target_incentive" in people:
        extra = np.broadcast_to(people["target_incentive"].to_numpy()[columns], shape).reshape(-1)
    flat = np.asarray(mean, dtype=np.float64).reshape(-1)
    spread = np.asarray(noise, dtype=np.float64)
    if spread.ndim:
        spread = np.broadcast_to(spread[columns], shape).reshape(-1)
    pay: Floats = expected(form, Normal(flat, spread), quota=quota, incentive=extra).mean
    return pay.reshape(shape)


def rated_people(people: pd.DataFrame) -> pd.DataFrame:
    """Return the people with numbers as numbers, every bad row refused."""
    require_columns(people, ["salesperson", "quota", "expected_rate"], name="people")
    require_rows(people, name="people")
    require_unique(people, ["salesperson"], name="people", what="name the same person",
                   fix="give one row per person")  # fmt: skip
    columns = [c for c in ("quota", "expected_rate", "target_incentive") if c in people]
    tidy = pd.DataFrame({"salesperson": people["salesperson"].astype("str").to_numpy()})
    for column in columns:
        tidy[column] = pd.to_numeric(people[column], errors="coerce").to_numpy("float64")
    fine = np.isfinite(tidy[columns].to_numpy()).all(axis=1) & (tidy["quota"] > 0).to_numpy()
    bad = people[~fine]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(people)} people have no quota above 0 or no expected attainment.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="give both for everybody, attainment as a ratio",
            rows=bad,
        )
    if tidy["expected_rate"].median() > 10:
        raise ContractError(
            f"the median expected attainment is {tidy['expected_rate'].median():g}: this looks "
            "like percent.",
            where="plan_effort(people=...)",
            fix="give ratios: 0.95 for 95 %",
            code="bad-choice",
        )
    return tidy
