"""How targets were made: stuck half-way, split in equal parts, written after the fact."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

T = sa.targets
LEVELS = ["region", "salesperson"]


def table():
    return pd.DataFrame(
        {
            "region": ["", "E", "W", "W", "W", "N"],
            "salesperson": ["", "", "", "Li", "Wu", None],
            "value": [100, 60, 40, 20, 20, 0.0],
        }
    )


def bases(li, wu):
    return pd.DataFrame({"region": "W", "salesperson": ["Li", "Wu"], "value": [li, wu]})


def quarters(seed=0, n=6):
    """What six people sold in twelve quarters."""
    rng = np.random.default_rng(seed)
    people, periods = range(n), pd.date_range("2021-01-01", periods=12, freq="QS")
    sold = np.outer(np.arange(1, n + 1), np.ones(12)) * rng.lognormal(0, 0.3, (n, 12)) * 1e5
    grid = pd.MultiIndex.from_product([[f"P{i}" for i in people], periods])
    return grid.to_frame(index=False, name=["salesperson", "period"]).assign(value=sold.ravel())


# ---- worked by hand


def test_a_target_nobody_below_carries_is_stuck_and_a_zero_is_not() -> None:
    stuck = T.stuck_targets(table(), levels=LEVELS)
    assert stuck.to_numpy().tolist() == [["region", "E", "", 60.0]]
    alone = table().head(1)
    assert T.stuck_targets(alone, levels=LEVELS)["level"].tolist() == ["company"]


def test_parts_that_are_zero_carry_nothing() -> None:
    none = table().assign(value=[100, 60, 40, 0, 0, 0.0])
    assert T.stuck_targets(none, levels=LEVELS)["region"].tolist() == ["E", "W"]


def test_equal_parts_are_named_where_the_bases_differ_more_than_twofold() -> None:
    check = T.split_check(table(), levels=LEVELS, base=bases(10, 90))
    found = check.frame[check.frame["kind"] == "equal_split"]
    assert found[["region", "n_children", "base_ratio", "status"]].to_numpy().tolist() == [
        ["W", 2, 9.0, "ok"]
    ]
    assert not (
        T.split_check(table(), levels=LEVELS, base=bases(20, 40)).frame["kind"] == ("equal_split")
    ).any()
    nothing = T.split_check(table(), levels=LEVELS, base=bases(0, 5)).frame.iloc[0]
    assert (nothing["status"], np.isnan(nothing["base_ratio"])) == ("zero_base", True)


def test_without_bases_equal_parts_are_named_and_the_reader_is_told() -> None:
    check = T.split_check(table(), levels=LEVELS)
    assert check.explain().splitlines() == [
        "6 targets: 1 not handed on, 1 split in equal parts",
        "1 unit has a target that nobody below them carries: E (60 CNY).",
        "1 unit has their target split in equal parts: W (2 parts, bases not given).",
    ]
    assert (
        check.explain("zh").splitlines()[2]
        == "1个单位把目标平均分给下级：W（2个下级，未提供基数）。"
    )


def test_ten_million_over_ten_people_is_noticed_in_a_plan_as_well() -> None:
    sold = pd.DataFrame({"region": "E", "salesperson": [f"P{i}" for i in range(10)]})
    equal = sold.assign(value=1.0, base=[1.0 + i for i in range(10)])
    plan = T.cascade(10_000_000, T.Basis.of(equal, by=LEVELS, year=2024))
    assert T.split_check(plan).frame["base_ratio"].tolist() == [10.0]
    fair = T.Basis.of(equal.assign(value=equal["base"]), by=LEVELS, year=2024)
    assert not len(T.split_check(T.cascade(10_000_000, fair)).frame)


# ---- invariants


@settings(max_examples=8)
@given(st.permutations(range(6)))
def test_the_order_of_the_rows_changes_nothing(order) -> None:
    one = T.split_check(table(), levels=LEVELS)
    other = T.split_check(table().iloc[list(order)], levels=LEVELS)
    pd.testing.assert_frame_equal(one.frame, other.frame)


# ---- planted truth


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_targets_made_from_the_actuals_are_found(noise) -> None:
    sold = quarters()
    made = sold.assign(
        value=sold["value"] * 1.15 * np.random.default_rng(1).lognormal(0, noise, 72)
    )
    check = T.split_check(made, levels=["salesperson"], actual=sold)
    assert check.from_actuals
    assert check.facts["times"] == pytest.approx(1.15, abs=0.03)


def test_large_targets_for_large_people_are_no_evidence_of_copying() -> None:
    sold = quarters(n=12)
    usual = sold.groupby("salesperson")["value"].transform("mean")
    check = T.split_check(sold.assign(value=usual), levels=["salesperson"], actual=sold)
    assert not check.from_actuals


# ---- outside reference


def test_the_quarterly_quotas_of_adventureworks_follow_the_actuals(adventureworks) -> None:
    rows = pd.read_csv(adventureworks / "control_rep_quarter.csv", parse_dates=["quarter_start"])
    rows = rows.rename(columns={"quarter_start": "period"}).astype({"salesperson_id": "str"})
    quota, actual = (
        rows[["salesperson_id", "period", c]].rename(columns={c: "value"})
        for c in ("quota", "actual")
    )
    check = T.split_check(quota, levels=["salesperson_id"], actual=actual)
    assert check.from_actuals
    assert round(check.facts["correlation"], 3) == 0.987
    assert check.explain().splitlines()[1] == (
        "Targets follow the actuals of the same periods: correlation 0.987 over 163 pairs, 0.957 "
        "inside the units; about 118% of the actual. They are no evidence of skill in setting "
        "targets."
    )


# ---- words and pictures


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("rows", [table(), table().head(1), table().iloc[[3]]])
def test_findings_are_drawn_and_none_is_a_picture_too(rows, lang) -> None:
    assert_good_figure(T.split_check(rows, levels=LEVELS).plot(lang=lang))


def test_all_handed_on_is_said_in_one_line() -> None:
    check = T.split_check(table().iloc[[3]], levels=LEVELS)
    assert check.explain() == (
        "All 1 target was handed on, none of them in equal parts against the bases"
    )


# ---- refusals


def refusal(rows, **more) -> str:
    with pytest.raises(ContractError) as caught:
        T.split_check(rows, levels=LEVELS, **more)
    return str(caught.value)


def test_names_below_an_empty_level_and_targets_without_an_amount_are_refused() -> None:
    hole = pd.DataFrame({"region": ["", "E"], "salesperson": ["Li", "Wu"], "value": [1.0, 2]})
    assert refusal(hole) == (
        "1 of 2 rows of targets name a unit below an empty level.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   fill the levels from the top down"
    )
    assert refusal(table().assign(value=[1, 2, 3, 4, np.nan, 6])) == (
        "1 of 6 rows of targets have no amount.\n"
        "  where: first rows [4], see .rows\n"
        "  fix:   leave rows without a target out, or write 0"
    )


def test_too_few_pairs_are_said_and_not_judged() -> None:
    few = quarters().head(5)
    check = T.split_check(few, levels=["salesperson"], actual=few)
    assert not check.from_actuals
    assert check.explain().splitlines()[-1] == (
        "5 targets have an actual beside them: too few to tell whether they were made from it."
    )
