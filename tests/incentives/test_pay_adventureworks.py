"""163 quarters of AdventureWorks sellers: `run` and `pay` give the control totals of the published data."""

import json

import pandas as pd
import pytest
from paytools import PLANS

from salesanalysis.incentives import Plan, deals_of
from salesanalysis.periods import FiscalCalendar

JULY = FiscalCalendar(7)
FLAT = """\
schema: 1
plan: {id: flat, currency: USD, effective: {from: 2017-07-01, to: null},
       title: {en: Own rate, zh: 个人提成}, rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: year, zero_quota: exclude_with_report}
components:
  - {id: own, type: tiers, mode: marginal, basis: period, closed: lower, negative: zero,
     measured: {unit: amount, tier_measure: sales, pay_measure: sales}, tiers: [{from: "0", rate: "RATE"}]}
"""


@pytest.fixture(scope="module")
def sold(adventureworks) -> pd.DataFrame:
    lines = pd.read_csv(adventureworks / "orders.csv.gz", dtype={"salesperson_id": str})
    return deals_of(lines.rename(columns={"salesperson_id": "salesperson", "order_date": "date"}))


@pytest.fixture(scope="module")
def control(adventureworks) -> pd.DataFrame:
    frame = pd.read_csv(adventureworks / "control_rep_quarter.csv", dtype={"salesperson_id": str})
    frame = frame.rename(columns={"salesperson_id": "salesperson", "quarter_start": "period"})
    return frame.sort_values(["salesperson", "period"], ignore_index=True)


def test_all_quarters_in_one_run_stand_in_the_published_bands(
    adventureworks, sold, control
) -> None:
    """Quotas 95,714,000; 44 below 80 %, 110 to below 100 %, 9 at or above; revenue 80,450,596.98."""
    plan = Plan.from_yaml(PLANS / "adventureworks.yaml")
    people = control[["salesperson", "quota", "period"]]
    run = plan.run(people, sold, first="2017-07", last="2020-06", calendar=JULY)
    frame = run.to_frame()
    assert (len(frame), frame["quota"].sum()) == (163, 95_714_000)
    below, at = (frame["completion"] < 0.8).sum(), (frame["completion"] >= 1).sum()
    assert (below, 163 - below - at, at) == (44, 110, 9)
    totals = json.loads((adventureworks / "control_totals.json").read_text())
    # every order is rounded to a cent once
    assert abs(frame["actual"].sum() - totals["orders"]["revenue"]) <= 0.005 * len(sold)
    apart = (frame["actual"] - control["actual"]).abs()
    assert (apart <= 0.005 * control["orders"] + 1e-6).all()
    # a quarter paid by itself pays what the run pays
    spring = people[people["period"] == "2020-04-01"].drop(columns="period")
    alone = plan.pay(spring, sold, period="2020-05", calendar=JULY)
    assert alone.total == pytest.approx(frame.loc[frame["period"] == "2020-04-01", "pay"].sum())


def test_sellers_at_their_published_rates_cost_1_100_987_79(adventureworks, sold) -> None:
    """Flat commission: revenue x commission_pct; one plan a rate, three fiscal years each."""
    rates = pd.read_csv(adventureworks / "salespeople.csv", dtype={"salesperson_id": str})
    rates = rates[rates["salesperson_id"].isin(sold["salesperson"])]
    total, rows, rounded = 0.0, 0, 0.0
    for rate, group in rates.groupby("commission_pct"):
        own = sold[sold["salesperson"].isin(group["salesperson_id"])]
        plan = Plan.from_text(FLAT.replace("RATE", f"{rate:g}"))
        people = pd.DataFrame({"salesperson": group["salesperson_id"]})
        run = plan.run(people, own, first="2017-07", last="2020-06", calendar=JULY)
        total, rows = total + run.total, rows + len(run.frame)
        rounded += 0.005 * float(rate) * len(own)
    assert len(rates) == 17
    # half a cent for every payment, and for every order its rate of half a cent
    assert abs(total - 1_100_987.7862) <= 0.005 * rows + rounded
