"""How each type of component is read from a plan file."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from salesanalysis.incentives.book import Scale
from salesanalysis.incentives.components import (
    Bands,
    Component,
    Curve,
    Interpolated,
    Package,
    Step,
    Tier,
    Tiers,
)
from salesanalysis.incentives.edges import check_edges, edge_list, ranges
from salesanalysis.incentives.problems import Reader, decimal
from salesanalysis.strictyaml import Key

PERIODS = ("month", "quarter", "year")


@dataclass(frozen=True)
class Head:
    """What a plan says beside its components."""

    id: str
    currency: str
    title: tuple[str, str]
    first_day: str
    last_day: str  # empty = until further notice
    unit: Fraction
    per: str
    zero_quota: str
    measure: str
    date_column: str
    target_incentive: Fraction | None


@dataclass(frozen=True)
class Place:
    """Where a component is being read."""

    reader: Reader
    key: Key
    head: Head
    name: str
    title: tuple[str, str]

    def choice(self, name: str, options: list[str]) -> str:
        """Read a switch of the component, which has no default."""
        return self.reader.choice((*self.key, name), options, owner=f"'{self.name}': ")

    def scale(self, *, paid: bool = True) -> Scale:
        """Read `closed` and `measured`."""
        closed = self.choice("closed", ["lower", "upper"])
        key: Key = (*self.key, "measured")
        names = ["unit", "quota", "tier_measure"] + ["pay_measure"] * paid
        if self.reader.at(key) is None:
            what = f"'{self.name}': 'measured' is required ({', '.join(names)})."
            self.reader.problem("P01", key, what, f"write measured: {{{', '.join(names)}}}")
            return Scale("amount", closed)
        if not self.reader.block(key, names):
            return Scale("amount", closed)
        unit = self.reader.choice(
            (*key, "unit"), ["attainment", "amount"], owner=f"'{self.name}': "
        )
        if unit == "attainment":
            self._quota((*key, "quota"))
        for name in names[2:]:
            self._measure((*key, name))
        return Scale(unit, closed)

    def _quota(self, key: Key) -> None:
        quota = self.reader.choice(key, [*PERIODS, "ytd"], owner=f"'{self.name}': ")
        if quota != self.head.per:
            self.reader.later(
                key, f"attainment of the quota per {quota} in a plan paid per {self.head.per}"
            )

    def _measure(self, key: Key) -> None:
        value, known = self.reader.at(key), self.head.measure
        if value is None:
            self.reader.problem(
                "P01", key, f"'{self.name}': '{key[-1]}' is required.", f"write {key[-1]}: {known}"
            )
        elif value != known and known:
            self.reader.problem(
                "P07", key, f"{key[-1]}: no measure '{value}'; known: {known}.", f"write {known}"
            )

    def basis(self, scale: Scale) -> str:
        """Read `basis`; a counter over years needs a quota over years."""
        basis = self.choice("basis", ["deal", "period", "cumulative"])
        if basis == "cumulative" and scale.unit == "attainment" and self.head.per != "year":
            self.reader.problem(
                "P01",
                (*self.key, "basis"),
                f"'{self.name}': a cumulative counter does not fit a quota per {self.head.per}.",
                "write basis: period, or measure in amounts",
            )
        return basis

    def numbers(self, entry: Key, *names: str) -> list[Fraction]:
        """Return several numbers of one entry, 0 where one is wrong."""
        return [self.reader.number((*entry, name)) or Fraction(0) for name in names]


def _tiers(at: Place) -> Tiers:
    mode = at.choice("mode", ["marginal", "retroactive"])
    scale = at.scale()
    basis = at.basis(scale)
    negative = at.choice("negative", ["zero", "carry", "first_rate"])
    reprice = None
    if (mode, basis) == ("retroactive", "cumulative"):
        reprice = at.choice("reprice", ["all", "new_only"])
    if (negative, basis) == ("carry", "deal"):
        at.reader.problem(
            "P01",
            (*at.key, "negative"),
            f"'{at.name}': one deal has no balance to carry.",
            "write negative: zero or first_rate",
        )
    tiers = [
        _tier(at, entry)
        for entry in edge_list(
            at.reader, (*at.key, "tiers"), "tier", ["from", "rate", "flat"], ["back_to"]
        )
    ]
    check_edges(at.reader, (*at.key, "tiers"), scale, [t.start for t in tiers], noun="tier")
    if reprice == "new_only" and any(t.flat for t in tiers):
        at.reader.later((*at.key, "tiers"), "'flat' beside reprice: new_only")
    return Tiers(at.name, at.title, scale, basis, mode, negative, tuple(tiers), reprice)


def _tier(at: Place, entry: Key) -> Tier:
    """Read one tier; a rate above 1 needs saying so."""
    start, rate = at.numbers(entry, "from", "rate")
    flat = Fraction(0)
    if at.reader.at((*entry, "flat")) is not None:
        flat = at.reader.money((*entry, "flat"), at.head.unit) or flat
    allowed = at.reader.at((*at.key, "allow_rate_above_one")) is True
    if rate < 0:
        at.reader.problem(
            "P05",
            (*entry, "rate"),
            f"rate: {decimal(rate)} is below 0.",
            "write a rate of 0 or more",
        )
    elif rate > 1 and not allowed:
        at.reader.problem(
            "P05",
            (*entry, "rate"),
            f"rate: {decimal(rate)} looks like percent; a rate is a ratio.",
            f'write "{decimal(rate / 100)}", or allow_rate_above_one: true on the component',
        )
    return Tier(start, rate, flat)


def _bands(at: Place) -> Bands:
    scale = at.scale(paid=False)
    key: Key = (*at.key, "bands")
    entries = edge_list(at.reader, key, "band", ["from", "value"])
    edges: list[Fraction | None] = []
    values = []
    for i, entry in enumerate(entries):
        start = at.reader.at((*entry, "from"))
        edges.append(None if start is None and i == 0 else at.numbers(entry, "from")[0])
        values.append(at.numbers(entry, "value")[0])
        if not 0 <= values[-1] <= 10:
            at.reader.problem(
                "P05",
                (*entry, "value"),
                f"value: {decimal(values[-1])} is no coefficient between 0 and 10.",
                f'write "{decimal(abs(values[-1]) / 100)}" if percent is meant',
            )
    if edges and edges[0] is not None and not ranges(at.reader, key):
        at.reader.problem(
            "P03",
            (*key, 0, "from"),
            f"below {decimal(edges[0])} there is no band.",
            "write from: null in the first band",
        )
    check_edges(at.reader, key, scale, edges, noun="band")
    targets = at.reader.at((*at.key, "multiplies"))
    return Bands(
        at.name,
        at.title,
        scale,
        tuple(str(t) for t in targets or ()),
        tuple(zip(edges, values, strict=True)),
    )


def _step(at: Place) -> Step:
    scale = at.scale()
    basis = at.basis(scale)
    pays = at.choice("pays", ["reached", "sum"])
    key: Key = (*at.key, "steps")
    entries = edge_list(at.reader, key, "step", ["from", "amount"])
    steps = [
        (at.numbers(e, "from")[0], at.reader.money((*e, "amount"), at.head.unit) or Fraction(0))
        for e in entries
    ]
    check_edges(at.reader, key, scale, [edge for edge, _ in steps], noun="step")
    return Step(at.name, at.title, scale, basis, pays, tuple(steps))


def _interpolated(at: Place) -> Interpolated:
    scale = at.scale()
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


def _curve(at: Place) -> Curve:
    scale = at.scale()
    basis = at.basis(scale)
    kind = at.choice("scale", ["TI", "amount"])
    if kind == "TI" and at.head.target_incentive is None:
        at.reader.problem(
            "P07",
            (*at.key, "scale"),
            "scale: TI, but the plan has no target_incentive.",
            "give plan.target_incentive, or scale: amount",
        )
    below = at.numbers(at.key, "below")[0]
    key: Key = (*at.key, "points")
    points = []
    for i in range(at.reader.items(key, "point [x, y]")):
        pair = at.reader.at((*key, i))
        if not isinstance(pair, list) or len(pair) != 2:
            at.reader.problem("P02", (*key, i), f"{pair!r} is not a point.", 'write ["0.8", "0.5"]')
            continue
        points.append(
            (
                at.reader.number((*key, i, 0)) or Fraction(0),
                at.reader.number((*key, i, 1)) or Fraction(0),
            )
        )
    check_edges(at.reader, key, scale, [x for x, _ in points], noun="point", rule="P10")
    incentive = at.head.target_incentive if kind == "TI" else None
    return Curve(at.name, at.title, scale, basis, tuple(points), below, incentive)


def _package(at: Place) -> Package:
    free, size = at.numbers(at.key, "free", "size")
    if size <= 0 and not at.reader.noted((*at.key, "size")):
        at.reader.problem(
            "P04",
            (*at.key, "size"),
            f"size is {decimal(size)}, not above 0.",
            "give the sales of one package",
        )
    amount = at.reader.money((*at.key, "amount"), at.head.unit) or Fraction(0)
    return Package(at.name, at.title, free, size, amount)


_EDGED = ["basis", "closed", "measured"]
TYPES: dict[str, tuple[Callable[[Place], Component], list[str], list[str]]] = {
    "tiers": (
        _tiers,
        [*_EDGED, "mode", "negative", "tiers", "reprice", "allow_rate_above_one"],
        ["threshold"],
    ),
    "bands": (_bands, ["closed", "measured", "multiplies", "bands"], []),
    "step": (_step, [*_EDGED, "steps", "pays"], []),
    "interpolated": (_interpolated, [*_EDGED, "tiers"], []),
    "package": (_package, ["free", "size", "amount"], []),
    "curve": (_curve, [*_EDGED, "points", "below", "scale"], []),
}
