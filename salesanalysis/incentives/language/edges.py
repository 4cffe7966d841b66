"""Edges of tiers and bands: rising, without holes or overlaps, ratios where ratios are meant."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.language.reader import Reader, decimal
from salesanalysis.strictyaml import Key


def edge_list(
    reader: Reader, key: Key, noun: str, known: Sequence[str], later: Sequence[str] = ()
) -> list[Key]:
    """Return the keys of the entries below `key`, each checked for its own keys.

    Entries written as ranges (`from` and `to`) are answered with what is wrong between them.
    """
    entries: list[Key] = [(*key, i) for i in range(reader.items(key, noun))]
    spans = ranges(reader, key) if "to" not in known else False
    if spans:
        _check_ranges(reader, entries, noun)
    names = [*known, "to"] if spans else known
    return [entry for entry in entries if reader.block(entry, names, later)]


def ranges(reader: Reader, key: Key) -> bool:
    """Tell whether the entries below `key` are written as ranges."""
    value = reader.at(key)
    return isinstance(value, list) and any(isinstance(e, dict) and "to" in e for e in value)


def _check_ranges(reader: Reader, entries: Sequence[Key], noun: str) -> None:
    """Name the hole or overlap between neighbouring ranges, and ask for edges instead."""
    fix = "give edges, not ranges: 'from' alone, each tier ends where the next starts"
    spans = [(reader.at((*e, "from")), reader.at((*e, "to"))) for e in entries]
    noted = len(reader.problems)
    # read top down or bottom up: a table of coefficients often starts with the highest
    order = sorted(range(len(spans)), key=lambda i: _value(spans[i][0], Fraction(-(10**9))))
    for low, high in pairwise(order):
        end, start = _value(spans[low][1], None), _value(spans[high][0], None)
        if end is None or start is None or end == start:
            continue
        problem = (
            f"{decimal(end)} to {decimal(start)} is covered by no {noun}."
            if end < start
            else f"{decimal(start)} to {decimal(end)} is covered by two {noun}s."
        )
        reader.problem("P03", entries[high], problem, fix)
    if len(reader.problems) == noted:
        reader.problem("P03", entries[0], f"the {noun}s are written as ranges.", fix)


def _value(value: object, default: Fraction | None) -> Fraction:
    """Return a number for looking at ranges, however it is written."""
    try:
        return Fraction(str(value))
    except ValueError:
        return default  # type: ignore[return-value]


def check_edges(
    reader: Reader,
    key: Key,
    scale: Scale,
    edges: Sequence[Fraction | None],
    *,
    noun: str,
    rule: str = "P03",
    below_zero: bool = False,
) -> None:
    """Refuse edges that do not rise, lie below 0 where they may not, or look like percent."""
    given = reader.at(key)
    if not isinstance(given, list) or (ranges(reader, key) and noun == "band"):
        return
    for i, edge in enumerate(edges):
        if edge is not None:
            name = f"{noun} {i + 1}"
            place = _edge_key(key, given, i)
            _check_edge(reader, place, scale, edge, name, below_zero=below_zero)
    # an edge that is wrong by itself says nothing about its neighbours
    edges = [None if reader.noted(_edge_key(key, given, i)) else e for i, e in enumerate(edges)]
    for i, (before, edge) in enumerate(pairwise(edges), 1):
        if before is None or edge is None or edge > before:
            continue
        how = "repeats" if edge == before else "lies below"
        what = (
            f"{noun} {i + 1} starts at {decimal(edge)}, which {how} {decimal(before)} of the "
            f"{noun} before."
        )
        fix = "sort the edges upwards, each once"
        reader.problem(rule, _edge_key(key, given, i), what, fix)


def _check_edge(
    reader: Reader, key: Key, scale: Scale, edge: Fraction, name: str, *, below_zero: bool
) -> None:
    """Refuse an edge that looks like percent, or a tier that starts below 0."""
    if scale.unit == "attainment" and edge > 10:
        what = f"from: {decimal(edge)} looks like percent; attainment is a ratio."
        reader.problem("P05", key, what, f'write "{decimal(edge / 100)}"')
    elif edge < 0 and not (below_zero or name.startswith("band")):
        what = f"{name} starts at {decimal(edge)}, below 0."
        reader.problem("P03", key, what, "start at 0 or above")


def _edge_key(key: Key, given: list[object], i: int) -> Key:
    """Return where edge `i` is written; one past the last is the end of the last tier."""
    if i >= len(given):
        return (*key, len(given) - 1, "to")
    return (*key, i, "from") if isinstance(given[i], dict) else (*key, i)
