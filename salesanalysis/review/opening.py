"""Opening an action from the record of a cause, with every rule a register needs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.review.action import KINDS, Action
from salesanalysis.review.dates import dates
from salesanalysis.review.departments import Departments, read_departments

#: What a record needs; `Bridge.cause` gives all of it.
RECORD = (
    "id", "base", "window", "grain", "keys", "effect", "amount", "origin", "method", "measure",
    "currency",
)  # fmt: skip


def open_action(
    cause: Mapping[str, Any],
    *,
    owner: str | None,
    start: object | None,
    due: object | None,
    measures: str | Sequence[str] | None,
    expected: float | None = None,
    department: str | None = None,
    origin: str | None = None,
    kpi: str | None = None,
    opened_in: str = "",
    others: Sequence[Action] = (),
    departments: Departments | None = None,
    terms: Terms | None = None,
) -> Action:
    """Open an improvement action from one row of a bridge.

    Parameters
    ----------
    cause : mapping
        What ``bridge.cause(row)`` returned, or a row of `root_causes`.
    owner : str or None
        One person.
    start, due : date or None
        `due` lies after `start` and after the end of the period of the cause.
    measures : str, sequence of str or None
        What is done, verb and object.
    expected : float, optional
        Amount to win back, above 0 and at most the size of the cause.
    department : str, optional
        Key of `departments`; default by the effect.
    origin : {"internal", "external", "plan"}, optional
        Needed where the cause is unassigned, in the table of `departments` as well; may override
        it elsewhere.
    kpi : str, optional
        What is measured; default the measure of the bridge.
    opened_in : str
        Name of the review.
    others : sequence of Action
        Actions that are open already: those on the same cause share its amount and give the
        number of this one.
    departments : Departments, optional
        Default: ``params/review/departments.yaml``, see `read_departments`.
    terms : Terms, optional

    Returns
    -------
    Action
        With what is missing listed by name in ``missing``; its status is then ``returned``.

    Raises
    ------
    ContractError
        A record that is not one, an unassigned or open cause, an amount of 0 or a gain, an unknown
        department, dates in the wrong order, more than the cause holds.

    Notes
    -----
    An internal cause leads to an improvement proposal, an external one to a resource request. The
    effects are arithmetic: an action says what is to be won back, not who caused the loss.

    Examples
    --------
    >>> cause = {"id": "1f0c", "base": "plan v3", "window": ["2024-01", "2024-03"],
    ...          "grain": ["region"], "keys": {"region": "East"}, "effect": "price",
    ...          "amount": -500_000.0, "gap_share": 0.6, "base_share": -0.05,
    ...          "origin": "internal", "method": "pvm", "measure": "revenue", "currency": "CNY"}
    >>> action = open_action(cause, owner="Li Na", start="2024-04-10", due="2024-06-30",
    ...                      measures="Review discounts above 8 %", expected=300_000)
    >>> action.id, action.kind, action.department, action.missing
    ('1f0c-1', 'improvement', 'pricing', ())
    """
    record = _record(cause)
    table = departments or read_departments()
    place = _origin(record, origin, table)
    named, group = _department(record, department, table)
    begin, end = dates(record, start, due)
    done = _measures(measures)
    amount = _expected(record, expected, others)
    answers = {
        "what": amount, "when": begin and end, "who": _text(owner, "owner"), "how": done,
        "department": named,
    }  # fmt: skip
    same = sum(other.cause["id"] == record["id"] for other in others)
    return Action(
        id=f"{record['id']}-{same + 1}", cause=record, kind=KINDS[place], origin=place,
        owner=_text(owner, "owner"), department=named,
        department_names=dict(table.departments.get(named, {})), group=group,
        start=begin, due=end, measures=done, expected=amount,
        kpi=kpi or str(record["measure"]), opened_in=opened_in,
        missing=tuple(name for name, answer in answers.items() if not answer),
        currency=str(record["currency"]), terms=terms or Terms(),
    )  # fmt: skip


def _record(cause: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record, refusing one that `Bridge.cause` did not write, or that holds nothing."""
    absent = [key for key in RECORD if not isinstance(cause, Mapping) or key not in cause]
    if absent:
        raise ContractError(
            f"The record of the cause has no {', '.join(map(repr, absent))}.",
            where="open_action(cause)",
            fix="pass bridge.cause(row): a cause is never typed by hand",
            code="missing-column",
        )
    if not np.isfinite(float(cause["amount"])) or float(cause["amount"]) == 0:
        raise ContractError(
            f"The cause has an amount of {cause['amount']!r}: there is nothing to win back.",
            where=f"cause {cause['id']}, effect {cause['effect']!r}",
            fix="choose a row that moved",
        )
    gain = float(cause["amount"]) > 0
    if gain == (cause.get("favourable", "up") == "up"):
        raise ContractError(
            f"The cause {cause['effect']!r} is a gain of {abs(float(cause['amount'])):,.2f}: there "
            "is nothing to win back.",
            where=f"cause {cause['id']}",
            fix="choose a row that lost",
        )
    return {str(k): list(v) if isinstance(v, tuple) else v for k, v in cause.items()}


def _origin(record: Mapping[str, Any], origin: str | None, table: Departments) -> str:
    """Return where the cause lies; what is unassigned the user resolves, here or in the table."""
    if origin is not None and origin not in KINDS:
        raise unknown_name(
            origin, tuple(KINDS), kind="origin", where="open_action(origin=...)",
            error=ContractError,
        )  # fmt: skip
    place = origin or str(record["origin"])
    if place == "unassigned":
        place = table.origins.get(str(record["effect"]), place)
    if place not in KINDS:
        raise ContractError(
            f"The cause {record['effect']!r} is {place}: internal or external is not known.",
            where=f"cause {record['id']}",
            fix="wait until its months are closed"
            if place == "open"
            else 'say so: origin="internal" or origin="external"',
            code="ambiguous",
        )
    return place


def _department(
    record: Mapping[str, Any], department: str | None, table: Departments
) -> tuple[str, str]:
    """Return department and kind of cause: by effect, or as given."""
    default, group = table.of(str(record["effect"]))
    if department is None:
        return default, group
    if not isinstance(department, str):
        raise ContractError(
            f"One action has one department, got {department!r}.",
            where="open_action(department=...)",
            fix="open one action for each department",
            code="bad-choice",
        )
    if department not in table.departments:
        raise unknown_name(
            department, list(table.departments), kind="department",
            where="open_action(department=...)", error=ContractError,
        )  # fmt: skip
    return department, group


def _measures(measures: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the measures as texts, without empty ones."""
    given = [measures] if isinstance(measures, str) else list(measures or ())
    return tuple(text for text in (_text(m, "measures") for m in given) if text)


def _text(value: object, name: str) -> str:
    """Return a text, refusing what is none: one owner, not a list of them."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ContractError(
            f"{name} must be text, got {value!r}.",
            where=f"open_action({name}=...)",
            fix="name one owner" if name == "owner" else "write each measure as a sentence",
            code="bad-choice",
        )
    return value.strip()


def _expected(
    record: Mapping[str, Any], expected: float | None, others: Sequence[Action]
) -> float | None:
    """Return the amount to win back: above 0, and with the others at most the cause's."""
    size = abs(float(record["amount"]))
    taken = sum(o.expected or 0.0 for o in others if o.cause["id"] == record["id"])
    if expected is None:
        return None
    amount = float(expected)
    if not amount > 0 or not np.isfinite(amount):
        raise ContractError(
            f"expected must be an amount above 0, got {expected!r}.",
            where="open_action(expected=...)",
            fix="give what is to be won back, without a sign",
            code="bad-choice",
        )
    if amount + taken > size * (1 + 1e-9):
        raise ContractError(
            f"{amount:,.2f} expected and {taken:,.2f} of other actions are more than the "
            f"{size:,.2f} of the cause.",
            where=f"cause {record['id']}, effect {record['effect']!r}",
            fix=f"expect at most {max(size - taken, 0.0):,.2f}",
            code="over-limit",
        )
    return amount
