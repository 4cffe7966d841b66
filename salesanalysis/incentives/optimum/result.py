"""The best numbers of a plan as a result: old and new, what they cost, what was given up."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns, require_rows
from salesanalysis.incentives.optimum.wording import edge_text, number_text, shown
from salesanalysis.incentives.simulate.naming import assumed_of
from salesanalysis.incentives.words.numbers import ratio
from salesanalysis.labels import Terms, count, growth, label, percent
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
        ``measure`` (cost, pay_target, pay_p10, pay_p50, pay_p90, spread, jump, gini, moved; p95 and
        cvar where draws are given), ``old``, ``exact`` (the new plan before rounding), ``new``.
    curve : DataFrame, pay of the one person over completion: ``completion``, ``side``, ``old``,
        ``new``
    pieces : DataFrame, expected pay by stretch of completion: ``lo``, ``probability``, ``old``,
        ``new``; by the model of attainment
    conditions : DataFrame, one row per condition
        ``condition``, ``bound`` (currency or share; empty where there is none), ``price`` (change
        of the goal per unit of the bound, empty where it has none).
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
                shown.loc[i, side] = self.written(row["kind"], row[side], lang)
            shown.loc[i, "begins"] = self._edge(row["begins"], lang) or "–"
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return [
            self._first(lang),
            *self._numbers(lang),
            *self._money(lang),
            *self._given_up(lang),
            self._asked(lang),
            self._scene(lang),
            *(said.rstrip(".。") for said in assumed_of(self.assumed, self.terms, lang)),
        ]

    def _first(self, lang: str) -> str:
        goal = self.goal
        old, new = self.figure(goal, "old"), self.figure(goal)
        key = f"optimum.headline.{self.objective}"
        cost = self.figure("cost")
        if not (self.frame["old"] != self.frame["new"]).any():
            return label("optimum.headline.same", lang, title=self.plan_title[lang])
        return label(
            key, lang, title=self.plan_title[lang], old=self._amount(old, lang),
            new=self._amount(new, lang), cost=self._amount(cost, lang),
            change=_change(cost, self.figure("cost", "old")),
        )  # fmt: skip

    def _numbers(self, lang: str) -> list[str]:
        """Return one sentence per number that changed."""
        changed = self.frame[self.frame["old"] != self.frame["new"]]
        return [
            label(
                _number_key(row),
                lang,
                title=self.terms.show("component", row["component"], lang),
                start=self._edge(row["begins"], lang),
                old=self.written(row["kind"], row["old"], lang),
                new=self.written(row["kind"], row["new"], lang),
            )
            for _, row in changed.iterrows()
        ]

    def _money(self, lang: str) -> list[str]:
        said = [
            label("optimum.points", lang,
                  **{k: self._amount(self.figure(f"pay_{k}"), lang)
                     for k in ("target", "p10", "p50", "p90")},
                  **{f"old_{k}": self._amount(self.figure(f"pay_{k}", "old"), lang)
                     for k in ("target", "p10", "p50", "p90")})
        ]  # fmt: skip
        if self.budget is not None:
            said.append(label("optimum.budget", lang, budget=self._amount(self.budget, lang),
                              cost=self._amount(self.cost, lang),
                              old=self._amount(self.figure("cost", "old"), lang)))  # fmt: skip
            price = self.shadow_price or 0.0
            key = "optimum.price.none" if abs(price) < 1e-12 else f"optimum.price.{self.objective}"
            thousand = self._amount(1000, lang)
            said.append(label(key, lang, more=thousand, gain=self._amount(abs(1000 * price), lang)))
        if "cvar" in set(self.measures["measure"]):
            said.append(label("optimum.tail", lang, p95=self._amount(self.figure("p95"), lang),
                              cvar=self._amount(self.figure("cvar"), lang),
                              old=self._amount(self.figure("p95", "old"), lang)))  # fmt: skip
        return said

    def _given_up(self, lang: str) -> list[str]:
        """Return what rounding costs, which numbers stand at a limit, and whether it is local."""
        said = []
        if not self.rounded:
            said.append(label("optimum.unrounded", lang))
        else:
            loss = self.rounding_loss
            key = "optimum.rounding" if loss > 0.005 else "optimum.rounding.none"
            said.append(label(key, lang, loss=self._amount(loss, lang)))
            asked = self.conditions.set_index("condition")["bound"].get("at_target")
            gap = 0.0 if asked is None else self.figure("pay_target") - float(asked)
            if abs(gap) > 0.005:
                said.append(label("optimum.rounding.target", lang, gap=self._amount(gap, lang)))
        jump, before = self.figure("jump"), self.figure("jump", "old")
        if abs(jump) > abs(before) + 0.5:
            said.append(label("optimum.jump", lang, jump=self._amount(jump, lang),
                              old=self._amount(before, lang)))  # fmt: skip
        corner = int((self.frame["limit"] != "free").sum())
        if corner:
            said.append(label("optimum.corner", lang, n=count(corner), all=count(len(self.frame))))
        said.append(label(self._surety(), lang))
        return said

    def _surety(self) -> str:
        """Return whether the optimum is that of all plans, and what stands against it."""
        if not self.local:
            return "optimum.global"
        return "optimum.local.limit" if self.limited else "optimum.local"

    def _asked(self, lang: str) -> str:
        gap = label("pay.comma", lang)
        said = [
            label(_condition_key(row), lang, bound=self._bound(row, lang))
            for _, row in self.conditions.iterrows()
            if row["condition"] not in ("budget", "bounds")
        ]
        if not said:
            return label("optimum.conditions.none", lang)
        return label("optimum.conditions", lang, all=gap.join(said))

    def _bound(self, row: pd.Series, lang: str) -> str:
        if pd.isna(row["bound"]):
            return ""
        if row["condition"] in ("at_target", "upside", "most_p10", "cvar"):
            return self._amount(row["bound"], lang)
        if row["condition"] in ("ratio", "step"):
            return f"{row['bound']:g}"
        return ratio(Fraction(f"{row['bound']:.6g}"))

    def _scene(self, lang: str) -> str:
        said = label(
            "optimum.scene.people" if self.n_people > 1 else "optimum.scene.one", lang,
            n=count(self.n_people), periods=count(self.n_periods),
            quota=self._amount(self.quota, lang), p10=percent(self.p10), p50=percent(self.p50),
            p90=percent(self.p90),
        )  # fmt: skip
        if self.n_excluded:
            said += label("optimum.scene.excluded", lang, n=count(self.n_excluded))
        return said

    def _amount(self, value: float, lang: str) -> str:
        return shown(value, lang, self.currency)

    def _edge(self, start: float, lang: str) -> str:
        return edge_text(start, lang, self.currency, self.frame["begins"])

    def written(self, kind: str, value: float, lang: str) -> str:
        """Write a number of the plan the way its kind is written."""
        return self._edge(value, lang) if kind == "edge" else number_text(
            kind, value, lang, self.currency)  # fmt: skip


def _condition_key(row: pd.Series) -> str:
    """Return how a condition is said; a limit on jumps without a bound is today's."""
    today = row["condition"] == "jump" and pd.isna(row["bound"])
    return f"optimum.condition.{row['condition']}{'_today' if today else ''}"


def _number_key(row: pd.Series) -> str:
    """Return how a number is said: an edge, one that starts at an edge, or the lowest of all."""
    if row["kind"] == "edge":
        return "optimum.number.edge"
    return "optimum.number" if pd.isna(row["begins"]) else "optimum.number.from"


def _change(new: float, old: float) -> str:
    """Write a change in percent; from nothing there is none."""
    return growth(new / old - 1) if old else "–"
