"""The file of choices: what it takes, what it refuses, and the tables beside it."""

import pandas as pd
import pytest

from salesanalysis.book.planning.choices import ALONE, SECTIONS, Choices
from salesanalysis.book.planning.tables import read_table
from salesanalysis.book.planning.template import TEMPLATE
from salesanalysis.errors import ContractError, ParamError


def test_an_empty_file_decides_nothing_and_a_template_only_what_counts_anyway() -> None:
    assert Choices.parse("").settings == {}
    assert Choices.parse("growth:").section("growth") == {}
    chosen = Choices.parse(TEMPLATE)
    assert chosen.settings == {
        "growth": {"method": "weighted_years", "weights": [0.5, 0.3, 0.2], "cap": 0.5, "pull": 0.5}
    }


def test_the_template_names_every_section_and_every_setting_that_stands_alone() -> None:
    for name in (*SECTIONS, *ALONE):
        assert f"\n{name}:" in TEMPLATE or f"# {name}:" in TEMPLATE, name


def test_rows_in_the_file_and_a_csv_beside_it_are_the_same_table(tmp_path) -> None:
    rows = "pins:\n  - {region: East, value: 5200, reason: board}\n  - {region: West, value: 10}"
    inside = Choices.parse(rows).table("pins")
    (tmp_path / "pins.csv").write_text('region,value,reason\nEast,"5,200",board\nWest,10,\n')
    beside = Choices.parse("pins: pins.csv", folder=tmp_path).table("pins")
    pd.testing.assert_frame_equal(inside, beside)
    assert inside["value"].tolist() == [5200.0, 10.0]


def test_headings_may_be_those_a_chinese_reader_sees_in_the_encoding_excel_writes(tmp_path) -> None:
    text = "区域,销售人员,负责人,期限,数据来源,措施\nEast,,陈国平,2024-12-31,订单,每周复盘\n"
    (tmp_path / "o.csv").write_bytes(text.encode("gbk"))
    table = Choices.parse("responsibility: o.csv", folder=tmp_path).table("responsibility")
    assert table.columns.tolist() == [
        "region", "salesperson", "owner", "due", "data_source", "actions",
    ]  # fmt: skip
    assert table["due"].tolist() == [pd.Timestamp("2024-12-31")]


def test_headings_of_other_systems_are_read_where_they_can_mean_one_column_only(tmp_path) -> None:
    (tmp_path / "p.csv").write_text(
        "销售员,大区,团队,开始日期,结束日期\n李伟,华东,一组,2024-03-01,\n", encoding="gb18030"
    )
    people = Choices.parse("people: {table: p.csv}", folder=tmp_path).table("people")
    assert people.columns.tolist() == ["salesperson", "region", "team", "valid_from", "valid_to"]
    (tmp_path / "p.csv").write_text("Sales rep,Effective from\nLi,2024-03-01\n")
    people = Choices.parse("people: {table: p.csv}", folder=tmp_path).table("people")
    assert people.columns.tolist() == ["salesperson", "valid_from"]


def test_two_headings_for_one_column_are_not_chosen_between(tmp_path) -> None:
    (tmp_path / "p.csv").write_text("area,territory,value\nEast,North,3\n")
    with pytest.raises(ContractError) as caught:
        Choices.parse("pins: p.csv", folder=tmp_path).table("pins")
    assert caught.value.what == "p.csv has a column nobody knows: 'area'."


def test_the_name_of_a_column_means_that_column_however_it_is_written(tmp_path) -> None:
    # an owner is a salesperson elsewhere, and time is a team in Portuguese
    for text, kind, columns in (
        ("REGION,OWNER,DUE\nEast,Li,2024-12-31\n", "responsibility", ["region", "owner", "due"]),
        ("Region,Value,Time\nEast,3,2023-12-01\n", "pins", ["region", "value", "time"]),
    ):
        (tmp_path / "p.csv").write_text(text)
        made = read_table("p.csv", kind, folder=tmp_path, where="x.yaml")
        assert made.columns.tolist() == columns


def test_a_column_that_comes_under_two_headings_is_refused(tmp_path) -> None:
    (tmp_path / "p.csv").write_text("region,区域,value\nEast,华东,3\n", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        Choices.parse("pins: p.csv", folder=tmp_path).table("pins")
    assert caught.value.what == "p.csv has 'region' twice, under two headings."


def test_a_figure_of_the_planners_own_keeps_its_heading(tmp_path) -> None:
    # market is how some systems call a region; beside potentials it is a figure
    (tmp_path / "p.csv").write_text("region,market\nEast,3\n")
    table = Choices.parse("growth: {table: p.csv}", folder=tmp_path).table("potential")
    assert table["market"].tolist() == [3.0]


def test_a_name_that_looks_like_a_formula_comes_back_as_it_was_given(tmp_path) -> None:
    (tmp_path / "p.csv").write_text("salesperson,value\n'=1+1,3\nNA,4\n")
    table = Choices.parse("pins: p.csv", folder=tmp_path).table("pins")
    assert table["salesperson"].tolist() == ["=1+1", "NA"]


def test_an_empty_offer_is_not_an_offer_of_zero(tmp_path) -> None:
    (tmp_path / "p.csv").write_text("region,proposer,value\nEast,Li,\nWest,Wu,0\n")
    table = Choices.parse("proposals: {table: p.csv}", folder=tmp_path).table("proposals")
    assert table["value"].isna().tolist() == [True, False]


def test_what_was_chosen_is_told_as_one_flat_table() -> None:
    chosen = Choices.parse("growth: {method: cagr, weights: [1, 2]}\nnote: first")
    assert chosen.told() == {"growth.method": "cagr", "growth.weights": "1, 2", "note": "first"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "growht: {method: cagr}",
            "There is no section 'growht'.\n  where: c.yaml:1: growht\n"
            "  fix:   did you mean 'growth'?",
        ),
        (
            "people: {releif: hold}",
            "There is no setting 'releif' in section 'people'.\n"
            "  where: c.yaml:1: people.releif\n  fix:   did you mean 'relief'?",
        ),
        (
            "months: {split: seasn}",
            "split of months is none of the choices: 'seasn'.\n"
            "  where: c.yaml:1: months.split\n  fix:   did you mean 'season'?",
        ),
        (
            "tiers: base",
            "Section 'tiers' is no mapping, got 'base'.\n  where: c.yaml:1: tiers\n"
            "  fix:   write tiers: {attainability: ...}",
        ),
        (
            "total: a lot",
            "total is not a number: 'a lot'.\n  where: c.yaml:1: total\n  fix:   write a number",
        ),
        (
            "total: 1 300\ngrowth: {cap: high}\nedit: x",
            "3 problems in c.yaml.\n"
            "  where: 1. c.yaml:1: total: total is not a number: '1 300'.\n"
            "         2. c.yaml:2: growth.cap: cap of growth is not a number: 'high'.\n"
            "         3. c.yaml:3: edit: There is no section 'edit'.\n"
            "  fix:   1. write a number\n         2. write a number\n"
            "         3. did you mean 'edits'?",
        ),
    ],
)
def test_what_nobody_declared_is_refused_with_the_nearest_name(text, said) -> None:
    with pytest.raises(ParamError) as caught:
        Choices.parse(text, name="c.yaml")
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "pins: nowhere.csv",
            "There is no file {folder}/nowhere.csv.\n  where: c.yaml:1: pins\n"
            "  fix:   check the name; it is looked for beside the file of choices",
        ),
        (
            "pins: [East, 5]",
            "A table is a CSV file or a list of rows, got ['East', 5].\n"
            "  where: c.yaml:1: pins\n"
            "  fix:   write owners.csv, or rows such as - {{region: East, owner: Li}}",
        ),
        (
            "pins: [{{region: East, valu: 5, value: 1}}]",
            "c.yaml:1: pins has a column nobody knows: 'valu'.\n"
            "  where: c.yaml:1: pins, known: region, product_line, team, salesperson, value, "
            "reason, author, time\n  fix:   did you mean 'value'?",
        ),
        (
            "pins: [{{region: East, value: 5}}, {{region: West, value: five}}]",
            "Column 'value' of c.yaml:1: pins is no number in 1 of 2 rows: 'five'.\n"
            "  where: c.yaml:1: pins, lines [3], see .rows\n"
            "  fix:   write plain numbers, 5 % as 0.05",
        ),
        (
            "people: {{table: [{{salesperson: Li, valid_from: soon}}]}}",
            "Column 'valid_from' of c.yaml:1: people.table is no date in 1 of 1 rows: 'soon'.\n"
            "  where: c.yaml:1: people.table, lines [2], see .rows\n"
            "  fix:   write days as 2024-03-31",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_how_to_mend_it(tmp_path, given, said) -> None:
    with pytest.raises(ContractError) as caught:
        Choices.parse(given.format(), name="c.yaml", folder=tmp_path)
    assert str(caught.value) == said.format(folder=tmp_path)
