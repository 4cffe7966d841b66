"""Every choice a comparison depends on, in one frozen value with a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES

#: Conventions of rates; those of prices are in `arithmetic`.
RATE_CONVENTIONS = ("symmetric", "rate_at_actual_mix", "rate_at_base_mix", "three_term")
#: choice -> what it may be; a choice that is not here takes a column, a pair or yes and no
ALLOWED: dict[str, tuple[str, ...]] = {
    "name": ("", *CONVENTIONS, *RATE_CONVENTIONS),
    "mix": MIXES,
    "ref": ("mid_mean", "base_mean", "current_mean", "none"),
    "new_lost": ("separate", "merge"),
    "returns": ("separate", "net"),
    "on_zero": ("limit", "refuse"),
    "open_months": ("exclude", "prorate", "show"),
    "market_unit": ("units", "value"),
    "returns_date": ("booking", "original"),
    "unlinked": ("refuse", "separate"),
    "target_price": ("", "last_year"),
}
_YES_NO = ("chained", "in_money", "per_month", "aggregate")
_COLUMNS = ("mix_split", "structure")


@dataclass(frozen=True)
class Convention:
    """How a difference is split: every choice that moves an amount from one row to another.

    Attributes
    ----------
    name : str
        At which units a price change counts (``price_at_actual``, ``price_at_base``,
        ``cross``, ``midpoint``), or at which shares a rate does (``symmetric``,
        ``rate_at_actual_mix``, ``rate_at_base_mix``, ``three_term``); empty: the first.
    mix : {"vs_average", "item_rate"}
        Mix against the average price, or at the item's own price.
    ref : {"mid_mean", "base_mean", "current_mean", "none"}
        What a rate is compared with where shares shift; moves no total.
    new_lost : {"separate", "merge"}
    returns : {"separate", "net"}
    on_zero : {"limit", "refuse"}
        Zeros in a driver tree take the analytical limit.
    open_months : {"exclude", "prorate", "show"}
        Months after the last closed one: cut from both sides, base in proportion to elapsed
        working days, or a row of their own.
    mix_split : str
        A column mix is divided by, into mix between its members and within them.
    fixed_cost : (float, float), optional, currency
        Fixed cost of base and actual: the margin is explained after it.
    market_unit : {"units", "value"}
        Whether the market is in units (divides the quantity effect), or in money (divides the
        whole change, without a price row).
    returns_date : {"booking", "original"}
        Returns count in the month they are booked, or in that of the sale they undo.
    structure : str
        A column whose shares become a factor of a driver tree.
    unlinked : {"refuse", "separate"}
        What to do with a total after a total of 0 in a chain.
    chained : bool
        Split month by month, and sum.
    in_money : bool
        Effects of a rate times the actual denominator.
    target_price : {"", "last_year"}
        Price that turns a target of money into units.
    per_month : bool
        Compare means of a month where the windows differ in length.
    aggregate : bool
        Sum rows of one key even where the table looks summed already.

    Raises
    ------
    ContractError
        A choice that does not exist, or a value it cannot take, with the nearest one.

    Examples
    --------
    >>> house = Convention.of({"name": "midpoint", "mix": "item_rate"})
    >>> print(house)
    name: midpoint
    mix: item_rate
    >>> house.with_choices({"returns": "net"}).returns
    'net'
    >>> print(Convention())
    all choices at their defaults
    """

    name: str = ""
    mix: str = "vs_average"
    ref: str = "mid_mean"
    new_lost: str = "separate"
    returns: str = "separate"
    on_zero: str = "limit"
    open_months: str = "exclude"
    mix_split: str = ""
    fixed_cost: tuple[float, float] | None = None
    market_unit: str = "units"
    returns_date: str = "booking"
    structure: str = ""
    unlinked: str = "refuse"
    chained: bool = False
    in_money: bool = False
    target_price: str = ""
    per_month: bool = False
    aggregate: bool = False

    def __post_init__(self) -> None:
        """Refuse values a choice cannot take."""
        for name, allowed in ALLOWED.items():
            _choose(getattr(self, name), allowed, "convention" if name == "name" else name)
        for name in _YES_NO:
            if not isinstance(getattr(self, name), bool):
                raise _wrong(name, getattr(self, name), "write True or False")
        for name in _COLUMNS:
            if not isinstance(getattr(self, name), str):
                raise _wrong(name, getattr(self, name), f'name one column, such as {name}="region"')
        if self.fixed_cost is not None:
            object.__setattr__(self, "fixed_cost", _pair(self.fixed_cost))

    @classmethod
    def of(cls, source: "str | Convention | Mapping[str, Any] | None" = None) -> "Convention":
        """Return the convention of a name, a mapping of choices, or None for the defaults."""
        if isinstance(source, Convention):
            return source
        if source is None or isinstance(source, str):
            return cls(name=source or "")
        return cls().with_choices(dict(source))

    @classmethod
    def load(cls, path: str | Path) -> "Convention":
        """Read a convention from a YAML file of ``choice: value``.

        Raises
        ------
        ParamError
            A file that cannot be read or holds no mapping.
        ContractError
            Choices or values that do not exist.
        """
        from salesanalysis import strictyaml  # noqa: PLC0415  YAML is read only when asked for

        found = strictyaml.read(Path(path)).data
        if not isinstance(found, Mapping):
            raise ContractError(
                f"A convention is a list of choices and values, got {type(found).__name__}.",
                where=Path(path).name,
                fix="write one line per choice, such as mix: item_rate",
                code="bad-yaml",
            )
        return cls.of({k: tuple(v) if isinstance(v, list) else v for k, v in found.items()})

    def with_choices(self, choices: Mapping[str, Any]) -> "Convention":
        """Return a copy with other choices; an unknown one is refused with the nearest."""
        known = tuple(f.name for f in fields(self))
        for name in choices:
            if name not in known:
                raise unknown_name(
                    name, known, kind="choice", where="explain(...)", error=ContractError
                )
        return replace(self, **choices)

    def to_dict(self) -> dict[str, Any]:
        """Return the choices that are not at their defaults."""
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if getattr(self, f.name) != f.default
        }

    def __str__(self) -> str:
        """Write the choices that are not at their defaults, as a params file has them."""
        lines = [f"{name}: {_yaml(value)}" for name, value in self.to_dict().items()]
        return "\n".join(lines) or "all choices at their defaults"


def _yaml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{value[0]}, {value[1]}]" if isinstance(value, tuple) else str(value)


def _choose(value: Any, allowed: Sequence[str], name: str) -> None:
    known = tuple(v for v in allowed if v)
    if value not in allowed:
        raise unknown_name(
            value, known, kind=name, where=f"explain({name}=...)", error=ContractError
        )


def _wrong(name: str, value: Any, fix: str) -> ContractError:
    return ContractError(
        f"{name} cannot be {value!r}.", where=f"explain({name}=...)", fix=fix, code="bad-choice"
    )


def _pair(value: Any) -> tuple[float, float]:
    """Return fixed cost of base and actual as two finite numbers."""
    try:
        before, after = (float(v) for v in value)
    except (TypeError, ValueError):
        before = after = float("nan")
    if not abs(before) + abs(after) < float("inf"):
        raise _wrong("fixed_cost", value, "give two amounts, base first, such as (120000, 125000)")
    return before, after
