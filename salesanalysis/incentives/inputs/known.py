"""One person's row as a table, and deals of people who are known."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_rows
from salesanalysis.incentives.inputs.values import first_of


def person_frame(
    person: Mapping[Hashable, Any] | pd.Series | pd.DataFrame,
    columns: Sequence[str] = ("salesperson",),
) -> pd.DataFrame:
    """Return one person's mapping or row, or the rows of a split period, as a table."""
    frame = person if isinstance(person, pd.DataFrame) else pd.DataFrame([dict(person.items())])
    require_rows(frame, name="person")
    data = dict.fromkeys(frame.columns)
    names = frame["salesperson"].unique() if "salesperson" in data else []
    if len(names) > 1:
        raise ContractError(
            f"{len(names)} people are given where one is paid: {first_of(names)}.",
            where="statement(person, ...)",
            fix="give the rows of one person; plan.pay pays everybody",
            rows=frame,
        )
    for column in columns:
        if column not in data:
            close = nearest(column, [str(k) for k in data if k not in columns])
            none = ", 0 where there is none" if column.startswith(("quota", "credited")) else ""
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
