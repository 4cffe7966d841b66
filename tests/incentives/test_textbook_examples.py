"""Examples of textbooks and papers: what others have printed, or follows from what they print."""

import math

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, compile_plan, evaluate_change, linear_optimum
from salesanalysis.incentives.moments import (
    Empirical,
    LogNormal,
    Normal,
    capped_mean,
    expected,
    expected_top,
    stop_loss,
)
from salesanalysis.incentives.outlook import gini, lorenz


@pytest.mark.parametrize(
    ("response", "risk", "variance", "rate"),
    [
        (1, 0.5, 2, 1 / 2),  # Milgrom and Roberts (1992), ch. 7: P' / (1 + r V C'')
        (1, 2, 0.25, 2 / 3),  # Bolton and Dewatripont (2005), 4.2: 1 / (1 + eta c sigma^2)
        (3, 2, 9, 1 / 3),  # effort that sells three: 9 / (9 + 18)
    ],
)
def test_the_intensity_of_incentives_of_the_textbooks(response, risk, variance, rate):
    best = linear_optimum(response=response, effort_cost=1, risk_aversion=risk,
                          noise_variance=variance)  # fmt: skip
    assert best.rate == pytest.approx(rate)


def test_numbers_nobody_can_reckon_with_are_refused_not_crashed_on():
    with pytest.raises(ContractError) as caught:
        linear_optimum(response=1, effort_cost=1, risk_aversion=1, noise_variance=1e300)
    assert str(caught.value) == (
        "one of 1, 1, 1, 1e+300, 0 is too large or too small to be reckoned with.\n"
        "  where: linear_optimum(...)\n"
        "  fix:   measure sales in other units: numbers from 1e-12 to 1e+12"
    )


def test_the_loss_table_of_the_newsvendor():
    """Standard normal loss at 0, 0.5, 1, 2: 0.3989, 0.1978, 0.0833, 0.0085."""
    found = stop_loss(Normal(0, 1), np.array([0.0, 0.5, 1.0, 2.0]))
    assert found.round(4).tolist() == [0.3989, 0.1978, 0.0833, 0.0085]
    # of 100 +- 20 asked for, an order of 110 sells 110 - 20 (L(0.5) + 0.5)
    assert float(capped_mean(Normal(100, 20), 110)) == pytest.approx(110 - 20 * 0.69780, abs=1e-3)


def test_a_bonus_above_an_edge_is_a_call_option():
    """Hull's example of Black and Scholes: 42, strike 40, 10 %, 20 %, half a year: 4.76."""
    drift = math.log(42) + (0.1 - 0.02) * 0.5
    paid = float(stop_loss(LogNormal(drift, 0.2 * math.sqrt(0.5)), 40.0))
    assert paid * math.exp(-0.05) == pytest.approx(4.76, abs=0.005)


def test_the_best_of_several_sellers():
    """Harter (1961), expected largest of n normals: 0.56419, 0.84628, 1.16296, 1.53875."""
    assert [round(expected_top(n), 5) for n in (2, 3, 5, 10)] == [
        0.56419, 0.84628, 1.16296, 1.53875,
    ]  # fmt: skip


def test_expected_pay_over_a_truncated_normal_is_that_of_its_quantiles():
    """N(1, 0.3) between 0 and 2, worked piece by piece: 2 % of sales, 10 % above quota."""
    from scipy import stats

    cut = stats.truncnorm(-1 / 0.3, 1 / 0.3, loc=1, scale=0.3)
    seen = Empirical(cut.ppf((np.arange(20_000) + 0.5) / 20_000))
    plan = Plan.from_yaml("params/plans/standard.yaml").edited(
        {f"commission.tiers[{i}].rate": r for i, r in enumerate(["0.02"] * 3 + ["0.1"] * 2)}
        | {f"coefficient.bands[{i}].value": "1" for i in range(3)}
    )
    found = expected(compile_plan(plan), seen, quota=1_000.0).total
    above = cut.expect(lambda a: a - 1, lb=1, ub=2)
    assert found == pytest.approx(1_000 * (0.02 * 1.0 + 0.08 * above), rel=1e-5)


@pytest.mark.parametrize(
    ("incomes", "share"),
    [([1, 2, 3, 4, 5], 4 / 15), ([10, 20, 30, 40], 0.25), ([0, 0, 0, 1], 0.75), ([7, 7], 0.0)],
)
def test_the_gini_of_the_textbooks(incomes, share):
    assert gini(incomes) == pytest.approx(share)


def test_the_curve_of_lorenz():
    assert lorenz([10, 20, 30, 40])["share"].tolist() == pytest.approx([0, 0.1, 0.3, 0.6, 1.0])


def test_the_wages_and_burgers_of_card_and_krueger():
    """Card and Krueger (1994), table 3: New Jersey 20.44 to 21.03, Pennsylvania 23.33 to 21.17.

    The difference of differences is 2.75 (2.76 before rounding); two states give no interval.
    """
    means = pd.DataFrame(
        {
            "state": ["NJ", "PA", "NJ", "PA"],
            "period": ["1992-02", "1992-02", "1992-11", "1992-11"],
            "staff": [20.44, 23.33, 21.03, 21.17],
        }
    )
    found = evaluate_change(means, "1992-04-01", treated=["NJ"], outcome="staff", unit="state",
                            cluster=None)  # fmt: skip
    assert found.effect == pytest.approx(2.75)
    row = found.figure("comparison", "difference")
    assert (row["status"], row["why"]) == ("no_interval", "few_clusters")
    assert "neither a rise nor a fall is shown" in found.explain()
