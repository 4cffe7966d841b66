"""Results are written as CSV and one workbook, the same bytes each time."""

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from salesanalysis.errors import ContractError, RenderError
from salesanalysis.panel import Panel
from salesanalysis.report import save


@pytest.fixture
def sales() -> pd.DataFrame:
    months = pd.to_datetime(["2024-01-01", "2024-02-01"])
    return pd.DataFrame(
        {
            "region": ["East", "East"],
            "period": months,
            "value": [1_000_000.5, 0.0],
            "n_rows": [3, 0],
        }
    )


def test_a_table_of_two_months_reads_back_as_it_was(tmp_path: Path, sales: pd.DataFrame) -> None:
    save(tmp_path, sales=sales)
    back = pd.read_csv(tmp_path / "sales.csv", parse_dates=["period"])
    assert back["value"].tolist() == [1_000_000.5, 0.0]
    assert back["period"].tolist() == sales["period"].tolist()


def test_the_workbook_has_headline_headings_and_numbers_in_the_language_of_the_reader(
    tmp_path: Path, sales: pd.DataFrame
) -> None:
    panel = Panel.of(sales, by=["region"])
    save(tmp_path, lang="zh", panel=panel)
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx").active
    assert sheet["A1"].value == panel.headline("zh")
    assert [c.value for c in sheet[3]] == ["区域", "月份", "金额"]
    assert [c.value for c in sheet[4]] == ["East", dt.datetime(2024, 1, 1), 1_000_000.5]


def test_the_same_results_give_the_same_bytes(tmp_path: Path, sales: pd.DataFrame) -> None:
    for folder in ("a", "b"):
        save(tmp_path / folder, sales=sales)
    for name in ("sales.csv", "tables.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    save(tmp_path, people=pd.DataFrame({"salesperson": ["=1+1", "NA"]}))
    assert (tmp_path / "people.csv").read_text("utf-8-sig").splitlines()[1:] == ["'=1+1", "NA"]
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx").active
    assert [sheet["A4"].value, sheet["A4"].data_type, sheet["A5"].value] == ["=1+1", "s", "NA"]


def test_nothing_to_save_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        save(tmp_path)
    assert str(caught.value) == (
        "There is nothing to save.\n"
        "  where: save(...)\n"
        "  fix:   name at least one result: save(out, plan=plan)"
    )


def test_what_is_no_table_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        save(tmp_path, plan=3)
    assert str(caught.value) == (
        "'plan' is a int, not a result or a table.\n"
        "  where: save(plan=...)\n"
        "  fix:   pass a result of this package or a DataFrame"
    )
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path, sales: pd.DataFrame) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(RenderError) as caught:
        save(tmp_path / "taken", sales=sales)
    assert str(caught.value) == (
        f"{tmp_path / 'taken' / 'sales.csv'} cannot be written: File exists.\n"
        f"  where: {tmp_path / 'taken'}\n"
        "  fix:   choose a folder you may write to, or free some space"
    )
