"""What a plan costs, provokes and is worth: every output of a planner.

`outlook(plan, people)` gathers them on one world; each is a result with table, picture and
sentences. `compare(old, new, people, deals)` pays what happened under two plans.
"""

from salesanalysis.incentives.outlook.at_result import CostAtResult, cost_at_result
from salesanalysis.incentives.outlook.breakeven import BreakEven, break_even
from salesanalysis.incentives.outlook.compare import compare, compare_draws
from salesanalysis.incentives.outlook.comparison import Comparison
from salesanalysis.incentives.outlook.convexity import Convexity, convexity, pay_at_quota
from salesanalysis.incentives.outlook.cost import CostDistribution, cost_distribution
from salesanalysis.incentives.outlook.coverage import Coverage, coverage
from salesanalysis.incentives.outlook.fairness import QuotaFairness, quota_fairness
from salesanalysis.incentives.outlook.inequality import Inequality, gini, inequality, lorenz
from salesanalysis.incentives.outlook.performance import PayForPerformance, pay_for_performance
from salesanalysis.incentives.outlook.sales_cost import CostOfSales, cost_of_sales
from salesanalysis.incentives.outlook.stress import Stress, stress
from salesanalysis.incentives.outlook.together import Outlook, outlook
from salesanalysis.incentives.outlook.tornado import Tornado, tornado

__all__ = [
    "BreakEven",
    "Comparison",
    "Convexity",
    "CostAtResult",
    "CostDistribution",
    "CostOfSales",
    "Coverage",
    "Inequality",
    "Outlook",
    "PayForPerformance",
    "QuotaFairness",
    "Stress",
    "Tornado",
    "break_even",
    "compare",
    "compare_draws",
    "convexity",
    "cost_at_result",
    "cost_distribution",
    "cost_of_sales",
    "coverage",
    "gini",
    "inequality",
    "lorenz",
    "outlook",
    "pay_at_quota",
    "pay_for_performance",
    "quota_fairness",
    "stress",
    "tornado",
]
