"""Fourteen growth methods: worked numbers, invariants, planted truth, outside cases."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yearsales import last_year, months_of, panel_of, table

import salesanalysis as sa
from salesanalysis import strictyaml
from salesanalysis.targets import growth

CASES = strictyaml.read(Path(__file__).parents[1] / "reference" / "targets_cases.yaml").data[
    "cases"
]
SEVERAL = last_year([120.0, 80.0, 50.0])


def values(basis) -> list[float]:
    return basis.to_frame()["value"].tolist()


def rise(basis) -> float:
    return basis.to_frame()["growth"].iloc[0]


# ---- worked by hand


def test_compound_growth_is_the_rate_that_leads_from_the_oldest_year_to_the_newest() -> None:
    panel = panel_of({"A": {2020: 100.0, 2021: 130.0, 2022: 90.0, 2023: 133.1}})
    basis = growth(panel, "cagr", year=2024)
    assert rise(basis) == pytest.approx(0.10)
    assert values(basis) == pytest.approx([133.1 * 1.1])
    assert basis.formulas()["note"].iloc[0] == (
        "133 CNY x (1 +10.0%) = 146 CNY; growth = (133 CNY / 100 CNY) ^ (1 / 3) - 1"
    )


def test_compound_growth_over_two_years_starts_two_years_back() -> None:
    panel = panel_of({"A": {2020: 5.0, 2021: 100.0, 2022: 90.0, 2023: 121.0}})
    assert rise(growth(panel, "cagr", year=2024, n_years=2)) == pytest.approx(0.10)


def test_the_mean_of_three_growths_gives_each_a_third() -> None:
    panel = panel_of({"A": {2020: 100.0, 2021: 110.0, 2022: 132.0, 2023: 171.6}})
    assert rise(growth(panel, "moving3", year=2024)) == pytest.approx((0.1 + 0.2 + 0.3) / 3)


def test_one_wild_year_does_not_move_robust_growth() -> None:
    steady = {y: 100.0 * 1.1 ** (y - 2017) for y in range(2017, 2024)}
    wild = steady | {2020: 900.0}
    plain = growth(panel_of({"A": wild}), "moving3", year=2024, fallback="borrow")
    assert rise(growth(panel_of({"A": steady}), "robust", year=2024)) == pytest.approx(0.1)
    assert rise(growth(panel_of({"A": wild}), "robust", year=2024)) == pytest.approx(0.1, abs=0.02)
    assert abs(rise(plain) - 0.1) > 0.1


def test_robust_growth_takes_the_median_of_yearly_growths_where_a_year_has_no_log() -> None:
    panel = panel_of({"A": {2019: 50.0, 2020: 0.0, 2021: 100.0, 2022: 110.0, 2023: 143.0}})
    basis = growth(panel, "robust", year=2024)
    # growths there are: -100 %, 10 %, 30 %
    assert rise(basis) == pytest.approx(0.10)
    assert basis.to_frame()["reason"].iloc[0] == "by_median"


def test_damped_growth_fades_from_year_to_year() -> None:
    panel = last_year([100.0])
    basis = growth(panel, "damped", rate=0.2, phi=0.5, horizon=3, year=2026)
    assert values(basis) == pytest.approx([100 * 1.2 * 1.1 * 1.05])
    assert basis.headline() == "Proposed for 2026: 139 CNY, +38.6% on the 100 CNY of 2023"


def test_damped_growth_over_one_year_is_growth() -> None:
    panel = panel_of({"A": {2020: 100.0, 2021: 110.0, 2022: 115.5, 2023: 127.05}})
    assert rise(growth(panel, "damped", year=2024)) == pytest.approx(0.085)


def test_potential_shares_the_total_whatever_was_sold() -> None:
    potential = table(potential=[300.0, 250.0, 200.0])
    basis = growth(SEVERAL, "potential", total=150, table=potential, year=2024)
    assert values(basis) == pytest.approx([60.0, 50.0, 40.0])
    assert basis.to_frame()["growth"].tolist() == pytest.approx([-0.5, -0.375, -0.2])


def test_untapped_potential_gets_the_growth() -> None:
    potential = table(potential=[200.0, 100.0, 150.0])
    basis = growth(SEVERAL, "untapped", total=290, table=potential, year=2024)
    # 40 to hand out over 80 + 20 + 100 not sold yet
    assert values(basis) == pytest.approx([136.0, 84.0, 70.0])


def test_a_unit_above_its_potential_gets_nothing_more_where_that_is_chosen() -> None:
    potential = table(potential=[100.0, 100.0, 150.0])
    basis = growth(SEVERAL, "untapped", total=262, table=potential, below="clip", year=2024)
    assert values(basis) == pytest.approx([120.0, 82.0, 60.0])
    log = basis.policy_log
    assert log[log["rule"] == "potential_clip"]["node"].tolist() == ["A"]


def test_a_total_below_last_year_is_cut_in_proportion_where_that_is_chosen() -> None:
    potential = table(potential=[200.0, 100.0, 150.0])
    basis = growth(
        SEVERAL, "untapped", total=125, table=potential, shrinking="proportional_cut", year=2024
    )
    assert values(basis) == pytest.approx([60.0, 40.0, 25.0])
    assert (basis.policy_log["rule"] == "proportional_cut").sum() == 3


def test_forecast_means_share_the_total() -> None:
    basis = growth(
        SEVERAL, "forecast", total=200, forecast=table(mean=[50.0, 30.0, 20.0]), year=2024
    )
    assert values(basis) == pytest.approx([100.0, 60.0, 40.0])


def test_a_forecast_quantile_is_each_units_own() -> None:
    normal = table(mean=[100.0, 80.0, 60.0], sd=[10.0, 0.0, 20.0])
    basis = growth(SEVERAL, "forecast", forecast=normal, quantile=0.8, year=2024)
    assert values(basis) == pytest.approx([100 + 8.41621234, 80.0, 60 + 16.83242467])
    draws = table("AAABBBCCC", draw=[0, 1, 2] * 3, value=[1, 2, 3, 4, 5, 6, 7, 8, 9])
    basis = growth(SEVERAL, "forecast", forecast=draws, quantile=0.5, year=2024)
    assert values(basis) == [2.0, 5.0, 8.0]


def test_a_forecast_of_the_year_is_taken_as_it_is_and_its_growth_is_shown() -> None:
    basis = growth(SEVERAL, "trend_season", forecast=table(mean=[132.0, 80.0, 45.0]), year=2024)
    assert basis.to_frame()["growth"].tolist() == pytest.approx([0.1, 0.0, -0.1])


def test_a_unit_grows_with_its_market_and_with_its_share_of_it() -> None:
    market = table(market_growth=[0.05, 0.05, -0.10], share_gain=[0.10, 0.0, 0.0])
    basis = growth(SEVERAL, "market_share", table=market, year=2024)
    assert values(basis) == pytest.approx([120 * 1.05 * 1.10, 84.0, 45.0])


def test_a_blended_base_mixes_years_and_pipeline() -> None:
    panel = panel_of({"A": {2021: 60.0, 2022: 90.0, 2023: 120.0}})
    columns = {"base": 0.5, "years_back_2": 0.3, "pipeline": 0.2}
    basis = growth(
        panel, "blend", columns=columns, table=table("A", pipeline=[200.0]), rate=0.1, year=2024
    )
    frame = basis.to_frame()
    assert frame["base"].tolist() == pytest.approx([0.5 * 120 + 0.3 * 90 + 0.2 * 200])
    assert frame["value"].tolist() == pytest.approx([127 * 1.1])
    assert frame["cleaned_amount"].tolist() == pytest.approx([120 - 127])
    assert "0.5 × 120 CNY + 0.3 × 90 CNY + 0.2 × 200 CNY" in basis.formulas()["note"].iloc[0]


def test_new_business_gets_a_value_by_potential_and_is_named_in_the_log() -> None:
    facts = months_of({"A": {2022: 100.0, 2023: 100.0}, "B": {2024: 1.0}})
    panel = sa.Panel.of(facts, by=["region"])
    potential = table("AB", potential=[30.0, 10.0])
    basis = growth(panel, "potential", total=200, table=potential, year=2024)
    frame = basis.to_frame().set_index("region")
    assert frame.loc["B", "value"] == pytest.approx(50.0)
    assert frame.loc["B", "status"] == "without_base"
    assert np.isnan(frame.loc["B", "growth"])
    assert "without_base" in basis.policy_log["rule"].tolist()
    assert basis.total() == pytest.approx(200.0)


def test_every_proposal_has_its_formula_in_both_languages() -> None:
    panel = panel_of({"A": {2020: 100.0, 2021: 110.0, 2022: 115.5, 2023: 127.05}})
    basis = growth(panel, "weighted3", year=2024)
    assert basis.formulas()["note"].iloc[0] == (
        "127 CNY x (1 +8.5%) = 138 CNY; growth = 0.5 × (+10.0%) + 0.3 × (+5.0%) + 0.2 × (+10.0%)"
    )
    assert basis.formulas("zh")["note"].iloc[0] == (
        "127元 ×（1 +8.5%）= 138元；增长率 = 0.5 × (+10.0%) + 0.3 × (+5.0%) + 0.2 × (+10.0%)"
    )


# ---- invariants

SOLD = st.lists(st.floats(1.0, 1e8), min_size=3, max_size=3)
SHARED = {
    "constant": {"total": 1e6},
    "potential": {"total": 1e6, "table": table(potential=[3.0, 2.0, 1.0])},
    "index": {
        "total": 1e6,
        "table": table(potential=[3.0, 2.0, 1.0]),
        "columns": {"base": 0.7, "potential": 0.3},
    },
    "forecast": {"total": 1e6, "forecast": table(mean=[3.0, 2.0, 1.0])},
}
OWN = ("weighted_years", "weighted3", "moving3", "cagr", "robust", "damped")


@settings(max_examples=8)
@given(SOLD, st.floats(-0.5, 2.0))
def test_constant_growth_to_its_own_total_is_constant_growth_per_unit(sold, rate) -> None:
    panel = last_year(sold)
    one = growth(panel, "constant", rate=rate, year=2024)
    two = growth(panel, "constant", total=sum(sold) * (1 + rate), year=2024)
    np.testing.assert_allclose(values(one), values(two), rtol=1e-9)


@settings(max_examples=6)
@given(SOLD, st.sampled_from(sorted(SHARED)))
def test_shares_add_up_to_the_total_and_are_never_below_zero(sold, method) -> None:
    basis = growth(last_year(sold), method, year=2024, **SHARED[method])
    assert sum(values(basis)) == pytest.approx(1e6)
    assert min(values(basis)) >= 0


@settings(max_examples=8)
@given(st.lists(SOLD, min_size=3, max_size=3), st.sampled_from(OWN), st.integers(0, 99))
def test_order_of_rows_and_size_of_money_change_nothing_but_the_size(sold, method, seed) -> None:
    sales = {
        n: dict(zip((2021, 2022, 2023), v, strict=True)) for n, v in zip("ABC", sold, strict=True)
    }
    panel = panel_of(sales)
    mixed = panel.to_frame().sample(frac=1, random_state=seed)
    twice = mixed.assign(value=mixed["value"] * 2)
    a, b, c = (
        growth(sa.Panel.of(f, by=["region"]), method, year=2024)
        for f in (panel.to_frame(), mixed, twice)
    )
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    pd.testing.assert_frame_equal(a.policy_log, b.policy_log)
    np.testing.assert_allclose(np.array(values(a)) * 2, values(c))


@settings(max_examples=6)
@given(SOLD, st.sampled_from(OWN))
def test_renamed_units_keep_their_numbers(sold, method) -> None:
    a = growth(last_year(sold, "ABC"), method, year=2024).to_frame()
    b = growth(last_year(sold, "ZYX"), method, year=2024).to_frame()
    np.testing.assert_allclose(sorted(a["value"]), sorted(b["value"]))


@settings(max_examples=10)
@given(
    st.lists(st.lists(st.sampled_from([0.0, -5.0, 10.0, 1e6]), min_size=1, max_size=4), min_size=1, max_size=3),
    st.sampled_from(OWN),
)  # fmt: skip
def test_nothing_is_empty_without_a_row_in_the_log(sold, method) -> None:
    sales = {
        n: {2024 - len(v) + k: x for k, x in enumerate(v)}
        for n, v in zip("ABC", sold, strict=False)
    }
    extra = {} if method in {"weighted_years", "robust"} else {"fallback": "borrow"}
    basis = growth(panel_of(sales), method, year=2024, **extra)
    frame = basis.to_frame()
    empty = frame[frame[["base", "growth", "value"]].isna().any(axis=1)]
    assert set(empty["region"]) <= set(basis.policy_log["node"])
    assert frame["value"].min() >= 0


# ---- planted truth


def test_a_planted_rate_is_found_by_every_method_that_looks_for_one() -> None:
    panel = panel_of(
        {
            n: {y: s * 1.07 ** (y - 2017) for y in range(2017, 2024)}
            for n, s in zip("AB", (10, 99), strict=True)
        }
    )
    for method in OWN:
        found = growth(panel, method, year=2024).to_frame()["growth"]
        np.testing.assert_allclose(found, 0.07, rtol=1e-9)


# ---- outside reference


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "shares"], ids=lambda c: c["id"])
def test_constant_growth_to_a_total_agrees_with_the_outside_case(case) -> None:
    panel = last_year(case["inputs"]["last"])
    basis = growth(panel, "constant", total=case["inputs"]["total"], year=2024)
    assert values(basis) == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "index"], ids=lambda c: c["id"])
def test_the_weighted_index_agrees_with_the_outside_case(case) -> None:
    given, w = case["inputs"], case["inputs"]["w"]
    basis = growth(
        last_year(given["last"]), "index", total=given["total"], year=2024,
        table=table(potential=given["potential"]), columns={"base": w, "potential": 1 - w},
    )  # fmt: skip
    assert values(basis) == pytest.approx(case["expected"], abs=case["tolerance"])


def test_compound_growth_agrees_with_the_outside_case() -> None:
    case = next(c for c in CASES if c["id"] == "cagr-10-percent")
    series = case["inputs"]["series"]
    panel = panel_of({"A": {2024 - len(series) + k: v for k, v in enumerate(series)}})
    assert rise(growth(panel, "cagr", year=2024)) == pytest.approx(case["expected"], abs=1e-9)


def test_least_squares_and_huber_agree_with_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    units = pd.DataFrame({"region": [f"R{i:02}" for i in range(30)]})
    units = units.assign(shops=rng.uniform(1, 50, 30), brand=rng.uniform(0, 1, 30))
    units["base"] = 10 + 4 * units["shops"] + 30 * units["brand"] + rng.normal(0, 5, 30)
    units.loc[3, "base"] = 900.0
    x = sm.add_constant(units[["shops", "brand"]])
    ols = sa.targets.regress(units, by=["region"], columns=["shops", "brand"])
    theirs = sm.OLS(units["base"], x).fit()
    np.testing.assert_allclose(ols.coefficients["coefficient"], theirs.params)
    assert ols.r2 == pytest.approx(theirs.rsquared)
    np.testing.assert_allclose(ols.frame["leverage"], theirs.get_influence().hat_matrix_diag)
    huber = sa.targets.regress(units, by=["region"], columns=["shops", "brand"], fit="huber")
    other = sm.RLM(units["base"], x, M=sm.robust.norms.HuberT()).fit(
        tol=1e-12, maxiter=500, scale_est="mad"
    )
    np.testing.assert_allclose(huber.coefficients["coefficient"], other.params, rtol=0.01)
    assert huber.frame["weight"].idxmin() == 3
    assert "explains" in huber.headline()


def test_theil_sen_agrees_with_scipy() -> None:
    from scipy.stats import theilslopes

    sold = [100.0, 130.0, 90.0, 160.0, 155.0, 220.0]
    panel = panel_of({"A": {2018 + k: v for k, v in enumerate(sold)}})
    slope = theilslopes(np.log(sold), np.arange(6)).slope
    assert rise(growth(panel, "robust", year=2024)) == pytest.approx(np.exp(slope) - 1)
