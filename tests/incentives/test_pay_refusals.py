"""What no pay is worked out from: quotas, deals, names and periods that are refused, in full text."""

import pandas as pd
import pytest
from paytools import LI, PLANS, deals, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives import Plan, deals_of


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_quota_of_zero_is_refused_and_the_way_to_list_it_is_named() -> None:
    assert refused(lambda: section_5().statement({**LI, "quota": 0}, deals(1))) == (
        "1 of 1 people have no quota above 0: Li.\n"
        "  where: plan 'test', column 'quota'\n"
        "  fix:   give them a quota, or write quota: {zero_quota: exclude_with_report} in the plan"
    )


def test_a_quota_of_zero_is_listed_where_the_plan_says_so_and_never_paid_as_zero() -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")
    paid = plan.statement({"salesperson": "An", "quota": 0}, deals(100))
    assert (paid.status, paid.payout == paid.payout, len(paid.lines)) == ("no_quota", False, 0)
    assert paid.explain() == "An has no quota for Mar 2024: no pay is calculated"


def test_the_same_deal_twice_is_refused() -> None:
    table = deals(100, 100).assign(order_id="A7")
    assert refused(lambda: section_5().statement(LI, table)) == (
        "2 rows of deals share an order: 'A7'.\n"
        "  where: first rows [0, 1], see .rows\n"
        "  fix:   sum order lines to deals with incentives.deals_of(lines), or drop the repeat"
    )


def test_digits_beyond_the_cent_are_refused_not_rounded() -> None:
    assert refused(lambda: section_5().statement(LI, deals(100.0, 22_584.6955))) == (
        "1 of 2 rows of deals: 'amount' has digits beyond the cent, first 22584.6955.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   round each deal to cents; incentives.deals_of(lines) sums order lines and does so"
    )


def test_deals_of_two_months_need_the_month_to_be_named() -> None:
    table = pd.concat([deals(1), deals(2, month="2024-04").assign(order_id="X")])
    assert refused(lambda: section_5().statement(LI, table)) == (
        "deals lie in more than one month: 1 of 2 rows are not of the first.\n"
        "  where: first month starts 2024-03\n"
        '  fix:   name the month to pay: period="2024-03"'
    )


def test_a_deal_outside_the_plans_days_is_refused() -> None:
    assert refused(lambda: section_5().statement(LI, deals(1, month="2025-01"))) == (
        "1 of 1 deals lie outside the plan's days 2024-01-01 to 2024-12-31: D000.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   pay them with the plan of their day, or change plan.effective"
    )


def test_no_deals_and_no_period_is_refused() -> None:
    assert refused(lambda: section_5().statement(LI, deals())) == (
        "There are no deals and no period.\n"
        "  where: statement(person, deals) or pay(people, deals)\n"
        '  fix:   name the period: period="2024-03"'
    )


def test_a_deal_of_somebody_else_is_refused_with_the_nearest_name() -> None:
    people = pd.DataFrame({"salesperson": ["Li Na", "Wu"], "quota": [1_000.0, 1_000.0]})
    table = deals(5, 6, salesperson=["Wu", "Li Ma"])
    assert refused(lambda: section_5().pay(people, table)) == (
        "1 of 2 deals belong to somebody not to be paid here: 'Li Ma'.\n"
        "  where: deals D001, see .rows\n"
        "  fix:   write 'Li Na'"
    )


def test_an_empty_amount_is_refused_and_never_zero() -> None:
    assert refused(lambda: section_5().statement(LI, deals(1, float("nan")))) == (
        "1 of 2 values of 'amount' are empty, infinite or above 10 trillion.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   enter the missing figures, 0 where there is none; change the unit of too large ones"
    )


def test_a_person_without_a_name_is_refused() -> None:
    assert refused(lambda: section_5().statement({"sales_person": "Li", "quota": 1}, deals(1))) == (
        "person has no 'salesperson'.\n"
        "  where: person keys are ['quota', 'sales_person']\n"
        "  fix:   did you mean 'salesperson'? Rename 'sales_person' to 'salesperson'"
    )


def test_a_misspelt_quota_is_refused_and_never_read_as_no_quota() -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")  # lists people whose quota is 0
    assert refused(lambda: plan.statement({"salesperson": "Li", "qouta": 1}, deals(1))) == (
        "person has no 'quota'.\n"
        "  where: person keys are ['qouta', 'salesperson']\n"
        "  fix:   did you mean 'quota'? Rename 'qouta' to 'quota'"
    )
    assert refused(lambda: plan.statement({"salesperson": "Li"}, deals(1))).endswith(
        "  fix:   add 'quota', 0 where there is none"
    )
    people = pd.DataFrame({"salesperson": ["Li"], "qouta": [1.0]})
    assert refused(lambda: plan.pay(people, deals(1, salesperson="Li"))) == (
        "people has no column 'quota'.\n"
        "  where: people columns are ['salesperson', 'qouta']\n"
        "  fix:   rename 'qouta' to 'quota'"
    )


@pytest.mark.parametrize(
    "quota", [-1.0, float("nan"), float("inf"), float("-inf"), None, pd.NA, ""]
)
def test_only_a_quota_of_zero_means_that_there_is_none(quota) -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [100.0, quota]})
    for call in (
        lambda: plan.pay(people, deals(1, salesperson="Li")),
        lambda: plan.statement(people.iloc[1], deals(1)),
    ):
        with pytest.raises(ContractError) as caught:
            call()
        assert "quotas are empty, below 0 or no finite number; first: 'Wu' with " in str(
            caught.value
        )
        assert caught.value.rows["salesperson"].tolist() == ["Wu"]


def test_a_quota_in_words_is_told_as_text_with_the_way_out() -> None:
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [100.0, "much"]})
    assert refused(lambda: section_5().pay(people, deals(1, salesperson="Li"))) == (
        "1 of 2 values of 'quota' in people are texts and no numbers, first 'much'.\n"
        "  where: rows 1, see .rows\n"
        '  fix:   write plain numbers such as "1000.50"'
    )


@pytest.mark.parametrize(
    ("column", "part"),
    [
        ("manager", "override 'override' is paid to managers"),
        ("team", "pool 'team_pool' is shared within teams"),
    ],
)
def test_a_team_plan_is_never_paid_without_its_pool_or_override_for_want_of_a_column(
    column, part
) -> None:
    plan = Plan.from_yaml(PLANS / "team.yaml")
    people = pd.DataFrame(
        {"salesperson": ["Li", "Wu"], "quota": 1e5, "team": "T", "manager": ["Wu", None]}
    )
    assert refused(lambda: plan.pay(people.drop(columns=column), deals(1, salesperson="Li"))) == (
        f"{part}; none of 2 people has a {column!r}.\n"
        f"  where: people, column {column!r}\n"
        f"  fix:   give people the column {column!r}, or leave the component out of the plan"
    )
    assert plan.pay(people, deals(1, salesperson="Li")).to_frame()["pay"].sum() > 0


def test_the_message_about_a_bad_quota_names_it_and_the_way_out() -> None:
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [100.0, -5.0]})
    assert refused(lambda: section_5().pay(people, deals(1, salesperson="Li"))) == (
        "1 of 2 quotas are empty, below 0 or no finite number; first: 'Wu' with -5.0.\n"
        "  where: people, column 'quota', first rows [1], see .rows\n"
        "  fix:   write the quota of the plan's period, or 0 for somebody who has none"
    )


def test_a_plan_on_amounts_needs_no_quota_and_still_refuses_a_negative_one() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.1"}', unit="amount"))
    for person in ({"salesperson": "Li"}, {"salesperson": "Li", "quota": None}):
        assert plan.statement(person, deals(100)).payout == 10.0
    with pytest.raises(ContractError, match="1 of 1 quotas are empty, below 0"):
        plan.statement({"salesperson": "Li", "quota": -1}, deals(100))


@pytest.mark.parametrize("name", [None, float("nan"), " "])
def test_a_person_whose_name_is_empty_is_refused(name) -> None:
    person = {"salesperson": name, "quota": 1.0}
    assert refused(lambda: section_5().statement(person, deals(1))) == (
        "1 of 1 rows of people have no 'salesperson'.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   give every row its person"
    )


@pytest.mark.parametrize(
    ("there", "fix"),
    [
        ("amout", "rename 'amout' to 'amount'"),
        ("revnue", "rename 'revnue' to 'revenue'"),
        ("x", "add 'amount'"),
    ],
)
def test_a_misspelt_amount_of_a_deal_is_answered_with_the_nearest(there, fix) -> None:
    table = deals(1).rename(columns={"amount": there})
    missing = fix.split("'")[-2]
    assert refused(lambda: section_5().statement(LI, table)) == (
        f"deals has no column '{missing}'.\n"
        f"  where: deals columns are ['order_id', 'date', '{there}']\n"
        f"  fix:   {fix}"
    )


def test_an_amount_with_thousands_separators_is_told_to_lose_them() -> None:
    table = deals(1, 2).assign(amount=["5", "1,000.50"])
    assert refused(lambda: section_5().statement(LI, table)) == (
        "1 of 2 values of 'amount' in deals are texts and no numbers, first '1,000.50'.\n"
        "  where: rows 1, see .rows\n"
        '  fix:   remove the thousands separators: write "1000.50", not "1,000.50"'
    )
    many = deals(*range(1, 7)).assign(amount=["soon"] * 5 + ["6"])
    assert refused(lambda: section_5().statement(LI, many)) == (
        "5 of 6 values of 'amount' in deals are texts and no numbers, first 'soon'.\n"
        "  where: rows 0, 1, 2 and 2 more, see .rows\n"
        '  fix:   write plain numbers such as "1000.50"'
    )
    lines = table.assign(salesperson="Li", revenue=table["amount"])
    assert "thousands separators" in refused(lambda: deals_of(lines))


def test_people_and_orders_that_are_not_all_named_are_counted() -> None:
    people = pd.DataFrame({"salesperson": list("ABCDEFG"), "quota": 0.0})
    assert refused(lambda: section_5().pay(people, deals(1, salesperson="A"))).startswith(
        "7 of 7 people have no quota above 0: A, B, C, D, E and 2 more.\n"
    )
    assert refused(
        lambda: section_5().statement(LI, deals(*range(1, 6), month="2025-01"))
    ).startswith(
        "5 of 5 deals lie outside the plan's days 2024-01-01 to 2024-12-31: "
        "D000, D001, D002 and 2 more.\n"
    )


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("salesperson", None, "have no 'salesperson'"),
        ("salesperson", " ", "have no 'salesperson'"),
        ("order_id", None, "have no 'order_id'"),
    ],
)
def test_order_lines_without_a_person_or_an_order_are_refused_and_never_dropped(
    column, value, text
) -> None:
    lines = pd.DataFrame(
        {
            "salesperson": ["Li", "Li"],
            "order_id": ["A", "B"],
            "date": "2024-03-01",
            "revenue": [3.0, 7.0],
        }
    )
    lines.loc[1, column] = value
    assert refused(lambda: deals_of(lines)) == (
        f"1 of 2 rows of lines {text}.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   give every line its order and its person"
    )


def test_order_lines_without_a_date_are_refused() -> None:
    lines = pd.DataFrame(
        {"salesperson": "Li", "order_id": "A", "date": ["2024-03-01", None], "revenue": -1.0}
    )
    assert refused(lambda: deals_of(lines)) == (
        "1 of 2 rows of lines: 'date' is no date.\n"
        "  where: first rows [1], see .rows\n"
        '  fix:   write dates as "2024-03-31"'
    )


def test_a_row_of_people_without_a_name_is_refused() -> None:
    people = pd.DataFrame({"salesperson": ["Li", None], "quota": [1_000.0, 2_000.0]})
    assert refused(lambda: section_5().pay(people, deals(1, salesperson="Li"))) == (
        "1 of 2 rows of people have no 'salesperson'.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   give every row its person"
    )


def test_one_person_on_two_rows_is_refused() -> None:
    people = pd.DataFrame({"salesperson": ["Li", "Li"], "quota": [1_000.0, 2_000.0]})
    assert refused(lambda: section_5().pay(people, deals(1, salesperson="Li"))) == (
        "2 rows of people share a name: 'Li'.\n"
        "  where: rows [0, 1], see .rows\n"
        "  fix:   give one row per person; quotas of several products are summed first"
    )


def test_a_cumulative_plan_asks_what_was_counted_before() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.1"}', basis="cumulative", unit="amount"))
    assert refused(lambda: plan.statement(LI, deals(1))) == (
        "person has no 'credited'.\n"
        "  where: person keys are ['quota', 'salesperson']\n"
        "  fix:   add 'credited', 0 where there is none"
    )
    assert plan.statement({**LI, "credited": 10.0}, deals(100)).payout == 10.0


def test_a_statement_whose_lines_were_changed_refuses_to_exist() -> None:
    from dataclasses import replace

    paid = section_5().statement(LI, deals(327_450.14))
    lines = paid.lines.assign(paid=paid.lines["paid"] + [0.01, 0, 0, 0, 0])
    with pytest.raises(ReconciliationError) as caught:
        replace(paid, lines=lines)
    assert str(caught.value).startswith("Lines leave -0.01 of +15,534.02 unexplained.")
    lines = paid.lines.assign(paid=paid.lines["paid"] + [0.02, -0.02, 0, 0, 0])
    with pytest.raises(ReconciliationError) as caught:
        replace(paid, lines=lines)
    assert str(caught.value) == (
        "Line 'commission 1' pays 3,000.02 for 3,000.0000.\n"
        "  where: statement of Li\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
