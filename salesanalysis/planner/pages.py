"""The pages beside the board: at a glance, one person, two plans."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import BackendNotValid
from salesanalysis.labels import count, label
from salesanalysis.planner import html
from salesanalysis.planner.controls import controls_of
from salesanalysis.planner.desk import Desk
from salesanalysis.planner.differing import differences
from salesanalysis.planner.figures import people_title
from salesanalysis.planner.files import PlanFolder
from salesanalysis.planner.mains import main_said
from salesanalysis.planner.numbers import in_full
from salesanalysis.planner.painter import Painter
from salesanalysis.planner.pictures import DRAWN
from salesanalysis.planner.refusals import in_a_sentence, told
from salesanalysis.planner.view import View
from salesanalysis.results import column_label


class Glance:
    """Everything that moves with a slider: three pictures, figures, findings, the plan in words."""

    name = "glance"

    def __init__(self, lang: str, painter: Painter, patiently: Callable[[], None]) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.lang, self._painter = lang, painter
        self.patiently = w.Button(
            description=label("planner.patiently", lang), layout={"width": "auto"}
        )
        self.patiently.on_click(lambda _: patiently())
        self.said, self.rest, self.words = w.HTML(), w.HTML(), w.HTML()
        self.pictures = {name: w.HTML() for name in DRAWN}
        grid = w.GridBox(
            [*self.pictures.values(), self.rest],
            layout={
                # two beside each other at most: three would leave no room for the table
                "grid_template_columns": "repeat(auto-fit,minmax(min(100%,max(340px,40%)),1fr))",
                "grid_gap": "4px 14px",
            },
        )
        self.box = w.VBox([self.said, self.patiently, grid, self.words])
        #: Seconds the last redraw took, by part.
        self.spent: dict[str, float] = {}

    def show(self, view: View, note: str = "") -> None:
        """Show a view: sentences and pictures first, then figures, findings and words."""
        began = perf_counter()
        self.said.value = html.paragraphs(view.sentences(self.lang)) + note
        late = any(isinstance(p, BackendNotValid) for p in (view.now, view.before))
        self.patiently.layout.display = "" if late else "none"
        told = perf_counter()
        words = {
            "curve": view.curve_headline(self.lang),
            "cost": view.cost_headline(self.lang),
            "people": people_title(view, self.lang),
        }
        for name, widget in self.pictures.items():
            widget.value = html.image(self._painter.png(name, view, self.lang), words[name])
        drawn = perf_counter()
        self.rest.value = self._figures(view)
        self.words.value = self._words(view)
        self.spent = {"drawing": drawn - told, "tables": told - began + perf_counter() - drawn}

    def _figures(self, view: View) -> str:
        head = f"<h3>{escape(label('planner.section.numbers', self.lang))}</h3>"
        return head + html.table(view.table(self.lang), "figures")

    def _words(self, view: View) -> str:
        found = f"<h3>{escape(label('planner.section.findings', self.lang))}</h3>"
        what = view.findings
        if isinstance(what, SalesAnalysisError):
            found += html.bad(
                label("planner.findings.failed", self.lang, text=in_a_sentence(what, self.lang))
            )
        else:
            found += html.listed(what.explain(self.lang).split("\n"))
        about = html.paragraphs(view.notes(self.lang), first="muted")
        return found + policy(view.plan, self.lang) + about


def policy(plan: Any, lang: str, head: str = "") -> str:
    """Return a plan in words, under its heading."""
    title = head or label("planner.section.policy", lang)
    return f'<h3>{escape(title)}</h3><div class="policy">{escape(plan.text(lang))}</div>'


class PersonPage:
    """One person: the statement of the period that is over, under the plan at work."""

    name = "person"

    def __init__(self, lang: str, desk: Desk) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.lang, self._desk = lang, desk
        crowd = desk.crowd
        shown = [(crowd.terms.show("salesperson", n, lang), n) for n in crowd.names]
        self.choice = w.Dropdown(
            options=shown,
            value=desk.person if desk.person in crowd.names else (shown or [("", "")])[0][1],
            description=label("planner.person", lang),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.said = w.HTML()
        self.box = w.VBox([html.line([self.choice]), self.said])
        self.choice.observe(lambda _: self.show(), "value")

    def show(self, _view: View | None = None) -> None:
        """Pay the person chosen; the figure shown is the statement's."""
        self._desk.person = self.choice.value
        try:
            self.said.value = person_html(self._desk, self.choice.value, self.lang)
        except SalesAnalysisError as error:
            text = told(error, self.lang)
            self.said.value = html.bad(label("planner.person.refused", self.lang, text=text))


def person_html(desk: Desk, name: str, lang: str) -> str:
    """Return one person's pay under the plan at work beside the old one, line by line."""
    now = desk.statement(name)
    shown = desk.crowd.terms.show("salesperson", now.name, lang)
    pay = in_full(now.payout, now.currency, lang)
    said = [label("planner.person.pay", lang, name=shown, pay=pay)]
    if desk.plan != desk.old:
        was = desk.statement(name, desk.old)
        gap = now.payout - was.payout
        change = ("+" if gap > 0 else "") + in_full(round(gap, 2), now.currency, lang)
        old = in_full(was.payout, was.currency, lang)
        said.append(label("planner.person.before", lang, old=old, change=change))
    said += desk.crowd.assumptions(lang) if desk.crowd.source else []
    said += main_said(desk.crowd, desk.plan, lang)
    lines = now.explain(lang).split("\n")
    return html.paragraphs(said) + now.table(lang)._repr_html_() + html.paragraphs(lines, first="")


class PlansPage:
    """Two plans side by side: figures, numbers that differ, both in words."""

    name = "plans"

    def __init__(
        self, lang: str, desk: Desk, folder: PlanFolder, changed: Callable[[], None]
    ) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.lang, self._desk, self._folder, self._changed = lang, desk, folder, changed
        self.choice = w.Dropdown(
            options=self._files(),
            description=label("planner.second", lang),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.said = w.HTML()
        self.box = w.VBox([html.line([self.choice]), self.said])
        self._quiet, self._refused = False, ""
        self.choice.observe(self._chosen, "value")

    def _files(self) -> list[tuple[str, str]]:
        """Return what a plan can be compared with: as loaded, or a file of the folder."""
        base = (label("planner.second.base", self.lang), "")
        return [base, *self._folder.offered(self.lang)]

    def _chosen(self, change: dict[str, Any]) -> None:
        if self._quiet:
            return
        self._refused = ""
        try:
            self._desk.compare(self._folder.read(change["new"]) if change["new"] else None)
        except SalesAnalysisError as error:
            self._desk.compare(None)
            self._refused = html.bad(told(error, self.lang))
        self._changed()

    def _chosen_now(self) -> None:
        """Show the files as they are and the one compared with, whoever chose it."""
        other = self._desk.other
        name = "" if other is None else Path(other.document.name).name
        self._quiet = True
        try:
            if tuple(self.choice.options) != tuple(self._files()):
                self.choice.options = self._files()
            there = name in (value for _, value in self.choice.options)
            self.choice.value = name if there else ""
        finally:
            self._quiet = False

    def show(self, view: View) -> None:
        """Show both plans."""
        self._chosen_now()
        lang = self.lang
        old = label("planner.column.old", lang, title=view.old.title(lang))
        new = label("planner.column.new", lang, title=view.plan.title(lang))
        sides = "".join(
            f'<div style="flex:1 1 0;min-width:0">{policy(plan, lang, title)}</div>'
            for plan, title in ((view.old, old), (view.plan, new))
        )
        self.said.value = (
            self._refused
            + html.paragraphs(view.sentences(lang)[:3])
            + html.table(view.table(lang))
            + different(view.old, view.plan, lang)
            + f'<div style="display:flex;gap:20px">{sides}</div>'
        )


def different(old: Any, new: Any, lang: str) -> str:
    """Return the numbers that differ between two plans, by their place in words."""
    changed = differences(old, new)
    alone = len({c.knob for c in controls_of(old)} ^ {c.knob for c in controls_of(new)})
    text = label("planner.differ", lang, n=count(len(changed)))
    head = text if changed else label("planner.differ.none", lang)
    out = f"<h3>{escape(head)}</h3>"
    if alone:
        out += html.paragraphs([label("planner.differ.other", lang, n=count(alone))])
    if not changed:
        return out
    was = {c.knob: c for c in controls_of(old)}
    rows = [
        (c.titles[lang], c.labels[lang], c.shown(was[c.knob].value), c.shown(c.value))
        for c in controls_of(new)
        if c.knob in changed
    ]
    names = ("planner_group", "planner_place", "planner_old", "planner_new")
    columns = [column_label(name, lang) for name in names]
    return out + html.table(pd.DataFrame(rows, columns=columns), words=2)
