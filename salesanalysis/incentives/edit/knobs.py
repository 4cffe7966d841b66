"""Every number of a plan that a planner may move: rates, edges, coefficients, amounts."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, nearest
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.strictyaml import Document, Key, key_text
from salesanalysis.yamltext import replaced

COLUMNS = ("knob", "component", "type", "kind", "unit", "value", "text", "title_en", "title_zh")
#: Blocks whose numbers are the plan's own; the head and the quotas are given from elsewhere.
BLOCKS = ("components", "limits", "penalties", "settlement")
KINDS = {
    "rate": "rate",
    "from": "edge",
    "to": "edge",
    "at": "edge",
    "back_to": "edge",
    "edges": "edge",
    "value": "coefficient",
    "amount": "amount",
    "flat": "amount",
    "per_unit": "amount",
    "prizes": "amount",
    "weight": "weight",
    "share": "share",
    "share_of_pay": "share",
    "recovery_share": "share",
    "coefficient": "coefficient",
    "below": "height",
    "gt": "edge",
    "ge": "edge",
    "lt": "edge",
    "le": "edge",
}
_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


def knobs_of(doc: Document) -> pd.DataFrame:
    """Return every number of a plan that can be moved.

    Returns
    -------
    DataFrame, one row per number, in the order of the file
        ``knob`` (its name: the component's id and the place inside, such as
        ``commission.tiers[2].rate``), ``component``, ``type`` (of the component, or the block),
        ``kind`` (rate, edge, coefficient, amount, share, weight, height, number), ``unit``
        (ratio, currency, number), ``value`` (float), ``text`` (the exact decimal as written),
        ``title_en``, ``title_zh``.
    """
    rows = [_row(doc, key, text) for key, text in _numbers(doc)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({c: "float64" if c == "value" else "str" for c in COLUMNS})


def edited_text(doc: Document, text: str, values: Mapping[str, Any]) -> str:
    """Return the text of a plan with other numbers; comments and layout stay.

    Raises
    ------
    ContractError
        A knob the plan does not have, with the nearest; a value that is no finite decimal.
    """
    keys = {knob_name(doc, key): key for key, _ in _numbers(doc)}
    old = {knob_name(doc, key): text for key, text in _numbers(doc)}
    new: dict[Key, str] = {}
    for knob, value in values.items():
        if knob not in keys:
            close = nearest(knob, list(keys))
            raise ContractError(
                f"plan has no number {knob!r}; it has {len(keys)}.",
                where=f"{doc.name}, edited({{{knob!r}: ...}})",
                fix=f"did you mean {close!r}?" if close else "see plan.knobs()",
                code="unknown-name",
            )
        plain = _plain(value, knob, doc.name)
        if Decimal(plain) != Decimal(old[knob]):  # 0.010 stays as somebody wrote it
            new[keys[knob]] = plain
    return replaced(text, new, name=doc.name)


def knob_name(doc: Document, key: Key) -> str:
    """Return the name of the number at `key`."""
    owner = _owner(doc, key)
    return key_text((owner, *key[2:])) if isinstance(key[1], int) and owner else key_text(key)


def _owner(doc: Document, key: Key) -> str:
    """Return the id of the component or penalty a key lies in, empty where it lies in none."""
    if not isinstance(key[1], int):
        return ""
    return str(doc.data[key[0]][key[1]].get("id", ""))


def _numbers(doc: Document) -> Iterator[tuple[Key, str]]:
    """Return key and exact text of every number of the plan's own blocks."""
    if not isinstance(doc.data, dict):
        return
    for block in BLOCKS:
        yield from _inside((block,), doc.data.get(block))


def _inside(key: Key, value: Any) -> Iterator[tuple[Key, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _inside((*key, name), inner)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _inside((*key, i), inner)
    elif not isinstance(value, bool) and _is_number(key, value):
        yield key, str(value)


def _is_number(key: Key, value: Any) -> bool:
    """Tell whether a value is a number of the plan and no name, title or date."""
    named = {"id", "text", "measure", "of", "multiplies", "en", "zh", "budget"} & set(key)
    return not named and isinstance(value, str | int) and bool(_DECIMAL.fullmatch(str(value)))


def _row(doc: Document, key: Key, text: str) -> tuple[Any, ...]:
    part = doc.data[key[0]][key[1]] if isinstance(key[1], int) else {}
    owner = _owner(doc, key) or str(key[1])
    kind = _kind(key)
    titles = part.get("text") or {}
    return (
        knob_name(doc, key),
        owner,
        str(part.get("type", key[0])),
        kind,
        _unit(kind, part, doc.data.get("measures") or {}),
        float(text),
        text,
        str(titles.get("en", owner)),
        str(titles.get("zh", owner)),
    )


def _kind(key: Key) -> str:
    """Return what a number is, by the key it stands at."""
    if "points" in key:
        return "edge" if key[-1] == 0 else "height"
    names = [k for k in key if isinstance(k, str)]
    return KINDS.get(names[-1], "number")


def _unit(kind: str, part: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """Return what a number is counted in."""
    if kind == "amount":
        return "currency"
    if kind == "edge":
        return _edge_unit(part, measures)
    if kind == "height":
        return "currency" if part.get("scale") == "amount" else "ratio"
    return "number" if kind == "number" else "ratio"


def _edge_unit(part: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """Return ratio for a share of a quota, currency for money, number for anything else."""
    when = part.get("when")
    measured = part.get("measured") or {}
    if isinstance(when, dict):
        measured = {"unit": "amount", "tier_measure": when.get("measure")}
    if measured.get("unit") != "amount":
        return "ratio"
    kind = (measures.get(str(measured.get("tier_measure"))) or {}).get("kind")
    return "currency" if kind == "money" else "number"


def _plain(value: Any, knob: str, name: str) -> str:
    """Return a value as a plain decimal; a float is read by its shortest text."""
    if isinstance(value, Fraction):
        return decimal(value)
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        exact = Decimal("nan")
    if not exact.is_finite():
        raise ContractError(
            f"{value!r} for {knob} is no finite number.",
            where=f"{name}, edited({{{knob!r}: ...}})",
            fix='give a decimal, such as "0.05"',
        )
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
