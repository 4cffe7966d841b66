"""Caps, guarantees and counters beside parts that are no lines hold on all draws, as in a run of deals."""

import pandas as pd
import pytest
from paytools import HEAD, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, draw_world, simulate

CREW = pd.DataFrame(
    {
        "salesperson": ["Chen", "Li", "Qian"],
        "region": ["N", "N", "S"],
        "quota": [300_000.0, 120_000.0, 95_000.0],
    }
)
BY_AMOUNT = tiers_yaml('{from: "0", rate: "0.02"}, {from: "90000", rate: "0.05"}', unit="amount")
PACKAGES = '  - {id: p, type: package, measure: sales, free: "10000", size: "2500", amount: "33"}\n'


def both(plan: Plan, world) -> pd.DataFrame:
    """Return the sampled pay of all draws, once it is that of the exact engine."""
    exact, cells = (simulate(plan, world, backend=b) for b in ("exact", "vector"))
    assert cells.sample["pay"].to_numpy() == pytest.approx(exact.sample["pay"].to_numpy(), rel=1e-9)
    return simulate(plan, world).sample


def test_a_cap_equal_for_all_cuts_packages_beside_a_commission_on_amounts() -> None:
    """A cap of 10.00 a month that every month passes: 12 months pay 120.00."""
    cap = 'limits: {cap: {of: pay, amount: "10.00", excess: lost, before: null}}\n'
    paid = both(Plan.from_text(HEAD + BY_AMOUNT + PACKAGES + cap), draw_world(CREW, draws=3))
    assert paid["pay"].tolist() == [120.0] * 9


def test_a_guarantee_equal_for_all_lifts_packages_beside_a_commission_on_amounts() -> None:
    """A guarantee that no month reaches is the pay: 12 x 90,000."""
    floor = 'limits: {cap: null, floor: {amount: "90000.00", until: null}}\n'
    paid = both(Plan.from_text(HEAD + BY_AMOUNT + PACKAGES + floor), draw_world(CREW, draws=3))
    assert paid["pay"].tolist() == [1_080_000.0] * 9


RUNNING = HEAD.replace("from: 2024-01-01, to: 2024-12-31", "from: 2023-01-01, to: null").replace(
    "{per: month, zero_quota: error}", "{per: year, paid: quarter, spread: even}"
).replace("per: month", "per: quarter")  # fmt: skip
COUNTER = tiers_yaml(
    '{from: "0", rate: "0.02"}, {from: "500000", rate: "0.04"}', basis="cumulative", unit="amount"
)


@pytest.mark.parametrize(
    "limits",
    ["", 'limits: {cap: {of: credit, amount: "250000.00", excess: lost, before: null}}\n'],
)
@pytest.mark.parametrize("counter", ["amount", "attainment"])
def test_counters_go_on_and_start_again_as_in_a_run_of_deals(limits, counter) -> None:
    """Shares of the quota of a year start again in January; amounts run on from the plan's start.

    What a cap on credit cuts off has not counted: later sales do not stand on it.
    """
    of_quota = COUNTER.replace("unit: amount", "unit: attainment, quota: year")
    part = COUNTER if counter == "amount" else of_quota.replace("500000", "0.5")
    plan = Plan.from_text(RUNNING + part + PACKAGES + limits)
    people = CREW.assign(quota=CREW["quota"] * 12)
    world = draw_world(people, draws=2, periods=6, per_year=4, quota_periods=4)
    found = both(plan, world)
    found = found[found["draw"] == 1].set_index("salesperson")["pay"].sort_index()
    days = [f"{2023 + t // 4}-{1 + t % 4 * 3:02d}-05" for t in range(6)]
    rows = [(f"{name}{t}", day, name, world.sold(name)[t, 1])
            for name in people["salesperson"] for t, day in enumerate(days)]  # fmt: skip
    deals = pd.DataFrame(rows, columns=["order_id", "date", "salesperson", "amount"])
    run = plan.run(people.assign(credited=0.0), deals, first="2023-01", last="2024-06").to_frame()
    wanted = run.groupby("salesperson")["pay"].sum().sort_index()
    assert found.to_numpy() == pytest.approx(wanted.to_numpy(), abs=0.011 * 6)


def test_quotas_of_a_year_are_not_taken_for_those_of_a_month() -> None:
    longer = HEAD.replace("quota: {per: month", "quota: {per: year, paid: month, spread: even")
    plan = Plan.from_text(longer + BY_AMOUNT)
    with pytest.raises(ContractError) as refusal:
        simulate(plan, draw_world(CREW, draws=2))
    assert str(refusal.value) == (
        "plan 'test' states the quota of 12 months; the world was drawn with that of 1.\n"
        "  where: simulate(plan, world)\n"
        "  fix:   draw_world(..., quota_periods=12), with the quota as the plan states it, "
        "or quota_periods=1, with that of one month"
    )
    months = simulate(plan, draw_world(CREW, draws=2, quota_periods=1))
    whole = plan.simulate(CREW.assign(quota=CREW["quota"] * 12), draws=2)
    assert whole.sample["pay"].tolist() == pytest.approx(months.sample["pay"].tolist(), rel=1e-9)
