"""Money: the margin a change brought, less the pay it cost, and what could have been seen."""

from dataclasses import dataclass, field
from numbers import Real

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.effects.cautions import doubtful
from salesanalysis.incentives.effects.result import EffectMeta, SchemeEffect
from salesanalysis.incentives.effects.words import amount, per
from salesanalysis.labels import Terms, growth, label, percent
from salesanalysis.labels import money as money_text
from salesanalysis.results import Result, require_adds_up


@dataclass(frozen=True, eq=False)
class SchemeMoney(Result):
    """What a scheme change was worth over the months evaluated.

    Attributes
    ----------
    frame : DataFrame, one row per figure
        ``figure`` (outcome_gain, margin_gain, pay_change, net; currency over the months
        evaluated), ``amount``, ``low_end``, ``high_end``, ``status`` (``ok``, ``counted``,
        ``no_interval``). Net = margin gained less pay added.
    margin_rate : float, margin over the outcome
    pay_before, pay_after : float, currency
    break_even : float, change per person-day (unit and month) at which net is 0
    detectable : float, change seen with probability `power`; 0 where it cannot be said
    power : float
    meta : EffectMeta, of the effect
    doubtful : bool, the months before speak against reading the gain as the scheme's
    """

    frame: pd.DataFrame
    margin_rate: float
    pay_before: float
    pay_after: float
    break_even: float
    detectable: float
    power: float
    meta: EffectMeta
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)
    doubtful: bool = False

    def __post_init__(self) -> None:
        """Keep a copy; refuse a net that is not margin less pay."""
        require_columns(self.frame, ["figure", "amount", "low_end", "high_end"], name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())
        amounts = self.frame.set_index("figure")["amount"]
        parts = pd.Series([amounts["margin_gain"], -amounts["pay_change"]])
        require_adds_up(parts, float(amounts["net"]), what="Margin and pay")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        return _sentences(self, lang)


def money(
    effect: SchemeEffect,
    margin_rate: float,
    pay_before: float,
    pay_after: float,
    *,
    power: float = 0.8,
) -> SchemeMoney:
    """Return margin gained less pay added, with interval, break-even and detectable change.

    Parameters
    ----------
    effect : SchemeEffect, of an outcome in currency
    margin_rate : float, above 0 to 1
        Contribution margin over the outcome; 1 where the outcome is a margin.
    pay_before, pay_after : float, currency
        What the changed would have been paid in the months evaluated under the old scheme, and
        what they were paid under the new.
    power : float
        Probability with which the detectable change would be seen.

    Raises
    ------
    ContractError
        An effect that is not estimable or not in currency; rates outside 0 and 1; pay that is
        empty or infinite.

    Notes
    -----
    Gains are the change per person-day times the person-days behind it. The interval holds the
    uncertainty of the change alone: pay and margin rate are taken as known. The detectable change
    is (t at the level + t at the power) standard errors (Bloom 1995).

    Examples
    --------
    >>> from salesanalysis.incentives.effects.entry import evaluate_change
    >>> rows = [(r, f"{r}{i}", f"{y}-{m:02d}", 100.0 + 10 * i + m + 5 * (r < "D") * (y > 2023))
    ...         for r in "ABCDEFGH" for i in range(3) for y in (2022, 2023, 2024)
    ...         for m in range(1, 13)]
    >>> table = pd.DataFrame(rows, columns=["region", "salesperson", "period", "revenue"])
    >>> found = evaluate_change(table, "2024-01-01", treated=list("ABC"), outcome="revenue")
    >>> worth = money(found, 0.4, pay_before=1000.0, pay_after=1100.0)
    >>> worth.frame["amount"].round(2).tolist()  # 5 a month x 9 people x 12 months
    [540.0, 216.0, 100.0, 116.0]
    """
    _check(effect, margin_rate, pay_before, pay_after, power)
    meta, total = effect.meta, effect.meta.exposure
    low, high = effect.interval
    added = float(pay_after) - float(pay_before)
    gain = np.array([effect.effect, low, high]) * total
    margin = gain * float(margin_rate)
    known = "ok" if np.isfinite(low) else "no_interval"
    none = float("nan")
    rows = [
        ("outcome_gain", *gain, known), ("margin_gain", *margin, known),
        ("pay_change", added, none, none, "counted"), ("net", *(margin - added), known),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["figure", "amount", "low_end", "high_end", "status"])
    return SchemeMoney(
        frame, float(margin_rate), float(pay_before), float(pay_after),
        added / (float(margin_rate) * total), _detectable(meta, power), float(power), meta,
        effect.currency, effect.terms, doubtful(effect),
    )  # fmt: skip


def _detectable(meta: EffectMeta, power: float) -> float:
    """Return the change that would be seen with this probability; 0 where it cannot be said."""
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415

    if not np.isfinite(meta.error) or meta.error <= 0:
        return 0.0
    tail = (1 + meta.level) / 2
    if meta.df:
        return float((stdtrit(meta.df, tail) + stdtrit(meta.df, power)) * meta.error)
    # half an interval from permuting over 1.96: a normal error of the same width
    return float((ndtri(0.975) + ndtri(power)) * meta.error)


def _check(
    effect: SchemeEffect, margin_rate: float, pay_before: float, pay_after: float, power: float
) -> None:
    """Refuse what cannot be turned into money."""
    if effect.meta.kind != "money" or not np.isfinite(effect.effect):
        raise ContractError(
            f"{effect.meta.outcome!r} has no change in currency that could be turned into margin.",
            where="money(effect)",
            fix="evaluate an outcome in currency, or pass kind='money' for one that is",
            code="bad-choice",
        )
    numbers = (margin_rate, pay_before, pay_after, power)
    fine = all(isinstance(v, Real) and np.isfinite(float(v)) for v in numbers)
    if not (fine and 0 < margin_rate <= 1 and 0.5 <= power < 1):
        raise ContractError(
            "margin_rate must be above 0 and at most 1, power 0.5 to below 1 and pay a number, "
            f"got {margin_rate!r}, {power!r}, {pay_before!r} and {pay_after!r}.",
            where="money(margin_rate=..., pay_before=..., pay_after=..., power=...)",
            fix="write a margin of 30 % as 0.30",
            code="bad-choice",
        )


def _sentences(result: SchemeMoney, lang: str) -> list[str]:
    """Return net, its parts, break-even, what could be seen, and what the gain is."""
    meta, currency = result.meta, result.currency
    rows = result.frame.set_index("figure")

    def told(value: float) -> str:
        return money_text(float(value), lang, currency, signed=True)

    net = rows.loc["net"]
    if net["status"] == "ok":
        ends = {"low": told(net["low_end"]), "high": told(net["high_end"])}
        lines = [label("scheme.money_headline", lang, net=told(net["amount"]), **ends)]
    else:
        lines = [label("scheme.money_headline_bare", lang, net=told(net["amount"]))]
    lines.append(
        label(
            "scheme.money_parts", lang, gain=told(rows.loc["outcome_gain", "amount"]),
            rate=percent(result.margin_rate), margin=told(rows.loc["margin_gain", "amount"]),
            pay=told(rows.loc["pay_change", "amount"]),
            before=money_text(result.pay_before, lang, currency),
            after=money_text(result.pay_after, lang, currency),
        )
    )  # fmt: skip
    words = {"per": per(meta, lang)}
    before = meta.before_level
    if result.break_even > 0:
        change = amount(result.break_even, meta, currency, lang, signed=True)
        share = growth(result.break_even / before) if before > 0 else "–"
        lines.append(label("scheme.money_break_even", lang, change=change, share=share, **words))
    else:
        lines.append(label("scheme.money_saves", lang))
    if result.detectable:
        change = amount(result.detectable, meta, currency, lang)
        share = percent(result.detectable / before) if before > 0 else "–"
        power = percent(result.power, 0)
        lines.append(
            label("scheme.money_detectable", lang, change=change, share=share, power=power, **words)
        )
    else:
        lines.append(label("scheme.money_no_detectable", lang))
    read = "series" if meta.method == "series" else "doubtful" if result.doubtful else "comparison"
    return [*lines, label(f"scheme.money_{read}", lang)]
