"""Errors say what, where and how to mend it, and carry the rows."""

import pickle

import pandas as pd
import pytest

from salesanalysis import errors
from salesanalysis.errors import (
    CODES,
    ContractError,
    ParamError,
    ReconciliationError,
    RenderError,
    SalesAnalysisError,
    nearest,
    require_columns,
    require_rows,
    unknown_name,
)

# -- worked by hand ---------------------------------------------------------------------------


def test_a_message_has_three_lines_what_where_fix():
    error = ContractError(
        "cap is 30.", where="Growth(cap=...)", fix="write 0.30", code="bad-choice"
    )
    assert str(error) == "cap is 30.\n  where: Growth(cap=...)\n  fix:   write 0.30"
    assert (error.what, error.where, error.fix, error.code, error.rows) == (
        "cap is 30.", "Growth(cap=...)", "write 0.30", "bad-choice", None,
    )  # fmt: skip


def test_who_catches_value_errors_catches_bad_input_but_not_our_own_defects():
    assert issubclass(ContractError, ValueError)
    assert issubclass(ParamError, ValueError)
    assert not issubclass(ReconciliationError, ValueError)
    assert not issubclass(RenderError, ValueError)


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("Esat", ["East", "West"], "East"), ("regoin", ["region", "team"], "region"), ("EAST", ["East"], "East"),
        ("华东区", ["华南", "华东"], "华东"), ("zzz", ["East"], None), ("x", [], None),
    ],
)  # fmt: skip
def test_the_nearest_name_is_the_one_a_person_meant(name, known, near):
    assert nearest(name, known) == near


# -- what always holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [ContractError, ParamError, ReconciliationError, RenderError, SalesAnalysisError]
)
def test_an_error_comes_whole_out_of_another_process(kind):
    rows = pd.DataFrame({"region": ["N"]}, index=[4])
    error = kind("what.", where="here", fix="do", code="not-writable", rows=rows)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (str(back), back.code) == (str(error), "not-writable")
    pd.testing.assert_frame_equal(back.rows, rows)


def test_every_code_is_one_plain_word_pair_with_a_meaning():
    for code, meaning in CODES.items():
        assert code == code.lower().strip()
        assert " " not in code
        assert len(meaning) > 10


def test_every_error_class_says_what_it_means():
    kinds = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)]
    assert all(kind.__doc__ for kind in kinds)


# -- refusals ---------------------------------------------------------------------------------


def test_a_code_nobody_registered_is_refused():
    with pytest.raises(KeyError, match=r"^'no-such-code'$"):
        ContractError("x", where="y", fix="z", code="no-such-code")


def test_an_unknown_name_is_answered_with_the_nearest_one():
    error = unknown_name(
        "Esat", ["East", "West"], kind="region", where="--regions", error=ParamError
    )
    assert isinstance(error, ParamError)
    assert str(error) == (
        "'Esat' is not a region here; known: East, West.\n  where: --regions\n  fix:   write 'East'"
    )


def test_an_unknown_name_near_to_nothing_gets_the_list():
    error = unknown_name(
        "zzz", ["East", "West"], kind="region", where="--regions", error=ParamError
    )
    assert error.fix == "use one of: East, West"


def test_a_list_of_many_names_is_cut():
    known = [f"P{i:02}" for i in range(30)]
    error = unknown_name("zzz", known, kind="product", where="x", error=ContractError)
    assert error.what.endswith("P18, P19, ....")
    assert "P20" not in error.what


def test_a_misspelt_column_is_named_and_the_rename_suggested():
    with pytest.raises(ContractError) as caught:
        require_columns(pd.DataFrame({"regoin": ["N"], "weight": [1.0]}), ["region"], name="basis")
    assert str(caught.value) == (
        "basis has no column 'region'.\n"
        "  where: basis columns are ['regoin', 'weight']\n"
        "  fix:   rename 'regoin' to 'region'"
    )


def test_a_column_that_is_needed_itself_is_not_offered_for_a_rename():
    table = pd.DataFrame({"product_line": ["A"], "amount": [1.0]})
    with pytest.raises(ContractError) as caught:
        require_columns(table, iter(["product", "product_line", "amounts"]), name="sales")
    assert str(caught.value) == (
        "sales has no column 'product', 'amounts'.\n"
        "  where: sales columns are ['product_line', 'amount']\n"
        "  fix:   rename 'amount' to 'amounts'; add 'product'"
    )


def test_a_table_without_rows_is_refused():
    with pytest.raises(ContractError) as caught:
        require_rows(pd.DataFrame({"region": []}), name="sales")
    assert str(caught.value) == (
        "sales has no rows.\n  where: sales\n  fix:   check the filter or the file"
    )
    assert caught.value.code == "empty-table"
    require_rows(pd.DataFrame({"region": ["N"]}), name="sales")


def test_the_page_of_error_codes_lists_each_code_with_its_meaning() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[1] / "docs" / "errors.md").read_text("utf-8")
    listed = dict(line.split(" | ")[:2] for line in text.splitlines() if line.startswith("| `"))
    assert {k.strip("|` "): v for k, v in listed.items()} == CODES
