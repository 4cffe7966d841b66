"""A plan on amount less cost is tried on a data set's own costs, never on its plain sales."""

from functools import cache

import pytest

from salesanalysis import load
from salesanalysis.book import company
from salesanalysis.book.paying import Payroll
from salesanalysis.data import Dataset
from salesanalysis.incentives import Plan
from salesanalysis.planner import Desk, crowd_of
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
