"""Lines leave the numbers only by a rule: each once, and rows and money add up to the last digit."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from cleaningtables import back, engine, line, look, table
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.data.cleaning import RULES, clean
from salesanalysis.data.cleaning import settings as rules_of
from salesanalysis.data.cleaning.counting import counted
from salesanalysis.data.engine import fetch, quiet
from salesanalysis.errors import ContractError


def cleaned(rows, spec, **context):
    """Clean rows; return what stays and what is lost as frames, in the order of the file."""
    con = engine()
    for name in ("sales", "sales_kept", "sales_lost", "sales_read"):
        con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    out = clean(con, {"sales": table(con, rows)}, rules_of(spec, where="cleaning"), **context)
    kept = fetch(con, out.sources["sales"])
    lost = kept.head(0) if out.lost is None else fetch(con, out.lost)
    numbered = [
        f.sort_values("_row", ignore_index=True) if "_row" in f else f for f in (kept, lost)
    ]
    return (*numbered, out)


# -- worked by hand ---------------------------------------------------------------------------


def test_without_a_drop_the_tables_stay_as_they_are():
    kept, lost, out = cleaned([line(1), line(1)], {"duplicates": "flag", "below_cost": "skip"})
    assert (len(kept), len(lost), out.lost) == (2, 0, None)
    assert "_row" not in kept


def test_a_dropped_line_is_in_the_loss_with_its_rule_and_its_row():
    kept, lost, _ = cleaned([line(1), line(2, unit_price=0.0), line(3)], {"zero_price": "drop"})
    assert kept[["order_id", "_row"]].to_numpy().tolist() == [["1", 1], ["3", 3]]
    assert lost[["order_id", "_row", "rule"]].to_numpy().tolist() == [["2", 2, "zero_price"]]
    assert list(lost.columns) == [*(c for c in kept.columns if c != "_row"), "_row", "rule"]


def test_a_line_is_lost_to_the_first_rule_that_drops_it():
    rows = [line(1, customer="(none)", unit_price=0.0), line(1, customer="(none)", unit_price=0.0)]
    both = {"zero_price": "drop", "missing_customer": "drop", "duplicates": "drop"}
    _, lost, _ = cleaned(rows, both)
    assert lost["rule"].tolist() == ["missing_customer", "duplicates"]
    # a rule that only flags takes nothing
    _, lost, _ = cleaned(rows, {**both, "missing_customer": "flag"})
    assert lost["rule"].tolist() == ["zero_price", "duplicates"]


def test_a_sale_and_its_return_leave_together_only_where_that_is_said():
    rows = [line("a"), back("r"), back("s", unit_price=3.0), line("b")]
    kept, lost, _ = cleaned(rows, {"returned_pairs": "drop"})
    assert lost["order_id"].tolist() in (["a", "r"], ["r", "b"])
    assert lost["revenue"].sum() == 0
    assert len(kept) == 2
    assert len(cleaned(rows, {"unpaired_returns": "drop"})[0]) == 3


def test_the_number_of_a_row_is_that_of_the_file_where_it_has_one():
    rows = pd.DataFrame([line(1), line(2, unit_price=0.0)]).assign(
        _row=[17, 19], _file=["a.csv", "b.csv"]
    )
    kept, lost, _ = cleaned(rows, {"zero_price": "drop"})
    assert kept[["_row", "_file"]].to_numpy().tolist() == [[17, "a.csv"]]
    assert lost[["_row", "_file"]].to_numpy().tolist() == [[19, "b.csv"]]


def test_the_same_line_of_two_files_is_a_copy():
    rows = pd.DataFrame([line(1), line(1)]).assign(_row=[1, 9], _file=["a.csv", "b.csv"])
    assert cleaned(rows, {"duplicates": "drop"})[1]["_row"].tolist() == [9]


def test_accepted_names_are_mended_before_the_rules_look():
    rows = [line(1, product="Grene"), line(1), line(2, product="grene")]
    kept, lost, out = cleaned(
        rows, {"rename": {"product": {"Grene": "Green"}}, "duplicates": "drop"}
    )
    assert kept["product"].tolist() == ["Green", "grene"]
    assert lost["order_id"].tolist() == ["1"]
    assert out.renamed == (
        {"column": "product", "from_name": "Grene", "to_name": "Green", "n_rows": 1},
    )


def test_lines_of_a_file_that_is_read_lazily_are_dropped_lazily(tmp_path):
    con = engine()
    pd.DataFrame([line(1), line(2, unit_price=0.0), line(1)]).to_parquet(tmp_path / "s.parquet")
    with quiet():
        sales = con.read_parquet(str(tmp_path / "s.parquet"))
    for spec, stays in (
        ({"zero_price": "drop"}, ["1", "1"]),
        ({"zero_price": "drop", "duplicates": "drop"}, ["1"]),
    ):
        for name in ("sales_kept", "sales_lost", "sales_read"):
            con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
        out = clean(con, {"sales": sales}, rules_of(spec, where="cleaning"))
        assert fetch(con, out.sources["sales"])["order_id"].tolist() == stays
        assert len(fetch(con, out.lost)) == 3 - len(stays)


# -- invariants -------------------------------------------------------------------------------

PEOPLE = pd.DataFrame(
    {
        "salesperson": ["Li", "Wu"],
        "region": ["East", "West"],
        "hire_date": pd.to_datetime(["2023-01-01", "2024-01-10"]),
        "leave_date": pd.to_datetime(["2024-01-25", None]),
    }
)
#: What the generator breaks -> the values it writes; each line has at most one breakage.
BREAKAGES = {
    "missing_customer": {"customer": "(none)"},
    "missing_product": {"product": "(none)"},
    "missing_region": {"region": "(none)"},
    "zero_price": {"unit_price": 0.0, "revenue": 0.0, "cost": 0.0},
    "negative_price": {"unit_price": -10.0, "revenue": -10.0, "cost": -20.0},
    "wrong_sign": {"revenue": -10.0, "cost": -20.0},
    "below_cost": {"cost": 99.0},
    "revenue_differs": {"revenue": 17.1234},
    "test_accounts": {"customer": "测试客户"},
    "total_rows": {"region": "合计"},
    "unknown_people": {"salesperson": "Nobody"},
    "out_of_period": {"date": pd.Timestamp("1985-05-05")},
    "listed": {"order_id": "X"},
}
#: A breakage is also seen by these rules, for a reason.
ALSO = {
    "negative_price": [],
    "wrong_sign": ["revenue_differs"],
    "total_rows": ["unknown_regions"],
    "missing_salesperson": [],
    "out_of_period": [],
}


def dirty(broken, copies):
    """Lines with one breakage each, and copies of clean lines; the number of each is known."""
    rows = [line(f"ok{i}", "2024-01-15", quantity=float(1 + i % 5)) for i in range(12)]
    for i, rule in enumerate(broken):
        values = BREAKAGES[rule]
        order = f"X{i}" if rule == "listed" else f"n{i}"
        rows.append({**line(order, "2024-01-15"), **values, "order_id": order})
    return pd.DataFrame(rows + [rows[i] for i in copies])


broken_lines = st.lists(st.sampled_from(sorted(BREAKAGES)), max_size=12)
copied = st.lists(st.integers(0, 11), max_size=4)
actions = st.dictionaries(st.sampled_from(sorted(RULES)), st.sampled_from(["skip", "flag", "drop"]))


def with_patterns(chosen):
    spec = {r: {"action": a} for r, a in chosen.items()}
    spec["listed"] = {**spec.get("listed", {}), "where": {"order_id": "X*"}}
    return spec


def cents(frame):
    return sum((Decimal(repr(v)) for v in frame["revenue"]), Decimal(0))


@settings(max_examples=15)
@given(broken=broken_lines, copies=copied, chosen=actions, seed=st.integers(0, 9))
def test_rows_and_money_read_are_kept_or_lost_exactly_under_all_settings(
    broken, copies, chosen, seed
):
    rows = dirty(broken, copies)
    spec = with_patterns(chosen)
    kept, lost, _ = cleaned(rows, spec)
    assert len(rows) == len(kept) + len(lost)
    assert cents(rows) == cents(kept) + cents(lost)
    if len(lost):
        # each row of the file is in exactly one place
        assert sorted([*kept["_row"], *lost["_row"]]) == list(range(1, len(rows) + 1))
        assert set(lost["rule"]) <= {r for r, a in chosen.items() if a == "drop"}
    mixed = rows.sample(frac=1, random_state=np.random.RandomState(seed))
    again, gone, _ = cleaned(mixed.reset_index(drop=True), spec)
    columns = list(rows.columns)
    pd.testing.assert_frame_equal(in_order(again, columns), in_order(kept, columns))
    assert (
        lost.get("rule", pd.Series()).value_counts().to_dict()
        == gone.get("rule", pd.Series()).value_counts().to_dict()
    )


def in_order(frame, columns):
    return frame[columns].sort_values(columns, ignore_index=True)


@settings(max_examples=10)
@given(broken=broken_lines, copies=copied)
def test_every_rule_counts_what_was_broken_and_nothing_else(broken, copies):
    rows = dirty(broken, copies)
    seen = look(rows, with_patterns({}), people=PEOPLE)
    found = {r: f.n for r, f in counted(seen, list(RULES)).items() if f.n}
    want = pd.Series([*broken, *(r for b in broken for r in ALSO.get(b, []))], dtype="str")
    want = {**want.value_counts().to_dict(), **({"duplicates": len(copies)} if copies else {})}
    usual = ("open_month", "unlike_names", "outliers", "returned_pairs", "unpaired_returns")
    assert {r: n for r, n in found.items() if r not in usual} == want


@settings(max_examples=15)
@given(
    events=st.lists(
        st.tuples(
            st.booleans(), st.integers(1, 9), st.sampled_from([1.0, 2.0]), st.sampled_from("ab")
        ),
        max_size=14,
    )
)
def test_pairs_are_as_many_as_can_be_made_one_to_one(events):
    rows = [
        (back if is_back else line)(i, f"2024-01-{day:02}", quantity=pieces, product=product)
        for i, (is_back, day, pieces, product) in enumerate(events)
    ] + [line("other", product="c")]
    seen = look(rows)
    found = counted(seen, ["returned_pairs", "unpaired_returns"])
    want = most_pairs(events)
    assert found["returned_pairs"].n == 2 * want
    assert found["unpaired_returns"].n == sum(e[0] for e in events) - want
    assert found["returned_pairs"].units == 0


def most_pairs(events):
    """Brute force: take returns by day, each any open sale of its kind; no order does better."""
    pairs, open_sales = 0, {}
    for is_back, _, pieces, product in sorted(events, key=lambda e: (e[1], e[0])):
        free = open_sales.setdefault((pieces, product), [])
        if not is_back:
            free.append(1)
        elif free:
            free.pop()
            pairs += 1
    return pairs


# -- refusals ---------------------------------------------------------------------------------


def refusal(rows, spec):
    with pytest.raises(ContractError) as caught:
        cleaned(rows, spec)
    return caught.value


def test_a_rule_above_its_limit_stops_the_run_with_its_lines():
    rows = [line(1), line(2, unit_price=0.0), line(3), line(4, unit_price=0.0)]
    error = refusal(rows, {"zero_price": {"limit": 0.4}})
    assert str(error) == (
        "zero_price finds 2 of 4 order lines (50.00%), above its limit of 40.00%.\n"
        "  where: cleaning.zero_price.limit; first rows [2, 4], see .rows\n"
        "  fix:   mend the export, or raise the limit if these lines are right"
    )
    assert (error.code, error.rows["order_id"].tolist()) == ("over-limit", ["2", "4"])
    assert cleaned(rows, {"zero_price": {"limit": 0.5}})[2].lost is None


def test_dropping_more_rows_than_the_budget_stops_the_run():
    rows = [line(1), line(2, unit_price=0.0), line(2, unit_price=0.0)]
    spec = {"zero_price": "drop", "duplicates": "drop", "max_loss": {"rows": 0.5, "money": 0.0}}
    error = refusal(rows, spec)
    assert str(error) == (
        "The cleaning would drop 66.67% of the order lines, above the budget of 50.00%.\n"
        "  where: cleaning.max_loss.rows; lines by rule: duplicates 1, zero_price 1\n"
        "  fix:   flag instead of drop where the lines are right, or raise the budget"
    )
    assert (error.code, len(error.rows)) == ("over-budget", 2)


def test_dropping_more_money_than_the_budget_stops_the_run_whatever_its_sign():
    rows = [line(1), line("a"), back("r")]
    spec = {"returned_pairs": "drop", "max_loss": {"rows": 1.0, "money": 0.5}}
    assert str(refusal(rows, spec)) == (
        "The cleaning would drop 66.67% of the amounts (without their signs), above the budget of "
        "50.00%.\n"
        "  where: cleaning.max_loss.money; lines by rule: returned_pairs 2\n"
        "  fix:   flag instead of drop where the lines are right, or raise the budget"
    )


def test_a_pattern_for_a_column_that_is_not_there_or_holds_numbers_is_refused():
    spec = {"listed": {"action": "drop", "where": {"order": "A*"}}}
    assert str(refusal([line(1)], spec)) == (
        "'order' is not a column of sales here; known: order_id, date, region, salesperson, "
        "product_line, product, customer, quantity, unit_price, revenue, cost, is_return.\n"
        "  where: cleaning.listed.where\n"
        "  fix:   write 'order_id'"
    )
    spec = {"listed": {"action": "drop", "where": {"revenue": "1*"}}}
    assert str(refusal([line(1)], spec)) == (
        "'revenue' holds no text, so no pattern can list its lines.\n"
        "  where: cleaning.listed.where.revenue\n"
        "  fix:   list the lines by a column of text, such as order_id"
    )


def test_lines_of_another_engine_have_no_number_to_drop_them_by(tmp_path):
    import ibis

    other = ibis.sqlite.connect(tmp_path / "s.db")
    with other.begin() as cursor:
        cursor.execute("CREATE TABLE sales (order_id TEXT, product TEXT, revenue REAL)")
    sales = other.table("sales")
    with pytest.raises(ContractError) as caught:
        clean(engine(), {"sales": sales}, rules_of({"duplicates": "drop"}, where="cleaning"))
    assert str(caught.value) == (
        "duplicates cannot be dropped from a table of another engine: its lines have no number.\n"
        "  where: cleaning.duplicates\n"
        "  fix:   flag them, or leave them out in a view of the database"
    )
