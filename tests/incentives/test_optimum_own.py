"""Five plans of one's own through the whole question, each answer simulated again."""

import numpy as np
import pandas as pd
import pytest
from optimumtools import CAP
from paytools import SECTION_5_BANDS, SECTION_5_TIERS, measured, plan_of, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, Shape, draw_world, frontier, optimise, simulate

STEP = (
    "  - id: prize\n    text: {en: Prize, zh: 奖励}\n    type: step\n    basis: period\n"
    f"    closed: lower\n    pays: sum\n    measured: {measured('attainment')}\n"
    '    steps: [{from: "0.9", amount: "800.00"}, {from: "1.1", amount: "1500.00"}]\n'
)
INTERPOLATED = (
    "  - id: share\n    text: {en: Share, zh: 分摊}\n    type: interpolated\n    basis: period\n"
    f"    closed: lower\n    measured: {measured('attainment')}\n"
    '    tiers: [{from: "0", to: "0.8", amount: "2000.00"}, {from: "0.8", to: "1.2", '
    'amount: "4000.00"}, {from: "1.2", to: "2", amount: "3000.00"}]\n'
)
GATE = (
    "  - id: door\n    text: {en: Gate, zh: 门槛}\n    type: gate\n    closed: lower\n"
    '    measured: {unit: attainment, quota: month, tier_measure: sales}\n    at: "0.7"\n'
    "    multiplies: [commission]\n"
)
RETRO = tiers_yaml('{from: "0", rate: "0.02"}, {from: "0.8", rate: "0.03"}, {from: "1", rate: "0.04"}',
                   mode="retroactive")  # fmt: skip
GRADED = tiers_yaml(SECTION_5_TIERS)
OWN = {
    "steps and rates": GRADED + STEP,
    "interpolated": INTERPOLATED,
    "retroactive with a gate": RETRO + GATE,
    "capped, with coefficients": GRADED + SECTION_5_BANDS + CAP.replace("5000", "20000"),
    "quarterly, several parts": RETRO + STEP + INTERPOLATED,
}
QUICK = ("interpolated",)
NAMES = [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in OWN]


def own(name: str) -> Plan:
    plan = plan_of(OWN[name])
    if not name.startswith("quarterly"):
        return plan
    text = plan.to_yaml().replace("quota: {per: month", "quota: {per: quarter")
    return Plan.from_text(text.replace("quota: month", "quota: quarter"), name="plan.yaml")


def world_of(plan: Plan):
    people = pd.DataFrame({"salesperson": list("ABCDE"), "quota": [1e5, 1.5e5, 2e5, 1.2e5, 1.8e5]})
    return draw_world(
        people, "normal", draws=200, periods={"month": 12, "quarter": 4}[plan.head.per]
    )


@pytest.mark.parametrize("name", NAMES)
def test_budget_tail_and_cost_are_those_of_the_simulation(name):
    plan = own(name)
    world = world_of(plan)
    kinds = sorted(set(plan.knobs()["kind"]) & {"rate", "coefficient", "amount"})
    today = simulate(plan, world)
    best = optimise(plan, draws=world, free=kinds, shape=Shape(within=0.3, jump="today"))
    again = simulate(best.plan, world)
    assert best.cost == pytest.approx(again.cost)
    assert again.cost <= today.cost * (1 + 1e-7) + 0.005
    assert best.figure("p95") == pytest.approx(again.quantile(0.95))
    assert best.figure("spread") >= best.figure("spread", "old") - 1e-6
    assert best.figure("jump") <= best.figure("jump", "old") + 0.5
    moved = np.abs(best.frame["new"] - best.frame["old"])
    tops = best.frame.groupby(["component", "kind"])["old"].transform("max")
    allowed = 0.3 * best.frame["old"].where(best.frame["old"] > 0, tops)
    assert (moved <= allowed + 1e-9).all()
    # a tail that is to be smaller is, and its P95 is told
    least = optimise(plan, draws=world, free=kinds, objective="cheapest", at_target=None,
                     upside=None, shape=Shape(within=0.3)).figure("cvar")  # fmt: skip
    limit = (best.figure("cvar", "old") + least) / 2
    safe = optimise(plan, draws=world, free=kinds, cvar=limit, at_target=None,
                    shape=Shape(within=0.3))  # fmt: skip
    worst = np.sort(simulate(safe.plan, world).draws["pay"])[-10:].mean()
    assert worst <= limit * (1 + 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_points_of_the_frontier_are_told_whole_or_with_their_reason(name):
    plan = own(name)
    kinds = sorted(set(plan.knobs()["kind"]) & {"rate", "coefficient", "amount"})
    found = frontier(plan, "normal", quota=150_000, free=kinds, at_target=None,
                     budgets=[1.0, 7_000.0, 9_000.0])  # fmt: skip
    figures = found.frame.set_index("status")[["cost", "goal", "gini", "price"]]
    assert figures.loc[["infeasible"]].isna().all().all()
    assert found.frame["why"].iloc[0].startswith("no plan meets 2 conditions together")
    if len(found.best()):
        assert np.isfinite(figures.loc[["best"]].to_numpy("float64")).all()
    with pytest.raises(ContractError, match=r"give a budget of [\d,.]+ or more") as caught:
        optimise(plan, "normal", quota=150_000, free=kinds, at_target=None, budget=1.0)
    assert caught.value.code == "infeasible"
