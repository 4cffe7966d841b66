"""Every plan the package ships with is optimised: teams, cash, three measures, guarantees."""

import numpy as np
import pandas as pd
import pytest
from paytools import PLANS

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, draw_world, optimise, simulate

SHIPPED = sorted(p.stem for p in PLANS.glob("*.yaml"))
PEOPLE = pd.DataFrame(
    {
        "salesperson": ["Chen", "Li", "Wang", "Wu"],
        "quota": [200_000.0, 100_000.0, 100_000.0, 200_000.0],
        "team": ["a", "a", "b", "b"],
        "manager": ["", "Chen", "Chen", "Wang"],
    }
)
#: Managers above each: Li and Wang have Chen, Wu has Wang and Chen.
ABOVE = np.array([0, 1, 1, 2])


def plan_of(name: str) -> Plan:
    return Plan.from_yaml(PLANS / f"{name}.yaml")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_planner_finds_the_best_numbers_of_every_plan_and_they_cost_what_they_cost(name):
    plan = plan_of(name)
    periods = {"month": 12, "quarter": 4}[plan.head.per]
    world = draw_world(PEOPLE, "normal", draws=100, periods=periods)
    today = simulate(plan, world).cost
    kind = "rate" if name != "team" else None  # one program; two in turns are tried elsewhere
    best = optimise(plan, draws=world, budget=0.97 * today, at_target=None, free=kind)
    assert best.cost <= 0.97 * today
    assert best.cost == pytest.approx(simulate(best.plan, world).cost)
    assert best.figure("cost", "old") == pytest.approx(today)
    assert (best.frame["old"] != best.frame["new"]).any()
    assert best.plan.text("zh") != plan.text("zh")


def test_a_team_costs_its_own_rates_and_what_managers_get_on_top():
    """3 % and 1 % on what everybody sells, 0.5 % once per manager above: 4 x 600,000 + ..."""
    best = optimise(plan_of("team"), [1.0], people=PEOPLE, budget=23_000.0, at_target=None,
                    free=["rate", "share"])  # fmt: skip
    own, above = 600_000 * 0.04, (PEOPLE["quota"] @ ABOVE) * 0.005
    assert best.figure("cost", "old") == pytest.approx(own + above)
    assert best.figure("pay_target", "old") == pytest.approx(0.04 * best.quota)
    new = dict(zip(best.frame["knob"], best.frame["new"], strict=True))
    rates = 600_000 * (new["commission.tiers[0].rate"] + new["team_pool.source.share"])
    assert best.cost == pytest.approx(rates + (PEOPLE["quota"] @ ABOVE) * new["override.rate"])
    said = best.explain()
    assert "Paid on what others sell, so part of the cost, not of the one person's pay" in said
    assert not said.endswith(".")


def test_overrides_move_only_where_they_are_asked_to():
    """No person's own pay shows them: freed by default they would pay for everybody else."""
    free = optimise(plan_of("team"), [1.0], people=PEOPLE)
    assert free.frame["knob"].tolist() == ["commission.tiers[0].rate", "team_pool.source.share"]
    asked = optimise(plan_of("team"), [1.0], people=PEOPLE, free="override", objective="cheapest")
    assert asked.frame["new"].tolist() == [0.003]  # half of 0.5 %, in whole tenths above it


def test_what_is_assumed_of_other_measures_is_said():
    best = optimise(plan_of("collections"), "normal", quota=100_000, free="rate")
    assert "Assumed: everything sold is collected (Commission on cash received)" in best.explain()
    assert "假设：全部销售均已回款（回款提成）" in best.explain("zh")
    best = optimise(plan_of("multi-level"), "normal", quota=100_000, free="commission")
    assert "Assumed: other measures stand at their target" in best.explain()
    assert "假设：其他指标均按目标完成" in best.explain("zh")


def test_todays_numbers_stay_where_rounded_ones_would_be_worse():
    """The rates found lie between tenths of a percent; rounded they would serve the goal less."""
    best = optimise(plan_of("graduated"), "normal", people=PEOPLE.assign(quota=102_000.0))
    assert best.frame["new"].tolist() == best.frame["old"].tolist()
    assert best.figure("spread") >= best.figure("spread", "old")
    assert best.table().frame["begins"].tolist()[:2] == ["0 CNY", "100,000 CNY"]


@pytest.mark.parametrize(
    ("people", "message"),
    [
        (
            PEOPLE.drop(columns=["team", "manager"]),
            "2 parts of the plan are no lines with jumps: team_pool: nobody has a team: give people "
            "the column 'team'; override: nobody has a manager: give people the column 'manager'.\n"
            "  where: optimise(plan, ...)\n"
            "  fix:   take these parts out, find the numbers, and put them back",
        ),
        (
            PEOPLE.assign(team=["a", "a", "b", ""]),
            "1 parts of the plan are no lines with jumps: team_pool: the pool of a team depends on "
            "everybody.\n"
            "  where: optimise(plan, ...)\n"
            "  fix:   take these parts out, find the numbers, and put them back",
        ),
        (
            PEOPLE.assign(manager=["Wu", "Chen", "Chen", "Wang"]),
            "Chen, Wu, Wang, Chen lead each other in a circle.\n"
            "  where: people, column 'manager'\n"
            "  fix:   give every person the manager above",
        ),
    ],
)
def test_a_team_plan_needs_teams_and_managers(people, message):
    with pytest.raises(ContractError) as caught:
        optimise(plan_of("team"), "normal", people=people)
    assert str(caught.value) == message
