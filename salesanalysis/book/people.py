"""What each person of a plan is asked for."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.labels import Terms, count, label, money
from salesanalysis.results import Result, require_adds_up
from salesanalysis.targets import Plan


@dataclass(frozen=True, eq=False)
class PeoplePlan(Result):
    """Each person's target for a year and its quarters, largest first.

    Attributes
    ----------
    frame : DataFrame, one row per person
        ``salesperson``, ``target``, ``q1`` to ``q4`` (currency).
    total : float, currency

    Examples
    --------
    >>> from salesanalysis.targets import cascade
    >>> shares = pd.DataFrame({"salesperson": ["Li", "Wu"], "value": [1.0, 3.0]})
    >>> plan = cascade(400, shares, levels=["salesperson"], year=2024, months="equal")
    >>> PeoplePlan.of(plan).to_frame()[["salesperson", "target", "q1"]].values.tolist()
    [['Wu', 300.0, 75.0], ['Li', 100.0, 27.0]]
    """

    frame: pd.DataFrame
    total: float
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse people who are asked for more or less than the plan."""
        object.__setattr__(self, "frame", self.frame.copy())
        require_adds_up(self.frame["target"], self.total, what="Targets of all people")

    @classmethod
    def of(cls, plan: Plan) -> "PeoplePlan":
        """Sum a plan to people and quarters."""
        frame = plan.to_frame()
        month = (frame["period"].dt.month - plan.calendar.start_month) % 12
        wide = frame.assign(quarter="q" + (month // 3 + 1).astype("str")).pivot_table(
            index="salesperson", columns="quarter", values="value", aggfunc="sum"
        )
        wide.insert(0, "target", wide.sum(axis=1))
        wide.columns.name = None
        table = wide.reset_index().sort_values(
            ["target", "salesperson"], ascending=[False, True], kind="stable", ignore_index=True
        )
        return cls(table, plan.total, plan.currency, plan.terms)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        asked = self.frame[self.frame["target"] > 0]
        text = {"n": count(len(asked)), "amount": money(self.total, lang, self.currency)}
        if asked.empty:
            return [label("people.none", lang, **text)]
        first = self.terms.show("salesperson", asked["salesperson"].iloc[0], lang)
        most = money(float(asked["target"].iloc[0]), lang, self.currency)
        return [label("people.headline", lang, first=first, most=most, **text)]
