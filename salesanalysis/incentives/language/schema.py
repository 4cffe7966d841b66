"""From a plan file to its parts: which keys there are, and what each must be (schema 1).

Codes: P00 part of the language that is not calculated yet, P01 a switch without default is
missing, P02 unknown key or wrong shape, P03 edges, P04 number not exact, P05 percent where a ratio
is meant, P06 weights and splits, P07 a name that does not exist, P08 dates, P09 a balance without
an end, P10 money finer than the plan's unit.
"""

from dataclasses import dataclass, field
from typing import Any

from salesanalysis.errors import nearest
from salesanalysis.incentives.components import Component
from salesanalysis.incentives.language.crediting import read_credit, read_limits, read_quota
from salesanalysis.incentives.language.head import applies_to, plan_id, read_head
from salesanalysis.incentives.language.kinds import FACTOR_TYPES, TYPES
from salesanalysis.incentives.language.penalties import read_penalties
from salesanalysis.incentives.language.place import Head, Place
from salesanalysis.incentives.language.reader import Reader
from salesanalysis.incentives.language.settlement import read_settlement
from salesanalysis.incentives.language.splitting import check_split
from salesanalysis.incentives.language.truing import check_true_up
from salesanalysis.incentives.rules import Credit, Limits, Penalty, QuotaRules, Settlement
from salesanalysis.strictyaml import Key

BLOCKS = (
    "schema",
    "plan",
    "measures",
    "credit",
    "quota",
    "components",
    "limits",
    "penalties",
    "settlement",
    "tax_warning",
)


@dataclass(frozen=True)
class Rules:
    """Everything a plan says beside its head and components.

    `only`: whom a component is for, by its id: values by column of the people.
    """

    credit: Credit
    quota: QuotaRules
    limits: Limits
    penalties: tuple[Penalty, ...]
    settlement: Settlement
    tax_warning: str
    only: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)


def read_plan(reader: Reader) -> tuple[Head, tuple[Component, ...], Rules]:
    """Read the whole document; what is wrong is noted in `reader`."""
    reader.block((), BLOCKS)
    version = reader.at(("schema",))
    if version != 1 or not isinstance(version, int) or isinstance(version, bool):
        reader.problem(
            "P02", ("schema",), f"'schema' is {version!r}; this version reads 1.", "write schema: 1"
        )
    quota = read_quota(reader)
    head = read_head(reader, quota)
    n = reader.items(("components",), "component")
    parts = tuple(part for i in range(n) if (part := _component(reader, ("components", i), head)))
    _check_ids(reader, n)
    _check_targets(reader, n)
    tax = ""
    if reader.at(("tax_warning",)) is not None:
        tax = reader.choice(("tax_warning",), ["cn_one_off_bonus"])
    rules = Rules(
        read_credit(reader),
        quota,
        read_limits(reader, head),
        read_penalties(reader, head, parts),
        read_settlement(reader, head),
        tax,
        _only(reader, n),
    )
    if quota.mid_period_change == "split_period":
        check_split(reader, parts, rules.limits.cap, rules.settlement)
    if rules.settlement.true_up != "none":
        check_true_up(reader, rules.penalties, rules.limits.cap)
    return head, parts, rules


def _component(reader: Reader, key: Key, head: Head) -> Component | None:
    """Read one component by its type; None where something in it is wrong."""
    before = len(reader.problems)
    if not isinstance(reader.at(key), dict):
        reader.block(key, ["id", "type"])
        return None
    kind = reader.at((*key, "type"))
    reader.choice((*key, "type"), list(TYPES))
    if kind not in TYPES:
        return None
    name = plan_id(reader, (*key, "id"))
    has_text = reader.at((*key, "text")) is not None
    title = reader.both((*key, "text")) if has_text else (name, name)
    build, known = TYPES[kind]
    reader.block(key, ["id", "type", "text", "applies_to", *known])
    part = build(Place(reader, key, head, name, title))
    return part if len(reader.problems) == before else None


def _only(reader: Reader, n: int) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return whom components are for, of those that are not for everybody."""
    named = [(i, e) for i in range(n) if isinstance(e := _entry(reader, i), dict)]
    found = {
        str(e.get("id")): applies_to(reader, ("components", i, "applies_to"))
        for i, e in named
        if e.get("applies_to") is not None
    }
    return {name: columns for name, columns in found.items() if columns}


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
    earning = [str(e.get("id")) for _, e in entries if e.get("type") not in FACTOR_TYPES]
    factors = [str(e.get("id")) for _, e in entries if e.get("type") in FACTOR_TYPES]
    for i, entry in entries:
        if entry.get("type") not in FACTOR_TYPES:
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
            if target in factors:
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
