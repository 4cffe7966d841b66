"""A method is called better only where chance does not explain the difference."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ReconciliationError
from salesanalysis.forecast.scoring.compare import Comparison, compare


def table(first, second, branch=None, naive=1.0) -> pd.DataFrame:
    """Scores of two methods, one row a series; MASE and sMAPE alike."""
    rows = []
    for method, values in (("a", first), ("b", second)):
        for i, value in enumerate(values):
            name = f"s{i:04d}" if branch is None else branch[i]
            rows.append((method, name, 10 * value, value, 10 * naive, naive))
    columns = ["method", "branch", "smape", "mase", "naive2_smape", "naive2_mase"]
    return pd.DataFrame(rows, columns=columns)


def both(scores, draws=1000, seed=0):
    found, n = compare(scores, "a", "b", draws=draws, seed=seed)
    return found.set_index("measure"), n


def test_the_difference_is_worked_out_on_six_series() -> None:
    found, n = both(table([1, 1, 1, 2, 2, 2.0], [2, 2, 2, 3, 3, 3.0], naive=2.0))
    assert n == 6
    assert found.loc["mase", ["error_first", "error_second", "difference"]].tolist() == [
        1.5,
        2.5,
        -1,
    ]
    assert found["difference"].tolist() == pytest.approx([-0.5, -1.0])
    # every series differs by the same: no draw can make another difference
    assert found.loc["mase", ["low", "high"]].tolist() == pytest.approx([-1.0, -1.0])


def test_the_bounds_are_those_of_a_mean_of_independent_differences() -> None:
    rng = np.random.default_rng(1)
    base, gap = rng.uniform(1, 3, 400), rng.normal(0, 1, 400)
    found, _ = both(table(base + gap, base), draws=4000)
    error = gap.std() / 20
    expected = gap.mean() + np.array([-1, 1]) * 1.645 * error
    assert found.loc["mase", ["low", "high"]].tolist() == pytest.approx(expected.tolist(), abs=0.01)


def test_series_of_one_branch_are_drawn_together() -> None:
    rng = np.random.default_rng(2)
    shared = np.repeat(rng.normal(0, 1, 10), 40)
    branch = [f"b{i // 40}" for i in range(400)]
    base = rng.uniform(1, 3, 400)
    alone, _ = both(table(base + shared, base))
    whole, n = both(table(base + shared, base, branch))
    width = [f.loc["mase", "high"] - f.loc["mase", "low"] for f in (alone, whole)]
    assert n == 10
    # forty copies of one shock are one shock: about sqrt(40) times as wide
    assert 4 < width[1] / width[0] < 9


def test_pure_chance_is_called_a_win_in_one_of_ten_cases_at_most() -> None:
    rng = np.random.default_rng(3)
    wins = 0
    for _ in range(60):
        base, gap = rng.uniform(1, 3, 60), rng.normal(0, 1, 60)
        found, _ = both(table(base + gap, base), draws=300)
        wins += found.loc["mase", "high"] < 0 or found.loc["mase", "low"] > 0
    # 10 % of 60, with a standard error of 2.3
    assert wins <= 6 + 3 * 2.3


def test_four_branches_are_too_few_to_say_anything() -> None:
    found, n = both(table([1.0] * 4, [9.0] * 4))
    assert n == 4
    assert found["status"].tolist() == ["too_few"] * 2
    assert found[["low", "high"]].isna().all(axis=None)


def test_the_seed_and_nothing_else_moves_the_bounds() -> None:
    rng = np.random.default_rng(4)
    scores = table(rng.uniform(1, 3, 30), rng.uniform(1, 3, 30))
    first, again, other = (both(scores, seed=s)[0] for s in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert (first["low"] != other["low"]).all()
    shuffled = both(scores.sample(frac=1, random_state=1))[0]
    np.testing.assert_allclose(shuffled["low"], first["low"], rtol=1e-12)


def test_a_comparison_whose_difference_is_none_cannot_be_built() -> None:
    found, n = compare(table([1.0] * 6, [2.0] * 6), "a", "b", draws=50, seed=0)
    words = {"first": "a", "second": "b", "measure": "mase", "level": "region"}
    built = Comparison(found, n_branches=n, n_draws=50, seed=0, **words)
    assert built.better == "a"
    assert built.explain().splitlines() == [
        "A beats b: error in yearly changes 1.000 against 2.000, independent branches: 6",
        "The difference, a less b, lies between -1.000 and -1.000: 95% bounds of each side from "
        "50 draws of whole branches.",
    ]
    found.loc[0, "difference"] += 1
    with pytest.raises(ReconciliationError) as caught:
        Comparison(found, n_branches=n, n_draws=50, seed=0, **words)
    assert str(caught.value) == (
        "A difference is not the first error minus the second.\n"
        "  where: comparison of a and b\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
