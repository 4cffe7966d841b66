"""A quota that changes within a period: several rows of one person become one."""

from fractions import Fraction

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.inputs.people import Person, Wanted, read_people, require_quotas
from salesanalysis.incentives.inputs.period import Span
from salesanalysis.incentives.inputs.values import day_text, first_of

DAYS = ["active_from", "active_to"]


def one_row_each(people: pd.DataFrame, wanted: Wanted, rule: str, span: Span) -> pd.DataFrame:
    """Return people with one row each, the quotas of their pieces put together by the plan's rule.

    Parameters
    ----------
    people : DataFrame
        Several rows of one person have ``active_from`` and ``active_to`` (inclusive) and follow
        each other without a hole or overlap.
    rule : {"retro", "time_weighted", "split_period", "none"}
        ``retro``: the quota of the last piece holds for all; ``time_weighted``, and the one row of
        a period that is split: sum of quota x days of the piece over days of all pieces.

    Raises
    ------
    ContractError
        Pieces with holes or overlaps, days that are none.
    """
    many = _several(people, rule)
    if not many.any():
        return people
    needed = [c for c in (wanted.column("quota", m) for m in wanted.needs_quota) if c in people]
    others = [c for c in (wanted.column("quota", m) for m in wanted.measures) if c not in needed]
    quotas = needed + [c for c in (*others, "target_incentive") if _complete(people[many], c)]
    parts = [
        _together(_needed(_inside(rows, span), needed, rule), quotas, rule, span)
        for _, rows in people[many].groupby("salesperson")
    ]
    tables = [table for table in (people[~many], *parts) if len(table)]
    return pd.concat(tables, ignore_index=True)


def _complete(people: pd.DataFrame, column: str) -> bool:
    """Tell whether every row has a figure of its own, to be weighted by its days."""
    return column in people and bool(pd.to_numeric(people[column], errors="coerce").notna().all())


def _needed(rows: pd.DataFrame, columns: list[str], rule: str) -> pd.DataFrame:
    """Refuse pieces without a quota the plan needs; of ``retro`` only the last one counts."""
    for column in () if rule == "retro" else columns:
        require_quotas(rows, column, needed=True)
    return rows


def pieces_of(
    people: pd.DataFrame, wanted: Wanted, rule: str, span: Span
) -> dict[str, tuple[Person, ...]]:
    """Return the pieces of everybody with several quotas in a period that the plan splits.

    Each piece has the quota, target incentive and results of its own row, and its days in the
    period; a person with one piece inside the period is not split.
    """
    many = _several(people, rule)
    if rule != "split_period" or not many.any():
        return {}
    out: dict[str, list[Person]] = {}
    rows = [
        _inside(r, span).assign(at=lambda t: range(len(t)))
        for _, r in people[many].groupby("salesperson")
    ]
    table = pd.concat([r for r in rows if len(r) > 1]) if any(len(r) > 1 for r in rows) else None
    for _, layer in () if table is None else table.groupby("at"):
        for who in read_people(layer.drop(columns="at"), wanted):
            _require_quotas_of(who, wanted)
            out.setdefault(who.name, []).append(who)
    return {name: tuple(parts) for name, parts in out.items()}


def _require_quotas_of(who: Person, wanted: Wanted) -> None:
    """Refuse a piece that cannot be measured: without a quota it would pay nothing unsaid."""
    for measure in wanted.needs_quota:
        if who.quota(measure) is None:
            raise ContractError(
                f"{who.name!r} has no quota above 0 from {who.active_from} to {who.active_to}, and "
                "the plan pays each piece of the period by itself.",
                where=f"people, column {wanted.column('quota', measure)!r}",
                fix="give every piece its quota, or leave the piece out where nothing is paid",
            )


def _several(people: pd.DataFrame, rule: str) -> pd.Series:
    """Return which rows belong to somebody with several pieces."""
    none = pd.Series(data=False, index=people.index)
    if rule == "none" or not {"salesperson", *DAYS} <= set(people.columns):
        return none
    return people["salesperson"].duplicated(keep=False)


def _inside(rows: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Return the pieces that touch the period, by their first day; of none that does, the last.

    An empty first or last day is open: the piece holds from or to the end of the period.
    """
    first = _dates(rows, "active_from").fillna(span.first)
    last = _dates(rows, "active_to").fillna(span.last)
    dated = rows.assign(active_from=first, active_to=last)
    order = dated.sort_values("active_from", kind="stable")
    touch = (order["active_from"] <= span.last) & (order["active_to"] >= span.first)
    return order[touch] if touch.any() else order.tail(1)


def _dates(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of days, empty where none is given; what is no date is refused."""
    given = rows[column].notna() & (rows[column].astype("str").str.strip() != "")
    days = pd.to_datetime(
        rows[column].where(given).map(day_text, na_action="ignore"), format="%Y-%m-%d"
    )
    bad = rows[given & days.isna()]
    if len(bad):
        raise ContractError(
            f"{column!r} of {bad['salesperson'].iloc[0]!r} is {bad[column].iloc[0]!r}, no date.",
            where=f"people, column {column!r}, row {bad.index[0]}",
            fix='write it as "2024-03-31"',
            rows=bad,
        )
    return days


def _together(rows: pd.DataFrame, quotas: list[str], rule: str, span: Span) -> pd.DataFrame:
    """Return the one row of a person with several pieces."""
    days = rows.assign(
        first=rows["active_from"].clip(lower=span.first),
        last=rows["active_to"].clip(upper=span.last),
    )
    follow = days["first"].iloc[1:].to_numpy()
    before = (days["last"].iloc[:-1] + pd.Timedelta(days=1)).to_numpy()
    if not (follow == before).all():
        raise ContractError(
            f"the pieces of {rows['salesperson'].iloc[0]!r} overlap or leave a hole.",
            where=f"people, rows {first_of(rows.index)}, see .rows",
            fix="let each piece start the day after the one before ends",
            rows=rows,
        )
    one = days.tail(1).drop(columns=["first", "last"]).astype(dict.fromkeys(quotas, "object"))
    length = [span.between(a, b) for a, b in zip(days["first"], days["last"], strict=True)]
    for column in () if rule == "retro" or not sum(length) else quotas:
        weighted = Fraction(0)
        for quota, n in zip(days[column], length, strict=True):
            weighted += Fraction(str(quota)) * n
        one[column] = float(round(weighted / sum(length), 2))  # a quota is in whole cents
    one["active_from"], one["active_to"] = days["active_from"].iloc[0], days["active_to"].iloc[-1]
    return one
