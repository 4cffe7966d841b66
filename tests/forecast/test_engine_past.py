"""No later month reaches an earlier origin, and the same input gives the same bytes."""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from uglypanels import panel_of

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.run import run
from salesanalysis.forecast.run.base import Base
from salesanalysis.forecast.run.origins import Fold, cuts_of, folds_of, yearly_change
from salesanalysis.forecast.run.past import _seen_before
from salesanalysis.forecast.run.states import lenders, nearest, states
from salesanalysis.panel import Panel


def noisy(n_months: int = 60, seed: int = 20240) -> Panel:
    """Return three regions of four lines: growing, returning, intermittent, late and ended."""
    rng, month = np.random.default_rng(seed), np.arange(n_months)
    season = np.exp(0.006 * month + 0.2 * np.sin(month / 6 * np.pi))
    rows = {
        (region, line): size * season * np.exp(rng.normal(0, 0.12, n_months))
        for size, region in ((100, "N"), (50, "S"), (10, "W"))
        for line in "abcd"
    }
    rows["N", "d"] -= 80
    rows["S", "d"] *= rng.random(n_months) < 0.4
    rows["W", "c"] = rows["W", "c"][-30:]
    rows["W", "d"][-20:] = 0.0
    return panel_of(rows)


@pytest.fixture(scope="module")
def tree() -> tuple[Summing, np.ndarray]:
    """Return the tree of the noisy panel and the history of its nodes."""
    panel = noisy()
    summing = Summing.of(panel, crossed=[["region"], ["line"]])
    return summing, summing.history(panel.matrix().to_numpy(dtype="float64"))


# 1. by hand


def test_origins_lie_a_third_of_the_horizon_apart_and_keep_two_years_before_them() -> None:
    assert cuts_of(np.full(100, 60), 12) == (12, [12, 16, 20])
    assert cuts_of(np.full(100, 36), 12) == (10, [10])
    # 26 months are two years and two months: no origin
    assert cuts_of(np.full(100, 26), 12) == (0, [])
    # one series looks back more often
    assert cuts_of(np.array([60]), 1) == (1, list(range(1, 13)))


def test_errors_are_told_in_mean_changes_from_last_year() -> None:
    rows = np.array([np.r_[np.arange(12.0), np.arange(12.0) + 5], np.r_[[np.nan] * 20, 1, 4, 2, 8]])
    assert yearly_change(rows).tolist() == [5.0, (3 + 2 + 6) / 3]


def test_a_unit_borrows_from_the_smallest_one_above_it_that_can_lend() -> None:
    panel = panel_of({("N", "a"): np.ones(3), ("N", "b"): np.ones(3), ("S", "a"): np.ones(3)})
    summing = Summing.of(panel, crossed=[["region"], ["line"]])
    names = summing.table["node"].tolist()
    pairs = lenders(summing.matrix, len(names))
    every = nearest(pairs, np.ones(len(names), dtype=bool), len(names))
    assert {n: names[i] if i >= 0 else "-" for n, i in zip(names, every, strict=True)} == {
        "": "-", "N": "", "S": "a", "a": "", "b": "N", "N / a": "N", "N / b": "N", "S / a": "a",
    }  # fmt: skip
    company_only = np.array([name == "" for name in names])
    assert set(nearest(pairs, company_only, len(names))[1:].tolist()) == {0}


def test_one_word_says_what_is_special_and_the_first_that_fits_wins() -> None:
    none, year = np.full(26, np.nan), np.r_[np.arange(1.0, 14), np.arange(1.0, 14)]
    some = np.where(np.arange(26) % 5 < 2, 0.0, year)
    rows = {
        "no_history": none, "zero": np.zeros(26), "ended": np.r_[np.ones(14), np.zeros(12)],
        "tiny": np.r_[none[2:], 1, 2], "by_share": np.r_[none[:20], 1, 2, 3, 4, 5, 6],
        "constant": np.full(26, 3.0), "intermittent": some, "short": np.r_[none[:6], year[:20]],
        "negative": year - 2, "ok": year,
    }  # fmt: skip
    assert states(np.array(list(rows.values()))).tolist() == list(rows)
    # a row that stops before the last closed month
    assert states(np.r_[year[:25], np.nan][None]).tolist() == ["ended"]


# 2. leakage


def said(base: Base) -> list[bytes]:
    """Return everything an origin knew, as bytes."""
    values = (getattr(base, f.name) for f in fields(base))
    return [v.tobytes() if isinstance(v, np.ndarray) else repr(v).encode() for v in values]


@pytest.mark.parametrize("poison", [1e12, -1e12, 0.0])
def test_no_month_after_an_origin_reaches_what_was_said_there(tree, poison: float) -> None:
    summing, history = tree
    pairs = lenders(summing.matrix, len(history))
    _, folds = folds_of(history, pairs, 6, summing=summing)
    assert len(folds) > 3
    for fold in folds:
        other = history.copy()
        after = other[:, history.shape[1] - fold.cut :]
        after[:] = np.where(np.isfinite(after), poison, np.nan)
        _, poisoned = folds_of(other, pairs, 6, summing=summing)
        same: Fold = next(f for f in poisoned if f.cut == fold.cut)
        assert said(same.base) == said(fold.base)
        if fold.tree.whole is not None:
            assert said(same.tree.whole) == said(fold.tree.whole)
        assert same.unit.tobytes() == fold.unit.tobytes()
        assert same.regular.tolist() == fold.regular.tolist()


def test_a_column_made_from_later_sales_beside_them_reaches_no_figure() -> None:
    panel = noisy(40)
    table = panel.frame.copy()
    # a quota written from the sales of three months later: the classic leak
    table["target"] = table.groupby(list(panel.by))["value"].shift(-3).fillna(1e9)
    beside = Panel.of(table, by=list(panel.by))
    plain = Panel.of(panel.frame, by=list(panel.by))
    pd.testing.assert_frame_equal(
        sa.forecast.panel(beside, 6).to_frame(), sa.forecast.panel(plain, 6).to_frame()
    )
    # there is no door for features: what is not the calendar cannot be handed in
    with pytest.raises(TypeError, match="unexpected keyword argument 'features'"):
        sa.forecast.panel(plain, 6, features=table)
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(plain, 6, effects=table)
    assert str(caught.value).splitlines()[0] == (
        "panel(effects=...) is a DataFrame; it must be a text or Regressors or None."
    )


def test_a_panel_that_ends_earlier_says_today_what_the_origin_said_then(tree) -> None:
    summing, history = tree
    pairs = lenders(summing.matrix, len(history))
    _, folds = folds_of(history, pairs, 6, summing=summing)
    for fold in folds[:: len(folds) - 1]:
        then = run(history[:, : history.shape[1] - fold.cut], summing, 6)
        assert said(then.parts) == said(fold.base)


def test_what_is_forecast_now_does_not_know_the_month_after(tree) -> None:
    # the same panel with one month more: what it says of its origins at the same month agrees
    summing, history = tree
    early, late = run(history[:, :-1], summing, 6), run(history, summing, 6)
    both = sorted({c - 1 for c in late.past.cuts} & set(early.past.cuts))
    assert both
    for cut in both:
        i, j = early.past.cuts.index(cut), late.past.cuts.index(cut + 1)
        assert early.past.naive[i].tolist() == late.past.naive[j].tolist()
        assert early.past.unit[i].tolist() == late.past.unit[j].tolist()


def test_intervals_are_checked_only_with_errors_that_were_known_by_then(tree) -> None:
    summing, history = tree
    done = run(history, summing, 3)
    for i, cut in enumerate(done.past.cuts):
        known = _seen_before(done.past, i)
        if not len(known):
            continue
        late = [j for j, c in enumerate(done.past.cuts) if c - known.shape[1] >= cut]
        assert late
        seen = done.past.scores[late][:, :, : known.shape[1]]
        assert np.isin(known, seen).all()


# 3. the same bytes


FIELDS = ("figures", "node_table", "scores", "pool_sizes", "accuracy", "weights")


def everything(forecast: object) -> bytes:
    """Return a forecast as bytes, to the last bit."""
    tables = [getattr(forecast, name) for name in FIELDS]
    floats = b"".join(t.select_dtypes("number").to_numpy("float64").tobytes() for t in tables)
    return floats + "".join(t.select_dtypes(exclude="number").to_csv() for t in tables).encode()


def test_the_same_panel_gives_the_same_bytes_twice() -> None:
    one, two = (sa.forecast.panel(noisy(), 12, crossed=[["region"], ["line"]]) for _ in range(2))
    assert everything(one) == everything(two)


WORK = """
import hashlib, sys
import salesanalysis as sa
from test_engine_past import everything, noisy
done = sa.forecast.panel(noisy(), 12, crossed=[["region"], ["line"]])
print(hashlib.sha256(everything(done)).hexdigest())
print(done.to_frame()["value"].sum().hex())
"""


def test_one_thread_or_two_give_the_same_bits() -> None:
    started = []
    here = Path(__file__).parent
    for threads in ("1", "2"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        path = os.pathsep.join([str(here), str(here.parent), *sys.path])
        env = os.environ | dict.fromkeys(names, threads) | {"PYTHONPATH": path}
        asked = [sys.executable, "-c", WORK]
        started.append(subprocess.Popen(asked, env=env, stdout=subprocess.PIPE, text=True))
    answers = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert answers[0] == answers[1] != ""


def test_a_forecast_starts_after_the_last_closed_month_whatever_today_is() -> None:

    frame = sa.forecast.panel(noisy(40), 3).to_frame()
    first = frame.loc[frame["horizon"] == 1, "period"].unique()
    assert first == [pd.Timestamp("2024-04-01")]
