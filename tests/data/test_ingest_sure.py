"""What is wrong far down in a long table shows, although most checks ask statistics first."""

from pathlib import Path

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data.dataset import Dataset
from salesanalysis.errors import ContractError

#: More lines than decide how a column is written.
N = 12_000
_MAPPING = """name: shop
tables:
  sales:
    file: {file}
    columns: {{order_id: order_id, date: date, region: region, revenue: revenue}}
"""


def _lines(**cells: object) -> pd.DataFrame:
    """Return lines of plain values; `cells` change the one before the last."""
    lines = pd.DataFrame(
        {
            "order_id": [f"SO{i:06}" for i in range(N)],
            "date": "2024-05-06",
            "region": "East",
            "revenue": "10.5",
        }
    )
    for column, value in cells.items():
        lines.loc[N - 2, column] = value
    return lines


def _load(folder: Path, lines: pd.DataFrame, kind: str = "csv") -> Dataset:
    file, mapping = folder / f"sales.{kind}", folder / "mapping.yaml"
    mapping.write_text(_MAPPING.format(file=file.name), encoding="utf-8")
    if kind == "csv":
        lines.to_csv(file, index=False, encoding="utf-8")
    else:
        typed = lines.astype({"revenue": "float64"})
        typed.assign(date=pd.to_datetime(lines["date"]).dt.date).to_parquet(file)
    return sa.load(folder, mapping=mapping)


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff"])
@pytest.mark.parametrize("side", ["before", "behind"])
def test_blanks_around_one_number_of_an_order_far_down_are_taken_off(tmp_path, blank, side):
    written = f"{blank}X1" if side == "before" else f"X1{blank}"
    data = _load(tmp_path, _lines(order_id=written))
    assert data.frame("sales")["order_id"].isin(["X1"]).sum() == 1


@pytest.mark.parametrize("good", ["订单1", "~1", "A-", "(1)", "1.", "é"])
def test_numbers_of_orders_that_only_look_strange_stay_as_they_are(tmp_path, good):
    data = _load(tmp_path, _lines(order_id=good))
    assert data.frame("sales")["order_id"].isin([good]).sum() == 1


@pytest.mark.parametrize("dash", ["-", "—", "－"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_dash_for_the_number_of_an_order_far_down_is_refused(tmp_path, dash, kind):
    with pytest.raises(ContractError) as error:
        _load(tmp_path, _lines(order_id=dash), kind)
    assert str(error.value) == (
        f"1 value of sales.{kind} cannot be used for sales; first: row 11999, 'order_id' is "
        f"{dash!r}, but must be text, not empty.\n"
        f"  where: sales.{kind}, rows 11999 (1 is the first below the header), column 'order_id' "
        "(our order_id); see .rows\n"
        f'  fix:   mend these cells, or map another column, or add "order_id": {{not: ["{dash}"]}} '
        "to where: beside file:, to leave out and count them"
    )


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_parquet_file_with_an_order_without_a_number_is_refused(tmp_path, nothing):
    with pytest.raises(ContractError, match=r"first: row 11999, 'order_id' is '\s*', but must be"):
        _load(tmp_path, _lines(order_id=nothing), "parquet")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("day", ["1979-12-31", "2101-01-01"])
def test_one_day_that_lies_too_far_away_is_refused(tmp_path, day, kind):
    with pytest.raises(ContractError, match=r"a date from 1980-01-01 to 2100-12-31") as error:
        _load(tmp_path, _lines(date=day), kind)
    assert "row 11999, 'date' is '" + day in str(error.value)


def test_an_amount_with_five_decimals_far_down_is_counted_as_rounded(tmp_path):
    data = _load(tmp_path, _lines(revenue="10.12345"))
    assert data.origins["sales"].n_rounded == 1
    assert data.frame("sales")["revenue"].min() == 10.1235


@pytest.mark.parametrize("written", ["5E-5", "1.5e-5", "-5E-5"])
def test_an_amount_written_with_a_power_of_ten_is_counted_as_rounded(tmp_path, written):
    data = _load(tmp_path, _lines(revenue=written))
    assert data.origins["sales"].n_rounded == 1


@pytest.mark.parametrize("written", ["1E-2", "0", "0.5", "-0.25"])
def test_a_small_amount_of_four_decimals_is_not(tmp_path, written):
    assert _load(tmp_path, _lines(revenue=written)).origins["sales"].n_rounded == 0


def test_an_amount_with_four_decimals_is_not_counted_as_rounded(tmp_path):
    assert _load(tmp_path, _lines(revenue="10.1234")).origins["sales"].n_rounded == 0


def test_an_amount_that_is_no_number_far_down_is_refused(tmp_path):
    with pytest.raises(ContractError, match=r"1 value .* row 11999, 'revenue' is 'ten', but must"):
        _load(tmp_path, _lines(revenue="ten"))
