"""Why one region differs from its target: its part of the company's results, and three actions."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.book import carriers, causes
from salesanalysis.book.listing import Listing
from salesanalysis.book.note import Note
from salesanalysis.labels import LANGUAGES, label
from salesanalysis.review import Action, Departments, open_action, read_departments
from salesanalysis.review.action import KINDS
from salesanalysis.variance import Bridge
from salesanalysis.variance.text import origins, rounded_steps

if TYPE_CHECKING:
    from salesanalysis.book.why import Why

#: Departments of effects that only this page has, where the table names none.
DEPARTMENTS = {"late_deal": "sales", "idle": "sales", "difference": "sales"}
#: Columns of the three places in a table of forms.
PLACES = ("first_place", "second_place", "third_place")


@dataclass(frozen=True, eq=False)
class WhyHere:
    """One region's part of `Why`.

    Attributes
    ----------
    why : Why
    name : str
        The region.
    """

    why: "Why"
    name: str

    @cached_property
    def reasons(self) -> Bridge | Note:
        """Target to actual by cause and product line; a note without a target."""
        company = self.why.company
        whole = self.why.reasons
        if isinstance(whole, Note):
            return whole
        if self.name not in set(whole.items["region"]):
            return causes.no_sales(company.data, self.name)
        part = whole.drill({"region": self.name})
        return part if part.start > 0 else causes.new_business(company.data, self.name)

    @property
    def bridge(self) -> Bridge | Note:
        """Target to actual, one bar per cause."""
        part = self.reasons
        if isinstance(part, Note):
            return part
        below = [c for c in part.by if c != "region"]
        return part.drill(below or ["region"])

    def headline(self, lang: str = "en") -> str:
        """Return the region's gap in one line that says whose it is."""
        found = self.bridge
        text = found.headline(lang)
        if isinstance(found, Note):
            return text  # a note names its region
        region = self.why.company.data.terms.show("region", self.name, lang)
        return label("causes.of_region", lang, region=region, text=text)

    def origins(self, lang: str = "en") -> str:
        """Return what of the gap is external and what internal, in one line; empty for a note."""
        found = self.bridge
        if isinstance(found, Note):
            return ""
        return " ".join(origins(found, *rounded_steps(found, lang), lang))

    @property
    def people(self) -> Bridge | Note:
        """Target to actual by person, or by product line where nobody is named."""
        company = self.why.company
        return causes.gap(company.data, company.plan, self.name, company.closed, "salesperson")

    @cached_property
    def places(self) -> Listing:
        """The three places of the region that carry most of its gap."""
        why = self.why
        return carriers.first_three(why.candidates, why.company.data, self.name, self.bridge)

    @cached_property
    def opened(self) -> tuple[Action, ...]:
        """Return an action for each of the three, with what the manager has to fill in.

        A cause that is neither external nor internal yet is opened as an internal one; the form
        says that this has to be decided.
        """
        made: list[Action] = []
        table = read_departments()
        for record in carriers.records(self.why.candidates, self.name):
            action = open_action(
                record, owner=None, start=None, due=None, measures=None,
                origin=None if record["origin"] in KINDS else "internal",
                department=_department(record["effect"], table),
                others=made, departments=table, terms=self.why.company.data.terms,
            )  # fmt: skip
            made.append(action)
        return tuple(made)

    @property
    def forms(self) -> Listing | Note:
        """The three actions as one form: six questions down, places across."""
        actions = self.opened
        if not actions:
            return Note.of("no_actions", "note.no_actions")
        tables = {lang: self._form(actions, lang) for lang in LANGUAGES}
        return Form(
            tables["en"],
            {lang: (label("carriers.forms", lang),) for lang in LANGUAGES},
            terms=self.why.company.data.terms,
            other=tables["zh"],
        )

    def _form(self, actions: tuple[Action, ...], lang: str) -> pd.DataFrame:
        forms = [action.form(lang) for action in actions]
        table = forms[0][["question"]].copy()
        extra: dict[str, list[str]] = {}
        for column, action, form in zip(PLACES, actions, forms, strict=False):
            told = [_without_id(text, action.cause["id"]) for text in form["answer"]]
            table[column] = told
            extra[column] = [
                _origin(action, lang),
                action.department_names.get(lang) or label("review.not_given", lang),
            ]
        asked = [label("column.origin", lang), label("question.department", lang)]
        more = pd.DataFrame({"question": asked, **extra})
        return pd.concat([table, more], ignore_index=True)


def _department(effect: str, table: Departments) -> str | None:
    """Return who answers by the table, or by this page where the table has that department."""
    named = table.of(effect)[0] or DEPARTMENTS.get(effect, "")
    return named if named in table.departments else None


def _without_id(text: str, cause: str) -> str:
    """Leave the id of a cause to the register: it says nothing to a reader."""
    if not text.endswith(cause):
        return text
    ends = [text.rpartition(mark)[0] for mark in ("; ", "；")]
    return max(ends, key=len)


def _origin(action: Action, lang: str) -> str:
    """Return internal or external, or that it has to be decided."""
    if action.cause["origin"] in KINDS:
        return label(f"origin.{action.origin}", lang)
    return label("carriers.decide", lang)


@dataclass(frozen=True, eq=False)
class Form(Listing):
    """A listing whose cells are words: one table per language.

    Attributes
    ----------
    other : DataFrame
        The same table in Chinese.
    """

    other: pd.DataFrame = field(default_factory=pd.DataFrame)

    def table(self, lang: str = "en", *, rows: int = 60) -> Any:
        """Return the table in one language."""
        shown = self.frame if lang == "en" else self.other
        return Listing(shown, self.texts, self.currency, self.terms).table(lang, rows=rows)
