"""The bar on top: files, undo, budget, language, and what the last action did."""

from collections.abc import Callable
from typing import Any

from salesanalysis.labels import label, unit_of
from salesanalysis.planner import html
from salesanalysis.planner.files import PlanFolder
from salesanalysis.planner.numbers import amount_typed


class Bar:
    """Buttons and fields; each calls the action of its name.

    Parameters
    ----------
    actions : dict, name -> function without arguments; ``upload`` takes name and bytes, ``budget``
        a number or None
    """

    def __init__(
        self,
        lang: str,
        folder: PlanFolder,
        actions: dict[str, Callable[..., None]],
        *,
        name: str,
        budget: float | None,
        currency: str,
    ) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self._actions = actions
        self._lang, self._folder = lang, folder
        self.choice = w.Dropdown(
            description=label("planner.plan", lang),
            style={"description_width": "initial"},
            layout={"width": "230px"},
        )
        self.upload = w.FileUpload(
            accept=".yaml,.yml",
            multiple=False,
            description=label("planner.upload", lang),
            layout={"width": "auto"},
        )
        self.name = w.Text(
            value=name,
            description=label("planner.save_as", lang),
            style={"description_width": "initial"},
            layout={"width": "250px"},
        )
        self.replace = w.Checkbox(
            value=False,
            description=label("planner.replace", lang),
            indent=False,
            layout={"width": "auto"},
        )
        self.budget = w.Text(
            value=amount_typed(budget),
            description=label("planner.budget", lang, unit=unit_of(currency, lang)),
            placeholder=label("planner.budget.none", lang),
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "270px"},
        )
        self.said = w.HTML()
        self.offer(name)
        self.buttons = {key: self._button(key, lang) for key in _BUTTONS}
        b = self.buttons
        first = [
            self.choice,
            b["load"],
            self.upload,
            b["undo"],
            b["redo"],
            b["reset"],
            b["language"],
        ]
        second = [self.budget, self.name, b["save"], self.replace, b["export"]]
        self.box = w.VBox([html.line(first), html.line(second), self.said])
        self.box.add_class("sa-bar")
        self.upload.observe(self._uploaded, "value")
        self.budget.observe(lambda c: actions["budget"](c["new"]), "value")

    def offer(self, name: str) -> None:
        """Offer the plans there are; a plan sent from elsewhere is none of them."""
        offered = self._folder.offered(self._lang)
        there = name in (value for _, value in offered)
        self.choice.options = offered if there else [("–", ""), *offered]
        self.choice.value = name if there else ""  # new options start at the first file otherwise

    def _button(self, key: str, lang: str) -> Any:
        import ipywidgets as w  # noqa: PLC0415

        button = w.Button(description=label(f"planner.{key}", lang), layout={"width": "auto"})
        button.on_click(lambda _: self._actions[key]())
        return button

    def _uploaded(self, change: dict[str, Any]) -> None:
        for file in change["new"]:
            self._actions["upload"](file["name"], bytes(file["content"]))

    def say(self, text: str, *, wrong: bool = False, link: str = "") -> None:
        """Say what the last action did."""
        shown = html.bad(text) if wrong else html.paragraphs([text], first="good") if text else ""
        self.said.value = f'<div aria-live="polite">{shown}{link}</div>'

    def able(self, *, undo: bool, redo: bool, reset: bool) -> None:
        """Switch buttons off that would do nothing."""
        for key, can in (("undo", undo), ("redo", redo), ("reset", reset)):
            self.buttons[key].disabled = not can


_BUTTONS = ("load", "undo", "redo", "reset", "language", "save", "export")
