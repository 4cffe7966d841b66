"""The plan: one target per leaf and month, and every unit above them."""

from dataclasses import InitVar, dataclass, field, replace
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms, count, growth, label, money, month, percent, unit_of
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, show_value
from salesanalysis.targets.asking import levels_known
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.quality import PlanQuality, judge
from salesanalysis.targets.rollup import gather
from salesanalysis.targets.states import NO_BASE, PAIRS
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tree import AMOUNTS, check_sums, tree_of
from salesanalysis.targets.words import (
    MOST_NAMES,
    listing,
    node_text,
    node_texts,
    telling_level,
    year_text,
)

_LINES = 6


@dataclass(frozen=True, eq=False)
class Plan(Result):
    """A target for every leaf and month; no total anywhere is off by a single step.

    Attributes
    ----------
    frame : DataFrame, one row per leaf and month
        The columns of `levels`, ``period`` (month start), ``value`` (currency) and ``status``.
    tree : DataFrame, one row per unit
        ``level``, the columns of `levels` (empty text below the unit's own level), ``value``
        (the year), ``base`` (sales of the year before), ``left_out_amount`` (those without a
        base; all currency) and ``status``; the company is not in it.
    levels : tuple of str
        From the top down.
    year : int
        Fiscal year.
    total : float, currency
    step : str
        Smallest amount a target moves by, in currency units.
    way : {"season", "spring_festival", "working_days", "equal", "4-4-5", ..., "profile"}
        How the months were split.
    pinned : DataFrame
        Units fixed by hand: the columns of `levels` (empty where not named) and ``value``.
    scope : dict
        What `select` was asked for; empty for the whole company.
    estimated_days : bool
        The months rest on working days of a year whose holidays are not published yet.
    nest : Nest, optional
        The units `frame` and `tree` were built from just now, so that nobody else holds them:
        it is used for the check and not kept, and the tables are not copied again.

    Raises
    ------
    ReconciliationError
        Children of any parent, or months of any leaf, that do not add up in whole steps.

    Examples
    --------
    >>> from salesanalysis.targets import Basis, cascade
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> plan = cascade(130_000_000, Basis.of(shares, by=["region"], year=2024))
    >>> plan.nodes()[["node", "value"]].values.tolist()
    [['', 130000000.0], ['East', 52000000.0], ['West', 78000000.0]]
    """

    frame: pd.DataFrame
    tree: pd.DataFrame
    levels: tuple[str, ...]
    year: int
    total: float
    step: str
    way: str
    pinned: pd.DataFrame
    scope: dict[str, str] = field(default_factory=dict)
    estimated_days: bool = False
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()
    nest: InitVar[Nest | None] = None

    def __post_init__(self, nest: Nest | None) -> None:
        """Refuse a plan whose parts do not add up in whole steps, and keep copies."""
        keys = list(self.levels)
        require_columns(self.frame, [*keys, "period", "value", "status"], name="plan")
        require_columns(self.tree, ["level", *keys, *AMOUNTS, "status"], name="plan tree")
        for name in ("frame", "tree", "pinned") if nest is None else ():
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        object.__setattr__(self, "levels", tuple(self.levels))
        object.__setattr__(self, "scope", dict(self.scope))
        step = Step.of(self.step)
        check_sums(self.frame, self.tree, self.levels, self.total, step, nest=nest)

    def to_frame(self) -> pd.DataFrame:
        """Return leaf x month: level columns, ``period``, ``value``, ``status``; a copy."""
        return self.frame.copy()

    def nodes(self) -> pd.DataFrame:
        """Return every unit of every level with its year.

        Returns
        -------
        DataFrame
            ``level``, the level columns (empty below the unit's own level), ``node`` (names
            joined for display only), ``value``, ``base``, ``ask_growth`` (target / base - 1,
            empty where there is no base) and ``status``. The company comes first, unless the
            plan is a selection.
        """
        tree = self.tree
        if not self.scope and self.levels:
            tree = pd.concat([self._company(), tree], ignore_index=True)
        names = pd.Series([""] * len(tree), dtype="str")
        for level in self.levels:
            part = tree[level]
            joined = names.where((names == "") | (part == ""), names + " / ")
            names = joined + part
        base = tree["base"].where(tree["base"] > 0)
        out = tree.assign(node=names, ask_growth=tree["value"] / base - 1)
        order = ["level", *self.levels, "node", "value", "base", "ask_growth", "status"]
        table: pd.DataFrame = out[order]
        return table

    def _company(self) -> pd.DataFrame:
        first = self.tree[self.tree["level"] == self.levels[0]]
        row = gather(first, [], PAIRS[:1]).assign(level="company", value=self.total)
        return row.assign(**dict.fromkeys(self.levels, ""))

    def months(self, *levels: str) -> pd.DataFrame:
        """Return targets per month, summed to `levels` (none: one row per month)."""
        require_columns(self.frame, levels, name="plan")
        keys = [*levels, "period"]
        step = Step.of(self.step)
        whole = self.frame[keys].assign(value=step.counts(self.frame["value"]))
        summed = whole.groupby(keys, as_index=False, sort=True)["value"].sum()
        summed["value"] = step.amounts(summed["value"].to_numpy("int64"))
        table: pd.DataFrame = summed
        return table

    def select(self, **where: str) -> "Plan":
        """Return the part of the plan below units with these names; its total is their sum.

        Raises
        ------
        ContractError
            A level or a name that is not in the plan, with the nearest that is.

        Examples
        --------
        >>> from salesanalysis.targets import Basis, cascade
        >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
        >>> plan = cascade(1_000, Basis.of(shares, by=["region"], year=2024))
        >>> plan.select(region="East").total
        400.0
        """
        frame, pinned = self.frame, self.pinned
        leaves = self.tree[self.tree["level"] == self.levels[-1]] if self.levels else self.tree
        for level, wanted in where.items():
            _check_level(level, wanted, self)
            frame, leaves, pinned = (t[t[level] == wanted] for t in (frame, leaves, pinned))
        step = Step.of(self.step)
        tree = tree_of(leaves, self.levels, step, pinned)
        total = step.amount(int(step.counts(frame["value"]).sum()))
        scope = {**self.scope, **where}
        return replace(self, frame=frame, tree=tree, total=total, pinned=pinned, scope=scope)

    def quality(self, forecast: Any, *, low: float = 0.30, high: float = 0.85) -> PlanQuality:
        """Set every unit of the first level with more than one beside its chance of being reached.

        Parameters
        ----------
        forecast : any result with ``probability(targets) -> DataFrame``, or a table of draws
            The first takes level columns and ``target`` and returns them with ``probability``;
            ``draws`` (also read back from Parquet) must hold all months of the plan's year.
        low, high : float
            Below `low` a target is unrealistic, above `high` too easy.

        Returns
        -------
        PlanQuality
        """
        level = telling_level(self.frame, self.levels)
        depth = self.levels.index(level) + 1 if level else 0
        named = levels_known(forecast)
        known = self.levels if named is None else named
        while depth > 1 and self.levels[depth - 1] not in known:
            depth -= 1
        nodes = self.nodes()
        part = nodes[nodes["level"] == self.levels[depth - 1]] if depth else nodes
        return judge(
            part,
            self.levels[:depth],
            forecast,
            band=(low, high),
            year=self.year,
            calendar=self.calendar,
            currency=self.currency,
            terms=self.terms,
        )

    def title(self, lang: str = "en") -> str:
        """Return what the plan covers: the names selected, or the company."""
        return node_text(self.scope, list(self.scope), self.terms, lang)

    def _sentences(self, lang: str) -> list[str]:
        unit = unit_of(self.currency, lang)
        step = label("plan.step", lang, size=Step.of(self.step), unit=unit)
        levels = [show_value("level", level, lang, self.terms) for level in self.levels]
        handed = label(
            "plan.handed",
            lang,
            levels=listing(levels or [label("word.company", lang)], lang),
            n=count(len(self.frame) // 12),
            step=step,
        )
        out = [self._headline(lang)]
        if self.total > 0:
            out += [*self._node_lines(lang), handed, self._month_line(lang)]
            out += self._estimated_line(lang)
        return out + self._pin_line(lang) + self._zero_lines(lang)

    def shown_nodes(self) -> pd.DataFrame:
        """Return the units of the first level with more than one, largest first."""
        level = telling_level(self.frame, self.levels)
        part = self.nodes()
        part = part[part["level"] == level] if level else part
        return part.sort_values(["value", "node"], ascending=[False, True], kind="stable")

    def _headline(self, lang: str) -> str:
        nodes = self.shown_nodes()
        base = float(nodes["base"].sum())
        words = {
            "scope": self.title(lang),
            "year": year_text(self.calendar, self.year, lang),
            "amount": money(self.total, lang, self.currency),
        }
        if self.total <= 0:
            state = show_value("status", str(nodes["status"].iloc[0]), lang, self.terms)
            return label("plan.headline_empty", lang, status=state, **words)
        words["ask"] = growth(self.total / base - 1) if base > 0 else ""
        if len(nodes) == 1:
            key = "plan.headline_one" if base > 0 else "plan.headline_no_base"
            return label(key, lang, **words)
        first = nodes.iloc[0]
        return label(
            "plan.headline" if base > 0 else "plan.headline_many",
            lang,
            node=self._last_name(first, lang),
            value=money(float(first["value"]), lang, self.currency),
            part=percent(float(first["value"]) / self.total),
            **words,
        )

    def _last_name(self, row: pd.Series, lang: str) -> str:
        """Write a unit without the levels the scope already names."""
        left = [level for level in self.levels if level not in self.scope]
        return node_text(row.to_dict(), left or self.levels, self.terms, lang)

    def _node_lines(self, lang: str) -> list[str]:
        nodes = self.shown_nodes()
        if len(nodes) < 2:
            return []
        lines = []
        for row in nodes[nodes["value"] > 0].head(_LINES).to_dict("records"):
            has_base = row["base"] > 0
            text = label(
                "plan.node" if has_base else "plan.node_no_base",
                lang,
                node=node_text(row, self.levels, self.terms, lang),
                value=money(row["value"], lang, self.currency),
                part=percent(row["value"] / self.total),
                ask=growth(row["ask_growth"]) if has_base else "",
            )
            lines.append(text)
        return lines

    def _month_line(self, lang: str) -> str:
        months = self.months()
        top = months.loc[months["value"].idxmax()]
        value = money(float(top["value"]), lang, self.currency)
        return label(f"plan.months.{self.way}", lang, month=month(top["period"], lang), value=value)

    def _estimated_line(self, lang: str) -> list[str]:
        year = year_text(self.calendar, self.year, lang)
        return [label("plan.estimated", lang, year=year)] if self.estimated_days else []

    def _pin_line(self, lang: str) -> list[str]:
        names = [
            f"{node_text(row, self.levels, self.terms, lang)} "
            f"{money(row['value'], lang, self.currency)}"
            for row in self.pinned.to_dict("records")
        ]
        return [label("plan.pinned", lang, pins=listing(names, lang))] if names else []

    def _zero_lines(self, lang: str) -> list[str]:
        leaf = self.tree[self.tree["level"] == self.levels[-1]] if self.levels else self.tree
        out = []
        for state in NO_BASE:
            part = leaf[(leaf["status"] == state) & (leaf["value"] == 0)]
            if len(part):
                names = node_texts(part.head(MOST_NAMES), self.levels, self.terms, lang)
                nodes = listing(names, lang, n=len(part))
                word = show_value("status", state, lang, self.terms)
                out.append(label("plan.zero", lang, n=count(len(part)), nodes=nodes, status=word))
        return out


def _check_level(level: str, wanted: str, plan: Plan) -> None:
    if level not in plan.levels:
        raise unknown_name(
            level, plan.levels, kind="level", where="Plan.select", error=ContractError
        )
    known = sorted(plan.frame[level].unique())
    if wanted not in known:
        raise unknown_name(wanted, known, kind=level, where="Plan.select", error=ContractError)
