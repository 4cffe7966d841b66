"""How commission and fixed amounts are read from a plan file."""

from fractions import Fraction
from itertools import pairwise

from salesanalysis.incentives.components import (
    AverageRate,
    Curve,
    Interpolated,
    Package,
    Spif,
    Step,
    Threshold,
    Tier,
    Tiers,
)
from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.language.edges import check_edges, edge_list
from salesanalysis.incentives.language.place import Place
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.strictyaml import Key


def read_tiers(at: Place) -> Tiers:
    """Read a commission by tiers."""
    mode = at.choice("mode", ["marginal", "retroactive"])
    scale = at.scale()
    if mode == "marginal":
        at.one_measure(scale)
    basis = at.basis(scale)
    negative = at.choice("negative", ["zero", "carry", "first_rate"])
    reprice = None
    if (mode, basis) == ("retroactive", "cumulative"):
        reprice = at.choice("reprice", ["all", "new_only"])
    elif at.reader.at((*at.key, "reprice")) is not None:
        at.reader.problem(
            "P02",
            (*at.key, "reprice"),
            f"'{at.name}': only the whole amount on a running total can be paid again.",
            "remove reprice, or write mode: retroactive with basis: cumulative",
        )
    _check_counter(at, scale, basis, negative)
    tiers = [
        _tier(at, entry, mode)
        for entry in edge_list(
            at.reader, (*at.key, "tiers"), "tier", ["from", "rate", "flat", "back_to"]
        )
    ]
    check_edges(
        at.reader, (*at.key, "tiers"), scale, [t.start for t in tiers], noun="tier",
        below_zero=scale.tier != scale.pay and at.below_zero(scale),
    )  # fmt: skip
    _check_back(at, tiers)
    threshold = _threshold(at, scale)
    if reprice == "new_only" and threshold and threshold.variant == "first_unit":
        at.reader.problem(
            "P07",
            (*at.key, "threshold", "variant"),
            f"'{at.name}': first_unit pays earlier deals again, reprice: new_only does not.",
            "write variant: full or excess, or reprice: all",
        )
    return Tiers(at.name, at.title, scale, basis, mode, negative, tuple(tiers), reprice, threshold)


def _check_counter(at: Place, scale: Scale, basis: str, negative: str) -> None:
    """Refuse counters that cannot be kept."""
    if (negative, basis) == ("carry", "deal") and not at.reader.noted((*at.key, "basis")):
        at.reader.problem(
            "P01",
            (*at.key, "negative"),
            f"'{at.name}': one deal has no balance to carry.",
            "write negative: zero or first_rate",
        )
    if scale.tier != scale.pay and basis != "period":
        at.reader.problem(
            "P01",
            (*at.key, "basis"),
            f"'{at.name}': deals of {scale.pay} have no place on the counter of {scale.tier}.",
            "write basis: period",
        )


def _tier(at: Place, entry: Key, mode: str) -> Tier:
    """Read one tier; a rate above 1 needs saying so."""
    start, rate = at.numbers(entry, "from", "rate")
    flat = Fraction(0)
    if at.reader.at((*entry, "flat")) is not None:
        flat = at.reader.money((*entry, "flat"), at.head.unit) or flat
    check_rate(at, (*entry, "rate"), rate)
    back = None
    if at.reader.at((*entry, "back_to")) is not None:
        back = at.reader.number((*entry, "back_to"))
        if mode != "marginal":
            at.reader.problem(
                "P07",
                (*entry, "back_to"),
                "back_to re-pays slices; a retroactive tier pays the whole amount anyway.",
                "remove back_to, or write mode: marginal",
            )
    return Tier(start, rate, flat, back)


def check_rate(at: Place, key: Key, rate: Fraction) -> None:
    """Refuse a rate below 0, or above 1 unless the component says so."""
    allowed = at.reader.at((*at.key, "allow_rate_above_one")) is True
    if rate < 0:
        at.reader.problem(
            "P05", key, f"rate: {decimal(rate)} is below 0.", "write a rate of 0 or more"
        )
    elif rate > 1 and not allowed:
        at.reader.problem(
            "P05",
            key,
            f"rate: {decimal(rate)} looks like percent; a rate is a ratio.",
            f'write "{decimal(rate / 100)}", or allow_rate_above_one: true on the component',
        )


def _check_back(at: Place, tiers: list[Tier]) -> None:
    """Refuse a `back_to` that is no start of a lower tier."""
    for i, tier in enumerate(tiers):
        starts = [t.start for t in tiers[:i]]
        if tier.back_to is None or tier.back_to in starts:
            continue
        known = ", ".join(decimal(s) for s in starts)
        at.reader.problem(
            "P03",
            (*at.key, "tiers", i, "back_to"),
            f"back_to: {decimal(tier.back_to)} is not where a lower tier starts.",
            f"write one of {known}" if known else "remove it: no tier lies below",
        )


def _threshold(at: Place, scale: Scale) -> Threshold | None:
    """Read the threshold below which nothing is paid."""
    key: Key = (*at.key, "threshold")
    if at.reader.at(key) is None or not at.reader.block(key, ["at", "variant"]):
        return None
    edge = at.reader.number((*key, "at")) or Fraction(0)
    variant = at.reader.choice(
        (*key, "variant"), ["full", "excess", "first_unit"], owner=f"'{at.name}': "
    )
    if scale.unit == "attainment" and edge > 10:
        at.reader.problem(
            "P05",
            (*key, "at"),
            f"at: {decimal(edge)} looks like percent; attainment is a ratio.",
            f'write "{decimal(edge / 100)}"',
        )
    return Threshold(edge, variant)


def read_step(at: Place) -> Step:
    """Read fixed amounts for edges reached."""
    scale = at.one_measure(at.scale())
    basis = at.basis(scale)
    pays = at.choice("pays", ["reached", "sum"])
    key: Key = (*at.key, "steps")
    entries = edge_list(at.reader, key, "step", ["from", "amount"])
    steps = [
        (at.numbers(e, "from")[0], at.reader.money((*e, "amount"), at.head.unit) or Fraction(0))
        for e in entries
    ]
    check_edges(
        at.reader, key, scale, [edge for edge, _ in steps], noun="step",
        below_zero=at.below_zero(scale),
    )  # fmt: skip
    return Step(at.name, at.title, scale, basis, pays, tuple(steps))


def read_interpolated(at: Place) -> Interpolated:
    """Read amounts that are filled in proportion."""
    scale = at.one_measure(at.scale())
    basis = at.basis(scale)
    key: Key = (*at.key, "tiers")
    entries = edge_list(at.reader, key, "tier", ["from", "to", "amount"])
    if entries and at.reader.at((*entries[-1], "to")) is None:
        at.reader.problem(
            "P10",
            (*entries[-1], "to"),
            "the last tier has no upper end: its amount is spread over a width.",
            "give 'to'",
        )
        return Interpolated(at.name, at.title, scale, basis, ())
    tiers = []
    for entry in entries:
        lo, hi = at.numbers(entry, "from", "to")
        tiers.append((lo, hi, at.reader.money((*entry, "amount"), at.head.unit) or Fraction(0)))
    for i, (tier, following) in enumerate(pairwise(tiers), 1):
        if tier[1] != following[0] and not any(at.reader.noted(e) for e in entries[i - 1 : i + 1]):
            at.reader.problem(
                "P03",
                (*key, i, "from"),
                f"the tier before ends at "
                f"{decimal(tier[1])}, this one starts at {decimal(following[0])}.",
                f'write from: "{decimal(tier[1])}"',
            )
    check_edges(
        at.reader, key, scale, [*(t[0] for t in tiers), *(t[1] for t in tiers[-1:])], noun="tier"
    )
    return Interpolated(at.name, at.title, scale, basis, tuple(tiers))


def read_curve(at: Place) -> Curve:
    """Read a payout curve."""
    scale = at.one_measure(at.scale())
    basis = at.basis(scale)
    kind = at.choice("scale", ["TI", "amount"])
    if kind == "TI":
        at.needs_incentive((*at.key, "scale"))
    below = at.numbers(at.key, "below")[0]
    points = at.points((*at.key, "points"), scale)
    return Curve(at.name, at.title, scale, basis, points, below, kind == "TI")


def read_average(at: Place) -> AverageRate:
    """Read a rate that moves along a line with the amount."""
    scale = at.one_measure(at.scale(closed=False))
    points = at.points((*at.key, "points"), scale)
    for i, (_, rate) in enumerate(points):
        check_rate(at, (*at.key, "points", i, 1), rate)
    return AverageRate(at.name, at.title, scale, points)


def read_package(at: Place) -> Package:
    """Read an amount per started package."""
    free, size = at.numbers(at.key, "free", "size")
    if size <= 0 and not at.reader.noted((*at.key, "size")):
        at.reader.problem(
            "P04",
            (*at.key, "size"),
            f"size is {decimal(size)}, not above 0.",
            "give the sales of one package",
        )
    amount = at.reader.money((*at.key, "amount"), at.head.unit) or Fraction(0)
    key: Key = (*at.key, "measure")
    measure = at.measure(key) if at.reader.at(key) is not None else at.head.measure
    return Package(at.name, at.title, measure, free, size, amount)


def read_spif(at: Place) -> Spif:
    """Read a prize per unit or by rank, and the budget line that pays it."""
    measure = at.measure((*at.key, "measure"))
    budget = at.reader.text((*at.key, "budget"), fix="name the budget line that pays it")
    prizes: list[Fraction] = []
    per_unit = None
    key: Key = (*at.key, "prizes")
    if at.reader.at(key) is not None:
        at.reader.one_of(at.key, "prizes", "per_unit", f"'{at.name}': ")
        prizes = [
            at.reader.money((*key, i), at.head.unit) or Fraction(0)
            for i in range(at.reader.items(key, "prize"))
        ]
        for i, (prize, following) in enumerate(pairwise(prizes), 1):
            if following > prize:
                at.reader.problem(
                    "P03",
                    (*key, i),
                    f"rank {i + 1} wins {decimal(following)}, more than rank {i}.",
                    "list the prizes from the first rank down",
                )
    elif at.reader.at((*at.key, "per_unit")) is None:
        at.reader.problem(
            "P01",
            at.key,
            f"'{at.name}': 'per_unit' or 'prizes' is required.",
            'write per_unit: "50.00", or prizes: ["3000.00", "2000.00"]',
        )
    else:
        # so much off a unit belongs here where a coefficient multiplies what is left
        per_unit = at.reader.money((*at.key, "per_unit"), at.head.unit, signed=True)
    return Spif(at.name, at.title, measure, per_unit, tuple(prizes), budget)
