"""What is entered beside the deals: penalties of a period, deals that fell through."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns, require_named
from salesanalysis.incentives.inputs.book import Exact
from salesanalysis.incentives.inputs.deals import exact_cents, first_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


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
    reversals: dict[str, tuple[tuple[Exact, Fraction], ...]]
    n_late: int = 0


def read_registers(
    plan: "Plan",
    people: list[str],
    first: pd.Timestamp,
    penalties: pd.DataFrame | None,
    clawbacks: pd.DataFrame | None,
) -> Registers:
    """Check the registers against the plan and the people.

    Parameters
    ----------
    penalties : DataFrame, one row per entry
        ``salesperson``, ``penalty`` (its id in the plan), optional ``count`` (1).
    clawbacks : DataFrame, one row per cancelled deal
        ``salesperson``, ``order_id``, ``booked_on``, ``amount`` (currency, above 0), ``pay_rate``
        and, where coefficients were paid, ``coefficient`` of the booking.
    """
    entered = {} if penalties is None else _penalties(plan, people, penalties)
    if clawbacks is None:
        return Registers(entered, {})
    reversals, late = _reversals(plan, people, first, clawbacks)
    return Registers(entered, reversals, late)


def _penalties(plan: "Plan", people: list[str], frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    require_columns(frame, ["salesperson", "penalty"], name="penalties")
    require_named(frame, ["salesperson", "penalty"], name="penalties", fix="name both")
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
    plan: "Plan", people: list[str], first: pd.Timestamp, frame: pd.DataFrame
) -> tuple[dict[str, tuple[tuple[Exact, Fraction], ...]], int]:
    rule = plan.rules.settlement.clawback
    if rule is None:
        raise ContractError(
            f"plan {plan.head.id!r} has no clawback, and {len(frame)} cancelled deals are given.",
            where="statement(clawbacks=...) or pay(clawbacks=...)",
            fix="write settlement.clawback in the plan, or leave them out",
            code="bad-choice",
            rows=frame,
        )
    columns = ["salesperson", "order_id", "booked_on", "amount", "pay_rate"]
    require_columns(frame, columns, name="clawbacks")
    require_named(frame, columns[:2], name="clawbacks", fix="name person and order")
    _known(frame, "salesperson", people, "the people to be paid here")
    cents = exact_cents(frame, "amount", name="clawbacks")
    booked = pd.to_datetime(frame["booked_on"], errors="coerce")
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
    out: dict[str, list[tuple[Exact, Fraction]]] = {}
    for row in table.to_dict("records"):
        factor = Fraction(str(row.get("coefficient", 1)))
        rate = Fraction(str(row["pay_rate"])) * factor
        out.setdefault(str(row["salesperson"]), []).append((int(row["cents"]), rate))
    late = int((~inside).sum())
    return {name: tuple(rows) for name, rows in out.items()}, late


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
