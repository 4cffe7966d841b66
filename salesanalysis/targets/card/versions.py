"""Versions of a plan: a name made of what is in it, a state, and what changed between two."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms, label, money
from salesanalysis.results import Result, show_value
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.words import year_text

#: The states of a version, in the only order they follow each other.
STATES = ("draft", "approved", "frozen")


@dataclass(frozen=True, eq=False)
class Version(Result):
    """A plan with its name, its state and what it was made with.

    Attributes
    ----------
    plan : Plan
    plan_id : str
        Sixteen characters made of inputs, parameters and code version: the same for the same.
    status : {"draft", "approved", "frozen"}
    parameters : dict
        Texts and numbers the plan was made with.
    code : str
        Version of the program.
    note : str
        Who approved it, or why it was frozen.
    """

    plan: Plan
    plan_id: str
    status: str = "draft"
    parameters: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    note: str = ""
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse a state nobody knows."""
        if self.status not in STATES:
            raise unknown_name(
                self.status, STATES, kind="status", where="Version(status=...)",
                error=ContractError,
            )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return one row: plan, status, year, total, units and code version."""
        units = len(self.plan.frame) // 12
        row = {
            "plan_id": self.plan_id, "status": self.status, "year": self.plan.year,
            "value": self.plan.total, "n_leaves": units, "version": self.code, "note": self.note,
        }  # fmt: skip
        return pd.DataFrame([row])

    def to(self, status: str, *, note: str = "") -> "Version":
        """Return the next state: a draft is approved, what is approved is frozen.

        Raises
        ------
        ContractError
            A state that is not the next one; a frozen plan stays as it is.
        """
        step = STATES.index(self.status) + 1
        allowed = STATES[step] if step < len(STATES) else None
        if status != allowed:
            raise ContractError(
                f"A plan that is {self.status} cannot become {status}.",
                where=f"plan {self.plan_id}",
                fix=f"first make it {allowed}"
                if allowed
                else "make a new draft and compare the two",
                code="bad-choice",
            )
        return replace(self, status=status, note=note)

    def _sentences(self, lang: str) -> list[str]:
        return [
            label(
                "version.headline",
                lang,
                plan=self.plan_id,
                status=show_value("status", self.status, lang, self.terms),
                year=year_text(self.plan.calendar, self.plan.year, lang),
                value=money(self.plan.total, lang, self.currency),
            )
        ]


def version(
    plan: Plan,
    *,
    parameters: Mapping[str, Any] | None = None,
    inputs: Mapping[str, pd.DataFrame] | None = None,
    code: str = "",
) -> Version:
    """Name a plan by its content; a draft.

    Parameters
    ----------
    plan : Plan
    parameters : mapping of str to text, number or list, optional
        What was chosen: method, rates, weights, limits.
    inputs : mapping of str to DataFrame, optional
        The tables it was made from, in any order of rows: sales, pins, proposals.
    code : str
        Version of the program that made it.

    Examples
    --------
    >>> from salesanalysis.targets import Basis, cascade
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> plan = cascade(1_000, shares, levels=["region"], year=2024)
    >>> one, two = version(plan, code="1"), version(plan, code="1")
    >>> one.plan_id == two.plan_id, len(one.plan_id), one.status
    (True, 16, 'draft')
    """
    chosen = {str(k): v for k, v in sorted((parameters or {}).items())}
    tables = {"plan": plan.frame, "pinned": plan.pinned, **(inputs or {})}
    digests = {str(name): digest(table) for name, table in sorted(tables.items())}
    told = {
        "parameters": chosen, "tables": digests, "code": code, "year": plan.year,
        "total": repr(plan.total), "step": plan.step, "way": plan.way, "scope": plan.scope,
        "currency": plan.currency, "start_month": plan.calendar.start_month,
    }  # fmt: skip
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    name = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    return Version(
        plan, name, parameters=chosen, code=code, currency=plan.currency, terms=plan.terms
    )


def digest(table: pd.DataFrame) -> str:
    """Return a hash of a table that does not depend on the order of its rows or columns.

    Examples
    --------
    >>> a = pd.DataFrame({"x": [1.0, 2.0], "y": ["p", "q"]})
    >>> digest(a) == digest(a[::-1][["y", "x"]]), digest(a) == digest(a.assign(x=0.0))
    (True, False)
    """
    columns = sorted(map(str, table.columns))
    rows = table.rename(columns=str)[columns]
    # one text a row: empty and "" differ, 1 and 1.0 do not
    cells = [_texts(rows[c]) for c in columns]
    lines = sorted(json.dumps(row, ensure_ascii=False) for row in zip(*cells, strict=True))
    whole = "\n".join([json.dumps(columns, ensure_ascii=False), *lines])
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def _texts(column: pd.Series) -> list[str | None]:
    """Write a column so that equal values are equal texts."""
    if column.dtype.kind in "iuf":
        return [None if v != v else repr(float(v)) for v in column.tolist()]  # noqa: PLR0124
    return [None if pd.isna(v) else str(v) for v in column.tolist()]
