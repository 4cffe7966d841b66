"""The scorecard: actual against target for every unit, with a colour and a word."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms, chance, count, has_label, label, money
from salesanalysis.labels import completion as completion_text
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, require_adds_up, show_value
from salesanalysis.tracking.ahead import Ahead, is_below
from salesanalysis.tracking.company import with_sum
from salesanalysis.tracking.completion import completion
from salesanalysis.tracking.span import span_text, year_text

COLOURS = ("green", "yellow", "red")
_LINES = 12
_NAMES = 3


@dataclass(frozen=True, eq=False)
class Scorecard(Result):
    """One line per unit: actual, target, gap, completion and status.

    Attributes
    ----------
    frame : DataFrame, one row per unit, the sum of all of them first
        ``level``, the columns of `by` (empty in the first row), ``node`` (names joined for
        display only), ``actual``, ``target``, ``gap`` (currency), ``completion`` (0..1 and
        beyond), ``status``. Before the first closed month of the plan's year the target is
        empty as well.
    by : tuple of str
    first, last : Timestamp
        First and last month compared; where none is closed, those of the span asked for.
    n_months : int
        Closed months compared; 0 where none is closed.
    scope : dict
        The selection the plan was made for; empty for the whole company.
    ahead : Ahead, optional
        Where each line is expected to end; `frame` then has its columns as well.

    Raises
    ------
    ReconciliationError
        Units that do not add up to the first row.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    first: pd.Timestamp
    last: pd.Timestamp
    n_months: int
    scope: dict[str, str] = field(default_factory=dict)
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()
    ahead: Ahead | None = None

    def __post_init__(self) -> None:
        """Refuse lines that do not add up or are empty without a status, and keep a copy."""
        require_columns(self.frame, self._columns, name="scorecard")
        frame = self.frame[self._columns].copy().reset_index(drop=True)
        object.__setattr__(self, "by", tuple(self.by))
        object.__setattr__(self, "scope", dict(self.scope))
        if self.ahead is not None:
            frame = self.ahead.beside(frame, self.by, self.scope)
        object.__setattr__(self, "frame", frame)
        parts = self.units()
        if len(self.frame) > 1:
            for column in ("actual", "target"):
                total = self.frame[column].iloc[0]
                if np.isfinite(total):
                    require_adds_up(parts[column].fillna(0.0), total, what=f"{column} of units")

    @property
    def _columns(self) -> list[str]:
        return ["level", *self.by, "node", "actual", "target", "gap", "completion", "status"]

    def to_frame(self) -> pd.DataFrame:
        """Return the table, the sum of all units first; a copy."""
        return self.frame.copy()

    def units(self) -> pd.DataFrame:
        """Return the lines of the units, without the sum above them; a copy."""
        return self.frame.iloc[1:].copy() if len(self.frame) > 1 else self.frame.copy()

    def select(self, **where: str) -> "Scorecard":
        """Return the card of the units with these names; their sum comes first.

        Raises
        ------
        ContractError
            A level or a name that is not on the card, with the nearest that is.
        """
        part = self.units()
        for level, wanted in where.items():
            if level not in self.by:
                raise unknown_name(
                    level, self.by, kind="level", where="Scorecard.select", error=ContractError
                )
            known = sorted(self.units()[level].unique())
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=level, where="Scorecard.select", error=ContractError
                )
            part = part[part[level] == wanted]
        scope = {**self.scope, **where}
        frame = with_sum(part[self._columns], self.by, scope)
        return replace(self, frame=frame, scope=scope)

    def worst_first(self, n: int) -> pd.DataFrame:
        """Return at most `n` unit lines, largest shortfall first, the others as one line.

        The line of the others has an empty ``level``, ``n_units``, how many units it compares,
        and ``n_left``, how many more have nothing to compare and are not in its amounts.
        """
        ordered = self.units().sort_values(["gap", "node"], kind="stable", na_position="last")
        ordered = ordered.assign(n_units=1, n_left=0)
        if len(ordered) <= n:
            return ordered.reset_index(drop=True)
        rest = ordered.iloc[n - 1 :]
        compared = rest[rest["gap"].notna()]
        # where none can be compared, the line stands for all of them and says why
        said = compared if len(compared) else rest
        sums = said[["actual", "target"]].sum(min_count=1)
        names = dict.fromkeys(("level", "node", *self.by), "")
        other = completion([sums["actual"]], [sums["target"]]).assign(
            **names, n_units=len(said), n_left=len(rest) - len(said), landing_status=""
        )
        both = pd.concat([ordered.head(n - 1), other], ignore_index=True)
        return both[list(ordered.columns)]

    @property
    def before_year(self) -> bool:
        """Whether no month of the plan's year is closed yet: targets are left out as well."""
        return not self.n_months and bool(self.frame["target"].isna().all())

    def span(self, lang: str = "en") -> str:
        """Return how the months compared are called."""
        return span_text(self.first, self.last, self.calendar, lang)

    def whole_span(self, lang: str = "en") -> str:
        """Return how the months are called whose end is expected; those compared without."""
        if self.ahead is None:
            return self.span(lang)
        return span_text(self.ahead.first, self.ahead.last, self.calendar, lang)

    def name(self, row: dict[str, Any], lang: str = "en") -> str:
        """Return how the unit of a line is called."""
        names = [self.terms.show(c, row[c], lang) for c in self.by if row[c] != ""]
        names = names or [self.terms.show(c, v, lang) for c, v in self.scope.items()]
        return " / ".join(names) if names else label("word.company", lang)

    def _sentences(self, lang: str) -> list[str]:
        ordered = self.worst_first(len(self.frame)).head(_LINES)
        rows = [self.frame.iloc[0].to_dict()] if len(self.frame) > 1 else []
        rows += ordered.to_dict("records")
        out = [self._headline(lang), *(self._line(row, lang) for row in rows)]
        left = len(self.units()) - len(ordered)
        if left:
            out.append(label("scorecard.more", lang, n=count(left)))
        if self.ahead is not None and self.ahead.n_open:
            out.append(label("scorecard.end_rule", lang))
        return [*out, label("scorecard.rule", lang)]

    def _headline(self, lang: str) -> str:
        table, span = self.units(), self.span(lang)
        if self.before_year:
            year = year_text(self.first, self.calendar, lang)
            node = self.name(self.frame.iloc[0].to_dict(), lang)
            alone = len(table) == 1 or self.scope
            key = "scorecard.headline_early_one" if alone else "scorecard.headline_early"
            return label(key, lang, year=year, node=node)
        if len(table) == 1:
            row = table.iloc[0].to_dict()
            key = "one" if row["status"] in COLOURS else "none"
            return label(f"scorecard.headline_{key}", lang, span=span, **self._words(row, lang))
        rated = table[table["status"].isin(COLOURS)]
        words = {"span": span, "units": self._units_word(lang)}
        if not len(rated):
            state = show_value("status", str(table["status"].iloc[0]), lang, self.terms)
            return label("scorecard.headline_empty", lang, status=state, **words)
        words["all"] = count(len(rated))
        below = rated[rated["status"] != "green"]
        if not len(below):
            top = self._words(self.frame.iloc[0].to_dict(), lang)
            return label("scorecard.headline_good", lang, **{**top, **words})
        worst = below.sort_values(["completion", "node"], kind="stable")
        nodes = self._named(worst, lang)
        return label("scorecard.headline_below", lang, n=count(len(below)), nodes=nodes, **words)

    def _named(self, worst: pd.DataFrame, lang: str) -> str:
        """Name the units furthest below their targets."""
        rows = worst.head(_NAMES).to_dict("records")
        names = [label("scorecard.named", lang, **self._words(row, lang)) for row in rows]
        text = label("tracking.comma", lang).join(names)
        left = len(worst) - len(names)
        return text + (label("tracking.more", lang, n=count(left)) if left else "")

    def _units_word(self, lang: str) -> str:
        key = f"tracking.units.{self.by[0]}" if len(self.by) == 1 else ""
        return label(key if has_label(key) else "tracking.units.other", lang)

    def _words(self, row: dict[str, Any], lang: str) -> dict[str, str]:
        amounts = {
            k: money(row[k], lang, self.currency, signed=k == "gap")
            for k in ("actual", "target", "gap")
        }
        return {
            "node": self.name(row, lang),
            "completion": completion_text(row["completion"]),
            "status": show_value("status", row["status"], lang, self.terms),
            **amounts,
        }

    def _line(self, row: dict[str, Any], lang: str) -> str:
        key = "line" if row["status"] in COLOURS else row["status"]
        said = label(f"scorecard.{key}", lang, **self._words(row, lang))
        return said + self._end(row, lang)

    def _end(self, row: dict[str, Any], lang: str) -> str:
        """Say where a unit is expected to end, while months are open."""
        if self.ahead is None or not self.ahead.n_open:
            return ""
        text = {"span": self.whole_span(lang)}
        for name in ("middle", "lo80", "hi80", "target_ahead"):
            text[name] = money(row[name], lang, self.currency)
        key = str(row["landing_status"])
        if key == "open":
            wanted = row["target_ahead"]
            for name in ("middle", "lo80", "hi80"):
                text[f"{name}_share"] = completion_text(row[name] / wanted)
            text["line"] = label("scorecard.end_below", lang) if is_below(row) else ""
            text["chance"] = chance(row["probability"])
        return label(f"scorecard.end_{key}", lang, **text)
