"""What the search for the best numbers refuses, and what it says of plans that pay nothing."""

import pytest
from figures import assert_good_figure
from optimumtools import HALVES, ask, new_of, two
from paytools import section_5

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives import Shape, optimise
from salesanalysis.incentives.moments import Normal


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            ask(budget=0, free="rate"),
            "no plan meets 2 conditions together: expected cost of at most 0.00 (budget); every "
            "number within 50% of today's (shape.within).\n"
            "  where: optimise(objective='differentiation')\n"
            "  fix:   give a budget of 12,790.20 or more, or loosen one of these",
        ),
        (
            ask(upside=1.0, free="rate", budget=10_000),
            "no plan meets 3 conditions together: expected cost of at most 10,000.00 (budget); pay "
            "at 130.0% of at least 24,480.00 (upside); every number within 50% of today's "
            "(shape.within).\n"
            "  where: optimise(objective='differentiation')\n"
            "  fix:   give a budget of 14,258.22 or more, or loosen one of these",
        ),
        (
            ask(at_target=200_000.0, objective="cheapest", free="rate"),
            "no plan meets 2 conditions together: pay at 100 % of exactly 200,000.00 (at_target); "
            "every number within 50% of today's (shape.within).\n"
            "  where: optimise(objective='cheapest')\n"
            "  fix:   loosen one of these",
        ),
        (
            ask(free="commission.tiers[1].from"),
            "commission.tiers[1].from is an edge or another number that pay is not linear in.\n"
            "  where: optimise(free=[...])\n"
            "  fix:   edges move by edges={'commission.tiers[1].from': [...]}; free are rates and "
            "coefficients",
        ),
        (
            ask(free=["coeficient"]),
            "'coeficient' is no number, kind or component of the plan.\n"
            "  where: optimise(free=[...])\n"
            "  fix:   did you mean 'coefficient'?",
        ),
        (
            ask(free=[]),
            "no number of the plan is free.\n"
            "  where: optimise(free=...)\n"
            "  fix:   free rates, coefficients, heights of a curve or amounts: see plan.knobs()",
        ),
        (
            ask(objective="fair"),
            "'fair' is not a goal here; known: differentiation, cheapest, disruption.\n"
            "  where: optimise(objective=...)\n"
            "  fix:   use one of: differentiation, cheapest, disruption",
        ),
        (
            ask(objective="disruption"),
            "least disruption is measured on last year's people, and their results are not given.\n"
            "  where: optimise(objective='disruption', people=...)\n"
            "  fix:   give people with a column 'attainment' (1 = quota) or 'actual' (currency)",
        ),
        (
            ask(cvar=1e6),
            "a limit on the worst twentieth of draws needs draws, and none are given.\n"
            "  where: optimise(cvar=..., draws=...)\n"
            "  fix:   draws=draw_world(people, ...), or one attainment per draw and person",
        ),
        (
            ask(at_target="incentive"),
            "pay at target is to be the target incentive, and the plan has none.\n"
            "  where: optimise(at_target='incentive')\n"
            "  fix:   give incentive=..., at_target='today' or an amount",
        ),
        (
            ask(budget=-1.0),
            "budget is -1.\n"
            "  where: optimise(budget=...)\n"
            "  fix:   give an amount of 0 or more, or None",
        ),
        (
            ask(quota=None),
            "neither people nor a quota is given.\n"
            "  where: optimise(quota=..., people=...)\n"
            "  fix:   give the quota of one person and period, or people with a column 'quota'",
        ),
        (
            ask(round_to={"rate": 0.0}),
            "the step of rate is 0.\n"
            "  where: optimise(round_to={...})\n"
            "  fix:   give a step above 0, such as 0.001",
        ),
        (
            ask(edges={"commission.tiers[1].rate": ["0.1"]}),
            "commission.tiers[1].rate is no edge.\n"
            "  where: optimise(edges={...})\n"
            "  fix:   free=['commission.tiers[1].rate'] moves it",
        ),
        (
            lambda: Shape(jump="small"),
            "jump is 'small'.\n  where: Shape(jump=...)\n"
            '  fix:   give a number, or None for no such condition; of jumps "today"',
        ),
        (
            lambda: Shape(ratio=0.5),
            "ratio is 0.5.\n  where: Shape(ratio=...)\n"
            "  fix:   give 1 or more, or None for no such condition",
        ),
        (
            lambda: optimise(section_5(negative="carry"), Normal(1.0, 0.5), quota=300_000),
            "2 parts of the plan are no lines with jumps: commission: carries returns above "
            "sales; coef: multiplies commission.\n"
            "  where: optimise(plan, ...)\n"
            "  fix:   take these parts out, find the numbers, and put them back",
        ),
        (
            ask(periods=0),
            "periods is 0.\n  where: optimise(periods=...)\n"
            "  fix:   give 1 or more: the plan periods the cost is summed over",
        ),
        (
            ask(budget="much"),
            "budget is 'much'.\n  where: optimise(budget=...)\n"
            "  fix:   give an amount of 0 or more, or None",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_refused(call, message):
    with pytest.raises(ContractError) as caught:
        call()
    assert str(caught.value) == message


def test_one_result_for_everybody_and_a_plan_that_pays_nothing():
    certain = optimise(two(), [1.1], quota=100_000)
    assert certain.figure("spread") == 0.0  # everybody is the middle and the best alike
    assert_good_figure(certain.plot())
    nothing = two().edited({"commission.tiers[0].rate": "0", "commission.tiers[1].rate": "0"})
    best = optimise(nothing, HALVES, quota=100_000)
    assert new_of(best) == [0.0, 0.0]
    assert "today's numbers are already the best" in best.headline()


def test_a_budget_that_is_broken_cannot_be_a_result():
    from dataclasses import replace

    best = optimise(two(), HALVES, quota=100_000)
    with pytest.raises(ReconciliationError) as caught:
        replace(best, budget=100.0)
    assert caught.value.what == "the plan found costs 4,000.00, the budget is 100.00."
