"""The result of looking at how targets were made: stuck, equal, or written after the fact."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result
from salesanalysis.targets.words import MOST_NAMES, listing, node_text

_COLUMNS = ("level", "kind", "value", "n_children", "base_ratio", "status")
#: Correlations from which targets count as made from the actuals; see `split_check`.
CLOSE, CLOSE_WITHIN = 0.95, 0.8


@dataclass(frozen=True, eq=False)
class SplitCheck(Result):
    """What targets tell of how they were handed down.

    Attributes
    ----------
    frame : DataFrame, one row per finding
        ``level``, the columns of `levels` (empty below the unit's own), ``kind`` (``stuck``: no
        part below has a target; ``equal_split``: all parts have the same), ``value`` (currency),
        ``n_children``, ``base_ratio`` (largest base of the parts over the smallest, empty beside
        a status that says why) and ``status``.
    levels : tuple of str
    n_units : int, units looked at
    facts : dict
        ``n_pairs``, ``correlation``, ``correlation_within`` and ``times`` of targets and actuals;
        empty where no actuals were given, without correlations where pairs are too few.
    """

    frame: pd.DataFrame
    levels: tuple[str, ...]
    n_units: int
    facts: dict[str, float] = field(default_factory=dict)
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, [*self.levels, *_COLUMNS], name="split check")
        order = ["kind", "value", *self.levels]
        up = [True, False, *[True] * len(self.levels)]
        frame = self.frame.sort_values(order, ascending=up, kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "levels", tuple(self.levels))
        object.__setattr__(self, "facts", dict(self.facts))

    @property
    def from_actuals(self) -> bool:
        """Whether the targets look as if they were made from the actuals."""
        close = self.facts.get("correlation", 0.0) > CLOSE
        return close and self.facts.get("correlation_within", 1.0) > CLOSE_WITHIN

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        said = [self._headline(lang)]
        for kind in ("stuck", "equal_split"):
            part = self.frame[self.frame["kind"] == kind]
            if len(part):
                names = [self._line(row, lang) for row in part.head(MOST_NAMES).to_dict("records")]
                nodes = listing(names, lang, n=len(part))
                said.append(label(f"split.{kind}", lang, n=count(len(part)), nodes=nodes))
        return said + self._likeness(lang)

    def _headline(self, lang: str) -> str:
        n = {k: int((self.frame["kind"] == k).sum()) for k in ("stuck", "equal_split")}
        parts = [label(f"split.short_{k}", lang, n=count(v)) for k, v in n.items() if v]
        if self.from_actuals:
            parts.append(label("split.short_from_actuals", lang))
        words = {"all": count(self.n_units), "found": label("targets.comma", lang).join(parts)}
        return label("split.headline" if parts else "split.headline_none", lang, **words)

    def _line(self, row: dict[str, Any], lang: str) -> str:
        words = {
            "node": node_text(row, self.levels, self.terms, lang),
            "value": money(row["value"], lang, self.currency),
            "n": count(row["n_children"]),
        }
        if row["kind"] == "stuck":
            return label("split.line_stuck", lang, **words)
        if not np.isfinite(row["base_ratio"]):
            return label(f"split.line_equal_{row['status']}", lang, **words)
        return label("split.line_equal", lang, times=f"{row['base_ratio']:.1f}", **words)

    def _likeness(self, lang: str) -> list[str]:
        if not self.facts:
            return []
        words = {"n": count(self.facts["n_pairs"])}
        if "correlation" not in self.facts:
            return [label("split.too_few", lang, **words)]
        words["r"] = f"{self.facts['correlation']:.3f}"
        words["times"] = percent(self.facts["times"], 0)
        inside = self.facts.get("correlation_within")
        words["inside"] = ""
        if inside is not None:
            words["inside"] = label("split.within", lang, r=f"{inside:.3f}")
        key = "split.from_actuals" if self.from_actuals else "split.not_from_actuals"
        return [label(key, lang, **words)]
