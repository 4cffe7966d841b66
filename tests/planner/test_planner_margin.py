"""A plan on amount less cost is tried on a data set's own costs, never on its plain sales."""

from dataclasses import replace
from functools import cache

import pytest

from salesanalysis import load
from salesanalysis.book import company
from salesanalysis.book.paying import Payroll
from salesanalysis.data import Dataset
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, crowd_of
from salesanalysis.planner.crowd import Told
from salesanalysis.planner.lastpay import _is_plain

TEXT = """\
schema: 1
plan: {id: gm, currency: CNY, effective: {from: 2024-01-01, to: null}, title: {en: Margin plan, zh: 毛利方案},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {BESIDEmargin: {kind: money, margin: {amount: revenue, cost: cost, loss: negative}}}
quota: {per: month}
components:
  - {id: commission, text: {en: Commission, zh: 提成}, type: tiers, mode: marginal, basis: period,
     closed: lower, negative: zero,
     measured: {unit: amount, quota: month, tier_measure: margin, pay_measure: margin},
     tiers: [{from: "0", rate: "0.10"}]}
"""
ALONE = Plan.from_text(TEXT.replace("BESIDE", ""))
BESIDE = Plan.from_text(TEXT.replace("BESIDE", "sales: {kind: money}, "))


@cache
def demo() -> Dataset:
    return load("demo")


@cache
def margins() -> dict[str, float]:
    """Revenue less cost of the last closed month, by person."""
    lines = demo().frame("sales")
    lines = lines[lines["date"].dt.strftime("%Y-%m") == "2024-03"]
    left = (lines["revenue"] - lines["cost"]).groupby(lines["salesperson"]).sum()
    return left.round(2).to_dict()


@pytest.mark.parametrize("plan", [ALONE, BESIDE], ids=["alone", "beside"])
def test_a_statement_pays_a_tenth_of_revenue_less_cost(plan) -> None:
    crowd = crowd_of(plan, demo())
    assert not _is_plain(plan, crowd)
    for name in crowd.names[:2]:
        found = Desk(plan, crowd, draws=20).statement(name)
        assert found.payout == pytest.approx(margins()[name] / 10, abs=0.006)


def test_assumed_people_stand_at_the_target_of_a_margin_beside_sales() -> None:
    crowd = crowd_of(BESIDE)
    found = Desk(BESIDE, crowd, draws=20).statement(crowd.names[0])
    assert found.payout == pytest.approx(crowd.row(crowd.names[0])["quota"] / 10, abs=0.01)


def test_the_payroll_of_a_book_takes_the_costs_a_plan_asks_for() -> None:
    data = demo()
    roll = Payroll(data, company(data).plan, data.regions[0])
    paid = roll.register(ALONE).frame.set_index("salesperson")["pay"]
    assert len(paid) > 3
    for name, pay in paid.items():
        assert pay == pytest.approx(margins()[name] / 10, abs=0.006)


def on(measure: str) -> Plan:
    """A tenth of a measure the plan does not explain further."""
    text = TEXT.replace("BESIDEmargin: {kind: money, margin: {amount: revenue, cost: cost, loss: ne"
                        "gative}}", f"{measure}: {{kind: money}}")  # fmt: skip
    return Plan.from_text(text.replace("_measure: margin", f"_measure: {measure}"))


def test_a_plan_on_margin_or_cash_leaves_the_sales_to_the_plan_beside_it() -> None:
    """On sales, beside a plan on margin, people were paid a tenth of their margin."""
    data, plans = demo(), {name: on(name) for name in ("sales", "margin", "cash")}
    crowd = crowd_of(plans["sales"], data)
    march = {"sales": crowd.deals, "cash": crowd.told.results["cash"]}
    tenth = {k: f.groupby("salesperson")["amount"].sum() / 10 for k, f in march.items()}
    tenth["margin"] = {name: value / 10 for name, value in margins().items()}
    assert not tenth["cash"].round(2).equals(tenth["sales"].round(2))
    for now, old in (("margin", "sales"), ("sales", "cash"), ("cash", "margin")):
        desk = Desk(plans[now], crowd, draws=20)
        desk.compare(plans[old])
        view = desk.view()
        for paid, name in ((view.paid, now), (view.was_paid, old)):
            for who, pay in paid.set_index("salesperson")["pay"].items():
                assert pay == pytest.approx(tenth[name].get(who, 0.0), abs=0.011), (who, name)


@pytest.mark.parametrize("plan", [ALONE, on("margin")], ids=["by_rule", "by_name"])
def test_a_margin_beside_the_quotas_of_sales_is_said_on_the_page(plan) -> None:
    desk = Desk(plan, crowd_of(plan, demo()), draws=20)
    assert desk.view().sentences("zh")[-1] == (
        "方案按毛利考核，而demo的任务额是销售额的任务：完成率为毛利除以销售任务额，模拟年度也以毛利去完成该任务额。"
    )
    assert desk.view().sentences("en")[-1] == (
        "The plan is on margin, the quotas of demo are those of sales: completion is margin over "
        "the sales quota, and drawn years reach that quota with it."
    )
    for quiet in ("sales", "bookings"):
        desk.load(on(quiet))
        assert "quotas of demo are those" not in " ".join(desk.view().sentences("en"))


def test_cash_that_no_table_tells_is_said_to_be_sales() -> None:
    crowd = crowd_of(on("sales"), demo())
    desk = Desk(on("cash"), replace(crowd, told=Told(crowd.told.people)), draws=20)
    assert desk.view().sentences("en")[-1] == (
        "The plan is on cash; demo tells none of it, so sales are taken in its place."
    )
