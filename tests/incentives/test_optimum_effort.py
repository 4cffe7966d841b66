"""The best numbers where people respond: by hand, beside the linear program, within conditions."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from optimumtools import STANDARD
from paytools import PLANS, plan_of, tiers_yaml

from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives import Plan, Shape, optimise_effort, plan_effort

PEOPLE = pd.DataFrame(
    {
        "salesperson": [f"S{i}" for i in range(6)],
        "quota": [100_000.0, 100_000.0, 120_000.0, 120_000.0, 80_000.0, 150_000.0],
        "expected_rate": [0.85, 0.95, 1.0, 1.05, 1.1, 0.9],
    }
)
ASKED = {"effort_cost": 2.0, "noise": 0.25, "margin_rate": 0.3, "starts": 3}


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
