"""Expected pay without drawing anything: moments of attainment on every piece of a plan."""

from salesanalysis.incentives.moments.closed import (
    capped_mean,
    convexity_cost,
    expected_top,
    jensen_gap,
    marginal_pay,
    pay_quantile,
    rate_gradient,
    retroactive_pay,
    step_bonus,
    stop_loss,
)
from salesanalysis.incentives.moments.distributions import (
    Distribution,
    Empirical,
    LogNormal,
    Normal,
)
from salesanalysis.incentives.moments.lines import analytic_reasons, pay_at
from salesanalysis.incentives.moments.mixture import Mixture, distribution_of
from salesanalysis.incentives.moments.pieces import Moments, expected

__all__ = [
    "Distribution",
    "Empirical",
    "LogNormal",
    "Mixture",
    "Moments",
    "Normal",
    "analytic_reasons",
    "capped_mean",
    "convexity_cost",
    "distribution_of",
    "expected",
    "expected_top",
    "jensen_gap",
    "marginal_pay",
    "pay_at",
    "pay_quantile",
    "rate_gradient",
    "retroactive_pay",
    "step_bonus",
    "stop_loss",
]
