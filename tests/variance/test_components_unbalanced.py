"""Variance components of unequal and crossed groups, small targets, words and refusals."""

import re

import numpy as np
import pandas as pd
import pytest
from componentstools import LEVELS, mixed_model, pastes, people
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.variance.components import likelihood
from salesanalysis.variance.components.design import read_design

COMPONENTS = sa.variance.components


def dense_loss(design, estimator: str, roots: np.ndarray) -> float:
    """Minus twice the profiled log likelihood, written with the whole covariance matrix."""
    v = np.eye(len(design.y))
    for code, root in zip(design.codes, roots, strict=True):
        v += root**2 * (code[:, None] == code)
    inverse = np.linalg.inv(v)
    x, y = design.x, design.y
    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    rest = (y - x @ beta) @ inverse @ (y - x @ beta)
    n, p = x.shape
    if estimator == "ML":
        return n * np.log(rest) + np.linalg.slogdet(v)[1]
    more = np.linalg.slogdet(x.T @ inverse @ x)[1]
    return (n - p) * np.log(rest) + np.linalg.slogdet(v)[1] + more


# -- invariants -------------------------------------------------------------------------------


@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("estimator", ["REML", "ML"])
def test_the_likelihood_is_the_one_of_the_whole_covariance_matrix(crossed, estimator):
    table = people(regions=3, managers=2, reps=3, months=4, ragged=True, seed=3)
    groups = ["manager", "salesperson"] if not crossed else ["region", "month"]
    by = None if crossed else "month"
    design = read_design(table, "attainment", groups, by, "auto", crossed=crossed)
    make = likelihood._crossed if crossed else likelihood._nested
    for roots in (np.array([0.5, 1.5]), np.array([0.0, 0.3]), np.array([2.0, 0.0])):
        ours = likelihood._loss(make(design), design, estimator, roots)[0]
        assert ours == pytest.approx(dense_loss(design, estimator, roots), rel=1e-9)


def test_rows_in_another_order_give_the_same_answer():
    table = people(regions=4, managers=2, reps=3, months=4, ragged=True)
    one, two = (
        COMPONENTS(t, "attainment", LEVELS, by="month", n_boot=20).frame
        for t in (table, table.sample(frac=1, random_state=2))
    )
    pd.testing.assert_frame_equal(one, two, rtol=1e-12)


# -- outside reference ------------------------------------------------------------------------


def test_agrees_with_statsmodels_on_unequal_groups():
    table = people(regions=6, managers=3, reps=4, months=4, ragged=True, seed=4)
    found = COMPONENTS(table, "attainment", LEVELS, by="month", n_boot=20)
    assert found.meta.method == "likelihood"
    assert found.meta.interval == "bootstrap"
    assert found.meta.converged
    theirs = mixed_model(table, "attainment", LEVELS, "month")
    assert found.frame["variance"].tolist() == pytest.approx(theirs, rel=2e-3)


def test_where_statsmodels_stops_short_ours_is_the_likelier_answer():
    # a manager variance of 0: statsmodels reports 0.163 and a warning
    table = people(regions=6, managers=3, reps=4, months=4, seed=2)
    design = read_design(table, "attainment", LEVELS, "month", "auto", crossed=False)
    theirs = np.array(mixed_model(table, "attainment", LEVELS, "month"))
    roots = np.sqrt(theirs[:-1] / theirs[-1])
    loss = likelihood._loss(likelihood._nested(design), design, "REML", roots)[0]
    ours = likelihood.fit(design, "REML")
    assert ours.loss <= loss + 1e-6
    assert ours.variances[1] == 0


def test_a_variance_of_zero_is_left_where_a_small_one_is_likelier():
    # along the root of a variance the slope at 0 is 0: a search stops there if nobody looks further
    table = people(regions=2, managers=2, reps=2, months=3, seed=31)
    design = read_design(table, "attainment", LEVELS, None, "auto", crossed=False)
    stuck = likelihood._search(
        likelihood._nested(design), design, "REML", np.array([0.94, 0.0, 1.1])
    )
    found = likelihood.fit(design, "REML")
    assert stuck.roots[1] == 0
    assert found.loss < stuck.loss - 0.02
    closed = COMPONENTS(table, "attainment", LEVELS, n_boot=0).frame["variance"]
    assert found.variances.tolist() == pytest.approx(closed.tolist(), rel=1e-3)


def test_agrees_with_statsmodels_where_people_work_in_several_regions():
    import statsmodels.api as sm

    rng = np.random.default_rng(8)
    table = pd.DataFrame(
        [(f"R{r}", f"P{p}") for r in range(6) for p in range(8) for _ in range(2)],
        columns=["region", "salesperson"],
    )
    table["attainment"] = (
        rng.normal(0, 1, 6).repeat(16)
        + np.tile(rng.normal(0, 0.7, 8).repeat(2), 6)
        + rng.normal(0, 0.5, 96)
    )
    found = COMPONENTS(table, "attainment", ["region", "salesperson"], crossed=True, n_boot=20)
    model = sm.MixedLM.from_formula(
        "attainment ~ 1", groups=np.ones(96),
        vc_formula={"a": "0 + C(region)", "b": "0 + C(salesperson)"}, data=table, re_formula="0",
    ).fit()  # fmt: skip
    theirs = [*model.vcomp, model.scale]
    assert found.frame["variance"].tolist() == pytest.approx(theirs, rel=2e-3)


# -- planted truth ----------------------------------------------------------------------------


def test_intervals_of_unequal_groups_hold_the_planted_shares_mostly():
    planted = np.square([0.5, 0.5, 1.0])
    planted = planted / planted.sum()
    hits = 0
    for seed in range(2):
        table = people(
            regions=12, managers=1, reps=8, months=6, sds=(0.5, 0.0, 0.5, 1.0), ragged=True,
            trend=0, seed=seed,
        )  # fmt: skip
        found = COMPONENTS(table, "attainment", ["region", "salesperson"], n_boot=40, coverage=0.95)
        hits += found.frame.assign(p=planted).eval("low_share <= p <= high_share").sum()
    assert hits >= 5


# -- what is left out, and said ---------------------------------------------------------------


def test_tiny_targets_are_left_out_counted_and_named():
    table = people(regions=3, managers=2, reps=3, months=4)
    small = table["salesperson"].isin(["R0M0P0", "R1M1P1"])
    table = table.assign(target=np.where(small, 10.0, 1000.0))
    table.loc[small, "attainment"] *= 30
    warned = COMPONENTS(table, "attainment", LEVELS)
    assert warned.meta.small_targets
    assert "Caution: the smallest tenth of the targets holds over half" in warned.explain()
    found = COMPONENTS(table, "attainment", LEVELS, min_target=100, n_boot=20)
    assert (found.meta.n_left_out, found.meta.n_rows) == (8, 64)
    assert not found.meta.small_targets
    assert (
        "Rows with a target below 100 are left out: 8. Left out wholly: R0M0P0, R1M1P1."
        in found.explain()
    )
    assert "目标低于100的数据行已剔除：8行。完全剔除：R0M0P0、R1M1P1。" in found.explain("zh")


def test_a_person_with_one_month_counts_but_is_named_as_a_gap():
    table = people(regions=5, managers=2, reps=3, months=4)
    first = table["salesperson"] == "R0M0P0"
    kept = table[~first | ~table["salesperson"].duplicated()]
    found = COMPONENTS(kept, "attainment", LEVELS, n_boot=20)
    assert found.meta.n_single == 1
    assert "Caution: 1 at the level salesperson have a single observation" in found.explain()


def test_without_a_bootstrap_there_are_no_intervals():
    for table in (pastes(), pastes().iloc[:-1]):
        found = COMPONENTS(table, "strength", ["batch", "cask"], n_boot=0)
        assert found.meta.interval == "none"
        assert found.frame[["low_share", "high_share"]].isna().all(axis=None)
        assert "interval" not in found.explain()
        assert_good_figure(found.plot())


# -- words and picture ------------------------------------------------------------------------


def test_the_text_says_where_the_spread_sits_and_blames_nobody():
    found = COMPONENTS(pastes(), "strength", ["batch", "cask"])
    share = found.frame.set_index("level")
    assert found.explain().splitlines()[:5] == [
        "strength: most of the spread sits at the level cask (78.3%)",
        "cask: 78.3% of the variance (80% interval 49.5% to 94.1%), 30 groups.",
        "batch: 15.4% of the variance (80% interval 0.0% to 45.2%), 10 groups.",
        "Noise: 6.3% of the variance (80% interval 3.5% to 9.4%), 60 observations.",
        "This says at which level the spread sits, not who is to blame.",
    ]
    assert share.loc["cask", "high_share"] == pytest.approx(0.941, abs=5e-4)
    assert found.explain("zh").splitlines()[0] == "strength的差异主要出现在cask层面（78.3%）"
    assert found.lead == "cask"


def test_small_variances_keep_their_digits_in_the_table():
    table = people(regions=5, managers=2, reps=2, months=3)
    table["attainment"] /= 10
    found = COMPONENTS(table, "attainment", LEVELS)
    shown = found.table("zh").shown()
    assert shown["层级"].tolist() == ["区域", "经理", "销售人员", "随机波动"]
    assert [float(v) for v in shown["方差"]] == pytest.approx(found.frame["variance"], rel=5e-3)


def test_few_groups_and_a_tie_are_said_plainly():
    table = people(regions=3, managers=2, reps=3, months=3, sds=(0.6, 0.6, 0.6, 0.6), seed=9)
    text = COMPONENTS(table, "attainment", LEVELS, by="month").explain()
    assert "the data cannot tell whether" in text.splitlines()[0]
    assert "Caution: only 3 groups at the level region, so its share is uncertain." in text
    assert "Differences between values of month common to all are taken out first." in text
    bare = COMPONENTS(people(ragged=True), "attainment", LEVELS, n_boot=20).explain("zh")
    assert "各组大小不等或相互交叉：区间来自20次模拟，区域的区间偏窄。" in bare
    assert not re.findall("[A-Za-z]", bare)


def test_a_search_that_does_not_end_is_never_hidden(monkeypatch):
    class Stopped:
        def __init__(self, x):
            self.x, self.success, self.jac = x, False, np.ones(len(x))

    monkeypatch.setattr("scipy.optimize.minimize", lambda *a, **k: Stopped(np.array([1.0, 1.0])))
    found = COMPONENTS(pastes().iloc[:-1], "strength", ["batch", "cask"], n_boot=0)
    assert not found.meta.converged
    assert "did not come to an end; do not use these shares" in found.explain()
    assert "估计没有收敛，请勿使用这些比重。" in found.explain("zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_ranks_the_levels_with_their_intervals(lang):
    found = COMPONENTS(people(ragged=True), "attainment", LEVELS, by="month", n_boot=20)
    ax = found.plot(lang=lang)
    ranked = found.ranked()
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(
        ranked["variance_share"].tolist()
    )
    whiskers = [tuple(line.get_xdata()) for line in ax.lines]
    assert whiskers == list(ranked[["low_share", "high_share"]].itertuples(index=False, name=None))
    assert_good_figure(ax)


# -- refusals ---------------------------------------------------------------------------------


def refused(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        COMPONENTS(*args, **kwargs)
    return str(caught.value)


def test_one_month_each_cannot_tell_a_person_from_noise():
    table = people(months=1)
    assert refused(table, "attainment", LEVELS) == (
        "100 observations of 100 salesperson: a steady difference and noise cannot be told apart.\n"
        "  where: components(groups=['region', 'manager', 'salesperson'])\n"
        "  fix:   give at least 2 observations (months) of each salesperson, or leave 'salesperson' out"
    )


def test_a_person_who_changed_the_manager_needs_a_home():
    table = people(regions=2, managers=2, reps=4, months=4)
    late = (table["salesperson"] == "R0M0P0") & (table["month"] > "2024-02-15")
    table.loc[late, "manager"] = "R0M1"
    assert refused(table, "attainment", LEVELS, by="month") == (
        "1 of 16 salesperson stand under more than one manager: R0M0P0.\n"
        "  where: df['salesperson'] against df['manager'], see .rows\n"
        "  fix:   give each one home manager; or crossed=True if they really work in several; or "
        'labels="within" if the same name means different people'
    )
    assert COMPONENTS(table, "attainment", LEVELS, labels="within", n_boot=0).meta.within == (
        "salesperson",
    )


def test_people_who_all_moved_in_time_are_not_taken_for_numbers():
    table = people(regions=2, managers=1, reps=4, months=4)
    table["salesperson"] = table["salesperson"].str[-2:]
    table["moved"] = np.where(table["month"] < "2024-02-15", "early", "late")
    assert "4 of 4 salesperson stand under more than one moved" in refused(
        table, "attainment", ["moved", "salesperson"], by="month"
    )
    assert "4 of 4 salesperson stand under more than one region" in refused(
        table, "attainment", ["region", "salesperson"], labels="unique"
    )


def test_groups_that_are_one_or_the_same_are_refused():
    table = people(regions=1)
    assert refused(table, "attainment", LEVELS) == (
        "'region' has only 1 group: there is nothing to vary between.\n"
        "  where: components(groups=['region', 'manager', 'salesperson'])\n"
        "  fix:   leave 'region' out, or add the other groups"
    )
    assert refused(people(managers=1), "attainment", LEVELS) == (
        "Every region has exactly one manager: the two cannot be told apart.\n"
        "  where: components(groups=['region', 'manager', 'salesperson'])\n"
        "  fix:   leave out 'region' or 'manager'"
    )


def test_values_that_never_differ_are_refused():
    table = people(months=3)
    assert refused(table.assign(attainment=1.0), "attainment", LEVELS) == (
        "Every value is the same: there is no variance to divide.\n"
        "  where: components(df, value)\n"
        "  fix:   check the column"
    )
    steady = table.assign(attainment=table.groupby("salesperson")["attainment"].transform("mean"))
    assert refused(steady, "attainment", LEVELS) == (
        "No salesperson ever changes: every month of one has the same value.\n"
        "  where: components(df, value)\n"
        "  fix:   give the values of single months, not their mean written into each"
    )


def test_empty_infinite_and_text_values_are_refused():
    table = people(months=2)
    table.loc[[1, 5], "attainment"] = [np.nan, np.inf]
    with pytest.raises(ContractError) as caught:
        COMPONENTS(table, "attainment", LEVELS)
    assert str(caught.value) == (
        "2 of 200 rows of df: 'attainment' is empty or infinite.\n"
        "  where: first rows [1, 5], see .rows\n"
        "  fix:   fill them, or leave these rows out and say so"
    )
    assert len(caught.value.rows) == 2
    assert refused(table.assign(attainment="90 %"), "attainment", LEVELS) == (
        "'attainment' holds text, not numbers.\n"
        "  where: df['attainment'], first value '90 %'\n"
        "  fix:   turn it into numbers first"
    )


def test_choices_nobody_could_have_meant_are_refused():
    table = people(months=2)
    assert refused(table, "attainment", "region") == (
        "groups, value and by must be different columns, got groups='region', value='attainment', by=None.\n"
        "  where: components(groups=..., by=...)\n"
        '  fix:   name the levels from the top down, such as ["region", "manager"]; none may be called noise'
    )
    assert refused(table, "attainment", LEVELS, coverage=80) == (
        "coverage must lie between 0 and 1 and n_boot be 0 or at least 20, got 80 and 100.\n"
        "  where: components(coverage=..., n_boot=...)\n"
        "  fix:   write coverage=0.8, n_boot=100"
    )
    assert refused(table, "attainment", LEVELS, estimator="REMl") == (
        "'REMl' is not a estimator here; known: REML, ML.\n"
        "  where: components(estimator=...)\n"
        "  fix:   write 'REML'"
    )
    assert refused(table, "attainment", LEVELS, min_target=100) == (
        "min_target=100 needs a column of targets.\n"
        "  where: components(min_target=...)\n"
        '  fix:   name it: target="quota"'
    )
    assert refused(
        table.assign(target=[np.nan] + [1.0] * 199), "attainment", LEVELS, min_target=1
    ) == (
        "1 of 200 rows of df have no 'target'.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   give every row its target, or leave these rows out and say so"
    )


def test_too_many_crossed_groups_are_refused(monkeypatch):
    monkeypatch.setattr(likelihood, "MOST_CROSSED", 8)
    table = people(regions=5, managers=1, reps=1, months=6, seed=1)
    assert refused(table, "attainment", ["region", "month"], crossed=True) == (
        "11 groups together are too many for crossed terms; the limit is 8.\n"
        "  where: components(crossed=True)\n"
        "  fix:   take coarser groups, or give each unit one home and leave crossed out"
    )
