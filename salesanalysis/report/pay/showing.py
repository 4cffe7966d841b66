"""What a statement shows, as texts of one language: the page and the workbook write the same."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.pay.statement import shown_amount
from salesanalysis.incentives.words.numbers import amount_text, plain_amount, ratio
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import label
from salesanalysis.report.pay.paid import Slip
from salesanalysis.results import column_label
from salesanalysis.spreadsheet import safe_text

if TYPE_CHECKING:
    from salesanalysis.incentives import Plan

STEPS = 15
_BALANCES = ("owed", "shortfall", "withheld", "held")


@dataclass(frozen=True)
class Row:
    """One line as it is printed; `is_sum` marks gross and pay."""

    no: str
    rule: str
    base: str
    rate: str
    exact: str
    paid: str
    is_sum: bool = False


@dataclass(frozen=True)
class Shown:
    """One statement in one language.

    Parameters
    ----------
    plan : Plan
    slip : Slip
    lang : {"en", "zh"}
    """

    plan: "Plan"
    slip: Slip
    lang: str

    def word(self, key: str, **values: object) -> str:
        """Return an entry of the catalogue."""
        return label(f"slip.{key}", self.lang, **values)

    @property
    def name(self) -> str:
        """Return how the person is called."""
        return safe_text(self.slip.statement.name)

    @property
    def period(self) -> str:
        """Return the period in words."""
        return self.slip.statement.period_text(self.lang)

    def heads(self) -> list[str]:
        """Return the headings of the lines."""
        names = ("no", "rule", "base", "pay_rate", "exact", "paid")
        return [column_label(name, self.lang) for name in names]

    def rows(self) -> list[Row]:
        """Return every line, the gross where it is struck, and the pay."""
        s, n = self.slip.statement, self.slip.n_gross
        if not len(s.lines):
            return []
        rows = [
            Row(str(i), *self._line(line), self.plain(line.paid))
            for i, line in enumerate(s.lines.itertuples(index=False), 1)
        ]
        gross = Row("", self.word("gross"), "", "", "", self.plain(s.gross), is_sum=True)
        pay = Row("", self.word("pay"), "", "", "", self.plain(s.payout), is_sum=True)
        return [*rows[:n], gross, *rows[n:], pay]

    def _line(self, line: Any) -> tuple[str, str, str, str]:
        """Write rule, base, rate and exact amount; what is only moved has no rate."""
        rule = safe_text(self.slip.statement.terms.show("rule", line.rule, self.lang))
        exact = plain_amount(shown_amount(line.exact))
        if line.kind == "balance":
            return rule, "", "", exact
        return rule, plain_amount(shown_amount(line.base)), _rate(line.kind, line.pay_rate), exact

    def plain(self, value: float) -> str:
        """Write an amount with two decimals, a dash where there is none."""
        return f"{value:,.2f}" if math.isfinite(value) else "–"

    def money(self, value: float) -> str:
        """Write an amount with its currency."""
        return amount_text(shown_amount(value), self.lang, self.plan.head.currency)

    def key(self) -> list[tuple[str, str]]:
        """Return the figures at the top; what the plan has no use for is left out."""
        s = self.slip.statement
        paid = s.status != "no_quota"
        found = [
            ("pay", self.money(s.payout) if paid else "–"),
            ("gross", self.money(s.gross) if paid else "–"),
            ("actual", self.money(s.credit)),
        ]
        if s.completion_text:
            found += [("quota", self.money(s.quota)), ("completion", s.completion_text)]
        if s.coefficient_text:
            found.append(("coefficient", s.coefficient_text))
        return [(self.word(f"key.{name}"), value) for name, value in found]

    def figures(self) -> list[tuple[str, str, str]]:
        """Return what counted of every measure, and its quota."""
        voice = Voice(self.plan.head, self.lang)

        def value(amount: float, measure: str) -> str:
            if not math.isfinite(amount):
                return self.word("none")
            return voice.value(Fraction(str(round(amount, 6))), measure)

        return [
            (safe_text(voice.measure(m)), value(actual, m), value(quota, m))
            for m, actual, quota in self.slip.figures.itertuples(index=False, name=None)
        ]

    def differences(self) -> list[str]:
        """Say where what counts is not what was sold, or the quota not the stated one."""
        return self.slip.statement.differences(self.lang)

    def deals(self) -> list[tuple[str, ...]]:
        """Return every deal counted."""
        voice, of = Voice(self.plan.head, self.lang), self._with_parts
        rows = []
        for m, order, day, sold, cost, a in self.slip.deals.itertuples(index=False, name=None):
            head = (safe_text(str(order)), f"{day:%Y-%m-%d}", safe_text(voice.measure(m)))
            less = f"{self.plain(sold)} − {self.plain(cost)}" if math.isfinite(sold) else ""
            rows.append((*head, *([less] if of else []), self.plain(a)))
        return rows

    @property
    def _with_parts(self) -> bool:
        """Tell whether any deal counts with its amount less its cost."""
        return bool(self.slip.deals["sold"].notna().any())

    def led(self) -> list[tuple[str, str]]:
        """Return the people led with their credit, and its sum."""
        rows = self.slip.led
        if rows.empty:
            return []
        found = [(safe_text(n), self.plain(c)) for n, c in rows.itertuples(index=False, name=None)]
        return [*found, (label("word.total", self.lang), self.plain(float(rows["credit"].sum())))]

    def pools(self) -> list[str]:
        """Say what the team shares, and which part of it is the person's."""
        voice = Voice(self.plan.head, self.lang)
        titles = {p.id: voice.title(p) for p in self.plan.components}
        return [
            self.word("pool", title=titles[n], total=self.money(total), own=self.money(own))
            for n, total, own in self.slip.pools
        ]

    def cancelled(self) -> list[list[str]]:
        """Return the deals that fell through, as they were booked."""
        rows = self.slip.cancelled.itertuples(index=False, name=None)
        return [[safe_text(str(v)) for v in row] for row in rows]

    def cancelled_heads(self) -> list[str]:
        """Return the headings of the deals that fell through."""
        return [column_label(str(c), self.lang) for c in self.slip.cancelled.columns]

    def entries(self) -> list[tuple[str, int]]:
        """Return what the penalty register holds for the person."""
        voice = Voice(self.plan.head, self.lang)
        rules = {rule.id: rule for rule in self.plan.rules.penalties}
        return [(voice.title(rules[n]), k) for n, k in sorted(self.slip.entries.items())]

    def ahead(self) -> list[str]:
        """Say how far the next step is, and what more sales would add."""
        s = self.slip.statement
        if s.status == "no_quota":
            return []
        measure = Voice(self.plan.head, self.lang).measure(self.plan.head.measure)
        edge = s.next_edge.get(self.lang, "")
        first = (
            self.word("next.edge", missing=self.money(s.to_next), edge=edge, measure=measure)
            if edge
            else self.word("next.last")
        )
        more = {"more": self.money(s.more), "value": self.money(s.more_value)}
        return [first, self.word("next.more", **more, measure=measure)]

    def balances(self) -> list[tuple[str, str]]:
        """Return what is handed to the next period, where it is not 0."""
        s = self.slip.statement
        found = {name: s.balances.get(name, 0.0) for name in _BALANCES} | {"carried": -s.carried}
        return [(self.word(f"balance.{n}"), self.money(v)) for n, v in found.items() if v]

    def steps(self) -> list[str]:
        """Return the order of calculation."""
        return [self.word(f"step.{i}") for i in range(1, STEPS + 1)]

    @property
    def cap_first(self) -> bool:
        """Tell whether the plan applies its cap before the coefficients."""
        cap = self.plan.rules.limits.cap
        return cap is not None and cap.before_factors

    def policy(self) -> list[str]:
        """Return the plan in words, line by line."""
        return self.plan.text(self.lang).splitlines()

    def version(self) -> str:
        """Return which version of which plan has paid."""
        head = self.plan.head
        last = self.word("check.until", day=head.last_day) if head.last_day else ""
        return self.word(
            "check.version", id=head.id, first=head.first_day, last=last,
            version=self.plan.digest[:12],
        )  # fmt: skip

    def deal_heads(self) -> list[str]:
        """Return the headings of the deals; of a shared deal only the own part stands there."""
        parts = ["amount_less_cost"] if self._with_parts else []
        names = ["order_id", "date", "measure", *parts]
        return [*(column_label(c, self.lang) for c in names), self.word("deals.own")]

    def figure_heads(self) -> list[str]:
        """Return the headings of what counted."""
        return [column_label(c, self.lang) for c in ("measure", "actual", "quota")]


def _rate(kind: str, rate: float) -> str:
    """Write a rate: a share in percent, so many times, or what a coefficient adds."""
    exact = Fraction(f"{rate:.10f}")
    if kind == "factor":
        return f"{'+' if exact >= 0 else ''}{decimal(exact)}"
    is_times = kind == "times" or (kind == "less" and exact.denominator == 1)
    return f"× {decimal(exact)}" if is_times else ratio(exact)
