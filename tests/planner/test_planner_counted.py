"""What people, budgets and draws the desk refuses to open on, and plans on something counted."""

import math

import pandas as pd
import pytest
from screens import PLANS, words

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, crowd_of
from salesanalysis.planner import open as open_desk
from salesanalysis.planner.advice import best, effect

STANDARD = PLANS / "standard.yaml"
UNITS = Plan.from_text(
    """
schema: 1
plan:
  id: units
  currency: CNY
  effective: {from: 2024-01-01, to: null}
  title: {en: Units sold, zh: 件数方案}
  rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}
measures:
  units: {kind: count, date: date, text: {en: Units, zh: 件数}}
quota: {per: month, zero_quota: exclude_with_report}
components:
  - id: prize
    type: step
    basis: period
    closed: lower
    pays: reached
    measured: {unit: attainment, quota: month, tier_measure: units, pay_measure: units}
    steps: [{from: "1.0", amount: "1000.00"}, {from: "1.2", amount: "2500.00"}]
""",
    name="units.yaml",
)


def people(**columns) -> pd.DataFrame:
    return pd.DataFrame({"salesperson": ["Li", "Wang"], **columns})


# -- worked by hand -------------------------------------------------------------------------------


def test_people_given_with_what_they_counted_are_paid_for_it() -> None:
    """Ten units were asked of both: twelve pay the second step, eleven the first."""
    crowd = crowd_of(UNITS, people=people(quota=[10.0, 10.0], units=[12.0, 11.0]))
    desk = Desk(UNITS, crowd, draws=50)
    assert desk.view().people["new_pay"].tolist() == [2500.0, 1000.0]
    assert [desk.statement(name).payout for name in ("Li", "Wang")] == [2500.0, 1000.0]


# -- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [None, "demo"])
def test_sales_are_never_paid_as_if_they_were_what_a_plan_counts(data) -> None:
    """A quota of 300,000 currency was one of 300,000 units, and a prize was paid on it."""
    screen = open_desk(UNITS, data, draws=30).screen
    why = (
        "The plan counts Units; the quotas here are amounts of sales, and nobody's Units are known."
    )
    first = words(screen.pages[0].said.value)
    assert f"What this plan costs in a year is not simulated. {why}" in first
    assert f"Who wins and loses is not known. {why}" in first
    assert why in words(screen.pages[0].words.value)
    screen.tab.selected_index = 1
    assert f"There is no statement. {why}" in words(screen.pages[1].said.value)
    for ask in (lambda: best(screen.desk), lambda: effect(screen.desk, "cost")):
        with pytest.raises(ContractError) as caught:
            ask()
        assert str(caught.value) == (
            f"{why}\n"
            "  where: plan 'units'\n"
            "  fix:   open the plan with people= that have a quota and a column units"
        )
    screen.bar.buttons["language"].click()
    screen.tab.selected_index = 0
    assert "方案按件数考核，而此处的任务额为销售金额" in words(screen.pages[0].said.value)
    assert "英文" not in words(screen.pages[0].said.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"people": people(quota=[1.0, 2.0]).head(0)},
            "There is nobody in people.\n"
            "  where: planner.open(people=...)\n"
            "  fix:   give one row per person, or no people at all: a hundred are then assumed",
        ),
        *(
            (
                {"people": people(quota=[1.0, quota])},
                "1 of 2 quotas are empty, below 0 or no finite number; "
                f"first: 'Wang' with {quota}.\n"
                "  where: planner.open(people=...)\n"
                "  fix:   write the quota of the plan's period, or 0 for somebody without one",
            )
            for quota in (math.nan, -5.0, math.inf)
        ),
        *(
            (
                {"budget": budget},
                f"{budget!r} is no budget.\n"
                "  where: planner, budget\n"
                "  fix:   type an amount above 0, such as 1,200,000 or 1.2M, or nothing",
            )
            for budget in (math.nan, 0, -1.0, math.inf, "much")
        ),
        (
            {"draws": 0},
            "0 drawn years are none.\n"
            "  where: planner.open(draws=...)\n"
            "  fix:   give a number of at least 1, such as 10,000",
        ),
    ],
)
def test_nobody_no_quota_no_budget_and_no_draws_are_refused_before_a_desk_is_shown(
    given, said
) -> None:
    with pytest.raises(ContractError) as caught:
        _ = open_desk(STANDARD, **given).desk
    assert str(caught.value) == said


def test_a_budget_given_in_a_call_may_be_written_as_it_is_typed() -> None:
    assert open_desk(STANDARD, budget="22M", draws=30).desk.budget == 22e6
