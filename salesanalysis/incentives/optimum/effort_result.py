"""The best numbers with effort response as a result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns, require_rows
from salesanalysis.incentives.optimum.wording import edge_text, number_text, shown
from salesanalysis.incentives.simulate.naming import assumed_of
from salesanalysis.labels import Terms, count, exact, label, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True, eq=False)
class EffortOptimum(Result):
    """Rates and coefficients that leave most margin where people respond to them.

    Attributes
    ----------
    frame : DataFrame, one row per free number
        ``knob``, ``component``, ``kind``, ``begins`` (the edge it starts at, empty for none),
        ``old``, ``new``
    measures : DataFrame, one row per plan
        ``side`` (old: today's; program: of the linear program without response, where it found
        one; new), ``extra_sales`` (beyond today's), ``pay``, ``net`` (margin of extra sales less
        pay); currency of one period, everybody together, with response.
    effort_cost, noise, margin_rate, budget, keep_worth, n_starts, n_people : as given
    n_draws : int, drawn years the results are those of; 0 where they are normal
    assumed : tuple of (component or rule, code), what is assumed of parts that are no sales
    new_yaml, old_yaml, file : str, the plans and the name of their file
    """

    frame: pd.DataFrame
    measures: pd.DataFrame
    effort_cost: float
    noise: float
    margin_rate: float
    budget: float | None
    keep_worth: bool
    n_starts: int
    n_people: int
    new_yaml: str
    old_yaml: str
    file: str
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()
    n_draws: int = 0
    assumed: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse figures that are none, and a net that is not margin less pay."""
        require_columns(self.frame, ["knob", "old", "new"], name="numbers")
        require_rows(self.frame, name="numbers")
        frame = self.measures.set_index("side")
        net = self.margin_rate * frame["extra_sales"] - frame["pay"]
        size = max(1.0, float(frame["pay"].abs().max()))
        if not (np.abs(net - frame["net"]) <= 1e-6 * size).all():  # also where one is empty
            raise ReconciliationError(
                "margin of extra sales less pay is not the net of the plan.",
                where="EffortOptimum.measures",
                fix="this is a defect: please report it with the input",
                code="does-not-add-up",
            )

    @property
    def plan(self) -> "Plan":
        """Return the plan found; comments and layout of the old file stay."""
        from salesanalysis.incentives.plan import Plan  # noqa: PLC0415

        return Plan.from_text(self.new_yaml, name=self.file)

    @property
    def gain(self) -> float:
        """Return by how much the net of the plan found exceeds today's, currency of one period."""
        return self.figure("net") - self.figure("net", "old")

    def figure(self, measure: str, side: str = "new") -> float:
        """Return one figure of today's plan, that of the program, or the new one."""
        return float(self.measures.set_index("side").loc[side, measure])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per free number."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        said = [self._first(lang), *self._parts(lang)]
        for _, row in self.frame[self.frame["old"] != self.frame["new"]].iterrows():
            old, new = (
                number_text(row["kind"], row[s], lang, self.currency) for s in ("old", "new")
            )
            name = self.terms.show("component", row["component"], lang)
            start = edge_text(row["begins"], lang, self.currency, self.frame["begins"])
            key = "optimum.number.from" if start else "optimum.number"
            said.append(label(key, lang, title=name, start=start, old=old, new=new))
        if "program" in set(self.measures["side"]):
            gain = self.figure("net", "program") - self.figure("net", "old")
            net = ("+" if gain > 0 else "") + shown(gain, lang, self.currency)
            said.append(label("optimum.effort.program", lang, net=net))
        given = {"c": exact(self.effort_cost, 2), "h": percent(self.noise),
                 "m": percent(self.margin_rate)}  # fmt: skip
        key = "optimum.effort.given"
        if self.n_draws:
            key, given = "optimum.effort.drawn", {**given, "draws": count(self.n_draws)}
        said.append(label(key, lang, n=count(self.n_people), **given))
        if self.keep_worth:
            said.append(label("optimum.effort.worth", lang))
        if self.budget is not None:
            most = shown(self.budget, lang, self.currency)
            said.append(label("optimum.effort.budget", lang, budget=most))
        said.append(label("optimum.effort.local", lang, n=count(self.n_starts)))
        return [*said, *(a.rstrip(".。") for a in assumed_of(self.assumed, self.terms, lang))]

    def _first(self, lang: str) -> str:
        title = self.plan_title[lang]
        if not (self.frame["old"] != self.frame["new"]).any():
            return label("optimum.effort.same", lang, title=title)
        gain = shown(self.gain, lang, self.currency)
        return label("optimum.effort.headline", lang, title=title, gain=gain)

    def _parts(self, lang: str) -> list[str]:
        """Return what the gain is made of."""
        told = {"sales": self.figure("extra_sales"), "pay": self.figure("pay"),
                "old": self.figure("pay", "old")}  # fmt: skip
        words = {k: shown(v, lang, self.currency) for k, v in told.items()}
        return [label("optimum.effort.parts", lang, **words)]
