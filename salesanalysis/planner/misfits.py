"""Why a number that was moved makes no plan, said in the units of its field and those beside it."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import has_label, label
from salesanalysis.planner.controls import Control
from salesanalysis.planner.refusals import DeskError, problems_of, rule_of, told

#: What every row of the board shows: knob -> its number.
Shown = Mapping[str, tuple[Control, Decimal]]
#: What weights of a list add up to, as their fields show it.
WHOLE = 100
_PLACE = re.compile(r"\[(\d+)\]")


def moved(error: SalesAnalysisError, lang: str, control: Control, shown: Shown) -> str:
    """Say why a number that was moved makes no plan, by the rule it breaks.

    Parameters
    ----------
    control : Control, of the number that was moved
    shown : Mapping, what every row of the board shows, the moved one included
    """
    problems = problems_of(error)
    if isinstance(error, DeskError) or not len(problems):
        return told(error, lang)
    code, kind, name = str(problems.iloc[0]["code"]), control.kind, control.labels[lang]
    words = {"name": name, "rule": rule_of(code, lang, kind), "code": code}
    own = detail(code, control, shown, lang)
    if own:
        return label("refusal.moved.own", lang, **words, detail=own)
    if code == "P05" and has_label(f"refusal.rule.{code}.{kind}"):
        return label("refusal.moved.rule", lang, **words)
    return label("refusal.moved", lang, **words, detail=str(problems.iloc[0]["what"]))


def detail(code: str, control: Control, shown: Shown, lang: str) -> str:
    """Say what is wrong with a number in the units of its field; empty where the rule says it all.

    Parameters
    ----------
    code : str, the rule of the plan language it breaks, such as ``P03``
    control : Control, of the number that was moved
    shown : Mapping, what every row of the board shows, the moved one included
    lang : {"en", "zh"}

    Returns
    -------
    str, empty where the fields beside it do not show what is wrong

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> from salesanalysis.planner.controls import controls_of
    >>> shown = {c.knob: (c, c.value) for c in controls_of(Plan.from_text(EXAMPLE))}
    >>> edge = shown["coefficient.bands[1].from"][0]
    >>> detail("P03", edge, {**shown, edge.knob: (edge, Decimal(120))}, "en")
    '120 is not below the next one, 100.'
    """
    said = {"edge": _edge, "weight": _weights}.get(control.kind)
    return said(code, control, shown, lang) if said else ""


def _edge(code: str, control: Control, shown: Shown, lang: str) -> str:
    """Name the edge before or after that is in the way."""
    value = shown[control.knob][1]
    words = {"value": control.shown(value)}
    if code not in ("P03", "P10"):
        return ""
    for step, key in ((-1, "refusal.not_above"), (1, "refusal.not_below")):
        beside = next(_beside(control, shown, step), None)
        if beside is not None and (value - beside) * step >= 0:
            return label(key, lang, **words, other=control.shown(beside))
    return label("refusal.negative", lang, **words) if value < 0 else ""


def _weights(code: str, control: Control, shown: Shown, lang: str) -> str:
    """Say what the weights of a list add up to."""
    others = [v for step in (-1, 1) for v in _beside(control, shown, step)]
    total = shown[control.knob][1] + sum(others)
    # those that add up are refused for something else
    if code != "P06" or total == WHOLE:
        return ""
    return label("refusal.sum", lang, sum=control.shown(total))


def _beside(control: Control, shown: Shown, step: int) -> Iterator[Decimal]:
    """Yield the numbers of the same kind before (-1) or after (1) one in its list."""
    # the last place first: of a point [1][0] the list is the one of the points
    for place in reversed(list(_PLACE.finditer(control.knob))):
        n, found = int(place[1]) + step, False
        while (
            knob := f"{control.knob[: place.start(1)]}{n}{control.knob[place.end(1) :]}"
        ) in shown:
            other, value = shown[knob]
            if other.kind != control.kind:
                break
            yield value
            n, found = n + step, True
        if found:
            return
