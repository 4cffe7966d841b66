"""Who commits too high or too low: figures by hand, a planted habit found, no commit lost."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.inspection.people import sign_test

MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS")


def table(**people: list[float]) -> pd.DataFrame:
    """Values by salesperson, all ending in December 2024."""
    return pd.concat(
        [
            pd.DataFrame({"salesperson": p, "period": MONTHS[-len(v) :], "value": map(float, v)})
            for p, v in people.items()
        ],
        ignore_index=True,
    )


# -- worked by hand ---------------------------------------------------------------------------


def test_six_months_of_commits_are_scored_as_on_paper():
    came = table(Li=[100, 100, 100, 100, 100, 100])
    report = sa.forecast.bias(table(Li=[110, 104, 90, 120, 100, 106]), came)
    row = report.people.iloc[0]
    assert (row["n_months"], row["actual"], row["commit"]) == (6, 600.0, 630.0)
    assert row["over_growth"] == pytest.approx(30 / 600)
    assert row["wape_share"] == pytest.approx((10 + 4 + 10 + 20 + 0 + 6) / 600)
    assert (row["hit5_share"], row["hit10_share"]) == (2 / 6, 5 / 6)
    assert (row["n_high"], row["n_low"]) == (4, 1)
    assert row["p_value"] == pytest.approx(2 * (1 + 5) / 2**5)
    assert row["verdict"] == "no_lean"


@pytest.mark.parametrize(
    ("high", "low", "p"), [(6, 0, 2 / 64), (0, 6, 2 / 64), (5, 0, 2 / 32), (3, 3, 1.0), (0, 0, 1.0)]
)
def test_a_one_sided_split_has_the_chance_of_coin_tosses(high, low, p):
    assert sign_test(np.array([float(high)]), np.array([float(low)]))[0] == pytest.approx(p)


def test_five_months_too_high_are_too_few_to_tell_and_six_are_not():
    came = table(Li=[100.0] * 5, Wu=[100.0] * 6, He=[100.0] * 6)
    said = table(Li=[120.0] * 5, Wu=[120.0] * 6, He=[80.0] * 6)
    verdicts = sa.forecast.bias(said, came).people.set_index("salesperson")["verdict"]
    assert verdicts.to_dict() == {"Wu": "optimist", "He": "sandbagger", "Li": "few_commits"}


def test_the_report_reads_like_this():
    came = table(Li=[100.0] * 5, Wu=[100.0] * 6, He=[100.0] * 6)
    said = table(Li=[100.0] * 5, Wu=[120.0] * 6, He=[90.0] * 6)
    assert sa.forecast.bias(said, came).explain().splitlines() == [
        "Commits lay 3.5% above actual over 17 commits; of 3 forecasters, too high: 1, too low: 1",
        "Too high: Wu +20.0% (6 of 6 months).",
        "Too low (sandbagging): He -10.0% (6 of 6 months).",
        "A lean is shown where so one-sided a split of months has a chance below 5% (sign test). "
        "Forecasters tested: 2; up to 0.1 of them would seem to lean by luck alone.",
        "Too few months to tell (fewer than 6): Li.",
        "Commit above actual: sum of commits minus actuals, as a share of actuals; positive is too "
        "high. Value added: error share of the rival minus that of the commits, in points. Nobody "
        "with fewer than 6 months is judged. A lean is a habit to talk about, not a fault proven.",
    ]
    assert sa.forecast.bias(said, came).headline("zh") == (
        "3名预测者的17次承诺合计高于实际3.5%：偏乐观1人，偏保守1人"
    )


def test_value_added_compares_the_same_months_with_the_model_and_with_last_year():
    came = table(Li=[100.0] * 12 + [200.0] * 12)
    said = table(Li=[210.0] * 12)
    model = table(Li=[204.0] * 10)
    row = sa.forecast.bias(said, came, forecast=model).people.iloc[0]
    assert (row["n_naive"], row["n_model"]) == (12, 10)
    assert row["added_naive_pp"] == pytest.approx(50 - 5)
    assert row["added_model_pp"] == pytest.approx(2 - 5)
    text = sa.forecast.bias(said, came, forecast=model).explain()
    assert "Against the model's forecast the commits add no value: 3.0 pp more error" in text
    assert "Against repeating the month one season before the commits add value: 45.0 pp" in text


def test_the_last_commit_counts_and_the_others_are_counted():
    came = table(Li=[100.0] * 8)
    early = table(Li=[150.0] * 8)
    early["made_on"] = early["period"] - pd.DateOffset(months=3)
    late = table(Li=[110.0] * 8)
    late["made_on"] = late["period"] - pd.Timedelta(days=1)
    after = table(Li=[100.0])
    after["made_on"] = pd.Timestamp("2025-01-03")
    said = pd.concat([late, after, early])
    report = sa.forecast.bias(said, came)
    assert report.people["over_growth"].tolist() == pytest.approx([0.10])
    assert report.left_out["reason"].value_counts().to_dict() == {"replaced": 8, "too_late": 1}
    assert report.leads[["lead", "n_months"]].to_numpy().tolist() == [[1, 8], [3, 8]]
    chinese = report.explain("zh").replace("Li", "")
    assert not re.findall("[A-Za-z]+", chinese)
    text = report.explain()
    assert "1 before 10.0% (8 commits), 3 before 50.0% (8 commits)" in text
    assert "Not used: 9 of 17 commits (8 a later commit counts, 1 made after the month was" in text
    only = sa.forecast.bias(said, came, lead=3)
    assert only.people["over_growth"].tolist() == pytest.approx([0.50])
    assert only.left_out["reason"].value_counts().to_dict() == {"other_lead": 8, "too_late": 1}


def test_commits_without_an_actual_and_months_without_a_commit_are_counted():
    came = table(Li=[100.0] * 8)
    said = pd.concat([table(Li=[100.0] * 8).drop(index=[2, 3]), table(Xu=[5.0] * 2)])
    report = sa.forecast.bias(said, came)
    assert (report.n_commits, report.n_used, report.n_without) == (8, 6, 2)
    assert (
        report.left_out[["salesperson", "reason"]].to_numpy().tolist() == [["Xu", "no_actual"]] * 2
    )
    assert "Not used: 2 of 8 commits (2 no actual for this name and month)." in report.explain()
    assert "Months with an actual but without a commit: 2." in report.explain()


def test_someone_who_sold_nothing_has_no_shares_and_a_status():
    report = sa.forecast.bias(table(Li=[5.0] * 6), table(Li=[0.0] * 6))
    row = report.people.iloc[0]
    assert (row["status"], row["verdict"]) == ("no_sales", "no_lean")
    assert np.isnan(row["over_growth"])
    assert report.headline() == (
        "The 6 commits met no sales at all; forecasters: 1, too high: 0, too low: 0"
    )


def test_a_panel_is_rolled_up_to_whoever_committed(make_panel):
    panel = make_panel({("East", "A"): [60.0] * 6, ("East", "B"): [40.0] * 6},
                       ("region", "product_line"), last="2024-12-01", currency="USD")  # fmt: skip
    said = table(East=[110.0] * 6).rename(columns={"salesperson": "region"})
    report = sa.forecast.bias(said, panel)
    assert report.people[["region", "actual", "commit"]].to_numpy().tolist() == [
        ["East", 600.0, 660.0]
    ]
    assert report.currency == "USD"


# -- invariants -------------------------------------------------------------------------------

VALUES = st.lists(st.floats(1, 1e6), min_size=6, max_size=12)


@settings(max_examples=5)
@given(said=VALUES, factor=st.floats(0.01, 100))
def test_scale_and_order_of_rows_change_no_verdict(said, factor):
    came = table(Li=[1000.0] * len(said), Wu=[500.0] * 6)
    commits = pd.concat([table(Li=said), table(Wu=[600.0] * 6)], ignore_index=True)
    one = sa.forecast.bias(commits, came)
    shuffled = commits.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(sa.forecast.bias(shuffled, came).people, one.people)
    scaled = sa.forecast.bias(
        commits.assign(value=commits["value"] * factor), came.assign(value=came["value"] * factor)
    )
    by = "salesperson"
    assert np.allclose(
        scaled.people.sort_values(by)["over_growth"], one.people.sort_values(by)["over_growth"]
    )


@settings(max_examples=12)
@given(said=VALUES)
def test_the_error_is_never_smaller_than_the_lean(said):
    row = sa.forecast.bias(table(Li=said), table(Li=[1000.0] * len(said))).people.iloc[0]
    assert row["wape_share"] >= abs(row["over_growth"]) - 1e-12
    assert row["hit10_share"] >= row["hit5_share"]
    assert row["n_high"] + row["n_low"] <= row["n_months"]


def test_the_report_is_stored_and_read_back(tmp_path):
    report = sa.forecast.bias(
        table(Li=[110.0] * 6, Wu=[90.0] * 3), table(Li=[100.0] * 6, Wu=[1.0] * 3)
    )
    store.write(report, tmp_path / "one")
    assert store.read(tmp_path / "one").explain("zh") == report.explain("zh")


def test_a_report_that_lost_a_commit_is_refused():
    report = sa.forecast.bias(table(Li=[110.0] * 6), table(Li=[100.0] * 6))
    with pytest.raises(ReconciliationError) as caught:
        replace(report, n_commits=9)
    assert str(caught.value) == (
        "6 commits are used, but people have 6 and 9 are not left out.\n"
        "  where: BiasReport of 9 commits\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )


# -- planted truth ----------------------------------------------------------------------------


def test_planted_habits_are_found_and_honest_people_are_left_alone():
    rng = np.random.default_rng(4)
    names = [f"P{i:02d}" for i in range(40)]
    actual = {n: 1000 * np.exp(rng.normal(0, 0.2, 24)) for n in names}
    habit = dict.fromkeys(names, 1.0) | {"P00": 1.2, "P01": 1.2, "P02": 0.8}
    said = {n: actual[n] * habit[n] * np.exp(rng.normal(0, 0.1, 24)) for n in names}
    people = sa.forecast.bias(table(**said), table(**actual)).people.set_index("salesperson")
    assert people.loc[["P00", "P01"], "verdict"].tolist() == ["optimist"] * 2
    assert people.loc["P02", "verdict"] == "sandbagger"
    assert (people["verdict"] != "no_lean").sum() <= 3 + 4
    assert people.loc["P00", "over_growth"] == pytest.approx(0.2, abs=0.06)


# -- outside reference ------------------------------------------------------------------------


def test_the_sign_test_is_scipys_binomial_test():
    from scipy.stats import binomtest

    high, low = np.arange(0.0, 13), np.arange(12.0, -1, -1)
    theirs = [binomtest(int(h), int(h + k)).pvalue for h, k in zip(high, low, strict=True)]
    assert sign_test(high, low).tolist() == pytest.approx(theirs)


# -- refusals ---------------------------------------------------------------------------------


def message(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        sa.forecast.bias(*args, **kwargs)
    return str(caught.value)


def test_tables_that_share_no_name_are_refused():
    came = table(Li=[1.0]).rename(columns={"salesperson": "team"})
    assert message(table(Li=[1.0]), came) == (
        "commits and actuals share no column that names a person or a unit.\n"
        "  where: commits columns are ['salesperson', 'period', 'value'], actuals have "
        "['team', 'period', 'value']\n"
        "  fix:   name it alike in both, such as salesperson, or pass by=[...]"
    )


def test_two_commits_for_one_month_need_the_day_they_were_made():
    said = pd.concat([table(Li=[1.0] * 2)] * 2, ignore_index=True)
    assert message(said, table(Li=[1.0] * 2)) == (
        "4 rows of commits share salesperson, period.\n"
        "  where: first rows [0, 1, 2], see .rows\n"
        "  fix:   add made_on, so that the last commit counts"
    )
    assert message(table(Li=[1.0] * 2), said).splitlines()[2] == "  fix:   sum them first"


@pytest.mark.parametrize(
    ("column", "wrong", "what"),
    [
        ("value", np.nan, "no number"),
        ("value", np.inf, "no number"),
        ("period", pd.Timestamp("2024-12-05"), "no month start"),
        ("period", pd.NaT, "no month start"),
    ],
)
def test_an_empty_value_or_a_day_is_refused(column, wrong, what):
    said = table(Li=[1.0] * 3)
    said.loc[1, column] = wrong
    assert message(said, table(Li=[1.0] * 3)) == (
        f"1 of 3 rows of commits have {what}.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   write month starts such as 2024-03-01, and amounts as numbers"
    )


def test_commits_that_match_nothing_are_refused():
    assert message(table(Li=[1.0] * 3), table(Wu=[1.0] * 3)) == (
        "None of the 3 commits has an actual to compare with.\n"
        "  where: bias(commits, actuals), matched by ['salesperson', 'period']\n"
        "  fix:   check that names and months are written alike in both tables"
    )


def test_a_lead_needs_the_day_of_the_commit():
    assert message(table(Li=[1.0] * 3), table(Li=[1.0] * 3), lead=1) == (
        "lead=1 asks when commits were made; commits have no made_on.\n"
        "  where: bias(lead=...)\n"
        "  fix:   add the column made_on, or leave lead out"
    )
    said = table(Li=[1.0] * 3).assign(made_on=pd.NaT)
    assert message(said, table(Li=[1.0] * 3)) == (
        "3 of 3 commits have no made_on.\n"
        "  where: first rows [0, 1, 2], see .rows\n"
        "  fix:   fill in the day, or leave the column out"
    )


def test_actuals_that_are_no_table_are_refused():
    assert message(table(Li=[1.0]), [1.0], by=["salesperson"]) == (
        "actuals must be a Panel or a table, got list.\n"
        "  where: bias(commits, actuals)\n"
        '  fix:   pass data.panel(by=["salesperson"])'
    )
