"""The naive floor: same month last year, summed from the leaves up."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.floor.methods import seasonal_naive, status_of
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel

#: The floor: its figures can be worked out on paper.
floor = partial(sa.forecast.panel, method="seasonal_naive")

YEAR = np.arange(1.0, 13.0)


# 1. worked by hand


def test_april_repeats_last_april_and_the_company_is_the_sum_of_its_regions(make_panel) -> None:
    panel = make_panel(
        {"N": [*YEAR, *(YEAR + 100)], "S": [*YEAR * 10, *YEAR * 20]}, last="2023-12-01"
    )
    frame = floor(panel, horizon=14).to_frame()
    ahead = frame[frame["horizon"] > 0].pivot(index="node", columns="horizon", values="value")
    assert ahead.loc["N", [1, 12, 13]].tolist() == [101.0, 112.0, 101.0]
    assert ahead.loc["S", [1, 12, 13]].tolist() == [20.0, 240.0, 20.0]
    assert ahead.loc["", [1, 12, 14]].tolist() == [121.0, 352.0, 142.0]
    assert frame.loc[frame["horizon"] == 14, "period"].unique() == [pd.Timestamp("2025-02-01")]


def test_a_region_with_five_months_repeats_their_mean_and_is_called_short(make_panel) -> None:
    panel = make_panel({"N": [10.0] * 30, "new": [1, 2, 3, 4, 5], "newer": [7, 9]})
    forecast = floor(panel, horizon=2)
    ahead = forecast.to_frame().query("horizon == 2").set_index("node")
    assert ahead.loc[["new", "newer"], "value"].tolist() == [3.0, 8.0]
    assert ahead["status"].to_dict() == {"": "ok", "N": "constant", "new": "young", "newer": "tiny"}


def test_a_region_that_stopped_or_never_sold_is_expected_at_zero_and_named(make_panel) -> None:
    quiet, never = [5.0] * 20 + [0.0] * 12, [0.0] * 32
    panel = make_panel({"N": np.arange(32.0) + 9, "quiet": quiet, "never": never})
    forecast = floor(panel, horizon=3)
    ahead = forecast.to_frame().query("horizon == 1").set_index("node")
    assert (
        ahead.loc[["quiet", "never"], ["value", "lo95", "hi95"]].to_numpy().tolist()
        == [[0, 0, 0]] * 2
    )
    assert ahead.loc[["quiet", "never"], "status"].tolist() == ["ended", "zero"]
    said = forecast.explain()
    assert "selling nearly every month, and are expected at 0: quiet." in said
    assert "never sold anything and are expected at 0: never." in said


def test_rows_that_stop_before_the_last_closed_month_mean_the_unit_has_ended() -> None:
    months = pd.date_range("2021-01-01", periods=30, freq="MS")
    whole = pd.DataFrame({"region": "N", "period": months, "value": 10.0 + np.arange(30)})
    gone = whole[:-3].assign(region="S")
    forecast = floor(Panel.of(pd.concat([whole, gone]), by=["region"]), horizon=1)
    nodes = forecast.nodes().set_index("node")
    assert nodes.loc["S", "status"] == "ended"
    assert forecast.select(region="S").point().tolist() == [[0.0]]


def test_a_month_without_a_sale_last_year_is_not_an_end(make_panel) -> None:
    lumpy = np.zeros(36)
    lumpy[[3, 15, 27]] = 120.0
    panel = make_panel({"N": lumpy, "S": np.arange(36.0) + 1})
    ahead = floor(panel, horizon=12).select(region="N").point()
    assert ahead.sum() == 120.0
    assert ahead[0, 3] == 120.0


def test_a_company_without_levels_is_forecast_as_one_node(make_panel) -> None:
    forecast = floor(make_panel({(): np.arange(40.0)}, by=()), horizon=2)
    assert forecast.nodes()["level"].tolist() == ["company"]
    assert forecast.point().tolist() == [[28.0, 29.0]]


def test_the_statuses_of_rows_are_decided_in_one_order() -> None:
    nothing = np.full(26, np.nan)
    rows = [
        nothing,
        np.zeros(26),
        np.r_[np.ones(14), np.zeros(12)],
        np.full(26, 3.0),
        np.r_[-1.0, YEAR, YEAR, 5],
    ]
    rows += [np.r_[nothing[:25], 1.0], np.r_[nothing[:20], np.ones(6)], np.arange(26.0)]
    words = ["no_history", "zero", "ended", "constant", "negative", "tiny", "young", "ok"]
    assert status_of(np.array(rows)).tolist() == words


def test_a_slice_shows_the_same_figures_as_the_company_it_is_cut_from(company: Panel) -> None:
    whole = floor(company, horizon=6)
    part = whole.select(region="East")
    inside = whole.to_frame().query("region == 'East'").reset_index(drop=True)
    pd.testing.assert_frame_equal(part.to_frame(), inside)
    assert part.nodes()["node"].tolist() == ["East", "East / Alpha", "East / Beta", "East / Gamma"]
    leaf = whole.select(region="East", product_line="Beta")
    assert leaf.nodes()["node"].tolist() == ["East / Beta"]


def test_the_frame_is_a_copy_and_has_every_column_of_the_contract(company: Panel) -> None:
    forecast = floor(company, horizon=3)
    frame = forecast.to_frame()
    assert frame.columns.tolist() == [
        "level", "region", "product_line", "node", "period", "horizon", "kind", "value",
        "lo80", "hi80", "lo95", "hi95", "before_sums", "sigma",
            "starting_level", "trend", "season", "calendar", "guard", "status",
    ]  # fmt: skip
    assert not frame.isna().any().any()
    frame["value"] = 0.0
    assert forecast.to_frame()["value"].sum() > 0
    closed = forecast.to_frame().query("kind == 'actual'")
    assert closed["period"].max() == company.closed_through
    assert closed.query("level == 'product_line'")["value"].sum() == pytest.approx(company.total())


# 2. invariants

amounts = st.floats(-50, 500).map(lambda x: round(x, 2))
leaf_values = st.lists(amounts, min_size=1, max_size=40)
panels = st.dictionaries(
    st.tuples(st.sampled_from("NSW"), st.sampled_from("ABC")), leaf_values, min_size=1, max_size=6
)


@settings(max_examples=10)
@given(leaves=panels)
def test_parents_are_the_sum_of_their_children_in_every_month(make_panel, leaves) -> None:
    frame = floor(make_panel(leaves, ("region", "line")), horizon=3).to_frame()
    sums = frame.groupby(["level", "period"])["value"].sum().unstack("level")
    size = frame["value"].abs().sum()
    assert (sums["company"] - sums["region"]).abs().max() <= 1e-9 * size
    assert (sums["company"] - sums["line"]).abs().max() <= 1e-9 * size
    assert np.isfinite(frame[["value", "lo80", "hi80", "lo95", "hi95"]]).all().all()
    assert (frame["lo95"] <= frame["lo80"]).all()
    assert (frame["lo80"] <= frame["value"]).all()
    assert (frame["value"] <= frame["hi80"]).all()
    assert (frame["hi80"] <= frame["hi95"]).all()


def test_the_order_of_rows_changes_nothing(company: Panel) -> None:
    shuffled = company.to_frame().sample(frac=1.0, random_state=3)
    other = Panel.of(shuffled, by=company.by, closed_through=company.closed_through)
    a, b = floor(company, 9), floor(other, 9)
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    pd.testing.assert_frame_equal(a.quantiles(n=20), b.quantiles(n=20))


@pytest.mark.parametrize("factor", [0.001, 8.0])
def test_amounts_in_another_unit_give_the_same_forecast_in_that_unit(
    company: Panel, factor
) -> None:
    scaled = company.to_frame().assign(value=lambda t: t["value"] * factor)
    other = Panel.of(scaled, by=company.by, closed_through=company.closed_through)
    columns = ["value", "lo80", "hi80", "lo95", "hi95"]
    a, b = floor(company, 9), floor(other, 9)
    np.testing.assert_allclose(b.to_frame()[columns], a.to_frame()[columns] * factor, rtol=1e-9)
    np.testing.assert_allclose(
        b.quantiles(n=9)["value"], a.quantiles(n=9)["value"] * factor, rtol=1e-9
    )


def test_the_input_is_not_changed(company: Panel) -> None:
    before = company.to_frame()
    floor(company, 3).landing(target=None, span=["2024-01-01", "2024-06-01"])
    pd.testing.assert_frame_equal(company.to_frame(), before)


# 3. planted truth


def test_a_season_that_repeats_exactly_is_forecast_exactly(make_panel) -> None:
    panel = make_panel({"N": np.tile(YEAR, 4), "S": np.tile(YEAR**2, 4)}, last="2023-12-01")
    forecast = floor(panel, horizon=24)
    assert forecast.select(region="S").point()[0].tolist() == [*YEAR**2, *YEAR**2]
    said = forecast.explain()
    assert (
        "3 units show no error anywhere in their history, so their interval has no width." in said
    )
    assert forecast.nodes()["status"].tolist() == ["constant"] * 3


def test_a_constant_unit_among_noisy_ones_borrows_their_width(company: Panel) -> None:
    flat = (
        company.to_frame()
        .query("region == 'East' and product_line == 'Alpha'")
        .assign(region="Flat", value=1e5)
    )
    both = pd.concat([company.to_frame(), flat])
    forecast = floor(Panel.of(both, by=company.by), horizon=1)
    row = forecast.to_frame().query("node == 'Flat / Alpha' and horizon == 1").iloc[0]
    assert row["status"] == "constant"
    assert row["lo95"] < 1e5 < row["hi95"]


def test_a_growing_company_is_told_that_last_year_is_too_low(company: Panel) -> None:
    forecast = floor(company, 12)
    assert 0.05 < forecast.bias_growth < 0.11
    assert "above this floor on average: with growth, last year is too low." in forecast.explain()


def test_the_story_names_method_months_origins_and_flags_in_both_languages(company: Panel) -> None:
    forecast = floor(company, 9)
    english, chinese = forecast.explain(), forecast.explain("zh")
    for part in ("naive floor", "51 closed months from Jan 2020 to Mar 2024", "33 earlier origins",
                 "West / Gamma", "KA / Beta", "Checked on later months"):  # fmt: skip
        assert part in english
    for part in (
        "朴素基线",
        "2020年1月至2024年3月共51个关账月份",
        "33个历史起点",
        "大客户部 / Beta",
    ):
        assert part in chinese
    assert len(english.splitlines()) == len(chinese.splitlines())


def test_a_table_for_readers_has_no_untranslated_heading(company: Panel) -> None:
    forecast = floor(company, 9)
    for result in (forecast, forecast.landing(target=4e7), sa.forecast.backtest(company)):
        headings = [c for c in result.table("zh").shown().columns if c.isascii()]
        assert headings == []


# 5. refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_what_is_no_panel_is_refused_and_the_way_to_one_is_named() -> None:
    table = pd.DataFrame({"region": ["N"], "period": pd.to_datetime(["2024-01-01"]), "value": 1.0})
    for call, wrong in ((sa.forecast.panel, [table]), (sa.forecast.backtest, {"t": table})):
        assert refusal(lambda call=call, wrong=wrong: call(wrong)) == (
            f"A {type(wrong).__name__} is no Panel.\n"
            f"  where: forecast.{call.__name__}(panel)\n"
            '  fix:   make one: sa.Panel.of(frame, by=["region"]), with columns region, period, '
            'value; or data.panel(by=["region"])'
        )


@pytest.mark.parametrize("horizon", [0, -3, 25, 2.5])
def test_a_horizon_nobody_can_mean_is_refused(company: Panel, horizon) -> None:
    assert refusal(lambda: floor(company, horizon)) == (
        f"horizon must be 1 to 24 months, got {horizon!r}.\n"
        "  where: forecast.panel(horizon=...)\n"
        "  fix:   write 12 for a year ahead"
    )


@pytest.mark.parametrize(
    "coverage", [(80, 95), (0.0, 0.8), (1.0,), (0.8, 0.8), (), (float("nan"),)]
)
def test_a_coverage_that_is_no_share_is_refused(company: Panel, coverage) -> None:
    assert refusal(lambda: floor(company, coverage=coverage)) == (
        f"coverage must be different shares between 0 and 1, got {coverage!r}.\n"
        "  where: forecast.panel(coverage=...)\n"
        "  fix:   write 80 % as 0.80, for example coverage=(0.80, 0.95)"
    )


def test_a_misspelt_method_is_answered_with_the_nearest(company: Panel) -> None:
    assert refusal(lambda: floor(company, method="seasonal_naiv")) == (
        "'seasonal_naiv' is not a method here; known: engine, seasonal_naive.\n"
        "  where: forecast.panel(method=...)\n"
        "  fix:   write 'seasonal_naive'"
    )


def test_a_slice_by_an_unknown_name_or_level_is_answered_with_the_nearest(company: Panel) -> None:
    forecast = floor(company, 1)
    assert refusal(lambda: forecast.select(region="Esat")) == (
        "'Esat' is not a region here; known: East, KA, North, South, West.\n"
        "  where: Forecast.select\n"
        "  fix:   write 'East'"
    )
    assert refusal(lambda: forecast.select(regoin="East")) == (
        "'regoin' is not a level here; known: region, product_line.\n"
        "  where: Forecast.select\n"
        "  fix:   write 'region'"
    )


def test_names_that_never_occur_together_are_refused(make_panel) -> None:
    panel = make_panel({("N", "A"): YEAR, ("S", "B"): YEAR}, ("region", "line"))
    forecast = floor(panel, 1)
    assert refusal(lambda: forecast.select(region="N", line="B")) == (
        "No node has {'region': 'N', 'line': 'B'}.\n"
        "  where: Forecast.select\n"
        "  fix:   ask for names that occur together"
    )


def test_a_tampered_parent_cannot_become_a_forecast(company: Panel) -> None:
    forecast = floor(company, 1)
    parts = {name: getattr(forecast, name) for name in forecast.__dataclass_fields__}
    figures = forecast.to_frame()
    figures.loc[figures.index[-1], ["value", "hi80", "hi95"]] *= 1.01
    with pytest.raises(ReconciliationError) as caught:
        Forecast(**{**parts, "figures": figures})
    assert str(caught.value) == (
        "1 of 52 figures of level 'company' differ from the sum of their leaves.\n"
        "  where: first: company, 2024-04\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    figures = forecast.to_frame().assign(lo95=forecast.to_frame()["hi95"] + 1)
    with pytest.raises(ReconciliationError) as caught:
        Forecast(**{**parts, "figures": figures})
    assert str(caught.value) == (
        "1048 of 1048 rows are not in the order lo95, lo80, value, hi80, hi95.\n"
        "  where: first rows [0, 1, 2]\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )


def test_one_month_of_history_gets_a_forecast_that_admits_it_knows_nothing(make_panel) -> None:
    forecast = floor(make_panel({"N": [100.0]}), horizon=1)
    row = forecast.to_frame().query("level == 'region' and horizon == 1").iloc[0]
    assert (row["value"], row["status"], row["lo95"]) == (100.0, "tiny", 0.0)
    assert row["hi80"] > 200
    assert not forecast.nodes()["calibrated"].any()
    assert "too short to test the method on itself" in forecast.explain()


def test_leaves_that_are_not_active_yet_contribute_nothing() -> None:
    history = np.array([np.full(24, np.nan), np.arange(24.0)])
    assert seasonal_naive(history, 1).tolist() == [[0.0], [12.0]]
