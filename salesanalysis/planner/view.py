"""What the pages show of a plan at work and the one before: tables, sentences, all at once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Lint, PayCurve, Plan, lint
from salesanalysis.labels import (
    LANGUAGES,
    chance,
    count,
    label,
    money,
    percent,
)
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.figures import figures_of, table_of
from salesanalysis.planner.fitting import as_sold
from salesanalysis.planner.kept import Kept
from salesanalysis.planner.mains import counted, main_said
from salesanalysis.planner.pricing import Priced
from salesanalysis.planner.refusals import in_a_sentence

#: A change of expected pay that counts as winning or losing.
NOTABLE = 0.05
CENT = 0.01
_CURVES: Kept[PayCurve] = Kept()
_FOUND: Kept[Lint] = Kept()


@dataclass(frozen=True, eq=False)
class View:
    """A plan at work beside the one it is compared with.

    Attributes
    ----------
    plan, old : Plan
    crowd : Crowd, who they are tried on
    now, before : Priced, or the error that says why a plan has no price
    paid, was_paid : DataFrame, what the last period pays everybody under both, or the error
    budget : float or None, currency a year

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE
    >>> from salesanalysis.planner.desk import Desk
    >>> view = Desk(Plan.from_text(EXAMPLE), draws=200).view()
    >>> view.curve_headline("en")
    'Pay by completion: at 100% 2.40% of quota'
    """

    plan: Plan
    old: Plan
    crowd: Crowd
    now: Priced | SalesAnalysisError
    before: Priced | SalesAnalysisError
    paid: pd.DataFrame | SalesAnalysisError
    was_paid: pd.DataFrame | SalesAnalysisError
    budget: float | None = None

    @property
    def same(self) -> bool:
        """Tell whether both plans are one."""
        return self.plan == self.old

    def money(self, value: float, lang: str, *, signed: bool = False) -> str:
        """Write an amount briefly in the plan's currency."""
        return money(value, lang, self.plan.head.currency, signed=signed)

    @cached_property
    def quota(self) -> float:
        """Return the median quota: what curve and findings are calculated for."""
        measured = self.crowd.measured(self.plan.head.quota_per)
        return float(measured["quota"].median()) if len(measured) else 300_000.0

    @cached_property
    def curves(self) -> tuple[PayCurve, PayCurve] | SalesAnalysisError:
        """Return pay by completion, of the plan at work and the old one; or why there is none."""
        for plan in (self.plan, self.old):
            if (lost := counted(plan, self.crowd)) is not None:
                return lost
        try:
            return self._curve(self.plan), self._curve(self.old)
        except SalesAnalysisError as error:
            return error

    @cached_property
    def at_quota(self) -> tuple[float, float]:
        """Return pay over quota at exactly the quota, now and before, where there are curves."""
        if isinstance(self.curves, SalesAnalysisError):
            raise self.curves
        now, before = self.curves
        return now.at_quota(), before.at_quota()

    def _curve(self, plan: Plan) -> PayCurve:
        quota = f"{self.quota:.2f}"
        return _CURVES.get((plan.digest, quota), lambda: as_sold(plan)[0].curve(quota=quota))

    @cached_property
    def findings(self) -> Lint | SalesAnalysisError:
        """Return what the plan at work provokes, or why it could not be checked."""
        return self._found(self.plan)

    @cached_property
    def findings_before(self) -> Lint | SalesAnalysisError:
        """Return what the old plan provokes, or why it could not be checked."""
        return self._found(self.old)

    def _found(self, plan: Plan) -> Lint | SalesAnalysisError:
        if (lost := counted(plan, self.crowd)) is not None:
            return lost
        quota = f"{self.quota:.2f}"
        try:
            return _FOUND.get((plan.digest, quota), lambda: lint(as_sold(plan)[0], quota=quota))
        except SalesAnalysisError as error:
            return error

    @cached_property
    def people(self) -> pd.DataFrame:
        """Return what the last period pays everybody under both plans, largest loss first.

        Returns
        -------
        DataFrame, one row per person
            ``salesperson``, ``completion`` (ratio), ``old_pay``, ``new_pay``, ``change``
            (currency), ``change_growth`` (ratio; from 0 to anything: infinite). No rows where
            one of the plans cannot pay the period.
        """
        columns = ["salesperson", "completion", "old_pay", "new_pay", "change", "change_growth"]
        if isinstance(self.paid, SalesAnalysisError) or isinstance(
            self.was_paid, SalesAnalysisError
        ):
            return pd.DataFrame({c: pd.Series(dtype="float64") for c in columns})
        new = self.paid.rename(columns={"pay": "new_pay"})
        old = self.was_paid[["salesperson", "pay"]].rename(columns={"pay": "old_pay"})
        frame = new.merge(old, on="salesperson", how="inner", validate="one_to_one")
        change = frame["new_pay"] - frame["old_pay"]
        change = change.where(change.abs() >= CENT / 2, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(change == 0, 0.0, change / frame["old_pay"].abs())
        frame = frame.assign(change=change, change_growth=share)[columns]
        return frame.sort_values(["change", "salesperson"], kind="stable", ignore_index=True)

    @property
    def winners(self) -> int:
        """Return how many people win more than five percent."""
        return int((self.people["change_growth"] > NOTABLE).sum())

    @property
    def losers(self) -> int:
        """Return how many people lose more than five percent."""
        return int((self.people["change_growth"] < -NOTABLE).sum())

    def figures(self) -> pd.DataFrame:
        """Return the table of figures.

        Returns
        -------
        DataFrame, one row per figure
            ``figure`` (name), ``kind`` (money, share, chance, count), ``old``, ``new``; empty
            where a plan is not simulated or no budget is given.
        """
        return figures_of(self)

    def table(self, lang: str) -> pd.DataFrame:
        """Return the figures as they are read: figure, before, now, change."""
        return table_of(self, lang)

    def headline(self, lang: str) -> str:
        """Say what the plan is expected to cost, and how that differs."""
        if isinstance(self.now, SalesAnalysisError):
            return label("planner.unpriced", lang, text=in_a_sentence(self.now, lang))
        new = self.money(self.now.expected, lang)
        if isinstance(self.before, SalesAnalysisError):
            return label("planner.headline.only", lang, new=new)
        gap = self.now.expected - self.before.expected
        if abs(gap) <= 1e-9 * abs(self.before.expected):
            return label("planner.headline.same", lang, new=new)
        change = label(
            "planner.more" if gap > 0 else "planner.less", lang, amount=self.money(abs(gap), lang)
        )
        old = self.money(self.before.expected, lang)
        return label("planner.headline.cost", lang, new=new, old=old, change=change)

    def sentences(self, lang: str) -> list[str]:
        """Say cost, budget, and who wins and loses."""
        said = [self.headline(lang), *self._budget(lang), self.people_headline(lang)]
        said += self.crowd.assumptions(lang) if self.crowd.source else []
        said += main_said(self.crowd, self.plan, lang)
        if isinstance(self.before, SalesAnalysisError) and not self.same:
            said.append(label("planner.unpriced.old", lang, text=in_a_sentence(self.before, lang)))
        return said

    def notes(self, lang: str) -> list[str]:
        """Say what all of it rests on: people, distribution of results, back end."""
        said = self.crowd.sentences(lang, lambda v: self.money(v, lang))
        if isinstance(self.now, SalesAnalysisError):
            return said
        return [*said, *self.now.simulation.explain(lang).split("\n")[1:]]

    def _budget(self, lang: str) -> list[str]:
        if isinstance(self.now, SalesAnalysisError):
            return []
        if self.budget is None:
            return [label("planner.cost.nobudget", lang)]
        words: dict[str, Any] = {
            "budget": self.money(self.budget, lang),
            "now": chance(self.now.overrun(self.budget)),
        }
        if isinstance(self.before, SalesAnalysisError) or self.same:
            return [label("planner.cost.budget.only", lang, **words)]
        words["old"] = chance(self.before.overrun(self.budget))
        return [label("planner.cost.budget", lang, **words)]

    def people_headline(self, lang: str) -> str:
        """Say how many people win and lose on the last period, or why nobody knows."""
        for result in (self.paid, self.was_paid):
            if isinstance(result, SalesAnalysisError):
                return label("planner.people.none", lang, text=in_a_sentence(result, lang))
        period = self.crowd.when(lang)
        if not self.people["change"].any():
            return label("planner.people.same", lang, period=period)
        n = {"win": count(self.winners), "lose": count(self.losers), "n": count(len(self.people))}
        return label("planner.people.headline", lang, **n, period=period)

    def curve_headline(self, lang: str) -> str:
        """Say what is paid at exactly the quota."""
        if isinstance(self.curves, SalesAnalysisError):
            return label("planner.uncurved", lang, text=in_a_sentence(self.curves, lang))
        new, old = self.at_quota
        before = "" if self.same else label("planner.curve.before", lang, old=percent(old, 2))
        said = label("planner.curve.title", lang, new=percent(new, 2), change=before)
        names = [pair[LANGUAGES.index(lang)] for pair in as_sold(self.plan)[1]]
        if not names:
            return said
        return said + label("planner.curve.follows", lang, names=", ".join(names))

    def cost_headline(self, lang: str) -> str:
        """Say the expected cost and its range."""
        if isinstance(self.now, SalesAnalysisError):
            return self.headline(lang)
        ends = [self.money(self.now.quantile(q), lang) for q in (0.05, 0.95)]
        mean = self.money(self.now.expected, lang)
        return label("planner.cost.title", lang, mean=mean, low=ends[0], high=ends[1])
