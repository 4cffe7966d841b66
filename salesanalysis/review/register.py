"""The register of actions as one table: people edit their answers in it, and it opens again."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import Terms
from salesanalysis.review.action import Action
from salesanalysis.review.departments import Departments
from salesanalysis.review.opening import open_action
from salesanalysis.spreadsheet import plain_text

#: Columns people fill in; all others repeat the cause.
ANSWERS = ("owner", "start", "due", "measures", "expected", "department", "origin", "kpi")
_NEEDED = ("action_id", "amount", *ANSWERS, "cause")
#: A day that reads the same in every country.
_DAY = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]00:00(:00)?)?")


def register(actions: Sequence[Action]) -> pd.DataFrame:
    """Return one row per action, to be saved, edited and opened again with `reopen`.

    Parameters
    ----------
    actions : sequence of Action

    Returns
    -------
    DataFrame
        The columns of `Action.to_frame`, ``opened_in``, and ``cause``: the record as text, which
        is not edited.

    Examples
    --------
    >>> cause = {"id": "1f0c", "base": "plan v3", "window": ["2024-01", "2024-03"],
    ...          "grain": ["region"], "keys": {"region": "East"}, "effect": "price",
    ...          "amount": -500_000.0, "origin": "internal", "method": "pvm",
    ...          "measure": "revenue", "currency": "CNY"}
    >>> draft = open_action(cause, owner="Li Na", start=None, due=None, measures=None)
    >>> register([draft])[["action_id", "owner", "missing"]].iloc[0].tolist()
    ['1f0c-1', 'Li Na', 'what when how']
    """
    if not actions:
        raise ContractError(
            "There is no action to write down.",
            where="register(actions)",
            fix="open one first: open_action(bridge.cause(row), ...)",
            code="empty-table",
        )
    more = pd.DataFrame(
        {
            "opened_in": [a.opened_in for a in actions],
            "cause": [json.dumps(a.cause, ensure_ascii=False) for a in actions],
        }
    )
    lines = pd.concat([a.to_frame().astype("object") for a in actions], ignore_index=True)
    return pd.concat([lines, more], axis=1)


def reopen(
    table: pd.DataFrame, *, departments: Departments | None = None, terms: Terms | None = None
) -> list[Action]:
    """Open the actions of a register again, with the answers that stand in it now.

    Parameters
    ----------
    table : DataFrame
        What `register` returned, or the same read back from a file; rows in any order. Days are
        Timestamps or text as 2024-06-30; measures are divided by ``;``.
    departments : Departments, optional
        Default: ``params/review/departments.yaml``.
    terms : Terms, optional

    Returns
    -------
    list of Action
        In the order of the rows.

    Raises
    ------
    ContractError
        A column that is gone, a day written in the order of one country, an amount or an id that
        no longer is that of its cause, and everything `open_action` refuses, with the action.

    Examples
    --------
    >>> cause = {"id": "1f0c", "base": "plan v3", "window": ["2024-01", "2024-03"],
    ...          "grain": ["region"], "keys": {"region": "East"}, "effect": "price",
    ...          "amount": -500_000.0, "origin": "internal", "method": "pvm",
    ...          "measure": "revenue", "currency": "CNY"}
    >>> draft = open_action(cause, owner=None, start=None, due=None, measures=None)
    >>> filled = register([draft]).assign(owner="Li Na", start="2024-04-10", due="2024-06-30",
    ...                                   measures="Review discounts", expected=300_000.0)
    >>> reopen(filled)[0].status
    'planned'
    """
    require_columns(table, list(_NEEDED), name="register")
    rows = [_read(row) for row in table.to_dict("records")]
    # actions on one cause are numbered as they were opened, whatever the order of the rows
    numbers = [int(str(row["action_id"]).rpartition("-")[2] or 0) for row in rows]
    made: dict[int, Action] = {}
    for i in sorted(range(len(rows)), key=numbers.__getitem__):
        made[i] = _opened(rows[i], list(made.values()), departments, terms)
    return [made[i] for i in range(len(rows))]


def _opened(
    row: Mapping[str, Any],
    others: list[Action],
    departments: Departments | None,
    terms: Terms | None,
) -> Action:
    """Open the action of one row, and see that it is the one it says."""
    cause, name = _cause(row), str(row["action_id"])
    answers = {key: row[key] or None for key in ("owner", "department", "origin", "kpi")}
    answers |= {"start": _day(row, "start"), "due": _day(row, "due"), "expected": _amount(row)}
    answers["measures"] = re.split("[;；]", str(row["measures"]))
    try:
        action = open_action(
            cause, opened_in=str(row.get("opened_in") or ""), others=others,
            departments=departments, terms=terms, **answers,
        )  # fmt: skip
    except ContractError as error:
        raise ContractError(
            error.what, where=f"register, action {name}: {error.where}", fix=error.fix,
            code=error.code,
        ) from error  # fmt: skip
    if action.id != name:
        raise ContractError(
            f"Action {name} would be opened as {action.id}.",
            where="register, action_id",
            fix="keep the ids as they were written, and every row of a cause",
            code="duplicate-key" if any(o.id == name for o in others) else "bad-value",
        )
    return action


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row: what is empty as "", texts without the apostrophe of a file."""
    cells = {key: "" if pd.isna(value) else value for key, value in row.items()}
    return {k: plain_text(v).strip() if isinstance(v, str) else v for k, v in cells.items()}


def _cause(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of the cause; nobody has changed it or the amount beside it."""
    try:
        cause = dict(json.loads(row["cause"]))
        same = abs(float(row["amount"]) - float(cause["amount"])) <= 1e-6 * abs(cause["amount"])
    except (ValueError, TypeError, KeyError):
        same = False
    if not same:
        raise ContractError(
            f"The cause of action {row['action_id']}, or the amount beside it, was changed.",
            where="register, columns cause and amount",
            fix="take both from the register as it was written; edit the answers only",
        )
    return cause


def _amount(row: Mapping[str, Any]) -> float | None:
    """Return the amount to win back; empty while nobody has said."""
    try:
        return None if row["expected"] == "" else float(row["expected"])
    except ValueError:
        raise ContractError(
            f"{row['expected']!r} is not an amount.",
            where=f"register, action {row['action_id']}, column 'expected'",
            fix="write digits alone, such as 60000",
        ) from None


def _day(row: Mapping[str, Any], column: str) -> Any:
    """Return a day, refusing one whose order of day and month depends on the country."""
    day = row[column]
    if isinstance(day, str) and day and not _DAY.fullmatch(day):
        raise ContractError(
            f"{day!r} is not written as year, month and day.",
            where=f"register, action {row['action_id']}, column {column!r}",
            fix='write it as "2024-06-30"',
            code="ambiguous",
        )
    return day or None
