"""What was asked of a comparison, and what nobody could have meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar, month_start
from salesanalysis.variance.arithmetic import CONVENTIONS, choose
from salesanalysis.variance.bridge import Meta
from salesanalysis.variance.convention import RATE_CONVENTIONS, Convention
from salesanalysis.variance.market import Market
from salesanalysis.variance.sides import Rates

METHODS = ("auto", "gap", "pvm", "lmdi", "shapley", "sequential", "rate_mix")
#: choice -> methods it means something for; a choice that is not here fits every method
FITS = {
    "mix_split": ("pvm",),
    "chained": ("pvm", "lmdi", "shapley", "sequential"),
    "fixed_cost": ("pvm", "gap"),
    "market_unit": ("market",),
    "target_price": ("pvm",),
    "structure": ("lmdi", "shapley", "sequential"),
    "unlinked": ("lmdi", "shapley", "sequential"),
    "on_zero": ("lmdi", "shapley", "sequential"),
    "ref": ("rate_mix",),
    "in_money": ("rate_mix",),
}


@dataclass(frozen=True, eq=False)
class Asked:
    """Arguments of `explain` for the methods of prices, checked against each other."""

    by: list[str]
    keys: list[str]
    value: str
    units: str | None
    cost: str | None
    method: str
    rules: Convention
    meta: Meta
    market: Market | None = None
    calendar: Market | None = None
    fx: Rates | None = None
    last_year: pd.DataFrame | None = None
    closed_through: object = None
    period: str | None = None
    empty_base: str = "refuse"
    currency: str = "CNY"
    terms: Terms | None = None

    @property
    def read_units(self) -> str | None:
        """The units column where the method needs one."""
        return self.units if self.method == "pvm" else None

    @property
    def amounts(self) -> list[str]:
        """Columns of money."""
        return [self.value, *([self.cost] if self.cost else [])]


def first_meta(
    *, method: str, names: tuple[str, str], base_name: str | None, keys: list[str], value: str,
    cost: str | None, rules: Convention, favourable: str, window: Sequence[object],
    fiscal: FiscalCalendar | None, overrides: tuple[str, ...],
) -> Meta:  # fmt: skip
    """Return what can be said of a comparison before a figure is read."""
    profit = "profit" if rules.fixed_cost else "margin"
    chosen: dict[str, Any] = {}
    if method == "pvm":
        choose(rules.name or CONVENTIONS[0], CONVENTIONS, "convention")
        chosen = {"convention": rules.name or CONVENTIONS[0], "mix": rules.mix}
    if method in ("pvm", "market"):
        chosen |= {"new_lost": rules.new_lost, "returns": rules.returns}
    return Meta(
        method=method,
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure=profit if cost or rules.fixed_cost else value,
        cost=cost or "",
        favourable=favourable,
        window=tuple(month_start(month) for month in window),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=overrides,
        **chosen,
    )


def rules_of(
    convention: str | Convention | Mapping[str, Any] | None,
    choices: Mapping[str, Any],
    *,
    rates: bool,
    keywords: Sequence[str],
) -> Convention:
    """Return the convention asked for; keywords stand above it.

    Raises
    ------
    ContractError
        A convention, a choice or a keyword that does not exist, with the nearest one.
    """
    if isinstance(convention, str):
        choose(convention, RATE_CONVENTIONS if rates else CONVENTIONS, "convention")
    found = Convention.of(convention)
    known = tuple(found.__dataclass_fields__)[1:]
    for name in choices:
        if name not in known:
            raise unknown_name(
                name, (*known, *keywords), kind="keyword", where="explain(...)",
                error=ContractError,
            )  # fmt: skip
    return found.with_choices(choices)


def check_fits(method: str, choices: Mapping[str, Any]) -> None:
    """Refuse a keyword that means nothing for the method: it would be passed over in silence."""
    for name in choices:
        methods = FITS.get(name, (method,))
        if method not in methods:
            raise ContractError(
                f"{name} means nothing for the method {method!r}.",
                where=f"explain({name}=..., method={method!r})",
                fix=f"leave it out, or use {' or '.join(methods)}",
                code="bad-choice",
            )


def distinct(keys: Sequence[str]) -> list[str]:
    """Refuse keys named twice."""
    if len(set(keys)) != len(keys):
        raise ContractError(
            f"by and dims name a column twice: {keys}.",
            where="explain(by=..., dims=...)",
            fix="name each column once",
            code="bad-choice",
        )
    return list(keys)


def two_or_table(**given: Any) -> None:
    """Refuse a market, calendar or rate that is neither a pair nor a table."""
    for name, value in given.items():
        pair = isinstance(value, (tuple, list)) and len(value) == 2
        if value is not None and not pair and not isinstance(value, pd.DataFrame):
            raise ContractError(
                f"{name} is neither a pair nor a table, got {value!r}.",
                where=f"explain({name}=...)",
                fix=f"give base and actual, such as {name}=(100, 104), or a table",
                code="bad-choice",
            )


def price_method(method: str, units: str | None, market: Market | None, rules: Convention) -> str:
    """Return gap, pvm or market; what needs units is refused without them."""
    if rules.market_unit == "value":
        if market is None or method == "gap":
            raise ContractError(
                'market_unit="value" needs a market in money.',
                where="explain(market=...)",
                fix='pass market=, or leave market_unit= and method="gap" out',
                code="bad-choice",
            )
        return "market"
    chosen = ("pvm" if units else "gap") if method == "auto" else method
    for wanted, needs in ((method == "pvm", 'method="pvm"'), (market is not None, "market=")):
        if wanted and not (units and chosen == "pvm"):
            raise ContractError(
                f"{needs} needs units to tell price and quantity apart.",
                where="explain(units=...)",
                fix='name the units column, such as units="quantity", or use method="gap"',
                code="bad-choice",
            )
    return chosen
