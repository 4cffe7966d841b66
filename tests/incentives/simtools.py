"""People and worlds on which every back end pays the same."""

import pandas as pd
import pytest
from paytools import SECTION_5_TIERS, plan_of, tiers_yaml

from salesanalysis.incentives import Attainment, BackendNotValid, Plan, draw_world, simulate

TEAM = pd.DataFrame(
    {
        "salesperson": ["Chen", "Li", "Wang", "Zhao"],
        "region": ["N", "N", "S", "S"],
        "quota": [300_000.0, 120_000.0, 80_000.0, 1_000.0],
    }
)
#: The same people in teams; the smallest quota is ten times as large.
TWO_TEAMS = TEAM.assign(team=["a", "b", "a", "b"], quota=[300_000.0, 120_000.0, 80_000.0, 10_000.0])
#: Attainments of whole percents, so that sales lie exactly on edges.
ROUND = Attainment("empirical", 1.0, 0.2, values=tuple(k / 100 for k in range(70, 131)))
WITH_CAP = 'limits: {cap: {of: pay, amount: "9000.00", excess: %s, before: null}%s}\n'


def agree(plan: Plan, model="normal", backends=("ledger", "vector", "exact"), **world) -> None:
    """Pay a small world by each back end and compare draws, regions, people and sample."""
    options = {"draws": 7, "periods": 12, "per_year": 12, **world}
    drawn = draw_world(TEAM, model, **options)
    first, *others = (simulate(plan, drawn, backend=b) for b in backends)
    for other in others:
        for name, keys in (("draws", "pay"), ("people", "pay_mean"), ("sample", "pay")):
            a, b = (getattr(run, name)[keys].to_numpy() for run in (first, other))
            assert b == pytest.approx(a, rel=1e-9, abs=1e-9), (name, other.backend)
        both = [run.regions.set_index(["region", "draw"])["pay"] for run in (first, other)]
        assert both[1].to_numpy() == pytest.approx(both[0].to_numpy(), rel=1e-9, abs=1e-9)


def yearly(plan: Plan) -> Plan:
    """Return the plan paid once a year."""
    text = plan.to_yaml().replace("per: month", "per: year").replace("quota: month", "quota: year")
    return Plan.from_text(text)


def refused(call) -> str:
    with pytest.raises(BackendNotValid) as caught:
        call()
    return str(caught.value)


def whole_amount(closed: str) -> Plan:
    """Return the rates of section 5 on the whole amount: a jump at every edge."""
    return plan_of(tiers_yaml(SECTION_5_TIERS, mode="retroactive", closed=closed))
