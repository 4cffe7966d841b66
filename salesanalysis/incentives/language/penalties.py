"""How the block `penalties` is read from a plan file."""

from collections.abc import Sequence
from fractions import Fraction

from salesanalysis.incentives.components import Bands, Component, Multiplier, Tiers
from salesanalysis.incentives.language.place import Head, Place
from salesanalysis.incentives.language.reader import Reader, decimal
from salesanalysis.incentives.rules import Deduct, Penalty, When
from salesanalysis.incentives.rules.penalties import COMPARE
from salesanalysis.strictyaml import Key

KINDS = ("amount", "share", "coefficient", "rate", "tier", "forfeit")
FLOORS = ["zero", "carry", "negative"]
#: What a penalty that changes a component needs it to be.
NEEDS: dict[str, tuple[type, ...]] = {
    "coefficient": (Bands, Multiplier),
    "rate": (Tiers,),
    "tier": (Tiers, Bands),
}
STACKS = ["additive", "multiplicative", "max"]


def read_penalties(
    reader: Reader, head: Head, components: Sequence[Component]
) -> tuple[Penalty, ...]:
    """Read every penalty; two that can hit one line must say how they stack."""
    if not reader.at(("penalties",)):
        return ()
    n = reader.items(("penalties",), "penalty")
    rules = [_penalty(reader, ("penalties", i), head, components) for i in range(n)]
    _check_stacks(reader, rules)
    _check_ids(reader, rules, [c.id for c in components])
    return tuple(rules)


def _penalty(reader: Reader, key: Key, head: Head, components: Sequence[Component]) -> Penalty:
    reader.block(key, ["id", "text", "when", "deduct", "per", "stack", "floor", "limit"])
    name = reader.text((*key, "id"), fix="give a short name such as overdue")
    title = reader.both((*key, "text")) if reader.at((*key, "text")) is not None else (name, name)
    place = Place(reader, key, head, name, title)
    when = _when(place)
    deduct = _deduct(place, components)
    per = place.choice("per", ["period", "occurrence"])
    stack = ""
    if reader.at((*key, "stack")) is not None:
        stack = place.choice("stack", STACKS)
    floor = place.choice("floor", FLOORS, missing="P09")
    _check_count(place, when, per)
    return Penalty(name, title, when, deduct, per, stack, floor, _limit(place))


def _when(at: Place) -> When:
    """Read what triggers a penalty: the register, or a measure beyond a limit."""
    key: Key = (*at.key, "when")
    if at.reader.at(key) == "register":
        return When("", "gt", Fraction(0))
    if not at.reader.block(key, ["measure", *COMPARE]):
        return When("", "gt", Fraction(0))
    measure = at.measure((*key, "measure"))
    ops = [op for op in COMPARE if at.reader.at((*key, op)) is not None]
    if len(ops) != 1:
        at.reader.problem(
            "P01",
            key,
            f"'{at.name}': {len(ops)} of gt, ge, lt, le are given.",
            'give exactly one, such as gt: "90"',
        )
        return When(measure, "gt", Fraction(0))
    return When(measure, ops[0], at.reader.number((*key, ops[0])) or Fraction(0))


def _check_count(at: Place, when: When, per: str) -> None:
    """Refuse to count occurrences beyond a limit: all of them, or those above it, may be meant."""
    first = {"gt": Fraction(0), "ge": Fraction(1)}.get(when.op)
    if when.measure and per == "occurrence" and when.limit != first:
        at.reader.problem(
            "P01",
            (*at.key, "per"),
            f"'{at.name}': with {when.op}: {decimal(when.limit)} it is open whether all of "
            f"{when.measure} count or those beyond it.",
            'write gt: "0" to count each, or per: period',
        )


def _deduct(at: Place, components: Sequence[Component]) -> Deduct:
    """Read what one occurrence takes away."""
    key: Key = (*at.key, "deduct")
    if not at.reader.block(key, [*KINDS, "of", "least"]):
        return Deduct("amount", Fraction(0), ())
    given = [kind for kind in KINDS if at.reader.at((*key, kind)) is not None]
    if len(given) != 1:
        at.reader.problem(
            "P01",
            key,
            f"'{at.name}': {len(given)} of {', '.join(KINDS)} are given.",
            'give exactly one, such as share: "0.05"',
        )
        return Deduct("amount", Fraction(0), ())
    kind = given[0]
    size = _size(at, (*key, kind), kind)
    _check_unread(at, key, kind)
    of = () if kind == "amount" else _of(at, (*key, "of"), kind, components)
    least = Fraction(0)
    if kind == "coefficient":
        least = at.reader.number((*key, "least")) or Fraction(0)
    return Deduct(kind, size, of, least)


def _check_unread(at: Place, key: Key, kind: str) -> None:
    """Refuse keys that this kind of deduction would pass over."""
    unread = {"of": kind == "amount", "least": kind != "coefficient"}
    for name in (name for name, passed in unread.items() if passed):
        if at.reader.at((*key, name)) is not None:
            why = "comes off the pay of the period" if name == "of" else "lowers no coefficient"
            at.reader.problem(
                "P02", (*key, name), f"'{at.name}': {kind} {why}; '{name}' is not read.",
                f"remove {name}" + (", or deduct a share of these" if name == "of" else ""),
            )  # fmt: skip


def _size(at: Place, key: Key, kind: str) -> Fraction:
    """Read how much: money, a share, points, whole tiers, or all of it."""
    if kind == "forfeit":
        if at.reader.at(key) is not True:
            at.reader.problem(
                "P01", key, f"'{at.name}': 'forfeit' is {at.reader.at(key)!r}.",
                "write forfeit: true, or remove the penalty",
            )  # fmt: skip
        return Fraction(1)
    if kind == "amount":
        return at.reader.money(key, at.head.unit) or Fraction(0)
    size = at.reader.number(key) or Fraction(0)
    if kind == "tier":
        if size.denominator != 1 or size < 1:
            at.reader.problem(
                "P04", key, f"tier: {decimal(size)} is no number of tiers.", 'write "1" or more'
            )
    else:
        at.percent_like(key, size, kind)
    return size


def _of(at: Place, key: Key, kind: str, components: Sequence[Component]) -> tuple[str, ...]:
    """Read whose pay is touched; the part must have what the penalty changes."""
    by_id = {c.id: c for c in components}
    written = at.reader.at(("components",))
    declared = {str(c.get("id")) for c in written if isinstance(c, dict)} if written else set()
    names = [str(at.reader.at((*key, i))) for i in range(at.reader.items(key, "component"))]
    for i, name in enumerate(names):
        part = by_id.get(name)
        if part is None and name in declared:
            continue  # what is wrong in that component is said there
        if part is None:
            close = at.reader.close(name, list(by_id))
            at.reader.problem(
                "P07",
                (*key, i),
                f"'{at.name}': no component '{name}'; known: {', '.join(by_id)}.",
                f"did you mean '{close}'?" if close else "name one of those",
            )
        elif not isinstance(part, NEEDS.get(kind, object)):
            fitting = [c.id for c in components if isinstance(c, NEEDS[kind])]
            at.reader.problem(
                "P07",
                (*key, i),
                f"'{at.name}': '{name}' has no {kind} to lower.",
                f"name one of {', '.join(fitting)}" if fitting else "deduct a share of its pay",
            )
    return tuple(names)


def _limit(at: Place) -> Fraction | None:
    """Read the share of pay that all penalties together may take."""
    key: Key = (*at.key, "limit")
    if at.reader.at(key) is None or not at.reader.block(key, ["share_of_pay"]):
        return None
    share = at.reader.number((*key, "share_of_pay")) or Fraction(0)
    at.percent_like((*key, "share_of_pay"), share, "share")
    return share


def _check_stacks(reader: Reader, rules: Sequence[Penalty]) -> None:
    """Demand `stack` as soon as two penalties can hit one line, and one word for all of them."""
    for i, rule in enumerate(rules):
        if rule.deduct.kind not in ("share", "forfeit"):
            continue
        others = [
            r
            for r in rules
            if r is not rule
            and r.deduct.kind in ("share", "forfeit")
            and set(r.deduct.of) & set(rule.deduct.of)
        ]
        if others and not rule.stack:
            reader.problem(
                "P01",
                ("penalties", i, "stack"),
                f"'{rule.id}' and '{others[0].id}' can hit one line: 'stack' is required "
                f"({', '.join(STACKS)}).",
                "choose 'stack: additive', 'stack: multiplicative' or 'stack: max'",
            )
            continue
        if rule.deduct.kind == "share" and rule.per == "occurrence" and not rule.stack:
            reader.problem(
                "P01",
                ("penalties", i, "stack"),
                f"'{rule.id}' can hit one line several times: 'stack' is required "
                f"({', '.join(STACKS)}).",
                "choose 'stack: additive', 'stack: multiplicative' or 'stack: max'",
            )
        first = others[0] if others and rules.index(others[0]) < i else None
        if first and first.stack and first.stack != rule.stack:
            reader.problem(
                "P07",
                ("penalties", i, "stack"),
                f"'{rule.id}' stacks {rule.stack}, '{first.id}' on the same line {first.stack}.",
                f"write stack: {first.stack} in both",
            )


def _check_ids(reader: Reader, rules: Sequence[Penalty], taken: Sequence[str]) -> None:
    """Refuse a penalty that shares its name."""
    seen = list(taken)
    for i, rule in enumerate(rules):
        if rule.id in seen:
            reader.problem(
                "P07", ("penalties", i, "id"), f"'{rule.id}' is used twice.", "give each its own id"
            )
        seen.append(rule.id)
