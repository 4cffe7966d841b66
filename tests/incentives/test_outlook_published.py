"""Figures printed by vendors and consultants, paid on drawn worlds: what a year may cost.

Every table gives pay at a few results. A world in which each of these results is as likely as
another has to pay exactly these amounts, by every back end, and costs their mean.
"""

import pandas as pd
import pytest
from outlooktools import by_hand
from paytools import BOTH, plan_of, tiers_yaml
from simtools import yearly

from salesanalysis.incentives import Attainment
from salesanalysis.incentives.outlook import compare_draws, cost_distribution, cost_of_sales
from salesanalysis.incentives.simulate import draw_world, expected_pay, simulate


def tiers(text: str, **how) -> str:
    rows = [row.split(":") for row in text.split()]
    return tiers_yaml(", ".join(f'{{from: "{e}", rate: "{r}"}}' for e, r in rows), **how)


def curve(text: str) -> str:
    points = ", ".join('["{}", "{}"]'.format(*row.split(":")) for row in text.split())
    return (
        "  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: '0', "
        f"measured: {{unit: attainment, quota: month, {BOTH}}}, points: [{points}]}}\n"
    )


#: page: (components, quota, target incentive, {attainment: pay printed})
PRINTED = {
    # visdum.com/term/payout-floor-commission-threshold: 10 % of everything from 70 % on
    "visdum": (
        tiers("0:0 0.7:0.10", mode="retroactive"), 1_000_000, 0,
        {0.50: 0, 0.69: 0, 0.70: 70_000, 0.90: 90_000},
    ),
    # prowi.io/en/glossary/quota-attainment: 10,000 + 7,500 + 1,875 at 130 %
    "prowi": (
        tiers("0:0 0.5:0.08 1:0.12 1.25:0.15 1.5:0.18"), 250_000, 0,
        {0.5: 0, 1.0: 10_000, 1.25: 17_500, 1.3: 19_375},
    ),
    # revopsmasters.com/category/sales-compensation/accelerators-and-decelerators
    "revopsmasters": (
        curve("0:0 1:1 1.3:1.45 1.4:1.65"), 500_000, 100_000,
        {1.0: 100_000, 1.3: 145_000},
    ),
    # bonuspaycalc.com/guides/bonus-payout-curve-explained.html: "roughly" 5,000 at 85 %; capped
    "bonuspaycalc": (
        curve("0.7:0 1:1 1.5:2"), 100_000, 10_000,
        {0.5: 0, 0.85: 5_000, 1.0: 10_000, 1.2: 14_000, 1.5: 20_000, 2.0: 20_000},
    ),
    # salesopsclub.com/glossary/accelerator: at 120 % twice the rate above quota earns 40 % more
    "salesopsclub": (tiers("0:0.10 1:0.20"), 100_000, 0, {1.0: 10_000, 1.2: 14_000}),
    # sparrowgenie.com/sales-commission-models/threshold-commission: 7 % above 10,000
    "sparrowgenie": (
        tiers("0:0 10000:0.07", unit="amount"), 10_000, 0, {0.9: 0, 1.5: 350},
    ),
    # scribd.com 188880696, a worksheet of 4 %: 40,000 at a million
    "worksheet": (tiers("0:0.04"), 1_000_000, 0, {1.0: 40_000, 1.25: 50_000}),
}  # fmt: skip


def world_of(name: str, draws: int = 400):
    """Return the plan of a page, and a world of one seller with its results, equally likely."""
    parts, quota, incentive, printed = PRINTED[name]
    plan = yearly(plan_of(parts))
    people = pd.DataFrame({"salesperson": ["A"], "quota": [float(quota)],
                           "target_incentive": [float(incentive)]})  # fmt: skip
    at = Attainment("empirical", 1.0, 0.2, values=tuple(printed))
    return plan, draw_world(people, at, periods=1, per_year=1, draws=draws)


@pytest.mark.parametrize("backend", ["ledger", "vector", "exact"])
@pytest.mark.parametrize("name", PRINTED)
def test_a_result_on_a_page_is_paid_as_printed_there_on_drawn_years(name, backend):
    plan, world = world_of(name)
    printed = PRINTED[name][3]
    paid = simulate(plan, world, backend=backend).sample
    found = paid.groupby(paid["attainment"].round(9))["pay"].agg(["min", "max"])
    assert found.index.tolist() == sorted(printed)
    for ends in ("min", "max"):
        assert found[ends].to_dict() == pytest.approx(printed, abs=1e-6)
    assert cost_distribution(simulate(plan, world)).value("p95") == pytest.approx(
        max(printed.values())
    )


@pytest.mark.parametrize("name", PRINTED)
def test_the_expected_cost_of_a_page_is_the_mean_of_what_it_prints(name):
    plan, world = world_of(name)
    printed = PRINTED[name][3]
    closed = expected_pay(plan, world, backend="analytic")
    assert closed.cost == pytest.approx(sum(printed.values()) / len(printed), rel=1e-9)
    drawn = simulate(plan, world).draws["pay"]
    assert drawn.mean() == pytest.approx(closed.cost, abs=4 * drawn.std() / len(drawn) ** 0.5 + 1)


def test_the_accelerator_of_a_page_costs_15_000_more_than_the_flat_rate_at_130_percent():
    """revopsmasters.com: without it the seller earns 130,000, with it 145,000."""
    plan, world = world_of("revopsmasters")
    flat = yearly(plan_of(curve("0:0 1:1 2:2")))
    found = compare_draws(simulate(flat, world), simulate(plan, world))
    years = found.years.set_index(found.years["attainment"].round(1))
    assert years.loc[1.3, "old_amount"].tolist() == pytest.approx([130_000] * 2)
    assert years.loc[1.3, "change_amount"].tolist() == pytest.approx([15_000] * 2)
    assert found.frame["lose_share"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("pay", "sales", "share"),
    [(150_000, 3_000_000, 0.05), (7.9, 100, 0.079)],
)
def test_the_cost_of_sales_of_a_page_is_pay_over_sales(pay, sales, share):
    """accelerateconsultinggroup.com: 150,000 of 3,000,000 is 5 %; Alexander Group: 7.9 cents."""
    found = cost_of_sales(by_hand({"A": [pay] * 4}, {"A": [sales] * 4}))
    assert found.frame["cost_share"].tolist() == pytest.approx([share])
