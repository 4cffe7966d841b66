"""What a plan does to people: pay for performance, inequality, coverage, fairness."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlooktools import by_hand, team
from paytools import plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.attainment import Attainment
from salesanalysis.incentives.outlook import (
    coverage,
    gini,
    inequality,
    lorenz,
    pay_for_performance,
    quota_fairness,
)
from salesanalysis.incentives.outlook.fairness import spearman_interval
from salesanalysis.incentives.outlook.performance import rank_correlation
from salesanalysis.incentives.simulate import draw_world, simulate

PAY = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(lambda v: sum(v) > 0)


# worked by hand


def test_three_people_with_1_2_and_3_have_a_gini_of_two_ninths():
    # differences: 1, 2, 1, each twice = 8; over 2 x 9 x 2
    assert gini([3, 1, 2]) == pytest.approx(8 / 36)


def test_the_poorer_half_with_a_quarter_lies_on_the_lorenz_curve():
    assert lorenz([1, 3]).to_numpy().tolist() == [[0, 0], [0.5, 0.25], [1, 1]]


def test_the_gap_is_share_of_pay_less_share_of_sales():
    found = pay_for_performance(by_hand({"Li": [30], "Wu": [10]}, {"Li": [100], "Wu": [100]}))
    frame = found.to_frame().set_index("salesperson")
    assert frame["gap_pp"].to_dict() == {"Li": 25.0, "Wu": -25.0}
    assert found.basis == "none"


def test_gaps_too_small_to_read_are_not_told_as_nought():
    """One cent of 10,000: nobody gets most by +0.00 points."""
    pay = {"Li": [10_000.01], "Wu": [10_000.0]}
    found = pay_for_performance(by_hand(pay, {"Li": [100], "Wu": [100]}))
    assert found.explain().split("\n")[-1] == (
        "Nobody's share of pay is 0.01 points away from their share of sales."
    )
    assert "均不足0.01个百分点" in found.explain("zh")
    wider = pay_for_performance(by_hand(pay | {"Li": [10_004.0]}, {"Li": [100], "Wu": [100]}))
    assert "Li gets most (+0.01 pp), Wu least (-0.01 pp)" in wider.explain()


def test_pay_is_measured_against_the_target_incentive_where_there_is_one():
    found = pay_for_performance(
        by_hand({"Li": [50, 100, 150]}, {"Li": [90, 100, 110]}, incentive=100.0)
    )
    assert found.levels["pay_ratio"].tolist() == [0.5, 1.0, 1.5]
    assert (found.rho, found.basis) == (1.0, "incentive")


def test_a_person_in_debt_is_listed_apart_and_no_part_of_the_gini():
    found = inequality(by_hand({"A": [-10], "B": [30], "C": [10]}))
    row = found.to_frame().set_index("measured_on").loc["pay"]
    assert row["gini"] == pytest.approx(gini([10, 30]))
    assert found.negatives.to_dict("records") == [{"salesperson": "A", "n_draws": 1, "amount": -10}]
    # half of the two others has a quarter; the curve is drawn at thirds
    assert found.lorenz["pay"].tolist() == pytest.approx([0, 0.25 * 2 / 3, 0.5, 1])


def test_years_are_averaged_and_expected_pay_does_not_hide_them():
    # equal on average, unequal in every year
    found = inequality(by_hand({"A": [10, 30], "B": [30, 10]}))
    assert found.to_frame()["gini"].iloc[0] == pytest.approx(gini([10, 30]))


def test_person_years_fall_into_bands_by_their_attainment():
    drawn = by_hand({"Li": [0, 0, 0, 0, 0]}, {"Li": [40, 79.99, 80, 99.99, 100]})
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    found = coverage(plan, drawn)
    assert found.to_frame()["year_share"].iloc[:4].tolist() == pytest.approx([0, 0.4, 0.4, 0.2])
    assert found.to_frame()["status"].iloc[4:].tolist() == ["no_cap", "no_tax_rule"]


def test_a_threshold_splits_those_below_80_percent():
    drawn = by_hand({"Li": [0, 0, 0]}, {"Li": [40, 60, 100]})
    plan = plan_of(tiers_yaml('{from: "0.5", rate: "0.05"}'))
    back = plan_of(tiers_yaml('{from: "0.5", rate: "0.05"}').replace("zero", "first_rate"))
    assert coverage(back, drawn).threshold == 0.5  # returns are another matter
    found = coverage(plan, drawn)
    assert found.threshold == 0.5
    assert found.to_frame()["year_share"].iloc[:4].tolist() == pytest.approx(
        [1 / 3, 1 / 3, 0, 1 / 3]
    )


def test_one_in_three_year_end_bonuses_lies_in_a_blind_zone():
    text = section_5().to_yaml() + "tax_warning: cn_one_off_bonus\n"
    drawn = by_hand({"Li": [36_000, 36_001, 38_567]})
    found = coverage(Plan.from_text(text), drawn)
    assert found.share("tax_zone") == pytest.approx(1 / 3)


def test_the_interval_of_a_rank_correlation_of_0_6_among_53_people():
    # z = 0.69315, error = sqrt(1.18 / 50) = 0.15362, z -+ 1.96 errors = 0.39205 and 0.99424
    assert spearman_interval(0.6, 53) == pytest.approx((0.3731, 0.7592), abs=1e-4)


# invariants


@given(PAY, st.integers(1, 1000))
def test_inequality_is_the_same_in_every_currency(pay, scale):
    assert gini([scale * p for p in pay]) == pytest.approx(gini(pay), abs=1e-12)
    assert 0 <= gini(pay) < 1


@given(PAY)
def test_gini_by_ranks_is_the_sum_over_all_pairs(pay):
    x = np.array(pay, float)
    pairs = np.abs(x[:, None] - x).sum() / (2 * x.size**2 * x.mean())
    assert gini(pay) == pytest.approx(pairs, abs=1e-12)


@given(PAY)
def test_gini_is_twice_the_area_above_the_lorenz_curve(pay):
    curve = lorenz(pay)
    area = np.trapezoid(curve["share"], curve["people_share"])
    assert gini(pay) == pytest.approx(1 - 2 * area, abs=1e-9)


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=2, max_size=12))
def test_gaps_of_shares_add_up_to_nothing_whoever_comes_first(rows):
    pay = {f"P{i}": [p] for i, (p, _) in enumerate(rows)}
    sales = {f"P{i}": [s] for i, (_, s) in enumerate(rows)}
    frame = pay_for_performance(by_hand(pay, sales)).to_frame()
    if frame["gap_pp"].notna().all():
        assert frame["gap_pp"].sum() == pytest.approx(0, abs=1e-9)


def test_every_person_period_stands_in_one_band_and_the_cap_is_counted():
    text = section_5().to_yaml() + 'limits: {cap: {of: pay, amount: "20000.00", excess: lost}}\n'
    plan = Plan.from_text(text)
    world = draw_world(team(30, spread=0.0).assign(quota=300_000.0), draws=500)
    frame = coverage(plan, simulate(plan, world), world).to_frame().set_index("reach")
    assert frame["period_share"].iloc[:4].sum() == pytest.approx(1)
    # the cap of 20,000 is reached at -0.1512 + 0.18 A = 0.0667, A = 1.2104
    sold = np.concatenate([world.sold(p).reshape(-1) for p in world.people["salesperson"]])
    assert frame.loc["capped", "period_share"] == pytest.approx(
        (sold >= 363_111.12).mean(), abs=1e-4
    )


# outside references


def test_rank_correlation_agrees_with_scipy_ties_included():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 9, 200).astype(float), rng.integers(0, 9, 200).astype(float)
    assert rank_correlation(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


def test_the_share_at_quota_is_that_of_the_model():
    model = Attainment("normal", 1.0, 0.2)
    plan = section_5()
    world = draw_world(team(60), model, draws=1_500)
    found = coverage(plan, simulate(plan, world))
    assert found.share("at_quota") == pytest.approx(0.5, abs=0.02)
    assert found.share("near_quota") == pytest.approx(0.3413, abs=0.02)


def test_the_interval_of_a_rank_correlation_covers_0_in_about_95_percent_of_fair_teams():
    rng, hits = np.random.default_rng(9), 0
    for _ in range(300):
        rho = rank_correlation(rng.normal(size=25), rng.normal(size=25))
        low, high = spearman_interval(rho, 25)
        hits += low <= 0 <= high
    assert 0.92 <= hits / 300 <= 0.99


def test_quotas_set_too_high_for_large_territories_are_found():
    rng = np.random.default_rng(2)
    quota = np.linspace(1, 5, 40) * 1e5
    people = pd.DataFrame({"salesperson": [f"S{i:02d}" for i in range(40)], "quota": quota,
                           "attainment": 1.3 - quota / 1e6 + rng.normal(0, 0.05, 40)})  # fmt: skip
    found = quota_fairness(people)
    assert found.to_frame()["lean"].tolist() == ["large_harder", "unknown"]
    assert found.headline().startswith("A larger quota is harder to reach: rank correlation -0.9")
    assert found.to_frame()["status"].tolist() == ["estimated", "not_given"]


# absurd settings and refusals


def test_equal_pay_has_no_rank_correlation_and_no_inequality():
    drawn = by_hand({"Li": [5, 5], "Wu": [5, 5]}, {"Li": [90, 110], "Wu": [80, 120]})
    assert pay_for_performance(drawn).rho is None
    assert pay_for_performance(drawn).headline() == (
        "Plan: pay does not vary with attainment, or nothing varies at all"
    )
    assert inequality(drawn).to_frame()["gini"].iloc[0] == 0


def test_nothing_paid_is_said_and_not_divided_by():
    drawn = by_hand({"Li": [0, 0], "Wu": [0, 0]})
    assert inequality(drawn).headline() == "Plan: nothing is paid, so there is no inequality of pay"
    assert pay_for_performance(drawn).to_frame()["paid_share"].isna().all()


def test_one_person_is_as_equal_as_can_be():
    assert inequality(by_hand({"Li": [7, 9]})).to_frame()["gini"].iloc[0] == 0


@pytest.mark.parametrize("values", [[], [0, 0], [-1, 2], [float("nan"), 1]])
def test_a_gini_of_nothing_or_of_debts_is_refused(values):
    with pytest.raises(ContractError) as error:
        gini(values)
    assert str(error.value) == (
        "a Gini coefficient needs values of 0 or above with a sum above 0.\n"
        f"  where: gini(values), {len(values)} values\n"
        "  fix:   list negative or empty values apart, and leave them out here"
    )


def test_a_sample_that_misses_people_in_a_draw_is_refused():
    drawn = by_hand({"Li": [1, 2], "Wu": [3, 4]})
    drawn.sample = drawn.sample.iloc[1:]
    with pytest.raises(ContractError, match="3 rows of the sample are no whole draws of 2 people"):
        inequality(drawn)


def test_seven_people_are_too_few_for_fairness_and_empty_attainments_are_refused():
    people = team(7).assign(attainment=np.linspace(0.8, 1.2, 7))
    assert quota_fairness(people).to_frame()["status"].tolist() == ["too_few", "not_given"]
    people.loc[3, "attainment"] = float("nan")
    with pytest.raises(ContractError) as error:
        quota_fairness(people)
    assert str(error.value) == (
        "1 of 7 people have an empty or infinite value in quota, attainment.\n"
        "  where: people, rows [3], see .rows\n  fix:   fill them, or leave these people out"
    )
