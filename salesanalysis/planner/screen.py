"""The desk with its furniture: bar, board and pages, wired to a `Desk`; no logic of its own."""

import base64
from decimal import Decimal
from html import escape
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from salesanalysis.atomic import write_atomic
from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Plan
from salesanalysis.labels import count, label
from salesanalysis.planner import html
from salesanalysis.planner.advice_pages import EffectsPage, OptimumPage
from salesanalysis.planner.bar import Bar
from salesanalysis.planner.board import Board
from salesanalysis.planner.controls import Control, controls_of
from salesanalysis.planner.desk import Desk
from salesanalysis.planner.files import PlanFolder, free_name, read_upload, shown_place
from salesanalysis.planner.numbers import read_budget
from salesanalysis.planner.pages import Glance, PersonPage, PlansPage
from salesanalysis.planner.painter import Painter
from salesanalysis.planner.refusals import told
from salesanalysis.planner.unmoved import unmoved
from salesanalysis.planner.workbook import workbook, workbook_name

#: Moves of one slider closer than this belong to one drag, seconds.
DRAG = 0.8


class Screen:
    """Widgets showing a desk.

    Parameters
    ----------
    desk : Desk
    folder : PlanFolder, where plans are read from and saved to
    out : Path, where the workbook is written
    lang : {"en", "zh"}

    Attributes
    ----------
    root : VBox, what is displayed
    spent : dict, seconds of the last redraw: pricing, tables, drawing
    """

    def __init__(self, desk: Desk, folder: PlanFolder, out: Path, *, lang: str = "en") -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.desk, self.folder, self.out, self.lang = desk, folder, out, lang
        self.root = w.VBox()
        self.root.add_class("sa-planner")
        self.spent: dict[str, float] = {}
        self._painter = Painter()
        self._last: tuple[str, float] = ("", 0.0)
        self._kept = desk.plan  # as it was last loaded or saved
        self.build()

    def build(self) -> None:
        """Make bar, board and pages anew: at the start, for another plan, for another language."""
        self._make()
        self.refresh()

    def _make(self) -> None:
        import ipywidgets as w  # noqa: PLC0415

        desk, lang = self.desk, self.lang
        self.bar = Bar(
            lang,
            self.folder,
            self._actions(),
            name=Path(desk.plan.document.name).name,
            budget=desk.budget,
            currency=desk.plan.head.currency,
        )
        self.board = Board(desk.controls(), lang, self._moved, unmoved(desk.plan))
        self._shape = _shape(desk.plan)
        self.pages: list[Any] = [Glance(lang, self._painter, self._patiently)]
        self.pages += self._more()
        titles = [label(f"planner.page.{page.name}", lang) for page in self.pages]
        self.tab = w.Tab(
            [p.box for p in self.pages], titles=titles, layout={"flex": "1 1 0", "min_width": "0"}
        )
        self.tab.add_class("sa-pages")
        self.tab.observe(lambda _: self._show_page(), "selected_index")
        self.head = w.HTML()
        style = w.HTML(html.style(lang, self._text()))
        table = w.HBox([self.board.box, self.tab])
        table.add_class("sa-desk")
        self.root.children = (style, self.head, self.bar.box, table)
        (self.root.add_class if lang == "zh" else self.root.remove_class)("zh")

    def _more(self) -> list[Any]:
        return [
            PersonPage(self.lang, self.desk),
            PlansPage(self.lang, self.desk, self.folder, self.refresh),
            OptimumPage(self.lang, self.desk, self.refresh),
            EffectsPage(self.lang, self.desk),
        ]

    def _text(self) -> str:
        """Return the words of plan and people, for the characters of the font."""
        crowd = self.desk.crowd
        names = (crowd.terms.show("salesperson", n, self.lang) for n in crowd.names)
        return "".join(sorted({*self.desk.plan.to_yaml(), *"".join(names)}))

    def _actions(self) -> dict[str, Any]:
        return {
            "load": lambda: self._safely(self._chosen),
            "upload": lambda name, raw: self._safely(lambda: self._load(read_upload(name, raw))),
            "undo": lambda: self._safely(self.desk.undo),
            "redo": lambda: self._safely(self.desk.redo),
            "reset": lambda: self._safely(self.desk.reset),
            "language": self._switch,
            "save": lambda: self._safely(self._save),
            "export": lambda: self._safely(self._export),
            "budget": lambda text: self._safely(lambda: self._budget(text)),
        }

    def _safely(self, action: Any) -> None:
        """Do something and show what comes of it; a refusal is said and changes nothing."""
        self._last = "", 0.0  # a drag that goes on after an undo is a step of its own
        self.bar.say("")
        try:
            action()
        except SalesAnalysisError as error:
            self.bar.say(told(error, self.lang), wrong=True)
            return
        self.refresh()

    def _moved(self, control: Control, shown: Any) -> None:
        """Move a number; moves of one slider in quick succession are undone together."""
        knob, now = control.knob, monotonic()
        joined = self._last[0] == knob and now - self._last[1] < DRAG
        try:
            self.desk.move(knob, control.exact(shown), joined=joined)
        except SalesAnalysisError as error:
            self.board.rows[knob].refuse(error)
            self._last = "", 0.0
            return
        self.bar.say("")
        self.refresh()
        # from the end of a redraw: a drag on a slow machine is one drag, too
        self._last = knob, monotonic()

    def _patiently(self) -> None:
        self.bar.say(label("planner.working", self.lang))
        self._safely(self.desk.price_patiently)

    def _chosen(self) -> None:
        if self.bar.choice.value:
            self._load(self.folder.read(self.bar.choice.value))

    def _load(self, plan: Plan) -> None:
        self.desk.load(plan)
        self._kept = plan
        self._make()  # shown by the refresh that follows every action
        self.bar.say(label("planner.loaded", self.lang, name=Path(plan.document.name).name))

    def _save(self) -> None:
        path = self.folder.save(self.desk.plan, self.bar.name.value, replace=self.bar.replace.value)
        self.bar.replace.value = False
        self._kept = self.desk.plan
        self.bar.offer(path.name)
        link = self._link(path.name, self.desk.plan.to_yaml().encode(), "application/yaml")
        self.bar.say(label("planner.saved", self.lang, name=shown_place(path)), link=link)

    def _export(self) -> None:
        name = workbook_name(self.bar.name.value.strip() or self.desk.plan.document.name)
        content = workbook(self.desk.view(), self.lang)
        path = write_atomic(free_name(self.out / name, content), content)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.bar.say(
            label("planner.exported", self.lang, name=shown_place(path)),
            link=self._link(path.name, content, kind),
        )

    def _link(self, name: str, content: bytes, kind: str) -> str:
        data = base64.b64encode(content).decode("ascii")
        text = escape(label("planner.download", self.lang, name=name))
        return f'<a download="{escape(name)}" href="data:{kind};base64,{data}">{text}</a>'

    def _budget(self, text: str) -> None:
        self.desk.budget = read_budget(text)

    def _switch(self) -> None:
        page, bar, pages = self.tab.selected_index, self.bar, self.pages
        self.lang = "zh" if self.lang == "en" else "en"
        self.build()
        self.bar.name.value, self.bar.replace.value = bar.name.value, bar.replace.value
        for new, old in zip(self.pages, pages, strict=True):
            if hasattr(new, "take_over"):
                new.take_over(old)
        self.tab.selected_index = page
        self._pending()

    def _pending(self) -> None:
        """Show the numbers set aside again, and why they make no plan."""
        for knob, value in self.desk.pending.items():
            try:
                self.desk.plan.edited({knob: value})
            except SalesAnalysisError as error:
                self.board.rows[knob].hold(value, error)

    def refresh(self) -> None:
        """Show the desk as it is now; pages that cannot follow say so, they never stay silent."""
        try:
            self._refresh()
        except Exception as error:
            # a callback's error is shown nowhere, and old figures beside a new slider would lie
            self.bar.say(label("planner.defect", self.lang, text=repr(error)), wrong=True)

    def _refresh(self) -> None:
        if _shape(self.desk.plan) != self._shape:  # undo brought another plan back
            self.build()
            return
        began = perf_counter()
        self.view = self.desk.view()
        self.spent = {"pricing": perf_counter() - began}
        base: dict[str, Decimal] = {c.knob: c.value for c in controls_of(self.desk.base)}
        self.board.show(self.desk.controls(), base, aside=set(self.desk.pending))
        self.bar.able(
            undo=self.desk.can_undo, redo=self.desk.can_redo, reset=bool(self.desk.moved())
        )
        n = {"n": count(len(self.desk.moved())), "all": count(len(base))}
        title = label("planner.title", self.lang, title=self.desk.plan.title(self.lang))
        moved = label("planner.moved.n", self.lang, **n)
        if self.desk.plan != self._kept:
            moved += label("planner.unsaved", self.lang)
        self.head.value = f'<h2>{escape(title)} <span class="muted">{escape(moved)}</span></h2>'
        self._show_page()

    def _show_page(self) -> None:
        page = self.pages[self.tab.selected_index or 0]
        page.show(self.view)
        self.spent |= getattr(page, "spent", {})


def _shape(plan: Plan) -> tuple[Any, ...]:
    """Return what a board is built for: the plan's file, its numbers' names and words."""
    return plan.document.name, tuple(c.knob for c in controls_of(plan)), plan.head.title
