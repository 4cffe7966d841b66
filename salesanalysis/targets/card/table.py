"""The target decomposition and responsibility table, and the card it is printed as."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, chance, count, growth, label, money
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, require_adds_up, show_value
from salesanalysis.targets.words import node_text, year_text

#: The columns of the table, behind the level columns, in the order they are printed.
COLUMNS = (
    "metric", "value", "assigned_value", "base", "ask_growth", "probability", "target_base",
    "target_average", "target_challenge", "smart", "actual_to_date", "completion", "owner", "due",
    "data_source", "actions", "n_unmet", "status",
)  # fmt: skip
TIERS = ("target_base", "target_average", "target_challenge")
_LINES = 8


@dataclass(frozen=True, eq=False)
class TargetCard(Result):
    """Who owes what by when: one row per unit, every level, with the months below.

    Attributes
    ----------
    frame : DataFrame, one row per unit
        ``level``, the columns of `levels` (empty below the unit's own), and `COLUMNS`: ``value``,
        ``assigned_value`` (what people are told where it is more than the plan), ``base`` (last
        year), the three tiers and ``actual_to_date`` in currency, ``probability`` and
        ``completion`` as shares; what is not known is empty. ``reason`` says in a few words where
        the value comes from; empty: from the status.
    months : DataFrame, one row per leaf and month
        The columns of `levels`, ``period``, ``value`` and ``last_year`` (empty where not given).
    levels : tuple of str
    year : int
    total : float, currency
    plan_id, status : str
        Of the version of the plan.
    scope : dict
        What the card was selected for.
    quality, log : DataFrame
        Tables of the sheets Quality and Log; may have no rows.
    people : DataFrame
        ``salesperson``, ``region`` where they have one, ``probability`` over everything a person
        is asked for, and ``status``; may have no rows.
    metrics : DataFrame
        What else is asked: level columns, ``metric``, ``kind``, ``value``; may have no rows.
    """

    frame: pd.DataFrame
    months: pd.DataFrame
    levels: tuple[str, ...]
    year: int
    total: float
    plan_id: str
    status: str
    scope: dict[str, str] = field(default_factory=dict)
    quality: pd.DataFrame = field(default_factory=pd.DataFrame)
    log: pd.DataFrame = field(default_factory=pd.DataFrame)
    people: pd.DataFrame = field(default_factory=pd.DataFrame)
    metrics: pd.DataFrame = field(default_factory=pd.DataFrame)
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse a card whose months do not add up to its total, and keep copies."""
        require_adds_up(self.months["value"], self.total, what="Months of the card")
        for name in ("frame", "months", "quality", "log", "people", "metrics"):
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        object.__setattr__(self, "levels", tuple(self.levels))

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per unit: the columns a card prints; a copy."""
        return self.frame[["level", *self.levels, *COLUMNS]].copy()

    def month_table(self) -> pd.DataFrame:
        """Return one row per leaf, one column per month, and the year: the monthly card."""
        keys = list(self.levels)
        rows = self.months.assign(month=self.months["period"].dt.strftime("%Y-%m"))
        if not keys:
            wide = rows.set_index("month")[["value"]].T.reset_index(drop=True)
        else:
            wide = rows.pivot_table(index=keys, columns="month", values="value", sort=True)
            wide = wide.reset_index()
        wide.columns.name = None
        names = [c for c in wide.columns if c not in keys]
        table: pd.DataFrame = wide.assign(value=wide[names].sum(axis=1))
        return table

    def select(self, **where: str) -> "TargetCard":
        """Return the card of the units below these names: one region, one person.

        Examples
        --------
        >>> from salesanalysis.targets import cascade
        >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
        >>> plan = cascade(1_200, shares, levels=["region"], year=2024)
        >>> from salesanalysis.targets.card.build import card
        >>> card(plan).select(region="East").total
        480.0
        """
        frame, months = self.frame, self.months
        frame = frame[frame["level"] != "company"]
        for level, wanted in where.items():
            if level not in self.levels or not (months[level] == wanted).any():
                known = sorted(months[level].unique()) if level in self.levels else self.levels
                raise ContractError(
                    f"The card has no {level} {wanted!r}.",
                    where="TargetCard.select",
                    fix=f"use one of: {', '.join(map(str, known[:12]))}",
                    code="unknown-name",
                )
            frame, months = (t[t[level] == wanted] for t in (frame, months))
        scope = {**self.scope, **where}
        total = float(months["value"].sum())
        metrics = self.metrics
        for level, wanted in where.items():
            known = metrics.get(level, pd.Series("", index=metrics.index))
            metrics = metrics[known == wanted]
        return replace(self, frame=frame, months=months, total=total, scope=scope, metrics=metrics)

    def sentence(self, row: dict[str, Any], lang: str) -> str:
        """Write what a card opens with: last year, what is asked, the chance, and why."""
        has_base, p = row["base"] > 0, row["probability"]
        words = {
            "node": node_text(row, self.levels, self.terms, lang),
            "base_year": year_text(self.calendar, self.year - 1, lang),
            "year": year_text(self.calendar, self.year, lang),
            "base": money(row["base"], lang, self.currency) if has_base else "",
            "value": money(row["value"], lang, self.currency),
            "ask": growth(row["value"] / row["base"] - 1) if has_base else "",
        }
        text = label("card.opens" if has_base else "card.opens_new", lang, **words)
        known = label("card.chance", lang, p=chance(p)) if np.isfinite(p) else ""
        text += known or label("card.no_chance", lang)
        why = row["reason"] or label(f"card.reason.{_why(row)}", lang)
        return text + label("card.because", lang, reason=why) + label("targets.stop", lang)

    def top(self) -> dict[str, Any]:
        """Return the row the card is about: the company, or the unit it was selected for."""
        first = self.frame.iloc[[0]]
        if len(self.frame) > 1 and self.scope:
            # a selection of several units is spoken of as one, under the names selected
            leaf = self.levels[-1]
            part = self.frame[self.frame["level"] == leaf]
            added = ("value", "assigned_value", "base", "actual_to_date")
            sums = {c: part[c].sum(min_count=1) for c in added}
            # what is handed down in each tier adds up, where every unit has it
            sums |= {tier: part[tier].sum(min_count=len(part)) for tier in TIERS}
            named = {level: self.scope.get(level, "") for level in self.levels}
            own = self.frame[(self.frame[list(self.levels)] == pd.Series(named)).all(axis=1)]
            if not len(own):
                first = first.assign(**sums, **named, **self._of_person(), reason="")
            else:
                first = own.head(1)
        found: dict[str, Any] = first.to_dict("records")[0]
        return found

    def known_people(self) -> pd.DataFrame:
        """Return what is known of whole people; no rows where the card holds a part of theirs."""
        part = set(self.scope) - {"region", "salesperson"}
        return self.people.head(0) if part else self.people

    def _of_person(self) -> dict[str, Any]:
        """Return chance and status of the person a card was selected for, where they are known."""
        unknown = {"probability": float("nan"), "status": "mixed"}
        who, people = self.scope.get("salesperson", ""), self.known_people()
        if not who or not len(people):
            return unknown
        mine = people[people["salesperson"] == who]
        if "region" in self.scope and "region" in mine.columns:
            mine = mine[mine["region"] == self.scope["region"]]
        # somebody who sells in several regions has no chance of one sum
        return mine.iloc[0][["probability", "status"]].to_dict() if len(mine) == 1 else unknown

    def _sentences(self, lang: str) -> list[str]:
        out = [self.sentence(self.top(), lang)]
        rest = self.frame.iloc[1:]
        rest = rest[rest["level"] == (rest["level"].iloc[0] if len(rest) else "")]
        out += [self.sentence(row, lang) for row in rest.head(_LINES).to_dict("records")]
        if len(rest) > _LINES:
            out.append(label("card.more", lang, n=count(len(rest) - _LINES)))
        state = show_value("status", self.status, lang, self.terms)
        return [*out, label("card.version", lang, plan=self.plan_id, status=state)]


def _why(row: dict[str, Any]) -> str:
    """Return why a unit has its value, where nobody said so."""
    if row["level"] == "company":
        return "company"
    known = (
        "pinned", "new_business", "zero_base", "negative_base", "no_forecast", "part_year",
        "held_open",
    )  # fmt: skip
    return str(row["status"]) if row["status"] in known else "share"
