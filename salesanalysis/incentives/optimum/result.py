"""The best numbers of a plan as a result: old and new, what they cost, what was given up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns, require_rows
from salesanalysis.incentives.optimum.told import edge, sentences, written
from salesanalysis.labels import Terms
from salesanalysis.results import Result, Table, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True, eq=False)
class Optimum(Result):
    """The best numbers of a plan under the conditions asked for.

    Attributes
    ----------
    frame : DataFrame, one row per free number, in the order of the plan
        ``knob``, ``component``, ``kind``, ``begins`` (the edge it starts at, empty for none),
        ``old``, ``new``, ``exact`` (before rounding), ``limit`` (free, lowest, highest: the end of
        its own range it stands at).
    measures : DataFrame, one row per figure
        ``measure`` (cost, pay_target, pay_p10, pay_p50, pay_p90, spread, jump, gini; moved, losers
        and losers_expected, of last year's results and of those expected, where results are known;
        p95 and cvar where draws are given), ``old``, ``exact`` (the new plan before rounding),
        ``new``.
    curve : DataFrame, pay of the one person over completion: ``completion``, ``side``, ``old``,
        ``new``
    pieces : DataFrame, expected pay by stretch of completion: ``lo``, ``probability``, ``old``,
        ``new``; by the model of attainment
    conditions : DataFrame, one row per condition
        ``condition``, ``bound`` (currency or share; empty where there is none), ``price`` (change
        of the goal per unit of the bound, empty where it has none).
    starts : DataFrame, one row per start of the search, in their order
        ``starting_from`` (today; turned: coefficients first; scaled: coefficients times a factor,
        rates over it; together, apart: coefficients; drawn at random; nearby: around the best so
        far; cheapest), ``scaled_by`` (size
        of the coefficients there, 1: today's), ``status`` (best, worse, infeasible), ``goal``
        (before rounding, currency; empty where infeasible).
    objective, budget, local, rounded, n_people, n_excluded, n_periods, quota
    p10, p50, p90 : float, attainments pay is looked at
    new_yaml, old_yaml, file : str, the plans and the name of their file
    limited : bool, whether a cap or a guarantee bends the cost
    assumed : tuple of (component or rule, code), what is assumed of parts that are no sales
    """

    frame: pd.DataFrame
    measures: pd.DataFrame
    curve: pd.DataFrame
    pieces: pd.DataFrame
    conditions: pd.DataFrame
    starts: pd.DataFrame
    objective: str
    budget: float | None
    local: bool
    rounded: bool
    n_people: int
    n_excluded: int
    n_periods: int
    n_draws: int
    quota: float
    p10: float
    p50: float
    p90: float
    new_yaml: str
    old_yaml: str
    file: str
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()
    limited: bool = False
    assumed: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a budget that is broken, and stretches that do not add up to the cost."""
        require_columns(self.frame, ["knob", "old", "new", "exact", "limit"], name="numbers")
        require_rows(self.frame, name="numbers")
        if not np.isfinite(self.measures[["old", "new"]].to_numpy("float64")).all():
            raise ReconciliationError(
                "a figure of the plan is empty.",
                where="Optimum.measures",
                fix="this is a defect: please report it with the input",
                code="does-not-add-up",
            )
        cost = self.measures.set_index("measure").loc["cost"]
        if not self.n_draws:
            for side in ("old", "new"):
                require_adds_up(self.pieces[side], float(cost[side]), what="Stretches of pay")
        if self.budget is not None and cost["new"] > self.budget * (1 + 1e-7) + 0.005:
            raise ReconciliationError(
                f"the plan found costs {cost['new']:,.2f}, the budget is {self.budget:,.2f}.",
                where="Optimum.measures",
                fix="this is a defect: please report it with the input",
                code="does-not-add-up",
            )

    @property
    def plan(self) -> "Plan":
        """Return the plan found; comments and layout of the old file stay."""
        from salesanalysis.incentives.plan import Plan  # noqa: PLC0415

        return Plan.from_text(self.new_yaml, name=self.file)

    @property
    def old(self) -> "Plan":
        """Return the plan it started from."""
        from salesanalysis.incentives.plan import Plan  # noqa: PLC0415

        return Plan.from_text(self.old_yaml, name=self.file)

    @property
    def cost(self) -> float:
        """Return the expected cost of the plan found, currency over all periods."""
        return self.figure("cost")

    @property
    def shadow_price(self) -> float | None:
        """Return what one more of the budget adds to the goal; None where no budget is set."""
        row = self.conditions[self.conditions["condition"] == "budget"]
        return None if row.empty else float(row["price"].iloc[0])

    @property
    def rounding_loss(self) -> float:
        """Return by how much rounding makes the goal worse, in units of the goal."""
        row = self.measures.set_index("measure").loc[self.goal]
        worse = row["exact"] - row["new"] if self.objective == "differentiation" else (
            row["new"] - row["exact"])  # fmt: skip
        return float(worse)

    @property
    def goal(self) -> str:
        """Return the measure that was made as good as possible."""
        return {"differentiation": "spread", "cheapest": "cost", "disruption": "moved"}[
            self.objective
        ]

    def figure(self, measure: str, side: str = "new") -> float:
        """Return one figure of the old plan, the exact new one, or the new one."""
        return float(self.measures.set_index("measure").loc[measure, side])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per free number: old, new, before rounding."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the numbers as readers write them: rates in percent, coefficients, amounts."""
        shown = self.frame[["component", "kind", "begins", "old", "new", "limit"]].astype(
            {"begins": "object", "old": "object", "new": "object"}
        )
        for i, row in self.frame.iterrows():
            for side in ("old", "new"):
                shown.loc[i, side] = written(self, row["kind"], row[side], lang)
            shown.loc[i, "begins"] = edge(self, row["begins"], lang) or "–"
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return sentences(self, lang)
