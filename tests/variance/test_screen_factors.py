"""Which factors go together with a figure: by hand, planted, against other programs."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from componentstools import CASES
from hypothesis import given, settings
from hypothesis import strategies as st
from screeningtools import EIGHT, FACTORS, repeated, row

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.variance.screening import statistics

# -- worked by hand ---------------------------------------------------------------------------


def test_eight_people_by_hand():
    # ranks of visits 1..8, of attainment 1 2 4 3 5 7 6 8: sum of squared differences 4
    found = sa.variance.screen(EIGHT, "attainment", ["visits", "height"])
    visits = row(found, "visits")
    assert visits["rho"] == pytest.approx(1 - 6 * 4 / (8 * 63))
    assert visits["n_used"] == visits["n_pairs"] == 8
    assert found.frame["candidate"].tolist() == ["visits", "height"]
    # two p values: the smaller counts double, the larger as it is
    assert visits["q_value"] == pytest.approx(2 * visits["p_value"])
    assert row(found, "height")["q_value"] == row(found, "height")["p_value"]


def test_what_is_missing_is_counted_and_never_filled_in():
    table = pd.concat([EIGHT, EIGHT.assign(visits=np.nan).head(3)], ignore_index=True)
    table.loc[0, "attainment"] = np.nan
    table = pd.concat([table, EIGHT.tail(1)], ignore_index=True)
    found = sa.variance.screen(table, "attainment", ["visits"])
    assert row(found, "visits")[["n_pairs", "n_missing"]].tolist() == [8, 4]
    assert "Rows without a pair, left out and not filled in: Visits 4." in found.explain()


def test_a_factor_of_the_month_before_is_paired_with_its_own_month():
    table = pd.DataFrame(
        {
            "salesperson": np.repeat([f"P{i}" for i in range(10)], 4),
            "month": np.tile(["2024-01", "2024-02", "2024-03", "2024-04"], 10),
            "visits": np.random.default_rng(5).permutation(40).astype(float),
        }
    )
    before = table.groupby("salesperson")["visits"].shift(1)
    table["attainment"] = before.fillna(7.0)
    shuffled = table.sample(frac=1, random_state=3)
    found = sa.variance.screen(
        shuffled, "attainment", ["visits"], person="salesperson", month="month", lag=1
    )
    visits = row(found, "visits")
    assert visits["rho"] == pytest.approx(1.0)
    assert visits[["lag", "n_pairs", "n_missing"]].tolist() == [1, 30, 10]
    assert "Visits 1 month before" in found.explain()
    assert "提前1个月的拜访" in found.explain("zh")


# -- invariants -------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.integers(9, 40), st.integers(1, 4), st.integers(0, 10_000))
def test_shares_of_the_fit_are_never_negative_and_add_up(n, p, seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(size=(n, p)), columns=list("abcd")[:p])
    table["y"] = table["a"] + rng.normal(size=n)
    found = sa.variance.screen(table, "y", list("abcd")[:p])
    shares = found.frame["share_of_r2"]
    assert (shares >= 0).all()
    x = np.column_stack([np.ones(n), table[list("abcd")[:p]]])
    rest = table["y"] - x @ np.linalg.lstsq(x, table["y"], rcond=None)[0]
    r2 = 1 - (rest**2).sum() / ((table["y"] - table["y"].mean()) ** 2).sum()
    assert found.meta.r2 == pytest.approx(r2)
    assert shares.sum() == pytest.approx(r2)
    assert (found.frame["low_rho"] <= found.frame["rho"]).all()
    assert (found.frame["rho"] <= found.frame["high_rho"]).all()
    assert (found.frame["q_value"] >= found.frame["p_value"] - 1e-15).all()


def test_order_of_rows_units_and_the_seed():
    table = repeated(people=15, months=4)
    choices = {"person": "salesperson", "month": "month", "n_boot": 100}
    one = sa.variance.screen(table, "attainment", FACTORS, **choices)
    mixed_up = table.sample(frac=1, random_state=1).assign(visits=lambda t: t["visits"] * 100 - 5)
    two = sa.variance.screen(mixed_up, "attainment", FACTORS[::-1], **choices)
    pd.testing.assert_frame_equal(one.frame, two.frame, rtol=1e-9)
    three = sa.variance.screen(table, "attainment", FACTORS, seed=1, **choices)
    assert row(three, "visits")["low_rho"] != row(one, "visits")["low_rho"]
    assert row(three, "visits")["rho"] == row(one, "visits")["rho"]


def test_a_stored_result_reads_back_the_same(tmp_path):
    found = sa.variance.screen(EIGHT, "attainment", ["visits", "height"])
    store.write(found, tmp_path)
    pd.testing.assert_frame_equal(store.read(tmp_path).to_frame(), found.to_frame())


# -- planted truth ----------------------------------------------------------------------------


def test_planted_links_and_every_trap_are_told_apart():
    found = sa.variance.screen(
        repeated(), "attainment", FACTORS, person="salesperson", month="month", n_boot=300
    )
    flags = found.frame.set_index("candidate")["flags"].to_dict()
    assert flags == {
        "visits": "", "drift": "common_trend", "para": "signs_differ", "tenure": "steady",
        "noise": flags["noise"], "training_days": "constant not_in_fit",
    }  # fmt: skip
    visits = row(found, "visits")
    assert visits["n_used"] == 40
    assert visits["n_pairs"] == 320
    assert min(visits["between_rho"], visits["within_rho"], visits["low_rho"]) > 0.2
    assert visits["q_value"] < 0.01
    assert abs(row(found, "drift")["detrended_rho"]) < 0.2
    para = row(found, "para")
    assert para["between_rho"] < -0.5 < 0.2 < para["within_rho"]
    assert found.frame[found.frame["candidate"] == "tenure"]["q_value"].item() > 0.05


def test_a_part_of_the_figure_is_no_reason_for_it():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"units": rng.integers(5, 50, 30), "list_price": rng.uniform(5, 9, 30)})
    table["takings"] = table["units"] * table["list_price"]
    table["visits"] = rng.integers(1, 9, 30)
    found = sa.variance.screen(table, "takings", ["units", "visits"])
    assert row(found, "units")["flags"] == "part_of_target not_in_fit"
    assert np.isnan(row(found, "units")["q_value"])
    assert row(found, "visits")["q_value"] == row(found, "visits")["p_value"]
    for name in ("total", "twice", "ratio"):
        more = table.assign(
            total=table["takings"] - table["visits"], twice=2 * table["takings"],
            ratio=table["takings"] / table["visits"],
        )  # fmt: skip
        again = sa.variance.screen(more, "takings", [name, "units"])
        assert "part_of_target" in row(again, name)["flags"], name
    # by its name alone, where the other part is not in the table
    named = table.rename(columns={"visits": "target"}).assign(attainment=rng.random(30))
    assert (
        "part_of_target"
        in row(sa.variance.screen(named, "attainment", ["target"]), "target")["flags"]
    )
    said = sa.variance.screen(table, "takings", ["visits"], part_of=["visits"])
    assert "is part of how takings is computed" in said.explain()


def test_two_names_for_one_factor_are_noticed():
    table = EIGHT.assign(calls=EIGHT["visits"] * 3 + [0, 1, 0, 0, 1, 0, 0, 1])
    found = sa.variance.screen(table, "attainment", ["visits", "calls", "height"])
    assert row(found, "visits")["flags"] == row(found, "calls")["flags"] == "collinear"
    assert "These factors say nearly the same as others" in found.explain()
    assert row(found, "visits")["share_of_r2"] == pytest.approx(
        row(found, "calls")["share_of_r2"], rel=0.1
    )


def test_noise_alone_is_called_a_link_in_few_tables():
    rng = np.random.default_rng(0)
    clear = 0
    for _ in range(25):
        table = pd.DataFrame(rng.normal(size=(30, 7)), columns=[*"abcdef", "y"])
        found = sa.variance.screen(table, "y", list("abcdef"))
        clear += bool((found.frame["q_value"] <= 0.05).any())
    assert clear <= 4  # 5 % of 25 and about three standard errors


# -- outside reference ------------------------------------------------------------------------


def test_the_interval_is_the_published_one():
    case = CASES["statpsych-spear"]
    low, high = statistics.rank_interval(case["rho"], case["n_pairs"])
    assert (low, high) == pytest.approx((case["low"], case["high"]), abs=5e-8)


def test_rank_correlation_p_and_q_values_agree_with_scipy():
    from scipy import stats

    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 9, 25).astype(float), rng.integers(0, 9, 25).astype(float)
    theirs = stats.spearmanr(x, y)
    rho = statistics.spearman(x, y)
    assert rho == pytest.approx(theirs.statistic)
    assert statistics.rank_p_value(rho, 25) == pytest.approx(theirs.pvalue)
    p = rng.random(12)
    assert statistics.benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


def test_drawing_persons_by_weight_is_repeating_their_rows():
    rng = np.random.default_rng(6)
    person = rng.integers(0, 6, 40)
    x, y = rng.integers(0, 8, 40).astype(float), rng.normal(size=40)
    weights = rng.multinomial(6, np.full(6, 1 / 6), size=5).astype(float)
    ours = statistics.cluster_draws(x, y, person, weights)
    for drawn, got in zip(weights, ours, strict=True):
        rows = np.repeat(np.arange(40), drawn[person].astype(int))
        assert got == pytest.approx(statistics.spearman(x[rows], y[rows]))


def test_shares_of_r2_are_the_mean_gain_over_all_orders():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(20, 3)) @ rng.normal(size=(3, 3))
    y = x @ [1.0, -0.5, 0.2] + rng.normal(size=20)

    def r2(columns: tuple[int, ...]) -> float:
        a = np.column_stack([np.ones(20), x[:, columns]])
        rest = y - a @ np.linalg.lstsq(a, y, rcond=None)[0]
        return 1 - (rest**2).sum() / ((y - y.mean()) ** 2).sum()

    gains = np.zeros(3)
    for order in permutations(range(3)):
        for i, j in enumerate(order):
            gains[j] += (r2(order[: i + 1]) - r2(order[:i])) / 6
    assert statistics.shares_of_r2(x, y) == pytest.approx(gains)
