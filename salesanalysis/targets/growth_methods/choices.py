"""Which settings a growth method takes, and which it cannot do without."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name

#: Growth above this (300 %) is a mistyped percentage or a unit without a usable base.
LARGE = 3.0
#: Settings of each method; those before the bar are needed.
_SETTINGS = {
    "weighted_years": "| cap pull",
    "weighted3": "| cap fallback pull",
    "moving3": "| cap fallback pull",
    "constant": "| rate total cap",
    "cagr": "| n_years cap fallback pull",
    "robust": "| n_years cap fallback pull",
    "damped": "| rate phi horizon cap fallback pull",
    "trend_season": "forecast | cap",
    "potential": "total table | columns",
    "index": "total table columns |",
    "untapped": "total table | columns below shrinking",
    "forecast": "forecast | total quantile",
    "regression": "total table columns | fit",
    "market_share": "table |",
    "blend": "columns | table rate total",
}
METHODS = tuple(_SETTINGS)
#: Methods that end in a growth per unit; the others end in values.
RATES = ("weighted_years", "weighted3", "moving3", "cagr", "robust", "damped")
_WORDS = {
    "fit": ("ols", "huber"),
    "below": ("error", "clip"),
    "shrinking": ("error", "proportional_cut"),
    "fallback": ("error", "borrow"),
}
_EXAMPLES = {
    "rate": "0.30",
    "total": "130_000_000",
    "table": "a table with the level columns",
    "columns": '{"base": 0.7, "potential": 0.3}',
    "forecast": "the result of forecast.panel()",
}


@dataclass(frozen=True, eq=False)
class Choice:
    """The settings of one call; None where nothing was said."""

    method: str
    weights: tuple[float, ...]
    rate: float | None = None
    cap: float | None = None
    total: float | None = None
    table: pd.DataFrame | None = None
    columns: Mapping[str, float] | Sequence[str] | None = None
    forecast: Any = None
    quantile: float | None = None
    phi: float | None = None
    horizon: int | None = None
    n_years: int | None = None
    fit: str | None = None
    below: str | None = None
    shrinking: str | None = None
    fallback: str | None = None
    pull: float | None = None
    allow_large: bool = False

    @property
    def limit(self) -> float:
        """Growth above this is not believed."""
        return math.inf if self.allow_large else LARGE

    def check(self) -> None:
        """Refuse a choice nobody could have meant.

        Raises
        ------
        ContractError
            Unknown methods and words, settings missing or not used, percentages given as 30.
        """
        known, where = METHODS, "growth(method=...)"
        if self.method not in known:
            raise unknown_name(
                self.method, known, kind="growth method", where=where, error=ContractError
            )
        self._check_settings()
        for name, words in _WORDS.items():
            said = getattr(self, name)
            if said is not None and said not in words:
                place = f"growth({name}=...)"
                raise unknown_name(said, words, kind="choice", where=place, error=ContractError)
        self._check_percentage("rate", -1.0, closed=True)
        self._check_percentage("cap", 0.0, closed=False)
        self._check_numbers()
        self._check_weights()

    def _check_settings(self) -> None:
        """Refuse settings the method does not know, or lacks."""
        needed, allowed = (part.split() for part in _SETTINGS[self.method].split("|"))
        one_of = {"constant": ["rate", "total"], "forecast": ["total", "quantile"]}
        pair = one_of.get(self.method, [])
        given = [name for name in pair if getattr(self, name) is not None]
        if pair and not given:
            raise self._lacking(pair[0])
        if len(given) == 2:
            raise ContractError(
                f"Method {self.method!r} takes {pair[0]} or {pair[1]}, not both.",
                where=f"growth({pair[0]}=..., {pair[1]}=...)",
                fix="leave one of them out",
                code="bad-choice",
            )
        for name in needed:
            if getattr(self, name) is None:
                raise self._lacking(name)
        for name in (*_EXAMPLES, "cap", "quantile", "phi", "horizon", "n_years", "pull", *_WORDS):
            if getattr(self, name) is not None and name not in (*needed, *allowed):
                other = 'write method="constant", or ' if name == "rate" else ""
                raise ContractError(
                    f"Method {self.method!r} takes no {name}.",
                    where=f"growth({name}=...)",
                    fix=f"{other}leave {name} out",
                    code="bad-choice",
                )

    def _lacking(self, name: str) -> ContractError:
        return ContractError(
            f"Method {self.method!r} needs a {name}.",
            where=f"growth({name}=...)",
            fix=f"write {name}={_EXAMPLES[name]}",
            code="bad-choice",
        )

    def _check_percentage(self, name: str, low: float, *, closed: bool) -> None:
        """Refuse 30 where 0.30 was meant."""
        value = getattr(self, name)
        if value is None or (low <= value <= self.limit and (closed or value > low)):
            return
        start = "at least" if closed else "above"
        raise ContractError(
            f"{name} must be {start} {low:g} and at most {self.limit:g}, got {value!r}.",
            where=f"growth({name}=...)",
            fix="write 30 % as 0.30; growth above 300 % needs allow_large=True",
            code="bad-choice",
        )

    def _check_numbers(self) -> None:
        """Refuse numbers outside what they can mean."""
        rules: dict[str, tuple[Callable[[Any], bool], str, str]] = {
            "total": (lambda v: 0 <= v < math.inf, "zero or more", "write 130_000_000"),
            "quantile": (lambda v: 0 < v < 1, "above 0 and below 1", "write 0.8 for 80 %"),
            "phi": (lambda v: 0 < v <= 1, "above 0 and at most 1", "write 0.9"),
            "pull": (lambda v: 0 <= v <= 1, "0 to 1", "write 0.5 for half the way"),
            "horizon": (_whole, "a whole number of years from 1 up", "write 3"),
            "n_years": (_whole, "a whole number of years from 1 up", "write 3"),
        }
        for name, (fits, what, fix) in rules.items():
            value = getattr(self, name)
            if value is not None and not fits(value):
                raise ContractError(
                    f"{name} must be {what}, got {value!r}.",
                    where=f"growth({name}=...)",
                    fix=fix,
                    code="bad-choice",
                )

    def _check_weights(self) -> None:
        """Refuse weights that are no parts of a whole."""
        listed = self.weights
        if not listed or not all(w >= 0 for w in listed) or not abs(math.fsum(listed) - 1) <= 1e-9:
            raise ContractError(
                f"weights must be zero or more and add up to 1, got {listed}, "
                f"sum {math.fsum(listed):g}.",
                where="growth(weights=...)",
                fix="write (0.5, 0.3, 0.2), newest growth first",
                code="bad-choice",
            )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def named_weights(choice: Choice, default: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return columns with their weights, which add up to 1.

    Raises
    ------
    ContractError
        Weights that are negative or do not add up to 1.
    """
    said = choice.columns if choice.columns is not None else default
    weights = dict(said) if isinstance(said, Mapping) else {}
    total = math.fsum(weights.values())
    if weights and all(w >= 0 for w in weights.values()) and abs(total - 1) <= 1e-9:
        return {str(k): float(v) for k, v in weights.items()}
    raise ContractError(
        f"columns must be names with weights of zero or more that add up to 1, got {said!r}.",
        where="growth(columns=...)",
        fix='write columns={"base": 0.7, "potential": 0.3}',
        code="bad-choice",
    )
