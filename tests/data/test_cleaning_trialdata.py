"""The rules on real exports whose counts others published: nothing is lost, nothing is invented."""

import pandas as pd
import pytest
from cleaningtables import engine

from salesanalysis.data.cleaning import Look, clean, settings
from salesanalysis.data.cleaning.counting import counted, total, units
from salesanalysis.data.cleaning.flags import open_month
from salesanalysis.data.cleaning.look import numbered
from salesanalysis.data.cleaning.names import proposals
from salesanalysis.data.engine import MONEY, fetch, keep

LAST = pd.Timestamp("2011-12-09")


@pytest.fixture(scope="module")
def retail(adventureworks):
    """UCI Online Retail as order lines: revenue is quantity x price, C marks cancellations."""
    import ibis
    import pyarrow as pa

    path = adventureworks.parent / "uci_online_retail" / "online_retail.csv.xz"
    if not path.is_file():
        pytest.skip(f"trial data is not there: {path}")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    raw = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))

    def named(column):
        return (column == "").ifelse("(none)", column)

    pieces, price = raw["Quantity"].cast(MONEY), raw["UnitPrice"].cast(MONEY)
    lines = raw.select(
        order_id=raw["InvoiceNo"],
        date=raw["InvoiceDate"].cast("timestamp").date(),
        region=raw["Country"],
        product=named(raw["Description"]),
        customer=named(raw["CustomerID"]),
        quantity=pieces,
        unit_price=price,
        revenue=(pieces * price).cast(MONEY),
        is_return=raw["InvoiceNo"].startswith("C"),
        time=raw["InvoiceDate"],
        code=raw["StockCode"],
    )
    con = engine()
    sales = keep(con, "retail", lines)
    spec = settings({"listed": {"where": {"order_id": "A*"}}}, where="cleaning")
    return Look(con, numbered(con, sales), LAST, spec)


def found(look, rule):
    return counted(look, [rule])[rule]


def test_the_whole_of_online_retail_is_there(retail):
    whole = total(retail, retail.rows)
    assert (whole.n, whole.units) == (541_909, units("9747747.934"))


@pytest.mark.parametrize(
    ("rule", "n", "amount"),
    [
        ("duplicates", 5_268, "21740.98"),
        ("missing_customer", 135_080, "1447682.12"),
        ("missing_product", 1_454, "0"),
        ("zero_price", 2_515, "0"),
        ("negative_price", 2, "-22124.12"),
        ("listed", 3, "-11062.06"),
        ("revenue_differs", 0, "0"),
        ("open_month", 25_525, "433668.01"),
    ],
)
def test_online_retail_has_the_faults_its_documentation_counts(retail, rule, n, amount):
    hits = found(retail, rule)
    assert (hits.n, hits.units) == (n, units(amount))


def test_the_cancellations_of_online_retail_are_paired_or_not_and_none_is_left_over(retail):
    pairs, alone = found(retail, "returned_pairs"), found(retail, "unpaired_returns")
    assert pairs.n // 2 + alone.n == 9_288
    assert pairs.units == 0
    back = retail.rows.filter(retail.rows["is_return"])
    whole = total(retail, back, orders=True)
    assert (whole.n, whole.units, whole.orders) == (9_288, units("-896812.49"), 3_836)


def test_the_last_month_of_online_retail_is_not_over(retail):
    assert open_month(retail) == pd.Timestamp("2011-12-01")


def test_online_retail_loses_what_is_dropped_and_nothing_else(retail):
    con = retail.con
    for name in ("sales_kept", "sales_lost", "sales_read"):  # another file's, of the one engine
        con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    sales = keep(con, "copy_of_retail", retail.rows.drop("_id", "_row"))
    spec = {
        "duplicates": "drop",
        "returned_pairs": "drop",
        "missing_customer": "drop",
        "max_loss": {"rows": 0.3},
    }
    out = clean(con, {"sales": sales}, settings(spec, where="cleaning"))
    kept, lost = (total(retail, t) for t in (out.sources["sales"], out.lost))
    assert kept.n + lost.n == 541_909
    assert kept.units + lost.units == units("9747747.934")
    by_rule = fetch(con, out.lost.group_by("rule").aggregate(n=out.lost.count()))
    assert by_rule.set_index("rule")["n"]["duplicates"] == 5_268
    con.raw_sql('DROP TABLE "sales_kept"; DROP TABLE "sales_lost"')


def test_misspelt_articles_of_online_retail_are_proposed(retail):
    table = proposals(retail)
    names = table.set_index(table["from_name"].str.strip())["to_name"].str.strip()
    assert names["WALL ART BICYCLE SAFTEY"] == "WALL ART BICYCLE SAFETY"
    assert names["MINITURE ANTIQUE ROSE HOOK IVORY"] == "MINIATURE ANTIQUE ROSE HOOK IVORY"
    assert len(table) < 100


def test_adventureworks_sells_21829_lines_below_cost(adventureworks):
    import ibis
    import pyarrow as pa

    frame = pd.read_csv(adventureworks / "orders.csv.gz", parse_dates=["order_date"])
    memory = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    money = {c: memory[c].cast(MONEY) for c in ("quantity", "unit_price", "revenue")}
    lines = memory.select(
        order_id=memory["order_id"], order_line=memory["order_line"], date=memory["order_date"].cast("date"),
        cost=memory["total_cost"].cast(MONEY), **money,
    )  # fmt: skip
    con = engine()
    look = Look(con, numbered(con, keep(con, "resellers", lines)), pd.Timestamp("2020-06-30"))
    hits = counted(look, ["below_cost", "duplicates", "zero_price", "negative_price", "wrong_sign"])
    assert {rule: f.n for rule, f in hits.items()} == {
        "below_cost": 21_829, "duplicates": 0, "zero_price": 0, "negative_price": 0, "wrong_sign": 0,
    }  # fmt: skip
