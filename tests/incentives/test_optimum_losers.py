"""Few people are paid less than today, and coefficients lie apart: both as conditions."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from optimumtools import ask, new_of, team
from paytools import deals, plan_of, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, Shape, frontier, optimise
from salesanalysis.incentives.optimum.ask import UNITS
from salesanalysis.incentives.optimum.door import problem_of
from salesanalysis.incentives.optimum.free import free_knobs
from salesanalysis.incentives.optimum.reading import case_of

STANDARD = "params/plans/standard.yaml"
FINE = {"coefficient": 0.001}


def best(n: int = 40, **options):
    people = options.pop("people", team(n))
    asked = {"free": "coefficient", "at_target": None, "round_to": FINE, **options}
    return optimise(Plan.from_yaml(STANDARD), "normal", people=people, **asked)


@cache
def some(share: float):
    """The best for 40 people of whom a share may lose; looked for once."""
    return best(40, losers=share)


def worse(found, people) -> int:
    """Count, person by person and through the pay run alone, who is paid less than today."""
    sold = (people["quota"] * people["attainment"]).round(2)
    rows = [deals(amount, salesperson=name, month="2026-01")
            for name, amount in zip(people["salesperson"], sold, strict=True)]  # fmt: skip
    old, new = (
        p.pay(people.drop(columns="attainment"), pd.concat(rows), period="2026-01")
        .to_frame().set_index("salesperson")["pay"]
        for p in (Plan.from_text(found.old_yaml), found.plan)
    )  # fmt: skip
    assert len(old) == len(people)
    return int((new < old).sum())


def test_two_bands_by_hand_who_loses_is_who_sold_too_little() -> None:
    """Two sell half, two the quota, four double: a lower coefficient for the first pays the last."""
    bands = """\
  - {id: coef, type: bands, closed: lower, multiplies: [commission],
     measured: {unit: attainment, quota: month, tier_measure: sales},
     bands: [{from: null, value: "1"}, {from: "1", value: "1"}, {from: "2", value: "1"}]}
"""
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.10"}') + bands)
    people = team(8).assign(quota=100_000.0, attainment=[0.5] * 2 + [1.0] * 2 + [2.0] * 4)
    asked = {"people": people, "free": "coefficient", "at_target": None, "upside": None,
             "objective": "cheapest", "shape": Shape(within=0.5, rising=False, no_fall=False)}  # fmt: skip
    spread = people["attainment"].tolist()
    for share, expected in ((0.0, [1, 1, 1]), (0.25, [1, 0.5, 1]), (0.5, [1, 1, 0.5])):
        found = optimise(plan, spread, losers=share, **asked)
        lost = found.figure("losers")
        assert lost <= share
        # a quarter may lose: of the two groups of two the one that is paid more
        assert new_of(found) == expected, share


def test_the_share_who_lose_is_told_at_last_years_results_and_at_those_expected() -> None:
    """A year reaches the quota with 60 %: 40 % of results are paid less, though nobody's last."""
    bands = """\
  - {id: coef, type: bands, closed: lower, multiplies: [commission],
     measured: {unit: attainment, quota: month, tier_measure: sales},
     bands: [{from: null, value: "1"}, {from: "1", value: "1"}]}
"""
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.10"}') + bands)
    people = team(8).assign(quota=100_000.0, attainment=[1.0] * 4 + [2.0] * 4)
    found = optimise(plan, "normal", people=people, free="coefficient", at_target=None,
                     upside=None, objective="cheapest", losers=0.0,
                     shape=Shape(within=0.5, rising=False, no_fall=False))  # fmt: skip
    assert new_of(found) == [0.5, 1]
    assert found.figure("losers") == 0
    assert found.figure("losers_expected") == pytest.approx(0.4)
    assert found.figure("losers_expected", "old") == 0
    said = found.explain()
    assert "At last year's results 0 of 8 people (0.0%) are paid less than today" in said
    assert "At the results expected of a coming year the share is about 40%" in said
    assert "按来年预期业绩，该比例约为40%" in found.explain("zh")


def test_no_more_people_lose_than_may_counted_by_their_statements() -> None:
    found = some(0.3)
    assert found.figure("losers") <= 0.3
    share = worse(found, team(40)) / 40
    assert share == pytest.approx(found.figure("losers"))
    assert found.figure("losers") > 0  # some lose, so that the condition was of use


def test_the_choice_is_as_good_as_that_of_a_program_of_whole_numbers() -> None:
    """Outside: one switch a person, by the branch and bound of `scipy.optimize.milp`."""
    for n, share in ((40, 0.3), (40, 0.1)):
        exact = some(share).figure("spread", "exact")
        assert exact == pytest.approx(_mixed(n, share), rel=1e-6)


def _mixed(n: int, share: float) -> float:
    """Return the widest spread of pay by mixed-integer programming."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    plan = Plan.from_yaml(STANDARD)
    case = case_of(plan, "normal", people=team(n), quota=None, incentive=None, draws=None,
                   periods=None)  # fmt: skip
    asked = {"objective": "differentiation", "budget": None, "cvar": None, "at_target": None,
             "upside": "auto", "most_p10": None, "shape": Shape(), "losers": share}  # fmt: skip
    problem = problem_of(plan, case, free_knobs(plan, "coefficient"), **asked)
    program = problem.program(problem.spot(plan), 0)
    (few,), k = program.few, len(program.knobs)
    assert set(program.units) == {UNITS["coefficient"]}
    rows = [
        LinearConstraint(
            np.hstack([c.rows.matrix, np.zeros((len(c.rows.constant), n))]),
            c.low - c.rows.constant, c.high - c.rows.constant,
        )
        for c in program.conditions
    ]  # fmt: skip
    most = 20 * few.size
    rows.append(LinearConstraint(np.hstack([few.change.matrix, most * np.eye(n)]),
                                 -few.change.constant, np.inf))  # fmt: skip
    rows.append(LinearConstraint(np.r_[np.zeros(k), np.ones(n)][None], 0, few.most))
    goal = program.goal.row
    solved = milp(
        np.r_[-goal.matrix[0], np.zeros(n)],
        integrality=np.r_[np.zeros(k), np.ones(n)],
        bounds=Bounds(np.r_[np.zeros(k), np.zeros(n)], np.r_[np.full(k, 10), np.ones(n)]),
        constraints=rows,
    )
    return float(goal.constant[0] - solved.fun)


def test_everybody_may_lose_is_no_condition_and_nobody_may_lose_holds_for_rates_too() -> None:
    free, all_of_them = best(12, losers=None), best(12, losers=1.0)
    assert new_of(free) == new_of(all_of_them)
    assert best(12, free="rate", losers=0.0).figure("losers") == 0


def test_more_budget_serves_the_goal_more_also_where_few_may_lose() -> None:
    found = frontier(Plan.from_yaml(STANDARD), "normal", people=team(40), free="coefficient",
                     at_target=None, losers=0.1,
                     budgets=[4e5, 5e5, 5.2e5, 5.5e5])  # fmt: skip
    part = found.best()
    assert len(part) >= 3
    assert (part["goal"].diff().dropna() >= -1e-6).all()
    assert found.local
    assert "(losers)" in found.to_frame()["why"].iloc[0]


def test_the_result_says_how_many_lose_and_that_others_may_be_chosen() -> None:
    found = some(0.3)
    n = round(found.figure("losers") * 40)
    said = found.explain("en")
    assert f"At last year's results {n} of 40 people" in said
    assert "other choices may serve the goal better" in said
    assert "at most 30% of people paid less than today at last year's results" in said
    assert f"按上年业绩，40人中有{n}人" in found.explain("zh")


def test_a_budget_too_small_says_how_many_must_lose() -> None:
    with pytest.raises(ContractError) as caught:
        best(40, free="rate", budget=470_000, losers=0.0)
    error = caught.value
    assert error.what == (
        "no plan was found that meets 2 conditions together: expected cost of at most 470,000.00 "
        "(budget); at most 0.0% of people paid less than today (losers)."
    )
    lost = error.rows.set_index("condition").loc["losers", "least"]
    assert error.fix.startswith(f"let {lost * 40:.0f} of 40 people ({lost:.1%}) be paid less, or ")
    # what is told is enough
    assert best(40, free="rate", budget=470_000, losers=lost).figure("losers", "exact") <= lost


def test_who_lost_is_not_asked_of_people_without_results_nor_for_no_share() -> None:
    with pytest.raises(ContractError, match="who is paid less is measured on last year's people"):
        best(people=team(20).drop(columns="attainment"), losers=0.05)
    for wrong in (5, -0.1, float("nan"), True):
        with pytest.raises(ContractError, match=r"losers is .*") as caught:
            best(20, losers=wrong)
        assert caught.value.fix == "give a share of people from 0 to 1, such as 0.05, or None"


def test_coefficients_lie_at_least_so_far_apart_upwards_and_downwards() -> None:
    values = new_of(best(12, shape=Shape(gap=0.25)))
    assert np.diff(values).min() >= 0.25 - 1e-9
    bands = """\
  - {id: coef, type: bands, closed: lower, multiplies: [commission],
     measured: {unit: attainment, quota: month, tier_measure: sales},
     bands: [{from: null, value: "1.2"}, {from: "1", value: "1.1"}]}
"""
    falling = plan_of(tiers_yaml('{from: "0", rate: "0.10"}') + bands)
    found = optimise(falling, "normal", quota=1e5, free="coefficient", at_target=None,
                     objective="cheapest", upside=None, shape=Shape(gap=0.3))  # fmt: skip
    assert np.diff(new_of(found)).max() <= -0.3 + 1e-9
    assert "coefficients of neighbouring bands at least 0.3 apart" in found.explain("en")


def test_a_distance_out_of_reach_is_named_in_the_conflict() -> None:
    with pytest.raises(ContractError) as caught:
        ask(free="coefficient", at_target=None, shape=Shape(gap=2.0, within=0.1))()
    assert "coefficients at least 2 apart (shape.gap)" in caught.value.what
    for wrong in (-1, float("inf"), float("nan"), True, "0.2"):
        with pytest.raises(ContractError, match=f"gap is '?{wrong}'?\\."):
            Shape(gap=wrong)
