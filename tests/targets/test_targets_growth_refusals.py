"""What growth methods, comparisons and assumptions refuse, in full; and how they lie side by side."""

import pandas as pd
import pytest
from yearsales import last_year, panel_of, table

from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.targets import Assumptions, assume, clean_base, compare, growth, regress

PANEL = last_year([120.0, 80.0, 50.0])


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def register(**more) -> pd.DataFrame:
    plain = {"factor": ["market", "competition"], "effect_growth": [0.10, -0.02],
             "source": "survey", "owner": "Li", "date": "2023-12-01"}  # fmt: skip
    return pd.DataFrame(plain | more)


# ---- worked by hand


def test_assumptions_multiply_and_the_bridge_leaves_no_remainder() -> None:
    basis = growth(last_year([100.0]), "constant", rate=0.0, year=2024)
    after, bridge = assume(basis, Assumptions.of(register()))
    assert after.total() == pytest.approx(100 * 1.10 * 0.98)
    assert bridge.to_frame()["amount"].tolist() == pytest.approx([100, 0, 10, -2.2, 107.8])
    assert after.policy_log["rule"].tolist() == ["assumption"]
    assert bridge.headline() == "2024: from a base of 100 CNY to 108 CNY, +7.8%"
    assert "market: +10.0%, +10 CNY; survey, Li, 2023-12-01." in bridge.explain()
    assert bridge.headline("zh") == "2024年：从基数100元到108元，+7.8%"


def test_data_without_a_whole_year_are_not_sent_to_an_earlier_one() -> None:
    months = pd.date_range("2010-12-01", "2011-11-01", freq="MS")
    panel = Panel.of(pd.DataFrame({"region": "UK", "period": months, "value": 1.0}), by=["region"])
    assert refusal(lambda: growth(panel, year=2012)) == (
        "The base year 2011 has 11 of 12 closed months.\n"
        "  where: growth(year=2012), data closed through Nov 2011\n"
        "  fix:   wait for Dec 2011: the data begin in Dec 2010 and hold no whole year"
    )


def test_an_assumption_can_hold_for_one_region_only() -> None:
    basis = growth(PANEL, "constant", rate=0.0, year=2024)
    only_a = Assumptions.of(register(region=["A", ""]), by=["region"])
    after, _ = assume(basis, only_a)
    assert after.to_frame()["value"].tolist() == pytest.approx([120 * 1.1 * 0.98, 78.4, 49.0])


def test_methods_lie_side_by_side_with_their_formulas() -> None:
    panel = panel_of({"A": {2020: 100.0, 2021: 110.0, 2022: 115.5, 2023: 127.05}})
    beside = compare([growth(panel, m, year=2024) for m in ("weighted3", "cagr", "moving3")])
    wide = beside.side_by_side("growth")
    assert wide.columns.tolist() == ["region", "weighted3", "cagr", "moving3"]
    assert wide.loc[0, "weighted3"] == pytest.approx(0.085)
    assert beside.totals()["method"].tolist() == ["weighted3", "cagr", "moving3"]
    assert len(beside.formulas) == 3
    assert beside.headline() == (
        "3 methods for 2024: from 138 CNY (Compound growth) to 138 CNY (Weighted 3 years)"
    )


def test_every_result_is_stored_and_read_back(tmp_path) -> None:
    basis = growth(PANEL, "potential", total=300, table=table(potential=[3.0, 2, 1]), year=2024)
    after, bridge = assume(basis, Assumptions.of(register()))
    results = {"basis": after, "bridge": bridge, "clean": clean_base(PANEL, year=2024)}
    results["compare"] = compare({"one": basis, "two": after})
    for name, result in results.items():
        store.write(result, tmp_path / name)
        back = store.read(tmp_path / name)
        pd.testing.assert_frame_equal(back.to_frame(), result.to_frame())
        for lang in ("en", "zh"):
            assert back.explain(lang) == result.explain(lang)
            assert result.table(lang)._repr_html_()


# ---- refusals


def test_growth_is_never_divided_by_a_year_without_sales() -> None:
    panel = panel_of({"A": {2021: 0.0, 2022: 50.0, 2023: 60.0}})
    for method in ("cagr", "moving3", "weighted3"):
        assert refusal(lambda m=method: growth(panel, m, year=2024)) == (
            "1 of 1 units have a year of zero sales or net returns that growth would be divided "
            "by: A.\n"
            f"  where: growth(method='{method}'), see .rows\n"
            '  fix:   write fallback="borrow", or method="robust", or shorten the years'
        )


def test_figures_missing_or_below_zero_are_named() -> None:
    short = table("AB", potential=[1.0, 2.0])
    assert refusal(lambda: growth(PANEL, "potential", total=9, table=short, year=2024)) == (
        "1 of 3 units have no 'potential': C.\n"
        "  where: table, column 'potential', see .rows\n"
        "  fix:   give every unit a figure; an unknown one is not 0"
    )
    below = table(potential=[1.0, -2.0, 3.0])
    assert refusal(lambda: growth(PANEL, "potential", total=9, table=below, year=2024)) == (
        "1 of 3 units are below 0 in 'potential': B.\n"
        "  where: table, column 'potential', see .rows\n"
        "  fix:   give every unit a figure; an unknown one is not 0"
    )
    none = table(mean=[0.0, 0.0, 0.0])
    assert refusal(lambda: growth(PANEL, "forecast", total=9, forecast=none, year=2024)) == (
        "Mean forecasts of all 3 units add up to 0: nothing to share by.\n"
        "  where: growth(method='forecast', total=9)\n"
        "  fix:   use another method, or give weights above 0"
    )


def test_potential_below_sales_and_totals_below_last_year_ask_for_a_choice() -> None:
    low = table(potential=[100.0, 100.0, 100.0])
    assert refusal(lambda: growth(PANEL, "untapped", total=300, table=low, year=2024)) == (
        "1 of 3 units sell more than their potential: A.\n"
        "  where: table, column 'potential', see .rows\n"
        '  fix:   correct the potential, or write below="clip": nothing is left to win there'
    )
    high = table(potential=[200.0, 200.0, 200.0])
    assert refusal(lambda: growth(PANEL, "untapped", total=200, table=high, year=2024)) == (
        "total 200 is below last year's 250: no growth to share out.\n"
        "  where: growth(method='untapped', total=...)\n"
        '  fix:   raise the total, or write shrinking="proportional_cut"'
    )


def test_settings_are_needed_unused_or_out_of_range() -> None:
    assert refusal(lambda: growth(PANEL, "potential", year=2024)) == (
        "Method 'potential' needs a total.\n"
        "  where: growth(total=...)\n"
        "  fix:   write total=130_000_000"
    )
    assert refusal(lambda: growth(PANEL, "cagr", total=5, year=2024)) == (
        "Method 'cagr' takes no total.\n  where: growth(total=...)\n  fix:   leave total out"
    )
    assert refusal(lambda: growth(PANEL, "constant", total=5, rate=0.1, year=2024)) == (
        "Method 'constant' takes rate or total, not both.\n"
        "  where: growth(rate=..., total=...)\n"
        "  fix:   leave one of them out"
    )
    assert refusal(lambda: growth(PANEL, "damped", rate=0.1, phi=1.5, year=2024)) == (
        "phi must be above 0 and at most 1, got 1.5.\n  where: growth(phi=...)\n  fix:   write 0.9"
    )
    wrong = {"base": 0.7, "potential": 0.7}
    ask = {"total": 9, "table": table(potential=[1.0, 2, 3]), "columns": wrong, "year": 2024}
    assert refusal(lambda: growth(PANEL, "index", **ask)) == (
        "columns must be names with weights of zero or more that add up to 1, got "
        "{'base': 0.7, 'potential': 0.7}.\n"
        "  where: growth(columns=...)\n"
        '  fix:   write columns={"base": 0.7, "potential": 0.3}'
    )


def test_too_few_units_or_columns_that_say_the_same_make_no_regression() -> None:
    units = pd.DataFrame({"region": list("ABCDEF"), "base": 1.0, "x": range(6), "y": range(6)})
    assert refusal(lambda: regress(units, by=["region"], columns=["x"])) == (
        "6 units are too few for 2 coefficients, which need 10.\n"
        "  where: regression on ['x']\n"
        "  fix:   use fewer columns, or a lower level with more units"
    )
    many = pd.concat([units, units, units], ignore_index=True)
    assert refusal(lambda: regress(many, by=["region"], columns=["x", "y"])) == (
        "The columns ['x', 'y'] say the same of every unit, or are constant.\n"
        "  where: regression\n"
        "  fix:   leave one of them out"
    )


def test_a_short_history_has_no_season_and_a_unit_without_sales_no_market_share() -> None:
    short = panel_of({"A": {2023: 50.0}})
    mean = table("A", mean=[60.0])
    assert refusal(lambda: growth(short, "trend_season", forecast=mean, year=2024)) == (
        "1 of 1 units have fewer than 24 months of history, too few for a trend with a season: A.\n"
        "  where: growth(method='trend_season'), see .rows\n"
        '  fix:   use method="forecast" with a total, or method="weighted_years" for them'
    )
    none = panel_of({"A": {2022: 5.0, 2023: 0.0}})
    market = table("A", market_growth=[0.1], share_gain=[0.1])
    assert refusal(lambda: growth(none, "market_share", table=market, year=2024)) == (
        "1 of 1 units have no sales a share of the market could grow from: A.\n"
        "  where: growth(method='market_share'), see .rows\n"
        '  fix:   leave them out, or use method="potential"'
    )


def test_an_assumption_nobody_can_check_is_refused() -> None:
    assert refusal(lambda: Assumptions.of(register(owner=["Li", ""]))) == (
        "1 of 2 rows of assumptions have no 'owner'.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   write who says so, where it is written and when: nobody can check it otherwise"
    )
    assert refusal(lambda: Assumptions.of(register(effect_growth=[10, -0.02]))) == (
        "1 of 2 effects are empty, -100 % or less, or above 300 %, such as 10.\n"
        "  where: assumptions, first rows [0], see .rows\n"
        "  fix:   write 30 % as 0.30; effects above 300 % need allow_large=True"
    )
