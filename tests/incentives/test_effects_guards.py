"""What speaks against an effect is found when it is there: drift, season, bad years, moves."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.incentives.effects import evaluate_change, money
from salesanalysis.incentives.effects.checks import growth_apart
from salesanalysis.incentives.effects.intake import read_scene
from salesanalysis.incentives.effects.treated import Asked

SEASON = np.array([-0.2, -0.3, 0.1, 0.0, 0.0, 0.2, -0.1, -0.1, 0.1, 0.0, 0.05, 0.25])
MONTHS, AT = 36, 24
PERIODS = pd.date_range("2022-01-01", periods=MONTHS, freq="MS")


def sales(seed=0, *, regions=6, changed=2, size=1.0, drift=0.0, noise=1.0, bad_year=0.0):
    """Five people a region of 200 a month, season in percent; the changed `size` as large.

    `drift`: growth of the changed beyond the others, per month; `bad_year`: less in the twelve
    months before the change.
    """
    rng, m = np.random.default_rng(seed), np.arange(MONTHS)
    home = np.repeat(np.arange(regions), 5)
    hit = (home < changed)[:, None]
    y = 200 * np.where(hit, size, 1.0) * (1 + SEASON[m % 12])
    y = y + noise * rng.normal(size=y.shape) + hit * drift * m
    y = y - hit * bad_year * ((m >= AT - 12) & (m < AT))
    i, t = np.nonzero(np.ones(y.shape))
    return pd.DataFrame(
        {
            "salesperson": [f"P{k:02d}" for k in i],
            "region": [f"R{home[k]}" for k in i],
            "period": PERIODS[t],
            "revenue": y[i, t],
        }
    )


def effect_of(frame, changed=2, **asked):
    names = [f"R{k}" for k in range(changed)]
    return evaluate_change(frame, PERIODS[AT], treated=names, outcome="revenue", **asked)


# -- worked by hand ---------------------------------------------------------------------------


def test_sales_moved_by_a_group_half_as_large_again_are_told_from_its_season():
    """December sells 25 % more and January 20 % less, in both groups: nothing was moved."""
    frame = sales(noise=0.0, size=1.5)
    still = effect_of(frame).frame.set_index("figure")["change"]
    assert still[["window_before", "window_after"]].tolist() == pytest.approx([0, 0], abs=1e-8)
    month = frame["period"].dt.year * 12 + frame["period"].dt.month - 12 * 2024 - 1
    hit = frame["region"].isin(["R0", "R1"])
    frame.loc[hit & (month == -1), "revenue"] += 30
    frame.loc[hit & (month == 0), "revenue"] -= 30
    moved = effect_of(frame).frame.set_index("figure")["change"]
    assert moved[["window_before", "window_after"]].tolist() == pytest.approx([30, -30], abs=1e-8)


def test_people_who_changed_region_are_counted_and_told():
    frame = sales()
    later = frame["salesperson"].isin(["P00", "P29"]) & (frame["period"] >= "2023-05-01")
    frame.loc[later, "region"] = "R3"
    found = effect_of(frame)
    assert found.meta.n_moved == 2
    assert found.effect == effect_of(sales()).effect
    told = "Seen in more than one region: 2 units; each counts throughout for the first."
    assert told in found.explain().split("\n")
    assert "先后属于多个区域的单位2个；全期计入其最初所属。" in found.explain("zh").split("\n")
    assert effect_of(sales()).meta.n_moved == 0


# -- planted truth ----------------------------------------------------------------------------


def test_with_two_regions_of_six_a_drift_is_found_though_permuting_never_could():
    """Of 15 ways the best has a chance of 0.067; each region's own growth tells them apart."""
    found = effect_of(sales(3, drift=0.5))
    row = found.figure("comparison", "growth_before")
    assert row["low_end"] < 0.5 < row["high_end"]
    assert row["p_value"] < 0.01
    assert found.interval[0] > 0
    said = found.explain()
    assert "the new scheme raised" not in said
    assert "this difference is not shown to come from the new scheme" in said
    assert "不能认定此差值来自新方案" in found.explain("zh")


def test_without_a_drift_few_groups_are_seldom_said_to_have_one():
    asked = Asked(PERIODS[AT], ["R0", "R1"], "revenue", "salesperson", "region", None, "absent")
    scenes = [read_scene(sales(seed), asked)[0] for seed in range(40)]
    found = [growth_apart(scene, level=0.95, draws=99, seed=1)["p_value"] for scene in scenes]
    assert sum(p <= 0.05 for p in found) <= 5
    assert min(found) < 0.2


@pytest.mark.parametrize("size", [1.0, 1.4])
def test_a_season_is_no_shift_of_sales_and_no_growth_whatever_the_size_of_a_group(size):
    found = effect_of(sales(5, regions=12, changed=6, size=size), changed=6)
    said = found.explain()
    assert "pulled forward" not in said
    assert "held back" not in said
    assert found.figure("comparison", "growth_before")["p_value"] > 0.05
    assert ("what moves both by the same percentage" in said) == (size > 1.1)


def test_a_bad_year_before_is_seen_at_the_dates_at_which_nothing_happened():
    """The changed only recover: no effect is claimed, in either language."""
    found = effect_of(sales(1, regions=12, changed=6, bad_year=20.0), changed=6)
    assert found.interval[0] > 0
    assert 2 * found.meta.n_false >= found.meta.n_placebos
    assert "the new scheme raised" not in found.explain()
    tried = "of them: the difference is not to be read as the scheme's."
    assert tried in found.explain()
    assert "个显示变化：此差值不应视为方案的影响。" in found.explain("zh")


def test_where_the_months_before_speak_for_it_the_effect_is_told():
    frame = sales(2, regions=12, changed=6)
    frame.loc[frame["region"].isin([f"R{k}" for k in range(6)]) & (frame["period"] >= PERIODS[AT]),
              "revenue"] += 10  # fmt: skip
    found = effect_of(frame, changed=6)
    assert found.effect == pytest.approx(10, abs=1)
    assert "the new scheme raised the outcome" in found.explain()


@pytest.mark.parametrize("lift", [60.0, -60.0])
def test_a_drift_too_small_to_make_the_effect_is_told_beside_it_and_does_not_hide_it(lift):
    """Thirty regions see a drift of 0.05 a month; carried on for 18 months it is 0.9 of 60."""
    frame = sales(1, regions=30, changed=15, drift=0.05)
    hit = frame["region"].isin([f"R{k}" for k in range(15)]) & (frame["period"] >= PERIODS[AT])
    frame.loc[hit, "revenue"] += lift
    found = effect_of(frame, changed=15)
    assert found.figure("comparison", "growth_before")["p_value"] < 0.01
    assert found.meta.n_false == found.meta.n_placebos
    told, word = found.explain(), "raised" if lift > 0 else "lowered"
    off = "may be off by about 0.93 CNY; that apart"
    assert f"{off}, if the assumptions below hold, the new scheme {word} the outcome" in told
    assert "carried on, that alone would make a difference of 0.93 CNY." in told
    assert "at 6 of them, of 0.70 CNY at most." in told
    assert "not to be read" not in told
    assert "不应视为" not in found.explain("zh")
    assert "可能有约0.93元的偏差" in found.explain("zh")
    assert "stands on the assumptions" in money(found, 0.4, 0, 0).explain()


def test_a_drift_that_could_be_all_of_the_effect_is_said_where_it_becomes_money():
    found = effect_of(sales(1, regions=30, changed=15, drift=0.05), changed=15)
    assert found.interval[0] > 0
    assert "this difference is not shown to come from the new scheme" in found.explain()
    worth = money(found, 0.4, 0, 0)
    assert "speak against reading it as the scheme's" in worth.explain()
    assert "变更前的数据不支持将其视为方案的影响" in worth.explain("zh")


# -- outside reference ------------------------------------------------------------------------


def test_growth_of_few_groups_has_the_chance_of_a_t_test_between_their_own_slopes():
    """Donald and Lang (2007): one slope a region, two groups, pooled spread."""
    from scipy.stats import ttest_ind

    frame = sales(4, noise=8.0)
    frame["revenue"] -= 200 * SEASON[frame["period"].dt.month.to_numpy() - 1]
    # below two years nothing is taken out for a season
    frame = frame[frame["period"] >= "2022-06-01"]
    before = frame[frame["period"] < PERIODS[AT]]
    table = before.pivot_table(index="region", columns="period", values="revenue")
    slopes = np.polyfit(np.arange(table.shape[1]), table.to_numpy().T, 1)[0]
    row = effect_of(frame).figure("comparison", "growth_before")
    assert row["change"] == pytest.approx(slopes[:2].mean() - slopes[2:].mean(), rel=1e-9)
    assert row["p_value"] == pytest.approx(ttest_ind(slopes[:2], slopes[2:]).pvalue, rel=1e-9)


def test_growth_beside_an_own_season_is_that_of_dummies_in_statsmodels():
    import statsmodels.api as sm

    frame = sales(6, noise=8.0, size=1.4)
    before = frame[frame["period"] < PERIODS[AT]]
    hit = before["region"].isin(["R0", "R1"]).to_numpy(float)
    month = before["period"].dt.year * 12 + before["period"].dt.month
    dummies = [pd.get_dummies(v, drop_first=True) for v in (before["salesperson"], month)]
    own = pd.get_dummies(before["period"].dt.month, drop_first=True).mul(hit, axis=0)
    x = np.column_stack([hit * month, *dummies, own, np.ones(len(before))]).astype(float)
    row = effect_of(frame).figure("comparison", "growth_before")
    fit = sm.OLS(before["revenue"].to_numpy(), x).fit()
    assert row["change"] == pytest.approx(fit.params[0], rel=1e-6)


# -- refusals ---------------------------------------------------------------------------------


def test_with_two_groups_growth_before_cannot_be_checked_and_is_not_called_unclear():
    found = effect_of(sales(regions=2, changed=1), changed=1)
    row = found.figure("comparison", "growth_before")
    assert row[["status", "why"]].tolist() == ["not_estimable", "few_before_apart"]
    assert (
        "Growth before the change cannot be checked: too few months before, or groups, to check "
        "growth apart." in found.explain().split("\n")
    )
