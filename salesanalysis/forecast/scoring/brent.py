"""Brent's bounded search for the minimum of many functions of one number, all at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.tree import Flags, Floats

GOLDEN = 0.5 * (3 - 5**0.5)
SQRT_EPS = float(np.sqrt(2.2e-16))
#: Accuracy of the argument, as in the usual implementation.
TOLERANCE = 1e-5
MAX_STEPS = 200


@dataclass(eq=False)
class _State:
    """Brackets and the three best points of every search; names as in Brent (1973), ch. 5."""

    a: Floats
    b: Floats
    x: Floats
    w: Floats
    v: Floats
    fx: Floats
    fw: Floats
    fv: Floats
    step: Floats
    before: Floats

    def tolerance(self) -> Floats:
        return SQRT_EPS * np.abs(self.x) + TOLERANCE / 3

    def going(self) -> Flags:
        middle, width = (self.a + self.b) / 2, self.b - self.a
        out: Flags = np.abs(self.x - middle) > 2 * self.tolerance() - width / 2
        return out


def minimise(function: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Return the argument of a local minimum inside (low, high), for each search.

    Parameters
    ----------
    function : callable
        From one argument per search, shape (N,), to one value per search.
    low, high : array, shape (N,)

    References
    ----------
    Brent, R. P. (1973). Algorithms for Minimization without Derivatives, chapter 5.

    Examples
    --------
    >>> found = minimise(lambda x: (x - [0.2, 0.7]) ** 2, np.zeros(2), np.ones(2))
    >>> found.round(4).tolist()
    [0.2, 0.7]
    """
    x = low + GOLDEN * (high - low)
    f, zero = function(x), np.zeros_like(x)
    state = _State(low, high, x, x, x, f, f, f, zero, zero)
    for _ in range(MAX_STEPS):
        going = state.going()
        if not going.any():
            break
        u = _next(state)
        _take(state, u, function(u), going)
    return state.x


def _next(s: _State) -> Floats:
    """Return the next point of each search: through a parabola, else a golden section."""
    tol, middle = s.tolerance(), (s.a + s.b) / 2
    r, q = (s.x - s.w) * (s.fx - s.fv), (s.x - s.v) * (s.fx - s.fw)
    p = (s.x - s.v) * q - (s.x - s.w) * r
    q = 2 * (q - r)
    p, q = np.where(q > 0, -p, p), np.abs(q)
    fits = (np.abs(s.before) > tol) & (np.abs(p) < np.abs(q * s.before / 2))
    fits &= (p > q * (s.a - s.x)) & (p < q * (s.b - s.x))
    bent = np.divide(p, q, out=np.zeros_like(p), where=fits)
    at_edge = (s.x + bent - s.a < 2 * tol) | (s.b - s.x - bent < 2 * tol)
    bent = np.where(at_edge, np.where(middle >= s.x, tol, -tol), bent)
    longer = np.where(s.x >= middle, s.a - s.x, s.b - s.x)
    s.before = np.where(fits, s.step, longer)
    s.step = np.where(fits, bent, GOLDEN * longer)
    out: Floats = s.x + np.where(s.step >= 0, 1, -1) * np.maximum(np.abs(s.step), tol)
    return out


def _take(s: _State, u: Floats, fu: Floats, going: Flags) -> None:
    """Shrink the brackets and keep the three best points; finished searches stay as they are."""
    better, right = fu <= s.fx, u >= s.x
    edge = np.where(better, s.x, u)
    s.a = np.where(going & (better == right), edge, s.a)
    s.b = np.where(going & (better != right), edge, s.b)
    second = better | (fu <= s.fw) | (s.w == s.x)
    third = ~second & ((fu <= s.fv) | (s.v == s.x) | (s.v == s.w))
    old_x, old_fx, old_w, old_fw = s.x, s.fx, s.w, s.fw
    s.v = np.where(going & second, old_w, np.where(going & third, u, s.v))
    s.fv = np.where(going & second, old_fw, np.where(going & third, fu, s.fv))
    s.w = np.where(going & second, np.where(better, old_x, u), old_w)
    s.fw = np.where(going & second, np.where(better, old_fx, fu), old_fw)
    s.x = np.where(going & better, u, old_x)
    s.fx = np.where(going & better, fu, old_fx)
