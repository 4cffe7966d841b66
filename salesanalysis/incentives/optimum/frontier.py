"""What a budget buys: the best of a goal at every budget, before rounding."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns, require_rows
from salesanalysis.incentives.optimum.wording import shown
from salesanalysis.labels import Terms, count, label, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("budget", "status", "cost", "goal", "gini", "pay_target", "pay_p90", "price", "why")


@dataclass(frozen=True, eq=False)
class Frontier(Result):
    """The best plan at every budget.

    Attributes
    ----------
    frame : DataFrame, one row per budget, ascending
        ``budget``, ``status`` (best, infeasible), ``cost`` (expected), ``goal`` (pay at the 90th
        less the 50th percentile, expected cost, or sum of changes; currency), ``gini``,
        ``pay_target``, ``pay_p90``, ``price`` (change of the goal per unit of budget), ``p95`` and
        ``cvar`` where draws are given; ``why`` names the conditions that conflict. Infeasible rows
        have no figures.
    numbers : DataFrame, one row per budget and free number: ``budget``, ``knob``, ``value``
    today : float, expected cost of today's plan, currency
    today_goal : float, the goal under today's plan
    objective : str
    local : bool, whether numbers multiply each other, so that each point is a local optimum
    old_yaml, file : str, the plan and the name of its file
    """

    frame: pd.DataFrame
    numbers: pd.DataFrame
    today: float
    today_goal: float
    objective: str
    old_yaml: str
    file: str
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()
    local: bool = False

    def __post_init__(self) -> None:
        """Refuse a frontier that a larger budget makes worse."""
        require_columns(self.frame, list(COLUMNS), name="frontier")
        require_rows(self.frame, name="frontier")
        frame = self.frame.sort_values("budget", kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        best = self.best()["goal"].to_numpy("float64")
        gain = np.diff(best) * (1 if self.objective == "differentiation" else -1)
        if (gain < -1e-6 * max(np.abs(best).max(initial=0.0), 1.0)).any():
            raise ReconciliationError(
                "a larger budget serves the goal less.",
                where="Frontier.frame",
                fix="this is a defect: please report it with the input",
                code="does-not-add-up",
            )

    def best(self) -> pd.DataFrame:
        """Return the budgets that some plan meets."""
        return self.frame[self.frame["status"] == "best"].reset_index(drop=True)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per budget."""
        return self.frame.copy()

    def plan_at(self, budget: float) -> "Plan":
        """Return the plan of a budget, its numbers not rounded.

        Raises
        ------
        ContractError
            A budget that is not among them, or that no plan meets.
        """
        from salesanalysis.errors import ContractError  # noqa: PLC0415
        from salesanalysis.incentives.plan import Plan  # noqa: PLC0415

        part = self.numbers[self.numbers["budget"] == budget]
        if part.empty:
            met = ", ".join(f"{b:,.2f}" for b in self.best()["budget"])
            raise ContractError(
                f"there is no plan for a budget of {budget:,.2f}.",
                where="Frontier.plan_at(budget)",
                fix=f"give one of {met}",
                code="unknown-name",
            )
        old = Plan.from_text(self.old_yaml, name=self.file)
        return old.edited(dict(zip(part["knob"], part["value"], strict=True)))

    def _sentences(self, lang: str) -> list[str]:
        best = self.best()
        none = len(self.frame) - len(best)
        title = self.plan_title[lang]
        if best.empty:
            return [label("frontier.none", lang, title=title, n=count(none))]
        low, high = best.iloc[0], best.iloc[-1]
        said = [
            label(
                f"frontier.headline.{self.objective}", lang, title=title,
                low=self._amount(low["budget"], lang),
                high=self._amount(high["budget"], lang),
                first=self._amount(low["goal"], lang),
                last=self._amount(high["goal"], lang),
            ),
            label("frontier.today", lang, cost=self._amount(self.today, lang),
                  goal=self._amount(self.today_goal, lang)),
        ]  # fmt: skip
        still = best[best["price"].abs() > 1e-9]
        if len(still) < len(best):
            first = best[best["price"].abs() <= 1e-9].iloc[0]
            said.append(label("frontier.enough", lang, budget=self._amount(first["budget"], lang)))
        if none:
            said.append(label("frontier.infeasible", lang, n=count(none)))
        said.append(
            label("frontier.gini", lang, low=percent(low["gini"]), high=percent(high["gini"]))
        )
        if self.local:
            said.append(label("frontier.local", lang))
        return said

    def _amount(self, value: float, lang: str) -> str:
        return shown(value, lang, self.currency)
