"""Incentives: plans from YAML, statements to the cent, payout curves, plans in plain words.

`Plan.from_yaml(path)` reads a plan; `plan.statement(person, deals)` pays one person line by line,
`plan.pay(people, deals)` everybody, `plan.curve()` draws what it pays, `plan.text(lang)` says it.
`compare_semantics` pays the same deals under every reading of a rate table; `compile_plan` and
`payout` pay millions of rows.
"""

from salesanalysis.incentives.compiled import Compiled, compile_plan, payout
from salesanalysis.incentives.corrections import Correction, appeal, compare_pay
from salesanalysis.incentives.inputs.deals import deals_of
from salesanalysis.incentives.lint import Lint, lint
from salesanalysis.incentives.pay.curve import PayCurve
from salesanalysis.incentives.pay.register import PayRegister
from salesanalysis.incentives.pay.run import PayRun
from salesanalysis.incentives.pay.statement import Statement
from salesanalysis.incentives.plan import Plan
from salesanalysis.incentives.semantics import Semantics, compare_semantics
from salesanalysis.incentives.tax import BlindZones, blind_zones, one_off_tax

__all__ = [
    "BlindZones",
    "Compiled",
    "Correction",
    "Lint",
    "PayCurve",
    "PayRegister",
    "PayRun",
    "Plan",
    "Semantics",
    "Statement",
    "appeal",
    "blind_zones",
    "compare_pay",
    "compare_semantics",
    "compile_plan",
    "deals_of",
    "lint",
    "one_off_tax",
    "payout",
]
