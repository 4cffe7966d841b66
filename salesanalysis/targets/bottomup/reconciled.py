"""The agreed figure of every unit: exact to the step, with what moved it."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result
from salesanalysis.targets.base_cleaning.log import empty_log
from salesanalysis.targets.steps import Step
from salesanalysis.targets.words import MOST_NAMES, listing, node_text, node_texts

COLUMNS = ("top_down", "bottom_up", "combined", "adjusted", "value", "status")
_LINES = 5


@dataclass(frozen=True, eq=False)
class Reconciled(Result):
    """One figure per unit, between what was asked and what was offered.

    Attributes
    ----------
    frame : DataFrame, one row per unit
        The columns of `by`, ``top_down``, ``bottom_up`` (empty where nothing stands),
        ``combined`` (before the total was met), ``adjusted`` (after it, not rounded), ``value``
        (whole steps) and ``status`` (``ok``, ``missing``, ``pinned``, ``at_low``, ``at_high``).
    how : {"weight", "inverse_variance", "top", "bottom"}
    total : float, currency
        What the values add up to, exactly.
    parent : float, currency
        What the parent asked for; less than `total` only where children may exceed it.
    policy_log : DataFrame
        ``node``, ``period``, ``rule``, ``before``, ``after``, ``reason``.
    facts : dict
        ``weight`` where one was given.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    how: str
    total: float
    parent: float
    step: str
    policy_log: pd.DataFrame = field(default_factory=empty_log)
    facts: dict[str, float] = field(default_factory=dict)
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse values that do not add up in whole steps, or are below 0."""
        require_columns(self.frame, [*self.by, *COLUMNS], name="reconciled")
        for name in ("frame", "policy_log"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        step = Step.of(self.step)
        steps = step.counts(self.frame["value"])
        short = int(step.counts(pd.Series([self.total]))[0] - steps.sum())
        if short or (steps < 0).any() or self.total < self.parent - 1e-9 * abs(self.parent):
            raise ReconciliationError(
                f"Reconciled values are {short:+,} steps of {step} off their total, below 0, or "
                "below their parent.",
                where="reconciled, column 'value'",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
                rows=self.frame,
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit; a copy."""
        return self.frame.copy()

    def at_bounds(self) -> pd.DataFrame:
        """Return the units that a bound holds."""
        rows: pd.DataFrame = self.frame[self.frame["status"].isin(["at_low", "at_high"])]
        return rows.reset_index(drop=True)

    def _sentences(self, lang: str) -> list[str]:
        frame = self.frame
        amounts = {"top": frame["top_down"].sum(), "bottom": frame["bottom_up"].sum()}
        words = {k: money(float(v), lang, self.currency) for k, v in amounts.items()}
        words["total"] = money(self.total, lang, self.currency)
        words["way"] = label(
            f"reconcile.{self.how}", lang, weight=percent(self.facts.get("weight", 0.0), 0)
        )
        said = [label("reconcile.headline", lang, **words)]
        if self.total > self.parent:
            over = money(self.total - self.parent, lang, self.currency, signed=True)
            said.append(label("reconcile.above", lang, over=over))
        moved = frame.assign(size=(frame["value"] - frame["top_down"]).abs())
        order = [False, *[True] * len(self.by)]
        moved = moved.sort_values(["size", *self.by], ascending=order, kind="stable")
        said += [self._line(row, lang) for row in moved.head(_LINES).to_dict("records")]
        return said + self._held(lang)

    def _line(self, row: dict[str, Any], lang: str) -> str:
        words = {k: money(row[k], lang, self.currency) for k in ("top_down", "value")}
        offered = row["bottom_up"] == row["bottom_up"]
        if offered:
            words["bottom_up"] = money(row["bottom_up"], lang, self.currency)
        key = "reconcile.line" if offered else "reconcile.line_missing"
        return label(key, lang, node=node_text(row, self.by, self.terms, lang), **words)

    def _held(self, lang: str) -> list[str]:
        """Say which units a pin or a bound holds."""
        said = []
        for state in ("pinned", "at_low", "at_high"):
            rows = self.frame[self.frame["status"] == state]
            if len(rows):
                names = node_texts(rows.head(MOST_NAMES), self.by, self.terms, lang)
                nodes = listing(names, lang, n=len(rows))
                said.append(label(f"reconcile.{state}", lang, n=count(len(rows)), nodes=nodes))
        return said
