"""The quality report: unfair plans are told from fair ones, and hard targets are named."""

import math

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES
from salesanalysis.panel import Panel
from salesanalysis.targets.fairness import statistics

report_of = sa.targets.quality_report


def people(n=40, *, tilt=0.0, seed=3, noise=0.12) -> pd.DataFrame:
    """Targets of n people; `tilt` asks the large for more than their share."""
    rng = np.random.default_rng(seed)
    base = rng.lognormal(14, 0.6, n)
    return pd.DataFrame(
        {
            "salesperson": [f"P{i:02d}" for i in range(n)],
            "territory": [["East", "West", "North", "South"][i % 4] for i in range(n)],
            "base": base,
            "target": base * 1.08 * (base / np.median(base)) ** tilt,
            "actual": base * 1.08 * np.exp(rng.normal(0, noise, n)),
            "expected": base * 1.08,
            "probability": rng.uniform(0.3, 0.85, n),
        }
    )


def past(units: pd.DataFrame, growth=0.08) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = [
        (p, y, b * (1 + growth) ** (y - 2023) * math.exp(rng.normal(0, 0.03)))
        for p, b in zip(units["salesperson"], units["base"], strict=True)
        for y in range(2018, 2024)
    ]
    return pd.DataFrame(rows, columns=["salesperson", "year", "value"])


def estimate(report, test: str) -> float:
    tests = report.to_frame().set_index("test")
    return float(tests.loc[test, "estimate"])


def test_attainment_that_falls_half_a_point_per_point_asked_has_a_slope_of_minus_a_half() -> None:
    ask = np.arange(9) / 10
    units = pd.DataFrame({"salesperson": list("ABCDEFGHI"), "base": 100.0})
    units["target"] = units["base"] * (1 + ask)
    units["actual"] = units["target"] * (1.1 - 0.5 * ask)
    report = report_of(units, by=["salesperson"], year=2024)
    row = report.to_frame().set_index("test").loc["ask_slope"]
    assert [round(row[c], 9) for c in ("estimate", "low", "high")] == [-0.5, -0.5, -0.5]
    said = "For every 10 points more growth asked, attainment changes by -5.0 pp [-5.0, -5.0]."
    assert said in report.explain("en")
    assert "增长要求每提高10个百分点，完成率变化-5.0个百分点 [-5.0, -5.0]。" in report.explain("zh")


def test_the_slope_on_growth_asked_is_that_of_least_squares() -> None:
    units = people(60, tilt=0.3)
    ask = units["target"] / units["base"] - 1
    theirs = stats.linregress(ask, units["actual"] / units["target"]).slope
    report = report_of(units, by=["salesperson"], year=2024)
    row = report.to_frame().set_index("test").loc["ask_slope"]
    assert row["estimate"] == pytest.approx(theirs, abs=1e-9)
    assert row["low"] < row["estimate"] < row["high"] < 0  # planted: more is asked of the large


def test_growth_that_is_asked_alike_of_all_has_no_slope() -> None:
    report = report_of(people(20), by=["salesperson"], year=2024)
    row = report.to_frame().set_index("test").loc["ask_slope"]
    assert (row["status"], math.isnan(row["estimate"])) == ("constant", True)


def test_shares_are_counted_by_hand() -> None:
    units = pd.DataFrame(
        {
            "salesperson": list("ABCDEFGHIJ"),
            "target": [100.0] * 10,
            "actual": [70.0, 79, 80, 90, 100, 101, 110, 120, 121, 150],
        }
    )
    report = report_of(units, by=["salesperson"], year=2024)
    assert estimate(report, "share_80_120") == 0.6
    assert estimate(report, "share_reached") == 0.6


def test_gini_and_omega_squared_by_hand() -> None:
    values = np.array([1.0, 2.0, 3.0, 6.0])
    by_hand = sum(abs(a - b) for a in values for b in values) / (2 * 16 * 3.0)
    assert statistics.gini(values) == pytest.approx(by_hand, abs=1e-15)
    # groups (1, 3) and (5, 7): SSB 16, SSW 4, MSW 2, SST 20 -> (16 - 2) / (20 + 2)
    found = statistics.omega_squared(np.array([1.0, 3, 5, 7]), list("AABB"))
    assert found == pytest.approx(14 / 22, abs=1e-15)


def test_seven_units_are_too_few_for_every_test() -> None:
    report = report_of(people(7), by=["salesperson"], year=2024)
    assert set(report.tests["status"]) == {"too_few", "no_data"}
    assert "Not tested, too few to compare: size of the target" in report.explain()
    assert report.verdict("size_bias") == "too_few"
    assert report.to_frame()["estimate"].isna().all()


def test_eight_units_are_enough() -> None:
    assert report_of(people(8), by=["salesperson"], year=2024).verdict("size_bias") in (
        "fair",
        "unfair",
    )


@settings(max_examples=25)
@given(st.lists(st.floats(0.1, 1e6), min_size=8, max_size=40, unique=True), st.integers(0, 99))
def test_rank_correlation_and_gini_agree_with_scipy_and_the_definition(values, seed) -> None:
    x = np.array(values)
    y = np.random.default_rng(seed).permutation(x)
    assert statistics.spearman(x, y) == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-12)
    pairs = np.abs(x[:, None] - x[None, :]).sum()
    assert statistics.gini(x) == pytest.approx(pairs / (2 * len(x) ** 2 * x.mean()), abs=1e-9)


@settings(max_examples=3)
@given(st.integers(0, 1_000))
def test_the_order_of_the_rows_changes_nothing(seed) -> None:
    units = people()
    order = np.random.default_rng(seed).permutation(len(units))
    one, two = (
        report_of(t, by=["salesperson"], year=2024, history=past(units))
        for t in (units, units.iloc[order])
    )
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())
    pd.testing.assert_frame_equal(one.frame, two.frame)


def test_a_fair_plan_is_called_fair_nine_times_in_ten() -> None:
    verdicts = [
        report_of(people(tilt=0.0, seed=s), by=["salesperson"], year=2024).verdict("baseline_bias")
        for s in range(20)
    ]
    assert verdicts.count("fair") >= 18


def test_a_plan_that_asks_the_large_for_more_is_called_unfair_every_time() -> None:
    for seed in range(5):
        report = report_of(people(tilt=0.3, seed=seed), by=["salesperson"], year=2024)
        assert report.verdict("baseline_bias") == "unfair"
        assert report.verdict("top_middle_bottom") == "unfair"
    assert "Units with a large base do worse: -0." in report.explain()


def test_the_interval_holds_the_truth_in_most_samples() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for seed in range(60):
        x = rng.normal(size=60)
        y = 0.6 * x + 0.8 * rng.normal(size=60)
        _, low, high = statistics.spearman_interval(x, y, seed=seed, draws=400)
        # rank correlation of a normal pair with correlation 0.6
        hits += low <= 6 / math.pi * math.asin(0.3) <= high
    assert hits >= 53


def test_kruskal_wallis_is_the_one_of_scipy() -> None:
    report = report_of(people(), by=["salesperson"], year=2024)
    frame = report.frame
    samples = [frame["attainment"][frame["band"] == b] for b in ("top", "middle", "bottom")]
    p = report.tests.set_index("test").loc["top_middle_bottom", "p_value"]
    assert p == pytest.approx(stats.kruskal(*samples).pvalue, abs=1e-12)
    assert frame["band"].value_counts().to_dict() == {"middle": 24, "top": 8, "bottom": 8}


def test_who_is_asked_more_than_history_supports_is_named_first() -> None:
    units = people().drop(columns=["actual", "expected"])
    units.loc[5, "target"] = units.loc[5, "base"] * 1.5
    units.loc[6, "probability"] = 0.05
    report = report_of(units, by=["salesperson"], year=2024, history=past(units))
    assert report.harder()["salesperson"].tolist() == ["P05", "P06"]
    assert "P05 is asked +50.0% where +" in report.explain()
    assert "P06 has a chance of 5% only, asked +8.0%." in report.explain()
    units.loc[6, "probability"] = 0.005
    scarce = report_of(units, by=["salesperson"], year=2024, history=past(units)).explain()
    # the same words as on the card and in the letters, never 0 % or 1 %
    assert "P06 has a chance of <1% only, asked +8.0%." in scarce
    assert "from <1% to " in scarce
    assert "P05被要求+50.0%，历史平均为+" in report.explain("zh")


def test_a_territory_that_decides_who_attains_is_called_a_bias() -> None:
    units = people()
    units.loc[units["territory"] == "East", "actual"] *= 0.6
    report = report_of(units, by=["salesperson"], year=2024)
    assert report.verdict("territory_effect") == "unfair"
    assert "biased by territory" in report.headline()
    assert report_of(people(), by=["salesperson"], year=2024).verdict("territory_effect") == "fair"


def test_a_band_without_anybody_who_has_a_figure_is_no_test() -> None:
    units = people(12)
    units["actual"] = units["actual"].where(units["base"] < units["base"].quantile(0.8))
    units["expected"] = units["actual"]
    report = report_of(units, by=["salesperson"], year=2024)
    assert report.verdict("top_middle_bottom") == "constant"


def test_twice_the_error_of_the_forecast_is_a_ratio_of_two() -> None:
    units = people(8).assign(actual=100.0, target=120.0, expected=110.0)
    report = report_of(units, by=["salesperson"], year=2024)
    assert estimate(report, "error_ratio") == 2.0


def test_the_back_test_knows_nothing_of_the_year_it_judges() -> None:
    months = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
    rng = np.random.default_rng(2)
    parts = [
        pd.DataFrame(
            {"region": f"R{k}", "period": months, "value": rng.lognormal(5, 0.1, 48) * (k + 1)}
        )
        for k in range(10)
    ]
    panel = Panel.of(pd.concat(parts), by=["region"])
    changed = panel.frame.copy()
    changed.loc[changed["period"] >= "2023-01-01", "value"] *= 7
    seen = []

    def propose(known, year):
        seen.append(known.frame["period"].max())
        return sa.targets.growth(known, year=year)

    one = sa.targets.backtest(panel, propose=propose)
    two = sa.targets.backtest(Panel.of(changed, by=["region"]))
    assert seen == [pd.Timestamp("2022-12-01")]
    assert one.year == 2023
    assert one.frame["target"].tolist() == two.frame["target"].tolist()
    assert (
        one.frame["attainment"].mul(7).round(9).tolist()
        == two.frame["attainment"].round(9).tolist()
    )
    assert one.headline().startswith("Back-test of 2023: ")
    assert one.headline("zh").startswith("2023年回测：")
    scaled = sa.targets.backtest(panel, total=5_000.0)
    assert scaled.frame["target"].sum() == pytest.approx(5_000.0)


class Known:
    by = ("region",)

    def probability(self, targets):
        return targets.assign(probability=0.1, landing=targets["target"] * 0.9)


def test_a_plan_is_tested_by_what_a_forecast_expects_of_it() -> None:
    shares = pd.DataFrame({"region": list("ABCDEFGHI"), "value": [float(k) for k in range(9)]})
    plan = sa.targets.cascade(900, shares, levels=["region"], year=2024)
    report = sa.targets.plan_report(plan, forecast=Known())
    assert report.measured == "expected"
    # A has no base and no target: eight are tested, one keeps its status
    assert report.tests.set_index("test").loc["share_reached", "n_units"] == 8
    assert report.frame.loc[0, "status"] == "zero_base"
    assert "Attainment is expected sales over target: the year is not over." in report.explain()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("what", ["full", "asked", "few", "errors", "clean"])
def test_pictures_are_legible(what, lang) -> None:
    units = people(tilt=0.3)
    made = {
        "full": lambda: report_of(units, by=["salesperson"], year=2024, history=past(units)),
        "asked": lambda: report_of(
            units[["salesperson", "target", "base"]],
            by=["salesperson"], year=2024, history=past(units),
        ),
        "few": lambda: report_of(units.head(3), by=["salesperson"], year=2024),
        "errors": lambda: sa.targets.find_entry_errors(typed(20), by=["salesperson"]),
        "clean": lambda: sa.targets.find_entry_errors(typed(0), by=["salesperson"]),
    }  # fmt: skip
    assert_good_figure(made[what]().plot(lang=lang))


def typed(n_wrong: int) -> pd.DataFrame:
    periods = pd.date_range("2024-01-01", periods=12, freq="MS")
    rows = [
        pd.DataFrame(
            {
                "salesperson": f"P{k:02d}",
                "period": periods,
                "value": 1_000.0 * (k + 1) + periods.month,
            }
        )
        for k in range(25)
    ]
    table = pd.concat(rows, ignore_index=True)
    table.loc[[12 * k + k % 12 for k in range(n_wrong)], "value"] *= 10
    return table


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_an_empty_target_is_refused() -> None:
    units = people(9)
    units.loc[2, "target"] = np.nan
    assert refusal(lambda: report_of(units, by=["salesperson"], year=2024)) == (
        "1 of 9 targets are negative, empty or infinite.\n"
        "  where: units, first rows [2], see .rows\n"
        "  fix:   leave units without a target out, or write 0"
    )


def test_a_table_needs_its_year() -> None:
    assert refusal(lambda: report_of(people(9), by=["salesperson"])) == (
        "A table of units needs the year of its targets.\n"
        "  where: quality_report(year=...)\n  fix:   write year=2024"
    )


def test_a_year_that_is_not_over_cannot_be_tested() -> None:
    months = pd.date_range("2022-01-01", "2024-03-01", freq="MS")
    panel = Panel.of(pd.DataFrame({"region": "A", "period": months, "value": 1.0}), by=["region"])
    assert refusal(lambda: sa.targets.backtest(panel, year=2024)) == (
        "The year 2024 is not over.\n"
        "  where: backtest(year=2024), data closed through Mar 2024\n  fix:   write year=2023"
    )
    assert refusal(lambda: sa.targets.backtest(panel, year=2022)) == (
        "Nothing was sold before 2022.\n  where: backtest(year=2022)\n  fix:   choose a later year"
    )
