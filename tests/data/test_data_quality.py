"""The data statement: rows and amounts in and out, what rules found, what it refuses."""

from dataclasses import replace

import pandas as pd
import pytest
from cleaningtables import line
from qualitytables import dirty, made

from salesanalysis import store
from salesanalysis.data.cleaning import RULES
from salesanalysis.errors import ContractError, ReconciliationError


@pytest.fixture(scope="module")
def quality():
    return made()


# -- what was read ----------------------------------------------------------------------------


def test_rows_and_amounts_in_are_rows_and_amounts_seen_and_later(quality) -> None:
    sales = quality.overview.set_index("table").loc["sales"]
    assert sales[["n_in", "n_seen", "n_after", "n_dropped"]].tolist() == [5, 4, 1, 0]
    assert sales[["amount_in", "amount_seen", "amount_after"]].tolist() == [1187.5, 187.5, 1000.0]
    assert (sales["first"], sales["last"]) == (
        pd.Timestamp("2024-01-05"),
        pd.Timestamp("2024-03-12"),
    )


def test_a_value_is_empty_only_beside_a_status_that_says_why(quality) -> None:
    people = quality.overview.set_index("table").loc["people"]
    assert people["status"] == "data_register"
    assert pd.isna(people["amount_in"])
    assert pd.isna(people["first"])


def test_gaps_are_counted_by_column_and_a_person_called_na_is_none(quality) -> None:
    gaps = quality.gaps.set_index(["table", "column"])["n_empty"]
    assert gaps[("sales", "region")] == 1
    assert gaps[("sales", "salesperson")] == 1  # the second one lies after as_of
    assert gaps[("sales", "cost")] == 1
    assert gaps[("people", "region")] == 1
    assert gaps[("sales", "order_id")] == 0


def test_coverage_is_the_share_of_lines_seen_that_have_a_value(quality) -> None:
    filled = quality.gaps.set_index(["table", "column"])["filled_share"]
    assert filled[("sales", "region")] == 0.75
    assert filled[("sales", "order_id")] == 1
    assert filled[("people", "region")] == 0.5


def test_every_source_has_its_control_total(quality) -> None:
    assert quality.sources["n_rows"].tolist() == [5, 2]
    assert quality.sources["amount"].tolist()[0] == 1187.5
    assert pd.isna(quality.sources["amount"].tolist()[1])  # people have no amount


# -- what the rules found ---------------------------------------------------------------------


def test_the_table_has_every_rule_between_what_was_read_and_what_was_kept(quality) -> None:
    frame = quality.to_frame().set_index("rule")
    assert list(frame.index) == ["read", *RULES, "later", "kept"]
    assert frame.loc[["read", "later", "kept"], "n_rows"].tolist() == [5, 1, 4]
    assert frame.loc[["read", "later", "kept"], "amount"].tolist() == [1187.5, 1000.0, 187.5]
    below = frame.loc["below_cost"]
    assert below[["action", "status", "examples"]].tolist() == ["flag", "flagged", "3"]
    assert below[["n_rows", "row_share", "amount", "money_share"]].tolist() == [
        1,
        0.25,
        25.0,
        25 / 187.5,
    ]
    assert frame.loc["zero_price", "status"] == "no_column"
    assert frame.loc["before_hire", "status"] == "no_list"


def test_what_was_dropped_is_counted_by_rule_and_the_rest_is_kept() -> None:
    found = dirty({"duplicates": "drop", "zero_price": "drop", "returned_pairs": "drop"}).quality
    frame = found.to_frame().set_index("rule")
    dropped = frame.loc[["duplicates", "returned_pairs", "zero_price"]]
    assert dropped["n_rows"].tolist() == [3, 2, 2]  # one free line is a copy: lost to that rule
    assert dropped["n_dropped"].tolist() == [3, 2, 1]
    assert dropped["amount_dropped"].tolist() == [400.0, 0.0, 0.0]
    assert frame.loc[["read", "kept"], "n_rows"].tolist() == [17, 11]
    assert frame.loc["read", "amount"] == frame.loc["kept", "amount"] + 400
    assert found.totals["units_read"] == 10_000 * (540 + 600 + 10)
    sales = found.overview.set_index("table").loc["sales"]
    assert sales[["n_in", "n_seen", "n_after", "n_dropped"]].tolist() == [17, 11, 0, 6]


def test_a_report_of_flags_finds_the_same_as_one_of_drops() -> None:
    spec = {"duplicates": "drop", "zero_price": "drop", "missing_customer": "drop"}
    one, two = (dirty(s).quality.rules for s in (spec, {}))
    columns = ["rule", "n_rows", "units", "units_abs"]
    pd.testing.assert_frame_equal(one[columns], two[columns])


def test_the_rows_of_a_rule_have_their_row_in_the_file_even_after_a_drop() -> None:
    found = dirty({"duplicates": "drop"}).quality
    assert found.rows("duplicates")["row"].tolist() == [11, 12, 14]
    assert found.rows("missing_customer")[["row", "order_id"]].to_numpy().tolist() == [
        [17, "nobody"]
    ]
    assert len(found.rows("duplicates", limit=1)) == 1
    assert len(found.rows("duplicates", limit=None)) == 3
    assert found.rows("wrong_sign").empty


def test_more_rows_than_travel_with_the_result_are_read_from_the_data_set() -> None:
    many = [line("a", unit_price=0.0)] * 30
    found = dirty({}, many).quality
    assert len(found.rows("zero_price")) == 20
    assert len(found.rows("zero_price", limit=None)) == 30


def test_seen_from_an_earlier_day_later_lines_are_looked_at_by_no_rule() -> None:
    early = dirty({"duplicates": "drop"}).at("2024-01-20")
    for name in ("cleaning", "lost"):
        object.__setattr__(early, name, getattr(dirty({"duplicates": "drop"}), name))
    frame = early.quality.to_frame().set_index("rule")
    assert frame.loc[["read", "later", "kept"], "n_rows"].tolist() == [17, 5, 10]
    assert frame.loc["duplicates", "n_dropped"] == 2


def test_names_that_are_probably_misspelt_are_proposed() -> None:
    rows = [line(i, f"2024-01-{i + 1:02}") for i in range(8)] + [line(9, product="ｇreen ")]
    found = dirty({}, rows).quality
    assert found.names[["column", "from_name", "to_name"]].to_numpy().tolist() == [
        ["product", "ｇreen ", "Green"]
    ]
    assert (
        '1 name is proposed for renaming, none is changed; most lines: "ｇreen " as "Green".'
        in found.explain()
    )


# -- it cannot lie ----------------------------------------------------------------------------


def test_a_statement_that_lost_a_row_or_a_cent_refuses_to_exist(quality) -> None:
    rows = quality.overview.assign(n_seen=quality.overview["n_seen"] - 1)
    with pytest.raises(ReconciliationError) as caught:
        replace(quality, overview=rows)
    assert str(caught.value) == (
        "sales lost rows: 5 read, 3 + 1 kept.\n"
        "  where: data.quality\n"
        "  fix:   this is a defect: please report it with the file"
    )
    cents = quality.overview.assign(amount_seen=quality.overview["amount_seen"] - 0.01)
    with pytest.raises(ReconciliationError, match=r"Amounts read leave \+0.01"):
        replace(quality, overview=cents)


def test_a_ten_thousandth_of_a_yuan_that_no_rule_has_refuses_to_exist(quality) -> None:
    with pytest.raises(ReconciliationError) as caught:
        replace(quality, totals={**quality.totals, "units_kept": quality.totals["units_kept"] - 1})
    assert str(caught.value) == (
        "Of 11,875,000 read, 10,000,000 later, 0 dropped and 1,874,999 kept leave +1.\n"
        "  where: data.quality, ten-thousandths of the currency unit\n"
        "  fix:   this is a defect: please report it with the file"
    )


def test_rows_that_vanish_after_they_were_counted_are_noticed() -> None:
    data = dirty({"duplicates": "drop"})
    object.__setattr__(data, "lost", None)
    with pytest.raises(ReconciliationError, match="sales lost rows: 17 read"):
        _ = data.quality


def test_rows_of_an_unknown_rule_or_beyond_a_saved_result_are_refused(tmp_path) -> None:
    found = dirty({}, [line("a", unit_price=0.0)] * 30).quality
    with pytest.raises(ContractError, match="'zero_prices' is not a rule here"):
        found.rows("zero_prices")
    store.write(found, tmp_path / "q")
    again = store.read(tmp_path / "q")
    pd.testing.assert_frame_equal(again.to_frame(), found.to_frame())
    assert again.explain("zh") == found.explain("zh")
    assert len(again.rows("zero_price")) == 20
    with pytest.raises(ContractError) as caught:
        again.rows("zero_price", limit=None)
    assert str(caught.value) == (
        "A saved result carries 20 of the 30 lines of zero_price.\n"
        "  where: rows('zero_price', limit=None)\n"
        "  fix:   ask data.quality of the data set itself, or for fewer rows"
    )
