"""Every kind of unit and every doubt about the data: what it gets, and what is said."""

import numpy as np
import pandas as pd
import pytest
from uglypanels import beside, panel_of, unit, usual

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.breaks import lasting_jumps
from salesanalysis.forecast.doubts import last_month_ratio
from salesanalysis.forecast.reconcile import subtotals
from salesanalysis.forecast.run.states import states
from salesanalysis.panel import Panel

# 1. every row of the table of edge behaviour


def test_one_or_two_months_repeat_their_mean_and_borrow_the_width() -> None:
    forecast = beside(new=[30, 50])
    rows = unit(forecast, "new")
    assert rows["value"].tolist() == [40.0] * 6
    assert rows["status"].unique().tolist() == ["tiny"]
    assert (rows["hi80"] > rows["lo80"]).all()
    assert (
        "1 of the smallest units have one or two closed months and repeat their mean: N / new."
        in forecast.explain()
    )


def test_three_to_eleven_months_are_a_share_of_the_unit_above() -> None:
    forecast = beside(new=usual(5, 10, seed=9))
    rows, region = unit(forecast, "new"), forecast.to_frame().query("node == 'N'")
    assert rows["status"].unique().tolist() == ["by_share"]
    ahead = region[region["horizon"] > 0]["before_sums"].to_numpy()
    share = rows["before_sums"].to_numpy() / ahead
    assert share.min() > 0.02
    assert share.max() < 0.06
    assert (
        "1 of the smallest units have 3 to 11 closed months and take their share of what the "
        "unit above is expected to sell: N / new." in forecast.explain()
    )


def test_less_than_two_years_take_the_season_of_the_unit_above() -> None:
    forecast = beside(young=usual(18, 50, seed=9))
    rows = unit(forecast, "young")
    assert rows["status"].unique().tolist() == ["short"]
    region = forecast.to_frame().query("node == 'N' and horizon > 0")["value"]
    assert np.corrcoef(rows["value"], region)[0, 1] > 0.8
    assert (
        "1 of the smallest units have less than two years and take the season of the unit above: "
        "N / young." in forecast.explain()
    )


def test_a_unit_that_never_changed_stays_and_borrows_its_width() -> None:
    forecast = beside(flat=np.full(48, 70.0))
    rows = unit(forecast, "flat")
    assert rows["value"].tolist() == [70.0] * 6
    assert (rows["hi80"] > rows["lo80"]).all()
    said = (
        "repeated last year exactly so far; their interval is borrowed from the others: N / flat."
    )
    assert said in forecast.explain()


def test_a_unit_that_sells_now_and_then_is_chance_times_size_and_never_negative() -> None:
    rng = np.random.default_rng(3)
    rare = (rng.random(48) < 0.3) * 200.0
    rows = unit(forecast := beside(rare=rare), "rare")
    assert rows["status"].unique().tolist() == ["intermittent"]
    assert rows["value"].unique().tolist() == [rows["value"].iloc[0]]
    assert rows["value"].iloc[0] == pytest.approx(rare.mean(), rel=0.4)
    assert (rows["lo95"] >= 0).all()
    assert (
        "1 of the smallest units sell only now and then and are expected at the chance of a sale "
        "times its size: N / rare." in forecast.explain()
    )


def test_a_unit_sold_in_the_same_four_months_of_every_year_is_forecast_in_those_alone() -> None:
    noise = np.random.default_rng(2).uniform(0.9, 1.1, 48)
    summer = np.isin(np.arange(48) % 12, [4, 5, 6, 7])
    now_and_then = np.random.default_rng(3).permutation(summer) * 120 * noise
    forecast = beside(ice=summer * 120 * noise, screws=now_and_then)
    status = forecast.node_table.set_index("node")["status"]
    assert status[["N / ice", "N / screws"]].tolist() == ["ok", "intermittent"]
    ahead = unit(forecast, "ice")["value"].to_numpy()
    assert ahead[:4] == pytest.approx(np.zeros(4), abs=10)
    assert ahead[4:] == pytest.approx([120, 120], rel=0.15)


def test_months_without_a_sale_are_a_season_only_where_a_year_repeats_the_one_before() -> None:
    year = np.r_[np.zeros(9), 5.0, 6.0, 7.0]
    once_missed = np.r_[year, year, year].copy()
    once_missed[9] = 0
    began = np.r_[np.zeros(35), 5.0]
    assert states(np.stack([np.tile(year, 3), once_missed, began])).tolist() == [
        "ok", "intermittent", "intermittent",
    ]  # fmt: skip
    assert states(np.tile(year, 1)[None]).tolist() == ["intermittent"]
    assert states(np.r_[year, year][None]).tolist() == ["ok"]


def test_a_unit_with_returns_may_be_forecast_below_zero_and_its_range_is_not_cut() -> None:
    rows = unit(forecast := beside(returns=usual(seed=4) - 180), "returns")
    assert rows["status"].unique().tolist() == ["negative"]
    assert (rows["value"] < 0).all()
    assert (rows["lo95"] < rows["value"]).all()
    said = "1 of the smallest units have months below 0 (returns), so their intervals are not cut"
    assert said in forecast.explain()


def test_a_forecast_nobody_believes_is_bent_back_and_told() -> None:
    # half as much again every month: nobody believes what that makes of a year
    steep = 1e-8 * 1.5 ** np.arange(48)
    forecast = beside(steep=steep)
    assert unit(forecast, "steep")["before_sums"].max() <= 3 * steep[-24:].max()
    nodes = forecast.nodes().set_index("node")["guarded"]
    assert nodes[nodes].index.tolist() == ["N / steep"]
    assert (
        "For 1 unit the model left the range their history makes believable (twice the largest "
        "month of two years) and was bent back towards it." in forecast.explain()
    )


def test_a_company_of_one_short_unit_is_forecast_too() -> None:
    for n in (1, 2, 5, 12, 20, 30):
        forecast = sa.forecast.panel(panel_of({("N", "a"): usual(n)}), 3)
        frame = forecast.to_frame().query("horizon > 0")
        assert np.isfinite(frame[["value", "lo95", "hi95"]].to_numpy()).all()
        assert (frame["value"] > 0).all()
        if n < 27:
            assert "The history is too short to test the method on itself" in forecast.explain()
            assert not forecast.nodes()["calibrated"].any()


# 2. doubts about the data


def cut(share: float, n: int = 30) -> Panel:
    """Return a company whose last month is a share of the eleven usual ones, 100 each."""
    return panel_of({("N", "a"): np.r_[np.full(n - 1, 60.0), 60 * share],
                     ("N", "b"): np.r_[np.full(n - 1, 40.0), 40 * share]})  # fmt: skip


def test_a_last_month_below_six_tenths_of_the_median_before_looks_open() -> None:
    low, enough = sa.forecast.panel(cut(0.43), 3), sa.forecast.panel(cut(0.61), 3)
    assert last_month_ratio(low) == pytest.approx(0.43)
    assert (
        "Mar 2024 looks as if it were not over: its total is 43% of the median of the twelve "
        "months before. It was used as given; leave it out if it is still open." in low.explain()
    )
    assert (
        "2024年3月看似尚未结束：合计仅为此前十二个月中位数的43%。现按所给数据使用；若该月尚未关账，请予剔除。"
        in low.explain(lang="zh")
    )
    assert "not over" not in enough.explain()
    # used as given: it is the last closed month of the panel
    assert low.to_frame().query("node == '' and horizon == 0")["value"].iloc[-1] == 43.0


def test_less_than_a_year_before_it_says_nothing_about_a_last_month() -> None:
    assert last_month_ratio(sa.forecast.panel(cut(0.1, n=12), 1)) == 1.0
    assert last_month_ratio(sa.forecast.panel(cut(0.1, n=13), 1)) == pytest.approx(0.1)


def test_a_line_that_is_the_sum_of_others_is_named_with_its_parts() -> None:
    rows = {(r, line): usual(seed=i, n=36) for i, (r, line) in enumerate(["Na", "Nb", "Sa", "Sb"])}
    rows |= {(r, "Total"): rows[r, "a"] + rows[r, "b"] for r in "NS"}
    forecast = sa.forecast.panel(panel_of(rows), 3)
    assert forecast.suspects["node"].tolist() == ["N / Total", "S / Total"]
    assert (
        "2 of the smallest units look like subtotals and would be counted twice, such as "
        "N / Total: the sum of a, b in 100% of its months." in forecast.explain()
    )
    assert (
        "有2个最小单位疑似小计，会被重复计入，例如N / Total：在100%的月份中等于a、b之和。"
        in forecast.explain(lang="zh")
    )
    assert "subtotals" not in beside().explain()
    panel = panel_of(rows)
    with pytest.raises(ContractError) as caught:
        subtotals(panel.matrix().to_numpy(), panel.nodes(), check="strict")
    assert str(caught.value) == (
        "2 of 6 leaves look like subtotals, such as 'N / Total', the sum of a, b in 100 % of its "
        "months.\n"
        "  where: first ['N / Total', 'S / Total'], see .rows\n"
        "  fix:   leave subtotals out: every sum is made from the leaves"
    )


def test_the_company_alone_has_no_subtotals_to_look_for() -> None:
    forecast = sa.forecast.panel(panel_of({(): usual(30)}, by=()), 3)
    assert forecast.suspects.empty
    assert "subtotals" not in forecast.explain()


def test_the_engine_is_not_called_the_floor() -> None:
    rows = {("N", f"{i}"): usual(60, seed=i) * np.exp(0.02 * np.arange(60)) for i in range(6)}
    said = sa.forecast.panel(panel_of(rows), 6).explain()
    assert "floor" not in said
    assert "At earlier origins the company ended" in said


# 3. what bad input gets


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            lambda f: f.drop(index=5),
            "1 nodes of panel miss months between their first and their last.\n"
            "  where: first: 'a'\n"
            "  fix:   write 0 for a month without sales, or start the node later",
        ),
        (
            lambda f: pd.concat([f, f.iloc[[0]]], ignore_index=True),
            "2 rows of panel share a node and month.\n"
            "  where: keys ['line', 'period'], first rows [0, 24], see .rows\n"
            "  fix:   sum them first, or add the level that tells them apart",
        ),
        (
            lambda f: f.assign(value=f["value"].mask(f.index == 3)),
            "1 of 24 values of panel are empty or infinite.\n"
            "  where: first rows [3], see .rows\n"
            "  fix:   a month without sales is 0; leave out months that are unknown",
        ),
        (
            lambda f: f.assign(line=[None, *["a"] * 23]),
            "1 of 24 rows of panel have no 'line'.\n"
            "  where: first rows [0], see .rows\n"
            '  fix:   give them a name such as "(no owner)", or leave them out and say so',
        ),
        (
            lambda f: f.assign(period=pd.date_range("2019-01-01", periods=24, freq="QS")),
            "1 nodes of panel miss months between their first and their last.\n"
            "  where: first: 'a'\n"
            "  fix:   write 0 for a month without sales, or start the node later",
        ),
    ],
    ids=["a month missing", "a month twice", "an empty value", "no name", "quarters"],
)
def test_a_table_no_method_could_read_rightly_is_refused(change, text: str) -> None:
    months = pd.date_range("2022-04-01", periods=24, freq="MS")
    frame = pd.DataFrame({"line": "a", "period": months, "value": usual(24)})
    with pytest.raises(ContractError) as caught:
        Panel.of(change(frame), by=["line"])
    assert str(caught.value) == text


def test_an_unknown_way_to_add_up_is_answered_with_the_nearest() -> None:
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(cut(1.0), 3, reconcile="botom_up")
    said = str(caught.value)
    assert said.startswith("'botom_up' is not a reconcile here; known: ")
    assert said.endswith("\n  where: forecast.panel(reconcile=...)\n  fix:   write 'bottom_up'")


def test_a_typing_error_last_month_does_not_make_a_unit_carry_what_others_disagree_about() -> None:
    rng, t = np.random.default_rng(1), np.arange(48)
    rows = {
        ("N", f"plain {i}"): 1000 * (i + 1) * (1 + 0.3 * np.sin(t / 6 * np.pi))
        * np.exp(rng.normal(0, 0.15, 48))
        for i in range(6)
    }  # fmt: skip
    slip = 100 + rng.normal(0, 5, 48)
    for at in (47, 40, 20):
        wrong = slip.copy()
        wrong[at] = 1e9
        forecast = sa.forecast.panel(panel_of({**rows, ("N", "slip"): wrong}), 12)
        ahead = unit(forecast, "slip")
        assert ahead["value"].between(80, 120).all()
        assert (ahead["hi80"] < 150).all()


def test_a_unit_phased_out_goes_on_shrinking_and_does_not_come_back() -> None:
    out = 200 * 0.8 ** np.arange(48) * (1 + 0.1 * np.sin(np.arange(48)))
    ahead = unit(beside(out=out), "out")["value"]
    assert (ahead < 3 * out[-1]).all()
    assert (ahead > 0).all()


def test_last_year_repeated_up_to_rounding_is_no_error_to_measure_in() -> None:
    same = 1000 * (1 + 0.3 * np.sin(np.arange(48) * 2 * np.pi / 12))
    same[10] = -5000.0
    forecast = beside(same=same)
    ratios = forecast.nodes().set_index("node")["naive_ratio"]
    assert np.isnan(ratios["N / same"])
    assert forecast.accuracy["mase"].max() < 10
    table = sa.forecast.backtest(panel_of({("N", "same"): same[11:]}), 6).to_frame()
    assert table["status"].unique().tolist() == ["no_unit"]


def test_a_level_that_jumps_and_stays_is_reported_with_month_and_size() -> None:
    new = usual(60, seed=4) * np.where(np.arange(60) >= 40, 3.0, 1.0)
    once = usual(60, seed=5)
    once[40] *= 3
    forecast = beside(new=new, once=once)
    row = forecast.breaks.set_index("node").loc["N / new"]
    assert row["period"] == pd.Timestamp("2022-08-01")
    assert row["growth"] == pytest.approx(2.0, abs=0.4)
    assert forecast.breaks["node"].str.startswith("N / ").sum() == 1
    assert "The level of 1 of the smallest units jumped and stayed: N / new +" in forecast.explain()
    assert "N / new自2022年8月起" in forecast.explain("zh")


@pytest.mark.parametrize("wander", [0.0, 0.05])
def test_few_units_without_a_jump_are_told_to_have_one(wander: float) -> None:
    rng, t = np.random.default_rng(2), np.arange(60)
    level = np.cumsum(rng.normal(0, wander, (400, 60)), axis=1)
    rows = np.exp(0.01 * t + 0.2 * np.sin(t / 6 * np.pi) + rng.normal(0, 0.1, (400, 60)) + level)
    assert (lasting_jumps(rows)[0] >= 0).mean() < 0.07
