"""Deals as credit: of every measure, in the plan's currency, split among their people."""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.exact.cents import allocate, half_up
from salesanalysis.incentives.inputs.deals import (
    AMOUNTS,
    Credits,
    read_deals,
    require_one_period,
)
from salesanalysis.incentives.inputs.margin import floored, require_own_column, with_margins
from salesanalysis.incentives.inputs.values import exact_cents, exact_of, first_of, names_of

if TYPE_CHECKING:
    from salesanalysis.incentives.inputs.given import Extras, Period
    from salesanalysis.incentives.language.place import Measure
    from salesanalysis.incentives.plan import Plan

#: How far shares may miss their sum: a third is no number of a binary machine.
_NOISE = Fraction(1, 10**9)


def read_credits(
    plan: "Plan",
    deals: pd.DataFrame,
    of_people: tuple[str, ...],
    period: "Period",
    extras: "Extras",
) -> dict[str, Credits]:
    """Return the deals of every measure that is counted from deals."""
    head = plan.head
    names = [m for m in head.measures if m not in of_people and _from_deals(head.measures[m])]
    names = [head.measure, *(n for n in names if n != head.measure)]
    _refuse_of_nobody([head.measures[name] for name in names])
    require_own_column(plan, list(deals.columns))
    if len(names) > 1:
        _require_measures(deals, names, head.measures)
    if head.measures[head.measure].kind == "count":
        _require_count(deals, head.measure)
    deals = with_margins(plan, deals, alone=len(names) == 1)
    if len(names) > 1:
        _refuse_empty(deals, names)
    out: dict[str, Credits] = {}
    for name in names:
        measure = head.measures[name]
        rows = deals if len(names) == 1 else deals[deals[name].notna()]
        columns = tuple(dict.fromkeys((name, *AMOUNTS))) if len(names) == 1 else (name,)
        part = read_deals(
            _converted(plan, rows, columns, extras.fx),
            columns=columns,
            date=measure.date,
            per=head.per,
            days=(head.first_day, head.last_day),
            period=period.day if period.day is not None or not out else out[head.measure].first,
            calendar=period.calendar,
            rounds=plan.rules.credit.round_input == "half_up",
            dedupe=extras.dedupe,
        )
        if period.day is None and name == head.measure:
            require_one_period(part, head.per)
        part = floored(measure, part)
        out[name] = _split(plan, part) if measure.credit == "splits" else _whole(part, name)
    return out


def _refuse_of_nobody(measures: "list[Measure]") -> None:
    """Refuse deals that bring what the plan credits to nobody."""
    for measure in measures:
        if measure.credit == "none":
            raise ContractError(
                f"{measure.name!r} has credit: none, and deals are counted by it.",
                where=f"measures.{measure.name}.credit in the plan",
                fix="write credit: owner or credit: splits, or give it by person, not by deal",
            )


def _require_measures(
    deals: pd.DataFrame, names: list[str], measures: "dict[str, Measure]"
) -> None:
    """Refuse deals that lack a measure; what a deal is known by is no candidate for a rename."""
    known = {"salesperson", "order_id", "share", "currency", *(m.date for m in measures.values())}
    given = [n for n in names if measures[n].margin is None]  # a margin is calculated, not given
    require_columns(deals[[c for c in deals.columns if c not in known]], given, name="deals")


def _require_count(deals: pd.DataFrame, name: str) -> None:
    """Refuse deals that tell money, where the plan counts something else."""
    if name not in deals.columns:
        raise ContractError(
            f"deals have no column {name!r}: the plan counts {name}, and money is no count.",
            where=f"deals columns are {[str(c) for c in deals.columns]}",
            fix=f"add {name!r}: how many each deal brought",
            code="missing-column",
        )


def _whole(credits_: Credits, name: str) -> Credits:
    """Refuse shares where the plan credits every deal to its owner: each would get all of it."""
    frame = credits_.frame
    if "share" not in frame.columns:
        return credits_
    given = frame["share"].notna() & (frame["share"].astype("str").str.strip() != "")
    part = frame[given & (frame["share"].map(exact_of) != 1)]
    if len(part):
        raise ContractError(
            f"{len(part)} of {len(frame)} deals have shares, and the plan credits {name!r} to the "
            "owner of a deal in full.",
            where=f"deals, column 'share', first {first_of(part['order_id'])}, see .rows",
            fix=f"write measures: {{{name}: {{credit: splits}}}} in the plan, or leave shares out",
            rows=part,
        )
    return credits_


def _from_deals(measure: "Measure") -> bool:
    return measure.kind in ("money", "count")


def _refuse_empty(deals: pd.DataFrame, names: list[str]) -> None:
    """Refuse rows that count for no measure."""
    none = deals[deals[names].isna().all(axis=1)]
    if len(none):
        raise ContractError(
            f"{len(none)} of {len(deals)} rows of deals are empty in every measure: "
            f"{', '.join(names)}.",
            where=f"rows {first_of(none.index)}, see .rows",
            fix="write the amount; 0 is an amount, empty is none",
            rows=none,
        )


def _converted(
    plan: "Plan", deals: pd.DataFrame, columns: tuple[str, ...], rates: dict[str, Fraction]
) -> pd.DataFrame:
    """Return deals in the plan's currency; another one needs a rate, each deal is rounded."""
    if "currency" not in deals.columns:
        return deals
    own = plan.head.currency
    names = names_of(deals["currency"]).str.upper()
    _require_currencies(deals, names, own, rates)
    deals = deals.assign(currency=names)
    foreign = deals[deals["currency"] != own]
    if foreign.empty:
        return deals
    unknown = sorted(set(foreign["currency"].astype("str")) - set(rates))
    if unknown or plan.rules.credit.fx == "none":
        raise ContractError(
            f"{len(foreign)} of {len(deals)} deals are not in {own}: "
            f"{', '.join(sorted(set(foreign['currency'].astype('str'))))}.",
            where="deals, column 'currency', see .rows",
            fix="write credit: {fx: plan_rate} in the plan"
            if plan.rules.credit.fx == "none"
            else f'give the rates: fx={{"{unknown[0]}": "7.10"}}',
            rows=foreign,
        )
    column = next(c for c in columns if c in deals.columns)
    rate = deals["currency"].astype("str").map({**rates, own: Fraction(1)})
    given = exact_cents(deals, column, name="deals", rounds=plan.rules.credit.round_input != "")
    cents = [half_up(int(v) * r) for v, r in zip(given, rate, strict=True)]
    return deals.assign(**{column: pd.Series(cents, index=deals.index, dtype="int64") / 100})


def _require_currencies(
    deals: pd.DataFrame, names: pd.Series, own: str, rates: dict[str, Fraction]
) -> None:
    """Refuse deals without a currency beside others with one, and a rate of the plan's own."""
    none = deals[names.isna() | (names == "")]
    if len(none):
        raise ContractError(
            f"{len(none)} of {len(deals)} deals have no currency, others have one.",
            where=f"deals, column 'currency', rows {first_of(none.index)}, see .rows",
            fix=f"write {own} where a deal is in the plan's currency",
            rows=none,
        )
    if rates.get(own, 1) != 1:
        raise ContractError(
            f"a rate of {float(rates[own]):g} is given for {own}, the plan's own currency.",
            where=f"fx[{own!r}]",
            fix="leave it out: other currencies are worth so much of it",
        )


def _split(plan: "Plan", credits_: Credits) -> Credits:
    """Give every person of a deal a share of it; the shares add up to the deal to the cent."""
    frame = credits_.frame
    if "share" not in frame.columns:
        _refuse_shared(frame, plan.rules.credit.splits_total)
        return credits_
    require_columns(frame, ["salesperson"], name="deals with shares")
    shares = _shares(frame)
    total = plan.rules.credit.splits_total
    cents = frame["cents"].to_list()
    people = frame["salesperson"].astype("str").to_list()
    wholes: dict[str, int] = {}
    for (deal, _, whole), rows in frame.groupby(["order_id", "date", "cents"]).indices.items():
        order = sorted((int(i) for i in rows), key=people.__getitem__)
        given = sum((shares[i] for i in order), Fraction(0))
        if total is not None and abs(given - total) > _NOISE:
            raise _wrong_sum(frame, order, given, total)
        wholes[str(deal)] = wholes.get(str(deal), 0) + int(whole)
        noise = 1 if total is None or not given else total / given
        exact = [shares[i] * noise * int(whole) for i in order]
        credit = allocate(exact, int(sum(exact)))
        for i, part in zip(order, credit, strict=True):
            cents[i] = part
    split = frame.assign(
        cents=pd.Series(cents, index=frame.index, dtype="int64"),
        whole=frame["order_id"].astype("str").map(wholes),
    )
    return replace(credits_, frame=split)


def _wrong_sum(
    frame: pd.DataFrame, order: list[int], given: Fraction, total: Fraction
) -> ContractError:
    """Return what is wrong with shares that miss the whole: rows may differ in date or amount."""
    deal, sold = frame["order_id"].iloc[order[0]], frame["cents"].iloc[order[0]] > 0
    rows = frame[(frame["order_id"] == deal) & ((frame["cents"] > 0) == sold)]  # no returns of it
    columns = {"date": "date", "cents": "amount"}
    differ = [name for column, name in columns.items() if len(rows[column].unique()) > 1]
    what, fix = "", "make them sum to it, or write splits_total: overlay in the plan"
    if differ:
        what = f" of {frame['date'].iloc[order[0]]:%Y-%m-%d}"
        said = " and ".join(differ)
        fix = f"the rows of this deal differ in {said}: write the deal's own {said} in each of them"
    return ContractError(
        f"the shares of deal {deal!r}{what} sum to {float(given):.10g}, not {float(total):g}.",
        where="deals, column 'share', see .rows",
        fix=fix,
        rows=rows if differ else frame.iloc[order],
    )


def _shares(frame: pd.DataFrame) -> list[Fraction]:
    """Return the share of every row exactly; what is none from 0 to 1 is refused."""
    given = [exact_of(value) for value in frame["share"]]
    bad = frame[[share is None for share in given]]
    what, fix = "no numbers", 'write shares such as "0.5"'
    if bad.empty:
        bad = frame[[share is not None and not 0 <= share <= 1 for share in given]]
        what, fix = "not between 0 and 1", 'write half of a deal as "0.5"'
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} shares of deals are {what}.",
            where=f"deals, column 'share', first {first_of(bad['order_id'])}, see .rows",
            fix=fix,
            rows=bad,
        )
    return [share for share in given if share is not None]


def _refuse_shared(frame: pd.DataFrame, total: Fraction | None) -> None:
    """Refuse a deal of several people without shares: each would be credited with all of it."""
    if total is None or "salesperson" not in frame.columns:
        return
    people = frame.groupby("order_id")["salesperson"].transform("nunique")
    shared = frame[people > 1]
    if len(shared):
        deal = shared["order_id"].iloc[0]
        names = first_of(shared.loc[shared["order_id"] == deal, "salesperson"].unique())
        raise ContractError(
            f"deal {deal!r} stands for several people ({names}) without shares.",
            where="deals, see .rows",
            fix="add the column 'share', or write splits_total: overlay in the plan where each is "
            "credited with all of it",
            code="missing-column",
            rows=shared,
        )
