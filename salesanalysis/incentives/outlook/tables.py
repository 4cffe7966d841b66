"""What the outputs read of a simulation, and the statistics they share."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms, label

Floats = npt.NDArray[np.float64]
#: Coverage of every interval here.
CONFIDENCE = 0.95


class Simulated(Protocol):
    """A simulation: one row per person, per draw, per region and draw, and whole draws of people.

    Attributes
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``region``, ``quota``, ``incentive``, ``sales_mean``,
        ``attainment_mean``, ``pay_mean`` (currency, sums over the horizon).
    draws : DataFrame, one row per draw: ``draw``, ``sales``, ``pay``, ``attainment``
    regions : DataFrame, one row per region and draw: ``region``, ``draw``, ``sales``, ``pay``
    sample : DataFrame, everybody in the first draws
        ``draw``, ``salesperson``, ``quota``, ``incentive``, ``sales``, ``attainment``, ``pay``.
    """

    @property
    def people(self) -> pd.DataFrame:
        """Return one row per person."""
        ...

    @property
    def draws(self) -> pd.DataFrame:
        """Return one row per draw."""
        ...

    @property
    def regions(self) -> pd.DataFrame:
        """Return one row per region and draw."""
        ...

    @property
    def sample(self) -> pd.DataFrame:
        """Return everybody in the first draws."""
        ...

    @property
    def n_periods(self) -> int:
        """Return the periods of the horizon."""
        ...

    @property
    def plan_title(self) -> dict[str, str]:
        """Return what the plan is called, by language."""
        ...

    @property
    def currency(self) -> str:
        """Return the currency of all amounts."""
        ...

    @property
    def terms(self) -> Terms:
        """Return how people and regions are called."""
        ...


def about(simulation: Simulated) -> dict[str, Any]:
    """Return what every output carries of its simulation."""
    return {
        "plan_title": dict(simulation.plan_title),
        "currency": simulation.currency,
        "terms": simulation.terms,
    }


def column(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column as floats."""
    values: Floats = frame[name].to_numpy("float64")
    return values


def same_rows(sample: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return `other` with its people and draws in the order of `sample`.

    Raises
    ------
    ContractError
        Other people or draws: two samples of two worlds.
    """
    keys = ["draw", "salesperson"]
    if all(np.array_equal(sample[k].to_numpy(), other[k].to_numpy()) for k in keys):
        return other
    both = sample[keys].merge(other, on=keys, how="left", validate="1:1")
    if len(sample) != len(other) or both["pay"].isna().any():
        raise ContractError(
            f"{len(sample)} and {len(other)} sampled years are not of the same people and draws.",
            where="samples of two simulations",
            fix="price both plans on one world",
            code="bad-choice",
        )
    return both


def quantile(values: Sequence[float] | Floats, q: float) -> float:
    """Return the smallest value that a share `q` of all values does not exceed.

    Examples
    --------
    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    return float(np.quantile(np.asarray(values, "float64"), q, method="inverted_cdf"))


def tail_mean(values: Sequence[float] | Floats, level: float = 0.95) -> float:
    """Return the mean of the worst ``1 - level`` of all values, split values by their part.

    Rockafellar and Uryasev (2000), Journal of Risk 2(3):21-41: q + E(x - q)+ / (1 - level).

    Examples
    --------
    >>> round(tail_mean([float(i) for i in range(1, 101)]), 9)
    98.0
    """
    x, q = np.asarray(values, "float64"), quantile(values, level)
    return q + float(np.maximum(x - q, 0.0).mean()) / (1.0 - level)


def ranks_around(n: int, q: float, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """Return the ranks (1 = smallest) between which a quantile lies with `confidence`.

    Distribution-free, by the binomial count of values below the quantile (David and Nagaraja
    2003, Order Statistics, section 7.1). Rank 0 and n + 1 say that `n` values are too few.

    Examples
    --------
    >>> ranks_around(20, 0.5)
    (6, 15)
    """
    tail = (1.0 - confidence) / 2
    return _count_below(tail, n, q), _count_below(1.0 - tail, n, q) + 1


def _count_below(level: float, n: int, q: float) -> int:
    """Return the smallest count that a binomial of `n` and `q` does not exceed at `level`."""
    # scipy.stats takes a second to load, the functions behind it do not
    from scipy.special import bdtr, bdtrik  # noqa: PLC0415

    count = int(np.ceil(bdtrik(level, n, q)))
    below = max(count - 1, 0)
    return below if bdtr(below, n, q) >= level else count


def quantile_bounds(
    values: Sequence[float] | Floats, q: float, confidence: float = CONFIDENCE
) -> tuple[float, float] | None:
    """Return the interval of a quantile by order statistics; None where values are too few."""
    ordered = np.sort(np.asarray(values, "float64"))
    low, high = ranks_around(len(ordered), q, confidence)
    if low < 1 or high > len(ordered):
        return None
    return float(ordered[low - 1]), float(ordered[high - 1])


def require_amount(value: float | None, name: str, *, zero: bool, fix: str) -> None:
    """Refuse an amount or rate that is negative, infinite, empty or, where it matters, 0."""
    if value is None:
        return
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if number and np.isfinite(value) and (value > 0 or (zero and value == 0)):
        return
    least = "0 or above" if zero else "above 0"
    raise ContractError(
        f"{name} is {value}; it must be a number {least}.",
        where=f"{name}=...",
        fix=fix,
        code="bad-value",
    )


def apart_from(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return the title of the old plan, said to be the old one where both have the same.

    Examples
    --------
    >>> apart_from({"en": "Plan A"}, {"en": "Plan B"}), apart_from({"en": "Plan"}, {"en": "Plan"})
    ({'en': 'Plan A'}, {'en': 'Plan (old)'})
    """
    return {
        lang: label("outlook.old_title", lang, title=title) if title == new.get(lang) else title
        for lang, title in old.items()
    }
