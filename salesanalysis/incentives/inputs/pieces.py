"""A quota that changes within a period: several rows of one person become one."""

from fractions import Fraction

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.inputs.deals import first_of
from salesanalysis.incentives.inputs.people import Wanted
from salesanalysis.incentives.inputs.period import Span

DAYS = ["active_from", "active_to"]


def one_row_each(people: pd.DataFrame, wanted: Wanted, rule: str, span: Span) -> pd.DataFrame:
    """Return people with one row each, the quotas of their pieces put together by the plan's rule.

    Parameters
    ----------
    people : DataFrame
        Several rows of one person have ``active_from`` and ``active_to`` (inclusive) and follow
        each other without a hole or overlap.
    rule : {"retro", "time_weighted", "split_period", "none"}
        ``retro``: the quota of the last piece holds for all; ``time_weighted``: sum of quota x
        days of the piece over days of all pieces.

    Raises
    ------
    ContractError
        Pieces without days, with holes or overlaps; a rule that is not calculated in one period.
    """
    if "salesperson" not in people.columns or not set(DAYS) <= set(people.columns):
        return people
    many = people["salesperson"].duplicated(keep=False)
    if not many.any() or rule == "none":
        return people
    if rule == "split_period":
        raise ContractError(
            f"{people.loc[many, 'salesperson'].nunique()} people have several quotas in the "
            "period, and the plan splits the period.",
            where="people, columns 'active_from' and 'active_to', see .rows",
            fix="pay each piece by itself: one call with the deals and the row of the piece",
            rows=people[many],
        )
    quotas = [c for c in (wanted.column("quota", m) for m in wanted.measures) if c in people]
    parts = [_together(rows, quotas, rule, span) for _, rows in people[many].groupby("salesperson")]
    return pd.concat([people[~many], *parts], ignore_index=True)


def _together(rows: pd.DataFrame, quotas: list[str], rule: str, span: Span) -> pd.DataFrame:
    """Return the one row of a person with several pieces."""
    days = rows.assign(
        first=pd.to_datetime(rows["active_from"]).clip(lower=span.first),
        last=pd.to_datetime(rows["active_to"]).clip(upper=span.last),
    ).sort_values("first", kind="stable")
    follow = days["first"].iloc[1:].to_numpy()
    before = (days["last"].iloc[:-1] + pd.Timedelta(days=1)).to_numpy()
    if days[["first", "last"]].isna().any(axis=None) or not (follow == before).all():
        raise ContractError(
            f"the pieces of {rows['salesperson'].iloc[0]!r} overlap or leave a hole.",
            where=f"people, rows {first_of(rows.index)}, see .rows",
            fix="let each piece start the day after the one before ends",
            rows=rows,
        )
    one = days.tail(1).drop(columns=["first", "last"]).astype(dict.fromkeys(quotas, "object"))
    length = [int(d.days) + 1 for d in days["last"] - days["first"]]
    for column in quotas if rule == "time_weighted" else ():
        weighted = Fraction(0)
        for quota, n in zip(days[column], length, strict=True):
            weighted += Fraction(str(quota)) * n
        one[column] = float(round(weighted / sum(length), 2))  # a quota is in whole cents
    one["active_from"], one["active_to"] = days["active_from"].iloc[0], days["active_to"].iloc[-1]
    return one
