"""A scheme change by hand, with planted effects, and against other people's regressions."""

import numpy as np
import pandas as pd
import pytest
from effecttools import REGIONS, panel, table
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis import Panel, store
from salesanalysis.incentives.effects import algebra, evaluate_change
from salesanalysis.incentives.effects.comparison import assignments, cells, compare
from salesanalysis.incentives.effects.intake import Asked, read_scene
from salesanalysis.incentives.effects.series import Clock, averaged, interrupted, newey_west

PLAIN = {"outcome": "revenue", "draws": 99}


def scene_of(frame, treated, change="2023-01-01"):
    asked = Asked(change, treated, "revenue", "salesperson", "region", None, "absent")
    return read_scene(frame, asked)[0]


def monthly(values, first="2021-01-01", name="a", region="N"):
    months = pd.date_range(first, periods=len(values), freq="MS")
    return [(region, name, m, float(v)) for m, v in zip(months, values, strict=True)]


# -- worked by hand ---------------------------------------------------------------------------


def test_the_difference_from_control_is_the_one_of_four_means():
    # changed 10 -> 16, controls 20 -> 22 and 30 -> 31: 6 - 1.5
    rows = [*monthly([10, 10, 16, 16], name="a", region="A"),
            *monthly([20, 20, 22, 22], name="b", region="B"),
            *monthly([30, 30, 31, 31], name="c", region="C")]  # fmt: skip
    found = evaluate_change(table(rows), "2021-03-01", treated=["A"], **PLAIN)
    assert found.effect == pytest.approx(4.5)
    # each region gives one change: 6, 2, 1; of the two controls the spread is 0.5 about 1.5
    # s^2 = 0.5 / (3 - 2), standard error sqrt(0.5 x (1 + 1/2)), t of one degree 12.706
    assert found.meta.how == "cluster_means"
    assert found.interval[1] - found.effect == pytest.approx(12.7062 * np.sqrt(0.75), rel=1e-4)
    # one of three could have been changed: A has the largest difference
    assert found.main["p_value"] == pytest.approx(1 / 3)
    assert found.meta.n_assignments == 3


def test_the_change_against_last_year_falls_apart_into_people_and_mix():
    # a stays (10 -> 12 on 20 -> 10 days), b stays (20 -> 20 on 10 days), c leaves, d joins
    rows = [("N", "a", "2022-03-01", 200.0, 20), ("N", "a", "2023-03-01", 120.0, 10),
            ("N", "b", "2022-03-01", 200.0, 10), ("N", "b", "2023-03-01", 200.0, 10),
            ("N", "c", "2022-03-01", 50.0, 10), ("N", "d", "2023-03-01", 400.0, 20)]  # fmt: skip
    frame = table(rows, ["region", "salesperson", "period", "revenue", "n_days"])
    found = evaluate_change(frame, "2023-03-01", outcome="revenue", days="n_days")
    amount = found.parts.set_index("part")["amount"]
    assert amount["before"] == pytest.approx(450 / 40)
    assert amount["after"] == pytest.approx(720 / 40)
    # weights of a and b: 2/3, 1/3 before and 1/2, 1/2 after
    assert amount["stayers_own"] == pytest.approx((2 / 3 + 1 / 2) / 2 * 2)
    assert amount["stayers_mix"] == pytest.approx((1 / 2 - 2 / 3) * 11 + (1 / 2 - 1 / 3) * 20)
    # those there in both: 320 / 20 after and 400 / 30 before
    assert amount["joiners"] == pytest.approx(18 - 16)
    assert amount["leavers"] == pytest.approx(400 / 30 - 450 / 40)
    assert found.parts.set_index("part")["n_people"].to_dict() == {
        "before": 3, "stayers_own": 2, "stayers_mix": 2, "joiners": 1, "leavers": 1, "after": 3,
    }  # fmt: skip


def test_a_series_without_noise_gives_its_level_and_its_slope_back():
    t = np.arange(48)
    season = np.array([0, 5, 9, 4, 1, -3, -8, -2, 0, 3, 6, -15.0])[t % 12]
    y = 100 + 0.7 * t + season + (t >= 30) * (8 - 0.25 * (t - 30))
    found = evaluate_change(table(monthly(y)), "2023-07-01", **PLAIN)
    assert found.figure("series", "level")["change"] == pytest.approx(8, abs=1e-6)
    assert found.figure("series", "slope")["change"] == pytest.approx(-0.25, abs=1e-6)
    assert found.effect == pytest.approx(8 - 0.25 * 8.5, abs=1e-6)
    expected = found.months["without_change"].to_numpy()
    assert expected == pytest.approx(100 + 0.7 * t + season, abs=1e-6)


def test_sales_pulled_into_the_old_scheme_show_as_gain_before_and_loss_after():
    frame = panel(5, start=(24,) * 6, noise=1.0, shared=0.3, ragged=False)
    month = (frame["period"].dt.year - 2021) * 12 + frame["period"].dt.month - 1
    hit = frame["region"].isin(REGIONS[:6])
    frame.loc[hit & month.between(22, 23), "revenue"] += 9.0
    frame.loc[hit & month.between(24, 25), "revenue"] -= 9.0
    found = evaluate_change(frame, "2023-01-01", treated=REGIONS[:6], window=2, **PLAIN)
    assert found.figure("timing", "window_before")["change"] == pytest.approx(18, abs=3)
    assert found.figure("timing", "window_after")["change"] == pytest.approx(-18, abs=3)
    low, high = found.figure("timing", "window_sum")[["low_end", "high_end"]]
    assert low < 0 < high
    assert "sales were pulled forward" in found.explain()
    assert "提前" in found.explain("zh")


def test_with_several_dates_growing_effects_bias_plain_fixed_effects_and_not_ours():
    # regions 0-2 from month 12, 3-5 from month 24; the effect grows by 1 a month
    frame = panel(1, start=(12,) * 3 + (24,) * 3, effect=2.0, growing=1.0, noise=0.0, shared=0.0,
                  regions=8)  # fmt: skip
    dates = {
        **dict.fromkeys(REGIONS[:3], "2022-01-01"),
        **dict.fromkeys(REGIONS[3:6], "2023-01-01"),
    }
    found = evaluate_change(frame, None, treated=dates, **PLAIN)
    scene = read_scene(
        frame, Asked(None, dates, "revenue", "salesperson", "region", None, "absent")
    )[0]
    chosen = cells(scene)[0]
    since = np.arange(36) - scene.start[:, None]
    planted = float((chosen * (2.0 + since)).sum() / chosen.sum())
    assert found.effect == pytest.approx(planted, abs=1e-8)
    assert found.meta.staggered
    naive = found.figure("comparison", "two_way")
    assert abs(naive["change"] - planted) > 1
    assert (naive["status"], naive["why"]) == ("no_interval", "biased")


def test_months_after_everybody_was_changed_have_nothing_to_compare_with():
    frame = panel(
        2,
        regions=4,
        reps=6,
        start=(12, 12, 24, 24),
        effect=3.0,
        noise=0.0,
        shared=0.0,
        ragged=False,
    )
    dates = {"R00": "2022-01-01", "R01": "2022-01-01", "R02": "2023-01-01", "R03": "2023-01-01"}
    found = evaluate_change(frame, None, treated=dates, **PLAIN)
    assert found.effect == pytest.approx(3.0, abs=1e-8)
    # months 24 to 35 of all 24 people are lost
    assert found.meta.n_lost == 12 * 24
    assert found.months["without_change"].isna().sum() == 12


# -- invariants -------------------------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(0.01, 100))
def test_units_of_the_outcome_and_the_order_of_rows_do_not_matter(seed, shift, scale):
    frame = panel(seed, regions=5, reps=2, months=20, start=(10, 10))
    dated = {"treated": ["R00", "R01"], "outcome": "revenue", "draws": 50}
    found = evaluate_change(frame, "2021-11-01", **dated)
    other = frame.sample(frac=1, random_state=seed).assign(
        revenue=lambda f: shift + scale * f["revenue"]
    )
    again = evaluate_change(other, "2021-11-01", **dated)
    assert again.effect == pytest.approx(scale * found.effect, rel=1e-6, abs=1e-7 * scale)
    assert np.array(again.interval) == pytest.approx(
        scale * np.array(found.interval), rel=1e-6, abs=1e-6
    )


def test_the_same_table_gives_the_same_bytes_whatever_its_order(tmp_path):
    frame = panel(3, regions=6, reps=2, start=(24, 24))
    found, again = (
        evaluate_change(f, "2023-01-01", treated=["R00", "R01"], **PLAIN)
        for f in (frame, frame.sample(frac=1, random_state=4))
    )
    pd.testing.assert_frame_equal(found.frame, again.frame, check_exact=True)
    store.write(found, tmp_path)
    back = store.read(tmp_path)
    pd.testing.assert_frame_equal(back.frame, found.frame)
    assert back.explain("zh") == found.explain("zh")


def test_text_dates_days_within_months_and_panels_are_read_alike():
    frame = panel(3, regions=6, reps=2, start=(24, 24), ragged=False)
    found = evaluate_change(frame, "2023-01-01", treated=["R00", "R01"], **PLAIN)
    text = frame.assign(period=frame["period"].dt.strftime("%Y-%m-15"))
    assert evaluate_change(text, "2023-01", treated=["R00", "R01"], **PLAIN).effect == found.effect
    made = Panel.of(frame, by=["region", "salesperson"], value="revenue", currency="EUR")
    of_panel = evaluate_change(made, "2023-01-01", treated=["R00", "R01"], draws=199)
    assert of_panel.effect == found.effect
    assert (of_panel.meta.outcome, of_panel.currency) == ("revenue", "EUR")


def test_columns_of_flags_and_of_dates_say_who_was_changed():
    frame = panel(3, regions=6, reps=2, start=(24, 24), ragged=False)
    hit = frame["region"].isin(["R00", "R01"])
    named = evaluate_change(frame, "2023-01-01", treated=["R00", "R01"], **PLAIN)
    flags = frame.assign(new=hit)
    running = frame.assign(new=hit & (frame["period"] >= "2023-01-01"))
    dates = frame.assign(new=pd.to_datetime(pd.Series("2023-01-01", index=frame.index)).where(hit))
    for other, day in ((flags, "2023-01-01"), (running, None), (dates, None)):
        assert evaluate_change(other, day, treated="new", **PLAIN).effect == named.effect


def test_a_change_inside_a_month_leaves_that_month_out():
    frame = panel(3, regions=6, reps=2, start=(24, 24), ragged=False)
    found = evaluate_change(frame, "2023-01-16", treated=["R00", "R01"], **PLAIN)
    rest = frame[frame["period"] != "2023-01-01"]
    assert found.meta.switch_left_out
    assert found.effect == pytest.approx(
        evaluate_change(rest, "2023-02-01", treated=["R00", "R01"], **PLAIN).effect
    )


# -- planted truth ----------------------------------------------------------------------------


@pytest.mark.parametrize(("regions", "changed", "how"), [
    (12, 6, "clusters"), (8, 4, "permutation"), (5, 1, "cluster_means"),
])  # fmt: skip
def test_a_planted_uplift_is_inside_the_interval_in_about_19_of_20_panels(regions, changed, how):
    hits, errors, n = 0, [], 20
    for seed in range(n):
        frame = panel(seed, regions=regions, reps=4, start=(24,) * changed, effect=4.0)
        found = compare(scene_of(frame, REGIONS[:changed]), level=0.95, draws=99, seed=1)
        hits += found.low <= 4.0 <= found.high
        errors.append(found.effect - 4.0)
        assert found.how == how
    assert hits >= 17
    assert abs(np.mean(errors)) < 2 * np.std(errors) / np.sqrt(n) + 0.1


def test_at_a_placebo_date_the_interval_holds_0_in_about_19_of_20_panels():
    rng, hits, n = np.random.default_rng(4), 0, 30
    for seed in range(n):
        frame = panel(100 + seed, regions=10, reps=3, start=())
        day = f"202{rng.integers(2, 4)}-{rng.integers(1, 13):02d}-01"
        found = compare(scene_of(frame, REGIONS[:5], day), level=0.95, draws=99, seed=1)
        hits += found.low <= 0 <= found.high
    assert hits >= 25


@pytest.mark.parametrize(("rho", "months", "at"), [(0.0, 48, 30), (0.5, 48, 30), (0.5, 30, 18)])
def test_intervals_of_a_series_hold_the_planted_level_and_slope(rho, months, at):
    """Thirty months hardly tell how errors hang on: what is not known of it widens the interval."""
    from scipy.special import stdtrit

    rng, n, m = np.random.default_rng(7), 100, np.arange(months)
    hits = {"mean": 0, "level": 0, "slope": 0}
    for _ in range(n):
        e = rng.normal(size=months + 50)
        for t in range(1, months + 50):
            e[t] += rho * e[t - 1]
        y = 100 + 0.5 * m + 10 * np.sin(m * np.pi / 6) + e[50:] + (m >= at) * (3 + 0.1 * (m - at))
        found = interrupted(y, Clock(m, m % 12, at, np.ones(months)))
        middle = (months - at - 1) / 2
        for name, planted in (("mean", 3 + 0.1 * middle), ("level", 3.0), ("slope", 0.1)):
            line = getattr(found, name)
            hits[name] += abs(line.value - planted) <= stdtrit(line.df, 0.975) * line.error
    assert min(hits.values()) >= 0.9 * n


def test_groups_that_grew_apart_before_are_told():
    frame = panel(6, start=(24,) * 6)
    month = (frame["period"].dt.year - 2021) * 12 + frame["period"].dt.month
    frame["revenue"] += 0.8 * month * frame["region"].isin(REGIONS[:6])
    found = evaluate_change(frame, "2023-01-01", treated=REGIONS[:6], **PLAIN)
    row = found.figure("comparison", "growth_before")
    assert row["change"] == pytest.approx(0.8, abs=0.4)
    assert row["p_value"] < 0.01
    assert "is not to be read as the scheme's" in found.explain()
    assert found.meta.n_false > 0


# -- outside reference ------------------------------------------------------------------------


def test_errors_that_hang_on_are_those_of_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(50), np.arange(50.0), rng.normal(size=50)])
    y = x @ [1.0, 0.2, 0.5] + np.cumsum(rng.normal(size=50)) * 0.3
    lags = int(4 * (50 / 100) ** (2 / 9))
    fit = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    assert newey_west(x, y) == pytest.approx(fit.cov_params(), rel=1e-8)


def test_correlated_errors_are_those_of_generalised_least_squares():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(60), np.arange(60.0)])
    e = rng.normal(size=60)
    for t in range(1, 60):
        e[t] += 0.5 * e[t - 1]
    y = x @ [3.0, 0.1] + e
    coef, cov, rho = averaged(x, y)
    assert 0.2 < rho < 0.8
    fits, weights = [], []
    for one in np.linspace(0, 0.95, 24):
        sigma = one ** np.abs(np.subtract.outer(np.arange(60), np.arange(60)))
        fit = sm.GLS(y, x, sigma=sigma).fit()
        inner = x.T @ np.linalg.solve(sigma, x)
        squares = (y - x @ fit.params) @ np.linalg.solve(sigma, y - x @ fit.params)
        dets = (
            np.linalg.slogdet(sigma / (1 - one**2))[1] + np.linalg.slogdet(inner * (1 - one**2))[1]
        )
        fits.append(fit)
        weights.append(-(58 * np.log(squares * (1 - one**2)) + dets) / 2)
    weight = np.exp(np.array(weights) - max(weights))
    weight /= weight.sum()
    assert coef == pytest.approx(sum(w * f.params for w, f in zip(weight, fits, strict=True)))
    off = [f.params - coef for f in fits]
    wanted = sum(
        w * (f.cov_params() + 56 / 58 * np.outer(o, o))
        for w, f, o in zip(weight, fits, off, strict=True)
    )
    assert cov == pytest.approx(wanted, rel=1e-8)


def test_the_estimate_is_that_of_dummies_for_every_unit_and_month():
    import statsmodels.formula.api as smf

    frame = panel(3, regions=6, reps=2, months=18, start=(9, 9))
    scene = scene_of(frame, ["R00", "R01"], "2021-10-01")
    frame["after"] = (
        (frame["period"] >= "2021-10-01") & frame["region"].isin(["R00", "R01"])
    ).astype(float)
    fit = smf.ols("revenue ~ after + C(salesperson) + C(period)", frame).fit()
    ours = algebra.regress(scene.y, scene.w, [scene.after()], scene.cluster)[0]
    assert ours.value == pytest.approx(fit.params["after"], rel=1e-8)
    # by imputation: dummies from cells not changed, then the mean of what is left
    free = smf.ols("revenue ~ C(salesperson) + C(period)", frame[frame["after"] == 0]).fit()
    known = frame[
        (frame["after"] == 1) & frame["salesperson"].isin(frame[frame["after"] == 0]["salesperson"])
    ]
    chosen = cells(scene)[0]
    effect = algebra.impute(scene.y, scene.w, scene.after(), chosen)
    assert effect == pytest.approx((known["revenue"] - free.predict(known)).mean(), rel=1e-8)


def test_errors_by_clusters_are_those_of_leaving_each_out():
    frame = panel(3, regions=10, reps=2, months=18, start=(9,) * 5)
    scene = scene_of(frame, REGIONS[:5], "2021-10-01")
    fit = algebra.clustered(scene.y, scene.w, scene.after(), cells(scene)[0], scene.cluster)
    left = []
    for c in range(10):
        part = scene.rows(scene.cluster != c)
        left.append(algebra.impute(part.y, part.w, part.after(), cells(part)[0]))
    brute = np.sqrt(9 / 10 * np.sum((np.array(left) - np.mean(left)) ** 2))
    assert fit.error == pytest.approx(brute, rel=1e-8)
    # many clusters: to first order the same
    linear = algebra._linear(scene.y, scene.w, scene.after(), cells(scene)[0], scene.cluster)
    assert linear.value == pytest.approx(fit.value)
    assert linear.error == pytest.approx(fit.error, rel=0.2)
    slopes = algebra._linear_slopes(scene.y, scene.w, [scene.after()], scene.cluster)[0]
    exact = algebra.regress(scene.y, scene.w, [scene.after()], scene.cluster)[0]
    assert slopes.value == pytest.approx(exact.value)
    assert slopes.error == pytest.approx(exact.error, rel=0.25)


def test_the_permutation_interval_holds_exactly_the_effects_not_rejected():
    frame = panel(8, regions=8, reps=2, months=20, start=(10,) * 4, effect=5.0)
    scene = scene_of(frame, REGIONS[:4], "2021-11-01")
    found = compare(scene, level=0.9, draws=99, seed=1)
    starts = assignments(scene, 99, 1)
    assert found.n_assignments == len(starts) == 70

    def p_value(effect):
        rest = scene.y - effect * scene.after()
        tried = []
        for start in starts:
            other = type(scene)(**{**vars(scene), "start": start, "y": rest})
            tried.append(algebra.impute(rest, scene.w, other.after(), cells(other)[0]))
        return np.mean(np.abs(tried) >= abs(tried[0]) - 1e-9)

    inside = 1e-4 * (found.high - found.low)
    assert p_value(found.high - inside) > 0.1 >= p_value(found.high + inside)
    assert p_value(found.low + inside) > 0.1 >= p_value(found.low - inside)
    assert p_value(0.0) == found.p_value


def test_the_window_of_a_series_is_summed_over_its_months():
    t = np.arange(48)
    y = 100 + 0.5 * t + 10 * np.sin(t * np.pi / 6)
    y += (
        np.where((t >= 28) & (t < 30), 4.0, 0)
        - np.where((t >= 30) & (t < 32), 3.0, 0)
        + 5 * (t >= 30)
    )
    found = evaluate_change(table(monthly(y)), "2023-07-01", window=2, **PLAIN)
    timing = found.frame[found.frame["stage"] == "timing"].set_index("figure")["change"]
    assert timing["window_before"] == pytest.approx(8, abs=1e-6)
    assert timing["window_after"] == pytest.approx(-6, abs=1e-6)
    assert timing["window_sum"] == pytest.approx(2, abs=1e-6)
    assert timing["lasting"] == pytest.approx(5, abs=1e-6)


def test_degrees_of_freedom_are_what_is_left_over_and_fewer_where_months_hang_together():
    rng, m = np.random.default_rng(1), np.arange(48)
    walk = np.cumsum(rng.normal(size=48))
    for y in (rng.normal(size=48), walk):
        found = interrupted(y, Clock(m, m % 12, 30, np.ones(48)))
        left = 48 - 15  # two changes, constant, growth and eleven months
        wanted = left * min(1, (1 - found.rho) / (1 + found.rho))
        assert found.level.df == pytest.approx(max(wanted, 1.0))
        assert found.level.df <= left
