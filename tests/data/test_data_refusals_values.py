"""Values that are no dates and no amounts: shown with their rows, never guessed."""

from pathlib import Path

import pandas as pd
import pytest
from shoptools import LINES, refused, write

import salesanalysis as sa
from salesanalysis.data import of_frames
from salesanalysis.errors import ContractError


def test_dates_and_amounts_that_cannot_be_read_are_shown_all_at_once_with_their_rows(
    shop: Path,
) -> None:
    write(shop, LINES + "3,2024-02-30,West,1\n4,2024-02-28,West,\n5,2024-02-28,West,twelve\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert str(error) == (
        "3 values of lines.csv cannot be used for sales; first: row 3, 'Day' is '2024-02-30', but "
        "must be a date, not empty.\n"
        "  where: lines.csv, rows 3, 4, 5 (1 is the first below the header), column 'Day' (our date), "
        "'Net' (our revenue); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    assert error.rows.to_dict("list") == {
        "row": [3, 4, 5],
        "column": ["Day", "Net", "Net"],
        "value": ["2024-02-30", "", "twelve"],
        "rule": ["a date, not empty", "a number, not empty", "a number, not empty"],
    }


def test_amounts_in_another_currency_than_the_mapping_says_are_refused(shop: Path) -> None:
    write(shop, LINES + "3,2024-02-28,West,€12\n")
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "'Net' is written in EUR, but the mapping says CNY.\n"
        f"  where: lines.csv; {shop}/shop.yaml:3: tables.sales\n"
        "  fix:   write currency: EUR in the mapping, or map the column of an amount in CNY"
    )


@pytest.mark.parametrize("amount", ["NaN", "inf", "1,5", "abc", "99999999999999999"])
def test_what_is_no_amount_is_never_an_amount(shop: Path, amount: str) -> None:
    write(shop, LINES + f'3,2024-01-31,West,"{amount}"\n')
    error = refused(shop, mapping=shop / "shop.yaml")
    assert error.rows["value"].tolist() == [amount]


def test_days_that_could_be_months_ask_for_a_format(shop: Path) -> None:
    write(shop, "Order,Day,Area,Net\n1,05/01/2024,East,1\n2,07/02/2024,East,1\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert error.code == "ambiguous"
    assert '"%d/%m/%Y"' in error.fix
    assert '"%m/%d/%Y"' in error.fix


def test_a_negative_market_and_a_share_above_one_are_refused() -> None:
    sales = pd.DataFrame(
        {
            "order_id": ["1"],
            "date": pd.to_datetime(["2024-01-31"]),
            "region": ["East"],
            "revenue": [-5.0],
        }
    )
    market = pd.DataFrame({"period": pd.to_datetime(["2024-01-01"]), "market_size": [-1.0]})
    with pytest.raises(ContractError) as caught:
        of_frames({"sales": sales, "market": market}, name="made")
    assert str(caught.value) == (
        "1 value of market cannot be used for market; first: row 1, 'market_size' is '-1.0', but "
        "must be a number of at least 0, not empty.\n"
        "  where: market, rows 1 (1 is the first below the header), column 'market_size' (our "
        "market_size); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    people = pd.DataFrame({"salesperson": ["Li"], "share": [1.5]})
    with pytest.raises(ContractError, match="must be a share from 0 to 1"):
        of_frames({"sales": sales, "people": people}, name="made")


@pytest.mark.parametrize("day", ["2224-02-01", "0001-01-01", "1979-12-31", "2101-01-01"])
def test_a_typo_in_a_date_cannot_move_the_company_by_centuries(shop: Path, day: str) -> None:
    write(shop, LINES + f"3,{day},West,1.00\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert str(error) == (
        f"1 value of lines.csv cannot be used for sales; first: row 3, 'Day' is '{day}', but must "
        "be a date from 1980-01-01 to 2100-12-31.\n"
        "  where: lines.csv, rows 3 (1 is the first below the header), column 'Day' (our date); "
        "see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    assert error.rows.to_dict("records") == [
        {"row": 3, "column": "Day", "value": day, "rule": "a date from 1980-01-01 to 2100-12-31"}
    ]


def test_the_first_and_the_last_day_that_are_believed_are_loaded(shop: Path) -> None:
    write(shop, LINES + "3,1980-01-01,West,1.00\n4,2100-12-31,West,1.00\n")
    data = sa.load(shop, mapping=shop / "shop.yaml")
    assert (data.as_of, len(data.frame("sales"))) == (pd.Timestamp("2100-12-31"), 4)


SALES = {
    "order_id": ["1", "2"],
    "date": pd.to_datetime(["2024-01-31", "2024-02-01"]),
    "region": ["East", "East"],
    "revenue": [1.0, 2.0],
}


@pytest.mark.parametrize("day", ["2224-02-01", "0001-01-01"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("sales", "date"),
        ("collections", "date"),
        ("targets", "period"),
        ("targets", "due"),
        ("market", "period"),
        ("opportunities", "closed"),
    ],
)
def test_every_dated_table_of_frames_refuses_a_day_out_of_this_world(table, column, day) -> None:
    good = pd.to_datetime(pd.Series(["2024-01-01", "2024-01-01"]))
    tables = {
        "sales": pd.DataFrame(SALES),
        "collections": pd.DataFrame({"date": good, "due_amount": 1.0, "collected_amount": 1.0}),
        "targets": pd.DataFrame({"period": good, "metric": "revenue", "value": 1.0, "due": good}),
        "market": pd.DataFrame({"period": good, "market_size": 1.0}),
        "opportunities": pd.DataFrame(
            {"id": ["a", "b"], "owner": "Li", "opened": good, "closed": good, "stage": "won"}
        ).assign(amount=1.0),
    }
    wrong = tables[table].copy()
    wrong[column] = wrong[column].astype("datetime64[us]")
    wrong.loc[1, column] = pd.Timestamp(day).as_unit("us")
    with pytest.raises(ContractError) as caught:
        of_frames({"sales": tables["sales"], table: wrong}, name="made")
    assert f"first: row 2, '{column}' is '{day}" in caught.value.what
    assert caught.value.what.endswith("must be a date from 1980-01-01 to 2100-12-31.")
    assert caught.value.where.startswith(f"{table}, rows 2 ")
    assert caught.value.rows["row"].tolist() == [2]


def test_a_contract_that_never_ends_is_no_typo() -> None:
    # pandas 2 would make nanoseconds of it, which end in 2262
    never = pd.Series(["9999-12-31"], dtype="datetime64[us]")
    people = pd.DataFrame({"salesperson": ["Li"], "valid_to": never})
    data = of_frames({"sales": pd.DataFrame(SALES), "people": people}, name="made")
    assert data.frame("people")["valid_to"].dt.year.tolist() == [9999]


def test_many_faulty_rows_are_cut_in_the_message_and_counted(shop: Path) -> None:
    good = "".join(f"{i},2024-01-31,West,1.50\n" for i in range(3, 30))
    bad = "".join(f"{i},2024-01-31,West,unknown\n" for i in range(30, 37))
    write(shop, LINES + good + bad)
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "7 values of lines.csv cannot be used for sales; first: row 30, 'Net' is 'unknown', but "
        "must be a number, not empty.\n"
        "  where: lines.csv, rows 30, 31, 32, 33, 34 and 2 more (1 is the first below the header), "
        "column 'Net' (our revenue); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )


def test_nan_is_no_revenue() -> None:
    sales = pd.DataFrame(
        {
            "order_id": ["1"],
            "date": pd.to_datetime(["2024-01-31"]),
            "region": ["East"],
            "revenue": [float("nan")],
        }
    )
    with pytest.raises(ContractError, match="'revenue' is '', but must be a number, not empty"):
        of_frames({"sales": sales}, name="made")
