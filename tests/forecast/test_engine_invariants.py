"""What holds for the forecast of any panel, however ugly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uglypanels import KINDS, LENGTHS, USUAL, leaves, panel_of

import salesanalysis as sa
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.run.base import base_forecasts
from salesanalysis.panel import Panel

#: Months ahead, and paths over the same leaves.
HORIZONS, PATHS = st.sampled_from([1, 3, 12, 24]), st.sampled_from([None, [["region"], ["line"]]])
#: A forecast by itself lies below this many times the largest month of two years.
EXPLODES = 3.0


def ahead(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the forecast months."""
    return frame[frame["horizon"] > 0]


# 1. sums


@settings(max_examples=4)
@given(leaves=leaves(), horizon=HORIZONS, crossed=PATHS)
def test_every_node_is_the_sum_of_its_leaves_on_every_path(leaves, horizon, crossed) -> None:
    frame = sa.forecast.panel(panel_of(leaves), horizon, crossed=crossed).to_frame()
    below = frame[(frame["region"] != "") & (frame["line"] != "")]
    for keys in ([], ["region"], ["line"]) if crossed else ([], ["region"]):
        empty = [c for c in ("region", "line") if c not in keys]
        mine = frame[(frame[empty] == "").all(axis=1) & (frame[keys] != "").all(axis=1)]
        sums = below.groupby([*keys, "period"])["value"].agg(["sum", lambda v: v.abs().sum()])
        both = mine.set_index([*keys, "period"])["value"].to_frame().join(sums)
        assert ((both["value"] - both["sum"]).abs() <= 1e-9 * both.iloc[:, 2]).all()


def test_a_region_of_one_line_is_that_line_and_counts_once() -> None:
    rng = np.random.default_rng(1)
    rows = {("N", "a"): 1, ("N", "b"): 2, ("S", "a"): 3}
    noisy = {k: 100 * v * np.exp(rng.normal(0, 0.1, 48)) for k, v in rows.items()}
    frame = ahead(sa.forecast.panel(panel_of(noisy), 6).to_frame())
    region, line = (frame[frame["node"] == name] for name in ("S", "S / a"))
    assert region["value"].to_numpy() == pytest.approx(line["value"].to_numpy(), rel=1e-12)
    alone = sa.forecast.panel(panel_of({("S", "a"): noisy["S", "a"]}), 6).to_frame()
    sums = ahead(alone).groupby("node")["value"].sum()
    assert sums.tolist() == [sums.iloc[0]] * len(sums)


# 2. every figure can be used


@settings(max_examples=6)
@given(leaves=leaves(), horizon=HORIZONS, crossed=PATHS)
def test_no_figure_is_empty_below_zero_or_out_of_this_world(leaves, horizon, crossed) -> None:
    require_usable(sa.forecast.panel(panel_of(leaves), horizon, crossed=crossed))


def test_neither_is_one_where_every_kind_of_unit_at_every_length_meets_in_one_company() -> None:
    rng = np.random.default_rng(6)
    every = {(kind, str(n)): make(rng, n) for kind, make in KINDS.items() for n in LENGTHS}
    require_usable(sa.forecast.panel(panel_of(every), 24))


def require_usable(forecast: Forecast) -> None:
    """Refuse figures that are empty, outside their bounds, below 0 or out of this world."""
    frame, nodes = forecast.to_frame(), forecast.nodes()
    assert np.isfinite(frame.select_dtypes("number").to_numpy()).all()
    bounds = frame[["lo95", "lo80", "value", "hi80", "hi95"]].to_numpy()
    assert (np.diff(bounds, axis=1) >= 0).all()
    never = set(nodes.loc[nodes["not_negative"], "node"])
    rows = ahead(frame)
    rows = rows[rows["node"].isin(never)]
    assert (rows[["value", "lo95", "before_sums"]] >= 0).all().all()
    closed = frame[frame["horizon"] == 0].sort_values("period")
    recent = closed.groupby("node").tail(24).groupby("node")["value"].max()
    largest = rows.groupby("node")["before_sums"].max()
    assert (largest <= EXPLODES * recent.reindex(largest.index) * (1 + 1e-9)).all()
    assert forecast.explain()
    assert forecast.explain(lang="zh")


@settings(max_examples=7)
@given(leaves=leaves(), horizon=HORIZONS)
def test_an_interval_without_width_is_told(leaves, horizon) -> None:
    forecast = sa.forecast.panel(panel_of(leaves), horizon)
    rows = ahead(forecast.to_frame())
    silent = rows["status"].isin(["ended", "zero"])
    open_ones = rows[~silent & (rows["sigma"] > 1e-9 * rows["value"].abs())]
    assert (open_ones["hi95"] > open_ones["lo95"]).all()
    still = (forecast.nodes()["scale"] == 0) & ~forecast.nodes()["status"].isin(["ended", "zero"])
    assert ("interval has no width" in forecast.explain()) == still.any()
    gone = rows[rows["status"].isin(["ended", "zero"])]
    assert (gone[["value", "lo95", "hi95"]] == 0).all().all()


def test_a_unit_that_ended_stays_at_zero_however_the_company_adds_up() -> None:
    # the errors it made while it was ending must not let the sums give it sales again
    rng = np.random.default_rng(1)
    rows = {(r, line): 1e6 * np.exp(rng.normal(0, 0.1, 48)) for r in "NSW" for line in "abc"}
    rows["S", "b"][-14:] = 0.0
    rows["W", "c"][:] = 0.0
    frame = ahead(sa.forecast.panel(panel_of(rows), 12).to_frame())
    gone = frame[frame["node"].isin(["S / b", "W / c"])]
    assert gone["status"].unique().tolist() == ["ended", "zero"]
    assert gone[["value", "lo95", "hi95", "before_sums"]].to_numpy().tolist() == [[0.0] * 4] * 24


def test_a_new_unit_does_not_explode_with_the_unit_above_it() -> None:
    # the region sold a hundred times as much half a year before the new line came
    rng = np.random.default_rng(2)
    old = 1e5 * np.exp(rng.normal(0, 0.1, 48))
    old[-8:] = 1e3
    rows = {("N", "a"): old, ("N", "new"): np.array([9.0, 10.0, 11.0, 12.0])}
    frame = ahead(sa.forecast.panel(panel_of(rows), 12).to_frame())
    new = frame[frame["node"] == "N / new"]
    assert new["before_sums"].max() <= 36.0


def test_one_broken_unit_leaves_the_error_of_the_others_where_it_was() -> None:
    rng = np.random.default_rng(3)
    rows = {("N", f"{i:02}"): 100 * np.exp(rng.normal(0, 0.1, 48)) for i in range(40)}
    whole = sa.forecast.panel(panel_of(rows), 6, reconcile="bottom_up")
    rows["N", "39"] = rows["N", "39"].copy()
    rows["N", "39"][-3] = 1e12
    broken = sa.forecast.panel(panel_of(rows), 6, reconcile="bottom_up")
    others = whole.nodes()["node"].isin([f"N / {i:02}" for i in range(39)])
    ratio = broken.sigma()[others] / whole.sigma()[others]
    assert ratio.max() < 1.5
    assert ratio.min() > 0.67
    # and nothing wider than what is believable is said of the broken one itself
    last = broken.to_frame().query("node == 'N / 39' and horizon > 0")
    assert last["hi95"].max() < 1e15


def test_an_error_is_never_expected_beyond_what_is_believed_of_a_forecast() -> None:
    # one month of a thousand millions, anywhere: members then disagree without bound
    plain = 100 * np.exp(np.random.default_rng(7).normal(0, 0.2, 60))
    rows = np.repeat(plain[None], 60, axis=0)
    rows[np.arange(60), np.arange(60)] = 1e12
    alone = [np.zeros(0, dtype="int64")] * 2
    said = base_forecasts(rows, alone, 12)
    assert (said.noise <= EXPLODES * rows[:, -24:].max(axis=1, keepdims=True)).all()


# 3. units and order


@settings(max_examples=5)
@given(leaves=leaves(USUAL), scale=st.sampled_from([1e-6, 0.01, 7.3, 1e6]))
def test_in_cents_or_in_millions_it_is_the_same_forecast(leaves, scale) -> None:
    one = sa.forecast.panel(panel_of(leaves), 6)
    other = sa.forecast.panel(panel_of({k: v * scale for k, v in leaves.items()}), 6)
    names = ["value", "lo80", "hi80", "lo95", "hi95", "before_sums", "sigma"]
    a, b = one.to_frame(), other.to_frame()
    size = scale * a.groupby("node")[names].transform(lambda v: v.abs().max()).to_numpy()
    assert (np.abs(b[names].to_numpy() - scale * a[names].to_numpy()) <= 1e-9 * size).all()
    assert a["status"].tolist() == b["status"].tolist()
    pd.testing.assert_frame_equal(one.weights, other.weights, rtol=1e-9)


@settings(max_examples=5)
@given(leaves=leaves(), seed=st.integers(0, 99), crossed=PATHS)
def test_the_order_of_rows_changes_no_byte(leaves, seed, crossed) -> None:
    panel = panel_of(leaves)
    rows = panel.to_frame().sample(frac=1, random_state=seed)
    shuffled = Panel.of(rows, by=["region", "line"], closed_through="2024-03-01")
    one, two = (sa.forecast.panel(p, 6, crossed=crossed) for p in (panel, shuffled))
    for name in ("figures", "node_table", "scores", "accuracy", "weights"):
        a, b = getattr(one, name), getattr(two, name)
        assert a.to_csv().encode() == b.to_csv().encode()


@settings(max_examples=4)
@given(leaves=leaves(USUAL))
def test_which_level_is_named_first_changes_nothing_on_crossed_paths(leaves) -> None:
    turned = panel_of({(b, a): v for (a, b), v in leaves.items()}, ("line", "region"))
    keys, names = ["region", "line", "period", "horizon"], ["value", "lo80", "hi95", "sigma"]
    frames = []
    for panel in (panel_of(leaves), turned):
        frame = sa.forecast.panel(panel, 6, crossed=[["region"], ["line"]]).to_frame()
        frames.append(frame.set_index(keys)[names].sort_index())
    size = frames[0].abs().groupby(["region", "line"]).transform("max")
    assert ((frames[0] - frames[1]).abs() <= 1e-9 * size).to_numpy().all()


def test_the_input_is_not_changed() -> None:
    rng = np.random.default_rng(8)
    panel = panel_of({("N", line): rng.normal(50, 10, 40) for line in "abc"})
    before = panel.to_frame()
    sa.forecast.panel(panel, 3)
    pd.testing.assert_frame_equal(panel.to_frame(), before)


# 4. what a slice and a neighbour promise


def test_a_region_shows_the_figures_of_the_company_it_is_cut_from(company: Panel) -> None:
    whole = sa.forecast.panel(company, 6)
    inside = whole.to_frame().query("region == 'East'").reset_index(drop=True)
    pd.testing.assert_frame_equal(whole.select(region="East").to_frame(), inside)


def test_a_region_that_has_nothing_to_do_with_the_others_hardly_moves_them() -> None:
    # promised: no unit's own history is mixed with another's. What is pooled (weights, what is
    # usual, scores) moves, and moves a forecast by a small part of its error
    rng, month = np.random.default_rng(9), np.arange(60)
    season = np.exp(0.2 * np.sin(month / 6 * np.pi))
    rows = {("N", f"{i:02}"): 100 * season * np.exp(rng.normal(0, 0.1, 60)) for i in range(12)}
    one = sa.forecast.panel(panel_of(rows), 6)
    added = rows | {("Z", f"{i:02}"): rng.gamma(2, 50, 60) for i in range(3)}
    two = sa.forecast.panel(panel_of(added), 6)
    keys = ["node", "horizon"]
    a = ahead(one.select(region="N").to_frame()).set_index(keys)
    b = ahead(two.select(region="N").to_frame()).set_index(keys)
    moved = (b["before_sums"] - a["before_sums"]).abs() / a["sigma"]
    assert moved.max() < 0.5
    assert moved.mean() < 0.15
