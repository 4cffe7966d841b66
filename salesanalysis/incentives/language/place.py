"""Where a component is being read: its switches, its measures, its edges."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from salesanalysis.incentives.components.base import Points
from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.incentives.language.edges import check_edges
from salesanalysis.incentives.language.reader import Reader, decimal
from salesanalysis.strictyaml import Key

PERIODS = tuple(LENGTHS)
KINDS = ("money", "count", "ratio", "number")
#: Kinds of measures that only a person's own row tells.
PERSONAL = ("ratio", "number")


@dataclass(frozen=True)
class Margin:
    """A measure that is one column of the deals less another.

    Attributes
    ----------
    amount, cost : str, columns of the deals
    loss : {"zero", "negative"}
        What a deal counts that cost more than it brought: nothing, or the loss.
    """

    amount: str
    cost: str
    loss: str


@dataclass(frozen=True)
class Measure:
    """What can be measured: money or a count of deals, a ratio or a number of a person.

    Attributes
    ----------
    kind : {"money", "count", "ratio", "number"}
    date : str, the column that dates it in the deals
    credit : {"owner", "splits", "none"}
    title : tuple of str or None, English and Chinese, where the file gives them
    margin : Margin or None, where a deal counts with its amount less its cost
    """

    name: str
    kind: str
    date: str
    credit: str
    title: tuple[str, str] | None = None
    margin: Margin | None = None


@dataclass(frozen=True)
class Head:
    """What a plan says beside its components and rules."""

    id: str
    currency: str
    title: tuple[str, str]
    first_day: str
    last_day: str  # empty = until further notice
    unit: Fraction
    per: str  # the period that is paid
    zero_quota: str
    measures: dict[str, Measure]
    target_incentive: Fraction | None  # of the period that is paid
    applies_to: dict[str, tuple[str, ...]]
    quota_per: str = ""  # the length people's quotas are given for
    incentive_per: str = ""  # the length target incentives are given for

    @property
    def incentive_share(self) -> Fraction:
        """Return the part of a stated target incentive that one period paid has."""
        return Fraction(LENGTHS[self.per], LENGTHS[self.incentive_per or self.per])

    @property
    def periods(self) -> int:
        """Return how many periods paid a quota is given for."""
        return LENGTHS[self.quota_per or self.per] // LENGTHS[self.per]

    @cached_property
    def step(self) -> int:
        """Smallest amount paid, in whole cents."""
        return int(self.unit * 100)

    @cached_property
    def measure(self) -> str:
        """Return the main measure: the first of money, else the first that is counted."""
        by_kind = sorted(self.measures.values(), key=lambda m: KINDS.index(m.kind))
        return by_kind[0].name if by_kind else ""

    @property
    def date_column(self) -> str:
        """Return the column that dates the main measure."""
        return self.measures[self.measure].date if self.measures else "date"


@dataclass(frozen=True)
class Place:
    """Where a component is being read."""

    reader: Reader
    key: Key
    head: Head
    name: str
    title: tuple[str, str]

    def choice(self, name: str, options: list[str], *, missing: str = "P01") -> str:
        """Read a switch of the component, which has no default."""
        return self.reader.choice(
            (*self.key, name), options, owner=f"'{self.name}': ", missing=missing
        )

    def scale(self, *, paid: bool = True, closed: bool = True, key: Key = ()) -> Scale:
        """Read `closed` and `measured`."""
        at = key or self.key
        side = (
            self.reader.choice((*at, "closed"), ["lower", "upper"], owner=f"'{self.name}': ")
            if closed
            else "lower"
        )
        key = (*at, "measured")
        names = ["unit", "quota", "tier_measure"] + ["pay_measure"] * paid
        main = self.head.measure
        if self.reader.at(key) is None:
            what = f"'{self.name}': 'measured' is required ({', '.join(names)})."
            self.reader.problem("P01", key, what, f"write measured: {{{', '.join(names)}}}")
            return Scale("amount", side, main, main)
        if not self.reader.block(key, names):
            return Scale("amount", side, main, main)
        unit = self.reader.choice(
            (*key, "unit"), ["attainment", "amount"], owner=f"'{self.name}': "
        )
        full = unit == "attainment" and self._quota((*key, "quota"))
        tier = self.measure((*key, "tier_measure"))
        pay = self.measure((*key, "pay_measure")) if paid else tier
        return Scale(unit, side, tier, pay, full)

    def below_zero(self, scale: Scale) -> bool:
        """Tell whether edges may lie below 0: those of a growth rate or another plain number."""
        measure = self.head.measures.get(scale.tier)
        return scale.unit == "amount" and measure is not None and measure.kind in PERSONAL

    def one_measure(self, scale: Scale) -> Scale:
        """Refuse slices of one measure paid on another."""
        if scale.tier != scale.pay:
            self.reader.problem(
                "P07",
                (*self.key, "measured", "pay_measure"),
                f"'{self.name}': slices of {scale.tier} cannot be cut out of {scale.pay}.",
                f"write pay_measure: {scale.tier}, or type: tiers with mode: retroactive",
            )
        return scale

    def _quota(self, key: Key) -> bool:
        """Read what quota edges are shares of; tell whether it is that of more than one period."""
        quota = self.reader.choice(key, [*PERIODS, "ytd"], owner=f"'{self.name}': ")
        true_up = self.reader.at(("settlement", "true_up"))
        wanted = "ytd" if isinstance(true_up, dict) else self.head.per
        if quota == wanted or self.reader.noted(key):
            return False
        if "ytd" in (quota, wanted):
            has = "has a" if wanted == "ytd" else "has no"
            self.reader.problem(
                "P01",
                key,
                f"'{self.name}': edges are of the quota per {quota}, the plan {has} true-up.",
                f"write quota: {wanted}, or "
                + ("settlement.true_up: none" if wanted == "ytd" else "give settlement.true_up"),
            )
            return False
        if quota != self.head.quota_per:
            self.reader.problem(
                "P01",
                key,
                f"'{self.name}': edges are of the quota per {quota}, quotas are per "
                f"{self.head.quota_per} and paid per {self.head.per}.",
                f"write quota: {self.head.per}",
            )
            return False
        basis = self.reader.at((*key[:-2], "basis"))
        if basis != "cumulative":
            self.reader.problem(
                "P01",
                key,
                f"'{self.name}': the sales of one {self.head.per} are no share of the quota of a "
                f"{quota}.",
                f"write basis: cumulative to count on over the {quota}, or quota: {self.head.per}",
            )
        return True

    def measure(self, key: Key) -> str:
        """Read the name of a measure of the plan."""
        value, known = self.reader.at(key), list(self.head.measures)
        main = self.head.measure
        if value is None:
            name = f"'{self.name}': " if self.name else ""
            self.reader.problem(
                "P01", key, f"{name}'{key[-1]}' is required.", f"write {key[-1]}: {main}"
            )
        elif value not in known and known:
            close = self.reader.close(value, known)
            self.reader.problem(
                "P07",
                key,
                f"{key[-1]}: no measure '{value}'; known: {', '.join(known)}.",
                f"write {close or main}",
            )
        else:
            return str(value)
        return main

    def basis(self, scale: Scale) -> str:
        """Read `basis`; a counter over years needs a quota over years."""
        basis = self.choice("basis", ["deal", "period", "cumulative"])
        of_period = scale.unit == "attainment" and not scale.full
        if basis == "cumulative" and of_period and self.head.per != "year":
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

    def points(self, key: Key, scale: Scale | None = None) -> Points:
        """Read a list of points [x, y] with rising x."""
        points = []
        for i in range(self.reader.items(key, "point [x, y]")):
            pair = self.reader.at((*key, i))
            if not isinstance(pair, list) or len(pair) != 2:
                self.reader.problem(
                    "P02", (*key, i), f"{pair!r} is not a point.", 'write ["0.8", "0.5"]'
                )
                continue
            x, y = (self.reader.number((*key, i, k)) or Fraction(0) for k in (0, 1))
            points.append((x, y))
        as_amounts = Scale("amount", "lower")
        edges = [x for x, _ in points]
        below = scale is not None and self.below_zero(scale)
        check_edges(
            self.reader, key, scale or as_amounts, edges,
            noun="point", rule="P10", below_zero=below,
        )  # fmt: skip
        return tuple(points)

    def incentive_or_amount(self, key: Key, *more: str) -> Fraction | None:
        """Read what is paid in full: an amount, or None for the target incentive."""
        if not self.reader.block(key, ["amount", "of", *more]):
            return None
        if self.reader.at((*key, "amount")) is not None:
            self.reader.one_of(key, "amount", "of", f"'{self.name}': ")
            return self.reader.money((*key, "amount"), self.head.unit) or Fraction(0)
        self.reader.choice((*key, "of"), ["TI"], owner=f"'{self.name}': ")
        self.needs_incentive((*key, "of"))
        return None

    def needs_incentive(self, key: Key) -> None:
        """Refuse pay on a target incentive that the plan does not have."""
        if self.head.target_incentive is None:
            self.reader.problem(
                "P07",
                key,
                f"{key[-1]}: TI, but the plan has no target_incentive.",
                "give plan.target_incentive, or "
                + ("scale: amount" if key[-1] == "scale" else "an amount"),
            )

    def flag(self, key: Key) -> bool:
        """Read true or false, which has no default."""
        value = self.reader.at(key)
        if not isinstance(value, bool):
            self.reader.problem(
                "P01",
                key,
                f"'{self.name}': '{key[-1]}' is {'missing' if value is None else repr(value)}.",
                f"write {key[-1]}: true or {key[-1]}: false",
            )
        return value is True

    def percent_like(self, key: Key, value: Fraction, noun: str) -> None:
        """Refuse a share outside 0 to 1."""
        if not 0 <= value <= 1 and not self.reader.noted(key):
            self.reader.problem(
                "P05",
                key,
                f"{key[-1]}: {decimal(value)} is no {noun} between 0 and 1.",
                f'write "{decimal(abs(value) / 100)}" if percent is meant',
            )
