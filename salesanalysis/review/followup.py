"""After the due day: the same row, recomputed by the same rule, beside what was expected."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.results import Result
from salesanalysis.review.action import Action
from salesanalysis.review.dates import period_end
from salesanalysis.review.measuring import against_forecast

if TYPE_CHECKING:
    from salesanalysis.variance import Bridge

#: What has to be the same for two rows to be compared.
RULE = ("base", "grain", "effect", "method", "convention", "mix", "measure", "currency")


@dataclass(frozen=True, eq=False)
class FollowUp(Result):
    """What became of an action: the row before and after, and the measured effect.

    Attributes
    ----------
    action : Action
    before, after : float
        Amounts of the row, unit of the cause.
    won_back : float
        How far the row moved towards 0, and beyond; negative where it grew.
    later : dict
        The record of the row after.
    measured : tuple of float
        Effect with its interval ``(effect, low, high)`` from a comparison made elsewhere; empty
        where none was made.
    n_draws : int
        Outcomes behind the interval of a forecast; 0 where the effect was measured elsewhere.
    """

    action: Action
    before: float
    after: float
    won_back: float
    later: dict[str, Any]
    measured: tuple[float, ...] = ()
    n_draws: int = 0
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Refuse a result that does not follow from its two rows."""
        told = -np.sign(self.before) * (self.after - self.before)
        if not abs(told - self.won_back) <= 1e-9 * max(abs(self.before), abs(self.after), 1.0):
            raise ReconciliationError(
                f"{self.won_back:,.2f} won back does not follow from {self.before:,.2f} and "
                f"{self.after:,.2f}.",
                where=f"FollowUp of action {self.action.id}",
                fix="this is a defect or a tampered register: please report it with the input",
                code="does-not-add-up",
            )

    @property
    def verdict(self) -> str:
        """``reached``, ``partly``, ``not_improved``, or ``no_target`` without an expectation."""
        if self.won_back <= 0:
            return "not_improved"
        if self.action.expected is None:
            return "no_target"
        return "reached" if self.won_back >= self.action.expected * (1 - 1e-9) else "partly"

    @property
    def effect_status(self) -> str:
        """``improved``, ``worse``, ``no_change``, ``too_early`` or ``not_measured``.

        Too early where the interval holds 0 and does not exclude what was expected.
        """
        if not self.measured:
            return "not_measured"
        _, low, high = self.measured
        if low > 0 or high < 0:
            return "improved" if low > 0 else "worse"
        missed = self.action.expected is not None and high < self.action.expected
        return "no_change" if missed else "too_early"

    def to_frame(self) -> pd.DataFrame:
        """Return one row: before, after, won back, expected, measured effect and verdicts."""
        effect, low, high = self.measured or (np.nan,) * 3
        row = {
            "action_id": self.action.id, "cause_id": self.action.cause["id"],
            "effect": self.action.cause["effect"], "before_amount": self.before,
            "after_amount": self.after, "won_back": self.won_back,
            "expected": np.nan if self.action.expected is None else self.action.expected,
            "measured_effect": effect, "low_amount": low, "high_amount": high,
            "n_draws": self.n_draws, "measured": "yes" if self.measured else "not_measured",
            "effect_status": self.effect_status, "status": self.verdict,
        }  # fmt: skip
        return pd.DataFrame([row])

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.review.words import follow_up_sentences  # noqa: PLC0415

        return follow_up_sentences(self, lang)


def follow_up(
    action: Action,
    later: "Bridge",
    *,
    measured: tuple[float, float, float] | None = None,
    forecast: Any = None,
) -> FollowUp:
    """Compare the row of an action with the same row after its due day.

    Parameters
    ----------
    action : Action
    later : Bridge
        The bridge of a period that ends on or after the due day, as long as the first one, by the
        same base, grain, method and convention.
    measured : (effect, low, high), optional
        The effect measured against comparable units, with its interval.
    forecast : Forecast, optional
        Made before the action began, with the columns of the row among its levels: the effect is
        what was sold in the later period less what it said, the interval its 95 %. All sales of
        the place count, whatever moved them.

    Returns
    -------
    FollowUp

    Raises
    ------
    ContractError
        Another rule, a period that ends before the due day or is not as long, a row that is not
        there, an action without a due day, both `measured` and `forecast`, a forecast that has
        seen months of the action.

    Notes
    -----
    The difference of two rows is no proof of an effect: everything else that moved is in it.
    """
    if action.due is None:
        raise ContractError(
            f"Action {action.id} has no due day.",
            where="follow_up(action)",
            fix="open it with due=...",
        )
    found = _row(action, later)
    _same_rule(action, found)
    _same_length(action, found)
    if measured is not None and forecast is not None:
        raise ContractError(
            "An effect is measured once: by the forecast, or elsewhere.",
            where="follow_up(measured=..., forecast=...)",
            fix="pass one of them",
            code="bad-choice",
        )
    n_draws = 0
    if forecast is not None:
        measured, n_draws = against_forecast(action, found, later, forecast)
    if measured is not None and not measured[1] <= measured[0] <= measured[2]:
        raise ContractError(
            f"The measured effect {measured[0]!r} lies outside its interval {measured[1:]!r}.",
            where="follow_up(measured=...)",
            fix="give effect, low and high in this order",
            code="bad-choice",
        )
    before, after = float(action.cause["amount"]), float(found["amount"])
    won = float(-np.sign(before) * (after - before))
    return FollowUp(
        action, before, after, won, found, tuple(map(float, measured or ())), n_draws,
        currency=action.currency, terms=action.terms,
    )  # fmt: skip


def _row(action: Action, later: "Bridge") -> dict[str, Any]:
    """Return the record of the same row; a member that did not move at all has 0."""
    keys = action.cause["keys"]
    if set(keys) == set(later.by):
        same = later.effects["effect"] == action.cause["effect"]
        there = pd.Series(data=True, index=later.items.index)
        for column, name in keys.items():
            same &= later.effects[column].astype("str") == name
            there &= later.items[column].astype("str") == name
        rows = np.flatnonzero(same.to_numpy())
        if len(rows):
            return dict(later.cause(int(rows[0])))
        if there.any() and len(later.effects):
            other = dict(later.cause(0))
            return {**other, "keys": keys, "effect": action.cause["effect"], "amount": 0.0}
    raise ContractError(
        f"The later bridge has no row {keys} {action.cause['effect']!r}.",
        where=f"follow_up(later), by {list(later.by)}",
        fix="compute it by the same levels, and for the same members",
        code="unknown-name",
    )


def _same_rule(action: Action, found: dict[str, Any]) -> None:
    """Refuse a row computed by another rule."""
    for name in RULE:
        first, second = action.cause.get(name), found.get(name)
        if (list(first) if isinstance(first, tuple) else first) != second:
            raise ContractError(
                f"The rows differ in {name}: {first!r} and {second!r}.",
                where=f"follow_up of action {action.id}",
                fix="recompute the row with the same base, grain, method and convention",
                code="bad-choice",
            )


def _same_length(action: Action, found: dict[str, Any]) -> None:
    """Refuse a period that ends before the due day, or that is longer or shorter."""
    closes = period_end(found)
    if closes is None or closes < action.due:
        ends = "without a period" if closes is None else f"ends on {closes:%Y-%m-%d}"
        raise ContractError(
            f"Action {action.id} is due on {action.due:%Y-%m-%d}, the later bridge {ends}.",
            where="follow_up(later)",
            fix="wait for the month of the due day, and pass its window",
            code="bad-choice",
        )
    lengths = [_n_months(record) for record in (action.cause, found)]
    if lengths[0] and lengths[0] != lengths[1]:
        raise ContractError(
            f"The cause covers {lengths[0]} months, the later bridge {lengths[1]}.",
            where="follow_up(later)",
            fix=_as_many(lengths[0], found),
            code="bad-choice",
        )


def _as_many(n: int, found: dict[str, Any]) -> str:
    """Say which months to compare instead: as many, the last ones of the later bridge."""
    last = pd.Timestamp(str(found["window"][-1]))
    first = last - pd.DateOffset(months=n - 1)
    months = f"{first:%Y-%m}" if n == 1 else f"{first:%Y-%m} to {last:%Y-%m}"
    return (
        f"compare as many months, such as {months}; the bridges of a company's page begin with "
        "its year, so build this one with explain(..., window=...)"
    )


def _n_months(record: dict[str, Any]) -> int:
    if not record["window"]:
        return 0
    first, last = (pd.Timestamp(str(record["window"][i])) for i in (0, -1))
    return int((last.year - first.year) * 12 + last.month - first.month + 1)
