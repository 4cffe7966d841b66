"""The people to be paid: one row each, money in whole cents, strangers refused."""

from collections.abc import Hashable, Mapping
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
from salesanalysis.incentives.deals import exact_cents


@dataclass(frozen=True)
class Person:
    """One person as a plan needs them; money in cents, None where there is none."""

    name: str
    shown: str
    quota: int | None
    credited: int
    carried: int


def read_people(people: pd.DataFrame, *, needs_credited: bool) -> list[Person]:
    """Check a table of people: one row each, money in whole cents.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, empty where there is none); optional ``name``,
        ``credited``, ``carried``.
    """
    require_columns(
        people, ["salesperson", *(["credited"] if needs_credited else [])], name="people"
    )
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


def person_frame(person: Mapping[Hashable, Any] | pd.Series) -> pd.DataFrame:
    """Return one person's mapping or row as a table of one row."""
    data = dict(person.items())
    if "salesperson" not in data:
        close = nearest("salesperson", map(str, data))
        raise ContractError(
            "person has no 'salesperson'.",
            where=f"person keys are {sorted(map(str, data))}",
            fix=f"rename '{close}' to 'salesperson'" if close else "add 'salesperson'",
            code="missing-column",
        )
    return pd.DataFrame([data])


def require_known(frame: pd.DataFrame, people: list[str]) -> None:
    """Refuse deals of somebody who is not among the people to be paid."""
    if "salesperson" not in frame.columns:
        return
    strange = frame[~frame["salesperson"].astype("str").isin(people)]
    if len(strange):
        name = str(strange["salesperson"].iloc[0])
        close = nearest(name, people)
        orders = ", ".join(map(str, strange["order_id"].head(3)))
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
