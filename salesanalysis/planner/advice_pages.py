"""The pages that ask for more: the best numbers under the budget, and what the plan does."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives.optimum import Optimum
from salesanalysis.labels import has_label, label
from salesanalysis.planner import html
from salesanalysis.planner.advice import OBJECTIVES, PARTS, SLOW, best, effect, freeable, take
from salesanalysis.planner.conflict import conflict
from salesanalysis.planner.desk import Desk
from salesanalysis.planner.numbers import read_share
from salesanalysis.planner.refusals import told
from salesanalysis.planner.view import View
from salesanalysis.results import Result


class OptimumPage:
    """The best rates and coefficients under the budget; one button puts them on the sliders."""

    name = "optimum"

    def __init__(self, lang: str, desk: Desk, taken: Callable[[], None]) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.lang, self._desk, self._taken = lang, desk, taken
        self.found: Optimum | None = None
        self._for: Any = None  # the plan and the budget it was found for
        self._view = desk.view()
        self.choice = _chooser("planner.objective", OBJECTIVES, lang)
        self.free = _chooser("planner.free", ["all", *freeable(desk.plan)], lang)
        self.within = w.Text(
            value="50",
            description=label("planner.within", lang),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.within.add_class("sa-short")
        wide = {"width": "auto"}
        self.find = w.Button(
            description=label("planner.find", lang), button_style="primary", layout=wide
        )
        self.take = w.Button(description=label("planner.take", lang), disabled=True, layout=wide)
        self.about, self.said = w.HTML(), w.HTML()
        first = html.line([self.choice, self.free])
        second = html.line([self.within, self.find, self.take])
        self.box = w.VBox([self.about, first, second, self.said])
        self.find.on_click(lambda _: self.search())
        self.take.on_click(lambda _: self.accept())
        self.choice.observe(lambda _: self._limit(), "value")

    def search(self) -> None:
        """Look for the best numbers and show them beside today's."""
        self.found, self.take.disabled, self._for = None, True, self._asked()
        self.said.value = html.paragraphs([label("planner.working", self.lang)])
        free = "" if self.free.value == "all" else self.free.value
        try:
            within = read_share(self.within.value)
            self.found = best(self._desk, self.choice.value, within=within, free=free)
        except SalesAnalysisError as error:
            currency = self._desk.plan.head.currency
            why = conflict(error, self.lang, currency) or told(error, self.lang)
            self.said.value = html.bad(why)
            return
        self._show_found()

    def _asked(self) -> tuple[Any, float | None]:
        """Return what an answer is for; with another plan or budget it is none."""
        return self._desk.plan, self._desk.budget

    def _show_found(self) -> None:
        """Show the numbers found; those found for another plan or budget cannot be taken."""
        stale = self._for != self._asked()
        if self.found is None:
            if stale and self._for is not None:
                self.said.value = ""  # conditions that conflicted may no longer do so
            return
        note = [label("planner.optimum.stale", self.lang)] if stale else []
        self.said.value = html.paragraphs(note) + shown(self.found, self.lang)
        self.take.disabled = stale  # last: what is not yet seen is not to be taken

    def accept(self) -> None:
        """Put the numbers found on the sliders."""
        if self.found is None:
            return
        found, self.found = self.found, None
        take(self._desk, found)
        self.take.disabled, self._for = True, self._asked()
        self._taken()
        note = html.paragraphs([label("planner.taken", self.lang)])
        self.said.value = note + shown(found, self.lang)

    def show(self, view: View) -> None:
        """Say what limits the cost; what was found stays, and says when it is of another plan."""
        self._view = view
        self._limit()
        self._show_found()

    def _limit(self) -> None:
        """Say what the budget is, where the aim has one."""
        lang, view, budget = self.lang, self._view, self._desk.budget
        said = [label("planner.optimum.about", lang)]
        if self.choice.value != "cheapest" and budget is not None:
            amount = view.money(budget, lang)
            said.append(label("planner.optimum.budget", lang, budget=amount))
        elif self.choice.value != "cheapest" and not isinstance(view.now, SalesAnalysisError):
            amount = view.money(view.now.expected, lang)
            said.append(label("planner.optimum.today", lang, cost=amount))
        self.about.value = html.paragraphs(said, first="muted")

    def take_over(self, other: "OptimumPage") -> None:
        """Go on where the page in the other language stood."""
        self.choice.value, self.within.value = other.choice.value, other.within.value
        if other.free.value in [value for _, value in self.free.options]:
            self.free.value = other.free.value
        self.found, self._for = other.found, other._for
        self._show_found()


def _chooser(key: str, names: Sequence[str], lang: str) -> Any:
    """Return a list to choose from, its words those of `key` and the name."""
    import ipywidgets as w  # noqa: PLC0415

    return w.Dropdown(
        options=[(label(f"{key}.{name}", lang), name) for name in names],
        description=label(key, lang),
        style={"description_width": "initial"},
        layout={"width": "auto"},
    )


class EffectsPage:
    """One thing a plan does at a time: picture, sentences, table."""

    name = "effects"

    def __init__(self, lang: str, desk: Desk) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.lang, self._desk = lang, desk
        self.choice = _chooser("planner.effect", PARTS, lang)
        self.margin = w.Text(
            value="",
            description=label("planner.margin", lang),
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.margin.add_class("sa-short")
        self.button = w.Button(
            description=label("planner.calculate", lang), layout={"width": "auto"}
        )
        self.said = w.HTML()
        self.box = w.VBox([html.line([self.choice, self.margin, self.button]), self.said])
        self.choice.observe(lambda _: self.show(), "value")
        self.margin.observe(lambda _: self.show(), "value")
        self.button.on_click(lambda _: self.calculate())

    def show(self, _view: View | None = None) -> None:
        """Show what is quick at once; what prices many worlds waits for its button."""
        self.button.disabled = self.choice.value not in SLOW
        if self.choice.value in SLOW:
            self.said.value = html.paragraphs([label("planner.effect.slow", self.lang)])
        else:
            self.calculate()

    def calculate(self) -> None:
        """Show the part chosen, or why there is none."""
        self.said.value = html.paragraphs([label("planner.working", self.lang)])
        try:
            rate = read_share(self.margin.value) if self.margin.value.strip() else None
            result = effect(self._desk, self.choice.value, margin_rate=rate)
        except SalesAnalysisError as error:
            self.said.value = html.bad(told(error, self.lang))
            return
        self.said.value = (
            self._missing(result) if isinstance(result, str) else shown(result, self.lang)
        )

    def take_over(self, other: "EffectsPage") -> None:
        """Go on where the page in the other language stood."""
        self.margin.value, self.choice.value = other.margin.value, other.choice.value

    def _missing(self, why: str) -> str:
        key = f"outlook.missing.{why}"
        if not has_label(key):
            return ""
        part = label(f"planner.effect.{self.choice.value}", self.lang)
        return html.paragraphs([label(key, self.lang, part=part)])


def shown(result: Result, lang: str) -> str:
    """Return a result as it stands on a page: picture, sentences, table."""
    said = html.listed(result.explain(lang).split("\n"))
    picture = html.image(picture_of(result, lang), result.headline(lang))
    table: Any = result.table(lang, rows=40)
    return (
        f'<div class="shown"><div>{picture}</div><div>{said}</div></div>'
        f'<div class="wide">{table._repr_html_()}</div>'
    )


def picture_of(result: Result, lang: str) -> bytes:
    """Return the picture of a result as PNG; its figure is closed."""
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure: Any = result.plot(lang=lang).figure
    out = io.BytesIO()
    figure.savefig(out, format="png")
    plt.close(figure)
    return out.getvalue()
