"""The desk on a company's own people: the deals of the month that is over, to the cent."""

from pathlib import Path

import pytest

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, crowd_of


@pytest.fixture(scope="module")
def company(demo_company):
    return demo_company


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


def test_teams_managers_and_cash_of_the_demo_are_those_of_its_tables(company) -> None:
    team, cash = (Plan.from_yaml(f"params/plans/{n}.yaml") for n in ("team", "collections"))
    crowd = crowd_of(team, company.data)
    desk = Desk(team, crowd, draws=50)
    # the team Zhou Tao moved to in July 2023, not the one before
    assert desk.crowd.row("Zhou Tao")[["team", "manager"]].tolist() == ["Shanghai", "Li Wei"]
    sold = crowd.deals.groupby("salesperson")["amount"].sum()
    led = ["Chen Jie", "Wang Fang", "Zhang Jing", "Zhou Tao"]
    # 3 % and, shared by credit, 1 % of own sales; half a percent of what the people led sold
    expected = 0.04 * sold["Li Wei"] + 0.005 * sold[led].sum()
    assert desk.statement("Li Wei").payout == pytest.approx(expected, abs=0.02)
    assert "陈国平" in desk.view().sentences("zh")[-1]

    desk.load(cash)
    rows = company.data.frame("collections")
    march = rows[(rows["date"] >= "2024-03-01") & (rows["date"] < "2024-04-01")]
    received = march.groupby("salesperson")["collected_amount"].sum()
    statement = desk.statement("Wang Fang")
    rate = {True: 0.04, False: 0.03 if statement.completion >= 0.8 else 0.02}
    assert statement.payout == round(
        rate[statement.completion >= 1] * received["Wang Fang"] + 1e-9, 2
    )


def test_a_plan_per_quarter_is_tried_on_the_quarter_that_is_over(company) -> None:
    text = Path("params/plans/standard.yaml").read_text("utf-8")
    text = text.replace("quota: {per: month", "quota: {per: quarter")
    plan = Plan.from_text(text.replace("quota: month,", "quota: quarter,"), name="q.yaml")
    crowd = crowd_of(plan, company.data)
    targets = company.plan.frame
    quarter = targets[targets["period"].between("2024-01-01", "2024-03-01")]
    asked = quarter[quarter["salesperson"] == "Li Wei"]["value"].sum()
    assert crowd.row("Li Wei")["quota"] == pytest.approx(asked)
    sales = company.data.frame("sales")
    own = sales[(sales["salesperson"] == "Li Wei") & (sales["date"] >= "2024-01-01")]["revenue"]
    assert crowd.own_deals("Li Wei")["amount"].sum() == pytest.approx(own.sum())
    desk = Desk(plan, crowd, draws=50)
    assert "Q1 2024 paid again" in desk.view().people_headline("en")
    yearly = Plan.from_text(
        plan.to_yaml().replace("per: quarter", "per: year").replace("quota: quarter", "quota: year")
    )
    with pytest.raises(ContractError) as caught:
        crowd_of(yearly, company.data)
    assert str(caught.value) == (
        "Quotas of demo are those of a month; the plan asks for quotas of a year.\n"
        f"  where: {yearly.document.name}\n"
        "  fix:   open the plan without data, or with people= whose quotas are of a year"
    )
