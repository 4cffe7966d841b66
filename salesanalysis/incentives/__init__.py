"""Incentives: plans from YAML, statements to the cent, payout curves, plans in plain words.

`Plan.from_yaml(path)` reads a plan; `plan.statement(person, deals)` pays one person line by line,
`plan.pay(people, deals)` everybody, `plan.curve()` draws what it pays, `plan.text(lang)` says it.
"""

from salesanalysis.incentives.inputs.deals import deals_of
from salesanalysis.incentives.pay.curve import PayCurve
from salesanalysis.incentives.pay.register import PayRegister
from salesanalysis.incentives.pay.statement import Statement
from salesanalysis.incentives.plan import Plan

__all__ = ["PayCurve", "PayRegister", "Plan", "Statement", "deals_of"]
