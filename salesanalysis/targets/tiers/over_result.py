"""Two layers side by side: what was handed down, and what the cards say."""

import math
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, chance, growth, label, money, percent
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, show_value
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tiers.chance import ELASTICITIES, plan_chance
from salesanalysis.targets.words import listing, year_text

#: Above this compounded rate a plan is warned about.
TOO_MUCH = 0.20


@dataclass(frozen=True, eq=False)
class OverAssigned(Result):
    """The plan and the larger targets on the cards.

    Attributes
    ----------
    frame : DataFrame, one row per leaf and month
        Level columns, ``period``, ``plan_value``, ``assigned_value`` (currency).
    units : DataFrame, one row per unit, the company first
        ``level``, level columns, ``plan_value``, ``assigned_value`` (currency).
    rates : dict
        Over-assignment by level, from the top down.
    """

    frame: pd.DataFrame
    units: pd.DataFrame
    levels: tuple[str, ...]
    year: int
    step: str
    rates: dict[str, float]
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse layers whose parents and children do not fit in whole steps; keep copies."""
        for name in ("frame", "units"):
            table = getattr(self, name).copy().reset_index(drop=True)
            require_columns(table, ["plan_value", "assigned_value"], name=f"over-assignment {name}")
            object.__setattr__(self, name, table)
        object.__setattr__(self, "levels", tuple(self.levels))
        object.__setattr__(self, "rates", dict(self.rates))
        for depth in range(len(self.levels)):
            self._check_level(depth)

    def _check_level(self, depth: int) -> None:
        """Refuse units of a level that do not add up to (1 + O) times their parents."""
        step, level = Step.of(self.step), self.levels[depth]
        keys = list(self.levels[:depth])
        above = "company" if depth == 0 else self.levels[depth - 1]
        parents = self.units[self.units["level"] == above]
        children = self.units[self.units["level"] == level]
        for column, rate in (("plan_value", 0.0), ("assigned_value", self.rates[level])):
            factor = 1 + Fraction(str(rate))
            own = step.counts(parents[column]).astype(object)
            top, bottom = factor.numerator, factor.denominator
            wanted = (2 * own * top + bottom) // (2 * bottom)
            steps = pd.Series(step.counts(children[column]))
            names = [children[k].to_numpy() for k in keys] or [[0] * len(children)]
            got = steps.groupby(names, sort=True).sum().to_numpy()
            if list(got) != list(wanted):
                raise ReconciliationError(
                    f"Units of level {level!r} do not add up to (1 + {rate:g}) x their parents "
                    f"in {column}.",
                    where="over-assignment",
                    fix="this is a defect or a tampered table: please report it with the input",
                    code="does-not-add-up",
                    rows=parents,
                )

    @property
    def compounded(self) -> float:
        """Over-assignment from the company to the lowest level, all rates together."""
        return math.prod(1 + rate for rate in self.rates.values()) - 1

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit with both layers and ``buffer_growth`` between them.

        A unit without a plan has none, beside ``status`` ``no_plan``.
        """
        plan = self.units["plan_value"]
        status = pd.Series("ok", index=plan.index, dtype="str").where(plan > 0, "no_plan")
        rise = self.units["assigned_value"] / plan.where(plan > 0) - 1
        return self.units.assign(buffer_growth=rise, status=status)

    def months(self) -> pd.DataFrame:
        """Return leaf x month with both layers; a copy."""
        return self.frame.copy()

    def factors(self) -> pd.DataFrame:
        """Return one row per level: ``level``, ``buffer_growth``, ``compounded_growth``, sums."""
        rows, factor = [], 1.0
        for level, rate in self.rates.items():
            factor *= 1 + rate
            part = self.units[self.units["level"] == level]
            rows.append(
                {
                    "level": level,
                    "buffer_growth": rate,
                    "compounded_growth": factor - 1,
                    "plan_value": part["plan_value"].sum(),
                    "assigned_value": part["assigned_value"].sum(),
                }
            )
        return pd.DataFrame(rows)

    def chances(self, *, n: int, sd: float, correlation: float, mean: float = 1.0) -> pd.DataFrame:
        """Return P(company plan) at the compounded rate for elasticities 0, 0.5 and 1.

        See `plan_chance` for parameters and columns.
        """
        return plan_chance(self.compounded, n=n, sd=sd, correlation=correlation, mean=mean)

    def chance_lines(self, lang: str = "en", **people: float) -> list[str]:
        """Return one sentence per elasticity: the chance of the plan and its cost in pay."""
        table = self.chances(**people)  # type: ignore[arg-type]
        return [
            label(
                "over.chance",
                lang,
                e=f"{row['elasticity']:g}",
                chance=chance(row["probability"]),
                share=percent(row["attainment_share"]),
                pay=growth(row["pay_growth"]),
            )
            for row in table.to_dict("records")
        ]

    def _sentences(self, lang: str) -> list[str]:
        top = self.factors()
        last = top.iloc[-1] if len(top) else None
        parts = [
            f"{show_value('level', level, lang, self.terms)} {growth(rate)}"
            for level, rate in self.rates.items()
        ]
        plan = float(self.units["plan_value"].iloc[0])
        given = plan if last is None else float(last["assigned_value"])
        out = [
            label(
                "over.headline",
                lang,
                year=year_text(self.calendar, self.year, lang),
                plan=money(plan, lang, self.currency),
                assigned=money(given, lang, self.currency),
                rate=growth(given / plan - 1) if plan > 0 else growth(0.0),
            ),
            label(
                "over.levels", lang, parts=listing(parts, lang), factor=f"{1 + self.compounded:.4g}"
            ),
        ]
        if self.compounded > TOO_MUCH + 1e-12:
            out.append(
                label(
                    "over.too_much",
                    lang,
                    rate=percent(self.compounded),
                    limit=percent(TOO_MUCH, 0),
                )
            )
        elasticities = label("targets.comma", lang).join(f"{e:g}" for e in ELASTICITIES)
        return [*out, label("over.elasticity", lang, es=elasticities)]
