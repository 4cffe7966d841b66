"""The base of every result: table, sentences, picture, and totals that hold."""

from dataclasses import FrozenInstanceError, dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.results import Result, Table, column_label, require_adds_up, show_value

NAN = float("nan")
TERMS = Terms({"region": {"East": {"zh": "华东"}}})


@dataclass(frozen=True, eq=False)
class Two(Result):
    """Two sentences and a table."""

    frame: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        return ["a < b", "second"] if lang == "en" else ["甲", "乙"]


FRAME = pd.DataFrame(
    {
        "region": ["East", "NA"],
        "period": pd.to_datetime(["2024-03-01", None]),
        "revenue": [1234.5, NAN],
        "growth": [0.05, NAN],
        "n_rows": [48_210, 2],
    }
)

# -- worked by hand ---------------------------------------------------------------------------


def test_a_table_is_read_in_english_with_a_dash_for_what_is_missing():
    shown = Table(FRAME, lang="en", terms=TERMS).shown()
    assert shown.to_dict("list") == {
        "Region": ["East", "NA"], "Month": ["Mar 2024", "–"], "Revenue": ["1,234.50", "–"],
        "Growth": ["+5.0%", "–"], "Rows": ["48,210", "2"],
    }  # fmt: skip


def test_a_table_is_read_in_chinese_names_of_regions_too():
    shown = Table(FRAME, lang="zh", terms=TERMS).shown()
    assert shown.to_dict("list") == {
        "区域": ["华东", "NA"], "月份": ["2024年3月", "–"], "销售额": ["1,234.50", "–"],
        "增长率": ["+5.0%", "–"], "行数": ["48,210", "2"],
    }  # fmt: skip


def test_two_columns_called_alike_are_both_shown():
    table = Table(pd.DataFrame({"value": [1.0], "amount": [2.0]}), lang="zh")
    assert table.shown().columns.tolist() == ["金额", "金额"]
    assert table.shown().to_numpy().tolist() == [["1.00", "2.00"]]
    assert '<td class="n">1.00</td><td class="n">2.00</td>' in table._repr_html_()


def test_a_long_table_is_cut_and_says_by_how_much():
    table = Table(pd.DataFrame({"revenue": range(1_250)}), rows=3)
    assert table._repr_html_().endswith("<p>and 1,247 more rows in the saved table</p>")
    assert (
        Table(pd.DataFrame({"revenue": range(5)}), lang="zh", rows=3)
        ._repr_html_()
        .endswith("<p>另有2行，见保存的表格</p>")
    )
    assert len(table.shown()) == 3
    assert repr(Table(pd.DataFrame({"n_rows": [3]}))) == "Rows\n   3"


def test_a_table_without_rows_has_its_headings():
    assert Table(FRAME.iloc[:0]).shown().columns.tolist() == [
        "Region",
        "Month",
        "Revenue",
        "Growth",
        "Rows",
    ]


@pytest.mark.parametrize(
    ("column", "value", "en", "zh"),
    [
        ("growth", -0.3, "-30.0%", "-30.0%"), ("revenue_growth", 0.05, "+5.0%", "+5.0%"), ("mix_share", 0.5, "50.0%", "50.0%"),
        ("mix_pp", 1.5, "+1.5 pp", "+1.5个百分点"), ("completion", 0.8, "80.0%", "80.0%"), ("year", 2024, "2024", "2024"),
        ("revenue", 12_345.6, "12,346", "12,346"), ("revenue", -5, "-5.00", "-5.00"), ("quantity", 2.5, "3", "3"),
        ("period", pd.Timestamp("2024-03-01"), "Mar 2024", "2024年3月"), ("date", pd.Timestamp("2024-03-01"), "2024-03-01", "2024-03-01"),
        ("hire_date", pd.Timestamp("2024-03-01"), "2024-03-01", "2024-03-01"), ("due", pd.Timestamp("2024-03-01"), "2024-03-01", "2024-03-01"),
        ("pinned", True, "yes", "是"), ("pinned", np.bool_(False), "no", "否"), ("level", "company", "Company", "公司"),
        ("region", "East", "East", "华东"), ("team", "NA", "NA", "NA"), ("value", None, "–", "–"), ("value", pd.NA, "–", "–"),
        ("value", pd.NaT, "–", "–"), ("value", Decimal("2.675"), "2.68", "2.68"), ("value", np.float32(NAN), "–", "–"), ("note", ("a", 1), "('a', 1)", "('a', 1)"),
    ],
)  # fmt: skip
def test_a_value_is_written_the_way_the_name_of_its_column_says(column, value, en, zh):
    assert (show_value(column, value, "en", TERMS), show_value(column, value, "zh", TERMS)) == (
        en,
        zh,
    )


def test_a_column_nobody_translated_keeps_its_name():
    assert (column_label("region", "zh"), column_label("colour", "zh")) == ("区域", "colour")


def test_a_result_has_a_headline_and_an_explanation_in_both_languages():
    two = Two(FRAME)
    assert (two.headline(), two.explain("zh")) == ("a < b", "甲\n乙")
    assert two._repr_html_().startswith('<p>a &lt; b</p><table class="sa">')
    assert repr(two.table("zh", rows=1)).split()[:2] == ["区域", "月份"]


def test_names_are_escaped_in_a_page():
    html = Table(pd.DataFrame({"<b>": ["<script>"]}))._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html


# -- what always holds ------------------------------------------------------------------------


def test_a_result_is_frozen_and_its_base_promises_nothing():
    with pytest.raises(FrozenInstanceError, match=r"^cannot assign to field 'frame'$"):
        Two(FRAME).frame = FRAME  # type: ignore[misc]
    for work in (Result().to_frame, Result().headline):
        with pytest.raises(NotImplementedError):
            work()


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_parts_in_cents_add_up_whatever_their_order(cents):
    require_adds_up(pd.Series(cents) / 100, sum(cents) / 100, what="Parts")


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.sampled_from([-1, 1]))
def test_a_cent_that_is_missing_is_always_seen(cents, sign):
    with pytest.raises(ReconciliationError):
        require_adds_up(pd.Series(cents) / 100, (sum(cents) + sign) / 100, what="Parts")


# -- refusals ---------------------------------------------------------------------------------


def test_parts_that_leave_a_rest_are_refused_with_the_rest():
    with pytest.raises(ReconciliationError) as caught:
        require_adds_up(pd.Series([1.0]), 10.0, what="Effects")
    assert str(caught.value) == (
        "Effects leave +9.00 of +10.00 unexplained.\n"
        "  where: sum of 1 parts against their total\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    assert caught.value.code == "does-not-add-up"


@pytest.mark.parametrize("parts", [[1.0, NAN], [np.inf, 1.0], [np.inf, -np.inf]])
@pytest.mark.parametrize("total", [1.0, NAN, np.inf])
def test_a_part_that_is_no_number_never_passes(parts, total):
    with pytest.raises(ReconciliationError) as caught:
        require_adds_up(pd.Series(parts), total, what="Effects")
    assert caught.value.what == f"Effects leave +nan of {total:+,.2f} unexplained."


def test_a_missing_part_of_a_nullable_column_never_passes():
    with pytest.raises(
        ReconciliationError, match=r"^Effects leave \+nan of \+1\.00 unexplained\.\n"
    ):
        require_adds_up(pd.Series([1, None], dtype="Int64"), 1.0, what="Effects")


def test_a_third_language_is_refused():
    for work in (Two(FRAME).headline, Two(FRAME).explain, Two(FRAME).table):
        with pytest.raises(ContractError, match=r"^'de' is not a language here; known: en, zh\.\n"):
            work("de")
