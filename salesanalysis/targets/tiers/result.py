"""Base, average and challenge side by side: handed down exactly, beside each unit's quantiles."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    ReconciliationError,
    require_columns,
    unknown_name,
)
from salesanalysis.labels import Terms, chance, count, label, money, month, percent
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, Table
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tree import check_sums
from salesanalysis.targets.words import listing, node_text, node_texts, year_text

#: The three tiers, from the one nearly everybody reaches to the one few do.
TIERS = ("base", "average", "challenge")
_LINES = 6


@dataclass(frozen=True, eq=False)
class Tiers(Result):
    """Three targets for every unit, leaf and month; each adds up, and none crosses another.

    Attributes
    ----------
    frame : DataFrame, one row per leaf and month
        Level columns, ``period``, ``target_base``, ``target_average``, ``target_challenge``
        (currency).
    units : DataFrame, one row per unit, the company first
        ``level``, level columns, the three targets of the year, and per tier ``base_quantile``
        (the unit's own, currency), ``base_gap`` (target less quantile), ``base_below`` (the sum
        of the quantiles of the units directly below), ``base_probability`` (of the target);
        what has no forecast is empty beside ``status`` ``no_forecast``.
    levels : tuple of str
    year : int
    step : str
    attainability : dict
        The chance each tier is meant to be reached with; empty where uplifts were given.
    uplifts : dict
        Tier as a change of the plan; empty where quantiles decide.
    scope : dict
        What `select` was asked for; empty for the whole company.
    sold_through : str
        First day of the last month that counts with what was sold in it; empty where none does.
    unsold : tuple of tuple of str
        Names of the units without a line in one of those months or more: nothing sold there.
    """

    frame: pd.DataFrame
    units: pd.DataFrame
    levels: tuple[str, ...]
    year: int
    step: str
    attainability: dict[str, float]
    uplifts: dict[str, float]
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()
    scope: dict[str, str] = field(default_factory=dict)
    sold_through: str = ""
    unsold: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse tiers that cross, or that do not add up in whole steps; keep copies."""
        columns = [f"target_{tier}" for tier in TIERS]
        for name in ("frame", "units"):
            table = getattr(self, name).copy().reset_index(drop=True)
            require_columns(table, columns, name=f"tiers {name}")
            object.__setattr__(self, name, table)
            _check_order(table, columns)
        object.__setattr__(self, "levels", tuple(self.levels))
        keys, step = list(self.levels), Step.of(self.step)
        for column in columns:
            tree = self.units[self.units["level"] != "company"] if keys else self.units
            check_sums(
                self.frame[[*keys, "period"]].assign(value=self.frame[column]),
                tree[["level", *keys]].assign(value=tree[column]),
                self.levels,
                self.total(column.removeprefix("target_")),
                step,
            )

    def total(self, tier: str) -> float:
        """Return the company's target of a tier, in currency."""
        return float(self.units[f"target_{tier}"].iloc[0])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit with its three targets, quantiles and gaps; a copy."""
        return self.units.copy()

    def months(self) -> pd.DataFrame:
        """Return leaf x month with the three targets; a copy."""
        return self.frame.copy()

    def select(self, **where: str) -> "Tiers":
        """Return the tiers of the unit with these names and of all below it.

        Parameters
        ----------
        **where : names from the top level down: ``region="East"``

        Raises
        ------
        ContractError
            A name the tiers do not have, or a level that is not next from the top.

        Examples
        --------
        >>> from salesanalysis.targets import cascade, tiers
        >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
        >>> plan = cascade(1_000, shares, levels=["region"], year=2024)
        >>> tiers(plan, uplifts={"base": -0.1}).select(region="East").total("base")
        360.0
        """
        frame, units = self.frame, self.units
        for depth, (level, wanted) in enumerate(where.items()):
            if depth >= len(self.levels) or level != self.levels[depth]:
                raise ContractError(
                    f"Tiers are selected from the top level down, got {', '.join(where)}.",
                    where="Tiers.select",
                    fix=f"name {' and '.join(self.levels[: len(where)])}",
                    code="unknown-name",
                )
            known = sorted(frame[level].unique())
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=level, where="Tiers.select", error=ContractError
                )
            frame, units = (t[t[level] == wanted] for t in (frame, units))
        own = tuple(n for n in self.unsold if n[: len(where)] == tuple(where.values()))
        return replace(self, frame=frame, units=units, scope={**self.scope, **where}, unsold=own)

    def long(self) -> pd.DataFrame:
        """Return one row per unit and tier.

        Returns
        -------
        DataFrame
            ``level``, level columns, ``tier``, ``target``, ``quantile``, ``gap``, ``below``,
            ``probability``, ``status``.
        """
        keys = ["level", *self.levels]
        parts = []
        for tier in TIERS:
            names = {f"target_{tier}": "target"}
            names |= {f"{tier}_{c}": c for c in ("quantile", "gap", "below", "probability")}
            part = self.units[[*keys, *names, "status"]].rename(columns=names)
            part.insert(len(keys), "tier", pd.Series([tier] * len(part), dtype="str"))
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the units as readers see them; chances never read 0 or 1."""
        shown = self.units.drop(columns=["level", *self.levels])
        names = [node_text(r, self.levels, self.terms, lang) for r in self._keys()]
        shown.insert(0, "node", pd.Series(names, dtype="str"))
        for tier in TIERS:
            column = f"{tier}_probability"
            texts = [chance(p) if np.isfinite(p) else "–" for p in shown[column]]
            shown[column] = pd.Series(texts, dtype="str")
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def shown(self) -> pd.DataFrame:
        """Return the units one level below what the tiers cover, the largest first."""
        level = self.levels[min(len(self.scope), len(self.levels) - 1)]
        rows = self.units[self.units["level"] == level]
        order = ["target_average", level]
        return rows.sort_values(order, ascending=[False, True], kind="stable", ignore_index=True)

    def _keys(self) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self.units[list(self.levels)].to_dict("records")
        return records or [{}] * len(self.units)

    def _sentences(self, lang: str) -> list[str]:
        top = self.units.iloc[0]
        out = [self._headline(lang), *self._rule(lang)]
        if self.sold_through:
            out.append(label("tiers.sold", lang, month=month(self.sold_through, lang)))
        if self.unsold:
            out.append(self._unsold_line(lang))
        out += [line for tier in TIERS for line in self._gap_line(tier, top, lang)]
        return out + self._unit_lines(lang)

    def _headline(self, lang: str) -> str:
        words = {t: money(self.total(t), lang, self.currency) for t in TIERS}
        year = year_text(self.calendar, self.year, lang)
        if self.scope:
            name = node_text(self.scope, list(self.scope), self.terms, lang)
            return label("tiers.headline_of", lang, node=name, year=year, **words)
        return label("tiers.headline", lang, year=year, **words)

    def _rule(self, lang: str) -> list[str]:
        if self.uplifts:
            parts = {t: percent(1 + self.uplifts[t]) for t in TIERS}
            return [label("tiers.by_uplift", lang, **parts)]
        if not self.attainability:
            return [label("tiers.by_total", lang)]
        if self.scope:
            return [self._share_line(lang)]
        parts = {t: percent(self.attainability[t], 0) for t in TIERS}
        return [label("tiers.by_quantile", lang, **parts)]

    def _share_line(self, lang: str) -> str:
        """Say what the unit itself reaches with the chances the company's tiers have."""
        top = self.units.iloc[0]
        if top["status"] == "no_forecast":
            return label("tiers.by_share_none", lang)
        parts = {t: chance(float(top[f"{t}_probability"])) for t in TIERS}
        own = {f"own_{t}": money(float(top[f"{t}_quantile"]), lang, self.currency) for t in TIERS}
        return label("tiers.by_share", lang, **parts, **own)

    def _unsold_line(self, lang: str) -> str:
        """Name the units whose missing months count as nothing sold."""
        table = pd.DataFrame(self.unsold, columns=list(self.levels))
        nodes = node_texts(table, self.levels, self.terms, lang)
        return label("tiers.unsold", lang, n=count(len(nodes)), nodes=listing(nodes, lang))

    def _gap_line(self, tier: str, top: pd.Series, lang: str) -> list[str]:
        below, own = top[f"{tier}_below"], top[f"{tier}_quantile"]
        # a gap below one step is none: means do add
        if self.scope or not abs(below - own) >= float(Step.of(self.step).size):
            return []
        words = {
            "tier": label(f"tier.{tier}", lang),
            "below": money(float(below), lang, self.currency),
            "own": money(float(own), lang, self.currency),
            "gap": money(float(below - own), lang, self.currency, signed=True),
            "chance": chance(float(top[f"{tier}_probability"])),
        }
        return [label("tiers.no_sum", lang, **words)]

    def _unit_lines(self, lang: str) -> list[str]:
        if not self.levels:
            return []
        rows = self.shown()
        lines = [self._unit_line(row, lang) for row in rows.head(_LINES).to_dict("records")]
        none = int((self.units["status"] == "no_forecast").sum())
        if none and self.attainability:
            lines.append(label("tiers.no_forecast", lang, n=count(none)))
        return lines

    def _unit_line(self, row: dict[str, Any], lang: str) -> str:
        words = {t: money(float(row[f"target_{t}"]), lang, self.currency) for t in TIERS}
        node = node_text(row, self.levels, self.terms, lang)
        return label("tiers.line", lang, node=node, **words)


def _check_order(table: pd.DataFrame, columns: list[str]) -> None:
    """Refuse a challenge below an average, or an average below a base."""
    values = table[columns].to_numpy("float64")
    bad = table[~(np.diff(values, axis=1) >= 0).all(axis=1)]
    if len(bad):
        raise ReconciliationError(
            f"{len(bad)} of {len(table)} rows have tiers that cross: base <= average <= challenge.",
            where=f"tiers, first rows {bad.index[:3].tolist()}, see .rows",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
            rows=bad,
        )
