"""What stands on the board: one control a number of the plan, with words, unit, range and step."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Any

import pandas as pd

from salesanalysis.incentives import Plan
from salesanalysis.labels import LANGUAGES, has_label, label, unit_of
from salesanalysis.planner.kept import Kept
from salesanalysis.planner.numbers import read_number
from salesanalysis.planner.refusals import refusal

#: Step of a slider by kind of number, as it is shown (percent where `PERCENT` says so).
STEPS = {"rate": "0.1", "edge": "1", "coefficient": "0.05", "weight": "1", "share": "1"}
#: Kinds whose ratios are shown in percent.
PERCENT = ("rate", "edge", "weight", "share", "height")
#: Where the slider of a ratio ends at least, as it is shown.
_LEAST = {"rate": "20", "edge": "200", "coefficient": "3", "weight": "100", "share": "100"}
#: A share up to this many percent moves in steps of a rate.
_FINE = 5
_TOKEN = re.compile(r"\[(\d+)\]|([A-Za-z_]\w*)")


@dataclass(frozen=True)
class Control:
    """One number of a plan as a planner moves it.

    Attributes
    ----------
    knob : str, its name in `Plan.knobs`
    group : str, the component it belongs to
    titles, labels : dict, language -> how the component and the number are called
    value : Decimal, as it is shown: percent, coefficient or amount
    step, low, high : Decimal, step and ends of the slider, as shown
    scale : int, shown = plan's number x scale
    kind : str, of the number: rate, edge, coefficient ...
    """

    knob: str
    group: str
    titles: dict[str, str]
    labels: dict[str, str]
    value: Decimal
    step: Decimal
    low: Decimal
    high: Decimal
    scale: int
    kind: str = ""

    @property
    def text(self) -> str:
        """Return the plan's own number, as an exact decimal."""
        return self.exact(self.value)

    def exact(self, shown: Any) -> str:
        """Return the plan's number for what a slider or a field shows.

        Raises
        ------
        ContractError
            Nothing, or something that is no finite number.

        Examples
        --------
        >>> from salesanalysis.incentives.plan import EXAMPLE
        >>> controls_of(Plan.from_text(EXAMPLE))[1].exact(2.1)
        '0.021'
        """
        number = shown if isinstance(shown, Decimal) else self.read(shown)
        value = number / self.scale
        # a slider's 0.1 x 3 is stored as 0.30000000000000004; what was typed stays as it is
        plain = f"{round(value, 9) if isinstance(shown, float) else value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def read(self, typed: Any) -> Decimal:
        """Return what somebody typed: digits of any width, a point, groups of three, percent.

        A comma is no point: 1,2 is refused, not read as 12.

        Raises
        ------
        ContractError
            Nothing, or something that is no number.

        Examples
        --------
        >>> from salesanalysis.incentives.plan import EXAMPLE
        >>> rate, coefficient = (controls_of(Plan.from_text(EXAMPLE))[i] for i in (1, -1))
        >>> rate.read("４.５％"), coefficient.read("120%"), coefficient.read("1.3")
        (Decimal('4.5'), Decimal('1.2'), Decimal('1.3'))
        """
        number = read_number(str(typed), percent=self.kind != "amount")
        if number is None:
            where = self.labels["en"]
            raise refusal("number", where=where, code="bad-value", text=repr(typed))
        value, of_hundred = number
        return value / 100 if of_hundred and self.scale == 1 else value

    def shown(self, value: Decimal) -> str:
        """Return a value as it is shown, without needless digits."""
        return f"{value.normalize() + 0:f}"  # + 0: no minus before a zero


_KEPT: Kept[list[Control]] = Kept(32)


def controls_of(plan: Plan) -> list[Control]:
    """Return one control a number of the plan, in the order of its file.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE
    >>> [c.labels["en"] for c in controls_of(Plan.from_text(EXAMPLE))][-1]
    'Band 3: coefficient (×)'
    """
    # the name of the file is no part of a control
    return list(_KEPT.get(plan.digest, lambda: _made(plan)))


def _made(plan: Plan) -> list[Control]:
    frame = plan.knobs()
    names = [_labels(row, plan) for row in _rows(frame)]
    seen: Counter[tuple[str, str]] = Counter()
    out = []
    for row, texts in zip(_rows(frame), names, strict=True):
        seen[row["component"], texts["en"]] += 1
        n = seen[row["component"], texts["en"]]
        numbered = {x: label("planner.numbered", x, text=t, n=n) for x, t in texts.items()}
        out.append(_control(row, numbered if n > 1 else texts, plan))
    return out


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _control(row: Mapping[str, Any], texts: dict[str, str], plan: Plan) -> Control:
    percent = row["kind"] in PERCENT and row["unit"] == "ratio"
    scale = 100 if percent else 1
    value = Decimal(row["text"]) * scale
    step = _step(row, value)
    units = {lang: _unit(row, percent, plan.head.currency, lang) for lang in LANGUAGES}
    labels = {x: label("planner.unit", x, text=texts[x], unit=units[x]) for x in LANGUAGES}
    low, high = _ends(row, value, step)
    return Control(
        knob=row["knob"],
        group=row["component"],
        titles=_titles(row),
        labels=labels,
        value=value,
        step=step,
        low=low,
        high=high,
        scale=scale,
        kind=str(row["kind"]),
    )


def _step(row: Mapping[str, Any], value: Decimal) -> Decimal:
    """Return the step: fixed for ratios, a fiftieth of the amount in round figures for money."""
    if row["unit"] == "ratio":
        fine = row["kind"] == "share" and 0 < value <= _FINE
        return Decimal(STEPS["rate"] if fine else STEPS.get(row["kind"], "1"))
    if row["unit"] != "currency" or not value:
        return Decimal(1)
    size = Decimal(10) ** ((abs(value) / 50).adjusted())
    return max(size, Decimal("0.01"))


def _ends(row: Mapping[str, Any], value: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
    """Return the ends of a slider: from 0 (or below a negative value) to twice the value."""
    least = Decimal(_LEAST.get(row["kind"], "100"))
    if step == Decimal(STEPS["rate"]):
        least = Decimal(_LEAST["rate"])
    if row["unit"] == "currency":
        least = Decimal(1000)
    if row["unit"] == "number":
        least = Decimal(12)
    top = max(least, 2 * abs(value))
    steps = (top / step).to_integral_value(ROUND_CEILING)
    return min(Decimal(0), 2 * value), step * steps


def _titles(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what the component is called, in the plan's own words where it has any."""
    own = {"en": row["title_en"], "zh": row["title_zh"]}
    block, name = f"planner.block.{row['type']}", f"planner.block.{row['component']}"
    if not has_label(block):
        return own
    return {
        lang: label(block, lang, name=label(name, lang) if has_label(name) else own[lang])
        for lang in LANGUAGES
    }


def _unit(row: Mapping[str, Any], percent: bool, currency: str, lang: str) -> str:  # noqa: FBT001
    if row["unit"] == "currency":
        return unit_of(currency, lang)
    if row["unit"] == "number":
        return label("planner.pieces", lang)
    return label("planner.percent" if percent else "planner.times", lang)


def _labels(row: Mapping[str, Any], plan: Plan) -> dict[str, str]:
    """Return how a number is called: its place and what it is, such as 'Tier 2: rate'."""
    inside = row["knob"].removeprefix(f"{row['component']}.")
    tokens = [m.group(1) or m.group(2) for m in _TOKEN.finditer(inside)]
    places = [
        (name, int(n))
        for name, n in pairwise(tokens)
        if n.isdigit() and not name.isdigit()  # of a point only its own number, not its side
    ]
    leaf = _leaf(tokens, row["kind"])
    out = {}
    for lang in LANGUAGES:
        text = label(leaf, lang)
        for name, n in reversed(places):
            own = _measure(plan, row["component"], n, lang) if name == "kpis" else ""
            text = label("planner.label", lang, place=own or _place(name, n, lang), leaf=text)
        out[lang] = text
    return out


def _leaf(tokens: list[str], kind: str) -> str:
    """Return the word for what a number is."""
    if "points" in tokens:
        return "planner.leaf.x" if tokens[-1] == "0" and tokens[-2].isdigit() else "planner.leaf.y"
    names = [t for t in tokens if not t.isdigit()]
    key = f"planner.leaf.{names[-1]}" if names else ""
    return key if has_label(key) else f"planner.kind.{kind}"


def _measure(plan: Plan, component: str, n: int, lang: str) -> str:
    """Return how the plan calls the measure of a KPI, empty where it has no words for it."""
    data = plan.document.data
    part = next(p for p in data["components"] if p["id"] == component)
    measure = (data.get("measures") or {}).get(str(part["kpis"][n]["measure"])) or {}
    return str((measure.get("text") or {}).get(lang, ""))


def _place(name: str, n: int, lang: str) -> str:
    """Return the word for a row of a list, with its number."""
    key = f"planner.list.{name}"
    return label(key if has_label(key) else "planner.list.other", lang, n=n + 1)
