"""The people of a simulation: one row each, quotas in whole cents, ordered by name."""

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.incentives.inputs.deals import exact_cents

#: Quotas above this many cents: whole cents of sales would leave the exact range of floats.
MOST = 10**13


def read_team(people: pd.DataFrame, zero_quota: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Check people and return them ordered by name, with the names left out.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, of one plan period); optional ``target_incentive``
        and ``base_pay`` (currency, of one plan period), ``region``, ``team``, ``manager``,
        ``override_rate``.
    zero_quota : {"error", "exclude_with_report"}
        What to do with people without a quota above 0.

    Returns
    -------
    DataFrame
        ``salesperson``, ``region``, ``team`` (empty where there is none), ``quota`` and
        ``target_incentive``, ``base_pay`` (cents, float64; -1 where none is given), ``manager``,
        ``override_rate`` (text); every other column as text.
    tuple of str
        People without a quota, left out.

    Raises
    ------
    ContractError
        No rows, no names, a person twice, quotas that are negative, empty, no whole cents or
        above 100 billion, and quotas of 0 where they are an error.
    """
    require_columns(people, ["salesperson", "quota"], name="people")
    require_rows(people, name="people")
    require_named(people, ["salesperson"], name="people", fix="give every row its person")
    _refuse_twice(people)
    _refuse_quotas(people)
    empty = people["quota"].to_numpy("float64") == 0
    if empty.any() and zero_quota != "exclude_with_report":
        raise _no_quota(people[empty], len(people))
    if empty.all():
        raise ContractError(
            f"none of the {len(people)} people has a quota above 0.",
            where="people, column 'quota'",
            fix="give the quota of one plan period",
            rows=people,
        )
    kept = people[~empty]
    frame = pd.DataFrame(
        {
            "salesperson": kept["salesperson"].astype("str"),
            "region": _texts(kept, "region"),
            "team": _texts(kept, "team"),
            "quota": np.asarray(exact_cents(kept, "quota", name="people"), dtype="float64"),
            "target_incentive": _money(kept, "target_incentive"),
            "manager": _texts(kept, "manager"),
            "base_pay": _money(kept, "base_pay"),
            "override_rate": _rates(kept),
        }
    )
    others = [c for c in map(str, people.columns) if c not in frame.columns]
    frame = frame.assign(**{c: _texts(kept, c) for c in others})
    left_out = tuple(sorted(people.loc[empty, "salesperson"].astype("str")))
    return frame.sort_values("salesperson", ignore_index=True), left_out


def _texts(people: pd.DataFrame, column: str) -> pd.Series:
    if column not in people.columns:
        return pd.Series("", index=people.index, dtype="str")
    return people[column].astype("str").where(people[column].notna(), "").astype("str")


def _rates(people: pd.DataFrame) -> pd.Series:
    """Return people's own override rates as text, empty where there is none."""
    if "override_rate" not in people.columns:
        return pd.Series("", index=people.index, dtype="str")
    given = people["override_rate"]
    values = pd.to_numeric(given, errors="coerce")
    bad = people[given.notna() & ~np.isfinite(values)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} override rates are no finite number; first: "
            f"{bad['salesperson'].iloc[0]!r} with {bad['override_rate'].iloc[0]!r}.",
            where="people, column 'override_rate', see .rows",
            fix='write a rate such as "0.02"',
            rows=bad,
        )
    return _texts(people, "override_rate")


def _money(people: pd.DataFrame, column: str) -> pd.Series:
    """Return money of a period in cents, -1 where there is none."""
    out = pd.Series(-1.0, index=people.index)
    if column not in people.columns:
        return out
    given = people[people[column].notna()]
    values = pd.to_numeric(given[column], errors="coerce")
    bad = given[~(np.isfinite(values) & (values >= 0) & (values * 100 < MOST))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(people)} values of {column!r} are below 0 or no finite number; "
            f"first: {bad['salesperson'].iloc[0]!r} with {bad[column].iloc[0]}.",
            where=f"people, column {column!r}, see .rows",
            fix="give currency for one plan period, or leave it empty where there is none",
            rows=bad,
        )
    if len(given):
        out.loc[given.index] = np.asarray(
            exact_cents(given, column, name="people"), dtype="float64"
        )
    return out


def _refuse_twice(people: pd.DataFrame) -> None:
    names = people["salesperson"].astype("str")
    twice = people[names.duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of people share a name: {twice['salesperson'].iloc[0]!r}.",
            where=f"rows {twice.index[:3].tolist()}, see .rows",
            fix="give one row per person; quotas of several products are summed first",
            code="duplicate-key",
            rows=twice,
        )


def _refuse_quotas(people: pd.DataFrame) -> None:
    values = pd.to_numeric(people["quota"], errors="coerce").to_numpy("float64", na_value=np.nan)
    bad = people[~(np.isfinite(values) & (values >= 0) & (values * 100 < MOST))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(people)} quotas are empty, below 0 or above 100 billion; first: "
            f"{bad['salesperson'].iloc[0]!r} with {bad['quota'].iloc[0]}.",
            where=f"people, column 'quota', first rows {bad.index[:3].tolist()}, see .rows",
            fix="write the quota of one plan period, or 0 for somebody who has none",
            rows=bad,
        )
    tiny = people[(values > 0) & (values < 0.01)]
    if len(tiny):
        raise ContractError(
            f"{len(tiny)} of {len(people)} quotas are less than a cent; first: "
            f"{tiny['salesperson'].iloc[0]!r} with {tiny['quota'].iloc[0]}.",
            where=f"people, column 'quota', first rows {tiny.index[:3].tolist()}, see .rows",
            fix="write the quota in currency units, or 0 for somebody who has none",
            rows=tiny,
        )


def _no_quota(rows: pd.DataFrame, n: int) -> ContractError:
    names = ", ".join(sorted(rows["salesperson"].astype("str"))[:5])
    return ContractError(
        f"{len(rows)} of {n} people have no quota above 0: {names}.",
        where="people, column 'quota'",
        fix="give them a quota, leave them out, or write quota: {zero_quota: "
        "exclude_with_report} in the plan",
        rows=rows,
    )
