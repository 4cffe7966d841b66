"""The best numbers where people respond: by hand, beside the linear program, within conditions."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from optimumtools import CAP, STANDARD
from paytools import PLANS, plan_of, tiers_yaml
from scipy.special import ndtri

from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives import (
    Plan,
    Shape,
    draw_world,
    optimise_effort,
    plan_effort,
    simulate,
)
from salesanalysis.incentives.moments import pay_at

PEOPLE = pd.DataFrame(
    {
        "salesperson": [f"S{i}" for i in range(6)],
        "quota": [100_000.0, 100_000.0, 120_000.0, 120_000.0, 80_000.0, 150_000.0],
        "expected_rate": [0.85, 0.95, 1.0, 1.05, 1.1, 0.9],
    }
)
ASKED = {"effort_cost": 2.0, "noise": 0.25, "margin_rate": 0.3, "starts": 2}


FLOOR = 'limits:\n  floor: {amount: "2000.00", until: 2099-12-31}\n'


@lru_cache
def best_of(free: str | None):
    """The optimum several tests look at, found once."""
    return optimise_effort(Plan.from_yaml(STANDARD), PEOPLE, free=free, **ASKED)


def flat(rate: str) -> Plan:
    return plan_of(tiers_yaml(f'{{from: "0", rate: "{rate}"}}'))


def test_one_rate_ends_where_the_margin_of_effort_is_what_it_costs():
    """Effort b / c; net (m - b)(b - b0) / c - b x mean: best at b = (m + b0 - c x mean) / 2.

    m = 0.3, b0 = 0.05, c = 0.2, mean = 0.9: b = 0.085, effort 0.425 against 0.25 today.
    """
    people = pd.DataFrame({"salesperson": ["Li"], "quota": 100_000.0, "expected_rate": 0.9})
    found = optimise_effort(flat("0.05"), people, effort_cost=0.2, noise=0.05, margin_rate=0.3,
                            keep_worth=False, shape=Shape(within=None), starts=3)  # fmt: skip
    assert found.frame["new"].tolist() == [0.085]
    assert found.figure("extra_sales") == pytest.approx(17_500, rel=1e-3)
    assert found.figure("pay") == pytest.approx(0.085 * 107_500, rel=1e-3)
    assert found.gain == pytest.approx(0.3 * 17_500 - 0.085 * 107_500 + 0.05 * 90_000, rel=1e-3)


@pytest.mark.parametrize("free", ["rate", None])
def test_it_leaves_more_than_today_and_than_the_program_that_knows_no_response(free):
    plan = Plan.from_yaml(STANDARD)
    found = best_of(free)
    assert found.gain > 0
    assert found.figure("net") > found.figure("net", "program")
    old, new = found.frame["old"].to_numpy(), found.frame["new"].to_numpy()
    assert (np.abs(new - old) <= 0.5 * old + 1e-9).all()
    rates = found.frame["kind"] == "rate"
    assert (np.diff(new[rates]) >= -1e-9).all()
    steps = new / np.where(rates, 0.001, 0.05)
    assert np.abs(steps - steps.round()).max() < 1e-6
    # everybody's figures, not those of typical people, are what is told
    again = plan_effort(found.plan, PEOPLE, effort_cost=2.0, noise=0.25, old=plan).to_frame()
    assert found.figure("pay") == pytest.approx(again["pay_with"].sum())
    assert found.figure("extra_sales") == pytest.approx(again["extra_sales"].sum())


def test_no_random_plan_within_the_conditions_leaves_more():
    plan = Plan.from_yaml(PLANS / "coefficient.yaml")
    found = optimise_effort(plan, PEOPLE, free="coefficient", keep_worth=False, **ASKED)
    rng = np.random.default_rng(2)
    for _ in range(25):
        low, middle, high = np.sort(rng.uniform([0.4, 0.5, 0.6], [1.2, 1.5, 1.8]))
        if not (low <= 1.2 and 0.5 <= middle <= 1.5 and high >= 0.6):
            continue
        values = {f"coefficient.bands[{i}].value": f"{v:.3f}"
                  for i, v in enumerate((low, middle, high))}  # fmt: skip
        other = plan_effort(plan.edited(values), PEOPLE, effort_cost=2.0, noise=0.25, old=plan)
        sums = other.to_frame()[["extra_sales", "pay_with"]].sum()
        net = 0.3 * sums["extra_sales"] - sums["pay_with"]
        assert net <= found.figure("net") + 1e-3 * abs(found.figure("net"))


def test_a_budget_and_the_worth_to_people_are_kept():
    plan, free = Plan.from_yaml(STANDARD), best_of("rate")
    budget = (free.figure("pay") + free.figure("pay", "old")) / 2
    kept = optimise_effort(plan, PEOPLE, budget=budget, free="rate", **ASKED)
    assert kept.figure("pay") <= budget * 1.002
    assert kept.figure("net") <= free.figure("net") + 1e-6
    loose = optimise_effort(plan, PEOPLE, keep_worth=False, free="rate", **ASKED)
    assert loose.figure("net") > free.figure("net")  # it is people who pay for the difference
    assert "worth no less than today" in free.explain()
    assert "worth no less than today" not in loose.explain()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_said_drawn_and_stored(lang, tmp_path):
    found = best_of("rate")
    ax = found.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.patches) == 2
    start = {"en": "With effort response, Standard sales plan: the plan found leaves",
             "zh": "考虑努力反应，标准销售激励方案：所得方案每期多留"}  # fmt: skip
    assert found.headline(lang).startswith(start[lang])
    store.write(found, tmp_path)
    assert store.read(tmp_path).explain(lang) == found.explain(lang)


QUICK = ("graduated", "team")  # a guarantee; pools and overrides
SHIPPED = [
    n if n in QUICK else pytest.param(n, marks=pytest.mark.slow)
    for n in sorted(p.stem for p in PLANS.glob("*.yaml"))
]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_plan_is_searched_over_the_ledger_of_a_world(name):
    """Pools, overrides, caps and guarantees too; what today's plan pays is what the world pays it."""
    plan, world = Plan.from_yaml(PLANS / f"{name}.yaml"), shipped_world(name)
    found = optimise_effort(plan, draws=world, starts=2, effort_cost=2.0, margin_rate=0.3)
    today = simulate(plan, world).cost / world.periods
    assert found.figure("pay", "old") == pytest.approx(today, rel=2e-3)
    assert found.gain >= 0
    assert found.n_draws == world.draws


def shipped_world(name: str):
    per = Plan.from_yaml(PLANS / f"{name}.yaml").head.per
    return team_world({"month": 12, "quarter": 4}[per])


@lru_cache
def team_world(periods: int):
    people = pd.DataFrame(
        {"salesperson": list("ABCD"), "quota": [200_000.0, 100_000.0, 100_000.0, 200_000.0],
         "team": list("aabb"), "manager": ["", "A", "A", "B"]}
    )  # fmt: skip
    return draw_world(people, "normal", draws=100, periods=periods)


def test_pay_with_response_is_what_the_shifted_world_pays():
    """Everybody's sales moved by the effort found, drawn again and paid by the simulation."""
    from salesanalysis.incentives.optimum.pulled import pulled_of
    from salesanalysis.incentives.optimum.response import Response
    from salesanalysis.incentives.optimum.woven import Woven

    plan, world = Plan.from_yaml(STANDARD), team_world(12)
    pulled = pulled_of(plan, None, effort_cost=2.0, noise=None, draws=world)
    rates = {f"commission.tiers[{i}].rate": "rate" for i in range(5)}
    woven = Woven.of(plan, [rates], facts=pulled.case.facts)
    response = Response.of(woven, pulled.types, effort_cost=2.0, margin_rate=0.3,
                           high=2 * woven.middle, fine=True)  # fmt: skip
    more = woven.middle + 0.02
    moved, pay, _ = response.each(more)
    assert (moved > 0.005).all()
    new = plan.edited(dict(zip(rates, more.round(4), strict=True)))
    total = 0.0
    for batch in world.batches():
        own = world.quota[batch.rows][:, None, None]
        x = (batch.sold / own + moved[batch.rows][:, None, None]).reshape(len(batch.rows), -1)
        quota = np.broadcast_to(own[:, :, 0] / 100, x.shape)
        total += pay_at(new, x.ravel(), quota=quota.ravel()).sum()
    assert pay.sum() == pytest.approx(total / world.draws / world.periods, rel=1e-3)


@pytest.mark.parametrize("limits", ["", CAP.replace("5000", "9000"), FLOOR,
                                    CAP.replace("5000", "9000") + FLOOR.removeprefix("limits:\n")])  # fmt: skip
def test_people_choose_under_a_cap_and_a_guarantee_what_the_limited_pay_is_worth(limits):
    """Effort and pay of a plan as it stands, against the highest point of numeric integrals."""
    from salesanalysis.incentives.optimum.pulled import pulled_of
    from salesanalysis.incentives.optimum.response import Response
    from salesanalysis.incentives.optimum.woven import Woven

    plan = Plan.from_text(Path(STANDARD).read_text(encoding="utf-8") + limits)
    pulled = pulled_of(plan, PEOPLE, effort_cost=2.0, noise=0.25, draws=None)
    woven = Woven.of(plan, [{"commission.tiers[4].rate": "rate"}], facts=pulled.case.facts)
    response = Response.of(woven, pulled.types, effort_cost=2.0, margin_rate=0.3,
                           high=woven.middle, fine=True)  # fmt: skip
    low, high = (
        (2_000.0 if "floor" in limits else -np.inf),
        (9_000.0 if "cap" in limits else np.inf),
    )
    z = ndtri((np.arange(4_000) + 0.5) / 4_000)
    rates = np.array([0.02, 0.04, 0.06, 0.10, 0.15])
    edges = np.array([0, 0.5, 0.8, 1.0, 1.2, np.inf])

    def pay(x, quota):
        parts = np.clip(x[..., None] - edges[:-1], 0, np.diff(edges)) @ rates
        return np.clip(quota * parts * np.select([x < 0.8, x < 1.0], [0.8, 1.0], 1.2), low, high)

    tried = np.linspace(0, 0.3, 301)
    for i, (quota, mean) in enumerate(zip(PEOPLE["quota"], PEOPLE["expected_rate"], strict=True)):
        worth = pay(mean + tried[:, None] + 0.25 * z, quota).mean(axis=1) - quota * tried**2
        assert response.today[i] == pytest.approx(tried[worth.argmax()], abs=4e-3)
    paid = sum(pay(m + 0.25 * z, q).mean()
               for q, m in zip(PEOPLE["quota"], PEOPLE["expected_rate"], strict=True))  # fmt: skip
    assert response.each(woven.middle)[1].sum() == pytest.approx(paid, rel=1e-3)


def test_where_nothing_is_better_todays_numbers_stand():
    found = optimise_effort(flat("0.05"), PEOPLE, shape=Shape(within=0.0), **ASKED)
    assert found.frame["new"].tolist() == [0.05]
    assert found.headline() == (
        "With effort response, Test plan: no other numbers in whole steps leave more"
    )
    assert_good_figure(found.plot())


def test_a_budget_no_plan_keeps_is_refused_not_broken():
    with pytest.raises(ContractError) as caught:
        optimise_effort(flat("0.05"), PEOPLE, budget=100.0, **ASKED)
    assert str(caught.value).startswith(
        "no plan that pays 100.00 or less was found; what was found pays "
    )
    assert caught.value.code == "infeasible"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"margin_rate": 30}, "margin_rate is 30.\n  where: optimise_effort(margin_rate=...)\n"
         "  fix:   write a margin of 30 % as 0.30"),
        ({"budget": 0}, "budget is 0.\n  where: optimise_effort(budget=...)\n  fix:   give the most "
         "that everybody together may be paid in one period, or None"),
        ({"starts": 0}, "starts is 0.\n  where: optimise_effort(starts=...)\n"
         "  fix:   give a whole number from 1 to 200"),
        ({"noise": None}, "neither people with their noise nor the draws of a world are given.\n"
         "  where: optimise_effort(people, noise=..., draws=...)\n"
         "  fix:   give people with a column 'expected_rate' and noise=..., or "
         "draws=draw_world(...)"),
        ({"draws": 5}, "noise is given beside draws, which have their own.\n"
         "  where: optimise_effort(noise=..., draws=...)\n"
         "  fix:   give draws=draw_world(people, ...) alone, or people and noise=..."),
        ({"noise": 0}, "noise must be a finite number above 0, got 0.\n  where: optimise_effort(...)\n"
         "  fix:   give every parameter; none is assumed"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(wrong, message):
    with pytest.raises(ContractError) as caught:
        optimise_effort(flat("0.05"), PEOPLE, **{**ASKED, **wrong})
    assert str(caught.value) == message


def test_figures_that_do_not_add_up_are_no_result():
    from dataclasses import replace

    found = optimise_effort(flat("0.05"), PEOPLE, shape=Shape(within=0.0), **ASKED)
    with pytest.raises(ReconciliationError) as caught:
        replace(found, margin_rate=0.9, measures=found.measures.assign(extra_sales=[0.0, 1.0, 5.0]))
    assert caught.value.what == "margin of extra sales less pay is not the net of the plan."
