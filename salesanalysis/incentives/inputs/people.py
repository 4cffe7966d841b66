"""The people to be paid: one row each, money in whole cents, strangers refused."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
)
from salesanalysis.incentives.inputs.book import Balances
from salesanalysis.incentives.inputs.values import (
    day_text,
    exact_cents,
    exact_of,
    first_of,
    name_of,
    names_of,
    require_numbers,
)

#: Balances a row of people may bring along, in currency.
BALANCES = ("owed", "shortfall", "withheld", "held", "paid_before")
NOT_BELOW_ZERO = ("owed", "shortfall", "withheld", "held", "released", "draw_periods",
                  "target_incentive", "base_pay", "override_rate")  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One person as a plan needs them; money in cents, None where there is none.

    Attributes
    ----------
    quotas, to_date, credited, carried : dict, measure -> cents
    results : dict, measure -> what the person's row says of it, in hundredths
    target_incentive, base_pay : int or None, cents
    rate : Fraction or None, the person's own rate for differential overrides
    days : tuple, share of the period the person is in the plan (1 where always)
    hired, left : str, days as 2024-03-31, empty where there is none
    manager, team : str
    before : dict, measure -> quotas of earlier periods of the year as they counted, in cents
    groups : dict, column -> value, of the columns that components apply to
    """

    name: str
    shown: str
    quotas: dict[str, int | None]
    to_date: dict[str, int | None]
    credited: dict[str, int]
    carried: dict[str, int]
    results: dict[str, Fraction | None]
    balances: Balances
    released: int = 0
    target_incentive: int | None = None
    base_pay: int | None = None
    rate: Fraction | None = None
    active_from: str = ""
    active_to: str = ""
    hired: str = ""
    left: str = ""
    manager: str = ""
    team: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def quota(self, measure: str) -> int | None:
        """Return the quota of a measure, None where there is none above 0."""
        value = self.quotas.get(measure)
        return value if value and value > 0 else None


@dataclass(frozen=True)
class Wanted:
    """What a plan needs to know of people."""

    main: str
    measures: tuple[str, ...]  # every measure that has a quota
    results: tuple[str, ...]  # measures read from the row of the person
    needs_quota: tuple[str, ...]
    needs_credited: bool
    groups: tuple[str, ...] = ()  # columns that components apply to

    def column(self, stem: str, measure: str) -> str:
        """Return the column of a figure: plain for the main measure."""
        return stem if measure == self.main else f"{stem}_{measure}"

    @property
    def columns(self) -> list[str]:
        """Return the columns a plan cannot do without."""
        quotas = [self.column("quota", m) for m in self.needs_quota]
        counted = ["credited"] if self.needs_credited else []
        return ["salesperson", *quotas, *counted, *self.groups]


def read_people(people: pd.DataFrame, wanted: Wanted) -> list[Person]:
    """Check a table of people: one row each, money in whole cents.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson`` and the quotas the plan needs: ``quota`` of its main measure, of another
        one ``quota_<measure>`` (currency or units, 0 where there is none). Optional: ``name``,
        ``credited`` and ``carried`` (main measure; of another one with its name behind),
        measures of the person such as ``training``, ``target_incentive``, ``base_pay``,
        ``override_rate``, ``active_from``, ``active_to``, ``hired_on``, ``left_on``, ``manager``,
        ``team``, and balances brought along: ``owed``, ``shortfall``, ``withheld``, ``held``,
        ``released``, ``paid_before`` (currency; of a true-up: what was paid this year before
        draw, deductions and holdback) and ``draw_periods``.
    """
    require_columns(people, [*wanted.columns, *wanted.results], name="people")
    require_rows(people, name="people")
    require_named(people, ["salesperson"], name="people", fix="give every row its person")
    people = people.assign(salesperson=names_of(people["salesperson"]))
    twice = people[people["salesperson"].duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of people share a name: {twice['salesperson'].iloc[0]!r}.",
            where=f"rows {twice.index[:3].tolist()}, see .rows",
            fix="give one row per person; quotas of several products are summed first",
            code="duplicate-key",
            rows=twice,
        )
    for measure in wanted.measures:
        column = wanted.column("quota", measure)
        require_quotas(people, column, needed=measure in wanted.needs_quota)
    _require_signs(people)
    columns = _Columns(people)
    return [_person(columns, wanted, i) for i in range(len(people))]


class _Columns:
    """Columns of people, read once: cents, texts, dates, exact values."""

    def __init__(self, people: pd.DataFrame) -> None:
        self.people = people
        self._cents: dict[str, list[int | None]] = {}
        self._values: dict[str, list[Any]] = {}

    def cents(self, column: str, i: int) -> int | None:
        """Return money in cents, None where it is empty or not there."""
        if column not in self._cents:
            self._cents[column] = _optional(self.people, column)
        return self._cents[column][i]

    def value(self, column: str, i: int) -> Any:
        """Return a value as it stands, None where it is empty or not there."""
        if column not in self._values:
            there = column in self.people.columns
            given = self.people[column].astype("object") if there else None
            none: list[Any] = [None] * len(self.people)
            self._values[column] = (
                none if given is None else given.where(given.notna(), None).tolist()
            )
        return self._values[column][i]

    def exact(self, column: str, i: int) -> Fraction | None:
        """Return a value as the decimal its shortest text stands for."""
        value = self.value(column, i)
        if value is None:
            return None
        number = exact_of(value)
        if number is None:
            raise ContractError(
                f"{column!r} of {self.people['salesperson'].iloc[i]!r} is {value!r}, no number.",
                where=f"people, column {column!r}, row {self.people.index[i]}",
                fix='write a plain number such as "0.95"',
                rows=self.people.iloc[[i]],
            )
        return number

    def text(self, column: str, i: int) -> str:
        """Return a name, empty where there is none."""
        value = self.value(column, i)
        # whole numbers become floats where another row is empty: manager 3.0 is 3
        return "" if value is None else name_of(value)

    def day(self, column: str, i: int) -> str:
        """Return a day as 2024-03-31, empty where there is none."""
        value = self.value(column, i)
        if value is None or str(value).strip() == "":
            return ""
        day = day_text(value)
        if day is None:
            raise ContractError(
                f"{column!r} of {self.people['salesperson'].iloc[i]!r} is {str(value)!r}, no date.",
                where=f"people, column {column!r}, row {self.people.index[i]}",
                fix='write it as "2024-03-31"',
                rows=self.people.iloc[[i]],
            )
        return day


def _person(columns: _Columns, wanted: Wanted, i: int) -> Person:
    """Return row `i` as a person."""

    def money(stem: str) -> dict[str, int | None]:
        return {m: columns.cents(wanted.column(stem, m), i) for m in wanted.measures}

    balances = {name: columns.cents(name, i) or 0 for name in BALANCES}
    balances["paid"] = balances.pop("paid_before")
    periods = columns.exact("draw_periods", i)
    values = {m: columns.exact(m, i) for m in wanted.results}
    return Person(
        name=columns.text("salesperson", i),
        shown=columns.text("name", i) or columns.text("salesperson", i),
        quotas=money("quota"),
        to_date=money("quota_to_date"),
        credited={m: v or 0 for m, v in money("credited").items()},
        carried={m: v or 0 for m, v in money("carried").items()},
        results={m: None if v is None else v * 100 for m, v in values.items()},
        balances=Balances(**balances, periods=int(periods or 0)),
        released=columns.cents("released", i) or 0,
        target_incentive=columns.cents("target_incentive", i),
        base_pay=columns.cents("base_pay", i),
        rate=columns.exact("override_rate", i),
        active_from=columns.day("active_from", i),
        active_to=columns.day("active_to", i),
        hired=columns.day("hired_on", i),
        left=columns.day("left_on", i),
        manager=columns.text("manager", i),
        team=columns.text("team", i),
        groups={c: columns.text(c, i) for c in wanted.groups},
    )


def _require_signs(people: pd.DataFrame) -> None:
    """Refuse balances and incentives below 0, and returns carried in above 0."""
    for column in people.columns:
        stem = str(column)
        carried = stem == "carried" or stem.startswith("carried_")
        if not carried and stem not in NOT_BELOW_ZERO:
            continue
        values = pd.to_numeric(people[column], errors="coerce")
        bad = people[values > 0] if carried else people[values < 0]
        if len(bad):
            raise ContractError(
                f"{stem!r} of {bad['salesperson'].iloc[0]!r} is {bad[column].iloc[0]}, "
                f"{'above' if carried else 'below'} 0.",
                where=f"people, column {stem!r}, rows {first_of(bad.index)}, see .rows",
                fix="write returns above sales with a minus, 0 for none"
                if carried
                else "write the amount without a minus, 0 for none",
                rows=bad,
            )


def require_quotas(people: pd.DataFrame, column: str, *, needed: bool) -> None:
    """Refuse quotas below 0 or no finite number, and empty ones where the plan needs them."""
    if column not in people.columns:
        return
    require_numbers(people, column, name="people")
    values = pd.to_numeric(people[column], errors="coerce").to_numpy("float64", na_value=np.nan)
    wrong = ~np.isfinite(values) | (values < 0)
    bad = people[wrong if needed else wrong & people[column].notna().to_numpy()]
    if len(bad):
        first = bad.iloc[0]
        raise ContractError(
            f"{len(bad)} of {len(people)} quotas are empty, below 0 or no finite number; first: "
            f"{first['salesperson']!r} with {first[column]}.",
            where=f"people, column {column!r}, first rows {bad.index[:3].tolist()}, see .rows",
            fix="write the quota of the plan's period, or 0 for somebody who has none",
            rows=bad,
        )


def _optional(people: pd.DataFrame, column: str) -> list[int | None]:
    """Return a money column in cents, None where it is empty or not there."""
    if column not in people.columns:
        return [None] * len(people)
    given = people[column].notna().to_numpy()
    out: list[int | None] = [None] * len(people)
    if given.any():
        cents = exact_cents(people[given], column, name="people")
        for i, value in zip(np.flatnonzero(given), cents, strict=True):
            out[int(i)] = int(value)
    return out
