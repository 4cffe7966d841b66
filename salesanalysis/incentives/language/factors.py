"""How coefficient bands, multipliers and gates are read from a plan file."""

from fractions import Fraction

from salesanalysis.incentives.components import Bands, Gate, Multiplier
from salesanalysis.incentives.language.edges import check_edges, edge_list, ranges
from salesanalysis.incentives.language.place import Place
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.strictyaml import Key


def targets(at: Place) -> tuple[str, ...]:
    """Return the ids a factor multiplies; whether they exist is checked with all components."""
    names = at.reader.at((*at.key, "multiplies"))
    return tuple(str(t) for t in names) if isinstance(names, list) else ()


def read_bands(at: Place) -> Bands:
    """Read coefficients by attainment."""
    scale = at.scale(paid=False)
    key: Key = (*at.key, "bands")
    entries = edge_list(at.reader, key, "band", ["from", "value"])
    edges: list[Fraction | None] = []
    values = []
    for i, entry in enumerate(entries):
        start = at.reader.at((*entry, "from"))
        edges.append(None if start is None and i == 0 else at.numbers(entry, "from")[0])
        values.append(at.numbers(entry, "value")[0])
        check_factor(at, (*entry, "value"), values[-1])
    if edges and edges[0] is not None and not ranges(at.reader, key):
        at.reader.problem(
            "P03",
            (*key, 0, "from"),
            f"below {decimal(edges[0])} there is no band.",
            "write from: null in the first band",
        )
    check_edges(at.reader, key, scale, edges, noun="band")
    return Bands(at.name, at.title, scale, targets(at), tuple(zip(edges, values, strict=True)))


def check_factor(at: Place, key: Key, value: Fraction) -> None:
    """Refuse what is no coefficient."""
    if not 0 <= value <= 10:
        at.reader.problem(
            "P05",
            key,
            f"{key[-1] if isinstance(key[-1], str) else 'value'}: {decimal(value)} is no "
            "coefficient between 0 and 10.",
            f'write "{decimal(abs(value) / 100)}" if percent is meant',
        )


def read_multiplier(at: Place) -> Multiplier:
    """Read a factor on a line."""
    scale = at.scale(paid=False, closed=False)
    points = at.points((*at.key, "points"), scale) or ((Fraction(0), Fraction(1)),)
    for i, (_, value) in enumerate(points):
        check_factor(at, (*at.key, "points", i, 1), value)
    return Multiplier(at.name, at.title, scale, targets(at), points)


def read_gate(at: Place) -> Gate:
    """Read a gate."""
    scale = at.scale(paid=False)
    edge = at.numbers(at.key, "at")[0]
    key: Key = (*at.key, "at")
    if scale.unit == "attainment" and edge > 10:
        at.reader.problem(
            "P05",
            key,
            f"at: {decimal(edge)} looks like percent; attainment is a ratio.",
            f'write "{decimal(edge / 100)}"',
        )
    return Gate(at.name, at.title, scale, targets(at), edge)
