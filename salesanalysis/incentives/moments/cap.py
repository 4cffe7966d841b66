"""A cap on pay inside one piece of a plan: where the line reaches it, per person."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Height = tuple[Floats, Floats]  # a, b of pay = a + b (A - mean), currency


@dataclass(frozen=True)
class Span:
    """A piece of the plan for everybody: its ends as attainments, and which of them it holds."""

    lo: Any
    hi: Any
    low_in: bool | npt.NDArray[np.bool_]
    high_in: bool | npt.NDArray[np.bool_]


def capped(span: Span, height: Height, mean: Any, most: float) -> tuple[tuple[Span, Height], ...]:
    """Split a piece where pay reaches the cap: two parts with their lines.

    Every attainment lies in exactly one part, an atom on an end of the piece included. Where pay
    has no slope the whole piece is the first part.
    """
    a, b = height
    flat, falls = b == 0, b < 0
    lo, hi, a, b = np.broadcast_arrays(span.lo, span.hi, a, b)[:4]
    with np.errstate(over="ignore"):
        hit = mean + (most - a) / np.where(flat, 1.0, b)
    cut = np.where(flat, hi, np.clip(hit, lo, hi))
    level = np.full(a.shape, most)
    none = np.zeros(a.shape)
    under = (np.where(flat, np.minimum(a, most), a), b)
    left = (np.where(falls, level, under[0]), np.where(falls, none, b))
    right = (np.where(falls, a, level), np.where(falls, b, none))
    ends = cut == hi
    first = Span(lo, cut, span.low_in, ends & np.asarray(span.high_in))
    second = Span(cut, hi, ~ends & ((cut > lo) | np.asarray(span.low_in)), span.high_in)
    return (first, left), (second, right)
