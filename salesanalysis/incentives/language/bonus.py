"""How KPI bonuses, matrices, pools and overrides are read from a plan file."""

from fractions import Fraction

from salesanalysis.incentives.components import Kpi, KpiWeighted, Matrix, Override, Pool
from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.language.earning import check_rate
from salesanalysis.incentives.language.edges import check_edges
from salesanalysis.incentives.language.place import Place
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.strictyaml import Key

#: Measures of these kinds are read against their quota, the others as they stand.
AGAINST_QUOTA = ("money", "count")
#: How a pool is shared in whole units.
METHODS = ("largest_remainder", "sainte_lague")


def read_kpis(at: Place) -> KpiWeighted:
    """Read a bonus by weighted scores."""
    amount = at.incentive_or_amount((*at.key, "pays"), "all_met_gate")
    all_met = at.flag((*at.key, "pays", "all_met_gate"))
    key: Key = (*at.key, "kpis")
    kpis = [_kpi(at, (*key, i), gate=all_met) for i in range(at.reader.items(key, "KPI"))]
    total = sum((k.weight for k in kpis), Fraction(0))
    if kpis and total != 1 and not at.reader.noted(key):
        at.reader.problem(
            "P06", key, f"kpis weights sum to {decimal(total)}.", "make the weights sum to 1"
        )
    return KpiWeighted(at.name, at.title, tuple(kpis), amount, all_met)


def _kpi(at: Place, key: Key, *, gate: bool) -> Kpi:
    """Read one KPI; one without weight counts only as a `gate`: what must be met beside others."""
    known = ["measure", "weight", "direction", "ratio", "points", "below", "cap"]
    at.reader.block(key, known)
    measure = at.measure((*key, "measure"))
    own = at.head.measures.get(measure)  # a plan without measures is refused for that
    kind = own.kind if own else "money"
    scale = Scale("attainment" if kind in AGAINST_QUOTA else "amount", "lower", measure, measure)
    weight, below = at.numbers(key, "weight", "below")
    at.percent_like((*key, "weight"), weight, "weight")
    if weight == 0 and not gate and not at.reader.noted((*key, "weight")):
        at.reader.problem(
            "P06",
            (*key, "weight"),
            f"weight: {measure} counts nothing.",
            "remove this KPI, or write all_met_gate: true where it must be met",
        )
    direction, ratio = _turned(at, key)
    if direction == "lower" and kind not in AGAINST_QUOTA:
        scale = Scale("attainment", "lower", measure, measure)
    cap = None
    if at.reader.at((*key, "cap")) is not None:
        cap = at.reader.number((*key, "cap"))
    points = at.points((*key, "points"), scale) or ((Fraction(0), Fraction(0)),)
    return Kpi(measure, weight, scale, points, below, direction, ratio, cap)


def _turned(at: Place, key: Key) -> tuple[str, str]:
    """Read which results are good, and how one is turned of which less is better."""
    owner, at_ratio = f"'{at.name}': ", (*key, "ratio")
    direction = at.reader.choice((*key, "direction"), ["higher", "lower"], owner=owner)
    if direction == "lower":
        return direction, at.reader.choice(at_ratio, ["target_over_actual", "linear"], owner=owner)
    if at.reader.at(at_ratio) is not None and not at.reader.noted((*key, "direction")):
        at.reader.problem(
            "P02",
            at_ratio,
            f"{owner}'ratio' turns a result of which less is better; this direction is higher.",
            "remove ratio, or write direction: lower",
        )
    return direction, ""


def read_matrix(at: Place) -> Matrix:
    """Read a table over two measures."""
    amount = at.incentive_or_amount((*at.key, "pays"))
    lookup = at.choice("lookup", ["stepped", "bilinear"])
    key: Key = (*at.key, "axes")
    n = at.reader.items(key, "axis")
    if n and n != 2:
        at.reader.problem("P02", key, f"{n} axes; a matrix has 2.", "give two axes")
    axes = [_axis(at, (*key, i), lookup) for i in range(min(n, 2))]
    axes += [(Scale("amount", "lower", at.head.measure, at.head.measure), ())] * (2 - len(axes))
    (rows, row_edges), (columns, column_edges) = axes
    values = _cells(at, len(row_edges), len(column_edges))
    return Matrix(
        at.name, at.title, (rows, columns), (row_edges, column_edges), lookup, values, amount
    )


def _axis(at: Place, key: Key, lookup: str) -> tuple[Scale, tuple[Fraction | None, ...]]:
    """Read one axis: what it measures and where its rows or columns start."""
    at.reader.block(key, ["closed", "measured", "edges"])
    scale = at.scale(paid=False, key=key)
    edges: list[Fraction | None] = []
    for i in range(at.reader.items((*key, "edges"), "edge")):
        open_end = i == 0 and at.reader.at((*key, "edges", i)) is None and lookup == "stepped"
        edges.append(None if open_end else at.reader.number((*key, "edges", i)))
    check_edges(at.reader, (*key, "edges"), scale, edges, noun="band")
    return scale, tuple(edges)


def _cells(at: Place, n_rows: int, n_columns: int) -> tuple[tuple[Fraction, ...], ...]:
    """Read the values, one list per row."""
    key: Key = (*at.key, "values")
    rows = []
    for i in range(at.reader.items(key, "row of values")):
        line = at.reader.at((*key, i))
        size = len(line) if isinstance(line, list) else 0
        if size != n_columns:
            at.reader.problem(
                "P02", (*key, i), f"row {i + 1} has {size} values for {n_columns} columns.",
                "give one value per edge of the second axis",
            )  # fmt: skip
        rows.append(tuple(at.reader.number((*key, i, k)) or Fraction(0) for k in range(size)))
    if rows and len(rows) != n_rows:
        at.reader.problem(
            "P02", key, f"{len(rows)} rows of values for {n_rows} edges of the first axis.",
            "give one row per edge of the first axis",
        )  # fmt: skip
    return tuple(rows)


def read_pool(at: Place) -> Pool:
    """Read a team's pool: a share of its credit, or a curve of its attainment."""
    weights = at.choice("weights", ["credit", "equal", "base_pay"])
    shared = _shared(at)
    key: Key = (*at.key, "source")
    if at.reader.at((*key, "share")) is not None:
        at.reader.block(key, ["share", "measure"])
        share = at.reader.number((*key, "share")) or Fraction(0)
        at.percent_like((*key, "share"), share, "share")
        measure = at.measure((*key, "measure"))
        scale = Scale("amount", "lower", measure, measure)
        return Pool(at.name, at.title, scale, weights, share, (), Fraction(0), *shared)
    at.reader.block(key, ["of", "closed", "measured", "points", "below"])
    at.reader.choice((*key, "of"), ["TI"], owner=f"'{at.name}': ")
    at.needs_incentive((*key, "of"))
    scale = at.scale(paid=False, key=key)
    below = at.numbers(key, "below")[0]
    points = at.points((*key, "points"), scale)
    return Pool(at.name, at.title, scale, weights, None, points, below, *shared)


def _shared(at: Place) -> tuple[Fraction | None, str]:
    """Read in which whole units a pool is shared, and how; whole units leave nobody a choice."""
    unit, key = None, (*at.key, "unit")
    if at.reader.at(key) is not None:
        unit = at.reader.money(key, at.head.unit)
        if unit is not None and unit <= 0:
            at.reader.problem(
                "P05", key, f"unit: {decimal(unit)} is not above 0.", 'write a prize, such as "100"'
            )
    elif at.reader.at((*at.key, "method")) is None:
        return None, METHODS[0]
    return unit, at.choice("method", list(METHODS))


def read_override(at: Place) -> Override:
    """Read a manager's override; it is on credit, never on pay."""
    rate = at.numbers(at.key, "rate")[0]
    check_rate(at, (*at.key, "rate"), rate)
    of = at.choice("of", ["team_credit", "differential"])
    measure = at.measure((*at.key, "measure"))
    return Override(at.name, at.title, measure, rate, of)
