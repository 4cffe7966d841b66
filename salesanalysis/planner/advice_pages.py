"""The pages that ask for more: the best numbers under the budget, and what the plan does."""

import io
from collections.abc import Callable
from typing import Any

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives.optimum import Optimum
from salesanalysis.labels import has_label, label
from salesanalysis.planner import html
from salesanalysis.planner.advice import OBJECTIVES, PARTS, SLOW, best, effect, take
from salesanalysis.planner.budget import read_share
from salesanalysis.planner.desk import Desk
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
        words = [(label(f"planner.objective.{o}", lang), o) for o in OBJECTIVES]
        self.choice = w.Dropdown(
            options=words,
            description=label("planner.objective", lang),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
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
        self.said = w.HTML()
        line = html.line([self.choice, self.within, self.find, self.take])
        self.box = w.VBox([line, self.said])
        self.find.on_click(lambda _: self.search())
        self.take.on_click(lambda _: self.accept())

    def search(self) -> None:
        """Look for the best numbers and show them beside today's."""
        self.found, self.take.disabled = None, True
        self.said.value = html.paragraphs([label("planner.working", self.lang)])
        try:
            within = read_share(self.within.value)
            self.found = best(self._desk, self.choice.value, within=within)
        except SalesAnalysisError as error:
            self.said.value = html.bad(told(error, self.lang))
            return
        self.take.disabled = False
        self.said.value = shown(self.found, self.lang)

    def accept(self) -> None:
        """Put the numbers found on the sliders."""
        if self.found is None:
            return
        take(self._desk, self.found)
        self.take.disabled = True
        self._taken()
        self.said.value = html.paragraphs([label("planner.taken", self.lang)]) + self.said.value

    def show(self, _view: View) -> None:
        """Keep what was found: it belongs to the plan it was found for until asked again."""


class EffectsPage:
    """One thing a plan does at a time: picture, sentences, table."""

    name = "effects"

    def __init__(self, lang: str, desk: Desk) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.lang, self._desk = lang, desk
        words = [(label(f"planner.effect.{p}", lang), p) for p in PARTS]
        self.choice = w.Dropdown(
            options=words,
            description=label("planner.effect", lang),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
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
