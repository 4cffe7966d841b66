"""Who is paid by which plan: every day of a person has exactly one."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.incentives.inputs.values import day_text, first_of, name_of, names_of
from salesanalysis.incentives.inputs.when import period_start
from salesanalysis.periods import FiscalCalendar

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Days = tuple[pd.Timestamp, pd.Timestamp]
_MONTH = re.compile(r"\d{4}[-/.]\d{1,2}|\d{6}")
ONE = pd.Timedelta(days=1)
COLUMNS = ["salesperson", "plan", "first_day", "last_day"]


def plans_for(
    plans: Sequence["Plan"], people: pd.DataFrame, *, first: object, last: object
) -> pd.DataFrame:
    """Return which plan pays whom on which days, and refuse days with two plans or none.

    Parameters
    ----------
    plans : sequence of Plan
        A plan holds on its effective days, for people with the values of its `applies_to`.
    people : DataFrame, one row per person, or per person and piece
        ``salesperson``, the columns that plans apply to (such as ``role``), optional
        ``active_from`` and ``active_to`` (days the row holds; without them all).
    first, last : date or text, first and last day looked at; of a month (``2024-03``) its first
        and its last day

    Returns
    -------
    DataFrame, one row per person and plan, by both
        ``salesperson``, ``plan`` (id), ``first_day``, ``last_day``.

    Raises
    ------
    ContractError
        Days on which two plans pay somebody, or none does; two plans of one id; a day that may be
        two (03/04/2024) or is none.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> people = pd.DataFrame({"salesperson": ["Li"]})
    >>> plans_for([Plan.from_text(EXAMPLE)], people, first="2024-03-01", last="2024-03-31")
      salesperson     plan  first_day   last_day
    0          Li  example 2024-03-01 2024-03-31
    """
    needed = {column for plan in plans for column in plan.head.applies_to}
    require_columns(people, ["salesperson", *sorted(needed)], name="people")
    require_rows(people, name="people")
    require_named(people, ["salesperson"], name="people", fix="give every row its person")
    _refuse_same_ids(plans)
    whole = (_day(first, "first"), _day(last, "last"))
    rows: list[tuple[str, str, pd.Timestamp, pd.Timestamp]] = []
    wrong: list[tuple[str, str]] = []
    for name, own in people.groupby(names_of(people["salesperson"]), sort=True):
        spans = [(_days(row, whole), row) for row in own.to_dict("records")]
        found = sorted(
            (max(days[0], held[0]), min(days[1], held[1]), plan.head.id)
            for days, row in spans
            for plan in plans
            if _applies(plan, row) and (held := _held(plan, whole))
            if max(days[0], held[0]) <= min(days[1], held[1])
        )
        wrong += [(str(name), what) for what in _problems([days for days, _ in spans], found)]
        rows += [(str(name), plan, start, end) for start, end, plan in found]
    _refuse(wrong)
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(COLUMNS[:3], ignore_index=True)


def _day(when: object, name: str) -> pd.Timestamp:
    """Return a day; where a month is named, its first day, or its last for `last`."""
    text = str(when).strip()
    if not _MONTH.fullmatch(text) and (day := day_text(text)) is not None:
        return pd.Timestamp(day)
    month = period_start(text, "month", FiscalCalendar(), where=f"plans_for({name})")
    return month if name == "first" else month + pd.offsets.MonthEnd(1)


def _days(row: dict[str, object], whole: Days) -> Days:
    """Return the days a row of people holds."""
    first, last = (row.get(c) for c in ("active_from", "active_to"))
    start = whole[0] if first is None or pd.isna(first) else pd.Timestamp(str(first))
    end = whole[1] if last is None or pd.isna(last) else pd.Timestamp(str(last))
    return max(start, whole[0]), min(end, whole[1])


def _held(plan: "Plan", whole: Days) -> Days:
    """Return the days a plan is in force."""
    last = plan.head.last_day
    return pd.Timestamp(plan.head.first_day), pd.Timestamp(last) if last else whole[1]


def _applies(plan: "Plan", row: dict[str, object]) -> bool:
    return all(name_of(row[column]) in values for column, values in plan.head.applies_to.items())


def _problems(
    needed: Sequence[Days], found: Sequence[tuple[pd.Timestamp, pd.Timestamp, str]]
) -> list[str]:
    """Return the days with two plans, and those with none."""
    out = [
        f"{one[2]} and {two[2]} both apply {_span(two[0], min(one[1], two[1]))}"
        for one, two in pairwise(found)
        if two[0] <= one[1]
    ]
    for start, end in needed:
        at = start
        for lo, hi, _ in found:
            if lo > min(at, end) and lo <= end and at < lo:
                out.append(f"no plan {_span(at, lo - ONE)}")
            at = max(at, hi + ONE) if lo <= end and hi >= start else at
        if at <= end:
            out.append(f"no plan {_span(at, end)}")
    return out


def _span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _refuse(wrong: Sequence[tuple[str, str]]) -> None:
    """Refuse days that are nobody's or two plans', all of them at once."""
    if not wrong:
        return
    people = len({name for name, _ in wrong})
    raise ContractError(
        f"{people} people have days with two plans or with none: "
        f"{first_of([f'{name}: {what}' for name, what in wrong])}.",
        where="plan.effective and plan.applies_to, see .rows",
        fix="let the next plan start the day after the one before ends, and give every role "
        "one plan",
        code="ambiguous",
        rows=pd.DataFrame(wrong, columns=["salesperson", "problem"]),
    )


def _refuse_same_ids(plans: Sequence["Plan"]) -> None:
    """Refuse two plans of one name: nobody could say which has paid."""
    ids = [plan.head.id for plan in plans]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ContractError(
            f"two plans are called {twice[0]!r}.",
            where="plans",
            fix="give every version its own plan.id, such as ae-2026 and ae-2026-b",
            code="duplicate-key",
        )
