"""Top-down beside bottom-up: the gap, the chance of both, and who has not submitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_unique,
    unknown_name,
)
from salesanalysis.labels import Terms, chance, count, growth, label, money
from salesanalysis.results import Result, Table, require_adds_up
from salesanalysis.targets.asking import chances_of
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.bottomup.proposals import Proposals
from salesanalysis.targets.growth_methods.given import figures
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.words import MOST_NAMES, listing, node_text, node_texts

COLUMNS = ("top_down", "bottom_up", "gap", "gap_growth", "top_chance", "bottom_chance", "round",
           "proposer", "status")  # fmt: skip
_LINES = 5


@dataclass(frozen=True, eq=False)
class GapTable(Result):
    """What is asked and what is offered, unit by unit.

    Attributes
    ----------
    frame : DataFrame, one row per unit
        The columns of `by`, ``top_down`` and ``bottom_up`` (currency; the latter empty where
        nothing was submitted), ``gap`` (bottom-up less top-down), ``gap_growth`` (of the
        top-down value), ``top_chance`` and ``bottom_chance`` (of reaching each; empty without a
        forecast), ``round``, ``proposer`` and ``status`` (``submitted``, ``missing``,
        ``rejected``).
    total : float, currency
        Sum of the top-down values.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    total: float
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse gaps that are not the difference, and keep an ordered copy."""
        require_columns(self.frame, [*self.by, *COLUMNS], name="gap table")
        frame = self.frame.sort_values(list(self.by), kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "by", tuple(self.by))
        require_adds_up(frame["top_down"], self.total, what="Top-down values")
        there = frame["bottom_up"].notna()
        parts = (frame["top_down"] + frame["gap"])[there]
        require_adds_up(parts, float(frame["bottom_up"].sum()), what="Top-down values and gaps")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit; a copy."""
        return self.frame.copy()

    def missing(self) -> pd.DataFrame:
        """Return the units without a proposal that stands: not submitted, or rejected."""
        rows: pd.DataFrame = self.frame[self.frame["status"] != "submitted"]
        return rows[[*self.by, "top_down", "status"]].reset_index(drop=True)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the table as readers see it: chances never written as 0 or 1."""
        shown = self.frame.copy()
        for column in ("top_chance", "bottom_chance"):
            texts = [chance(v) if np.isfinite(v) else "–" for v in shown[column]]
            shown[column] = pd.array(texts, dtype="str")
        shown["round"] = shown["round"].astype("str").where(shown["round"] > 0, "–")
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        there = self.frame[self.frame["status"] == "submitted"]
        amounts = {
            "top": float(there["top_down"].sum()),
            "bottom": float(there["bottom_up"].sum()),
        }
        words = {k: money(v, lang, self.currency) for k, v in amounts.items()}
        gap = amounts["bottom"] - amounts["top"]
        words["gap"] = money(gap, lang, self.currency, signed=True)
        words |= {"n": count(len(there)), "all": count(len(self.frame))}
        key = "gaps.headline" if len(there) else "gaps.headline_none"
        said = [label(key, lang, **words)]
        said += [self._line(row, lang) for row in self._widest(there).to_dict("records")]
        for state in ("missing", "rejected"):
            rows = self.frame[self.frame["status"] == state]
            if len(rows):
                names = node_texts(rows.head(MOST_NAMES), self.by, self.terms, lang)
                nodes = listing(names, lang, n=len(rows))
                said.append(label(f"gaps.{state}", lang, n=count(len(rows)), nodes=nodes))
        return said

    def _widest(self, there: pd.DataFrame) -> pd.DataFrame:
        """Return the units with the widest gaps first."""
        order = there.assign(size=there["gap"].abs())
        down = [False, *[True] * len(self.by)]
        return order.sort_values(["size", *self.by], ascending=down, kind="stable").head(_LINES)

    def _line(self, row: dict[str, Any], lang: str) -> str:
        words = {
            "node": node_text(row, self.by, self.terms, lang),
            "top": money(row["top_down"], lang, self.currency),
            "bottom": money(row["bottom_up"], lang, self.currency),
            "gap": growth(row["gap_growth"]) if np.isfinite(row["gap_growth"]) else "–",
        }
        if not np.isfinite(row["top_chance"]):
            return label("gaps.line", lang, **words)
        chances = {f"p_{k}": chance(row[f"{k}_chance"]) for k in ("top", "bottom")}
        return label("gaps.line_chance", lang, **words, **chances)


def gap_table(
    top: Plan | Basis | pd.DataFrame,
    proposals: Proposals,
    forecast: Any = None,
    *,
    check_units: bool = True,
) -> GapTable:
    """Set what is asked beside what is offered.

    Parameters
    ----------
    top : Plan, Basis, or DataFrame with level columns and ``value``
        Top-down values of the units of the proposals' lowest level.
    proposals : Proposals
    forecast : table with ``mean`` and ``sd`` or draws, or what has ``probability(targets)``
        For the chance of reaching each.
    check_units : bool
        Refuse proposals about 10,000 times off: yuan on one side, 万元 on the other.

    Raises
    ------
    ContractError
        Proposals of unknown units, units twice, values in another unit.

    Examples
    --------
    >>> top = pd.DataFrame({"region": ["E", "W"], "value": [60.0, 40.0]})
    >>> table = pd.DataFrame({"region": ["E"], "proposer": ["Li"], "value": [50.0]})
    >>> gap_table(top, Proposals.of(table, by=["region"])).missing()["region"].tolist()
    ['W']
    """
    keys = list(proposals.by)
    asked = _asked(top, keys)
    offered = proposals.standing()
    _check_known(asked, offered, keys)
    columns = ["value", "round", "proposer", "status"]
    both = asked.merge(offered[[*keys, *columns]], on=keys, how="left")
    bottom = both["value"]
    if check_units:
        _check_scale(both, keys)
    base = both["top_down"]
    frame = asked.assign(
        bottom_up=bottom,
        gap=bottom - base,
        gap_growth=(bottom - base) / base.where(base > 0),
        top_chance=_chances(asked, base, keys, forecast, top),
        bottom_chance=_chances(asked, bottom, keys, forecast, top),
        round=both["round"].fillna(0).astype("int64"),
        proposer=both["proposer"].fillna("").astype("str"),
        status=both["status"].fillna("missing").astype("str"),
    )
    terms = getattr(top, "terms", proposals.terms)
    currency = getattr(top, "currency", proposals.currency)
    if currency != proposals.currency:
        raise ContractError(
            f"The plan is in {currency}, the proposals are in {proposals.currency}.",
            where="gap_table(top, proposals)",
            fix="convert one of them first, and say so with currency=...",
            code="bad-choice",
        )
    return GapTable(frame, proposals.by, float(base.sum()), currency, terms)


def _asked(top: Plan | Basis | pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return level columns and ``top_down``, in order of the names."""
    if isinstance(top, pd.DataFrame):
        table = top
    else:
        table = top.to_frame()
        require_columns(table, [*keys, "value"], name="top")
        table = table.groupby(keys, as_index=False)["value"].sum()
    require_columns(table, [*keys, "value"], name="top")
    require_named(table, keys, name="top")
    require_unique(table, keys, name="top", what="name the same unit")
    value = numbers(table.reset_index(drop=True), "value", "top")
    out = table[keys].reset_index(drop=True).assign(top_down=value)
    bad = out[~(out["top_down"] >= 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(out)} top-down values are empty or below 0.",
            where=f"top, column 'value', first rows {bad.index[:5].tolist()}, see .rows",
            fix="give every unit a value of 0 or more",
            rows=bad,
        )
    return out.sort_values(keys, kind="stable", ignore_index=True)


def _check_known(asked: pd.DataFrame, offered: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse proposals of units nobody asked."""
    known = pd.MultiIndex.from_frame(asked[list(keys)])
    strange = offered[~pd.MultiIndex.from_frame(offered[list(keys)]).isin(known)]
    if len(strange):
        names, name = sorted(asked[keys[-1]].unique()), strange[keys[-1]].iloc[0]
        raise unknown_name(name, names, kind=keys[-1], where="proposals", error=ContractError)


def _check_scale(both: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse proposals that look like another unit of the same money."""
    ratio = both["value"].where(both["value"] > 0) / both["top_down"].where(both["top_down"] > 0)
    off = (np.log10(ratio).abs() - 4).abs() <= 0.3
    if off.any():
        rows = both[off]
        names = rows[list(keys)].agg(" / ".join, axis=1).head(5)
        raise ContractError(
            f"{len(rows)} of {len(both)} proposals are about 10,000 times off the top-down value: "
            f"{', '.join(names)}.",
            where="column 'value' of proposals against column 'value' of top, see .rows",
            fix="write both in yuan, or both in 万元; check_units=False if it is meant",
            code="ambiguous",
            rows=rows,
        )


def _chances(
    units: pd.DataFrame, target: pd.Series, keys: list[str], forecast: Any, top: Any
) -> pd.Series:
    """Return the chance of each target, empty where there is none or no forecast."""
    empty = pd.Series(np.nan, index=units.index)
    there = target.notna()
    if forecast is None or not there.any():
        return empty
    if isinstance(forecast, pd.DataFrame) and "draw" not in forecast.columns:
        both = figures(forecast, units, keys, ["mean", "sd"], low=-np.inf, name="forecast")
        z = (target.to_numpy("float64") - both["mean"]) / np.where(
            both["sd"] > 0, both["sd"], np.nan
        )
        normal = NormalDist()
        return pd.Series([1 - normal.cdf(v) if np.isfinite(v) else np.nan for v in z])
    asked = units.loc[there, keys].assign(target=target[there]).reset_index(drop=True)
    known = isinstance(top, Plan | Basis)
    year, calendar = (top.year, top.calendar) if known else (None, None)
    answer = chances_of(forecast, asked, keys, year=year, calendar=calendar)
    found = units[keys].merge(answer[[*keys, "probability"]], on=keys, how="left")
    return found["probability"].where(there.to_numpy())
