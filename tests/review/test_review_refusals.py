"""What no action may be opened with."""

import numpy as np
import pytest
from actiontools import GIVEN, cause, opened_from, refused

import salesanalysis as sa


def test_an_unassigned_cause_has_to_be_resolved_by_a_person():
    record = cause("quantity") | {"amount": -100_000.0}
    assert record["origin"] == "unassigned"
    assert refused(record) == (
        "The cause 'quantity' is unassigned: internal or external is not known.\n"
        f"  where: cause {record['id']}\n"
        '  fix:   say so: origin="internal" or origin="external"'
    )
    action = sa.review.open_action(record, origin="external", department="strategy", **GIVEN)
    assert (action.kind, action.origin) == ("resources", "external")
    assert refused(record | {"origin": "open"}).endswith("fix:   wait until its months are closed")


def test_days_in_the_wrong_order_are_refused():
    assert refused(due="2024-03-31", start=None) == (
        "The action is due on 2024-03-31, but its period ends on 2024-03-31.\n"
        "  where: open_action(due=...)\n"
        "  fix:   choose a day after the period"
    )
    assert refused(start="2024-06-30") == (
        "The action is due on 2024-06-30, not after its start on 2024-06-30.\n"
        "  where: open_action(start=..., due=...)\n"
        "  fix:   choose a later due day"
    )
    assert refused(due="30/06") == (
        "'30/06' is not a day.\n  where: open_action(due=...)\n  fix:   write it as \"2024-06-30\""
    )


@pytest.mark.parametrize("amount", [0, -5, np.nan, np.inf])
def test_an_expected_result_is_an_amount_above_zero(amount):
    assert refused(expected=amount) == (
        f"expected must be an amount above 0, got {amount!r}.\n"
        "  where: open_action(expected=...)\n"
        "  fix:   give what is to be won back, without a sign"
    )


def test_one_owner_one_department_and_a_real_record():
    assert refused(owner=["Li", "Wang"]) == (
        "owner must be text, got ['Li', 'Wang'].\n"
        "  where: open_action(owner=...)\n"
        "  fix:   name one owner"
    )
    assert refused(department=["sales", "hr"]) == (
        "One action has one department, got ['sales', 'hr'].\n"
        "  where: open_action(department=...)\n"
        "  fix:   open one action for each department"
    )
    assert refused(department="slaes").startswith(
        "'slaes' is not a department here; known: pricing,"
    )
    assert refused(department="slaes").endswith("fix:   write 'sales'")
    assert refused({"effect": "price", "amount": -5.0}) == (
        "The record of the cause has no 'id', 'base', 'window', 'grain', 'keys', 'origin', 'method', "
        "'measure', 'currency'.\n"
        "  where: open_action(cause)\n"
        "  fix:   pass bridge.cause(row): a cause is never typed by hand"
    )
    assert refused(cause() | {"amount": 0.0}) == (
        "The cause has an amount of 0.0: there is nothing to win back.\n"
        f"  where: cause {cause()['id']}, effect 'price'\n"
        "  fix:   choose a row that moved"
    )
    assert refused(cause("quantity")).splitlines() == [
        "The cause 'quantity' is a gain of 100,000.00: there is nothing to win back.",
        f"  where: cause {cause('quantity')['id']}",
        "  fix:   choose a row that lost",
    ]
    costs = cause("quantity") | {"favourable": "down"}
    assert opened_from(costs).kind == "improvement"
    assert refused(origin="inside").startswith(
        "'inside' is not a origin here; known: internal, external, plan."
    )


def test_a_rate_is_won_back_in_points_not_in_money():
    record = cause() | {"kind": "share", "effect": "collection_rate", "amount": -0.04}
    action = sa.review.open_action(record, expected=0.025, **GIVEN)
    assert action.headline() == "Action on collection rate, East: win back 2.5 pp by 30 Jun 2024"
    assert "-4.0 pp against target" in action.explain()
