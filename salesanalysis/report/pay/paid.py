"""Everybody paid over several periods, with what each statement shows and what it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.inputs.given import Extras
from salesanalysis.incentives.inputs.sheets import used_measures
from salesanalysis.incentives.inputs.values import names_of
from salesanalysis.incentives.inputs.when import period_start
from salesanalysis.incentives.pay.paying import inputs_text, row_of, statement_of
from salesanalysis.incentives.pay.run import BALANCES, Dated, Paid, walk
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.report.pay.costs import GROUPS, cost_of
from salesanalysis.report.pay.shared import Shared

if TYPE_CHECKING:
    from salesanalysis.incentives import Plan, Statement

CANCELLED = ("order_id", "booked_on", "amount", "pay_rate", "coefficient")


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is paid from, as it was read.

    Attributes
    ----------
    people, deals : DataFrame of text, as `Plan.run` takes them
    penalties, clawbacks, workdays : DataFrame of text or None
    fx : dict, rate by currency
    closed_through : str, the last closed month, empty where nobody says
    dedupe : bool, keep one of rows of deals that are the same
    """

    people: pd.DataFrame
    deals: pd.DataFrame
    penalties: pd.DataFrame | None = None
    clawbacks: pd.DataFrame | None = None
    fx: Mapping[str, str] = field(default_factory=dict)
    workdays: pd.DataFrame | None = None
    closed_through: str = ""
    dedupe: bool = False

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that are there, by name."""
        named = {
            "people": self.people,
            "deals": self.deals,
            "penalties": self.penalties,
            "clawbacks": self.clawbacks,
            "workdays": self.workdays,
        }
        return {name: table for name, table in named.items() if table is not None}

    def extras(self, first: pd.Timestamp, last: pd.Timestamp) -> Extras:
        """Return the registers; without a column ``period`` they belong to the one period paid."""

        def dated(table: pd.DataFrame | None) -> pd.DataFrame | None:
            if table is None or "period" in table.columns or first != last:
                return table
            return table.assign(period=f"{first:%Y-%m-%d}")

        return Extras.of(
            dated(self.penalties),
            dated(self.clawbacks),
            dict(self.fx),
            self.workdays,
            closed_through=self.closed_through or None,
            dedupe=self.dedupe,
        )


@dataclass(frozen=True, eq=False)
class Slip:
    """One person's statement of one period, with the deals that were counted.

    Attributes
    ----------
    statement : Statement
    n_gross : int, how many of its lines stand above the gross
    deals : DataFrame, one row per deal counted: ``measure``, ``order_id``, ``date``, ``amount``;
        of a margin ``sold`` and ``cost`` (as they were entered), empty beside other measures
    figures : DataFrame, one row per measure of the plan: ``measure`` (its id), ``actual`` and
        ``quota`` (currency, units, ratio), the quota after proration; empty where there is none
    groups : dict, ``region`` and ``team`` of the person where the people have them
    cancelled : DataFrame of text, the person's rows of the clawbacks of this period
    entries : dict, penalty -> how many times it was entered for the person
    led : DataFrame, one row per person led, where the plan pays on their credit:
        ``salesperson``, ``credit`` (currency)
    pools : tuple of (component, what the team shares, the person's part), currency
    """

    statement: "Statement"
    n_gross: int
    deals: pd.DataFrame
    figures: pd.DataFrame
    groups: dict[str, str]
    cancelled: pd.DataFrame
    entries: dict[str, int]
    led: pd.DataFrame
    pools: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, eq=False)
class Payday:
    """Everybody's pay of one or more periods.

    Attributes
    ----------
    slips : tuple of Slip, by period, then by name
    register : DataFrame, one row per person and period
        ``salesperson``, ``period`` (its first month), ``region``, ``team`` where they are there,
        ``quota`` (as it held), ``actual`` (sold), ``credit`` (what counts), ``completion``,
        ``coefficient``, ``gross``, ``pay``, ``status``, and the balances after it (currency).
    """

    plan: "Plan"
    slips: tuple[Slip, ...]
    register: pd.DataFrame
    first: pd.Timestamp
    last: pd.Timestamp

    def cost(self, *, whole: bool = False) -> pd.DataFrame:
        """Return pay and sales by period and region or team, and of everybody: see `cost_of`."""
        return cost_of(self.register, whole=whole)

    @property
    def total(self) -> float:
        """Return the pay of everybody, in currency."""
        cents = [round(float(v) * 100) for v in self.register["pay"].dropna()]
        return float(sum(cents)) / 100


def pay_everybody(
    plan: "Plan",
    inputs: Inputs,
    *,
    first: object,
    last: object,
    calendar: FiscalCalendar | None = None,
    terms: Terms | None = None,
) -> Payday:
    """Pay every period from `first` to `last` and keep what every statement needs.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    first, last : date, any day of the first and of the last period

    Raises
    ------
    ContractError
        As in `Plan.run`; people the plan does not apply to.
    """
    refuse_others(plan, inputs.people)
    require_columns(inputs.deals, ["salesperson"], name="deals")
    year, words = calendar or FiscalCalendar(), terms or Terms()
    start = period_start(first, plan.head.per, year, where="first")
    end = period_start(last, plan.head.per, year, where="last")
    extras = Dated(plan.head.per, year).extras(inputs.extras(start, end))
    paid = list(
        walk(plan, inputs.people, inputs.deals, first=start, last=end, extras=extras, calendar=year)
    )
    groups = _groups(inputs.people)
    texts = {start: inputs_text(p.given) for start, p in {p.start: p for p in paid}.items()}
    shared = Shared.of(plan, paid)
    slips = tuple(
        _slip(p, statement_of(plan, p.who, p.given, p.sheet, words, inputs=texts[p.start]),
              groups.get(p.who.name, {}), extras.clawbacks, shared)
        for p in paid
    )  # fmt: skip
    rows = [_row(plan, p, s) for p, s in zip(paid, slips, strict=True)]
    return Payday(plan, slips, pd.DataFrame(rows), paid[0].start, paid[-1].start)


def refuse_others(plan: "Plan", people: pd.DataFrame) -> None:
    """Refuse people whom the plan does not apply to."""
    for column, values in plan.head.applies_to.items():
        require_columns(people, [column], name="people")
        others = people[~people[column].isin(values)]
        if len(others):
            raise ContractError(
                f"{len(others)} of {len(people)} people are not of this plan: {column} is not "
                f"{' or '.join(values)}.",
                where=f"plan {plan.head.id!r}, plan.applies_to; first "
                f"{others['salesperson'].iloc[0]!r}",
                fix="pay them by their own plan, and leave them out here",
                code="unknown-name",
                rows=others,
            )


def _groups(people: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return region and team of everybody, by name."""
    there = [g for g in GROUPS if g in people.columns]
    last = people.drop_duplicates("salesperson", keep="last")
    texts = last[there].astype("object").where(last[there].notna(), "")
    # of no columns pandas 2 gives no records
    rows = texts.to_dict("records") if there else [{} for _ in range(len(texts))]
    names = last["salesperson"].astype("str")
    return {n: {str(k): str(v) for k, v in r.items()} for n, r in zip(names, rows, strict=True)}


def _slip(
    paid: Paid,
    statement: "Statement",
    own: dict[str, str],
    clawbacks: pd.DataFrame | None,
    shared: Shared,
) -> Slip:
    """Return a statement with what it rests on."""
    # deals of other periods and people say nothing about this statement; the run counts them
    statement = replace(statement, n_outside=0)
    n = paid.settled.n_gross if paid.settled else 0
    entries = paid.given.registers.penalties.get(paid.who.name, {})
    cancelled = _cancelled(paid, clawbacks)
    led, pools = shared.led(paid), shared.pools(paid)
    figures = _figures(shared.plan, paid)
    return Slip(statement, n, _deals(paid), figures, own, cancelled, entries, led, pools)


def _cancelled(paid: Paid, clawbacks: pd.DataFrame | None) -> pd.DataFrame:
    """Return the deals of a person that fell through, as they were entered for the period."""
    if clawbacks is None:
        return pd.DataFrame(columns=list(CANCELLED))
    own = clawbacks[
        (names_of(clawbacks["salesperson"]) == paid.who.name) & (clawbacks["period"] == paid.start)
    ]
    there = own.reindex(columns=list(CANCELLED))
    there = there.assign(coefficient=there["coefficient"].fillna("1"))
    return there.sort_values(["booked_on", "order_id"], kind="stable", ignore_index=True)


def _figures(plan: "Plan", paid: Paid) -> pd.DataFrame:
    """Return what counted of every measure that the plan reads, with its quota."""
    used = [m for m in plan.head.measures if m in used_measures(plan)]
    books = [paid.sheet.book(m) for m in used] if paid.sheet else []
    # also a quota that no edge reads: the head of the statement says completion of it
    held = [float(b.quota) / 100 if b.quota else float("nan") for b in books]
    return pd.DataFrame(
        {
            "measure": pd.Series(used[: len(books)], dtype="str"),
            "actual": pd.Series([float(b.total) / 100 for b in books], dtype="float64"),
            "quota": pd.Series(held, dtype="float64"),
        }
    )


def _deals(paid: Paid) -> pd.DataFrame:
    """Return the rows credited to a person, by measure and date."""
    parts = []
    for measure, credited in paid.given.credits.items():
        own = credited.frame[credited.frame["salesperson"].astype("str") == paid.who.name]
        parts.append(own[["order_id", "date"]].assign(measure=measure, amount=own["cents"] / 100))
        if "sold" in own.columns:
            parts[-1] = parts[-1].assign(sold=own["sold"] / 100, cost=own["cost"] / 100)
    columns = ["measure", "order_id", "date", "sold", "cost", "amount"]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def _row(plan: "Plan", paid: Paid, slip: Slip) -> dict[str, Any]:
    """Return one row of the register."""
    row = row_of(plan, paid.given, paid.who, paid.sheet, paid.settled)
    held = {n: slip.statement.balances.get(n, 0.0) for n in BALANCES if n != "carried"}
    keys: Sequence[str] = ("quota", "actual", "credit", "completion", "coefficient")
    return {
        "salesperson": row["salesperson"],
        "name": row["name"],
        "period": paid.start,
        **slip.groups,
        **{k: row[k] for k in keys},
        "gross": slip.statement.gross,
        "pay": row["pay"],
        "status": row["status"],
        **held,
        "carried": slip.statement.carried,
    }
