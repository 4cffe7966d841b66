"""What is entered beside the deals: penalties of a period, deals that fell through."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns, require_named
from salesanalysis.incentives.inputs.book import Exact
from salesanalysis.incentives.inputs.values import (
    day_text,
    exact_cents,
    exact_of,
    first_of,
    names_of,
)
from salesanalysis.incentives.rules import Clawback

if TYPE_CHECKING:
    from salesanalysis.incentives.inputs.given import Extras
    from salesanalysis.incentives.plan import Plan

Taken = tuple[Exact, Fraction]  # base in cents, rate
#: What a deal of an earlier period was worth: (person, day of the booking, cents) -> cents or None.
Past = Callable[[str, pd.Timestamp, int], Fraction | None]


@dataclass(frozen=True)
class Registers:
    """Entries by person.

    Attributes
    ----------
    penalties : dict, person -> {penalty: times}
    reversals : dict, person -> ((credit in cents, rate), ...)
    n_late : int, cancelled deals outside the clawback's window
    """

    penalties: dict[str, dict[str, int]]
    reversals: dict[str, tuple[Taken, ...]]
    n_late: int = 0


def read_registers(
    plan: "Plan",
    people: list[str],
    first: pd.Timestamp,
    entries: "Extras",
) -> Registers:
    """Check the registers against the plan and the people.

    Parameters
    ----------
    entries : Extras
        ``penalties``, one row per entry: ``salesperson``, ``penalty`` (its id in the plan),
        optional ``count`` (1). ``clawbacks``, one row per cancelled deal: ``salesperson``,
        ``order_id``, ``booked_on``, ``amount`` (currency, above 0); where the plan reverses,
        ``pay_rate`` and, where coefficients were paid, ``coefficient`` of the booking.
    """
    entered = {} if entries.penalties is None else _penalties(plan, people, entries.penalties)
    if entries.clawbacks is None:
        return Registers(entered, {})
    reversals, late = _reversals(plan, people, first, entries)
    return Registers(entered, reversals, late)


def _penalties(plan: "Plan", people: list[str], frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    require_columns(frame, ["salesperson", "penalty"], name="penalties")
    require_named(frame, ["salesperson", "penalty"], name="penalties", fix="name both")
    frame = frame.assign(salesperson=names_of(frame["salesperson"]))
    rules = {p.id: p for p in plan.rules.penalties if not p.when.measure}
    _known(frame, "penalty", list(rules), f"the register penalties of plan {plan.head.id!r}")
    _known(frame, "salesperson", people, "the people to be paid here")
    counts = frame["count"] if "count" in frame.columns else pd.Series(1, index=frame.index)
    whole = pd.to_numeric(counts, errors="coerce")
    bad = frame[whole.isna() | (whole % 1 != 0) | (whole < 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} counts of penalties are no whole numbers from 0 up.",
            where=f"penalties, column 'count', rows {first_of(bad.index)}, see .rows",
            fix="write how many times it happened",
            rows=bad,
        )
    sums = whole.astype("int64").groupby(
        [frame["salesperson"].astype("str"), frame["penalty"].astype("str")]
    )
    out: dict[str, dict[str, int]] = {}
    for (name, rule), n in sums.sum().items():
        out.setdefault(str(name), {})[str(rule)] = int(n)
    return out


def _reversals(
    plan: "Plan", people: list[str], first: pd.Timestamp, entries: "Extras"
) -> tuple[dict[str, tuple[Taken, ...]], int]:
    """Return what is taken back by person, and how many deals lie outside the window."""
    frame = entries.clawbacks
    if frame is None:
        return {}, 0
    rule = plan.rules.settlement.clawback
    if rule is None:
        raise ContractError(
            f"plan {plan.head.id!r} has no clawback, and {len(frame)} cancelled deals are given.",
            where="statement(clawbacks=...) or pay(clawbacks=...)",
            fix="write settlement.clawback in the plan, or leave them out",
            code="bad-choice",
            rows=frame,
        )
    columns = ["salesperson", "order_id", "booked_on", "amount"]
    columns += ["pay_rate"] if rule.method == "reversal" else []
    require_columns(frame, columns, name="clawbacks")
    require_named(frame, columns[:2], name="clawbacks", fix="name person and order")
    frame = frame.assign(**{c: names_of(frame[c]) for c in columns[:2]})
    twice = frame[frame.duplicated(columns[:2], keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of clawbacks take back one deal: {twice['order_id'].iloc[0]!r}.",
            where=f"clawbacks, rows {first_of(twice.index)}, see .rows",
            fix="sum what was cancelled of a deal into one row",
            code="duplicate-key",
            rows=twice,
        )
    _known(frame, "salesperson", people, "the people to be paid here")
    cents = exact_cents(frame, "amount", name="clawbacks")
    booked = pd.to_datetime(frame["booked_on"].map(day_text, na_action="ignore"), errors="coerce")
    bad = frame[booked.isna() | (booked >= first) | (cents <= 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} cancelled deals have no booking day before the period, "
            "or no amount above 0.",
            where=f"clawbacks, rows {first_of(bad.index)}, see .rows",
            fix="write the day of the booking and the amount as it was credited; a deal cancelled "
            "in its own period is a negative row of the deals",
            rows=bad,
        )
    months = (first.year - booked.dt.year) * 12 + first.month - booked.dt.month
    inside = (months <= rule.window_months).to_numpy()
    table = frame.assign(cents=cents)[inside].astype({"salesperson": "str", "order_id": "str"})
    table = table.sort_values(["salesperson", "order_id"], kind="stable")
    out: dict[str, list[Taken]] = {}
    for row in table.to_dict("records"):
        out.setdefault(str(row["salesperson"]), []).append(_taken_back(rule, row, entries.past))
    late = int((~inside).sum())
    return {name: tuple(rows) for name, rows in out.items()}, late


def _taken_back(rule: Clawback, row: dict[Hashable, Any], past: Past | None) -> Taken:
    """Return base and rate of one deal taken back."""
    name, cents = str(row["salesperson"]), int(row["cents"])
    if rule.method == "reversal":
        return cents, _ratio(row, "pay_rate") * _ratio(row, "coefficient")
    paid = None if past is None else past(name, pd.Timestamp(row["booked_on"]), cents)
    if paid is None:
        raise ContractError(
            f"deal {row['order_id']!r} of {name!r} was booked on {row['booked_on']}, in a period "
            "that is not paid here, and the plan pays that period again.",
            where="clawbacks, method: recompute",
            fix="pay all periods from the booking on with plan.run(first=..., last=...)",
            code="no-input",
        )
    return paid, Fraction(1)


def _ratio(row: dict[Hashable, Any], column: str) -> Fraction:
    """Return the rate or coefficient of a booking exactly; without a coefficient it is 1."""
    value = row.get(column, 1)
    if column == "coefficient" and pd.isna(value):
        value = 1
    ratio = exact_of(value)
    most = 1 if column == "pay_rate" else 10
    if ratio is None or not 0 <= ratio <= most:
        raise ContractError(
            f"{column!r} of the cancelled deal {row['order_id']!r} is {value!r}, no ratio from 0 "
            f"to {most}.",
            where=f"clawbacks, column {column!r}",
            fix='write what was paid at the booking, such as "0.06"'
            if column == "pay_rate"
            else 'write the coefficient of the booking, such as "1.2"',
        )
    return ratio


def _known(frame: pd.DataFrame, column: str, known: list[str], what: str) -> None:
    """Refuse names that are not among the known ones."""
    strange = frame[~frame[column].astype("str").isin(known)]
    if len(strange):
        name = str(strange[column].iloc[0])
        close = nearest(name, known)
        raise ContractError(
            f"{len(strange)} of {len(frame)} rows: {column} {name!r} is not among {what}.",
            where=f"rows {first_of(strange.index)}, see .rows",
            fix=f"write {close!r}" if close else f"known: {first_of(known, 8) or 'none'}",
            code="unknown-name",
            rows=strange,
        )
