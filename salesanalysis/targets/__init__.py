"""Targets: a proposal per unit from its own history, and a hand-down that adds up everywhere.

`growth` turns a panel into a `Basis` (base, growth, proposed value, and the reason for each);
`cascade` hands a total down by it, over levels, people and months, to a `Plan`;
``plan.quality(forecast)`` sets the chance of reaching it beside every target. `month_shares`,
`split_days` and `quota_days` are targets in time; `metric_card` hands several metrics down at once.
"""

from salesanalysis.doors import guard
from salesanalysis.targets.assumptions import AssumptionBridge, Assumptions, assume
from salesanalysis.targets.base_cleaning import CleanBase, Policy, clean_base
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.bottomup import (
    GapTable,
    ParentCheck,
    Proposals,
    Reconciled,
    at_least_parent,
    gap_table,
    reconcile,
)
from salesanalysis.targets.card.build import card
from salesanalysis.targets.card.diff import PlanDiff, diff_plans
from salesanalysis.targets.card.reading import read_edits
from salesanalysis.targets.card.table import TargetCard
from salesanalysis.targets.card.timetable import milestones, overdue, requests, timetable, unmet
from salesanalysis.targets.card.typed import edits_from_card
from salesanalysis.targets.card.versions import Version, version
from salesanalysis.targets.card.why import edit_reasons
from salesanalysis.targets.card.workbook import workbook
from salesanalysis.targets.cascade import cascade
from salesanalysis.targets.crossed import (
    Bounded,
    Edited,
    Fitted,
    TerritoryLines,
    apply_bounds,
    apply_edits,
    capacity,
    customer_shares,
    fit_margins,
    manager_rows,
    pins_from_card,
    territory_lines,
    undo,
)
from salesanalysis.targets.fairness.backtest import backtest
from salesanalysis.targets.fairness.entry import EntryErrors, find_entry_errors
from salesanalysis.targets.fairness.handed import split_check, stuck_targets
from salesanalysis.targets.fairness.planned import chances, plan_report
from salesanalysis.targets.fairness.report import QualityReport
from salesanalysis.targets.fairness.splits import SplitCheck
from salesanalysis.targets.fairness.testing import quality_report
from salesanalysis.targets.fairness.trials import try_methods
from salesanalysis.targets.fairness.tried import Trials
from salesanalysis.targets.growth import growth
from salesanalysis.targets.growth_methods.compare import Comparison, compare
from salesanalysis.targets.growth_methods.regress import Regression, regress
from salesanalysis.targets.growth_methods.relief import growth_less_relief
from salesanalysis.targets.metrics.card import MetricCard
from salesanalysis.targets.metrics.handdown import metric_card
from salesanalysis.targets.metrics.kinds import Ask, Metric
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.quality import PlanQuality
from salesanalysis.targets.tiers import (
    Outlook,
    OverAssigned,
    SmartCheck,
    Tiers,
    over_assignment,
    plan_chance,
    smart_check,
    tiers,
)
from salesanalysis.targets.time.dayplan import DayPlan
from salesanalysis.targets.time.days import split_days
from salesanalysis.targets.time.monthshares import MonthShares
from salesanalysis.targets.time.pinned import pin_months
from salesanalysis.targets.time.profile import DayProfile, day_profile
from salesanalysis.targets.time.quota import quota_days
from salesanalysis.targets.time.quotadays import QuotaDays
from salesanalysis.targets.time.shares import month_shares
from salesanalysis.targets.wholeunits import round_exact

__all__ = [
    "Ask",
    "AssumptionBridge",
    "Assumptions",
    "Basis",
    "Bounded",
    "CleanBase",
    "Comparison",
    "DayPlan",
    "DayProfile",
    "Edited",
    "EntryErrors",
    "Fitted",
    "GapTable",
    "Metric",
    "MetricCard",
    "MonthShares",
    "Outlook",
    "OverAssigned",
    "ParentCheck",
    "Plan",
    "PlanDiff",
    "PlanQuality",
    "Policy",
    "Proposals",
    "QualityReport",
    "QuotaDays",
    "Reconciled",
    "Regression",
    "SmartCheck",
    "SplitCheck",
    "TargetCard",
    "TerritoryLines",
    "Tiers",
    "Trials",
    "Version",
    "apply_bounds",
    "apply_edits",
    "assume",
    "at_least_parent",
    "backtest",
    "capacity",
    "card",
    "cascade",
    "chances",
    "clean_base",
    "compare",
    "customer_shares",
    "day_profile",
    "diff_plans",
    "edit_reasons",
    "edits_from_card",
    "find_entry_errors",
    "fit_margins",
    "gap_table",
    "growth",
    "growth_less_relief",
    "manager_rows",
    "metric_card",
    "milestones",
    "month_shares",
    "over_assignment",
    "overdue",
    "pin_months",
    "pins_from_card",
    "plan_chance",
    "plan_report",
    "quality_report",
    "quota_days",
    "read_edits",
    "reconcile",
    "regress",
    "requests",
    "round_exact",
    "smart_check",
    "split_check",
    "split_days",
    "stuck_targets",
    "territory_lines",
    "tiers",
    "timetable",
    "try_methods",
    "undo",
    "unmet",
    "version",
    "workbook",
]

guard(globals(), __all__)
