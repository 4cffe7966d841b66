"""The ratchet: what a sale now is worth where next period's quota grows with it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.behaviour.checks import Floats, above_zero, finite
from salesanalysis.incentives.compiled import Compiled, compile_plan
from salesanalysis.incentives.moments import Normal, expected
from salesanalysis.labels import Terms, growth, label, percent
from salesanalysis.results import Result, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Step of the slopes, share of the quota.
STEP = 1e-4


@dataclass(frozen=True, eq=False)
class Ratchet(Result):
    """Marginal value of a sale now, by how much of it goes into the next quota.

    Attributes
    ----------
    frame : DataFrame, one row per share
        ``carried_rate`` (lambda: share of sales above quota added to the next quota), ``now_rate``
        (pay now per unit of sales), ``later_rate`` (pay lost or gained later), ``worth_rate``
        (their sum).
    carried : float, the share asked about
    growth, discount, expected, noise, quota : float, as given
    """

    frame: pd.DataFrame
    carried: float
    growth: float
    discount: float
    expected: float
    noise: float
    quota: float
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy; what a sale is worth is now and later."""
        require_columns(self.frame, ["carried_rate", "now_rate", "later_rate", "worth_rate"],
                        name="frame")  # fmt: skip
        frame = self.frame.sort_values("carried_rate", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        parts = frame[["now_rate", "later_rate"]].sum()
        require_adds_up(parts, float(frame["worth_rate"].sum()), what="Now and later", unit=1e-9)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per share; a copy."""
        return self.frame.copy()

    def at(self, carried: float) -> pd.Series:
        """Return the row of the share nearest to `carried`."""
        return self.frame.iloc[int((self.frame["carried_rate"] - carried).abs().argmin())]

    def _side(self) -> str:
        """Return which way later quotas pull: down, up, or not at all."""
        later = float(self.frame["later_rate"].iloc[-1])
        if abs(later) <= 1e-9 * max(abs(float(self.frame["now_rate"].iloc[0])), 1e-12):
            return "none"
        return "down" if later < 0 else "up"

    def _sentences(self, lang: str) -> list[str]:
        row = self.at(self.carried)
        words = {"carried": percent(self.carried, 0), "now": percent(row["now_rate"], 2),
                 "worth": percent(row["worth_rate"], 2)}  # fmt: skip
        given = {"growth": growth(self.growth), "discount": percent(self.discount),
                 "expected": percent(self.expected), "noise": percent(self.noise)}  # fmt: skip
        return [
            label("ratchet.headline", lang, **words),
            label(f"ratchet.caution_{self._side()}", lang),
            label("ratchet.given", lang, **given),
        ]


def ratchet(
    plan: "Plan",
    *,
    carried: float,
    growth: float,
    discount: float,
    expected_rate: float,
    noise: float,
    quota: float = 100_000.0,
    target_incentive: float | None = None,
) -> Ratchet:
    """Return what one more unit of sales is worth now, less the pay its quota costs later.

    Next quota = quota x (1 + growth) + carried x (sales - quota). Worth =
    ``p' + sum over j of discount^j x carried x (1 + growth - carried)^(j-1) x E dp/dQ``.

    Parameters
    ----------
    plan : Plan, with a closed form
    carried : float, share of sales above quota added to the next quota, 0 to 1
    growth : float, of quotas per period
    discount : float, worth of pay one period later, above 0 to 1
    expected_rate : float, attainment expected in every period
    noise : float, above 0, its standard deviation
    quota : float, currency, of this period
    target_incentive : float, currency, where something is paid on it

    Raises
    ------
    ContractError
        Parameters out of range; ``discount x (1 + growth)`` of 1 or more, where later periods
        never lose weight; a plan without a closed form.

    Notes
    -----
    After Weitzman (1980), Bell Journal of Economics 11:302-308. Every later period is like this
    one: the same expected attainment and noise, so E dp/dQ is one number; the sum is the closed
    form ``discount x carried / (1 - discount x (1 + growth - carried))``. With E dp/dQ below 0 and
    discount x (1 + growth) < 1 the worth falls as `carried` rises.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> found = ratchet(Plan.from_text(EXAMPLE), carried=0.5, growth=0.0, discount=0.9,
    ...                 expected_rate=1.0, noise=0.1)
    >>> found.at(0.0)["worth_rate"] > found.at(0.5)["worth_rate"] > found.at(1.0)["worth_rate"]
    np.True_
    """
    from salesanalysis.incentives.pay.paying import titles  # noqa: PLC0415

    where, fix = "ratchet(...)", "give every parameter; none is assumed"
    finite(where, fix, growth=growth, expected_rate=expected_rate, carried=carried)
    above_zero(where, fix, discount=discount, noise=noise, quota=quota)
    if not (0 <= carried <= 1 and discount <= 1 and growth > -1 and discount * (1 + growth) < 1):
        raise ContractError(
            f"carried {carried!r}, discount {discount!r} and growth {growth!r}: later periods must "
            "lose weight.",
            where=where,
            fix="carried 0 to 1, discount at most 1, and discount x (1 + growth) below 1",
            code="bad-choice",
        )
    form = compile_plan(plan)
    now, per_quota = slopes(form, expected_rate, noise, quota, target_incentive)
    shares = np.unique(np.append(np.arange(0, 21) / 20, carried))
    later = discount * shares / (1 - discount * (1 + growth - shares)) * per_quota
    frame = pd.DataFrame(
        {"carried_rate": shares, "now_rate": np.full(len(shares), now), "later_rate": later,
         "worth_rate": now + later}
    )  # fmt: skip
    return Ratchet(
        frame, float(carried), float(growth), float(discount), float(expected_rate), float(noise),
        float(quota), titles(plan), plan.head.currency,
    )  # fmt: skip


def slopes(
    form: Compiled, mean: float, noise: float, quota: float, incentive: float | None
) -> tuple[float, float]:
    """Return the slope of expected pay in sales, and in the quota at the same sales."""
    h = STEP
    by_sales = _pay(
        form, mean + np.array([-h, h]), noise * np.ones(2), quota * np.ones(2), incentive
    )
    quotas = quota * (1 + np.array([-h, h]))
    share = quota / quotas
    by_quota = _pay(form, mean * share, noise * share, quotas, incentive)
    return (
        float((by_sales[1] - by_sales[0]) / (2 * h * quota)),
        float((by_quota[1] - by_quota[0]) / (2 * h * quota)),
    )


def _pay(
    form: Compiled, mean: Floats, noise: Floats, quota: Floats, incentive: float | None
) -> Floats:
    """Return expected pay over a normal attainment."""
    return expected(form, Normal(mean, noise), quota=quota, incentive=incentive).mean
