"""Loading small made files: what is read, what is seen, what is summed."""

import gzip
import io
import re
from decimal import Decimal
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.data import aggregate, of_frames
from salesanalysis.data.engine import fetch, quiet
from salesanalysis.errors import ContractError

MAPPING = """
name: shop
title: {en: Corner shop, zh: 小店}
recognise: [lines.csv]
currency: EUR
fiscal_start: 7
as_of: 2024-03-31
order: {region: [West, East]}
tables:
  sales:
    file: lines.csv
    columns:
      order_id: OrderNo
      date: Day
      region: Area
      quantity: Qty
      revenue: Net
      channel: {constant: Shop}
    joins:
      - {file: people.csv, key: Rep, lookup_key: Id, take: {salesperson: Name}}
terms:
  region: {East: {en: East, zh: 华东}, West: {en: West, zh: 西部}}
"""
LINES = """OrderNo,Day,Area,Rep,Qty,Net
1,2024-01-05,East,7,1,0.10
2,2024-01-31 23:59:00,East,7,2,0.20
3,2024-03-01,NA,8,3,100.00
4,2024-03-15,West,9,1,5.00
5,2024-04-01,West,8,1,7.00
6,2024-02-10,,,1,1.00
"""
PEOPLE = "Id,Name\n7,NA\n8,None\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Folder with six lines, two people and a mapping."""
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


@pytest.fixture
def data(shop: Path):
    return sa.load(shop, mapping=shop / "shop.yaml")


# --- worked by hand ---------------------------------------------------------------------------
def test_what_the_mapping_says_about_the_company_is_what_the_data_set_says(data) -> None:
    assert (data.name, data.title("en"), data.title("zh")) == ("shop", "Corner shop", "小店")
    assert (data.currency, data.calendar.start_month, data.year) == ("EUR", 7, 2024)
    assert data.as_of == pd.Timestamp("2024-03-31")
    assert data.closed_through == pd.Timestamp("2024-03-01")
    assert data.tables == ["sales"]
    assert data.mapping == "shop"


def test_regions_stand_in_the_declared_order_then_by_name_and_the_nameless_last(data) -> None:
    assert data.regions == ["West", "East", "NA", "(none)"]


def test_ten_cents_and_twenty_cents_are_thirty_cents(data) -> None:
    east = data.panel(by=["region"]).select(region="East").to_frame()
    assert east["value"].tolist() == [0.3, 0.0, 0.0]


def test_a_month_without_lines_inside_a_regions_life_is_zero_and_a_region_begins_with_its_first_line(
    data,
) -> None:
    wide = data.panel(by=["region"]).matrix()
    assert wide.loc[("East",)].tolist() == [0.3, 0.0, 0.0]
    assert wide.loc[("NA",)].fillna(-1).tolist() == [-1.0, -1.0, 100.0]


def test_the_company_alone_is_one_line(data) -> None:
    assert data.panel().to_frame()["value"].tolist() == [0.3, 1.0, 105.0]


def test_a_line_after_as_of_is_kept_but_not_seen(data) -> None:
    assert len(data.frame("sales")) == 5
    later = data.at("2024-04-30")
    assert len(later.frame("sales")) == 6
    assert later.panel().total() == pytest.approx(113.3)
    assert fetch(data.con, data.whole("sales"))["revenue"].sum() == pytest.approx(113.3)


def test_a_month_that_is_not_over_is_in_no_panel(data) -> None:
    mid = data.at("2024-03-20")
    assert mid.closed_through == pd.Timestamp("2024-02-01")
    assert mid.panel().to_frame()["value"].tolist() == [0.3, 1.0]
    assert len(mid.frame("sales")) == 5


def test_a_salesperson_called_na_and_one_called_none_are_people(data) -> None:
    people = data.frame("sales").groupby("salesperson")["revenue"].sum().round(2)
    assert people.to_dict() == {"NA": 0.3, "None": 100.0, "(none)": 6.0}


def test_a_territory_called_na_is_text_on_both_sides(data) -> None:
    assert data.panel(by=["region"]).select(region="NA").total() == 100.0


def test_a_line_without_a_region_is_kept_under_none_in_both_languages(data) -> None:
    assert data.panel(by=["region"]).select(region="(none)").total() == 1.0
    assert data.terms.show("region", "(none)", "zh") == "（无）"
    assert data.terms.show("region", "East", "zh") == "华东"


def test_an_hour_belongs_to_its_day(data) -> None:
    assert data.frame("sales")["date"].max() == pd.Timestamp("2024-03-15")
    assert (data.frame("sales")["date"].dt.hour == 0).all()


def test_cells_are_sums_over_whole_closed_months(data) -> None:
    cells = data.cells(by=["region"], first="2024-01-01", last="2024-02-01")
    assert cells.to_dict("list") == {
        "region": ["(none)", "East"],
        "revenue": [1.0, 0.3],
        "quantity": [1.0, 3.0],
    }
    assert data.cells()["revenue"].tolist() == [106.3]


def test_cells_end_with_the_last_day_of_their_last_month(data) -> None:
    cells = data.at("2024-04-15").cells(by=["region"], first="2024-03-01", last="2024-03-01")
    assert cells.set_index("region")["revenue"].to_dict() == {"NA": 100.0, "West": 5.0}


def test_where_keeps_what_is_asked_for(data) -> None:
    assert data.panel(by=["salesperson"], where={"region": "East"}).total() == pytest.approx(0.3)
    both = data.panel(where={"region": ["East", "West"]})
    assert both.total() == pytest.approx(5.3)
    assert data.cells(where={"region": "East"})["quantity"].tolist() == [3.0]


def test_a_part_of_the_columns_that_has_gaps_is_no_sum(shop: Path) -> None:
    text = LINES.replace("100.00", "100.00").replace("3,2024-03-01,NA,8,3", "3,2024-03-01,NA,8,")
    (shop / "lines.csv").write_text(text, encoding="utf-8")
    data = sa.load(shop, mapping=shop / "shop.yaml")
    assert list(data.cells(by=["region"])) == ["region", "revenue"]
    with pytest.raises(ContractError, match="1 lines have no 'quantity'"):
        data.panel(value="quantity")


def test_the_frame_keeps_the_contract_and_its_order_does_not_depend_on_the_file(shop: Path) -> None:
    first = sa.load(shop, mapping=shop / "shop.yaml")
    head, *rows = LINES.strip().split("\n")
    shuffled = "\n".join([head, *np.random.default_rng(3).permutation(rows)])
    (shop / "lines.csv").write_text(shuffled, encoding="utf-8")
    second = sa.load(shop, mapping=shop / "shop.yaml")
    pd.testing.assert_frame_equal(first.frame("sales"), second.frame("sales"))
    a, b = first.panel(by=["region", "salesperson"]), second.panel(by=["region", "salesperson"])
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())


def test_a_frame_handed_out_is_a_copy(data) -> None:
    mine = data.frame("sales")
    mine["revenue"] = 0.0
    assert data.frame("sales")["revenue"].sum() > 0


@pytest.mark.parametrize("kind", ["gzip", "parquet", "crlf", "bom", "semicolon"])
def test_the_same_lines_in_another_wrapping_are_the_same_lines(shop: Path, kind: str) -> None:
    expected = sa.load(shop, mapping=shop / "shop.yaml").frame("sales")
    (shop / "lines.csv").unlink()
    name = {"gzip": "lines.csv.gz", "parquet": "lines.parquet"}.get(kind, "lines.csv")
    file = shop / name
    if kind == "gzip":
        file.write_bytes(gzip.compress(LINES.encode()))
    elif kind == "parquet":
        frame = pd.read_csv(
            io.StringIO(LINES),
            dtype={"OrderNo": "int64", "Rep": "Int64"},
            keep_default_na=False,
            na_values={"Area": [""], "Rep": [""]},
        )
        frame.to_parquet(file)
    else:
        text = {
            "crlf": LINES.replace("\n", "\r\n"),
            "bom": "\ufeff" + LINES,
            "semicolon": LINES.replace(",", ";"),
        }[kind]
        file.write_bytes(text.encode())
    mapping = shop / "other.yaml"
    text = MAPPING.replace("file: lines.csv", f"file: {name}")
    mapping.write_text(text, encoding="utf-8")
    pd.testing.assert_frame_equal(sa.load(shop, mapping=mapping).frame("sales"), expected)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_question_names_the_lines_and_does_not_repeat_how_they_are_read(
    tmp_path: Path, kind: str
) -> None:
    """Every question is written and read again: with all expressions in it that takes longest."""
    lines = pd.DataFrame(
        {"o": ["1", "2"], "d": ["2024-01-05"] * 2, "r": ["East "] * 2, "a": [1, 2]}
    )
    lines["d"] = pd.to_datetime(lines["d"])
    file = tmp_path / f"s.{kind}"
    lines.to_parquet(file) if kind == "parquet" else lines.to_csv(file, index=False)
    (tmp_path / "m.yaml").write_text(
        f"name: m\ntables:\n  sales:\n    file: {file.name}\n"
        "    columns: {order_id: o, date: d, region: r, revenue: a}\n",
        encoding="utf-8",
    )
    data = sa.load(file, mapping=tmp_path / "m.yaml")
    written = ibis.to_sql(data.table("sales"), dialect="duckdb")
    assert not re.search("trim|coalesce|case|cast", written, re.IGNORECASE), written
    assert data.frame("sales")["region"].tolist() == ["East", "East"]


def test_a_blank_before_one_of_many_names_is_found_however_far_down(tmp_path: Path) -> None:
    names = [f"Customer {i:05}" for i in range(12_000)]
    names[-1] = "\u3000Customer 00000"
    rows = "".join(f'{i},2024-01-05,East,"{name}",1\n' for i, name in enumerate(names))
    (tmp_path / "s.csv").write_text("o,d,r,c,a\n" + rows, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(
        "name: m\ntables:\n  sales:\n    file: s.csv\n"
        "    columns: {order_id: o, date: d, region: r, customer: c, revenue: a}\n",
        encoding="utf-8",
    )
    customers = sa.load(tmp_path / "s.csv", mapping=tmp_path / "m.yaml").frame("sales")["customer"]
    assert customers.value_counts().head(1).to_dict() == {"Customer 00000": 2}


def test_brackets_in_a_file_name_are_no_pattern(shop: Path) -> None:
    (shop / "lines.csv").rename(shop / "lines [1]*.csv")
    mapping = shop / "other.yaml"
    mapping.write_text(
        MAPPING.replace("file: lines.csv", 'file: "lines [1]*.csv"'), encoding="utf-8"
    )
    assert len(sa.load(shop, mapping=mapping).frame("sales")) == 5


def test_dates_in_another_writing_are_read_by_their_format(shop: Path) -> None:
    (shop / "d.csv").write_text("OrderNo,Day,Area,Net\n1,31/01/2024,East,1\n", encoding="utf-8")
    (shop / "d.yaml").write_text(
        "name: d\ntables:\n  sales:\n    file: d.csv\n    columns:\n"
        '      {order_id: OrderNo, date: {column: Day, format: "%d/%m/%Y"}, region: Area, revenue: Net}\n',
        encoding="utf-8",
    )
    assert sa.load(shop / "d.csv", mapping=shop / "d.yaml").as_of == pd.Timestamp("2024-01-31")


def test_the_mapping_of_one_file_reads_next_months_file(shop: Path) -> None:
    head, *rows = LINES.strip().split("\n")
    (shop / "april.csv").write_text(
        "\n".join([head, rows[0].replace("0.10", "9.99")]), encoding="utf-8"
    )
    data = sa.load(shop / "april.csv", mapping=shop / "shop.yaml", as_of="2024-01-31")
    assert data.frame("sales")["revenue"].tolist() == [9.99]


# --- the engine does the summing --------------------------------------------------------------
def test_the_group_by_is_pushed_down_and_amounts_are_summed_as_decimal(data) -> None:
    import ibis

    data = data.at("2024-04-15")  # a line of the first of April must stay out
    table = data.table("sales")
    expression = aggregate.monthly(table, ["region"], "revenue", data.closed_through, {})
    with quiet():
        sql = ibis.to_sql(expression)
        rows = data.con.to_pyarrow(expression).to_pylist()
    assert "GROUP BY" in sql
    assert str(table["revenue"].type()) == "decimal(18, 4)"
    assert "DOUBLE" not in sql
    assert len(rows) == 4
    assert {r["value"] for r in rows} == {
        Decimal(v) for v in ("0.3000", "1.0000", "100.0000", "5.0000")
    }


# --- invariants -------------------------------------------------------------------------------
@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 500),
            st.sampled_from(["East", "NA", "华东 / KA", ""]),
            st.integers(-(10**9), 10**9),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_every_cent_of_every_closed_line_is_in_the_panel(lines: list[tuple[int, str, int]]) -> None:
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta([d for d, _, _ in lines], unit="D")
    frame = pd.DataFrame(
        {
            "order_id": [str(i) for i in range(len(lines))],
            "date": days.astype("datetime64[us]"),
            "region": [r for _, r, _ in lines],
            "revenue": [c / 100 for _, _, c in lines],
        }
    )
    data = of_frames({"sales": frame}, name="made")
    data = data.at(data.as_of + pd.offsets.MonthEnd(0))
    cents = (data.panel(by=["region"]).to_frame()["value"] * 100).round().astype("int64")
    assert int(cents.sum()) == sum(c for _, _, c in lines)
    company = (data.panel().to_frame()["value"] * 100).round().astype("int64")
    assert int(company.sum()) == sum(c for _, _, c in lines)
    assert len(data.frame("sales")) == len(lines)


def test_a_column_of_a_frame_in_which_nothing_stands_is_empty_text(tmp_path: Path) -> None:
    days = pd.to_datetime(["2024-01-31", "2024-02-29"]).astype("datetime64[us]")
    frame = pd.DataFrame({"order_id": ["1", "2"], "date": days, "revenue": [1.5, 2.5]})
    frame = frame.assign(region=[None, None], note=[None, None])
    mapping = tmp_path / "mapping.yaml"
    columns = "\n".join(f"      {c}: {c}" for c in ("order_id", "date", "revenue", "region"))
    mapping.write_text(
        f"name: made\ntables:\n  sales:\n    table: sales\n    columns:\n{columns}\n",
        encoding="utf-8",
    )
    for data in (of_frames({"sales": frame}, name="made"), sa.load({"sales": frame}, mapping)):
        panel = data.at("2024-02-29").panel(by=["region"]).to_frame()
        assert panel["region"].tolist() == ["(none)", "(none)"]
        assert panel["value"].tolist() == [1.5, 2.5]


# --- the demo company -------------------------------------------------------------------------
def test_the_demo_company_comes_through_the_same_door() -> None:
    data = sa.load("demo")
    assert (data.name, data.currency, data.year, data.mapping) == ("demo", "CNY", 2024, "")
    assert data.regions == ["East", "South", "North", "West", "Key accounts"]
    assert data.closed_through == pd.Timestamp("2024-03-01")
    years = data.panel().years().set_index("year")["value"]
    assert round(years[2023], 2) == 100_000_000.00
    later = data.at("2024-12-31")
    assert later.panel().months()[-1] == pd.Timestamp("2024-12-01")
    assert data.quality.overview["n_in"].tolist() == later.quality.overview["n_in"].tolist()
    with pytest.raises(ContractError) as caught:
        sa.load("demo", mapping="adventureworks")
    assert str(caught.value) == (
        "The demo company needs no mapping.\n"
        "  where: load('demo', mapping=...)\n"
        "  fix:   leave mapping out"
    )


def test_a_table_nobody_knows_is_refused_and_so_are_data_without_sales() -> None:
    people = pd.DataFrame({"salesperson": ["Li"]})
    with pytest.raises(ContractError) as caught:
        of_frames({"poeple": people}, name="made")
    assert caught.value.fix == "write 'people'"
    with pytest.raises(ContractError) as caught:
        of_frames({"people": people}, name="made")
    assert str(caught.value) == (
        "made has no table 'sales'.\n"
        "  where: tables are ['people']\n"
        "  fix:   map the order lines as the table sales"
    )
