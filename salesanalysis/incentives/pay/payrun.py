"""Pay of several periods as one result."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.pay.statement import period_text, shown_amount
from salesanalysis.incentives.words.numbers import amount_text
from salesanalysis.labels import Terms, count, label, month
from salesanalysis.results import Result, require_adds_up

BALANCES = ("owed", "shortfall", "withheld", "held", "carried")


COLUMNS = ("salesperson", "period", "quota", "actual", "completion", "gross", "pay", "status")


@dataclass(frozen=True, eq=False)
class PayRun(Result):
    """Everybody's pay over several periods, with the balances each hands to the next.

    Attributes
    ----------
    frame : DataFrame, one row per person and period, ordered by both
        ``salesperson``, ``period`` (its first month), ``quota``, ``actual``, ``gross``, ``pay``
        (currency), ``completion`` (ratio), ``status``, and the balances after the period:
        ``owed`` (draw), ``shortfall`` (deductions carried), ``withheld`` (above the cap),
        ``held`` (held back), ``carried`` (returns above sales, zero or below).
    total : float, currency, the sum of all pay to the cent
    first, last : Timestamp, first and last month
    plan_title : dict, language -> title
    """

    frame: pd.DataFrame
    total: float
    first: pd.Timestamp
    last: pd.Timestamp
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse pay that does not add up."""
        require_columns(self.frame, [*COLUMNS, *BALANCES], name="run")
        require_rows(self.frame, name="run")
        frame = self.frame.sort_values(["salesperson", "period"], kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        paid = frame[frame["status"] != "no_quota"]
        require_adds_up(paid["pay"], self.total, what="Pay of people and periods")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person and period."""
        return self.frame[[*COLUMNS, *BALANCES]].copy()

    def by_period(self) -> pd.DataFrame:
        """Return pay and sales by period: ``period``, ``actual``, ``pay`` (currency)."""
        return self.frame.groupby("period", as_index=False)[["actual", "pay"]].sum()

    def of(self, salesperson: str) -> pd.DataFrame:
        """Return the rows of one person."""
        return self.to_frame()[self.frame["salesperson"] == salesperson].reset_index(drop=True)

    def _money(self, value: float, lang: str) -> str:
        return amount_text(shown_amount(value), lang, self.currency)

    def _sentences(self, lang: str) -> list[str]:
        frame = self.frame
        people = frame["salesperson"].nunique()
        said = [
            label(
                "pay.run.headline",
                lang,
                n=count(people),
                total=self._money(self.total, lang),
                period=period_text(self.first, self.last, lang),
            )
        ]
        by_period = self.by_period()
        top = by_period.loc[by_period["pay"].idxmax()]
        said.append(
            label(
                "pay.run.top",
                lang,
                period=month(top["period"], lang),
                pay=self._money(float(top["pay"]), lang),
            )
        )
        last = frame.groupby("salesperson").tail(1)
        for name in BALANCES:
            left = float(last[name].sum())
            if left:
                amount = self._money(abs(left), lang)
                n = count(int((last[name] != 0).sum()))
                said.append(label(f"pay.run.{name}", lang, amount=amount, n=n))
        return said
