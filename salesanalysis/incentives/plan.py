"""An incentive plan: one object from YAML that pays, explains and prints itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.incentives.components import Component
from salesanalysis.incentives.edit.knobs import edited_text, knobs_of
from salesanalysis.incentives.exact.settle import exact_gross
from salesanalysis.incentives.inputs.book import Book, Exact, Sheet
from salesanalysis.incentives.inputs.sheets import quota_measures
from salesanalysis.incentives.language.example import EXAMPLE
from salesanalysis.incentives.language.place import Head
from salesanalysis.incentives.language.reader import Reader
from salesanalysis.incentives.language.schema import Rules, read_plan
from salesanalysis.incentives.pay.curve import PayCurve, curve_points
from salesanalysis.incentives.pay.methods import PayMethods
from salesanalysis.incentives.pay.paying import sha, titles
from salesanalysis.incentives.words.policy import plan_text
from salesanalysis.labels import Terms, check_lang

if TYPE_CHECKING:
    from salesanalysis.incentives.attainment import Deals, OtherMeasure
    from salesanalysis.incentives.simulate import Simulation

__all__ = ["EXAMPLE", "Plan"]

_TERMS = Terms()


@dataclass(frozen=True)
class Plan(PayMethods):
    """A validated plan; build it with `from_yaml` or `from_text`.

    Attributes
    ----------
    head : Head
        Id, currency, days, title, period, rounding unit.
    components : tuple
        What is earned and what multiplies it, in the order of the file.
    rules : Rules
        Crediting, quotas, limits, penalties and settlement.
    digest : str
        SHA-256 of the plan's content; comments and order of keys do not matter.
    document : Document
        The file it was read from, with its text.

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
    rules: Rules
    digest: str
    document: strictyaml.Document = field(repr=False, compare=False)

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
        head, components, rules = read_plan(reader)
        reader.finish()
        return cls(head, components, rules, sha(json.dumps(doc.data, sort_keys=True)), doc)

    def to_yaml(self) -> str:
        """Return the plan as it stands in its file, comments included; read back, it is equal."""
        return self.document.text

    def knobs(self) -> pd.DataFrame:
        """Return every number that can be moved: rates, edges, coefficients, amounts, limits.

        Returns
        -------
        DataFrame, one row per number, in the order of the file
            ``knob``, ``component``, ``type``, ``kind`` (rate, edge, coefficient, amount, share,
            weight, height, number), ``unit`` (ratio, currency, number), ``value``, ``text`` (the
            exact decimal), ``title_en``, ``title_zh``.

        Examples
        --------
        >>> frame = Plan.from_text(EXAMPLE).knobs()
        >>> dict(zip(frame["knob"], frame["text"]))["coefficient.bands[2].value"]
        '1.2'
        """
        return knobs_of(self.document)

    def edited(self, values: Mapping[str, Any]) -> "Plan":
        """Return the plan with other numbers; comments and layout of its file stay.

        Parameters
        ----------
        values : mapping from knob to int, str, Decimal, Fraction or float
            A float is read by its shortest text.

        Raises
        ------
        ContractError
            A knob the plan does not have, with the nearest; a value that is no finite number.
        ParamError
            What comes of it is no plan: edges out of order, a rate above 1.

        Examples
        --------
        >>> plan = Plan.from_text(EXAMPLE).edited({"coefficient.bands[2].value": "1.3"})
        >>> plan.payout("120000", quota="100000")
        Fraction(3120, 1)
        """
        text = edited_text(self.document, self.document.text, values)
        return self.from_text(text, name=self.document.name)

    @property
    def unit(self) -> Fraction:
        """Smallest amount paid, in currency units."""
        return self.head.unit

    @property
    def needs_quota(self) -> bool:
        """Tell whether any edge is a share of a quota."""
        return bool(quota_measures(self))

    @property
    def is_cumulative(self) -> bool:
        """Tell whether anything counts on from the start of the plan or of the year."""
        running = any(getattr(p, "basis", "") == "cumulative" for p in self.components)
        return running or self.rules.settlement.true_up != "none"

    def title(self, lang: str = "en") -> str:
        """Return what the plan is called."""
        return titles(self)[check_lang(lang)]

    def payout(self, sold: Any, *, quota: Any = None, credited: Any = 0) -> Fraction:
        """Return the exact gross for one amount of the main measure, unrounded, in currency.

        Other measures stand at their target: a count at its quota, a ratio at 1, a number at 0.

        Parameters
        ----------
        sold, quota, credited : int, str, Decimal or Fraction, currency
            Sales of the period as one deal, the quota, and what was counted before.
        """
        cents = None if quota is None else _exact_cents(quota)
        return self._gross(Book((_exact_cents(sold),), cents, _exact_cents(credited))) / 100

    def _gross(self, book: Book) -> Fraction:
        """Return the exact gross in cents for a book of the main measure, the others at target."""
        return exact_gross(self, self.on_target(book))[0].total

    def on_target(self, book: Book) -> Sheet:
        """Return a sheet with this book of the main measure and all others at their target."""
        full: dict[str, Exact] = {"money": 100, "count": 100, "ratio": 100, "number": 0}
        books = {
            name: Book((full[measure.kind],), 100) for name, measure in self.head.measures.items()
        }
        incentive = self.head.target_incentive
        return Sheet(
            books={**books, self.head.measure: book},
            main=self.head.measure,
            target_incentive=None if incentive is None else incentive * 100,
            incentive_full=None if incentive is None else incentive * 100 * self.head.periods,
            day=self.head.first_day,
        )

    def simulate(
        self,
        people: pd.DataFrame,
        attainment: Any = "normal",
        *,
        draws: int = 10_000,
        seed: int = 1,
        periods: int | None = None,
        backend: str = "auto",
        deals: "Deals | None" = None,
        measures: "Sequence[OtherMeasure]" = (),
        terms: Terms = _TERMS,
    ) -> "Simulation":
        """Pay people over many drawn years: what the plan costs, as a distribution.

        To compare plans, draw the world once (`draw_world`) and pay it under each (`simulate`).

        Parameters
        ----------
        people : DataFrame, one row per person
            ``salesperson``, ``quota`` (currency, for the plan's period); optional ``region``,
            ``team``, ``target_incentive`` (currency, for the plan's period), ``manager``,
            ``base_pay`` and ``override_rate`` where the plan pays on teams.
        attainment : {"tight", "normal", "wide"}, Attainment or ForecastDraws
        draws, seed : int
        periods : int, optional
            Plan periods to draw; a year unless given: 12 months, 4 quarters or 1 year.
        backend : {"auto", "ledger", "vector", "exact"}
        deals : Deals, optional
            How sales come in single deals, where the plan pays deal by deal.
        measures : sequence of OtherMeasure
            What is drawn beside sales; the plan's other measures stand at their target.
        terms : Terms

        Raises
        ------
        ContractError
            People twice, without a name or a quota; draws, periods or a seed that are none.
        BackendNotValid
            A component that no back end, or not the one asked for, can pay.

        Examples
        --------
        >>> people = pd.DataFrame({"salesperson": ["Li", "Wang"], "quota": [1000.0, 2000.0]})
        >>> run = Plan.from_text(EXAMPLE).simulate(people, draws=500)
        >>> run.backend, run.n_periods
        ('ledger', 12)
        """
        # a simulation pays plans: its rooms stand above this class
        from salesanalysis.incentives.simulate import draw_world, simulate  # noqa: PLC0415

        year = {"month": 12, "quarter": 4, "year": 1}[self.head.per]
        world = draw_world(
            people,
            attainment,
            periods=year if periods is None else periods,
            draws=draws,
            seed=seed,
            per_year=year,
            zero_quota=self.head.zero_quota,
            deals=deals,
            measures=measures,
            terms=terms,
            quota_periods=self.head.periods,
            incentive_periods=int(1 / self.head.incentive_share),
        )
        return simulate(self, world, backend=backend)

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
        frame = curve_points(self, full, {Fraction(str(a)) for a in wanted})
        return PayCurve(frame, float(full / 100), self.head.id, titles(self), self.head.currency)

    def text(self, lang: str = "en") -> str:
        """Return the plan in plain words, from the same object that pays."""
        return plan_text(self, check_lang(lang))


def _exact_cents(value: Any) -> Fraction:
    """Return an amount as exact cents; a float is read by its shortest text."""
    if isinstance(value, Fraction | int):
        return Fraction(value) * 100
    return Fraction(Decimal(str(value))) * 100
