"""What `explain` refuses, in full text."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

BASE = pd.DataFrame(
    {"region": ["N", "S"], "quantity": [10, 20], "revenue": [100.0, 300.0], "cost": [60.0, 200.0]}
)
ACTUAL = BASE.assign(quantity=[12, 18], revenue=[120.0, 290.0])
explain = sa.variance.explain


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def text(what: str, where: str, fix: str) -> str:
    return f"{what}\n  where: {where}\n  fix:   {fix}"


def test_a_base_without_rows_or_of_0_is_reported_as_new_business():
    fix = (
        "report it as new business: sa.variance.new_business(actual, by=['region']), or "
        'explain(..., empty_base="new_business")'
    )
    assert refusal(lambda: explain(ACTUAL, BASE.iloc[:0], by=["region"])) == text(
        "The base has no rows, so there is nothing to compare with.",
        "explain(actual, base), 0 rows of base",
        fix,
    )
    assert refusal(
        lambda: explain(ACTUAL, BASE.assign(revenue=[5.0, -5.0]), by=["region"])
    ) == text(
        "The base adds up to 0, so there is nothing to compare with.",
        "explain(actual, base), 2 rows of base",
        fix,
    )


def test_two_sides_without_rows_are_a_filter_that_went_wrong():
    none = ACTUAL.iloc[:0]
    assert refusal(lambda: explain(none, BASE.iloc[:0], by=["region"])).startswith(
        "The base has no rows, so there is nothing to compare with.\n"
    )
    expected = text("actual has no rows.", "actual", "check the filter or the file")
    new = sa.variance.new_business
    assert refusal(lambda: new(none, by=["region"])) == expected
    assert (
        refusal(lambda: explain(none, BASE.iloc[:0], by=["region"], empty_base="new_business"))
        == expected
    )


def test_actual_without_rows_still_needs_its_columns():
    assert refusal(lambda: explain(ACTUAL.iloc[:0, 1:], BASE, by=["region"])) == text(
        "actual has no column 'region'.",
        "actual columns are ['quantity', 'revenue', 'cost']",
        "add 'region'",
    )


def test_a_misspelt_column_is_named_and_the_rename_suggested():
    wrong = ACTUAL.rename(columns={"region": "regoin"})
    assert refusal(lambda: explain(wrong, BASE, by=["region"])) == text(
        "actual has no column 'region'.",
        "actual columns are ['regoin', 'quantity', 'revenue', 'cost']",
        "rename 'regoin' to 'region'",
    )


def test_a_target_without_units_says_what_can_be_done_with_it():
    bare = BASE[["region", "revenue"]]
    assert refusal(lambda: explain(ACTUAL, bare, by=["region"], units="quantity")) == text(
        "base has no units 'quantity', so price and quantity cannot be told apart.",
        "base columns are ['region', 'revenue']",
        'leave units= out, which compares amounts only (method="gap"), use a driver tree '
        '(chain=), or imply units of a target: target_price="last_year" with last_year=...',
    )
    close = BASE.rename(columns={"quantity": "quantiti"})
    assert "rename 'quantiti' to 'quantity', or leave" in refusal(
        lambda: explain(ACTUAL, close, by=["region"], units="quantity")
    )


def test_price_and_market_need_units():
    for kwargs, needs in (({"method": "pvm"}, 'method="pvm"'), ({"market": (1, 2)}, "market=")):
        assert refusal(lambda k=kwargs: explain(ACTUAL, BASE, by=["region"], **k)) == text(
            f"{needs} needs units to tell price and quantity apart.",
            "explain(units=...)",
            'name the units column, such as units="quantity", or use method="gap"',
        )


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_there_is_never_taken_for_0(bad):
    wrong = ACTUAL.assign(revenue=[100.0, bad])
    with pytest.raises(ContractError) as caught:
        explain(wrong, BASE, by=["region"])
    assert str(caught.value) == text(
        "1 of 2 values of 'revenue' in actual are empty or infinite.",
        "first rows [1], see .rows",
        "fill them, or set closed_through= to an earlier month",
    )
    assert caught.value.rows["region"].tolist() == ["S"]


def test_text_in_a_column_of_numbers_is_refused():
    wrong = ACTUAL.assign(revenue=["120", "1,290"])
    assert refusal(lambda: explain(wrong, BASE, by=["region"])) == text(
        "'revenue' of actual is not a column of numbers.",
        "actual['revenue'], dtype str",
        "turn it into numbers when the file is read",
    )


def test_rows_without_a_name_are_not_dropped_in_silence():
    wrong = ACTUAL.assign(region=["N", None])
    assert refusal(lambda: explain(wrong, BASE, by=["region"])) == text(
        "1 of 2 rows of actual have no 'region'.",
        "first rows [1], see .rows",
        'give them a name such as "(no owner)", or leave them out and say so',
    )


def test_two_tables_without_a_common_name_are_a_spelling_problem():
    other = ACTUAL.assign(region=["n", "s"])
    assert refusal(lambda: explain(other, BASE, by=["region"])) == text(
        "base and actual share no region at all.",
        "base has ['N', 'S'], actual has ['n', 's']",
        "write the names the same way on both sides: spaces, case, full-width letters",
    )


def test_a_key_that_is_a_number_on_one_side_and_text_on_the_other_is_named():
    first, second = ACTUAL.assign(region=["1", "2"]), BASE.assign(region=[1, 2])
    assert refusal(lambda: explain(first, second, by=["region"])) == text(
        "'region' is a number in base and text in actual, so no key would match.",
        "base['region'] int64, actual['region'] str",
        "write it the same way on both sides",
    )


def test_a_table_is_not_compared_with_itself():
    where = "explain(actual, base, names=('target', 'actual'))"
    what = "actual and base are the same table or carry the same name."
    fix = "pass two tables and two names, base first"
    assert refusal(lambda: explain(BASE, BASE, by=["region"])) == text(what, where, fix)
    assert refusal(lambda: explain(ACTUAL, BASE, by=["region"], names=("a", "a"))) == text(
        what, "explain(actual, base, names=('a', 'a'))", fix
    )


def test_by_is_a_list_of_different_columns():
    assert refusal(lambda: explain(ACTUAL, BASE, by="region")) == text(
        "by must be a list of different column names, got 'region'.",
        "explain(by=...)",
        'write by=["region"]',
    )
    assert refusal(lambda: explain(ACTUAL, BASE, by=[])).startswith(
        "by must be a list of different column names, got []."
    )
    assert refusal(lambda: explain(ACTUAL, BASE, by=["region"], dims=["region"])) == text(
        "by and dims name a column twice: ['region', 'region'].",
        "explain(by=..., dims=...)",
        "name each column once",
    )


def test_a_choice_that_does_not_exist_gets_the_nearest_one():
    assert refusal(lambda: explain(ACTUAL, BASE, by=["region"], convention="mid_point")) == text(
        "'mid_point' is not a convention here; known: price_at_actual, price_at_base, cross, "
        "midpoint.",
        "explain(convention=...)",
        "write 'midpoint'",
    )
    assert refusal(
        lambda: explain(ACTUAL, BASE, by=["region"], origin={"lots": "external"})
    ).endswith("  where: explain(origin=...)\n  fix:   write 'lost'")
    assert refusal(
        lambda: explain(ACTUAL, BASE, by=["region"], origin={"lost": "extern"})
    ).endswith("  where: explain(origin=...)\n  fix:   write 'external'")


def test_returns_written_as_positive_amounts_are_refused():
    wrong = ACTUAL.assign(quantity=[12, -18])
    assert refusal(lambda: explain(wrong, BASE, by=["region"], units="quantity")) == text(
        "1 returns of actual have a 'revenue' above 0.",
        "first rows [1], see .rows",
        "write returns as negative units and negative value",
    )


def test_a_row_that_does_not_say_whether_it_is_a_return_is_refused():
    wrong = ACTUAL.assign(is_return=pd.array([True, None], dtype="boolean"))
    assert refusal(lambda: explain(wrong, BASE, by=["region"], units="quantity")) == text(
        "1 of 2 rows of actual do not say whether they are a return.",
        "first rows [1], see .rows",
        "write true or false in 'is_return'",
    )


def test_a_price_below_0_on_both_sides_is_a_return_nobody_marked():
    sides = [t.assign(revenue=[-10.0, 500.0]) for t in (ACTUAL, BASE)]
    assert refusal(lambda: explain(*sides, by=["region"], units="quantity")) == text(
        "1 items have a price below 0 in base and in actual.",
        "first ['N'], see .rows",
        "write returns as negative units and negative value",
    )
    assert refusal(
        lambda: explain(*sides, by=["region"], units="quantity", returns="net")
    ).endswith('fix:   set returns="separate", so that returns get a line of their own')


def test_a_market_of_0_or_at_another_grain_is_refused():
    def call(market):
        return refusal(
            lambda: explain(ACTUAL, BASE, by=["region"], units="quantity", market=market)
        )

    assert call((0, 100)) == text(
        "1 of 1 markets are 0 or negative.",
        "market rows [0], see .rows",
        "give the market in units, or as an index such as 100 and 104",
    )
    frame = pd.DataFrame({"region": ["N", "N"], "base": [1.0, 1.0], "actual": [1.0, 2.0]})
    assert call(frame) == text(
        "2 rows of market share a group.", "market by ['region'], see .rows", "sum them first"
    )
    assert call(frame.iloc[:1]) == text(
        "market has no row for 1 of the groups sold, first ['S'].",
        "market by ['region'], see .rows",
        "add the market of these groups, or give one total as market=(base, actual)",
    )
    assert call(frame.rename(columns={"region": "city"})) == text(
        "market is given by ['city'], the comparison by ['region'].",
        "explain(market=...)",
        "give the market by columns of the comparison, or one total as (base, actual)",
    )
    assert call(frame.assign(region=["N", "S"], actual=np.nan)).startswith(
        "2 of 2 values of 'actual' in market are empty or infinite."
    )


def test_a_level_or_member_the_bridge_does_not_have_is_named():
    bridge = explain(ACTUAL, BASE, by=["region"])
    assert refusal(lambda: bridge.drill("regoin")) == text(
        "'regoin' is not a level here; known: region.", "Bridge.drill", "write 'region'"
    )
    assert refusal(lambda: bridge.drill({"region": "W"})) == text(
        "'W' is not a region here; known: N, S.", "Bridge.drill", "use one of: N, S"
    )
    assert refusal(lambda: bridge.to_frame("itme")) == text(
        "'itme' is not a level here; known: effect, item.", "Bridge.to_frame", "write 'item'"
    )
    assert refusal(lambda: bridge.cause(2)) == text(
        "There is no row 2; effects have 2 rows.", "Bridge.cause(row)", "give 0 to 1"
    )
