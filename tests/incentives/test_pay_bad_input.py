"""The table of bad input of the method, row by row, where no other file has the row already."""

import pandas as pd
import pytest
from paytools import HEAD, LI, deals, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, lint

FLAT = tiers_yaml('{from: "0", rate: "0.10"}', unit="amount")


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_negative_total_is_allowed_lands_in_the_first_band_and_is_said() -> None:
    paid = section_5().statement(LI, deals(1_000, -4_000))
    assert (paid.payout, paid.coefficient_text, paid.completion_text) == (0.0, "0.8", "-1.0%")
    assert "Returns are larger than sales: what counts is -3,000 CNY." in paid.explain()
    assert "退货超过销售：计奖业绩为-3,000元。" in paid.explain("zh")


@pytest.mark.parametrize(
    ("negative", "pay", "carried"), [("zero", 0, 0), ("carry", 0, -3000), ("first_rate", -300, 0)]
)
def test_tiers_follow_the_switch_for_a_negative_total(negative, pay, carried) -> None:
    plan = Plan.from_text(HEAD + FLAT.replace("negative: zero", f"negative: {negative}"))
    paid = plan.statement({"salesperson": "Li"}, deals(1_000, -4_000))
    assert (paid.payout, paid.carried) == (pay, carried)


def test_one_deal_with_two_amounts_is_shown_with_both_rows() -> None:
    rows = deals(1_000, 1_200).assign(order_id="A-1")
    with pytest.raises(ContractError) as caught:
        section_5().statement(LI, rows)
    assert str(caught.value) == (
        "2 rows of deals share an order: 'A-1'.\n"
        "  where: first rows [0, 1], see .rows\n"
        "  fix:   sum order lines to deals with incentives.deals_of(lines), or drop the repeat"
    )
    assert (caught.value.rows["cents"] / 100).tolist() == [1_000, 1_200]


def test_a_row_that_stands_twice_is_told_how_to_go() -> None:
    rows = pd.concat([deals(1_000).assign(order_id="A-1")] * 2, ignore_index=True)
    assert refused(lambda: section_5().statement(LI, rows)) == (
        "2 rows of deals share an order: 'A-1'.\n"
        "  where: first rows [0, 1], see .rows\n"
        "  fix:   the rows are the same: keep one of each with dedupe=True"
    )
    assert section_5().statement(LI, rows.drop_duplicates()).actual == 1_000


def test_a_pool_weight_below_zero_names_who_has_it() -> None:
    text = HEAD + (
        '  - {id: pot, type: pool, weights: credit, source: {share: "0.01", measure: sales}}\n'
    )
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "team": "N"})
    table = deals(1_000, -200, salesperson=["Li", "Wu"])
    assert refused(lambda: Plan.from_text(text).pay(people, table)) == (
        "pool 'pot': Wu would take part with a weight below 0.\n"
        "  where: team 'N'\n"
        "  fix:   write weights: equal, or leave people with net returns out of the team"
    )


def test_a_measure_the_deals_do_not_have_is_named() -> None:
    head = HEAD.replace("returns: negative}}", "returns: negative}, cash: {kind: money}}")
    text = head + FLAT.replace("pay_measure: sales", "pay_measure: cash").replace(
        "mode: marginal", "mode: retroactive"
    )
    table = deals(1_000).rename(columns={"amount": "sales"})
    message = refused(lambda: Plan.from_text(text).statement({"salesperson": "Li"}, table))
    assert message.startswith("deals has no column 'cash'.")


def test_shares_that_are_no_numbers_are_counted() -> None:
    plan = Plan.from_text(HEAD.replace("credit: owner", "credit: splits") + FLAT)
    table = deals(10, 10, salesperson=["Li", "Wu"], share=["half", "half"]).assign(
        order_id="A", date="2024-03-01"
    )
    people = pd.DataFrame({"salesperson": ["Li", "Wu"]})
    assert refused(lambda: plan.pay(people, table)) == (
        "2 of 2 shares of deals are no numbers.\n"
        "  where: deals, column 'share', first A, A, see .rows\n"
        '  fix:   write shares such as "0.5"'
    )


def test_cancelled_deals_need_a_plan_that_takes_them_back_and_a_day_before_the_period() -> None:
    gone = pd.DataFrame(
        {
            "salesperson": ["Li"], "order_id": ["A"], "booked_on": ["2024-03-02"],
            "amount": [10.0], "pay_rate": ["0.1"],
        }
    )  # fmt: skip
    call = {"person": {"salesperson": "Li"}, "deals": deals(10), "clawbacks": gone}
    assert refused(lambda: Plan.from_text(HEAD + FLAT).statement(**call)) == (
        "plan 'test' has no clawback, and 1 cancelled deals are given.\n"
        "  where: statement(clawbacks=...) or pay(clawbacks=...)\n"
        "  fix:   write settlement.clawback in the plan, or leave them out"
    )
    rule = (
        "settlement: {true_up: none, clawback: {window_months: 6, method: reversal, floor: zero}}\n"
    )
    assert refused(lambda: Plan.from_text(HEAD + FLAT + rule).statement(**call)) == (
        "1 of 1 cancelled deals have no booking day before the period, or no amount above 0.\n"
        "  where: clawbacks, rows 0, see .rows\n"
        "  fix:   write the day of the booking and the amount as it was credited; a deal cancelled "
        "in its own period is a negative row of the deals"
    )


def test_empty_attainments_are_refused_by_the_checks_of_a_plan() -> None:
    assert refused(lambda: lint(section_5(), [1.0, float("nan")])) == (
        "1 of 2 attainments are empty or infinite.\n"
        "  where: lint(attainment=...)\n"
        "  fix:   give one ratio per person and period, 1 for exactly the quota"
    )
