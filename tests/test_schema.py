"""Table contracts: every fault is one row, named once."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.schema import TABLES, Column, validate

DATES = pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"])


def sales(**columns) -> pd.DataFrame:
    good = {
        "order_id": ["1", "2", "3"],
        "date": DATES,
        "region": ["N", "NA", "S"],
        "revenue": [1.0, -2.0, 0.0],
    }
    return pd.DataFrame({**good, **columns})


def refusal(table: pd.DataFrame, name: str = "sales") -> ContractError:
    with pytest.raises(ContractError) as caught:
        validate(table, name)
    return caught.value


# -- worked by hand ---------------------------------------------------------------------------


def test_a_table_that_keeps_its_contract_comes_back_as_it_is():
    table = sales(colour=["red", "red", "red"])
    assert validate(table, "sales") is table


@pytest.mark.parametrize("word", ["NA", "N/A", "NULL", "None", "nan"])
def test_a_region_or_person_called_na_is_text(word):
    table = sales(region=[word, "S", "S"], salesperson=["Li", word, "Wu"])
    assert validate(table, "sales")["region"].tolist() == [word, "S", "S"]


def test_whole_numbers_are_numbers():
    validate(sales(revenue=[1, -2, 0], quantity=[1, 2, 3]), "sales")


def test_dates_of_any_resolution_are_dates():
    validate(sales(date=DATES.as_unit("ns")), "sales")


def test_an_optional_column_may_be_empty_in_part_or_whole():
    validate(
        sales(
            team=["A", None, "B"], product=[None] * 3, cost=[1.0, np.nan, 2.0], is_return=[None] * 3
        ),
        "sales",
    )


def test_text_held_as_objects_is_text():
    validate(sales(region=pd.Series(["N", "NA", "S"], dtype=object)), "sales")


# -- what always holds ------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_contract_names_each_column_once_and_requires_something(name):
    columns = TABLES[name]
    assert len({c.name for c in columns}) == len(columns)
    assert any(c.required for c in columns)
    assert all(isinstance(c, Column) for c in columns)
    assert all(not c.empty for c in columns if c.required)


def test_the_order_of_columns_changes_no_fault():
    table = sales(region=["N", "", "S"], revenue=[np.inf, 1.0, np.nan])
    turned = table[table.columns[::-1]]
    pd.testing.assert_frame_equal(refusal(table).rows, refusal(turned).rows)


# -- refusals ---------------------------------------------------------------------------------


def test_every_fault_is_one_row():
    table = sales(region=["N", " ", None], revenue=[np.nan, np.inf, 1.0])
    error = refusal(table)
    assert str(error) == (
        "4 values of sales break its contract; first: row 0, 'revenue' is empty, "
        "but must be a finite number, not empty.\n"
        "  where: columns ['region', 'revenue'], see .rows\n"
        "  fix:   mend the rows, or map the column to another one"
    )
    assert error.rows[["row", "column"]].to_numpy().tolist() == [
        [0, "revenue"], [1, "region"], [1, "revenue"], [2, "region"],
    ]  # fmt: skip
    assert list(error.rows.columns) == ["row", "column", "value", "rule"]


def test_rows_are_counted_from_the_top_whatever_the_index():
    table = sales(revenue=[1.0, 1.0, np.nan]).set_axis([7, 7, 9])
    assert refusal(table).rows["row"].tolist() == [2]


def test_a_number_among_text_is_found_cell_by_cell():
    error = refusal(sales(revenue=["1", "1,000", "x"]))
    assert error.what == (
        "2 values of sales break its contract; first: row 1, 'revenue' is '1,000', "
        "but must be a finite number, not empty."
    )
    assert error.rows["value"].tolist() == ["1,000", "x"]


def test_numbers_held_as_text_are_one_fault_of_the_column():
    assert refusal(sales(revenue=["1", "2", "3"])).what == (
        "1 value of sales breaks its contract; first: column 'revenue' holds str, "
        "but must be a finite number, not empty."
    )


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        (
            {"date": ["soon", "2024-01-31", "2024-02-01"]},
            "row 0, 'date' is 'soon', but must be a date, not empty",
        ),
        ({"date": [1, 2, 3]}, "column 'date' holds int64, but must be a date, not empty"),
        ({"region": [1, 2, 3]}, "column 'region' holds int64, but must be text, not empty"),
        ({"is_return": [1, 0, 0]}, "column 'is_return' holds int64, but must be true or false"),
        (
            {"revenue": [True, False, True]},
            "column 'revenue' holds bool, but must be a finite number, not empty",
        ),
        (
            {"date": [DATES[0], None, DATES[1]]},
            "row 1, 'date' is empty, but must be a date, not empty",
        ),
    ],
)
def test_a_column_of_the_wrong_type_is_said_in_words(columns, what):
    assert refusal(sales(**columns)).what == f"1 value of sales breaks its contract; first: {what}."


def test_counts_are_whole_and_not_negative_and_shares_at_most_one():
    table = pd.DataFrame(
        {"date": DATES, "salesperson": ["Li", "Wu", "NA"], "calls": [2.5, -1.0, 3.0]}
    )
    assert refusal(table, "activities").rows[["row", "value", "rule"]].to_numpy().tolist() == [
        [0, 2.5, "a whole number of at least 0"], [1, -1.0, "a whole number of at least 0"],
    ]  # fmt: skip
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "share": [1.2, -0.1]})
    assert refusal(people, "people").rows["rule"].unique().tolist() == ["a share from 0 to 1"]


def test_a_cell_that_breaks_two_rules_is_one_fault():
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "share": [-np.inf, 1.0]})
    assert refusal(people, "people").rows[["row", "column"]].to_numpy().tolist() == [[0, "share"]]


def test_a_missing_column_is_answered_with_the_nearest_name():
    assert str(refusal(sales().rename(columns={"revenue": "revenu"}))) == (
        "sales has no column 'revenue'.\n"
        "  where: sales columns are ['order_id', 'date', 'region', 'revenu']\n"
        "  fix:   rename 'revenu' to 'revenue'"
    )


def test_a_table_without_rows_is_refused():
    assert refusal(sales().iloc[:0]).what == "sales has no rows."


def test_an_unknown_contract_is_refused_with_the_nearest():
    assert refusal(sales(), "sale").fix == "write 'sales'"
