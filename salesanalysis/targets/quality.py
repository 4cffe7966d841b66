"""Is a target fair: its chance of being reached, and a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, chance, count, growth, label, money, percent
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, show_value
from salesanalysis.targets.asking import chances_of
from salesanalysis.targets.words import node_text, year_text

VERDICTS = ("unrealistic", "attainable", "too_easy")
_LINES = 8


@dataclass(frozen=True, eq=False)
class PlanQuality(Result):
    """Targets beside the chance of reaching them.

    Attributes
    ----------
    frame : DataFrame, one row per unit
        The columns of `levels`, ``target`` and ``base`` (currency), ``ask_growth`` (target / base
        - 1), ``probability`` (0..1), ``verdict`` and ``status``; what is empty stands beside a
        status that says why (``new_business``, ``no_forecast`` ...).
    levels : tuple of str
    low, high : float
        Chances between them are attainable.
    year : int
    """

    frame: pd.DataFrame
    levels: tuple[str, ...]
    low: float
    high: float
    year: int
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse bands that cross and chances outside 0..1, and keep a copy."""
        if not 0 <= self.low < self.high <= 1:
            raise ContractError(
                f"low and high must be 0 <= low < high <= 1, got {self.low!r} and {self.high!r}.",
                where="quality(low=..., high=...)",
                fix="write low=0.30, high=0.85",
                code="bad-choice",
            )
        judged = self.frame["verdict"] != ""
        bad = self.frame[judged & ~self.frame["probability"].between(0, 1)]
        if len(bad):
            raise ContractError(
                f"{len(bad)} of {len(self.frame)} chances are not between 0 and 1.",
                where="probability() of the forecast, see .rows",
                fix="return a share 0..1 per unit",
                rows=bad,
            )
        object.__setattr__(self, "frame", self.frame.copy().reset_index(drop=True))
        object.__setattr__(self, "levels", tuple(self.levels))

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per unit; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        out = [self._headline(lang)]
        if len(self.frame) > 1:
            rows = self.frame.sort_values(
                ["target", *self.levels], ascending=[False, *[True] * len(self.levels)]
            )
            out += [self._line(row, lang) for row in rows.head(_LINES).to_dict("records")]
        low, high = percent(self.low, 0), percent(self.high, 0)
        return [*out, label("plan_quality.rule", lang, low=low, high=high)]

    def _words(self, row: dict[str, Any], lang: str) -> dict[str, str]:
        return {
            "node": node_text(row, self.levels, self.terms, lang),
            "status": show_value("status", row["status"], lang, self.terms),
            "verdict": show_value("verdict", row["verdict"], lang, self.terms),
            "probability": chance(row["probability"]),
            "target": money(row["target"], lang, self.currency),
            "ask": growth(row["ask_growth"]),
        }

    def _headline(self, lang: str) -> str:
        year = year_text(self.calendar, self.year, lang)
        n = self.frame["verdict"].value_counts()
        if len(self.frame) == 1:
            row = self.frame.iloc[0].to_dict()
            key = "plan_quality.headline_one" if row["verdict"] else "plan_quality.headline_none"
            return label(key, lang, year=year, **self._words(row, lang))
        if not n.drop("", errors="ignore").sum():
            state = show_value("status", str(self.frame["status"].iloc[0]), lang, self.terms)
            return label("plan_quality.headline_empty", lang, year=year, status=state)
        judged = int(n.drop("", errors="ignore").sum())
        return label(
            "plan_quality.headline" if judged == len(self.frame) else "plan_quality.headline_left",
            lang,
            year=year,
            all=count(judged),
            left=count(len(self.frame) - judged),
            n=count(n.get("attainable", 0)),
            hard=count(n.get("unrealistic", 0)),
            easy=count(n.get("too_easy", 0)),
        )

    def _line(self, row: dict[str, Any], lang: str) -> str:
        if not row["verdict"]:
            return label("plan_quality.no_line", lang, **self._words(row, lang))
        has_base = np.isfinite(row["ask_growth"])
        key = "plan_quality.line" if has_base else "plan_quality.line_no_base"
        return label(key, lang, **self._words(row, lang))


def judge(
    nodes: pd.DataFrame,
    levels: Sequence[str],
    forecast: Any,
    *,
    band: tuple[float, float],
    year: int,
    **context: Any,
) -> PlanQuality:
    """Ask a forecast for the chance of every target, and judge it.

    Parameters
    ----------
    nodes : DataFrame, one row per unit
        Level columns, ``value``, ``base``, ``ask_growth``, ``status`` of a plan.
    forecast : any result with ``probability(targets) -> DataFrame``, or a table of draws
    band : (low, high)
        Chances in between, both included, are attainable.
    """
    keys = list(levels)
    table = nodes.rename(columns={"value": "target"})
    table = table[[*keys, "target", "base", "ask_growth", "status"]].reset_index(drop=True)
    asked = table.loc[table["target"] > 0, [*keys, "target"]]
    chances = _chances(asked, keys, forecast, year=year, calendar=context.get("calendar"))
    table["probability"] = chances.reindex(table.index)
    p = table["probability"]
    verdict = np.select(
        [p.isna(), p < band[0], p > band[1]],
        ["", "unrealistic", "too_easy"],
        "attainable",
    )
    table["verdict"] = pd.Series(verdict, dtype="str")
    missing = p.isna() & (table["target"] > 0)
    table["status"] = table["status"].where(~missing, "no_forecast")
    order = [*keys, "target", "base", "ask_growth", "probability", "verdict", "status"]
    return PlanQuality(table[order], tuple(levels), band[0], band[1], year, **context)


def _chances(
    asked: pd.DataFrame,
    keys: list[str],
    forecast: Any,
    *,
    year: int,
    calendar: FiscalCalendar | None,
) -> pd.Series:
    """Return the chance of each target asked about, empty where the forecast has none."""
    if not len(asked):
        return pd.Series(dtype="float64")
    answer = chances_of(forecast, asked.reset_index(drop=True), keys, year=year, calendar=calendar)
    if not keys:
        return pd.Series(answer["probability"].to_numpy("float64"), index=asked.index)
    table = answer[[*keys, "probability"]]
    found = asked.merge(table, on=keys, how="left", validate="one_to_one")["probability"]
    return pd.Series(found.to_numpy("float64"), index=asked.index)
