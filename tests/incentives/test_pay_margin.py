"""A measure that is amount less cost: every deal by hand, what a loss counts, and what is refused."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan, appeal, compile_plan, deals_of, payout

TEXT = """\
schema: 1
plan: {id: gm, currency: CNY, effective: {from: 2024-01-01, to: null}, title: {en: Margin plan, zh: 毛利方案},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {margin: {kind: money, MARGIN}}
quota: {per: month}
components:
  - {id: commission, text: {en: Commission, zh: 提成}, type: tiers, mode: marginal, basis: period,
     closed: lower, negative: carry,
     measured: {unit: amount, quota: month, tier_measure: margin, pay_measure: margin},
     tiers: [{from: "0", rate: "0.10"}, {from: "1000", rate: "0.20"}]}
"""
PARTS = "margin: {amount: revenue, cost: cost, loss: LOSS}"


def plan_of(loss: str = "zero") -> Plan:
    return Plan.from_text(TEXT.replace("MARGIN", PARTS.replace("LOSS", loss)))


def deals(*rows) -> pd.DataFrame:
    """Deals of (order, revenue, cost) on one day."""
    table = pd.DataFrame(rows, columns=["order_id", "revenue", "cost"])
    return table.assign(salesperson="Li", date="2024-03-05")


LI = {"salesperson": "Li"}
#: Margins 400, 900 and -250.
THREE = deals(("A", 1000.0, 600.0), ("B", 2900.0, 2000.0), ("C", 750.0, 1000.0))


@pytest.mark.parametrize(
    ("loss", "margin", "pay"),
    # 1,300: 100 + 60; 1,050: 100 + 10
    [("zero", 1300.0, 160.0), ("negative", 1050.0, 110.0)],
)
def test_a_deal_counts_with_its_amount_less_its_cost(loss, margin, pay) -> None:
    found = plan_of(loss).statement(LI, THREE)
    assert (found.actual, found.payout) == (margin, pay)


def test_the_statement_names_the_deals_below_cost_and_speaks_of_margin() -> None:
    found = plan_of().statement(LI, THREE)
    assert found.explain("en").splitlines()[:3] == [
        "Li earns 160 CNY for Mar 2024 on margin of 1,300 CNY",
        "Margin: revenue less cost of a deal; a deal below cost counts 0.",
        "Deals below cost, which count 0: 1 (C).",
    ]
    assert found.explain("zh").splitlines()[:3] == [
        "Li：2024年3月应发160元，毛利1,300元",
        "毛利：每笔交易的销售额减成本；低于成本的交易计为0。",
        "低于成本、计为0的交易1笔：C。",
    ]
    assert found.lines["rule"].iloc[0] == "Commission: margin 0 CNY to below 1,000 CNY, 10%"
    people = pd.DataFrame([LI])
    register = plan_of().pay(people, THREE)
    assert "Deals below cost, which count 0: 1 (C)." in register.explain()
    assert "Pay is 12.31% of the margin of these people." in register.explain()
    assert "奖金占这些人员毛利的12.31%。" in register.explain("zh")
    other = THREE.assign(revenue=THREE["revenue"] + 1, cost=THREE["cost"] + 1)
    assert plan_of().statement(LI, other).check_code != found.check_code
    assert "which count 0" not in plan_of("negative").statement(LI, THREE).explain()


def test_the_plan_says_in_words_what_margin_is() -> None:
    said = {(lang, loss): plan_of(loss).text(lang) for lang in ("en", "zh") for loss in LOSSES}
    assert "Margin: revenue less cost of a deal; a deal below cost counts 0." in said["en", "zero"]
    assert "takes off what others bring." in said["en", "negative"]
    assert "毛利：每笔交易的销售额减成本；低于成本的交易计为0。" in said["zh", "zero"]
    assert "低于成本的交易冲减其他交易。" in said["zh", "negative"]


LOSSES = ("zero", "negative")


@pytest.mark.parametrize(
    ("rows", "margin"),
    [
        # sold for 1,000 at 600, all of it back
        ((("A", 1000.0, 600.0), ("A", -1000.0, -600.0)), 0.0),
        # half of it back, nothing fit to be sold again: 500 less 600
        ((("A", 1000.0, 600.0), ("A", -500.0, 0.0)), 0.0),
        # an earlier deal back takes off its 400; an earlier deal at a loss, which counted 0, nothing
        ((("B", 1000.0, 0.0), ("A", -1000.0, -600.0)), 600.0),
        ((("B", 1000.0, 0.0), ("A", -500.0, -600.0)), 1000.0),
    ],
)
def test_a_return_of_the_same_period_takes_off_no_more_than_its_deal_brought(rows, margin) -> None:
    assert plan_of().statement(LI, deals(*rows)).actual == margin


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8),
    st.sampled_from(LOSSES),
    st.randoms(use_true_random=False),
)
def test_any_order_of_rows_pays_what_the_arrays_pay(cents, loss, random) -> None:
    rows = [(f"D{i}", a / 100, c / 100) for i, (a, c) in enumerate(cents)]
    random.shuffle(rows)
    each = [a - c for a, c in cents]
    margin = sum(max(v, 0) for v in each) if loss == "zero" else sum(each)
    table = TEXT.replace("MARGIN", PARTS.replace("LOSS", loss)).replace("carry", "zero")
    plan = Plan.from_text(table)
    paid = plan.statement(LI, deals(*rows)).payout
    assert paid == pytest.approx(float(payout(compile_plan(plan), [margin])[0]), abs=0.0051)


def test_a_shared_deal_gives_each_a_part_of_its_margin() -> None:
    text = TEXT.replace("kind: money,", "kind: money, credit: splits,")
    plan = Plan.from_text(text.replace("MARGIN", PARTS.replace("LOSS", "zero")))
    both = deals(("A", 1000.0, 600.01), ("A", 1000.0, 600.01), ("C", 1.0, 2.0)).assign(
        salesperson=["Li", "Wu", "Wu"], share=["0.5", "0.5", "1"]
    )
    found = plan.pay(pd.DataFrame({"salesperson": ["Li", "Wu"]}), both).frame
    assert sorted(found["actual"]) == [199.99, 200.0]


def test_order_lines_are_summed_with_their_costs() -> None:
    lines = deals(("A", 10.005, 4.0), ("A", 5.0, 1.5)).rename(columns={"cost": "spent"})
    found = deals_of(lines, cost="spent")
    assert found[["amount", "cost"]].to_numpy().tolist() == [[15.01, 5.5]]
    assert plan_of().statement(LI, found).actual == 9.51


def test_a_claimed_cost_is_paid_again_even_where_the_margin_stood_in_the_table() -> None:
    table = THREE.assign(margin=[400.0, 900.0, -250.0])
    items = pd.DataFrame([{"order_id": "B", "field": "cost", "claimed": "1500"}])
    found = appeal(plan_of(), items, pd.DataFrame([LI]), table, period="2024-03")
    assert found.total == 100.0  # 500 more at 20 %


@pytest.mark.parametrize(
    ("margin", "message"),
    [
        (
            "margin: {amount: revenue, cost: cost}",
            "plan.yaml: P01 'margin': 'loss' is required (zero or negative).\n"
            "  where: plan.yaml:4: measures.margin.margin.loss\n"
            "  fix:   choose 'loss: zero' or 'loss: negative'",
        ),
        (
            "margin: {amount: cost, cost: cost, loss: zero}",
            "plan.yaml: P07 'margin' is cost less cost: these are not three columns.\n"
            "  where: plan.yaml:4: measures.margin.margin\n"
            "  fix:   write amount: revenue, cost: cost, and give the measure a name of its own",
        ),
    ],
)
def test_a_margin_that_leaves_something_open_is_refused(margin, message) -> None:
    with pytest.raises(ParamError) as caught:
        Plan.from_text(TEXT.replace("MARGIN", margin))
    assert str(caught.value) == message


def test_a_count_has_no_margin() -> None:
    text = TEXT.replace("MARGIN", PARTS.replace("LOSS", "zero")).replace("money", "count")
    with pytest.raises(ParamError, match="P07 'margin' is a count; only money has a margin"):
        Plan.from_text(text)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            THREE.drop(columns="cost"),
            "deals has no column 'cost'.\n"
            "  where: deals columns are ['order_id', 'revenue', 'salesperson', 'date']\n"
            "  fix:   add 'cost'",
        ),
        (
            THREE.assign(cost=[600.0, None, 1000.0]),
            "1 of 3 values of 'cost' are empty, infinite or above 10 trillion.\n"
            "  where: first rows [1], see .rows\n"
            "  fix:   enter the missing figures, 0 where there is none; change the unit of too large ones",
        ),
        (
            THREE.drop(columns="date"),
            "deals has no column 'date'.\n"
            "  where: deals columns are ['order_id', 'revenue', 'cost', 'salesperson']\n"
            "  fix:   add 'date'",
        ),
        (
            THREE.assign(margin=[400.0, 900.0, 250.0]),
            "1 of 3 rows of deals have a 'margin' that is not the amount less the cost.\n"
            "  where: deals, column 'margin', rows 2, see .rows\n"
            "  fix:   leave the column out, or write measures: {margin: {kind: money}} to count it "
            "as it is given",
        ),
    ],
)
def test_deals_without_their_margin_are_refused(table, message) -> None:
    with pytest.raises(ContractError) as caught:
        plan_of().statement(LI, table)
    assert str(caught.value) == message


def test_a_second_measure_that_is_missing_is_named_among_the_columns_given() -> None:
    both = TEXT.replace("MARGIN}}", PARTS.replace("LOSS", "zero") + "}, cash: {kind: money}}")
    second = (
        both[both.index("  - {id") :]
        .replace("measure: margin", "measure: cash")
        .replace("id: commission", "id: second")
    )
    with pytest.raises(ContractError) as caught:
        Plan.from_text(both + second).statement(LI, THREE)
    assert str(caught.value) == (
        "deals has no column 'cash'.\n"
        "  where: deals columns are ['revenue', 'cost']\n"
        "  fix:   add 'cash'"
    )


def test_the_plain_amount_of_a_deal_is_never_taken_for_its_margin() -> None:
    plan = Plan.from_text(TEXT.replace(", MARGIN", ""))
    with pytest.raises(ContractError) as caught:
        plan.statement(LI, THREE)
    assert str(caught.value) == (
        "the plan pays on 'margin', and deals have no column of that name; an amount is none.\n"
        "  where: deals have ['order_id', 'revenue', 'cost', 'salesperson', 'date']\n"
        "  fix:   give the column 'margin', or say in the plan what it is: measures: {margin: "
        "{kind: money, margin: {amount: revenue, cost: cost, loss: zero}}}"
    )
    assert plan.statement(LI, THREE.assign(margin=[400.0, 900.0, 0.0])).payout == 160.0
