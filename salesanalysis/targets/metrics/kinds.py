"""The metrics a sales target can be set in: what adds up, what is a rate, which way is better."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.errors import ContractError, unknown_name

ADDITIVE, COUNT, RATIO, MEAN = "additive", "count", "ratio", "mean"


@dataclass(frozen=True)
class Metric:
    """What a metric is made of.

    Attributes
    ----------
    name : str
    kind : {"additive", "count", "ratio", "mean"}
        Currency; whole numbers; numerator / denominator; a mean over `denominator`.
    numerator, denominator : str
        Metrics or columns a ratio is made of; for a mean, what it is weighted by.
    better : {"higher", "lower"}
    lo, hi : float
        What a ratio or mean can be.
    """

    name: str
    kind: str
    numerator: str = ""
    denominator: str = ""
    better: str = "higher"
    lo: float = 0.0
    hi: float = np.inf

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist, and a rate of nothing."""
        if self.kind not in (ADDITIVE, COUNT, RATIO, MEAN):
            raise unknown_name(
                self.kind, [ADDITIVE, COUNT, RATIO, MEAN], kind="kind of metric",
                where="Metric(kind=...)", error=ContractError,
            )  # fmt: skip
        if self.kind in (RATIO, MEAN) and not self.denominator:
            raise ContractError(
                f"{self.name} is a {self.kind} of nothing.",
                where="Metric(denominator=...)",
                fix="name what it is divided or weighted by",
                code="bad-choice",
            )

    @property
    def adds_up(self) -> bool:
        """Whether children are summed to their parent."""
        return self.kind in (ADDITIVE, COUNT)


#: The metrics known by name; pass a `Metric` of your own for others.
METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric("sales", ADDITIVE),
        Metric("volume", COUNT),
        Metric("gross_profit", ADDITIVE),
        Metric("collections", ADDITIVE),
        Metric("expenses", ADDITIVE, better="lower"),
        Metric("new_customers", COUNT),
        Metric("customers", COUNT),
        Metric("orders", COUNT),
        Metric("visits", COUNT),
        Metric("proposals", COUNT),
        Metric("deals", COUNT),
        Metric("collection_rate", RATIO, "collections", "sales", hi=1.0),
        Metric("gross_margin", RATIO, "gross_profit", "sales", lo=-1.0, hi=1.0),
        Metric("win_rate", RATIO, "deals", "proposals", hi=1.0),
        Metric("expense_rate", RATIO, "expenses", "sales", better="lower", hi=1.0),
        Metric("market_share", RATIO, "sales", "market_size", hi=1.0),
        Metric("satisfaction", MEAN, denominator="n_responses"),
        Metric("ticket", MEAN, denominator="orders"),
        Metric("orders_per_customer", MEAN, denominator="customers"),
        Metric("deal_cycle", MEAN, denominator="deals", better="lower"),
    )
}


@dataclass(frozen=True)
class Ask:
    """What is asked of a parent in one metric, and how it goes down.

    Attributes
    ----------
    value : float
        Currency, a count, a rate 0..1 or a mean; with ``rule="budget"`` the amount a rate may
        come to, with ``rule="per_head"`` the count per head and month.
    rule : str
        ``shares`` (by the units' base, default of what adds up), ``per_head``; ``same`` (default
        of ratios and means), ``shift`` (each unit's base moved by the same amount) or
        ``budget``.
    over : float
        Over-assignment: the units together are asked this much more (0.05 = 5 %).
    step : str
        Smallest amount a target moves by; counts are whole.
    lo, hi : float, optional
        Narrower bounds of a ratio or mean.

    Examples
    --------
    >>> Ask(0.95).rule, Ask(15, rule="per_head").value
    ('', 15)
    """

    value: float
    rule: str = ""
    over: float = 0.0
    step: str = "1"
    lo: float = -np.inf
    hi: float = np.inf

    def __post_init__(self) -> None:
        """Refuse an amount that is none."""
        if not (np.isfinite(self.value) and self.value >= 0 and 0 <= self.over < 3):
            raise ContractError(
                f"An ask must be zero or more and over from 0 to 3, got {self.value!r} and "
                f"{self.over!r}.",
                where="Ask(value=..., over=...)",
                fix="write 5 % over-assignment as over=0.05",
                code="bad-choice",
            )


_RULES = {
    ADDITIVE: ("shares",),
    COUNT: ("shares", "per_head"),
    RATIO: ("same", "shift", "budget"),
    MEAN: ("same", "shift"),
}


def rule_of(metric: Metric, ask: Ask) -> str:
    """Return the rule of an ask, or refuse one that does not fit its metric."""
    rule = ask.rule or _RULES[metric.kind][0]
    if rule not in _RULES[metric.kind]:
        raise unknown_name(
            rule, _RULES[metric.kind], kind=f"rule for {metric.name}",
            where=f"asks[{metric.name!r}]", error=ContractError,
        )  # fmt: skip
    _check_share(metric, ask, rule)
    return rule


def _check_share(metric: Metric, ask: Ask, rule: str) -> None:
    """Refuse 95 where 0.95 is meant."""
    if metric.kind == RATIO and rule != "budget" and not metric.lo <= ask.value <= metric.hi:
        raise ContractError(
            f"{metric.name} must be {metric.lo:g} to {metric.hi:g}, got {ask.value!r}.",
            where=f"asks[{metric.name!r}]",
            fix="write 95 % as 0.95",
            code="bad-choice",
        )
