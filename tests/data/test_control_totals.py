"""Control totals: what is read adds up to what the program of the export shows, or is refused."""

import csv
import datetime as dt
import io
import json
import sqlite3
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.cli import main
from salesanalysis.data.engine import quiet
from salesanalysis.data.ingest.spelled import Spelled
from salesanalysis.data.ingest.waysout import of_some
from salesanalysis.data.propose import propose
from salesanalysis.errors import ContractError, ParamError

#: 1,180.75 in all: 1,050.50 cancelled, 20.00 a credit note written without a minus.
LINES = """Order,Day,Area,Status,Type,Net,Gross,Pieces
1,2024-01-05,East,Paid,Invoice,100.00,119.00,1
2,2024-01-06,East,Cancelled,Invoice,"1,000.50","1,190.60",2
3,2024-02-06,West,Paid,Invoice,10.25,12.20,3
4,2024-02-07,West,Paid,Credit,20.00,23.80,4
5,2024-02-08,West,Cancelled,Invoice,50.00,59.50,1
6,2024-02-09,West,Paid,Credit,0.00,0.00,1
"""
MAPPING = """name: shop
currency: EUR
tables:
  sales:
    file: lines.csv
    {where}
    columns:
      order_id: Order
      date: Day
      region: Area
      revenue: {{column: {column}, {unit}}}
      quantity: Pieces
control_totals:
  sales: {totals}
"""


def loaded(folder, totals, *, lines=LINES, column="Net", unit="", where=""):
    (folder / "lines.csv").write_text(lines, encoding="utf-8")
    text = MAPPING.format(totals=totals, column=column, unit=unit, where=where)
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    return sa.load(folder)


def refused(*args, **kwargs) -> ContractError:
    with pytest.raises(ContractError) as caught:
        loaded(*args, **kwargs)
    return caught.value


def ways(error: ContractError) -> list[str]:
    assert error.fix.startswith("it would come out with ")
    return error.fix.removeprefix("it would come out with ").split("; or with ")


@pytest.mark.parametrize(
    "totals",
    ["{rows: 6, revenue: 1180.75}", "{revenue: 1180.8}", "{revenue: 1181}", "{quantity: 12}", "{}"],
)
def test_lines_that_add_up_to_the_total_load(tmp_path, totals):
    assert len(loaded(tmp_path, totals).frame("sales")) == 6


def test_a_total_is_missed_by_one_cent(tmp_path):
    error = refused(tmp_path, "{revenue: 1180.76}")
    assert error.code == "control-total"
    assert str(error) == (
        "sales.revenue adds up to 1,180.75, its control total is 1,180.76: 0.01 too little.\n"
        f"  where: {tmp_path / 'mapping.yaml'}:14: control_totals.sales.revenue\n"
        "  fix:   compare the sums by month (see .rows) with the program of the export, or correct "
        "the total; no other column or unit gives it, nor a value left out"
    )
    months = error.rows.assign(month=error.rows["month"].astype(str)).to_dict("records")
    assert months == [
        {"month": "2024-01-01", "n_lines": 2, "revenue": 1100.5},
        {"month": "2024-02-01", "n_lines": 4, "revenue": 80.25},
    ]


@pytest.mark.parametrize("total", ["1180.80", "1180.70", "1181.00"])
def test_a_total_counts_with_every_decimal_it_is_written_with(tmp_path, total):
    assert refused(tmp_path, f"{{revenue: {total}}}").code == "control-total"


def test_a_number_of_lines_is_held_against_its_total(tmp_path):
    error = refused(tmp_path, "{rows: 5, revenue: 1180.75}")
    assert str(error).startswith("sales has 6 lines, its control total is 5.\n")
    both = refused(tmp_path, "{rows: 5, revenue: 130.25}")
    assert str(both).startswith(
        "sales has 6 lines, its control total is 5; sales.revenue adds up to 1,180.75, its control "
        "total is 130.25: 1,050.50 too much.\n"
    )


@pytest.mark.parametrize(
    ("total", "way"),
    [
        ("130.25", 'where: {"Status": {not: ["Cancelled"]}}'),
        ("1050.50", 'where: {"Status": ["Cancelled"]}'),
        ("1405.10", 'revenue: "Gross"'),
        ("155.00", 'where: {"Status": {not: ["Cancelled"]}} with revenue: "Gross"'),
        ("1140.75", 'negative_where: {"Type": ["Credit"]}'),
        ("1180750", "unit: 1000"),
    ],
)
def test_what_would_give_the_total_is_said(tmp_path, total, way):
    assert way in ways(refused(tmp_path, f"{{revenue: {total}}}"))


def test_the_first_way_out_loads_when_it_is_written_down(tmp_path):
    way = ways(refused(tmp_path, "{revenue: 130.25}"))[0]
    assert len(loaded(tmp_path, "{rows: 4, revenue: 130.25}", where=way).frame("sales")) == 4


def test_totals_are_of_the_lines_read_before_any_rule_leaves_some_out(tmp_path):
    lines = LINES + LINES.splitlines()[1] + "\n"
    data = loaded(tmp_path, "{revenue: 1280.75}", lines=lines)
    dropped = sa.load(tmp_path, cleaning={"duplicates": "drop"})
    assert (len(data.frame("sales")), len(dropped.frame("sales"))) == (7, 6)


def test_a_unit_is_kept_when_another_column_gives_the_total(tmp_path):
    error = refused(tmp_path, "{revenue: 1405100}", unit="unit: thousands")
    assert ways(error) == ['revenue: {column: "Gross", unit: "thousands"}']


def typed(folder, way: str, *, revenue: dict, where: str, totals: str, lines=LINES):
    """Load with one way out written over what the mapping says."""
    head, _, tail = way.partition(" with ")
    said = {} if head.startswith("where") else yaml.safe_load(head)
    column = yaml.safe_load(tail).get("revenue") if tail else said.pop("revenue", revenue)
    column = {"column": column} if isinstance(column, str) else column
    where = head if head.startswith("where") else where
    return loaded(folder, totals, lines=lines, where=where, **spelled({**column, **said}))


def spelled(revenue: dict) -> dict[str, str]:
    options = ", ".join(f"{k}: {json.dumps(v)}" for k, v in revenue.items() if k != "column")
    return {"column": revenue["column"], "unit": options}


@pytest.mark.parametrize(
    ("revenue", "where", "total", "way"),
    [
        ({"unit": 1000}, "", "1180.75", "unit: 1"),
        ({"unit": 1000}, "", "1405100", 'revenue: {column: "Gross", unit: 1000}'),
        ({}, "where: {Area: [West]}", "30.25", 'where: {"Area": ["West"], "Status": {not: '),
        ({}, "where: {Type: {not: [Credit]}}", "110.25", 'where: {"Type": {not: ["Credit"]}, '),
        (
            {},
            "where: {Status: [Paid, Cancelled]}",
            "130.25",
            'where: {"Status": ["Paid"]}',
        ),
        ({"negative_where": {"Type": ["Credit"]}}, "", "1180.75", "negative_where: {}"),
        (
            {"negative_where": {"Type": ["Credit"]}},
            "",
            "-960.25",
            'negative_where: {"Type": ["Credit"], "Status": ["Cancelled"]}',
        ),
    ],
)
def test_a_way_out_says_again_what_the_mapping_says(tmp_path, revenue, where, total, way):
    revenue = {"column": "Net", **revenue}
    totals = f"{{revenue: {total}}}"
    found = ways(refused(tmp_path, totals, where=where, **spelled(revenue)))
    assert any(w.startswith(way) for w in found), found
    for w in found:
        typed(tmp_path, w, revenue=revenue, where=where, totals=totals)


def test_turning_a_sign_means_below_zero_whatever_it_was(tmp_path):
    lines = LINES.replace("Credit,0.00,0.00", "Credit,-5.00,-5.95")
    error = refused(tmp_path, "{revenue: 1135.75}", lines=lines)
    assert ways(error) == ['negative_where: {"Type": ["Credit"]}']
    revenue = {"column": "Net", "negative_where": {"Type": ["Credit"]}}
    loaded(tmp_path, "{revenue: 1135.75}", lines=lines, **spelled(revenue))
    # the signs changed one by one are no way a mapping can say
    assert "no other column" in refused(tmp_path, "{revenue: 1145.75}", lines=lines).fix


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_every_way_out_of_a_file_loads_when_it_is_written_down(tmp_path, data):
    names = ["Paid", "a*", "ab", 'x "q"', "two\nlines", "", "null", "007", "a: b", "\u00a0nb", "#"]
    kinds = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True))
    amount = st.integers(-5000, 90_000)
    rows = data.draw(st.lists(st.tuples(st.sampled_from(kinds), amount), min_size=6, max_size=20))
    out = data.draw(st.sampled_from(rows))[0]
    total = Decimal(sum(n for kind, n in rows if kind != out)) / 100
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(["Order", "Day", "Area", "Status", "Net", "Pieces"])
    for i, (kind, n) in enumerate(rows):
        write.writerow([i, "2024-01-15", "East", kind, Decimal(n) / 100, 1])
    given = {"lines": text.getvalue(), "totals": f'{{revenue: "{total}"}}'}
    assume(total * 100 != sum(n for _, n in rows))
    error = refused(tmp_path, **given)
    for way in ways(error) if "come out" in error.fix else []:
        typed(tmp_path, way, revenue={"column": "Net"}, where="", **given)


def test_a_file_of_every_type_of_column_is_looked_through(tmp_path):
    n = 8
    table = pa.table(
        {
            "Order": [str(i) for i in range(n)],
            "Day": [dt.date(2024, 1, 1 + i) for i in range(n)],
            "Area": ["East", "West"] * 4,
            "Net": [10.25] * n,
            "Share": [1.0, float("nan")] * 4,
            "Huge": pa.array([10**17, 2] * 4),
            "Tags": pa.array([["a"], ["b"]] * 4),
            "Bytes": pa.array([b"x", b"y"] * 4),
            "Moment": pa.array([dt.datetime(2024, 1, 1)] * n, pa.timestamp("us", "UTC")),
            "Void": [True, False] * 4,
        }
    )
    pq.write_table(table, tmp_path / "lines.parquet")
    mapping = (
        "name: shop\ncurrency: EUR\ntables:\n  sales:\n    file: lines.parquet\n    columns: "
        "{order_id: Order, date: Day, region: Area, revenue: Net}\n"
        "control_totals: {sales: {revenue: 41.00}}\n"
    )
    (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load(tmp_path)
    assert 'where: {"Void": ["false"]}' in caught.value.fix or 'where: {"Area"' in caught.value.fix


def test_a_table_in_a_database_is_held_against_its_total_where_it_lies(tmp_path):
    with sqlite3.connect(tmp_path / "shop.sqlite") as con:
        con.execute(
            'CREATE TABLE orders ("Order" text, Day text, Area text, Status text, Net real)'
        )
        rows = [
            (str(i), "2024-01-05", "East", *(("Paid", 10.25), ("Void", 3.5))[i % 2])
            for i in range(8)
        ]
        con.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
    con.close()
    with quiet():
        table = ibis.sqlite.connect(tmp_path / "shop.sqlite").table("orders")
    text = (
        "name: shop\ncurrency: EUR\ntables:\n  sales:\n    table: orders\n    columns: "
        "{order_id: Order, date: Day, region: Area, revenue: Net}\n"
        "control_totals:\n  sales: {revenue: 41}\n"
    )
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load({"orders": table}, mapping=tmp_path / "m.yaml")
    assert ways(caught.value) == ['where: {"Status": ["Paid"]}']


amounts = st.decimals(min_value=Decimal("0.01"), max_value=10**6, places=2)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("abcd"), amounts), min_size=1, max_size=30), st.data())
def test_every_kind_of_rows_that_was_left_out_is_found(rows, data):
    parts: dict[str, Decimal] = {}
    for kind, amount in rows:
        parts[kind] = parts.get(kind, Decimal(0)) + amount
    assume(len(parts) > 1)
    out = data.draw(st.sampled_from(sorted(parts)))
    wanted = sum(parts.values(), Decimal(0)) - parts[out]
    found = of_some("K", {k: (n, n) for k, n in parts.items()}, wanted, Spelled())
    left = [k for k in parts if k != out]
    same = [f'where: {{"K": {{not: ["{out}"]}}}}', f'where: {{"K": ["{"".join(left)}"]}}']
    assert any(way in found for way in same)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from("abcdef"), amounts, min_size=2, max_size=6),
    st.decimals(min_value=0, max_value=10**7, places=2),
)
def test_every_way_that_is_said_gives_the_total(parts, wanted):
    total = sum(parts.values(), Decimal(0))
    for way in of_some("K", {k: (n, n) for k, n in parts.items()}, wanted, Spelled()):
        named = [k for k in parts if f'"{k}"' in way.partition("[")[2]]
        some = sum((parts[k] for k in named), Decimal(0))
        without = total - some if "not" in way else some
        assert wanted == (total - 2 * some if way.startswith("negative") else without)


def test_map_holds_its_draft_against_the_total_given(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    assert main(["map", "lines.csv", "--total", "90.25", "--out", "m.yaml"]) == 1
    said = capsys.readouterr().out
    # the draft has turned the sign of the credit notes already
    assert "adds up to 1,140.75, its control total is 90.25: 1,050.50 too much." in said
    assert 'it would come out with where: {"Status": {not: ["Cancelled"]}}' in said
    assert main(["map", "lines.csv", "--total", "1140.75", "--out", "m.yaml", "--force"]) == 0
    assert "The lines add up to the total given." in capsys.readouterr().out
    assert "  sales: {revenue: 1140.75}  # " in (tmp_path / "m.yaml").read_text(encoding="utf-8")
    assert main(["check", "lines.csv", "--mapping", "m.yaml"]) == 0


def test_next_months_file_is_refused_with_last_months_total(tmp_path):
    loaded(tmp_path, "{revenue: 1180.75}")
    more = LINES + "7,2024-03-01,West,Paid,Invoice,5.00,5.95,1\n"
    error = refused(tmp_path, "{revenue: 1180.75}", lines=more)
    assert "1,185.75, its control total is 1,180.75: 5 too much" in str(error)


@pytest.mark.parametrize(
    ("totals", "said", "code"),
    [
        ("{revenue: much}", "must be a plain number such as 1447682.12, got 'much'", "bad-choice"),
        ("{revenue: true}", "must be a plain number such as 1447682.12, got True", "bad-choice"),
        ("{revenu: 5}", "unknown key 'revenu'; known: quantity, revenue, rows", "unknown-name"),
        ("{region: 5}", "unknown key 'region'; known: quantity, revenue, rows", "unknown-name"),
        ("7", "control_totals.sales must be keys and values, got 7", "bad-choice"),
    ],
)
def test_a_total_that_says_nothing_is_refused(tmp_path, totals, said, code):
    error = refused(tmp_path, totals)
    assert said in str(error)
    assert error.code == code


@pytest.mark.parametrize("total", ["1,180.75", "1180,75", "1.180,75", "abc", "1e5", "nan"])
def test_map_refuses_a_total_that_is_no_plain_number(tmp_path, total):
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    with pytest.raises(ParamError) as caught:
        propose(tmp_path / "lines.csv", total=total)
    assert str(caught.value) == (
        f"The total {total!r} is no plain number.\n  where: map --total, propose(total=...)\n"
        "  fix:   write digits, with a point before the decimals: 1447682.12"
    )


def test_a_total_answers_which_of_two_amounts_it_is(tmp_path):
    lines = ["Order,Day,Area,Alpha,Beta"]
    lines += [f"{i},2024-01-{i:02},East,{100 + i}.25,{90 + 2 * i}.50" for i in range(1, 13)]
    (tmp_path / "lines.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = propose(tmp_path / "lines.csv")
    assert asked.trial["fix"] == (
        "take one of the lines the draft offers for revenue, or give the total your program shows: "
        "--total"
    )
    for column, total in (("Alpha", "1281"), ("Beta", "1242")):
        drafted = propose(tmp_path / "lines.csv", total=total)
        assert drafted.loads
        assert f'      revenue: "{column}"  # gives the total, 100%' in drafted.to_yaml()
    missed = propose(tmp_path / "lines.csv", total="1243")
    assert missed.trial["fix"].endswith("with all of them none gives 1243")
