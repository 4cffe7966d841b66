"""Every method sees the same past and nothing else, and a failure is counted, not hidden."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store
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
