"""The people to be paid: one row each, money in whole cents, strangers refused."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    nearest,
    require_columns,
    require_named,
    require_rows,
)
from salesanalysis.incentives.deals import exact_cents, first_of


@dataclass(frozen=True)
class Person:
    """One person as a plan needs them; money in cents, None where there is none."""

    name: str
    shown: str
    quota: int | None
    credited: int
    carried: int


def read_people(people: pd.DataFrame, *, needs_credited: bool, needs_quota: bool) -> list[Person]:
    """Check a table of people: one row each, money in whole cents.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, 0 where there is none); optional ``name``,
        ``credited``, ``carried``.
    needs_quota, needs_credited : bool
        Whether the plan cannot pay without these columns.
    """
    require_columns(people, needed(credited=needs_credited, quota=needs_quota), name="people")
    require_rows(people, name="people")
    require_named(people, ["salesperson"], name="people", fix="give every row its person")
    twice = people[people["salesperson"].duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of people share a name: {twice['salesperson'].iloc[0]!r}.",
            where=f"rows {twice.index[:3].tolist()}, see .rows",
            fix="give one row per person; quotas of several products are summed first",
            code="duplicate-key",
            rows=twice,
        )
    _require_quotas(people, needed=needs_quota)
    quota = _optional(people, "quota")
    return [
        Person(str(name), str(shown), quotas, credited or 0, carried or 0)
        for name, shown, quotas, credited, carried in zip(
            people["salesperson"],
            people.get("name", people["salesperson"]),
            quota,
            _optional(people, "credited"),
            _optional(people, "carried"),
            strict=True,
        )
    ]


def needed(*, credited: bool, quota: bool) -> list[str]:
    """Return the columns a plan cannot do without."""
    return ["salesperson", *(["quota"] if quota else []), *(["credited"] if credited else [])]


def _require_quotas(people: pd.DataFrame, *, needed: bool) -> None:
    """Refuse quotas below 0 or no finite number, and empty ones where the plan needs them."""
    if "quota" not in people.columns:
        return
    values = pd.to_numeric(people["quota"], errors="coerce").to_numpy("float64", na_value=np.nan)
    wrong = ~np.isfinite(values) | (values < 0)
    bad = people[wrong if needed else wrong & people["quota"].notna().to_numpy()]
    if len(bad):
        first = bad.iloc[0]
        raise ContractError(
            f"{len(bad)} of {len(people)} quotas are empty, below 0 or no finite number; first: "
            f"{first['salesperson']!r} with {first['quota']}.",
            where=f"people, column 'quota', first rows {bad.index[:3].tolist()}, see .rows",
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


def person_frame(
    person: Mapping[Hashable, Any] | pd.Series, columns: Sequence[str] = ("salesperson",)
) -> pd.DataFrame:
    """Return one person's mapping or row as a table of one row that has `columns`."""
    data = dict(person.items())
    frame = pd.DataFrame([data])
    for column in columns:
        if column not in data:
            close = nearest(column, [str(k) for k in data if k not in columns])
            none = "" if column == "salesperson" else ", 0 where there is none"
            raise ContractError(
                f"person has no {column!r}.",
                where=f"person keys are {sorted(map(str, data))}",
                fix=f"did you mean {column!r}? Rename {close!r} to {column!r}"
                if close
                else f"add {column!r}{none}",
                code="missing-column",
                rows=frame,
            )
    return frame


def require_known(frame: pd.DataFrame, people: list[str]) -> None:
    """Refuse deals of somebody who is not among the people to be paid."""
    if "salesperson" not in frame.columns:
        return
    strange = frame[~frame["salesperson"].astype("str").isin(people)]
    if len(strange):
        name = str(strange["salesperson"].iloc[0])
        close = nearest(name, people)
        orders = first_of(strange["order_id"])
        raise ContractError(
            f"{len(strange)} of {len(frame)} deals belong to somebody not to be paid here: "
            f"{name!r}.",
            where=f"deals {orders}, see .rows",
            fix=f"write {close!r}"
            if close
            else "add the person with a quota, or leave the deals out",
            code="unknown-name",
            rows=strange,
        )
