"""Two versions of the inputs, paid by one plan: who gets how much more or less, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.incentives.corrections.touched import (
    Side,
    changed_orders,
    orders_of,
    touched,
    why,
)
from salesanalysis.incentives.inputs.given import Extras
from salesanalysis.incentives.pay.paying import line_names, titles
from salesanalysis.incentives.pay.run import Paid, walk
from salesanalysis.incentives.pay.statement import period_text, shown_amount
from salesanalysis.incentives.words.lines import line_rule
from salesanalysis.incentives.words.numbers import amount_text
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import LANGUAGES, Terms, count, label
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

MONEY = ("pay_before", "pay_after", "pay_change", "owed_change")
COLUMNS = ("salesperson", "period", *MONEY, "why")
LINE_COLUMNS = ("salesperson", "period", "line", *MONEY[:3])


@dataclass(frozen=True, eq=False)
class Correction(Result):
    """What another version of the inputs pays, for everybody it touches.

    Attributes
    ----------
    frame : DataFrame, one row per person and period touched, also where the change is 0
        ``salesperson``, ``period``, ``pay_before``, ``pay_after``, ``pay_change`` (currency),
        ``owed_change`` (draws, deductions and deferred pay after the period, currency), ``why``
        (English; the Chinese is in `terms`).
    lines : DataFrame, one row per line that differs
        ``salesperson``, ``period``, ``line``, ``pay_before``, ``pay_after``, ``pay_change``.
    total : float, currency, the sum of all changes: cash now
    """

    frame: pd.DataFrame
    lines: pd.DataFrame
    total: float
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse lines that do not add up to the change of their person."""
        require_columns(self.frame, list(COLUMNS), name="correction")
        keys = ["salesperson", "period"]
        frame = self.frame.sort_values(keys, kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "lines", self.lines.copy())
        require_adds_up(frame["pay_change"], self.total, what="Changes of people")
        require_adds_up(self.lines["pay_change"], self.total, what="Changes of lines")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person and period touched."""
        return self.frame[list(COLUMNS)].copy()

    def _money(self, value: float, lang: str) -> str:
        return amount_text(shown_amount(value), lang, self.currency)

    def _signed(self, value: float, lang: str) -> str:
        return f"{'+' if value > 0 else ''}{self._money(value, lang)}"

    def _sentences(self, lang: str) -> list[str]:
        if self.frame.empty:
            return [label("correction.none", lang)]
        moved = self.frame[self.frame["pay_change"] != 0]
        n = self.frame["salesperson"].nunique()
        said = [
            label(
                "correction.headline.one" if n == 1 else "correction.headline",
                lang,
                n=count(n),
                moved=count(moved["salesperson"].nunique()),
                total=self._signed(self.total, lang),
            )
        ]
        order = moved.reindex(moved["pay_change"].abs().sort_values(ascending=False).index)
        for _, row in order.head(8).iterrows():
            said.append(
                label(
                    "correction.line",
                    lang,
                    name=self.terms.show("salesperson", str(row["salesperson"]), lang),
                    period=period_text(row["period"], row["period"], lang),
                    before=self._money(float(row["pay_before"]), lang),
                    after=self._money(float(row["pay_after"]), lang),
                    change=self._signed(float(row["pay_change"]), lang),
                    why=self.terms.show("why", str(row["why"]), lang),
                )
            )
        # a balance is carried on: what it is after the last period counts, not the sum of periods
        owed = float(self.frame.groupby("salesperson")["owed_change"].last().sum())
        if owed:
            said.append(label("correction.owed", lang, amount=self._signed(owed, lang)))
        return said


def compare_pay(
    plan: "Plan",
    before: tuple[pd.DataFrame, pd.DataFrame],
    after: tuple[pd.DataFrame, pd.DataFrame],
    *,
    first: object,
    last: object,
    extras: Extras | None = None,
    calendar: FiscalCalendar | None = None,
    terms: Terms | None = None,
) -> Correction:
    """Pay two versions of people and deals, and return who is touched, on which line, and why.

    Parameters
    ----------
    before, after : (people, deals), as in `Plan.run`
    first, last : date, any day of the first and of the last period

    Returns
    -------
    Correction
        Everybody whose inputs or pay differ, also where the change is 0. Inputs are never
        overwritten.

    Raises
    ------
    ContractError
        As in `Plan.run`, for either version.
    """
    year = calendar or FiscalCalendar()
    paid = [
        list(walk(plan, *version, first=first, last=last, extras=extras or Extras(), calendar=year))
        for version in (before, after)
    ]
    old, new = ({(p.who.name, p.start): p for p in side} for side in paid)
    changed = changed_orders(before[1], after[1], plan.head.date_column)
    rows: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    words: dict[str, dict[str, str]] = {}
    names: dict[str, dict[str, str]] = {}
    voices = [Voice(plan.head, lang) for lang in LANGUAGES]
    for key in sorted(touched(plan, old, new)):
        was, now = old.get(key), new.get(key)
        reason = why(key, (old, new), orders_of(key, changed, plan.head.per))
        words[reason[0]] = {"zh": reason[1]}
        pay, owed = (_pay(was), _pay(now)), _owed(now) - _owed(was)
        rows.append((*key, *pay, pay[1] - pay[0], owed, reason[0]))
        lines += _line_changes(key, *(_by_line(side, voices, names) for side in (was, now)))
    frame, table = _in_currency(rows, COLUMNS), _in_currency(lines, LINE_COLUMNS)
    own = dict((terms or Terms()).names)
    shown = {**_called(old, new), **dict(own.get("salesperson", {}))}
    return Correction(
        frame.astype({"salesperson": "str", "why": "str"}),
        table,
        sum(int(r[4]) for r in rows) / 100,
        titles(plan),
        plan.head.currency,
        Terms({**own, "salesperson": shown, "why": words, "line": names}),
    )


def _called(*sides: Side) -> dict[str, dict[str, str]]:
    """Return what people are called where their table has names, the id in brackets."""
    people = {p.who.name: p.who.shown for side in sides for p in side.values()}
    return {
        name: {"en": f"{shown} ({name})", "zh": f"{shown}（{name}）"}
        for name, shown in sorted(people.items())
        if shown != name
    }


def _in_currency(rows: list[tuple[Any, ...]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows in cents as a table in currency."""
    frame = pd.DataFrame(rows, columns=list(columns))
    for column in set(MONEY) & set(columns):
        frame[column] = frame[column].astype("float64") / 100
    return frame


def _pay(paid: Paid | None) -> int:
    return paid.settled.cents if paid and paid.settled else 0


def _owed(paid: Paid | None) -> int:
    """Return what somebody owes less what is owed to them, in cents."""
    if paid is None:
        return 0
    state = paid.after.balances
    return state.owed + state.shortfall - state.withheld - state.held


def _line_changes(
    key: tuple[str, pd.Timestamp], was: dict[str, int], now: dict[str, int]
) -> list[tuple[Any, ...]]:
    """Return the lines that differ: name, before, after, change in cents."""
    out = []
    for name in dict.fromkeys([*was, *now]):
        one, other = was.get(name, 0), now.get(name, 0)
        if one != other:
            out.append((*key, name, one, other, other - one))
    return out


def _by_line(
    paid: Paid | None, voices: Sequence[Voice], names: dict[str, dict[str, str]]
) -> dict[str, int]:
    """Return cents by line, and note what every line is called in both languages."""
    out: dict[str, int] = {}
    if paid is None or paid.settled is None:
        return out
    for (part, piece), cents in zip(paid.settled.lines, paid.settled.paid, strict=True):
        english, chinese = (line_rule(part, piece, voice) for voice in voices)
        name, *titles_ = line_names(part, piece, (english, chinese))
        names[name] = dict(zip(LANGUAGES, titles_, strict=True))
        out[name] = out.get(name, 0) + cents
    return out
