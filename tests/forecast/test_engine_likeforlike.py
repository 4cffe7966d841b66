"""Units that come and go: neither a growing market nor a shrinking one."""

import numpy as np
import pytest

import salesanalysis as sa
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.run import run
from salesanalysis.forecast.run.likeforlike import share_of, tree_base
from salesanalysis.forecast.run.states import lenders


def flat(months: int, level: float = 100.0) -> np.ndarray:
    wobble = np.random.default_rng(int(level) + months).normal(0, 0.02, months)
    return level * np.exp(wobble)


def error_share(forecast, truth: float, node: str) -> float:
    ahead = forecast.to_frame().query("horizon > 0 and node == @node")
    return float(ahead["value"].mean() / truth - 1)


# 1. by hand


def test_the_share_that_would_have_been_right_is_found_and_doubt_keeps_a_half() -> None:
    like, stands, unit = np.full((20, 12), 3.0), np.full((20, 12), 1.0), np.ones(20)
    # at 3 like for like was right, at 1 the sum as it stood; a tenth of the way is not told from it
    assert share_of([(like, stands)], [like], [unit]) == 1.0
    assert share_of([(like, stands)], [stands], [unit]) == 0.0
    assert share_of([(like, like)], [stands], [unit]) == 0.5
    assert share_of([], [], []) == 0.5


def test_a_sum_is_its_mature_units_plus_what_the_young_one_is_expected_to_sell(make_panel) -> None:
    panel = make_panel({"A": flat(48), "B": flat(48, 50.0), "new": flat(5, 30.0)})
    summing = Summing.of(panel)
    history = summing.history(panel.matrix().to_numpy())
    tree = tree_base(history, summing, lenders(summing.matrix, 4), 3)
    assert tree.changed.tolist() == [0]
    start = np.repeat(np.full(9, 1 / 9)[:, None], 3, axis=1)
    points = tree.base.point(start)[0]
    like, _ = tree.both(start)
    np.testing.assert_allclose(like[0], points[0] + points[3], rtol=1e-12)
    assert tree.point(start, 1.0)[0][0] == pytest.approx(like[0])


def test_where_nobody_came_or_went_nothing_is_done_twice(make_panel) -> None:
    panel = make_panel({"A": flat(48), "B": flat(48, 50.0)})
    summing = Summing.of(panel)
    history = summing.history(panel.matrix().to_numpy())
    tree = tree_base(history, summing, lenders(summing.matrix, 3), 3)
    assert tree.whole is None
    assert not len(tree.changed)


# 2. planted


def test_a_unit_opened_eight_months_ago_does_not_make_the_company_grow(make_panel) -> None:
    units = {f"u{i}": flat(60, 100.0 + i) for i in range(8)} | {"new": flat(8, 90.0)}
    forecast = sa.forecast.panel(make_panel(units), 12)
    assert error_share(forecast, 90.0, "new") == pytest.approx(0, abs=0.1)
    assert error_share(forecast, 8 * 103.5 + 90.0, "") == pytest.approx(0, abs=0.05)


def test_a_unit_that_closed_does_not_make_the_company_shrink(make_panel) -> None:
    units = {f"u{i}": flat(60, 100.0 + i) for i in range(8)}
    units["shut"] = np.r_[flat(40, 300.0), np.zeros(20)]
    forecast = sa.forecast.panel(make_panel(units), 12)
    assert error_share(forecast, 8 * 103.5, "") == pytest.approx(0, abs=0.05)
    assert forecast.to_frame().query("horizon > 0 and node == 'shut'")["value"].eq(0).all()


def test_customers_handed_from_one_person_to_another_leave_the_region_as_it_was(make_panel) -> None:
    people = {f"p{i}": flat(60, 100.0 + i) for i in range(6)}
    people["leaver"] = np.r_[flat(46, 100.0), np.zeros(14)]
    people["successor"] = flat(14, 100.0)
    forecast = sa.forecast.panel(make_panel(people), 12)
    assert error_share(forecast, 6 * 102.5 + 100.0, "") == pytest.approx(0, abs=0.05)


def test_young_units_are_nearer_with_the_tree_than_by_themselves() -> None:
    """Forty units of a common season and growth, ten of them cut to 3 to 23 months."""
    rng, month = np.random.default_rng(5), np.arange(72)
    season = np.exp(0.3 * np.sin(month / 6 * np.pi) + 0.004 * month)
    level = rng.uniform(50, 200, 40)[:, None]
    sales = level * season * np.exp(rng.normal(0, 0.1, (40, 72)))
    past, later = sales[:, :60].copy(), sales[:, 60:]
    for i in range(10):
        past[i, : 60 - int(rng.integers(3, 24))] = np.nan
    region = np.arange(40) % 4
    sums = np.concatenate([np.ones((1, 40)), np.equal.outer(np.arange(4), region).astype(float)])
    point = run(_history(past, sums), _summing(sums), 12).point[5:]
    naive = run(past, None, 12).parts.naive
    assert np.abs(later - point)[:10].mean() < 0.85 * np.abs(later - naive)[:10].mean()


def _summing(sums: np.ndarray) -> Summing:
    import pandas as pd
    from scipy import sparse

    table = pd.DataFrame({"level": ["company", *["region"] * 4, *["unit"] * 40]})
    return Summing(table, sparse.csr_array(sums), ((),))


def _history(leaves: np.ndarray, sums: np.ndarray) -> np.ndarray:
    return np.concatenate([sums @ np.nan_to_num(leaves), leaves])
