"""From a plan file to its parts: which keys there are, and what each must be (schema 1).

Codes: P00 part of the language that is not calculated yet, P01 a switch without default is
missing, P02 unknown key or wrong shape, P03 edges, P04 number not exact, P05 percent where a ratio
is meant, P07 a name that does not exist, P08 dates, P10 money finer than the plan's unit.
"""

import re
from datetime import date
from fractions import Fraction
from typing import Any

from salesanalysis.errors import nearest
from salesanalysis.incentives.components import Component
from salesanalysis.incentives.parts import PERIODS, TYPES, Head, Place
from salesanalysis.incentives.problems import Reader, decimal
from salesanalysis.strictyaml import Key

BLOCKS = ("schema", "plan", "measures", "quota", "components")
LATER_BLOCKS = ("credit", "limits", "penalties", "settlement", "tax_warning")
LATER_TYPES = (
    "average_rate",
    "multiplier",
    "gate",
    "matrix",
    "kpi_weighted",
    "pool",
    "override",
    "spif",
)
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def read_plan(reader: Reader) -> tuple[Head, tuple[Component, ...]]:
    """Read the whole document; what is wrong is noted in `reader`."""
    reader.block((), BLOCKS, LATER_BLOCKS)
    version = reader.at(("schema",))
    if version != 1 or isinstance(version, bool):
        reader.problem(
            "P02", ("schema",), f"'schema' is {version!r}; this version reads 1.", "write schema: 1"
        )
    head = _head(reader)
    n = reader.items(("components",), "component")
    parts = [part for i in range(n) if (part := _component(reader, ("components", i), head))]
    _check_ids(reader, n)
    _check_targets(reader, n)
    return head, tuple(parts)


def _head(reader: Reader) -> Head:
    """Read the blocks plan, measures and quota."""
    key: Key = ("plan",)
    known = ["id", "currency", "effective", "title", "target_incentive", "rounding"]
    reader.block(key, known, ["applies_to"])
    unit = _rounding(reader)
    first, last = _effective(reader)
    measure, column = _measure(reader)
    per, zero = _quota(reader)
    return Head(
        id=_id(reader, (*key, "id")),
        currency=reader.text((*key, "currency"), fix="write the ISO code, such as CNY"),
        title=reader.both((*key, "title")),
        first_day=first,
        last_day=last,
        unit=unit,
        per=per,
        zero_quota=zero,
        measure=measure,
        date_column=column,
        target_incentive=_incentive(reader, unit, per),
    )


def _id(reader: Reader, key: Key) -> str:
    text = reader.text(key, fix="give a short name such as commission")
    if text and not _ID.fullmatch(text):
        reader.problem("P02", key, f"'id' is {text!r}.", "use letters, digits, - and _")
    return text


def _rounding(reader: Reader) -> Fraction:
    """Read how pay is rounded; only half up with largest remainder exists."""
    key: Key = ("plan", "rounding")
    if not reader.block(key, ["unit", "mode", "lines"]):
        return Fraction("0.01")
    reader.choice((*key, "mode"), ["half_up"])
    reader.choice((*key, "lines"), ["largest_remainder"])
    unit = reader.number((*key, "unit"))
    if unit is None or (unit > 0 and unit * 100 % 1 == 0):
        return unit or Fraction("0.01")
    reader.problem(
        "P10",
        (*key, "unit"),
        f"unit is {decimal(unit)}: pay is counted in whole cents.",
        'write "0.01", "0.1" or "1"',
    )
    return Fraction("0.01")


def _effective(reader: Reader) -> tuple[str, str]:
    """Read the first and the last day; no last day means until further notice."""
    key: Key = ("plan", "effective")
    if not reader.block(key, ["from", "to"]):
        return "", ""
    days = []
    for name in ("from", "to"):
        value = reader.at((*key, name))
        if value is None and name == "to":
            days.append("")
            continue
        try:
            days.append(date.fromisoformat(str(value)).isoformat())
        except ValueError:
            reader.problem(
                "P08", (*key, name), f"'{name}' is {value!r}, not a date.", "write it as 2026-01-31"
            )
            days.append("")
    if days[0] and days[1] and days[0] > days[1]:
        reader.problem(
            "P08",
            (*key, "to"),
            f"the plan ends on {days[1]}, before it starts on {days[0]}.",
            "swap the dates",
        )
    return days[0], days[1]


def _measure(reader: Reader) -> tuple[str, str]:
    """Read the one measure that moves tiers and is paid on."""
    data = reader.at(("measures",))
    if not isinstance(data, dict) or not data:
        reader.problem(
            "P02",
            ("measures",),
            "'measures' is missing or empty.",
            "write measures: {sales: {kind: money}}",
        )
        return "", "date"
    first, *others = data
    for other in others:
        reader.later(("measures", other), f"a second measure ('{other}')")
    key: Key = ("measures", first)
    if not reader.block(key, ["kind", "date", "credit", "returns"]):
        return first, "date"
    kind = reader.choice((*key, "kind"), ["money", "count", "ratio", "number"])
    if kind != "money":
        reader.later((*key, "kind"), f"kind: {kind}")
    if reader.at((*key, "credit")) not in (None, "owner"):
        reader.later((*key, "credit"), f"credit: {reader.at((*key, 'credit'))}")
    if reader.at((*key, "returns")) not in (None, "negative"):
        reader.choice((*key, "returns"), ["negative"])
    return first, str(reader.at((*key, "date")) or "date")


def _quota(reader: Reader) -> tuple[str, str]:
    """Read the period of quotas and what happens without one."""
    if not reader.block(("quota",), ["per", "zero_quota"], ["days", "mid_period_change", "ramp"]):
        return PERIODS[0], "error"
    per = reader.choice(("quota", "per"), PERIODS)
    if reader.at(("quota", "zero_quota")) is None:
        return per, "error"
    return per, reader.choice(("quota", "zero_quota"), ["error", "exclude_with_report"])


def _incentive(reader: Reader, unit: Fraction, per: str) -> Fraction | None:
    """Read the target incentive, which must be per the plan's own period."""
    key: Key = ("plan", "target_incentive")
    if reader.at(key) is None or not reader.block(key, ["amount", "per"]):
        return None
    stated = reader.choice((*key, "per"), PERIODS)
    if stated != per:
        reader.later((*key, "per"), f"a target incentive per {stated} in a plan per {per}")
    return reader.money((*key, "amount"), unit)


def _component(reader: Reader, key: Key, head: Head) -> Component | None:
    """Read one component by its type; None where something in it is wrong."""
    before = len(reader.problems)
    if not isinstance(reader.at(key), dict):
        reader.block(key, ["id", "type"])
        return None
    kind = reader.at((*key, "type"))
    if kind in LATER_TYPES:
        reader.later((*key, "type"), f"type: {kind}")
        return None
    reader.choice((*key, "type"), list(TYPES))
    if kind not in TYPES:
        return None
    name = _id(reader, (*key, "id"))
    has_text = reader.at((*key, "text")) is not None
    title = reader.both((*key, "text")) if has_text else (name, name)
    build, known, later = TYPES[kind]
    reader.block(key, ["id", "type", "text", *known], [*later, "applies_to"])
    part = build(Place(reader, key, head, name, title))
    return part if len(reader.problems) == before else None


def _check_ids(reader: Reader, n: int) -> None:
    """Refuse two components of one name."""
    seen: dict[Any, int] = {}
    for i in range(n):
        name = reader.at(("components", i, "id")) if isinstance(_entry(reader, i), dict) else None
        if name is not None and name in seen:
            reader.problem(
                "P07",
                ("components", i, "id"),
                f"two components are called '{name}'.",
                "give each its own id",
            )
        seen.setdefault(name, i)


def _entry(reader: Reader, i: int) -> Any:
    return reader.at(("components", i))


def _check_targets(reader: Reader, n: int) -> None:
    """Refuse coefficients that multiply nothing, what is not there, or each other."""
    entries = [(i, e) for i in range(n) if isinstance(e := _entry(reader, i), dict)]
    earning = [str(e.get("id")) for _, e in entries if e.get("type") != "bands"]
    bands = [str(e.get("id")) for _, e in entries if e.get("type") == "bands"]
    for i, entry in entries:
        if entry.get("type") != "bands":
            continue
        key: Key = ("components", i, "multiplies")
        name, targets = entry.get("id"), entry.get("multiplies")
        if not isinstance(targets, list) or not targets:
            reader.problem(
                "P07",
                key,
                f"'{name}' multiplies nothing.",
                f"write multiplies: [{', '.join(earning)}]",
            )
            continue
        for k, target in enumerate(targets):
            if target in bands:
                reader.problem(
                    "P07",
                    (*key, k),
                    f"{name}.multiplies: '{target}' is itself a "
                    "coefficient; that would be circular.",
                    f"name what is earned: {', '.join(earning)}",
                )
            elif target not in earning:
                close = nearest(str(target), earning)
                reader.problem(
                    "P07",
                    (*key, k),
                    f"{name}.multiplies: no component '{target}'; known: {', '.join(earning)}.",
                    f"did you mean '{close}'?" if close else "name one of those",
                )
        if len(set(map(str, targets))) < len(targets):
            reader.problem(
                "P07", key, f"{name}.multiplies names one component twice.", "name each once"
            )
