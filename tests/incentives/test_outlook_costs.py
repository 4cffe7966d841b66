"""What a plan costs: by hand, invariants, outside references, refusals."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlooktools import by_hand, company, team
from paytools import plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives.attainment import Attainment
from salesanalysis.incentives.moments import Normal, expected
from salesanalysis.incentives.outlook import (
    convexity,
    cost_at_result,
    cost_distribution,
    cost_of_sales,
    pay_at_quota,
)
from salesanalysis.incentives.outlook.tables import quantile, ranks_around, tail_mean
from salesanalysis.incentives.simulate import draw_world, simulate

AMOUNTS = st.lists(st.integers(0, 10**6), min_size=2, max_size=60)


def accelerator(a: int):
    """Pays the quota's tenth at target, a times as steep above."""
    tiers = f'{{from: "0", rate: "0.1"}}, {{from: "1", rate: "{a / 10}"}}'
    return plan_of(tiers_yaml(tiers).replace("negative: zero", "negative: first_rate"))


def per_year(plan):
    """The plan with one period a year."""
    text = plan.to_yaml().replace("per: month, zero", "per: year, zero")
    text = text.replace("quota: month", "quota: year").replace("per: month}", "per: year}")
    return plan.from_text(text)


# worked by hand


def test_twenty_years_of_cost_1_to_20_have_a_p95_of_19_and_a_tail_of_20():
    cost = cost_distribution(company(range(1, 21)), budget=18)
    assert [cost.value(s) for s in ("mean", "p5", "p50", "p95", "cvar95")] == pytest.approx(
        [10.5, 1, 10, 19, 20]
    )
    assert (cost.over_probability, cost.over_amount) == (0.1, 1.5)  # 19 and 20, by 1 and 2


def test_ends_that_read_the_same_in_brief_are_written_in_full():
    """Costs of 1,850,000 to 1,900,000: "between 1.9M and 1.9M" said nothing."""
    told = cost_distribution(company(np.linspace(1_850_000, 1_900_000, 2_001)))
    row = told.to_frame().set_index("statistic").loc["p95"]
    low, high = f"{row['low_amount']:,.0f}", f"{row['high_amount']:,.0f}"
    assert f"The P95 lies between {low} CNY and {high} CNY (95% by ranks)" in told.explain()
    assert low < high
    assert "P95的95%区间为189." in told.explain("zh")
    wide = cost_distribution(company(np.linspace(1_000_000, 9_000_000, 2_001)))
    assert "The P95 lies between 8.5M CNY and 8.7M CNY" in wide.explain()


def test_the_tail_takes_its_part_of_a_year_that_lies_on_the_border():
    # the worst 5 % of 30 years are one and a half years: (30 + 29 / 2) / 1.5
    assert tail_mean([float(i) for i in range(1, 31)]) == pytest.approx((30 + 14.5) / 1.5)


def test_what_the_company_pays_is_its_regions_together_and_the_ratio_is_one_of_sums():
    drawn = by_hand({"Li": [10, 20], "Wu": [30, 30]}, {"Li": [100, 300], "Wu": [100, 100]},
                    region={"Li": "East", "Wu": "West"})  # fmt: skip
    rows = cost_of_sales(drawn).to_frame().set_index("region")
    assert rows["cost_share"].round(6).to_dict() == {"": 0.15, "East": 0.075, "West": 0.3}
    assert rows["pay"].to_dict() == {"": 45.0, "East": 15.0, "West": 30.0}
    assert rows.loc["", ["low_share", "high_share"]].tolist() == [0.125, 0.2]  # 50/400, 40/200


def test_cost_at_a_result_is_read_off_a_straight_line_without_error():
    attained = np.linspace(0.795, 1.3, 2_001)  # 80 % lies at the edge of the draws
    found = cost_at_result(company(1_000 * attained - 200, attained)).to_frame()
    assert found["amount"].tolist() == pytest.approx([600, 700, 800, 900, 1000])
    assert set(found["status"]) == {"from_draws"}


def test_a_result_no_draw_comes_near_has_no_figure():
    found = cost_at_result(company(np.arange(1000.0), np.linspace(0.97, 1.03, 1000))).to_frame()
    assert found["status"].tolist() == [*["beyond_draws"] * 2, "from_draws", *["beyond_draws"] * 2]
    assert found["amount"].isna().tolist() == [True, True, False, True, True]


def test_a_plan_without_bends_costs_the_same_whatever_the_spread():
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    world = draw_world(team(20), Attainment("lognormal", 0.0, 0.2), draws=300)
    found = convexity(plan, simulate(plan, world), world).to_frame().set_index("way")
    assert found.loc["simulated", "extra_growth"] == pytest.approx(0, abs=0.002)
    assert found.loc["accelerator", "status"] == "no_bend"


def test_pay_at_quota_is_what_the_engine_pays_at_exactly_100_percent():
    people = team(4)
    plan = section_5()
    found = pay_at_quota(plan, draw_world(people, draws=1))
    want = [12 * float(plan.payout(int(q), quota=int(q))) for q in people["quota"]]
    assert found.tolist() == pytest.approx(want)


# invariants


@settings(max_examples=10)
@given(AMOUNTS)
def test_quantiles_are_in_order_and_the_tail_is_above_them(amounts):
    cost = cost_distribution(company(amounts))
    values = [cost.value(s) for s in ("p5", "p50", "p95", "cvar95")]
    assert values == sorted(values)
    assert min(amounts) <= values[0]
    assert values[-1] <= max(amounts) + 1e-6


@settings(max_examples=8)
@given(AMOUNTS, st.integers(0, 10**6))
def test_the_order_of_draws_changes_nothing_and_every_overrun_is_counted(amounts, budget):
    one, other = (cost_distribution(company(a), budget) for a in (amounts, amounts[::-1]))
    assert one.to_frame().round(6).equals(other.to_frame().round(6))
    over = [a - budget for a in amounts if a > budget]
    assert one.over_probability == len(over) / len(amounts)
    assert one.over_amount == pytest.approx(np.mean(over) if over else 0.0)


def test_regions_add_up_to_the_company_on_a_drawn_world():
    plan = section_5()
    sales = cost_of_sales(simulate(plan, draw_world(team(31), draws=200))).to_frame()
    assert sales["pay"].iloc[1:].sum() == pytest.approx(sales["pay"].iloc[0])
    assert sales["sold"].iloc[1:].sum() == pytest.approx(sales["sold"].iloc[0])


# planted truth


def test_the_interval_of_the_p95_holds_the_truth_in_about_95_percent_of_simulations():
    from salesanalysis.incentives.outlook.tables import quantile_bounds

    rng, hits = np.random.default_rng(3), 0
    for _ in range(400):
        low, high = quantile_bounds(rng.uniform(size=200), 0.95)
        hits += low <= 0.95 <= high
    assert 0.93 <= hits / 400 <= 0.995  # ranks are whole: coverage is 95 % or a little more


# outside references


def test_ranks_around_the_median_of_twenty_are_6_and_15_as_in_the_tables():
    assert ranks_around(20, 0.5) == (6, 15)
    inside = sum(math.comb(20, k) for k in range(6, 15)) / 2**20
    assert inside == pytest.approx(0.9586, abs=5e-5)


@pytest.mark.parametrize(("s", "cost"), [(0.1, 1.080), (0.2, 1.160), (0.3, 1.239), (0.4, 1.319)])
def test_an_accelerator_of_three_costs_what_the_closed_form_says(s, cost):
    plan = accelerator(3)
    plan = per_year(plan)  # the spread of the period is that of the model
    world = draw_world(team(40), Attainment("normal", 1.0, s, market=0, region=0, person=0, noise=1),
                       periods=1, draws=3_000)  # fmt: skip
    found = convexity(plan, simulate(plan, world), world).to_frame().set_index("way")
    assert found.loc["accelerator", "steeper"] == pytest.approx(3)
    ratio = found["expected_amount"] / found["certain_amount"]
    # 120,000 people-years: the spread is known to 0.2 %, the mean of steep pay to 0.3 %
    assert ratio[["accelerator", "pieces"]].tolist() == pytest.approx([cost] * 2, abs=2e-3)
    assert ratio["simulated"] == pytest.approx(cost, abs=9e-3)


def test_the_published_commissions_of_500_people_cost_what_they_cost():
    """2 % below 90 % of target, 3 % below 99 %, then 4 %, on the whole amount; N(1, 0.1)."""
    targets = (75, 100, 200, 300, 400, 500)
    n = (150, 150, 100, 50, 25, 25)  # 500 people by the shares .3 .3 .2 .1 .05 .05
    people = pd.DataFrame({"quota": np.repeat(targets, n) * 1_000.0})
    people["salesperson"] = [f"P{i:03d}" for i in range(500)]
    tiers = '{from: "0", rate: "0.02"}, {from: "0.9", rate: "0.03"}, {from: "0.99", rate: "0.04"}'
    plan = per_year(plan_of(tiers_yaml(tiers, mode="retroactive")))
    alone = Attainment("normal", 1.0, 0.1, market=0, region=0, person=0, noise=1)
    drawn = simulate(plan, draw_world(people, alone, periods=1, draws=2_000))
    cost = cost_distribution(drawn)
    assert expected(plan, Normal(1.0, 0.1), quota=people["quota"]).total == pytest.approx(
        2_885_241.86, abs=0.005
    )
    error = float(drawn.draws["pay"].std()) / 2_000**0.5
    assert cost.value("mean") == pytest.approx(2_885_241.86, abs=4 * error)


@pytest.mark.parametrize(
    ("mean", "met"),
    [(0.95, (0.303, 0.490, 0.663, 0.797, 0.886)), (1.0, (0.500, 0.688, 0.826, 0.911, 0.957))],
)
def test_quotas_above_the_plan_reach_it_as_often_as_the_closed_form_says(mean, met):
    """200 people, sd 0.3, correlation 0.1; quotas 0 to 20 % above the plan of the company."""
    people = team(200).assign(quota=100_000.0, region="")
    model = Attainment("normal", mean, 0.3, market=0.1, region=0, person=0, noise=0.9)
    plan = per_year(plan_of(tiers_yaml('{from: "0", rate: "0.01"}')))
    drawn = simulate(plan, draw_world(people, model, periods=1, draws=6_000)).draws["attainment"]
    found = [float((drawn >= 1 / (1 + over)).mean()) for over in (0, 0.05, 0.10, 0.15, 0.20)]
    assert found == pytest.approx(met, abs=0.025)  # four standard errors of 6,000 draws


# absurd settings and refusals


def test_one_draw_gives_a_mean_and_no_interval():
    cost = cost_distribution(company([500.0]), budget=0)
    assert set(cost.to_frame()["status"]) == {"too_few_draws", "no_interval"}
    assert cost.over_probability == 1.0
    assert cost.headline() == (
        "Plan: pay costs 500 CNY in every draw; 100% chance of more than 0 CNY"
    )
    assert "Too few draws (1) for an interval of the P95." in cost.explain()


def test_nothing_paid_costs_nothing_and_has_no_noise():
    cost = cost_distribution(company([0.0] * 200), budget=0)
    assert cost.value("p95") == 0
    assert cost.over_probability == 0
    assert cost.to_frame()["noise_share"].fillna(0).max() == 0


def test_a_negative_budget_is_refused():
    with pytest.raises(ContractError) as error:
        cost_distribution(company([1.0, 2.0]), budget=-5)
    assert str(error.value) == (
        "budget is -5; it must be a number 0 or above.\n  where: budget=...\n"
        "  fix:   give the budget of the horizon in currency"
    )


def test_nothing_sold_has_no_cost_of_sales():
    found = cost_of_sales(by_hand({"Li": [5, 5]}, {"Li": [0, 0]}))
    assert found.to_frame()["status"].tolist() == ["nothing_sold"]
    assert found.headline("zh") == "方案：没有销售，无法计算奖金占比"


def test_regions_that_miss_pay_are_refused():
    drawn = by_hand({"Li": [10, 20], "Wu": [30, 30]}, region={"Li": "East", "Wu": "West"})
    drawn.regions = drawn.regions[drawn.regions["region"] == "East"]
    with pytest.raises(ReconciliationError, match="Regions' sales of a draw leave"):
        cost_of_sales(drawn)


def test_a_quantile_is_a_draw_that_happened():
    assert quantile([1.0, 2.0, 3.0, 4.0], 0.51) == 3.0
