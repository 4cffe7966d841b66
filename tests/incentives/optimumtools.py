"""Plans, people and shapes for the tests of the best numbers of a plan."""

import numpy as np
import pandas as pd
from paytools import plan_of, tiers_yaml

from salesanalysis.incentives import Plan, Shape, optimise
from salesanalysis.incentives.moments import Empirical

TWO = '{from: "0", rate: "0.02"}, {from: "1", rate: "0.10"}'
FREE = Shape(within=None)
HALVES = Empirical([0.5, 1.5])
STANDARD = "params/plans/standard.yaml"
CAP = 'limits:\n  cap: {of: pay, amount: "5000.00", excess: lost, before: null}\n'


def two(extra: str = "") -> Plan:
    return plan_of(tiers_yaml(TWO) + extra)


def new_of(best) -> list[float]:
    return best.to_frame()["new"].tolist()


def team(n: int = 40, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "salesperson": [f"S{i:03d}" for i in range(n)],
            "quota": np.round(rng.lognormal(12.5, 0.3, n)),
            "attainment": rng.lognormal(0.04, 0.2, n).round(4),
        }
    )


def ask(**options):
    return lambda: optimise(Plan.from_yaml(STANDARD), "normal", **{"quota": 300_000, **options})
