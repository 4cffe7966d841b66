"""The board: a slider and a typed field for every number, the error of a bad one beside it."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from typing import Any

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import label
from salesanalysis.planner.controls import Control
from salesanalysis.planner.misfits import Shown, moved

Move = Callable[[Control, Any], None]
#: Widths of a row, pixels: words, slider, field.
_WORDS, _ROW, _FIELD = 170, 318, 84
_NOISE = 1e-9


class Row:
    """One number: its slider, its field, and what is wrong with it."""

    def __init__(self, control: Control, lang: str, move: Move, shown: Callable[[], Shown]) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.control, self.lang, self._move, self._quiet = control, lang, move, False
        self.stands = control.value  # the number shown, whatever the slider's steps allow
        self._shown = shown
        text = control.labels[lang]
        self.slider = w.FloatSlider(
            value=float(control.value),
            min=float(min(control.low, control.value)),
            max=float(max(control.high, control.value)),
            step=float(control.step),
            description=text,
            tooltip=label("planner.slider", lang, text=text),
            readout=False,
            continuous_update=True,
            style={"description_width": f"{_WORDS}px"},
            layout={"width": f"{_ROW}px"},
        )
        # text, for a browser's own field of numbers makes 12 of 1,2 without a word
        self.field = w.Text(
            value=control.shown(control.value),
            continuous_update=False,
            # for screen readers: the words stand beside the slider
            description=text,
            layout={"width": f"{_FIELD}px"},
        )
        self.field.add_class("sa-field")
        self._line = w.HBox([self.slider, self.field])
        self._said = w.HTML()
        self.box = w.VBox([self._line])
        self.slider.observe(self._slid, "value")
        self.field.observe(self._typed, "value")

    def _slid(self, change: dict[str, Any]) -> None:
        if self._quiet or self._settles(change["new"]):
            return
        self._set(_plain(change["new"]), both=False)
        self._move(self.control, change["new"])

    def _settles(self, value: float) -> bool:
        """Tell whether a browser only puts its slider on the step beside a number between two.

        Taken for a move, it made 4.3 of a typed 4.25.
        """
        apart = abs(value - self._within(float(self.stands)))
        return apart <= self._play() + _NOISE

    def _play(self) -> float:
        """Return how far the slider may stand beside its number: half a step, or nothing."""
        steps = (self._within(float(self.stands)) - self.slider.min) / self.slider.step
        return self.slider.step / 2 if abs(steps - round(steps)) > _NOISE else 0.0

    def _typed(self, change: dict[str, Any]) -> None:
        if self._quiet:
            return
        try:
            value = self.control.read(change["new"])
        except SalesAnalysisError as error:
            self.refuse(error)  # what was typed stays to be mended
            return
        self._set(value)
        self._move(self.control, value)

    def _set(self, value: Decimal, *, both: bool = True) -> None:
        """Show a value in slider and field."""
        self._quiet, self.stands = True, value
        try:
            if both:
                self.slider.value = self._within(float(value))
            self.field.value = self.control.shown(value)
        finally:
            self._quiet = False

    def _within(self, value: float) -> float:
        """Return where the slider stands for a value; what lies beyond is shown at its end.

        A slider whose ends grow makes the browser send back the value before.
        """
        return min(max(value, float(self.slider.min)), float(self.slider.max))

    def show(self, value: Decimal, was: Decimal | None) -> None:
        """Show the plan's number, marked where it was moved."""
        # a slider still moving must not be sent back to where it was when this move was sent:
        # its own 1.2500000000000002 is 1.25
        if self.stands != value or not self._settles(self.slider.value):
            self._set(value)
        elif self.field.value != self.control.shown(value):
            self._set(value, both=False)
        changed = was is not None and was != value
        (self.box.add_class if changed else self.box.remove_class)("sa-moved")

    def hold(self, value: Any, error: SalesAnalysisError) -> None:
        """Show a plan's number that makes no plan, and why."""
        self._set(Decimal(str(value)) * self.control.scale)
        self.refuse(error)

    def refuse(self, error: SalesAnalysisError | None) -> None:
        """Say below the row why its number makes no plan; nothing where it does."""
        if error is None:
            self.box.children = (self._line,)
            return
        why = moved(error, self.lang, self.control, self._shown())
        text = label("planner.no_plan", self.lang, text=why)
        self._said.value = f'<div class="bad" role="alert">{escape(text)}</div>'
        self.box.children = (self._line, self._said)


def _plain(value: Any) -> Decimal:
    """Return a slider's number without the dust of binary fractions."""
    return round(Decimal(str(value)), 9)


class Board:
    """All rows, by component.

    Parameters
    ----------
    controls : list of Control
    lang : {"en", "zh"}
    move : called with the control and the value shown, whenever somebody moves one
    unmoved : sequence of str, numbers of the plan that are changed in its file alone
    """

    def __init__(
        self, controls: list[Control], lang: str, move: Move, unmoved: Sequence[str] = ()
    ) -> None:
        import ipywidgets as w  # noqa: PLC0415

        self.rows = {c.knob: Row(c, lang, move, self._shown) for c in controls}
        children: list[Any] = []
        group = ""
        for control in controls:
            if control.group != group:
                children.append(w.HTML(f"<h3>{escape(control.titles[lang])}</h3>"))
                group = control.group
            children.append(self.rows[control.knob].box)
        said = [label("planner.keys", lang)]
        if unmoved:
            names = ("、" if lang == "zh" else ", ").join(unmoved)
            said.append(label("planner.unmoved", lang, names=names))
        children += [w.HTML(f'<p class="muted">{escape(text)}</p>') for text in said]
        self.box = w.VBox(children, layout={"flex": "0 0 425px"})
        self.box.add_class("sa-board")

    def _shown(self) -> Shown:
        """Return what every row shows."""
        return {knob: (row.control, row.stands) for knob, row in self.rows.items()}

    def show(
        self,
        controls: list[Control],
        base: dict[str, Decimal],
        *,
        aside: set[str],
    ) -> None:
        """Show the numbers at work; those set aside keep what somebody typed."""
        for control in controls:
            row = self.rows[control.knob]
            if control.knob not in aside:
                row.refuse(None)
                row.show(control.value, base.get(control.knob))
