"""What a search for places refuses, in the full text of its message."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from placestools import DIMS, even

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError


def refused(actual: pd.DataFrame | None = None, base: pd.DataFrame | None = None, **choices) -> str:
    actual = even() if actual is None else actual
    base = even(90.0) if base is None else base
    with pytest.raises(ContractError) as caught:
        sa.variance.root_causes(actual, base, **{"dims": DIMS} | choices)
    return str(caught.value)


def with_value(value: object, row: int = 3) -> pd.DataFrame:
    table = even()
    table.loc[row, "revenue"] = value
    return table


def test_a_table_compared_with_itself_is_refused():
    plan = even()
    assert refused(plan, plan) == (
        "actual and base are the same table or carry the same name.\n"
        "  where: root_causes(actual, base, names=('target', 'actual'))\n"
        "  fix:   pass two tables and two names, base first"
    )


@pytest.mark.parametrize(
    ("given", "shown", "example"),
    [
        ("region", "'region'", '["region"]'),
        ([], "[]", '["region"]'),
        (["region", "region"], "['region', 'region']", '["region"]'),
    ],
)
def test_dims_must_be_a_list_of_different_columns(given, shown, example):
    assert refused(dims=given) == (
        f"dims must be a list of different column names, got {shown}.\n"
        "  where: root_causes(dims=...)\n"
        f"  fix:   write dims={example}"
    )


@pytest.mark.parametrize("name", ["effect", "amount"])
def test_a_dimension_called_like_a_column_of_the_result_is_refused(name):
    assert refused(dims=["region", name]) == (
        f"{name!r} cannot name an item: it is a column of the result.\n"
        "  where: root_causes(dims=...)\n"
        f"  fix:   rename the column, such as '{name}_name'"
    )


def test_a_misspelt_dimension_is_named_with_the_nearest_column():
    assert refused(dims=["region", "prodcut", "rep"]) == (
        "actual has no column 'prodcut'.\n"
        "  where: actual columns are ['region', 'product', 'rep', 'revenue']\n"
        "  fix:   rename 'product' to 'prodcut'"
    )


@pytest.mark.parametrize(
    ("choice", "what", "fix"),
    [
        ({"max_depth": 0}, "must be a whole number of at least 1, got 0.", "max_depth=3"),
        ({"max_causes": 2.5}, "must be a whole number of at least 1, got 2.5.", "max_causes=3"),
        ({"min_share": 5}, "must be between 0 and 1, got 5.", "write 5 % as 0.05"),
        (
            {"min_amount": -1.0},
            "must be an amount of at least 0, got -1.0.",
            "leave it out for 0.5 % of the base",
        ),
        ({"noise": 0.0}, "must be above 0, got 0.0.", "write 10 % as 0.10"),
        ({"noise": float("nan")}, "must be above 0, got nan.", "write 10 % as 0.10"),
    ],
    ids=str,
)
def test_limits_nobody_could_have_meant_are_refused(choice, what, fix):
    name = next(iter(choice))
    assert refused(**choice) == f"{name} {what}\n  where: root_causes({name}=...)\n  fix:   {fix}"


@pytest.mark.parametrize(
    "hierarchy", [["region", "product"], [["region"]], [["region", "rep"], ["rep", "product"]]]
)
def test_a_hierarchy_is_lists_of_levels_none_of_them_twice(hierarchy):
    assert refused(hierarchy=hierarchy) == (
        f"hierarchy must be lists of two or more levels, no level twice, got {hierarchy!r}.\n"
        "  where: root_causes(hierarchy=...)\n"
        '  fix:   write hierarchy=[["region", "manager"]], widest first'
    )


def test_a_level_that_is_no_dimension_is_refused():
    assert refused(hierarchy=[["region", "reps"]]) == (
        "'reps' is not a dimension here; known: region, product, rep.\n"
        "  where: root_causes(hierarchy=...)\n"
        "  fix:   write 'rep'"
    )


def test_a_rep_under_two_regions_is_no_hierarchy():
    assert refused(hierarchy=[["region", "rep"]]) == (
        "30 of 30 members of 'rep' stand under more than one 'region'.\n"
        "  where: root_causes(hierarchy=...), first ['rep 00', 'rep 01', 'rep 02']\n"
        "  fix:   give them names of their own per 'region', or leave this hierarchy out"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_empty_or_infinite_value_is_refused_with_its_row(value):
    assert refused(with_value(value)) == (
        "1 of 600 values of 'revenue' in actual are empty or infinite.\n"
        "  where: first rows [3], see .rows\n"
        "  fix:   fill them, or compare closed months only"
    )


@pytest.mark.parametrize("name", [None, np.nan, " "])
def test_a_row_without_a_name_is_refused(name):
    table = even()
    table["rep"] = table["rep"].astype(object)
    table.loc[7, "rep"] = name
    assert refused(base=table) == (
        "1 of 600 rows of base have no 'rep'.\n"
        "  where: first rows [7], see .rows\n"
        '  fix:   give them a name such as "(no owner)", or leave them out and say so'
    )


def test_a_row_of_totals_named_with_a_star_is_refused():
    table = even()
    table.loc[[0, 1], "product"] = "*"
    assert refused(table) == (
        "2 of 600 rows of actual have '*' as 'product', which here means all members.\n"
        "  where: first rows [0, 1], see .rows\n"
        "  fix:   leave rows of totals out, or give the member another name"
    )


def test_numbers_on_one_side_and_text_on_the_other_would_never_match():
    coded = even().assign(rep=np.arange(600) % 30)
    assert refused(coded) == (
        "'rep' is text in base and a number in actual, so no key would match.\n"
        "  where: base['rep'] str, actual['rep'] int64\n"
        "  fix:   write it the same way on both sides"
    )


def test_no_common_member_at_all_is_refused():
    spaced = even().assign(region=lambda t: t["region"] + " region")
    assert refused(spaced) == (
        "base and actual share no 'region' at all.\n"
        "  where: base has ['E', 'N', 'S'], actual has ['E region', 'N region', 'S region']\n"
        "  fix:   write the names the same way on both sides: spaces, case, full-width letters; or "
        "take a base in which they recur, see rank_bases"
    )


@pytest.mark.parametrize("side", ["actual", "base"])
def test_a_side_without_rows_is_refused(side):
    assert refused(**{side: even().head(0)}) == (
        f"{side} has no rows.\n  where: {side}\n  fix:   check the filter or the file"
    )


def test_a_base_of_nothing_is_new_business():
    assert refused(base=even(0.0)) == (
        "The base adds up to 0, so there is nothing to compare with.\n"
        "  where: base, 600 leaves\n"
        "  fix:   report it as new business: sa.variance.new_business(actual, by=...)"
    )


def test_noise_per_leaf_must_be_there_once_and_above_0():
    per_leaf = even()[DIMS].assign(noise=0.1)
    assert refused(noise=per_leaf.drop(index=0)) == (
        "1 of 600 leaves have no noise.\n"
        "  where: noise=, first without: ['N / A / rep 00']\n"
        "  fix:   add them, or give one figure for all"
    )
    assert refused(noise=pd.concat([per_leaf, per_leaf.head(1)], ignore_index=True)) == (
        "2 rows of noise stand for the same leaf.\n"
        "  where: first rows [0, 600], see .rows\n"
        "  fix:   give one figure per leaf"
    )
    assert refused(noise=per_leaf.assign(noise=per_leaf["noise"].mask(per_leaf.index == 2, 0))) == (
        "1 of 600 values of 'noise' are not above 0.\n"
        "  where: first rows [2], see .rows\n"
        "  fix:   give a leaf that never missed the noise of similar ones"
    )


def test_shares_of_a_total_below_0_do_not_exist():
    with pytest.raises(ContractError) as caught:
        sa.variance.rank_dims(even(-1.0), even(), dims=DIMS)
    assert str(caught.value) == (
        "Shares need totals above 0, got base 60,000.00 and actual -600.00.\n"
        "  where: rank_dims(actual, base)\n"
        "  fix:   use root_causes, which compares amounts"
    )


def test_a_ranking_that_does_not_add_up_is_refused():
    found = sa.variance.rank_dims(even(), even(90.0), dims=DIMS)
    with pytest.raises(ReconciliationError):
        replace(found, members=found.members.iloc[1:])


def test_months_that_are_not_closed_are_cut_from_both_sides_of_a_search():
    months = pd.date_range("2024-01-01", periods=3, freq="MS")
    plan = pd.DataFrame({"region": ["N", "S"] * 3, "month": months.repeat(2), "revenue": 100.0})
    sold = plan.assign(revenue=[100.0, 40.0, 100.0, 40.0, 5.0, np.nan])
    found = sa.variance.root_causes(sold, plan, dims=["region"], closed_through="2024-02-29")
    assert (found.start, found.gap) == (400.0, -120.0)
    assert found.meta.window == (months[0], months[1])
    assert found.meta.left_out == ("open_months=1", "after_closed=2")
    assert "open months left out: 1 (base 200 CNY)" in found.explain()
    assert refused(sold.iloc[:4], plan, dims=["region"]) == (
        "base covers 3 months, actual 2.\n"
        "  where: root_causes(actual, base)\n"
        "  fix:   compare the same months (closed_through= cuts open ones), or say what the rows "
        "cover: window="
    )
