"""An incentive plan: one object from YAML that pays, explains and prints itself."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.errors import require_columns
from salesanalysis.incentives.book import Book
from salesanalysis.incentives.components import Component, Package
from salesanalysis.incentives.curve import PayCurve, curve_points
from salesanalysis.incentives.deals import AMOUNTS, Credits, read_deals, require_one_period
from salesanalysis.incentives.parts import Head
from salesanalysis.incentives.paying import (
    check_quotas,
    make_register,
    make_statement,
    sha,
    titles,
)
from salesanalysis.incentives.people import needed, person_frame, read_people, require_known
from salesanalysis.incentives.problems import Reader
from salesanalysis.incentives.register import PayRegister
from salesanalysis.incentives.schema import read_plan
from salesanalysis.incentives.settle import pay_of
from salesanalysis.incentives.statement import Statement
from salesanalysis.incentives.wording import amount_text, component_text, plain_amount
from salesanalysis.labels import Terms, check_lang, label, unit_of
from salesanalysis.periods import FiscalCalendar

_YEAR = FiscalCalendar()
_TERMS = Terms()


@dataclass(frozen=True)
class Plan:
    """A validated plan; build it with `from_yaml` or `from_text`.

    Attributes
    ----------
    head : Head
        Id, currency, days, title, period, rounding unit.
    components : tuple
        What is earned, then what multiplies it, in the order of the file.
    digest : str
        SHA-256 of the plan's content; comments and order of keys do not matter.

    Examples
    --------
    >>> plan = Plan.from_text(EXAMPLE, name="example.yaml")
    >>> plan.payout("120000", quota="100000")
    Fraction(2880, 1)
    >>> deals = pd.DataFrame({"order_id": ["A", "B"], "date": ["2024-03-05", "2024-03-20"],
    ...                       "amount": [70000.0, 50000.0]})
    >>> print(plan.statement({"salesperson": "Li", "quota": 100000.0}, deals).headline())
    Li earns 2,880 CNY for Mar 2024: 120.0% of quota, coefficient 1.2
    """

    head: Head
    components: tuple[Component, ...]
    digest: str

    @classmethod
    def from_yaml(cls, path: str | Path) -> "Plan":
        """Read a plan file.

        Raises
        ------
        ParamError
            The file is not strict YAML, or not a plan: every problem of the file is listed with
            its line, the value found, the rule and the fix.
        """
        return cls._from_document(strictyaml.read(path))

    @classmethod
    def from_text(cls, text: str, *, name: str = "plan.yaml") -> "Plan":
        """Read a plan from text; `name` stands for the file in messages."""
        return cls._from_document(strictyaml.parse(text, name=name))

    @classmethod
    def _from_document(cls, doc: strictyaml.Document) -> "Plan":
        reader = Reader(doc)
        head, components = read_plan(reader)
        reader.finish()
        return cls(head, components, sha(json.dumps(doc.data, sort_keys=True)))

    @property
    def unit(self) -> Fraction:
        """Smallest amount paid, in currency units."""
        return self.head.unit

    @property
    def needs_quota(self) -> bool:
        """Tell whether any edge is a share of the quota."""
        return any(
            not isinstance(p, Package) and p.scale.unit == "attainment" for p in self.components
        )

    @property
    def is_cumulative(self) -> bool:
        """Tell whether any component counts on from the start of the plan."""
        return any(getattr(p, "basis", "") == "cumulative" for p in self.components)

    def title(self, lang: str = "en") -> str:
        """Return what the plan is called."""
        return titles(self)[check_lang(lang)]

    def payout(self, sold: Any, *, quota: Any = None, credited: Any = 0) -> Fraction:
        """Return the exact pay for one amount of sales, unrounded, in currency.

        Parameters
        ----------
        sold, quota, credited : int, str, Decimal or Fraction, currency
            Sales of the period as one deal, the quota, and what was counted before.
        """
        cents = None if quota is None else _exact_cents(quota)
        book = Book((_exact_cents(sold),), cents, _exact_cents(credited))
        return pay_of(self.components, book)[0] / 100

    def statement(
        self,
        person: Mapping[Hashable, Any] | pd.Series,
        deals: pd.DataFrame,
        *,
        period: object = None,
        calendar: FiscalCalendar = _YEAR,
        terms: Terms = _TERMS,
    ) -> Statement:
        """Pay one person for one period, line by line.

        Parameters
        ----------
        person : mapping or Series
            ``salesperson``, ``quota`` (currency, for the plan's period, 0 for somebody who has
            none; not needed by a plan on amounts); optional ``name``,
            ``carried`` (returns carried in, zero or below) and, for a cumulative plan,
            ``credited`` (counted before).
        deals : DataFrame, one row per deal
            ``order_id``, ``date``, ``amount`` or ``revenue`` (currency); returns are negative.
            With ``salesperson``, every row must be this person's.
        period : date, optional
            Any day of the period to pay; without it all deals must lie in one period.
        calendar : FiscalCalendar
            Decides where quarters and years start.
        terms : Terms
            How people are called, from the data set.

        Raises
        ------
        ContractError
            A key that is missing (with the nearest), a quota that is empty, below 0 or infinite,
            none where one is needed; deals that stand twice, lie outside the plan's days, or
            belong to somebody else, digits beyond the cent.
        """
        credits_ = self._credits(deals, period, calendar)
        row = person_frame(person, needed(credited=self.is_cumulative, quota=self.needs_quota))
        who = read_people(row, needs_credited=self.is_cumulative, needs_quota=self.needs_quota)[0]
        require_known(credits_.frame, [who.name])
        check_quotas(self, [who])
        return make_statement(self, who, credits_, terms)

    def pay(
        self,
        people: pd.DataFrame,
        deals: pd.DataFrame,
        *,
        period: object = None,
        calendar: FiscalCalendar = _YEAR,
        terms: Terms = _TERMS,
    ) -> PayRegister:
        """Pay everybody for one period; each amount equals that of the person's statement.

        Parameters
        ----------
        people : DataFrame, one row per person, as `person` of `statement`
        deals : DataFrame, one row per deal, as in `statement`, with ``salesperson``
        period, calendar, terms : as in `statement`

        Raises
        ------
        ContractError
            As in `statement`; deals of somebody who is not in `people`.
        """
        require_columns(deals, ["salesperson"], name="deals")
        credits_ = self._credits(deals, period, calendar)
        everybody = read_people(
            people, needs_credited=self.is_cumulative, needs_quota=self.needs_quota
        )
        everybody = sorted(everybody, key=lambda p: p.name)
        require_known(credits_.frame, [p.name for p in everybody])
        check_quotas(self, everybody)
        return make_register(self, everybody, credits_, terms)

    def curve(self, attainments: Sequence[Any] | None = None, *, quota: Any = "300000") -> PayCurve:
        """Return pay per unit of quota at completions, every edge on both sides of its jump.

        Parameters
        ----------
        attainments : sequence of str, int, float, optional
            Completions as ratios, read by their shortest text; default 0 to 1.5 by 0.05.
            100 % is always among them.
        quota : currency
            The quota to calculate for; only amounts in a plan make the curve depend on it.
        """
        full = _exact_cents(quota)
        wanted = attainments if attainments is not None else [Fraction(k, 20) for k in range(31)]
        frame = curve_points(self.components, full, {Fraction(str(a)) for a in wanted})
        return PayCurve(frame, float(full / 100), self.head.id, titles(self), self.head.currency)

    def text(self, lang: str = "en") -> str:
        """Return the plan in plain words, from the same object that pays."""
        head, currency = self.head, self.head.currency
        names = {p.id: p.title[0 if check_lang(lang) == "en" else 1] for p in self.components}
        period = label(f"pay.period.{head.per}", lang)
        end = "pay.text.until" if head.last_day else "pay.text.open"
        values = {
            "first": head.first_day,
            "last": label(end, lang, last=head.last_day),
            "unit": unit_of(currency, lang),
            "period": period,
        }
        lines = [label("pay.text.head", lang, title=self.title(lang), **values)]
        if head.target_incentive is not None:
            amount = amount_text(head.target_incentive, lang, currency)
            lines.append(label("pay.text.incentive", lang, amount=amount, period=period))
        lines += [component_text(p, names, lang, currency) for p in self.components]
        if self.needs_quota:
            lines.append(label(f"pay.text.zero.{head.zero_quota}", lang))
        return "\n".join([*lines, label("pay.text.order", lang, unit=plain_amount(head.unit))])

    def _credits(self, deals: pd.DataFrame, period: object, calendar: FiscalCalendar) -> Credits:
        """Check the deals and cut them to the period; several periods unasked are refused."""
        head = self.head
        found = read_deals(
            deals,
            columns=(head.measure, *AMOUNTS),
            date=head.date_column,
            per=head.per,
            days=(head.first_day, head.last_day),
            period=period,
            calendar=calendar,
        )
        if period is None:
            require_one_period(found, head.per)
        return found


def _exact_cents(value: Any) -> Fraction:
    """Return an amount as exact cents; a float is read by its shortest text."""
    if isinstance(value, Fraction | int):
        return Fraction(value) * 100
    return Fraction(Decimal(str(value))) * 100


EXAMPLE = """\
schema: 1
plan: {id: example, currency: CNY, effective: {from: 2024-01-01, to: null},
       title: {en: Example, zh: 示例},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: month, zero_quota: error}
components:
  - id: commission
    type: tiers
    mode: marginal
    basis: period
    closed: lower
    negative: zero
    measured: {unit: attainment, quota: month, tier_measure: sales, pay_measure: sales}
    tiers: [{from: "0", rate: "0.02"}]
  - id: coefficient
    type: bands
    closed: lower
    measured: {unit: attainment, quota: month, tier_measure: sales}
    multiplies: [commission]
    bands: [{from: null, value: "0.8"}, {from: "0.8", value: "1.0"}, {from: "1.0", value: "1.2"}]
"""
