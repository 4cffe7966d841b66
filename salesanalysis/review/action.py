"""An improvement action: what, why, when, where, who, how, opened from the record of a cause."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import Terms
from salesanalysis.results import Result, Table

#: How a slice of `root_causes` writes a column it does not fix.
_ANY = "*"
#: The six questions, and the department that answers.
QUESTIONS = ("what", "why", "when", "where", "who", "how")
KINDS = {"internal": "improvement", "external": "resources", "plan": "plan_review"}


@dataclass(frozen=True, eq=False)
class Action(Result):
    """One improvement action of a register.

    Attributes
    ----------
    id : str
        Id of the cause and the number of the action on it: the same in every run.
    cause : dict
        The record of the cause as `Bridge.cause` gave it; never typed by hand.
    kind : {"improvement", "resources", "plan_review"}
        An internal cause leads to an improvement proposal, an external one to a resource
        request, a yardstick that was off to a review of the plan.
    origin : {"internal", "external", "plan"}
    owner : str, one person; empty where missing
    department : str, key of the table of departments; empty where missing
    department_names : dict of language to name
    group : str, kind of cause; empty where the table has none
    start, due : Timestamp or None
    measures : tuple of str
    expected : float or None
        Amount to win back, unit of the cause; at most its size.
    kpi : str
        What is measured; the measure of the bridge by default.
    opened_in : str
        Review the action was opened in.
    missing : tuple of str
        Answers that are still missing: of `QUESTIONS`, ``department``.
    currency : str
    terms : Terms

    Raises
    ------
    ReconciliationError
        An expected result above the size of the cause.
    """

    id: str
    cause: dict[str, Any]
    kind: str
    origin: str
    owner: str
    department: str
    department_names: dict[str, str]
    group: str
    start: pd.Timestamp | None
    due: pd.Timestamp | None
    measures: tuple[str, ...]
    expected: float | None
    kpi: str
    opened_in: str = ""
    missing: tuple[str, ...] = ()
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy of the record; refuse to promise more than the cause holds."""
        object.__setattr__(self, "cause", dict(self.cause))
        size = abs(float(self.cause["amount"]))
        if self.expected is not None and not 0 < self.expected <= size * (1 + 1e-9):
            raise ReconciliationError(
                f"The expected result {self.expected:,.2f} does not lie above 0 and within the "
                f"{size:,.2f} of the cause.",
                where=f"Action {self.id}",
                fix="this is a defect or a tampered register: please report it with the input",
                code="does-not-add-up",
            )

    @property
    def status(self) -> str:
        """``planned``, or ``returned`` while an answer is missing."""
        return "returned" if self.missing else "planned"

    @property
    def place(self) -> dict[str, str]:
        """Where the cause lies: column -> name; a slice names only some of its columns."""
        return {c: n for c, n in self.cause["keys"].items() if n not in ("", _ANY)}

    def to_frame(self) -> pd.DataFrame:
        """Return the line of the register: one row.

        Returns
        -------
        DataFrame
            ``action_id``, ``cause_id``, ``kind``, ``origin``, ``effect``, ``where``,
            ``department``, ``owner``, ``start``, ``due``, ``measures``, ``kpi``, ``amount``
            (of the cause), ``expected`` (empty while ``what`` is missing), ``missing`` and
            ``status``.
        """
        keys = [f"{column}={name}" for column, name in self.place.items()]
        row = {
            "action_id": self.id, "cause_id": self.cause["id"], "kind": self.kind,
            "origin": self.origin, "effect": self.cause["effect"], "where": ", ".join(keys),
            "department": self.department, "owner": self.owner, "start": self.start,
            "due": self.due, "measures": "; ".join(self.measures), "kpi": self.kpi,
            "amount": float(self.cause["amount"]), "expected": self.expected,
            "missing": " ".join(self.missing), "status": self.status,
        }  # fmt: skip
        frame = pd.DataFrame([row])
        dates = {c: pd.to_datetime(frame[c]).astype("datetime64[us]") for c in ("start", "due")}
        return frame.assign(**dates, expected=frame["expected"].astype("float64"))

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the line of the register as readers see it."""
        from salesanalysis.review.words import register_line  # noqa: PLC0415

        return Table(register_line(self, lang), lang=lang, terms=self.terms, rows=rows)

    def form(self, lang: str = "en") -> pd.DataFrame:
        """Return the six questions with their answers: ``question``, ``answer`` as text."""
        from salesanalysis.review.words import form  # noqa: PLC0415  words read an Action

        return form(self, lang)

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.review.words import sentences  # noqa: PLC0415  words read an Action

        return sentences(self, lang)
