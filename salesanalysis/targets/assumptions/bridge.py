"""From base to target, step by step: growth of history, then every assumption."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.labels import Terms, growth, label, money
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, require_adds_up
from salesanalysis.targets.words import year_text

KINDS = ("start", "step", "end")


@dataclass(frozen=True, eq=False)
class AssumptionBridge(Result):
    """What leads from the base to the target, without a remainder.

    Attributes
    ----------
    steps : DataFrame, in reading order
        ``kind`` (``start``, ``step``, ``end``), ``factor``, ``effect_growth`` (0.05 = 5 %; empty
        at both ends), ``amount`` (currency), ``source``, ``owner``, ``date`` and ``status``.
    year : int
    """

    steps: pd.DataFrame
    year: int
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse steps that do not lead from the base to the target."""
        require_columns(self.steps, ["kind", "factor", "effect_growth", "amount"], name="bridge")
        object.__setattr__(self, "steps", self.steps.reset_index(drop=True))
        ends = self.steps.set_index("kind")["amount"]
        steps = self.steps.loc[self.steps["kind"] == "step", "amount"]
        change = float(ends["end"]) - float(ends["start"])
        require_adds_up(steps, change, what="Steps from base to target")

    @property
    def start(self) -> float:
        """The base, in currency."""
        return float(self.steps["amount"].iloc[0])

    @property
    def end(self) -> float:
        """The target, in currency."""
        return float(self.steps["amount"].iloc[-1])

    def to_frame(self) -> pd.DataFrame:
        """Return the steps in reading order; a copy."""
        return self.steps.copy()

    def step_text(self, factor: str, lang: str) -> str:
        """Write what a step is called: our own ones translated, the register's as written."""
        key = f"assumption.{factor}"
        return label(key, lang) if factor in ("base", "history", "target") else factor

    def _sentences(self, lang: str) -> list[str]:
        inside = self.steps[self.steps["kind"] == "step"]
        said = [
            label(
                "assumption.headline",
                lang,
                year=year_text(self.calendar, self.year, lang),
                start=money(self.start, lang, self.currency),
                end=money(self.end, lang, self.currency),
                growth=growth(self.end / self.start - 1) if self.start > 0 else "–",
            )
        ]
        order = inside.reindex(
            inside["amount"].abs().sort_values(ascending=False, kind="stable").index
        )
        for row in order.to_dict("records"):
            amount = money(row["amount"], lang, self.currency, signed=True)
            factor = self.step_text(str(row["factor"]), lang)
            if row.get("source"):
                effect, words = (
                    growth(row["effect_growth"]),
                    {k: row[k] for k in ("source", "owner", "date")},
                )
                said.append(
                    label(
                        "assumption.line",
                        lang,
                        factor=factor,
                        amount=amount,
                        effect=effect,
                        **words,
                    )
                )
            else:
                said.append(label("assumption.history_line", lang, factor=factor, amount=amount))
        return said
