"""Columns that are months without a year: the year is declared, found by `map`, or asked for."""

from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis.data.propose import propose
from salesanalysis.errors import ContractError

PLAN = """\
name: plan
tables:
  sales:
    file: orders.csv
    columns: {{order_id: Id, date: Day, region: Area, revenue: Net}}
  targets:
    file: "{file}"
    unpivot: {{columns: [{columns}], names_to: month, values_to: value{year}}}
    columns: {{period: month, region: Area, metric: {{constant: sales}}, value: value}}
"""
ORDERS = "Id,Day,Area,Net\n1,2024-01-05,East,10\n2,2024-02-05,West,20\n"


def plan(room: Path, columns: str, year: str = "", file: str = "plan.csv", **files: str):
    """Load a plan with a column for each month; `year` is what the mapping says of it."""
    for name, text in {"orders": ORDERS, **files}.items():
        (room / f"{name}.csv").write_text(text, encoding="utf-8")
    said = f", year: {year}" if year else ""
    text = PLAN.format(columns=columns, year=said, file=file)
    (room / "mapping.yaml").write_text(text, encoding="utf-8")
    return sa.load(room)


def months(data) -> dict[str, float]:
    frame = data.frame("targets")
    return frame.groupby(frame["period"].dt.strftime("%Y-%m"))["value"].sum().to_dict()


@pytest.mark.parametrize(
    "names",
    ["M01,M02,M12", "1月,2月,12月", "Jan,Feb,Dec", "january,February,December", "P01,P02,P12"],
)
def test_months_take_the_year_the_mapping_says_or_a_column_holds(tmp_path, names) -> None:
    text = f"Area,Year,{names}\nEast,FY2024,1,2,12\nWest,2025年,10,,120\n"
    there = months(plan(tmp_path, names, "Year", plan=text))
    assert there == {"2024-01": 1, "2024-02": 2, "2024-12": 12, "2025-01": 10, "2025-12": 120}
    assert months(plan(tmp_path, names, "2023", plan=text)) == {
        "2023-01": 11, "2023-02": 2, "2023-12": 132,
    }  # fmt: skip


def test_months_take_the_year_from_the_name_of_their_file(tmp_path) -> None:
    data = plan(
        tmp_path, '"M*"', "_file", "plan-*.csv",
        **{"plan-2023": "Area,M01,M02\nEast,1,2\n", "plan-2024": "Area,M01,M02\nEast,3,4\n"},
    )  # fmt: skip
    assert months(data) == {"2023-01": 1, "2023-02": 2, "2024-01": 3, "2024-02": 4}


def test_one_file_alone_says_the_year_in_its_name_too(tmp_path) -> None:
    text = "Area,M01,M02\nEast,1,2\n"
    there = months(plan(tmp_path, '"M*"', "_file", "plan-2023.csv", **{"plan-2023": text}))
    assert there == {"2023-01": 1, "2023-02": 2}
    with pytest.raises(ContractError) as caught:
        plan(tmp_path, '"M*"', "_file", plan=text)
    assert str(caught.value) == (
        "No year stands in the name 'plan.csv'.\n"
        f"  where: {tmp_path / 'mapping.yaml'}:8: tables.targets.unpivot.year\n"
        "  fix:   write the year itself, such as year: 2024, or the column that holds it"
    )


def test_months_without_a_year_are_refused_with_what_to_write(tmp_path) -> None:
    with pytest.raises(ContractError) as caught:
        plan(tmp_path, "1月, 2月, 3月, 4月", plan="Area,1月,2月,3月,4月\nEast,1,2,3,4\n")
    assert str(caught.value) == (
        "The columns 1月, 2月, 3月, ... name months, but no year is known for period.\n"
        f"  where: {tmp_path / 'mapping.yaml'}:8: tables.targets.unpivot\n"
        "  fix:   add year: to unpivot: a year such as year: 2024, the column that holds it, or "
        "year: _file where it stands in the name of each file"
    )


def test_a_row_without_a_year_is_refused_with_its_number(tmp_path) -> None:
    with pytest.raises(ContractError) as caught:
        plan(tmp_path, "M01", "Year", plan="Area,Year,M01\nEast,2024,1\n,,\nWest,,2\n")
    assert str(caught.value) == (
        "1 row of plan.csv has no year in 'Year', such as ''; first: row 3 (1 is the first below "
        "the header).\n"
        f"  where: {tmp_path / 'mapping.yaml'}:8: tables.targets.unpivot.year\n"
        "  fix:   name a column with a year such as 2024 in every row, fill it down, or write the "
        "year itself"
    )


def test_a_year_for_a_column_that_is_no_month_is_refused(tmp_path) -> None:
    with pytest.raises(ContractError) as caught:
        plan(tmp_path, "M01, 2024-02", "2024", plan="Area,M01,2024-02\nEast,1,2\n")
    assert str(caught.value) == (
        "'2024-02' is no month without a year, such as M01, 1月 or Jan.\n"
        f"  where: {tmp_path / 'mapping.yaml'}:8: tables.targets.unpivot.columns\n"
        "  fix:   leave it out of columns:, or take year: away where the names hold a year"
    )


def test_a_year_column_that_is_not_there_is_refused_with_the_nearest(tmp_path) -> None:
    with pytest.raises(ContractError) as caught:
        plan(tmp_path, "M01", "Yeer", plan="Area,Year,M01\nEast,2024,1\n")
    assert str(caught.value) == (
        "plan.csv has no column 'Yeer'.\n"
        f"  where: {tmp_path / 'mapping.yaml'}:8: tables.targets.unpivot.year; columns of "
        "the file are ['Area', 'Year', 'M01']\n"
        "  fix:   write 'Year' in the mapping"
    )


@pytest.mark.parametrize(
    ("name", "head", "cell", "said"),
    [
        ("targets.csv", "Year,", "2024,", 'year: "Year"}'),
        ("targets 2024.csv", "", "", 'year: "2024"}'),
        ("2024年目标.csv", "", "", 'year: "2024"}'),
    ],
)
def test_map_proposes_the_year_from_a_column_or_a_name(tmp_path, name, head, cell, said) -> None:
    (tmp_path / "orders.csv").write_text(
        "Order No,Order Date,Region,Net Sales\n1,2024-01-05,N,10\n"
    )
    (tmp_path / name).write_text(f"{head}Region,1月,2月,3月\n{cell}N,1,2,3\n", encoding="utf-8")
    proposal = propose(tmp_path)
    assert proposal.loads
    assert said in proposal.to_yaml()
    (tmp_path / "mapping.yaml").write_text(proposal.to_yaml(), encoding="utf-8")
    assert months(sa.load(tmp_path)) == {"2024-01": 1, "2024-02": 2, "2024-03": 3}


def test_map_takes_the_years_of_several_files_from_their_names(tmp_path) -> None:
    (tmp_path / "orders.csv").write_text(
        "Order No,Order Date,Region,Net Sales\n1,2024-01-05,N,10\n"
    )
    for year in (2023, 2024):
        (tmp_path / f"targets-{year}.csv").write_text(f"Region,Jan,Feb,Mar\nN,{year},2,3\n")
    proposal = propose(tmp_path)
    assert 'year: "_file"}' in proposal.to_yaml()
    (tmp_path / "mapping.yaml").write_text(proposal.to_yaml(), encoding="utf-8")
    assert months(sa.load(tmp_path))["2023-01"] == 2023


def test_map_says_where_the_year_of_the_months_was_read(tmp_path) -> None:
    (tmp_path / "orders.csv").write_text(
        "Order No,Order Date,Region,Net Sales\n1,2024-01-05,N,10\n"
    )
    (tmp_path / "targets 2024.csv").write_text("Region,Jan,Feb,Mar\nN,1,2,3\n")
    said = "the year 2024 of the months is read from targets 2024.csv, check it"
    proposal = propose(tmp_path)
    assert f"    # {said}\n" in proposal.to_yaml()
    assert said in proposal.explain()
    assert "月份的年份2024取自targets 2024.csv，请核对" in proposal.explain(lang="zh")
