"""Months that are missing, left out or silent: a choice of the user's, heeded and said."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.inspection.intake import monthly as one_series
from salesanalysis.forecast.intake import take
from salesanalysis.forecast.notable import months_silent
from salesanalysis.forecast.partial import _require_month
from salesanalysis.forecast.run.bridge import bridged
from salesanalysis.forecast.run.origins import folds_of

MONTHS = pd.date_range("2020-01-01", periods=48, freq="MS")


def table(**units: np.ndarray) -> pd.DataFrame:
    """Return a plain table of units that all end in December 2023."""
    frames = [
        pd.DataFrame({"unit": name, "period": MONTHS[-len(v) :], "value": np.asarray(v, float)})
        for name, v in units.items()
    ]
    return pd.concat(frames, ignore_index=True)


def usual(seed: int = 0, n: int = 48) -> np.ndarray:
    """Return a unit nothing is special about."""
    month = np.arange(n)
    noise = np.random.default_rng(seed).normal(0, 0.1, n)
    return 100 * np.exp(0.2 * np.sin(month / 6 * np.pi) + noise)


def without(frame: pd.DataFrame, unit: str, *months: str) -> pd.DataFrame:
    """Return the table without some months of a unit."""
    gone = (frame["unit"] == unit) & frame["period"].isin(pd.to_datetime(list(months)))
    return frame[~gone]


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


WHOLE = table(a=usual(1), b=usual(2), c=usual(3))
HOLES = without(WHOLE, "b", "2022-05-01", "2022-06-01")


# 1. a plain table at the door


def test_a_plain_table_is_forecast_as_the_panel_it_makes() -> None:
    panel = sa.Panel.of(WHOLE, by=["unit"])
    plain = sa.forecast.panel(WHOLE.sample(frac=1, random_state=1), 3, by=["unit"])
    pd.testing.assert_frame_equal(plain.to_frame(), sa.forecast.panel(panel, 3).to_frame())
    one = WHOLE[WHOLE["unit"] == "a"]
    assert sa.forecast.panel(one, 3, by=[]).nodes()["node"].tolist() == [""]
    period = WHOLE["period"]
    for dates in (period.dt.to_period("M"), period.dt.tz_localize("Asia/Shanghai"), period.dt.date):
        same = sa.forecast.panel(WHOLE.assign(period=dates), 3, by="unit")
        np.testing.assert_array_equal(same.point(), plain.point())
    early = sa.forecast.panel(WHOLE[WHOLE["period"] < "2023-12"], 3, by=["unit"])
    assert early.closed_through == pd.Timestamp("2023-11-01")


def test_what_a_plain_table_lacks_is_refused_in_full() -> None:
    assert refusal(lambda: sa.forecast.panel(WHOLE)) == (
        "A plain table does not say which of its columns name a unit.\n"
        "  where: forecast.panel(panel)\n"
        '  fix:   pass by=["region", "product"], or by=[] for one series; and closed_through= '
        "where its last month is not over"
    )
    panel = sa.Panel.of(WHOLE, by=["unit"])
    assert refusal(lambda: sa.forecast.panel(panel, by=["unit"])) == (
        "A Panel has its level columns and its last closed month.\n"
        "  where: forecast.panel(by=..., closed_through=...)\n"
        "  fix:   leave both out, or pass the plain table"
    )
    odd = WHOLE.assign(period=WHOLE["period"].astype("str").replace({"2020-01-01": "January"}))
    said = refusal(lambda: sa.forecast.panel(odd, by=["unit"]))
    assert said.startswith("3 of 144 periods of panel are no dates, such as 'January'.")
    said = refusal(lambda: sa.forecast.panel(pd.concat([WHOLE, WHOLE]), by=["unit"]))
    assert "share a node and month" in said
    said = refusal(lambda: sa.forecast.panel(WHOLE.assign(value=np.nan), by=["unit"]))
    assert said.startswith("144 of 144 values of panel are empty or infinite.")
    assert refusal(lambda: sa.forecast.panel(WHOLE, by=["unit"], missing="skip")).startswith(
        "'skip' is not a way to treat missing months here; known: refuse, zero, gap."
    )


# 2. missing months


def test_missing_months_are_refused_with_their_places_and_both_choices() -> None:
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(HOLES, by=["unit"])
    assert str(caught.value) == (
        "2 months have no row between the first and the last of their unit (1 units, 142 rows), "
        "the first b 2022-05.\n"
        "  where: forecast.panel(missing=...), see .rows\n"
        '  fix:   missing="zero" where nothing was sold in them; missing="gap" where nobody '
        "knows: then they are bridged for the fit, never scored, and unknown in the units above "
        "too"
    )
    assert caught.value.rows["unit"].tolist() == ["b", "b"]
    assert caught.value.rows["period"].dt.month.tolist() == [5, 6]


def test_taken_as_zero_they_are_months_without_a_sale_and_that_is_said() -> None:
    forecast = sa.forecast.panel(HOLES, 3, by=["unit"], missing="zero")
    zeros = WHOLE.copy()
    zeros.loc[~zeros.index.isin(HOLES.index), "value"] = 0.0
    same = sa.forecast.panel(zeros, 3, by=["unit"])
    pd.testing.assert_frame_equal(forecast.to_frame(), same.to_frame())
    said = "As asked, 2 months without a row were taken as months without a sale."
    assert said in forecast.explain()
    assert said not in same.explain()
    floor = sa.forecast.panel(HOLES, 3, by=["unit"], missing="zero", method="seasonal_naive")
    assert said in floor.explain()


def test_unknown_months_stay_unknown_in_every_sum_and_are_said() -> None:
    forecast = sa.forecast.panel(HOLES, 3, by=["unit"], missing="gap")
    frame = forecast.to_frame()
    holes = frame[frame["period"].isin(pd.to_datetime(["2022-05-01", "2022-06-01"]))]
    assert sorted(holes["node"].unique()) == ["a", "c"]
    assert forecast.gaps["node"].tolist() == ["", "", "b", "b"]
    said = "Unknown: 2 months of the smallest units (b May 2022, b Jun 2022)."
    assert said in forecast.explain()
    assert "未知：最小单位的2个月份（b：2022年5月、b：2022年6月）。" in forecast.explain("zh")
    # next to what is known of the whole history the forecast hardly moves
    whole = sa.forecast.panel(WHOLE, 3, by=["unit"])
    np.testing.assert_allclose(forecast.point(), whole.point(), rtol=0.05)


def test_the_fan_draws_no_line_across_a_month_nobody_knows() -> None:
    ax = sa.forecast.panel(HOLES, 3, by=["unit"], missing="gap").plot(node="b")
    assert_good_figure(ax)
    actual = next(line for line in ax.lines if line.get_label() == "Actual")
    values = np.asarray(actual.get_ydata(), dtype="float64")
    assert np.isnan(values).sum() == 2
    assert len(values) == 36


def test_a_year_with_unknown_months_has_no_landing_but_for_those_who_know_it() -> None:
    forecast = sa.forecast.panel(HOLES, 3, by=["unit"], missing="gap")
    assert refusal(lambda: forecast.landing(year=2022)) == (
        "4 closed months of 2022-01 to 2022-12 are unknown, such as b 2022-06: their sum is too.\n"
        "  where: Forecast.landing, see .rows\n"
        "  fix:   fill the months in, ask for a span without them, or select units that know them"
    )
    known = WHOLE.query("unit == 'a' and period.dt.year == 2022")["value"].sum()
    landed = forecast.select(unit="a").landing(year=2022).to_frame()["landing"].iloc[0]
    assert landed == pytest.approx(known)
    assert forecast.landing(span=["2023-01", "2024-03"], target=100).n_open == 3


def test_an_unknown_month_is_never_scored_and_bridged_from_what_was_known_then() -> None:
    values = np.array([usual(1), usual(2)])
    gaps = np.zeros(values.shape, dtype=bool)
    gaps[1, [35, 40]] = True
    values[gaps] = np.nan
    pairs = lenders_of_none()
    _, folds = folds_of(values, pairs, 6, gaps=gaps)
    cuts = [fold.cut for fold in folds]
    assert all(np.isnan(fold.actual[1]).any() for fold in folds if 7 < fold.cut < 13)
    later = values.copy()
    later[:, -cuts[0] :] *= 1e6
    _, poisoned = folds_of(later, pairs, 6, gaps=gaps)
    start = np.full((9, 6), 1 / 9)
    np.testing.assert_array_equal(folds[0].tree.point(start)[0], poisoned[0].tree.point(start)[0])
    assert (folds[0].base.state == "ok").all()


def lenders_of_none() -> list:
    """Return that nobody borrows from anybody."""
    return [np.zeros(0, dtype="int64"), np.zeros(0, dtype="int64")]


def test_a_bridge_is_the_level_around_it_with_the_season_of_the_month() -> None:
    season = 100 * np.exp(0.3 * np.sin(np.arange(60) / 6 * np.pi))
    holed = season.copy()
    holed[[15, 40]] = np.nan
    whole = bridged(holed[None], np.isnan(holed)[None])[0]
    np.testing.assert_allclose(whole, season, rtol=0.02)
    long = np.r_[np.full(12, 5.0), np.full(20, np.nan), 5.0]
    np.testing.assert_allclose(bridged(long[None], np.isnan(long)[None])[0], 5.0, rtol=1e-12)


def test_where_unknown_months_cannot_be_heeded_they_are_refused() -> None:
    def ask(**how):
        return refusal(lambda: sa.forecast.panel(HOLES, 3, by=["unit"], missing="gap", **how))

    assert ask(method="seasonal_naive") == (
        "seasonal_naive repeats last year and cannot repeat months nobody knows.\n"
        "  where: forecast.panel(missing=...)\n"
        '  fix:   fill them in, or method="engine"'
    )
    assert ask(effects="china") == (
        "Calendar effects cannot be told from a history with unknown months.\n"
        '  where: forecast.panel(effects=..., missing="gap")\n'
        "  fix:   leave effects out, or fill the months in"
    )


# 3. since


def test_history_before_a_known_break_is_left_out_of_the_fit_and_shown_all_the_same() -> None:
    broken = WHOLE.copy()
    before = broken["period"] < "2021-07-01"
    broken.loc[before, "value"] *= 9
    cut = sa.forecast.panel(broken, 3, by=["unit"], since="2021-07-15")
    clean = sa.forecast.panel(WHOLE[~before], 3, by=["unit"])
    np.testing.assert_array_equal(cut.point(), clean.point())
    shown = cut.to_frame().query("node == 'a' and horizon == 0")
    assert shown["period"].min() == pd.Timestamp("2020-01-01")
    assert cut.nodes()["n_months"].tolist() == [30] * 4
    said = "As asked, nothing before Jul 2021 was learned from: a known break lies there."
    assert said in cut.explain()
    assert "按要求，2021年7月之前的历史未用于估计" in cut.explain("zh")
    assert cut.landing(year=2021).headline().startswith("Company 2021 is closed at")


def test_the_calendar_counts_from_the_break_too() -> None:
    cut = sa.forecast.panel(WHOLE, 3, by=["unit"], since="2020-06", effects="spring_festival")
    clean = WHOLE[WHOLE["period"] >= "2020-06-01"]
    same = sa.forecast.panel(clean, 3, by=["unit"], effects="spring_festival")
    np.testing.assert_array_equal(cut.point(), same.point())
    pd.testing.assert_frame_equal(cut.calendar_effects, same.calendar_effects)


def test_a_break_after_the_last_closed_month_leaves_nothing_and_is_refused() -> None:
    assert refusal(lambda: sa.forecast.panel(WHOLE, by=["unit"], since="2024-01")) == (
        "since=2024-01 lies after 2023-12, the last closed month.\n"
        "  where: forecast.panel(since=...)\n"
        "  fix:   name the first month after the break, from 2020-01 on"
    )
    assert refusal(
        lambda: sa.forecast.panel(WHOLE, by=["unit"], since="2023-01", method="seasonal_naive")
    ) == (
        "seasonal_naive repeats last year and looks back one year whatever broke before.\n"
        "  where: forecast.panel(since=...)\n"
        '  fix:   leave since out, or method="engine"'
    )
    assert "nothing before" not in sa.forecast.panel(WHOLE, 1, by=["unit"], since="2019").explain()


# 4. units that stopped selling


def test_months_since_the_last_sale_are_counted_for_every_unit() -> None:
    rows = np.array([[1.0, 0, 0], [0, 0, 2], [np.nan, 0, 0], [3, np.nan, np.nan], [0, -1, 0]])
    assert months_silent(rows).tolist() == [2, 0, 2, 2, 1]
    assert months_silent(np.full((1, 3), np.nan)).tolist() == [0]


@pytest.mark.parametrize("method", ["engine", "seasonal_naive"])
def test_a_unit_without_a_sale_for_months_is_named_while_something_is_expected(method) -> None:
    quiet = usual(4)
    quiet[-5:] = 0.0
    gone, never = usual(5), np.zeros(48)
    gone[-14:] = 0.0
    frame = table(a=usual(1), quiet=quiet, gone=gone, never=never)
    forecast = sa.forecast.panel(frame, 3, by=["unit"], method=method)
    nodes = forecast.nodes().set_index("node")["n_silent"]
    assert nodes.to_dict() == {"": 0, "a": 0, "gone": 14, "never": 48, "quiet": 5}
    said = (
        "No sale for 3 months or more, though something is still expected of them: 1 of the "
        "smallest units (quiet: 5 months)."
    )
    assert said in forecast.explain()
    assert "1个最小单位（quiet：5个月）" in forecast.explain("zh")
    assert "No sale for" not in forecast.select(unit="a").explain()


def test_a_unit_that_began_this_month_is_named_and_in_no_figure(make_panel) -> None:
    rng = np.random.default_rng(8)
    panel = make_panel({n: 100 + rng.normal(0, 5, 36) for n in ("N", "S")})
    sold = pd.DataFrame({"region": ["N", "火星", "W"], "value": [20.0, 7.0, 30.0]})
    forecast = sa.forecast.panel(panel, 6, so_far=sold, new_units="name")
    assert forecast.began.to_dict("list") == {"region": ["W", "火星"], "value": [30.0, 7.0]}
    assert (
        "2 units sold for the first time in the month that is not over; they have no closed month, "
        "so no forecast, and are in no sum here: W (30 CNY so far), 火星 (7 CNY so far)."
    ) in forecast.explain()
    assert "2个单位在未结束的月份首次销售" in forecast.explain("zh")
    assert forecast.so_far["value"].iloc[0] == 20.0
    without = sa.forecast.panel(panel, 6, so_far=sold.head(1))
    np.testing.assert_array_equal(forecast.point(), without.point())
    assert forecast.select(region="N").began.empty
    only = sa.forecast.panel(panel, 6, so_far=sold.tail(1), new_units="name")
    assert (len(only.began), only.so_far.empty) == (1, True)
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(panel, 6, so_far=sold, new_units="drop")
    assert str(caught.value).startswith("'drop' is not a way to treat new units here; known: ")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"region": None, "value": 3.0}, "1 of 2 rows of so_far have no 'region'.\n"),
        ({"region": "W", "value": None}, "1 of 2 values so far are empty or no number.\n"),
        (
            {"region": "W", "value": 3.0, "period": "2020-01-01"},
            "1 of 2 rows are not of 2024-04, the first open month.\n",
        ),
    ],
)
def test_a_new_unit_needs_a_name_an_amount_and_the_open_month_as_well(make_panel, row, said):
    panel = make_panel({n: np.full(36, 100.0) for n in ("N", "S")})
    known = {"region": "N", "value": 20.0, "period": panel.closed_through + pd.DateOffset(months=1)}
    sold = pd.DataFrame([known, {"period": known["period"], **row}])
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(panel, 6, so_far=sold, new_units="name")
    assert str(caught.value).startswith(said)


def test_every_door_reads_periods_and_chinese_months_as_it_reads_dates() -> None:
    dates = pd.date_range("2021-01-01", periods=36, freq="MS")
    table = pd.DataFrame({"region": "N", "period": dates, "value": 100.0 + dates.month})
    wanted = pd.DataFrame(
        {"region": "N", "period": dates[-6:] + pd.DateOffset(years=1), "value": 9.0}
    )
    plain = sa.Panel.of(table, by=["region"])
    january = pd.Series(pd.to_datetime(["2024-01-01"] * 6))
    first = sa.forecast.panel(plain, 12)
    chance = first.probability(wanted, span=["2024-07", "2024-12"])
    lean = sa.forecast.bias(table.tail(12), table, by=["region"]).to_frame()
    looked = one_series(table.set_index("period")["value"])
    for write in (
        lambda t: t.dt.to_period("M"),
        lambda t: t.map(lambda d: f"{d.year}年{d.month}月"),
    ):
        other = table.assign(period=write(table["period"]))
        made = take(other, by=["region"], closed_through=None, missing="refuse", freq="M").panel
        pd.testing.assert_frame_equal(made.frame, plain.frame)
        asked = wanted.assign(period=write(wanted["period"]))
        again = first.probability(asked, span=["2024-07", "2024-12"])
        pd.testing.assert_frame_equal(again, chance)
        said = sa.forecast.bias(other.tail(12), other, by=["region"]).to_frame()
        pd.testing.assert_frame_equal(said, lean)
        pd.testing.assert_series_equal(one_series(other.set_index("period")["value"]), looked)
        _require_month(plain, asked.assign(period=write(january)), "so_far")
