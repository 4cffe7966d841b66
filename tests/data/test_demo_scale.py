"""The demo company many times larger: totals known to the cent, bytes the same, memory bounded."""

import hashlib
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import salesanalysis as sa
from salesanalysis import cli
from salesanalysis.data.demo import generate
from salesanalysis.data.demo.command import make
from salesanalysis.data.demo.scale import write_scaled
from salesanalysis.errors import ContractError
from salesanalysis.schema import TABLES

SCALE = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scaled(tmp_path_factory.mktemp("scale") / "three", SCALE)


@pytest.fixture(scope="module")
def sales(folder: Path) -> pd.DataFrame:
    return pq.read_table(folder / "sales.parquet").to_pandas(date_as_object=False)


# 1. worked by hand


def test_sales_of_2023_are_scale_times_one_hundred_million_to_the_cent(folder: Path) -> None:
    table = pq.read_table(folder / "sales.parquet")
    year = pc.equal(pc.year(table["date"]), 2023)
    assert pc.sum(table.filter(year)["revenue"]).as_py() == Decimal(SCALE * 100_000_000)


def test_the_east_keeps_its_first_quarter_of_2024(folder: Path) -> None:
    data = sa.load(folder)
    cells = data.cells(by=["region"], first="2024-01", last="2024-03").set_index("region")
    assert round(cells.loc["East", "revenue"] * 100) == SCALE * 10_741_833_35


def test_targets_of_shared_nodes_grow_and_those_of_a_person_do_not(folder: Path) -> None:
    given = sa.load(folder).frame("targets")
    year = given[(given["metric"] == "sales") & (given["span"] == "year")].fillna("")
    assert year.set_index(["region", "salesperson"])["value"].to_dict() == {
        ("", ""): SCALE * 130_000_000.0,
        ("East", ""): SCALE * 52_000_000.0,
        ("East", "Li Wei"): 8_000_000.0,
        ("East", "Li Wei 0002"): 8_000_000.0,
        ("East", "Li Wei 0003"): 8_000_000.0,
    }
    rate = given[given["metric"] == "collection_rate"]
    assert rate["value"].tolist() == [0.95]


# 2. the tree grows sensibly


def test_the_first_house_is_the_demo_company_itself(sales: pd.DataFrame) -> None:
    ours = generate().tables["sales"]
    first = sales[~sales["team"].str.contains(r" \d{4}$")]
    assert len(first) == len(ours)
    money = ["quantity", "unit_price", "revenue", "cost", "discount_amount"]
    first = first.assign(**{c: first[c].astype("float64") for c in money})
    first["date"] = first["date"].astype("datetime64[us]")
    first = first[ours.columns].astype(ours.dtypes.to_dict())
    pd.testing.assert_frame_equal(first.reset_index(drop=True), ours)


def test_regions_and_products_are_shared_and_teams_people_customers_are_not(sales) -> None:
    ours = generate().tables["sales"]
    for column in ("region", "product_line", "product", "customer_type", "channel"):
        assert set(sales[column]) == set(ours[column])
    for column in ("team", "salesperson"):
        assert sales[column].nunique() == SCALE * ours[column].nunique()
    assert sales["customer"].nunique() > (SCALE - 0.1) * ours["customer"].nunique()
    assert sales.groupby("team")["region"].nunique().max() == 1
    assert not sales.duplicated(["order_id", "order_line"]).any()
    size = sales.groupby("team")["salesperson"].nunique()
    assert size.max() == ours.groupby("team")["salesperson"].nunique().max()


def test_everyone_who_sells_is_in_the_people_table_with_a_manager(folder: Path, sales) -> None:
    people = sa.load(folder).frame("people")
    assert set(sales["salesperson"]) <= set(people["salesperson"])
    named = people["manager"].dropna()
    assert set(named[named != ""]) <= set(people["salesperson"])
    wang = people[people["salesperson"] == "Wang Fang 0002"].iloc[0]
    assert (wang["manager"], wang["team"], wang["region"]) == (
        "Li Wei 0002",
        "Shanghai 0002",
        "East",
    )
    boss = people[people["salesperson"] == "Li Wei 0002"].iloc[0]
    assert boss["manager"] == "Chen Guoping"


def test_no_house_repeats_another(sales: pd.DataFrame) -> None:
    house = sales["team"].str.extract(r" (\d{4})$")[0].fillna("0001")
    totals = sales.assign(house=house).groupby("house")["revenue"].sum()
    assert totals.nunique() == SCALE


# 3. it loads without being read


def test_types_are_those_of_the_contract_so_the_file_stays_where_it_is(folder: Path) -> None:
    schema = pq.read_schema(folder / "sales.parquet")
    kinds = {
        "text": "string", "date": "date32[day]", "number": "decimal128(18, 4)", "flag": "bool",
    }  # fmt: skip
    for column in TABLES["sales"]:
        assert str(schema.field(column.name).type) == kinds[column.kind], column.name
    data = sa.load(folder)
    assert data.title("zh") == "示范公司 3 倍"
    assert data.regions == ["East", "South", "North", "West", "Key accounts"]
    assert f"{data.as_of:%Y-%m-%d}" == "2024-03-31"
    assert data.terms.to_dict()["salesperson"]["Li Wei 0003"] == {"zh": "李伟 0003"}
    panel = data.panel(by=["region", "product_line"])
    assert panel.total() == pytest.approx(data.panel().total(), abs=0.005)


def test_lines_come_in_pieces_of_one_size(folder: Path) -> None:
    meta = pq.ParquetFile(folder / "sales.parquet").metadata
    rows = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
    assert rows[:-1] == [122_880] * (len(rows) - 1)
    assert 0 < rows[-1] <= 122_880


# 4. same bytes, refusals


def test_same_choices_give_the_same_bytes_and_another_seed_another_company(tmp_path: Path) -> None:
    prints = []
    for seed in (2024, 2024, 7):
        write_scaled(tmp_path / "x", 1, seed=seed)
        prints.append(
            {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "x").iterdir()}
        )
    assert prints[0] == prints[1]
    assert prints[0]["sales.parquet"] != prints[2]["sales.parquet"]
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("scale", [0, 1001, 2.5, True])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, scale: object) -> None:
    with pytest.raises(ContractError) as caught:
        write_scaled(tmp_path / "x", scale)  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"scale must be a whole number, 1 to 1,000, got {scale!r}.\n"
        "  where: write_scaled(scale=...)\n"
        "  fix:   write scale=1"
    )
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_clean_company_that_loads(tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    assert make(folder) == [f"written: {folder}", f"open it: salesanalysis.load({str(folder)!r})"]
    assert sa.load(folder).panel().years().query("year == 2023")["value"].round(2).tolist() == [1e8]
    with pytest.raises(ContractError) as caught:
        make(folder, lang="zh")
    assert str(caught.value) == (
        "lang and clean tables do not go together.\n"
        "  where: salesanalysis demo\n"
        "  fix:   add --dirty: clean tables hold both languages"
    )


def test_a_demo_of_scale_0_is_refused_at_the_command_line_too(tmp_path, capsys) -> None:
    assert cli.main(["demo", str(tmp_path / "none"), "--scale", "0"]) == 2
    assert "scale must be a whole number, 1 to 1,000, got 0." in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
