"""Incentives: plans from YAML, statements to the cent, payout curves, plans in plain words.

`Plan.from_yaml(path)` reads a plan; `plan.statement(person, deals)` pays one person line by line,
`plan.pay(people, deals)` everybody, `plan.curve()` draws what it pays, `plan.text(lang)` says it.
`compare_semantics` pays the same deals under every reading of a rate table; `compile_plan` and
`payout` pay millions of rows.
"""

from salesanalysis.doors import guard
from salesanalysis.incentives.attainment import (
    Attainment,
    Deals,
    ForecastDraws,
    OtherMeasure,
    attainment,
    bootstrap,
    calibrate,
    from_draws,
    from_facts,
)
from salesanalysis.incentives.behaviour import (
    bunching,
    cost_with_effort,
    gaming_exposure,
    linear_optimum,
    moved_deal,
    plan_effort,
    quota_bonus,
    ratchet,
)
from salesanalysis.incentives.compiled import Compiled, compile_plan, payout
from salesanalysis.incentives.corrections import Correction, appeal, compare_pay
from salesanalysis.incentives.effects import SchemeEffect, evaluate_change, outcome_frame
from salesanalysis.incentives.inputs.coverage import plans_for
from salesanalysis.incentives.inputs.deals import deals_of
from salesanalysis.incentives.lint import Lint, lint
from salesanalysis.incentives.optimum import (
    EffortOptimum,
    Frontier,
    Optimum,
    Shape,
    frontier,
    optimise,
    optimise_effort,
)
from salesanalysis.incentives.outlook import Comparison, Outlook, compare, outlook
from salesanalysis.incentives.pay.curve import PayCurve
from salesanalysis.incentives.pay.register import PayRegister
from salesanalysis.incentives.pay.run import PayRun
from salesanalysis.incentives.pay.statement import Statement
from salesanalysis.incentives.plan import Plan
from salesanalysis.incentives.semantics import Semantics, compare_semantics
from salesanalysis.incentives.simulate import (
    BackendNotValid,
    Simulation,
    World,
    draw_world,
    simulate,
)
from salesanalysis.incentives.tax import BlindZones, blind_zones, one_off_tax

__all__ = [
    "Attainment",
    "BackendNotValid",
    "BlindZones",
    "Comparison",
    "Compiled",
    "Correction",
    "Deals",
    "EffortOptimum",
    "ForecastDraws",
    "Frontier",
    "Lint",
    "Optimum",
    "OtherMeasure",
    "Outlook",
    "PayCurve",
    "PayRegister",
    "PayRun",
    "Plan",
    "SchemeEffect",
    "Semantics",
    "Shape",
    "Simulation",
    "Statement",
    "World",
    "appeal",
    "attainment",
    "blind_zones",
    "bootstrap",
    "bunching",
    "calibrate",
    "compare",
    "compare_pay",
    "compare_semantics",
    "compile_plan",
    "cost_with_effort",
    "deals_of",
    "draw_world",
    "evaluate_change",
    "from_draws",
    "from_facts",
    "frontier",
    "gaming_exposure",
    "linear_optimum",
    "lint",
    "moved_deal",
    "one_off_tax",
    "optimise",
    "optimise_effort",
    "outcome_frame",
    "outlook",
    "payout",
    "plan_effort",
    "plans_for",
    "quota_bonus",
    "ratchet",
    "simulate",
]

guard(globals(), __all__)
