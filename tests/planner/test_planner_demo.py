"""The desk on a company's own people: the deals of the month that is over, to the cent."""

import pytest

import salesanalysis as sa
from salesanalysis.planner import Desk, crowd_of


@pytest.fixture(scope="module")
def company():
    return sa.company(sa.load("demo"))


def test_everybody_of_the_demo_is_paid_on_the_desk_what_the_pay_register_pays(company) -> None:
    plan = company.scheme()
    desk = Desk(plan, crowd_of(plan, company.data), draws=100)
    assert f"{desk.crowd.period:%Y-%m}" == "2024-03"
    view = desk.view()
    paid = view.paid.set_index("salesperson")["pay"]
    for region in ("East", "West"):
        register = company.pay(region, plan).to_frame()
        for who, pay, status in zip(
            register["salesperson"], register["pay"], register["status"], strict=True
        ):
            statement = desk.statement(who)
            assert statement.status == status
            if status == "paid":
                assert statement.payout == pay
                assert abs(paid[who] - pay) <= 0.005 + 1e-9
    shown = company.statement("East", plan)
    assert desk.statement(shown.salesperson).digest == shown.digest
    assert "Tried on 36 people: quotas and deals of Mar 2024." in view.notes("en")
    assert "Not in the cost, because without a quota: 1 of them." in view.notes("en")
