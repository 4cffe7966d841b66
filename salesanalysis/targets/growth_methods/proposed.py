"""What a growth method hands back for every unit."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rise:
    """Growth per unit, with what it was worked out from.

    Attributes
    ----------
    own : array, shape (n,)
        Growth of each unit by itself; empty where its history says nothing.
    n : array, shape (n,)
        Yearly growths behind it.
    few : array of bool
        Where there are fewer of them than asked for.
    reason : array of str
        Why, where the own growth is taken.
    items : dict of array
        Figures of the formula, by place.
    """

    own: Floats
    n: npt.NDArray[Any]
    few: npt.NDArray[np.bool_]
    reason: npt.NDArray[Any]
    items: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Shares:
    """Values per unit, with what they were worked out from.

    Attributes
    ----------
    value : array, shape (n,), currency
    reason : str
    items : dict of array
        Figures of the formula, by place.
    base : array, optional
        A base of another kind than last year's sales.
    facts : dict
        Figures of the formula that are the same for every unit.
    notes : dict of array of bool
        Units a rule of the method changed, by rule of the log.
    """

    value: Floats
    reason: str
    items: dict[str, Any] = field(default_factory=dict)
    base: Floats | None = None
    facts: dict[str, float] = field(default_factory=dict)
    notes: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
