"""Every method sees the same past and nothing else, and a failure is counted, not hidden."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.scoring.folds import folds_of
from salesanalysis.panel import Panel

LEVELS = (0.80, 0.95)


def own(series, h, m, levels):
    """Repeat the last value, with bounds of one and two either side."""
    return [
        {
            "mean": np.full(h, y[-1]),
            **{f"lo{c}": np.full(h, y[-1] - w) for c, w in ((80, 1), (95, 2))},
            **{f"hi{c}": np.full(h, y[-1] + w) for c, w in ((80, 1), (95, 2))},
        }
        for y in series
    ]


def steady(make_panel, values: dict) -> Panel:
    return make_panel({name: np.asarray(v, float) for name, v in values.items()})


# 1. worked by hand


def test_a_line_of_one_a_month_is_scored_on_paper(make_panel) -> None:
    # 24 months 1..24, one origin at 21: last value 21, then 22, 23, 24; last year 10, 11, 12
    panel = make_panel({(): np.arange(1.0, 25.0)}, by=())
    result = sa.forecast.backtest(panel, 3, methods=[own], origins=1)
    table = result.to_frame().set_index("method")
    assert table.index.tolist() == ["own", "seasonal_naive"]
    # errors 1, 2, 3 in units of 12; last year is 12 too low in each month
    assert table["mase"].tolist() == pytest.approx([2 / 12, 1.0])
    assert table["wape_share"].tolist() == pytest.approx([6 / 69, 36 / 69])
    assert table["bias_share"].tolist() == pytest.approx([-6 / 69, -36 / 69])
    assert table["smape"].iloc[0] == pytest.approx(200 / 3 * (1 / 43 + 2 / 44 + 3 / 45))
    # Naive2 repeats the last value as well: as far off as itself
    assert table["owa"].iloc[0] == pytest.approx(1.0)
    assert table[["covered80_share", "covered95_share"]].iloc[0].tolist() == pytest.approx(
        [1 / 3, 2 / 3]
    )
    # width 4, and 40 times the miss of 1 in one of three months, in units of 12
    assert table["msis95"].iloc[0] == pytest.approx((4 + 40 / 3) / 12)
    assert table["mase_ratio"].tolist() == pytest.approx([1 / 6, 1.0])
    assert result.origins == (pd.Timestamp("2023-12-01"),)


def test_origins_are_counted_back_by_the_step_or_named(company: Panel) -> None:
    asked = {"methods": ["naive2"]}
    counted = sa.forecast.backtest(company, 6, origins=3, step=4, **asked)
    assert [f"{o:%Y-%m}" for o in counted.origins] == ["2023-01", "2023-05", "2023-09"]
    named = sa.forecast.backtest(company, 6, origins=["2023-09", "2023-01-31"], **asked)
    assert [f"{o:%Y-%m}" for o in named.origins] == ["2023-01", "2023-09"]


def test_a_unit_is_scored_from_its_first_origin_on_and_counts_0_after_its_end(make_panel) -> None:
    panel = make_panel({"N": np.full(30, 5.0), "S": np.arange(10.0), "W": np.arange(1.0, 31.0)})
    panel = Panel.of(
        panel.frame[~((panel.frame["region"] == "W") & (panel.frame["period"] > "2023-12-01"))],
        by=["region"], closed_through="2024-03-01",
    )  # fmt: skip
    folds = folds_of(panel, 3, ["2023-05", "2023-12"], 3, LEVELS)
    assert folds[0].nodes["node"].tolist() == ["", "N", "W"]
    assert folds[1].nodes["node"].tolist() == ["", "N", "S", "W"]
    assert folds[1].actual.tolist()[3] == [0.0, 0.0, 0.0]
    ended = folds_of(panel, 1, ["2024-02"], 3, LEVELS)[0]
    assert ended.nodes["node"].tolist() == ["", "N", "S"]


def test_the_engine_is_scored_on_its_own_figures_bounds_and_landing(make_panel) -> None:
    rng = np.random.default_rng(9)
    values = {f"R{i}": 50 + rng.normal(0, 5, 48) for i in range(6)}
    panel = make_panel(values)
    past = Panel.of(panel.frame[panel.frame["period"] <= "2023-09-01"], by=["region"])
    forecast = sa.forecast.panel(past, 6)
    ahead = forecast.to_frame().query("horizon > 0 and level == 'region'")
    actual = panel.matrix().to_numpy()[:, -6:]
    rows = sa.forecast.backtest(panel, 6, methods=["engine"], origins=1).scores
    rows = rows[(rows["method"] == "engine") & (rows["level"] == "region")]
    error = ahead["value"].to_numpy().reshape(6, 6) - actual
    assert rows["error"].tolist() == pytest.approx(error.sum(axis=1).tolist())
    low, high = (ahead[c].to_numpy().reshape(6, 6) for c in ("lo80", "hi80"))
    held = ((actual >= low) & (actual <= high)).mean(axis=1)
    assert rows["covered80_share"].tolist() == pytest.approx(held.tolist())
    span = ahead["period"].iloc[[0, 5]].tolist()
    landing = forecast.landing(span=span).to_frame().query("level == 'region'")
    total = actual.sum(axis=1)
    held = (total >= landing["lo80"]) & (total <= landing["hi80"])
    assert rows["landing80_share"].tolist() == held.astype(float).tolist()


# 2. what always holds


def test_every_method_is_scored_on_the_same_units_and_the_floor_is_always_there(company) -> None:
    result = sa.forecast.backtest(company, 6, methods=[own, "theta", "engine"])
    table = result.to_frame()
    assert result.methods == ("own", "theta", "engine", "seasonal_naive")
    assert table.groupby("level")["n_scored"].agg(lambda n: len(set(n))).eq(1).all()
    seen = result.scores.groupby("method")[["origin", "node"]].apply(
        lambda rows: tuple(map(tuple, rows.to_numpy()))
    )
    assert len(set(seen)) == 1
    assert table["level"].drop_duplicates().tolist() == ["company", "region", "product_line"]


def test_nothing_after_an_origin_is_visible_to_any_method(company: Panel) -> None:
    seen: list[list[np.ndarray]] = []

    def spy(series, h, m, levels):
        seen.append([y.copy() for y in series])
        return own(series, h, m, levels)

    methods = ["engine", "theta", "naive2", spy]
    origin = pd.Timestamp("2023-09-01")
    asked = {"methods": methods, "origins": [origin]}
    before = sa.forecast.backtest(company, 6, **asked)
    poisoned = company.frame.copy()
    late = poisoned["period"] > origin
    poisoned.loc[late, "value"] = 1e12 * np.where(np.arange(late.sum()) % 2, 1, -1)
    after = sa.forecast.backtest(
        Panel.of(poisoned, by=company.by, closed_through=company.closed_through), 6, **asked
    )
    for first, second in zip(*seen, strict=True):
        np.testing.assert_array_equal(first, second)
    assert before.scores["abs_error"].max() < 1e9 < after.scores["abs_error"].max()


@pytest.mark.parametrize("poison", [1e12, np.nan, -1e12])
def test_forecasts_are_the_same_bytes_whatever_comes_after_the_origin(company, poison) -> None:
    from salesanalysis.forecast.scoring.entering import enter
    from salesanalysis.forecast.scoring.entrants import entrants

    clean = folds_of(company, 6, ["2023-09"], 3, LEVELS)[0]
    frame = company.frame.copy()
    late = frame["period"] > "2023-09-01"
    if np.isnan(poison):  # a panel takes no empty month: there are none after the origin at all
        frame = frame[~late]
        frame = pd.concat([frame, _extended(frame, 6)])
    else:
        frame.loc[late, "value"] = poison
    panel = Panel.of(frame, by=company.by, closed_through="2024-03-01")
    dirty = folds_of(panel, 6, ["2023-09"], 3, LEVELS)[0]
    for name, run in entrants(["engine", "theta", "naive2", own]).items():
        a, b = enter(run, clean).predicted, enter(run, dirty).predicted
        shared = clean.nodes["node"].isin(dirty.nodes["node"]).to_numpy()
        assert shared.all(), name
        np.testing.assert_array_equal(a.point, b.point, err_msg=name)
        np.testing.assert_array_equal(a.lower, b.lower, err_msg=name)
        np.testing.assert_array_equal(a.upper, b.upper, err_msg=name)


def _extended(frame: pd.DataFrame, months: int) -> pd.DataFrame:
    """One unit goes on with zeros, so that months exist after the origin."""
    keys = [c for c in frame.columns if c not in ("period", "value")]
    last = frame[frame["period"] == frame["period"].max()].head(1)
    later = pd.date_range(frame["period"].max(), periods=months + 1, freq="MS")[1:]
    return pd.DataFrame({"period": later, "value": 0.0}).assign(**last[keys].iloc[0].to_dict())


def test_every_method_of_the_house_can_be_asked_for_by_name(make_panel) -> None:
    from salesanalysis.forecast.scoring.entrants import LOADERS

    rng = np.random.default_rng(10)
    panel = make_panel({"N": 50 + rng.normal(0, 5, 40)})
    result = sa.forecast.backtest(panel, 3, methods=list(LOADERS), origins=1)
    assert result.methods == tuple(LOADERS)
    assert result.failures.empty
    assert (result.to_frame()["status"] == "ok").all()


def test_a_method_that_writes_into_its_input_spoils_nothing(company: Panel) -> None:
    def vandal(series, h, m, levels):
        told = own(series, h, m, levels)
        for y in series:
            y[:] = -1.0
        return told

    alone = sa.forecast.backtest(company, 6, methods=["theta"]).to_frame()
    beside = sa.forecast.backtest(company, 6, methods=[vandal, "theta"]).to_frame()
    beside = beside[beside["method"] != "vandal"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, beside)


def test_the_history_of_a_fold_is_not_written_into(company: Panel) -> None:
    from salesanalysis.forecast.predicted import Predicted
    from salesanalysis.forecast.scoring.entering import enter
    from salesanalysis.forecast.scoring.entrants import on_arrays

    def vandal(history, horizon, **_):
        history[:] = -1.0
        return Predicted(np.zeros((len(history), horizon)))

    fold = folds_of(company, 6, 1, 1, LEVELS)[0]
    before = fold.history.copy()
    enter(on_arrays(vandal), fold)
    np.testing.assert_array_equal(fold.history, before)


def test_the_same_call_gives_the_same_table_whatever_the_order_of_rows(company: Panel) -> None:
    shuffled = Panel.of(
        company.frame.sample(frac=1, random_state=4), by=company.by, terms=company.terms
    )
    a, b = (sa.forecast.backtest(p, 6, methods=["theta"]) for p in (company, shuffled))
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    pd.testing.assert_frame_equal(a.scores, b.scores)
    pd.testing.assert_frame_equal(
        a.compare("theta").to_frame(), b.compare("theta").to_frame(), check_exact=True
    )


def test_a_stored_backtest_comes_back_in_the_same_bytes_and_time_is_kept_out(
    company: Panel, tmp_path
) -> None:
    for name in ("a", "b"):
        store.write(sa.forecast.backtest(company, 6, methods=["theta"]), tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    back = store.read(tmp_path / "a")
    fresh = sa.forecast.backtest(company, 6, methods=["theta"])
    pd.testing.assert_frame_equal(back.to_frame(), fresh.to_frame())
    assert back.explain("zh") == fresh.explain("zh")
    timed = sa.forecast.backtest(company, 6, methods=["theta"], timing=True).to_frame()
    assert (timed["cpu_ms"] >= 0).all()
    pd.testing.assert_frame_equal(timed.drop(columns="cpu_ms"), fresh.to_frame())


# 3. failures


def test_a_method_that_fails_on_one_unit_gets_last_year_there_and_is_counted(make_panel) -> None:
    rng = np.random.default_rng(1)
    panel = make_panel({n: 50 + rng.normal(0, 5, 40) for n in ("E", "N", "S")})

    def picky(series, h, m, levels):
        if any(abs(y[0] - picky.refused) < 1e-9 for y in series):
            raise ZeroDivisionError("no such luck")
        return own(series, h, m, levels)

    picky.refused = panel.matrix().iloc[1, 0]
    result = sa.forecast.backtest(panel, 6, methods=[picky], origins=2, step=6)
    table = result.to_frame().set_index(["level", "method"])
    assert table["n_failed"].tolist() == [0, 0, 2, 0]
    scores = result.scores.set_index(["method", "node"]).sort_index()
    assert scores.loc[("picky", "N"), "failed"].all()
    assert (
        scores.loc[("picky", "N"), "mase"].tolist()
        == scores.loc[("seasonal_naive", "N"), "mase"].tolist()
    )
    assert (
        scores.loc[("picky", "S"), "mase"].tolist()
        != scores.loc[("seasonal_naive", "S"), "mase"].tolist()
    )
    assert result.failures["reason"].tolist() == ["ZeroDivisionError: no such luck"] * 2
    assert "Picky failed on 2 forecasts" in result.explain()
    assert "picky有2次预测失败" in result.explain("zh").lower()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_figures_that_are_no_numbers_count_as_failures(make_panel, bad) -> None:
    rng = np.random.default_rng(2)
    panel = make_panel({n: 50 + rng.normal(0, 5, 40) for n in ("E", "N")})

    def broken(series, h, m, levels):
        told = own(series, h, m, levels)
        told[1]["mean"][-1] = bad
        told[2]["lo95"][0] = bad
        return told

    result = sa.forecast.backtest(panel, 6, methods=[broken], origins=1)
    failed = result.scores.query("method == 'broken'").set_index("node")["failed"]
    assert failed.to_dict() == {"": False, "E": True, "N": True}
    assert result.failures["reason"].tolist() == [
        "figures that are empty or infinite, or bounds the wrong way round"
    ]
    assert np.isfinite(result.to_frame()["mase"]).all()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda s, h: [], "ValueError: 0 answers for 2 series"),
        (lambda s, h: [{"mean": np.ones(h + 1)}] * len(s), "ValueError: cannot reshape"),
        (lambda s, h: [{"figure": np.ones(h)}] * len(s), "KeyError: 'mean'"),
        (lambda s, h: None, "TypeError: "),
    ],
)
def test_a_wrong_answer_is_a_failure_on_every_unit_with_its_reason(
    make_panel, answer, reason
) -> None:
    panel = make_panel({"N": np.arange(1.0, 31.0)})

    def wrong(series, h, m, levels):
        return answer(series, h)

    result = sa.forecast.backtest(panel, 3, methods=[wrong], origins=1)
    assert result.failures["n_failed"].tolist() == [2]
    assert result.failures["reason"].iloc[0].startswith(reason)
    table = result.to_frame().set_index(["level", "method"])
    assert table.loc[("region", "wrong"), "mase"] == 1.0


def test_a_function_without_bounds_is_scored_on_its_figures_alone(make_panel) -> None:
    def bare(series, h, m, levels):
        return [{"mean": np.full(h, y[-1])} for y in series]

    panel = make_panel({"N": np.arange(1.0, 31.0)})
    result = sa.forecast.backtest(panel, 3, methods=[bare], origins=1)
    row = result.to_frame().set_index(["level", "method"]).loc[("region", "bare")]
    assert row["status"] == "no_intervals"
    assert np.isnan(row["covered80_share"])
    assert row["n_failed"] == 0
    assert "Bare gives no intervals." in result.explain()


# 4. what is said


def test_where_last_year_wins_it_is_said_by_method_and_level(make_panel) -> None:
    rng = np.random.default_rng(3)
    season = 100 + 40 * np.sin(np.arange(48) / 6 * np.pi)
    panel = make_panel({f"R{i}": season + rng.normal(0, 1, 48) for i in range(8)})

    def high(series, h, m, levels):
        return [{"mean": np.full(h, 1.5 * y.mean())} for y in series]

    result = sa.forecast.backtest(panel, 6, methods=[high])
    assert result.headline().startswith(
        "Repeating last year beats every other method for the smallest units: relative error "
    )
    assert result.headline("zh").startswith("对最小单位，按去年同月优于其他所有方法：相对误差")
    assert "High misses more than repeating last year at the level Company, Region" in (
        result.explain()
    )
    assert result.to_frame()["naive_wins"].tolist() == [True, False, True, False]
    nodes = result.nodes().query("method == 'high'")
    assert nodes["naive_wins"].all()
    assert nodes["n_months"].tolist() == [18] * 9


def test_a_difference_that_chance_makes_is_not_called_a_win(make_panel) -> None:
    rng = np.random.default_rng(4)
    panel = make_panel({f"R{i:02d}": 100 + rng.normal(0, 10, 48) for i in range(12)})

    def wobbly(series, h, m, levels):
        noise = np.random.default_rng(len(series[0]))
        return [{"mean": y[-m:][:h] + noise.normal(0, 1, h)} for y in series]

    result = sa.forecast.backtest(panel, 6, methods=[wobbly])
    assert result.compare("wobbly").better == ""
    assert result.headline().startswith("No method is shown to beat repeating last year")
    assert result.headline("zh").startswith("对最小单位，没有方法被证明优于按去年同月")
    # a little worse is worse all the same, and marked where it is
    table = result.to_frame().query("method == 'wobbly'")
    assert table["mase_ratio"].between(0.9, 1.1).all()
    assert table["naive_wins"].tolist() == (table["mase_ratio"] > 1).tolist()
    assert table["naive_wins"].any()
    only = sa.forecast.backtest(panel, 6, methods=[])
    assert only.headline().startswith("Repeating last year has relative error 0.94 for")


def test_units_below_zero_are_judged_without_percentages(make_panel) -> None:
    rng = np.random.default_rng(5)
    month = np.arange(48)
    rows = {f"R{i}": 5 + 0.2 * month + rng.normal(0, 0.3, 48) for i in range(6)}
    rows["R0"][40] = -2.0
    result = sa.forecast.backtest(make_panel(rows), 6, methods=["theta"])
    assert result.headline().startswith(
        "Theta beats repeating last year for the smallest units: error in yearly changes 0."
    )
    assert result.compare("theta").measure == "mase"
    text = result.explain()
    assert "of 18 forecasts are of units with months at or below 0" in text


def test_units_that_never_changed_are_left_out_of_scaled_errors_and_counted(make_panel) -> None:
    rng = np.random.default_rng(6)
    panel = make_panel({"N": np.full(40, 7.0), "S": 50 + rng.normal(0, 5, 40)})
    result = sa.forecast.backtest(panel, 6, methods=["theta"])
    leaf = result.to_frame().query("level == 'region'")
    assert leaf["n_no_unit"].tolist() == [3, 3]
    assert np.isfinite(leaf["mase"]).all()
    assert "3 of 6 forecasts are of units that never changed before the origin" in result.explain()
    still = sa.forecast.backtest(make_panel({"N": np.full(40, 7.0)}), 6, methods=["theta"])
    assert still.to_frame()["status"].unique().tolist() == ["no_unit"]
    assert still.headline().startswith("Nothing changed from year to year")
    assert still.compare("theta").better == ""


def test_fewer_origins_than_asked_for_are_named(make_panel) -> None:
    panel = make_panel({"N": np.arange(1.0, 21.0)})
    result = sa.forecast.backtest(panel, 3, methods=["theta"], origins=5)
    assert len(result.origins) == 2
    assert "Asked for 5 origins, the history has room for 2." in result.explain()


def test_the_two_languages_say_equally_much_and_the_table_is_translated(company) -> None:
    result = sa.forecast.backtest(company, 6, methods=["theta", "naive2", own])
    both = result, result.compare("theta", "naive2"), result.compare("own", level="company")
    for told in both:
        english, chinese = told.explain().splitlines(), told.explain("zh").splitlines()
        assert len(english) == len(chinese)
        assert not [line for line in english if "{" in line]
        assert [c for c in told.table("zh").shown().columns if c.isascii()] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pictures_can_be_read_in_both_languages(company: Panel, lang: str) -> None:
    result = sa.forecast.backtest(company, 6, methods=["theta", "naive2", own])
    ax = result.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.patches) == 4
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == result.headline(
        lang
    ).replace(" ", "")
    assert_good_figure(result.compare("theta").plot(lang=lang))
    assert_good_figure(result.compare("theta", level="company").plot(lang=lang))


# 5. refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"methods": ["thetta"]},
            "'thetta' is not a method here; known: engine, theta, ets, naive2, seasonal_naive.\n"
            "  where: forecast.backtest(methods=...)\n"
            "  fix:   write 'theta'",
        ),
        (
            {"methods": [3]},
            "3 is neither the name of a method nor a function.\n"
            "  where: forecast.backtest(methods=...)\n"
            "  fix:   write one of engine, theta, ets, naive2, seasonal_naive, or "
            "f(list_of_arrays, h, m, levels)",
        ),
        (
            {"methods": [own, own]},
            "Two methods are called 'own'.\n"
            "  where: forecast.backtest(methods=...)\n"
            "  fix:   give the function another __name__",
        ),
        (
            {"origins": 0},
            "origins and step must be 1 or more, got 0 and 3.\n"
            "  where: forecast.backtest(origins=..., step=...)\n"
            "  fix:   write origins=3, step=3 for three origins a quarter apart",
        ),
        (
            {"origins": ["2023-06", "2024-01"]},
            "origins names 2024-01: an origin needs a year before it and 6 months after it.\n"
            "  where: forecast.backtest(origins=[...])\n"
            "  fix:   choose months from 2020-12 to 2023-09",
        ),
        (
            {"origins": []},
            "origins names no month: an origin needs a year before it and 6 months after it.\n"
            "  where: forecast.backtest(origins=[...])\n"
            "  fix:   choose months from 2020-12 to 2023-09",
        ),
        (
            {"horizon": 25},
            "horizon must be 1 to 24 months, got 25.\n"
            "  where: forecast.backtest(horizon=...)\n"
            "  fix:   write 6 for half a year ahead",
        ),
        (
            {"coverage": (80,)},
            "coverage must be different shares between 0 and 1, got (80,).\n"
            "  where: forecast.backtest(coverage=...)\n"
            "  fix:   write 80 % as 0.80, for example coverage=(0.80, 0.95)",
        ),
    ],
)
def test_settings_nobody_can_mean_are_refused(company: Panel, asked: dict, message: str) -> None:
    assert refusal(lambda: sa.forecast.backtest(company, **asked)) == message


def test_a_comparison_of_what_is_not_there_is_refused(company: Panel) -> None:
    result = sa.forecast.backtest(company, 6, methods=["theta"])
    assert refusal(lambda: result.compare("teta")) == (
        "'teta' is not a method here; known: theta, seasonal_naive.\n"
        "  where: Backtest.compare\n"
        "  fix:   write 'theta'"
    )
    assert refusal(lambda: result.compare("theta", level="regoin")) == (
        "'regoin' is not a level here; known: company, region, product_line.\n"
        "  where: Backtest.compare\n"
        "  fix:   write 'region'"
    )


def test_a_table_in_which_methods_saw_different_units_cannot_be_built(company: Panel) -> None:
    from dataclasses import replace

    result = sa.forecast.backtest(company, 6, methods=["theta"])
    levels = result.to_frame()
    levels.loc[0, "n_scored"] += 1
    with pytest.raises(ReconciliationError) as caught:
        replace(result, levels=levels)
    assert str(caught.value) == (
        "The methods were not scored on the same units.\n"
        "  where: backtest, level 'company'\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
